"""A container's command or args as one line, the way a person types it into a shell, and back to a list.

Quoting is that of a POSIX shell and nothing else of it: no variables, pipes or comments. Kubernetes runs no shell, and
its own ``$(VAR)`` is left as it stands.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from designer.manifests.types import ManifestError


def split_line(text: str) -> list[str]:
    """The words of a line; line breaks outside quotes separate words too. Raises ManifestError for an open quote."""
    try:
        return shlex.split(text, comments=False, posix=True)
    except ValueError as error:
        if "escaped" in str(error):
            raise ManifestError(r"the line ends in a backslash: write \\ for a backslash itself") from None
        raise ManifestError("a quote is opened and not closed: close it, or write it as \\' or \\\"") from None


def join_line(words: Sequence[str]) -> str:
    """The line that `split_line` reads as these words; a word is quoted only if it must be."""
    return shlex.join(words)
