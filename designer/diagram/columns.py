"""Where the containers of a pod stand from left to right, and the gaps between them that lines run down.

The top lane holds the steps: init containers and native sidecars in the order they start. Below it stand the columns:
the app containers, and each native sidecar, whose box reaches down from the top lane and so takes a column of its own.
A gap is the space left of a column (the last one is right of them all); mounts of init containers go down through gaps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from designer.diagram.cells import PAD, Cell

GAP = 16
STEP_GAP = 32
LINE = 8


@dataclass
class Columns:
    """`columns` from left to right; `passes[step place, mount slot]` is (gap, how many lines nearer its column)."""

    steps: list[Cell]
    columns: list[Cell]
    left: int
    passes: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    risers: bool = False
    step_risers: bool = False
    ways: dict[tuple[int, int], int] = field(default_factory=dict)

    @property
    def right(self) -> int:
        ends = [
            self.left,
            *(cell.right + (LINE * _lines(cell) + LINE if self.step_risers else 0) for cell in self.inits),
        ]
        if self.columns:
            last = self.columns[-1]
            extra = LINE * (self.through[len(self.columns)] + (_lines(last) if self.risers else 0))
            ends.append(last.right + (extra + LINE if extra else 0))
        return max(ends)

    @property
    def through(self) -> Counter[int]:
        """How many lines go down each gap."""
        return Counter(gap for gap, _ in self.passes.values())

    @property
    def leads_back(self) -> Cell | None:
        """The app container left of the last step, if that is a native sidecar: its arrow leads back there."""
        if not self.steps or not self.steps[-1].fact.native:
            return None
        before = self.columns.index(self.steps[-1]) - 1
        return self.columns[before] if before >= 0 and not self.columns[before].fact.native else None

    @property
    def inits(self) -> list[Cell]:
        return [cell for cell in self.steps if not cell.fact.native]

    def gap_x(self, step: Cell, slot: int) -> int:
        """The x at which a mount of an init container runs down beside the columns."""
        return self.ways[step.place, slot] if self.columns else step.mount_x(slot)

    def find_ways(self) -> None:
        """Settle the x of each line through a gap, a little off any line that comes down from above at that x."""
        above = {(step.place, slot): step.mount_x(slot) for step in self.inits for slot in range(len(step.mounts))}
        others = [riser_x(step, slot) for step in self.inits for slot in range(len(step.mounts))]
        for key in self.passes:
            x = self._gap_x(*self.passes[key])
            taken = [*(at for other, at in above.items() if other != key), *(others if self.step_risers else ())]
            self.ways[key] = next((x + off for off in (0, 2, -2, 3, -3) if all(abs(x + off - t) > 1 for t in taken)), x)

    def _gap_x(self, gap: int, nth: int) -> int:
        if gap == 0:
            # Straight below the first init container's first mount, the others to its left.
            return self.left + LINE * (self.through[0] - 1 - nth) + PAD
        if gap < len(self.columns):
            return self.columns[gap].x - LINE - LINE * nth
        last = self.columns[-1]
        return last.right + LINE + LINE * (nth + (_lines(last) if self.risers else 0))


def riser_x(cell: Cell, slot: int) -> int:
    """The x beside a cell at which the mount in `slot` goes down in stairs: the rightmost mount takes the farthest."""
    return cell.right + LINE + LINE * sum(1 for mount, _, _ in cell.mounts[:slot] if mount.volume is not None)


def arrange(
    steps: Sequence[Cell], running: Sequence[Cell], left: int, risers: bool = False, step_risers: bool = False
) -> Columns:
    """Give every cell its x. `risers`, `step_risers`: leave room for stairs below the columns, below the steps."""
    made = Columns(list(steps), _order(steps, running), left, {}, False, False)
    _place(made)
    _choose_gaps(made)
    made.risers, made.step_risers = risers, step_risers
    _place(made)
    made.find_ways()
    return made


def _lines(cell: Cell) -> int:
    return sum(1 for mount, _, _ in cell.mounts if mount.volume is not None)


def _order(steps: Sequence[Cell], running: Sequence[Cell]) -> list[Cell]:
    """The columns from left to right: app containers fill the room below the init containers before each sidecar."""
    columns: list[Cell] = []
    waiting = list(running)
    top = bottom = 0
    closing = bool(steps) and steps[-1].fact.native
    for step in steps:
        if step.fact.native:
            # One app container at least stands beside the last sidecar, whose arrow leads to those that run together.
            keep = int(closing and step is not steps[-1])
            while len(waiting) > keep and bottom + waiting[0].width + GAP <= top:
                bottom += waiting[0].width + GAP
                columns.append(waiting.pop(0))
            columns.append(step)
            top = bottom = max(top, bottom)
            bottom += step.width + GAP
        top += step.width + STEP_GAP
    return columns + waiting


def _place(made: Columns) -> None:
    through = made.through
    columns = iter(enumerate(made.columns))

    def room(gap: int) -> int:
        extra = LINE * through[gap]
        if gap == 0:
            return extra + 2 * LINE if extra else 0
        return GAP + extra + (LINE * _lines(made.columns[gap - 1]) if made.risers else 0)

    top, bottom = made.left + LINE * max(0, through[0] - 1), made.left + room(0)
    for step in made.steps:
        if step.fact.native:
            for number, cell in columns:
                cell.x = max(top, bottom) if cell is step else bottom
                bottom = cell.right + room(number + 1)
                if cell is step:
                    break
        else:
            step.x = top
        top = step.right + STEP_GAP
        if made.step_risers and not step.fact.native:
            top += LINE * _lines(step)
    for number, cell in columns:
        cell.x = bottom
        bottom = cell.right + room(number + 1)


def _choose_gaps(made: Columns) -> None:
    """For each mount of an init container the nearest gap that no native sidecar's box stands in the way of."""
    taken: Counter[int] = Counter()
    natives = [number for number, cell in enumerate(made.columns) if cell.fact.native]
    seen = 0
    for step in made.steps:
        if step.fact.native:
            seen += 1
            continue
        if not made.columns:
            continue
        first = natives[seen - 1] + 1 if seen else 0
        last = natives[seen] if seen < len(natives) else len(made.columns)
        for slot, (mount, _, _) in enumerate(step.mounts):
            if mount.volume is None:
                continue
            gap = min(range(first, last + 1), key=lambda g: (abs(_middle(made, g) - step.mount_x(slot)), g))
            made.passes[step.place, slot] = (gap, taken[gap])
            taken[gap] += 1


def _middle(made: Columns, gap: int) -> int:
    return made.columns[gap].x - LINE if gap < len(made.columns) else made.columns[-1].right + LINE
