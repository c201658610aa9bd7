"""The parts of an outline (outline.py): the collections that are open, and what stands at the place asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache

from designer.manifests.types import Path
from designer.manifests.yamltext import scalars
from designer.manifests.yamltext.limits import MAX_DEPTH


@dataclass(slots=True, eq=False)
class Frame:
    """A collection that is open: its path, the column of its keys or dashes, the keys met so far with their offsets,
    the text of its scalars. `open` says that nothing stands yet behind its last key or dash; `state` is for brackets:
    what is expected next, a "key", the ":" behind it, a "value", or "," after it. `merge` is the offset of its merge
    key; `merged` says that it is a list of what is merged.
    """

    path: Path
    column: int
    is_map: bool
    merged: bool = False
    keys: list[tuple[str, int]] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    count: int = 0
    open: bool = False
    state: str = ""
    merge: int = -1

    def inside(self) -> Path:
        """The path of its last value; its own where that is merged into it, or is deeper than any object goes."""
        if len(self.path) > MAX_DEPTH:
            return self.path
        if not self.is_map:
            return self.path if self.merged else (*self.path, self.count - 1)
        return self.path if self.merging() or not self.keys else (*self.path, self.keys[-1][0])

    def merging(self) -> bool:
        """Whether its last key is a merge: ``<<`` without quotes."""
        return bool(self.keys) and self.keys[-1][1] == self.merge


@dataclass(slots=True)
class Spot:
    """What stands at the place asked for; offsets into the document. `role` is "key", "value" or ""."""

    role: str = ""
    path: Path = ()
    start: int = 0
    end: int = 0
    frame: Frame | None = None
    frames: list[Frame] = field(default_factory=list)
    key: tuple[int, int] | None = None
    indent: int = 0
    item: bool = False
    flow: bool = False


def decode(raw: str, *, key: bool = False) -> str:
    """What a scalar says: its text without quotes, and for a plain key as kubectl makes a string of it."""
    if raw[:1] == '"':
        try:
            value = json.loads(raw, strict=False)
        except ValueError:
            return raw[1:].removesuffix('"')
        return value if isinstance(value, str) else raw
    if raw[:1] == "'":
        return raw[1:].removesuffix("'").replace("''", "'")
    if key:
        try:
            return scalars.key_string(scalars.plain(raw))
        except scalars.ScalarError:
            return raw
    return raw


@lru_cache(256)
def key_word(word: str) -> str:
    """A short plain key as a string: kubectl reads "y" and "on" as booleans, which keys are not."""
    return decode(word, key=True)
