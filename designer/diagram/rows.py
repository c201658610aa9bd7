"""Which containers of a pod stand in which row, and in which row each volume stands.

A handful of containers stands in one row. More are wrapped like words: in their order, as many in a row as fit, so that
one more or one less moves what comes after it and nothing else. Each row has its stretch of the network and the volumes
of its own below it; a volume that several rows mount stands below the lowest of them, and the lines of the rows above
come down to it at the left of everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from designer.diagram.cells import Cell
from designer.diagram.columns import GAP
from designer.diagram.facts import PodFacts

ONE_ROW = 6
# How wide a row may be, by the number of containers: a pod of fifty is wider than one of twenty. Not by their widths,
# so that a longer name or one more mount seldom breaks the rows anew.
_WIDTHS = ((20, 1_000), (32, 1_240), (50, 1_560), (10**9, 2_000))


def split(steps: Sequence[Cell], running: Sequence[Cell]) -> list[list[Cell]]:
    """The containers that run together, row by row. Native sidecars among `steps` take room in the first row."""
    natives = [step for step in steps if step.fact.native]
    if len(natives) + len(running) <= ONE_ROW:
        return [list(running)]
    most = next(width for limit, width in _WIDTHS if len(natives) + len(running) <= limit)
    rows: list[list[Cell]] = [[]]
    used = sum(cell.alone + GAP for cell in natives)
    for cell in running:
        # By what it needs without the words on its mounts: to mount one volume more breaks no row anew.
        if used and used + cell.alone > most:
            rows.append([])
            used = 0
        rows[-1].append(cell)
        used += cell.alone + GAP
    return rows


def volume_rows(facts: PodFacts, row_of: Mapping[int, int], last: int) -> tuple[dict[int, int], dict[int, int]]:
    """The row of each volume, and which lane at the left those take that a row above theirs mounts.

    `row_of` is the row of each container by place. What nobody mounts stands in the last row. Lanes count from the
    right: the nearest to the containers is of the volume that is reached first, so that none crosses another's way in.
    """
    rows = dict.fromkeys(range(len(facts.volumes)), -1)
    above: dict[int, int] = {}
    for place, fact in enumerate((*facts.steps, *facts.running)):
        for mount in fact.mounts:
            if mount.volume is not None:
                rows[mount.volume] = max(rows[mount.volume], row_of[place])
                above[mount.volume] = min(above.get(mount.volume, last), row_of[place])
    rows = {volume: last if row < 0 else row for volume, row in rows.items()}
    passing = sorted((v for v in above if above[v] < rows[v]), key=lambda v: (rows[v], -above[v], v))
    return rows, {volume: lane for lane, volume in enumerate(passing)}
