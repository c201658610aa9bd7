"""Which name was meant by one that nobody knows: a slip of the pen, not another word."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

# As SequenceMatcher.ratio has it: one wrong letter in four is a slip.
_ALIKE = 0.75


def meant(name: str, known: Iterable[str]) -> list[str]:
    """The known names that `name` may be a slip of, the likeliest first, at most three; [] where it is like none.

    One that differs in capitals only is the only one: ``containerport`` is containerPort.
    """
    return list(_meant(name, tuple(known)))


@lru_cache(maxsize=1024)
def _meant(name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    same = [one for one in known if one.lower() == name.lower()]
    return tuple(same if len(same) == 1 else get_close_matches(name, known, 3, _ALIKE))
