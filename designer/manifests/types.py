"""The words of this room, as types.

A *document* is one Kubernetes object as plain dicts and lists with string keys: what JSON can say, unknown fields kept.
A *path* leads to a value inside one document; a path that starts with a document's index leads into a list of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

Document: TypeAlias = dict[str, Any]
Documents: TypeAlias = list[Document]
Path: TypeAlias = tuple[str | int, ...]
Transform: TypeAlias = Callable[[Documents], Documents]


class ManifestError(ValueError):
    """Something in a manifest that cannot be read or done, told to a person.

    `message` is a plain sentence that says what is wrong and what to do. `path` is where (document index first) if it
    is known; `line` and `column` are 1-based places in the text it was read from, if it was read from one.
    """

    def __init__(self, message: str, path: Path = (), line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.column = column

    def __str__(self) -> str:
        where = f"line {self.line}, column {self.column}: " if self.line else ""
        return where + self.message


def show(path: Sequence[str | int]) -> str:
    """A path as Kubernetes writes it in its errors: ``spec.containers[1].ports[0]``; a key with dots is quoted."""
    out = ""
    for part in path:
        if isinstance(part, int):
            out += f"[{part}]"
        elif "." in part or "/" in part:
            out += f'["{part}"]'
        else:
            out += f".{part}" if out else part
    return out


def get(value: Any, path: Sequence[str | int], default: Any = None) -> Any:
    """The value at `path`, or `default` where the path leads nowhere (a missing key, an index past the end)."""
    for part in path:
        if isinstance(part, int):
            if not isinstance(value, list) or not 0 <= part < len(value):
                return default
            value = value[part]
        else:
            if not isinstance(value, dict) or part not in value:
                return default
            value = value[part]
    return value


def get_text(value: Any, path: Sequence[str | int]) -> str:
    """The text at `path`; "" where the path leads nowhere, or to what is no text."""
    found = get(value, path)
    return found if isinstance(found, str) else ""
