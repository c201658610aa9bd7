"""What could take long and must not: all checks of a design, comparing long texts, refusing one that is too much."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial

from designer.checks import run
from designer.manifests.text import parse
from designer.manifests.types import Documents, ManifestError
from designer.web.diffs import compare

_LINES = 10_000


def bounds(designs: Mapping[int, Documents]) -> None:
    """Print medians in ms, the first time of each left out, as what it warms stays warm in a server."""
    print("\nchecks, comparisons and refusals in ms")
    for count, documents in designs.items():
        _row(f"all checks, {count} containers", partial(run, documents), 20)
    for name, old, new in _texts():
        _row(f"compare {_LINES:,} lines, {name}", partial(compare, old, new), 2)
    _row("refuse a billion laughs", _refuse, 20)


def _row(name: str, call: Callable[[], object], times: int) -> None:
    taken = []
    for _ in range(times + 1):
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1000)
    print(f"{name:<36} {statistics.median(taken[1:]):>9.2f}")


def _texts() -> list[tuple[str, str, str]]:
    chance = random.Random(7)
    keys = [f"    key{n}: value-{n % 50}\n" for n in range(_LINES)]
    letters = ["".join(chance.choice("ab") + "\n" for _ in range(_LINES - n)) for n in range(2)]
    text = "".join(keys)
    return [
        ("some changed", text, text.replace("-7", "-x")),
        ("all changed", text, text.replace("value", "other")),
        ("shuffled", text, "".join(chance.sample(keys, len(keys)))),
        ("of two letters", letters[0], letters[1]),
    ]


def _refuse() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    try:
        parse("\n".join(levels))
    except ManifestError:
        return
    raise AssertionError("it was read")
