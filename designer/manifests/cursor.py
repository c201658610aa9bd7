"""What stands at the cursor of an editor: which object, which field, and the word that is being typed.

The text may be broken or half typed. Only the document around the cursor is looked at (see yamltext/outline.py).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

from designer.manifests.types import Path
from designer.manifests.yamltext.chunks import BOM
from designer.manifests.yamltext.emit import KUBERNETES
from designer.manifests.yamltext.outline import Outline
from designer.manifests.yamltext.outline_parts import Spot

Role = Literal["key", "value", ""]

_MARKER = re.compile(r"^\ufeff?(?:---|\.\.\.(?=\s|\Z))[^\n]*\n?", re.MULTILINE)
_CONTENT = re.compile(r"^[ \t\ufeff]*[^\s#\ufeff]", re.MULTILINE)
_LIST = re.compile(r"^( *(?:- +)*)[\w./-]+:[ \t]*\r?\n( *)- ", re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """A place in a text. Columns are 0-based numbers of characters.

    `role` is "key" where a key is typed (`path` is that of the mapping that will hold it), "value" where a field's
    value is (`path` is that field's), "" where there is neither: a comment, a block scalar, a marker. A word without a
    colon behind ``- `` or on a line of its own may be either: it is a "key", and the schema tells.

    `prefix` is the word up to the cursor, without its quote; ``start..end`` is the whole word, quotes included. `keys`
    are those that the mapping has beside the one under the cursor, `indent` the column at which they stand. `key` is
    where the key of the field stands in the line, None where it stands in another.

    `path` starts at the object: for an item of a ``kind: List`` `at` leads to it, else `at` is (). `document` counts
    the documents that hold something. `said` is what the scalars of the mappings around the cursor say, by their paths.
    `flow` says that it stands between brackets, `json` that the document is JSON. `step` and `sequence` are by how
    much mappings and dashes are indented below their key in this text.
    """

    api_version: str = ""
    kind: str = ""
    path: Path = ()
    role: Role = ""
    prefix: str = ""
    start: int = 0
    end: int = 0
    keys: tuple[str, ...] = ()
    indent: int = 0
    item: bool = False
    key: tuple[int, int] | None = None
    name: str = ""
    document: int = 0
    at: Path = ()
    said: dict[Path, str] = field(default_factory=dict, repr=False)
    flow: bool = False
    json: bool = False
    step: int = KUBERNETES.indent
    sequence: int = KUBERNETES.sequence


def place(text: str, line: int, column: int) -> Place:
    """The place before the character `column` (0-based) of a line (1-based, as ended by LF or CRLF).

    A column beyond the line's end is its end; a line that the text has not is nowhere. Never raises.
    """
    begin = line_start(text, line)
    if begin < 0:
        return Place(start=max(column, 0), end=max(column, 0))
    stop = text.find("\n", begin)
    stop = len(text) if stop < 0 else stop
    stop -= text.endswith("\r", begin, stop)
    column = min(max(column, 0), stop - begin)
    start, end, number = _document(text, begin)
    mark = begin <= start and text.startswith(BOM, start)
    if column < mark or _MARKER.match(text, begin):
        return Place(start=column, end=column)
    start += text.startswith(BOM, start)
    outline = Outline(text[start:end], begin + column - start)
    spot = outline.spot or Spot()
    # A byte order mark is a character of the line and takes no column of its indentation.
    return _place(text, outline, spot, outline.line - mark, column, stop - begin, number)


def _place(text: str, outline: Outline, spot: Spot, line: int, column: int, length: int, number: int) -> Place:
    doc = outline.doc
    if spot.start < outline.line:
        spot = Spot()  # the second line of something in quotes
    frame = spot.frame
    root = outline.heads.get(())
    said = root.values if root else {}
    listed = said.get("kind") == "List" and spot.path[:1] == ("items",) and isinstance((*spot.path, "")[1], int)
    at = spot.path[:2] if listed else ()
    head = outline.heads.get(at)
    metadata = outline.heads.get((*at, "metadata"))
    values = head.values if head else {}
    typed = doc[spot.start : outline.target] if spot.role else ""
    here = spot.key is not None and doc.find("\n", spot.key[0], outline.target) < 0 and spot.key[0] >= line
    own = spot.key[0] if spot.key else spot.start if spot.role == "key" else -1
    step, sequence = outline.step, outline.sequence
    if spot.role == "key" and sequence < 0:
        match = _LIST.search(text)
        sequence = len(match[2]) - len(match[1]) if match else KUBERNETES.sequence
    return Place(
        api_version=values.get("apiVersion", ""),
        kind=values.get("kind", ""),
        path=spot.path[len(at) :],
        role=spot.role,  # type: ignore[arg-type]
        prefix=typed[1:] if typed[:1] in ('"', "'") else typed,
        start=spot.start - line if spot.role else column,
        end=min(spot.end - line, length) if spot.role else column,
        keys=tuple(name for name, offset in frame.keys if offset != own) if frame else (),
        indent=spot.indent,
        item=spot.item,
        key=(spot.key[0] - line, spot.key[1] - line) if here and spot.key else None,
        name=metadata.values.get("name", "") if metadata else "",
        document=number + outline.document,
        at=at,
        said={(*f.path, name)[len(at) :]: value for f in spot.frames for name, value in f.values.items()},
        flow=spot.flow,
        json=spot.flow and doc.lstrip()[:1] == "{",
        step=step if step > 0 else KUBERNETES.indent,
        sequence=max(sequence, 0),
    )


def line_start(text: str, line: int) -> int:
    """The offset of the start of a line (1-based), -1 where there is no such line."""
    at = 0
    for _ in range(line - 1):
        at = text.find("\n", at) + 1
        if not at:
            return -1
    return at if line > 0 else -1


def _document(text: str, offset: int) -> tuple[int, int, int]:
    """The start and end of the document around an offset, and how many with content stand above it."""
    markers = list(_MARKER.finditer(text))
    above = bisect_right(markers, offset, key=lambda match: match.end())
    starts = [0, *(match.end() for match in markers[:above])]
    ends = [match.start() for match in markers[:above]]
    number = sum(_CONTENT.search(text, *part) is not None for part in zip(starts, ends, strict=False))
    return starts[-1], markers[above].start() if above < len(markers) else len(text), number
