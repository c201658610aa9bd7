"""Reading what scripts hand to a command: bad input ends with status 2, and a sentence that says where."""

from __future__ import annotations

import sys
from pathlib import Path

from django.core.management.base import CommandError

from designer.manifests.text import Text
from designer.manifests.types import ManifestError


def read(file: str) -> Text:
    """The manifests in a file, or in the standard input for ``-``."""
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return Text.read(raw.decode())
    except OSError as error:
        raise refused(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise refused(f"{file}: line {line}: this is not UTF-8 text") from error
    except ManifestError as error:
        raise refused(f"{file}: {error}") from error


def refused(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=2)
