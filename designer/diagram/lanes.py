"""What a timeline is made of: lanes with bars and marks over an axis, in percent of the width."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from designer.diagram.axis import Tick
from designer.diagram.wording import called, part_of
from designer.manifests.pod import Container
from designer.manifests.startup_times import Length, seconds

BarKind = Literal["wait", "run", "hook", "startup", "readiness", "on", "stopping"]


@dataclass(frozen=True)
class Bar:
    """A stretch of a lane. `broken`: nobody knows how long. `sure`: how much of a probe's window is over before it can
    first succeed."""

    kind: BarKind
    x: float
    w: float
    title: str
    broken: bool = False
    sure: float = 0.0


@dataclass(frozen=True)
class Mark:
    """A moment on a lane: its letters say which, its title why."""

    letter: str
    x: float
    title: str


@dataclass(frozen=True)
class Lane:
    at: str
    name: str
    role: str
    native: bool
    words: str
    why: str
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...] = ()
    bad: bool = False


@dataclass(frozen=True)
class Chart:
    """Lanes over one axis; `line` is where all is done ("Ready", "Complete", "KILL"), None where that never comes."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    breaks: tuple[float, ...]
    line: float | None
    line_words: str


def step_words(what: str, length: Length) -> str:
    """A hook or an init container with how long it takes, as words."""
    name = "Init container" if what == "run" else what
    return f"{name} {seconds(length.least)}" if length.known else f"{name}, however long it takes"


def named(container: Container, roles: Mapping[str, str]) -> tuple[str, str, str, bool]:
    """A lane's address, name, role and whether it is a native sidecar."""
    return container.address, called(container), part_of(container, roles), container.kind == "sidecar"


def between(start: float, end: float) -> float:
    return round(max(0.0, end - start), 2)
