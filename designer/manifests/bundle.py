"""Several YAML texts as one."""

from __future__ import annotations

from collections.abc import Iterable


def join(texts: Iterable[str]) -> str:
    """The texts one behind the other, each kept to the byte, with ``---`` where the next does not bring its own.

    A text without a final newline gets one; texts with nothing in them are left out.
    """
    out = ""
    for text in texts:
        text = text.removeprefix("\N{BYTE ORDER MARK}")
        if not text.strip():
            continue
        if out and not out.endswith("\n"):
            out += "\n"
        if out and not text.startswith("---"):
            out += "---\n"
        out += text
    return out
