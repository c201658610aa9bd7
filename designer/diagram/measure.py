"""How wide a text will be, without a browser: a table of advance widths, on the safe side.

The page's type is Inter or the system's own sans serif. The table holds Inter's advances (the widest of the usual ones)
in hundredths of an em; a margin covers fonts a little wider still. Too wide an estimate costs a few pixels of air, too
narrow a one lets a text run out of its box.
"""

from __future__ import annotations

from functools import lru_cache

_ASCII = (
    "28 28 40 63 64 81 64 22 36 36 50 66 28 46 28 36 62 46 60 64 64 61 62 57 62 62 28 28 66 66 66 51 94 68 65 "
    "73 72 60 59 74 74 26 54 65 56 89 75 76 63 76 64 64 64 74 68 95 64 66 62 36 36 36 47 45 50 56 62 56 62 58 "
    "36 61 59 24 24 54 24 87 58 60 61 61 37 52 36 58 56 81 54 56 54 36 33 36 66 "
)
_WIDTHS = {chr(32 + i): int(width) for i, width in enumerate(_ASCII.split())}
_WIDTHS |= {"…": 80, "·": 30, "→": 95, "•": 50, "×": 66, "–": 60, "“": 45, "”": 45, "’": 26}
# Anything else: a wide Latin letter below U+1100, a full em (CJK, emoji) above.
_OTHER, _WIDE = 80, 105
_MARGIN = 1.04
_BOLD = 1.1
ELLIPSIS = "…"


@lru_cache(maxsize=8192)
def width(text: str, size: float, bold: bool = False) -> float:
    """An upper estimate of the width of `text` in pixels, set in `size` pixels."""
    units = sum(_WIDTHS.get(char) or (_OTHER if char < "ᄀ" else _WIDE) for char in text)
    return units * size / 100 * _MARGIN * (_BOLD if bold else 1)


@lru_cache(maxsize=8192)
def fit(text: str, size: float, room: float, bold: bool = False) -> str:
    """`text` if it is at most `room` wide, else its beginning and end around an ellipsis; control characters go.

    Names and paths differ at their ends as much as at their beginnings, so the middle is what is left out.
    """
    # Nothing this long can fit: a text of a megabyte is not measured letter by letter.
    head, tail = (text[:200], text[-200:]) if len(text) > 400 else (text, "")
    text = "".join(char if char.isprintable() else " " for char in head + (ELLIPSIS if tail else "") + tail)
    if width(text, size, bold) <= room:
        return text
    low, high = 1, len(text) - 1
    while low < high:
        keep = (low + high + 1) // 2
        if width(_cut(text, keep), size, bold) <= room:
            low = keep
        else:
            high = keep - 1
    return _cut(text, low)


def _cut(text: str, keep: int) -> str:
    start = (keep + 1) // 2
    return text[:start] + ELLIPSIS + (text[-(keep - start) :] if keep > start else "")
