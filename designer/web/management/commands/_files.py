"""What the commands that read and write text have in common: reading files, naming the pods in them, and ending well.

Bad input ends with status 2, and a sentence that says where.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from designer.manifests.edits.lists import packed
from designer.manifests.pod import Pod
from designer.manifests.text import Text
from designer.manifests.types import Documents, ManifestError, Path, get

# What a shell says of a program that SIGPIPE ended.
_NOBODY_READS = 128 + 13


class Filter(BaseCommand):
    """A command that writes to standard output. Who reads that may stop before the end (``weave --list | head``): then
    it ends without a word, as other filters do."""

    def run_from_argv(self, argv: list[str]) -> None:
        try:
            try:
                super().run_from_argv(argv)
            finally:
                sys.stdout.flush()
        except BrokenPipeError:
            # Python flushes once more at its end (https://docs.python.org/3/library/signal.html#note-on-sigpipe).
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(_NOBODY_READS)


@dataclass(frozen=True)
class Objects:
    """The objects in a file, those of Lists in their place; `text` is the file, `paths` where in it each stands."""

    text: Text
    documents: Documents
    paths: list[Path]

    def rewritten(self, documents: Documents, beside: int) -> str:
        """The file with these in place of its objects. New ones, which come last, stand in the List that the object
        `beside` stands in, else at the end."""
        whole: Any = self.text.documents
        for path, document in zip(self.paths, documents, strict=False):
            get(whole, path[:-1])[path[-1]] = document
        get(whole, self.paths[beside][:-1]).extend(documents[len(self.paths) :])
        return self.text.rewrite(whole).text

    def place(self, path: Path) -> Path:
        """Where in the file a place of `documents` stands."""
        first = path[0] if path else None
        known = isinstance(first, int) and first < len(self.paths)
        return (*self.paths[first], *path[1:]) if isinstance(first, int) and known else path

    def line(self, document: int) -> int:
        """The first line of an object, from 1."""
        lines = self.text.where.lines(self.paths[document])
        return lines[0] if lines else 1


def read(file: str) -> Text:
    """The manifests in a file, or in the standard input for ``-``."""
    try:
        raw = sys.stdin.buffer.read() if file == "-" else FilePath(file).read_bytes()
        return Text.read(raw.decode())
    except OSError as error:
        raise refused(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise refused(f"{file}: line {line}: this is not UTF-8 text") from error
    except ManifestError as error:
        raise refused(f"{file}: {error}") from error


def objects(file: str) -> Objects:
    """As `read`, with the objects of Lists, as ``kubectl get -o yaml`` writes them, in their place."""
    text = read(file)
    found = [pair for index, one in enumerate(text.documents) for pair in _unpacked(one, (index,))]
    return Objects(text, [document for document, _ in found], [path for _, path in found])


def _unpacked(document: dict[str, object], path: Path) -> list[tuple[dict[str, object], Path]]:
    held = packed(document)
    if held is None:
        return [(document, path)]
    return [pair for index, one in enumerate(held) for pair in _unpacked(one, (*path, "items", index))]


def called(pod: Pod) -> str:
    """A pod as a person names it, "Deployment/web": ``Pod/web-*`` where the API server makes the name, "" where it has
    none at all."""
    return f"{pod.kind}/{pod.called}" if pod.called else ""


def refused(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=2)
