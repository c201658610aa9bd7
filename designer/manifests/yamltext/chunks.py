"""A text cut into documents, as kubectl cuts it (k8s.io/apimachinery, util/yaml): at each line starting with ``---``.

A text that starts with ``{`` is first tried as JSON: one object, or several one after the other. What comes after the
first object and is not JSON is read as YAML.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import yaml

from designer.manifests.types import ManifestError
from designer.manifests.yamltext import errors, jsontext
from designer.manifests.yamltext.limits import MAX_DOCUMENTS, MAX_NODES, check_size
from designer.manifests.yamltext.nodes import MAPPING, Node, ProblemError, compose

_SEPARATOR = re.compile(r"^---[^\n]*(?:\n|\Z)", re.MULTILINE)
_MARKER_REST = re.compile(r"---[ \t\r\f\v]*(#.*)?", re.DOTALL)
# What a YAML stream may hold (YAML 1.1, c-printable), as go-yaml and libyaml check it.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BOM = "\ufeff"


@dataclass(slots=True)
class Chunk:
    """One document's part of the text: `text[start:end]`, without the ``---`` line above it.

    `root` is its mapping, None where there is only space, comments or null; `marker` is where the ``---`` line above it
    starts (-1 where none stands); `json` says that it was read as JSON.
    """

    start: int
    end: int
    marker: int
    root: Node | None = None
    json: bool = False
    # kubectl leaves a first ``---`` to the YAML reader, so that ``...`` may follow it, and takes the others away.
    head: int = -1

    @property
    def value(self) -> Any:
        return None if self.root is None else self.root.value


def decode(text: str | bytes) -> str:
    """The text as a string. Raises ManifestError for bytes that are not UTF-8 and characters YAML refuses."""
    if isinstance(text, bytes):
        if text.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise ManifestError("the text is in UTF-16: save it as UTF-8, the only encoding that kubectl reads")
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise ManifestError("the text is not UTF-8 here: save the file as UTF-8", line=line, column=1) from None
    check_size(text)
    if match := _UNPRINTABLE.search(text):
        raise errors.at(
            text,
            f"the character U+{ord(match[0]):04X} cannot stand in a manifest: "
            f'delete it, or write it as an escape in double quotes ("\\x{min(ord(match[0]), 255):02x}")',
            match.start(),
        )
    return text


def read(text: str) -> list[Chunk]:
    """Every chunk of a text, empty ones included, with their nodes. Raises ManifestError."""
    with _without_collector():
        return _read(text)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Python's garbage collector stopped: it would look through all nodes so far again and again, for nothing, which
    makes the reading of large texts worse than linear."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _read(text: str) -> list[Chunk]:
    chunks: list[Chunk] = []
    start, seen = 0, 0
    try:
        if text.lstrip()[:1] == "{":
            chunks, start = _read_json(text)
            seen = sum(chunk.root.size for chunk in chunks if chunk.root)
        for chunk in split(text, start):
            chunks.append(chunk)
            chunk.root = compose_chunk(text, chunk, MAX_NODES - seen)
            seen += chunk.root.size if chunk.root else 0
    except ProblemError as problem:
        line = "" if problem.other is None else str(text.count("\n", 0, problem.other) + 1)
        raise errors.at(text, problem.message.replace("{line}", line), problem.offset) from None
    _check_documents(text, chunks)
    return chunks


def split(text: str, start: int) -> list[Chunk]:
    """The chunks of `text[start:]`, not yet read. Anything above the first ``---`` is one too."""
    chunks: list[Chunk] = []
    marker = -1
    begin = start + (text.startswith(BOM, start))
    for match in _SEPARATOR.finditer(text, begin):
        rest = match[0].rstrip("\r\n")
        if not _MARKER_REST.fullmatch(rest):
            raise ProblemError(
                "kubectl takes nothing but a comment after --- on its line: put the document on the lines below it",
                match.start() + 3,
            )
        if marker >= 0 or match.start() > begin:
            chunks.append(Chunk(begin, match.start(), marker, head=-1 if chunks else marker))
        marker, begin = match.start(), match.end()
    if marker >= 0 or begin < len(text):
        chunks.append(Chunk(begin, len(text), marker, head=-1 if chunks else marker))
    return chunks


def compose_chunk(text: str, chunk: Chunk, allowed: int = MAX_NODES) -> Node | None:
    """The root node of a chunk, None for one without content. Raises ProblemError and ManifestError."""
    begin = chunk.start if chunk.head < 0 else chunk.head
    begin += text.startswith(BOM, begin)
    source = text[begin : chunk.end]
    # kubectl ends every line with a line feed, the last one of a file too: "a: |\n  b" means "b\n".
    if not source.endswith("\n"):
        source += "\n"
    try:
        root = compose(source, begin, allowed)
    except yaml.MarkedYAMLError as error:
        raise errors.translate(text, begin, source, error) from None
    except yaml.reader.ReaderError as error:
        raise ProblemError(
            "this cannot be read as text: save the file as UTF-8", begin + min(error.position, 0)
        ) from None
    if root is not None and root.value is None and root.anchor is None:
        return None
    return root


def _read_json(text: str) -> tuple[list[Chunk], int]:
    """The JSON objects that a text starts with, and where YAML takes over (the end, if it does not)."""
    chunks: list[Chunk] = []
    position = 0
    while True:
        begin = jsontext.skip(text, position)
        if begin == len(text):
            if chunks:
                chunks[-1].end = begin
            return chunks, begin
        try:
            root, end = jsontext.read(text, begin)
        except jsontext.NotJSONError as error:
            if len(chunks) > 1:
                raise ProblemError(
                    f"this is not JSON, and what stands above it is: {error.message}", error.offset
                ) from None
            if chunks:
                # kubectl looks for YAML from the next line on.
                eaten = re.compile(r"[^\S\n]*\n?").match(text, position)
                position = eaten.end() if eaten else position
                chunks[-1].end = position
            return chunks, position
        if chunks:
            chunks[-1].end = begin
        chunks.append(Chunk(begin if chunks else position, end, -1, root, json=True))
        position = end


def _check_documents(text: str, chunks: list[Chunk]) -> None:
    number = 0
    for chunk in chunks:
        if chunk.root is None or chunk.value is None:
            chunk.root = None
            continue
        number += 1
        if number > MAX_DOCUMENTS:
            raise errors.at(text, f"the text holds more than {MAX_DOCUMENTS} documents: split it", chunk.root.start)
        if chunk.root.kind != MAPPING:
            what = {list: "a list", str: "a text", bool: "a boolean"}.get(type(chunk.value), "a number")
            raise errors.at(
                text,
                f"document {number} is {what}, and a Kubernetes object is a mapping: "
                "it starts with apiVersion: and kind:",
                chunk.root.start,
                (number - 1,),
            )
