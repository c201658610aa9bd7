"""Several YAML texts as one."""

from __future__ import annotations

from collections.abc import Iterable

_MARK = "\N{BYTE ORDER MARK}"


def join(texts: Iterable[str]) -> str:
    """The texts one behind the other, each kept to the byte, with ``---`` where the next does not bring its own.

    A text without a final newline gets one; texts with nothing in them are left out. A byte order mark stays only where
    all begins: further down it would be a character of the text.
    """
    out = ""
    for text in texts:
        bare = text.removeprefix(_MARK)
        if not bare.strip():
            continue
        text = bare if out else text
        if out and not out.endswith("\n"):
            out += "\n"
        if out and not text.startswith("---"):
            out += "---\n"
        out += text
    return out
