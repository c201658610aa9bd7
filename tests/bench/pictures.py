"""What a picture costs: laying it out and writing it as SVG, and how large it is, by the number of containers; the
diagram, and the timeline as its lanes are drawn."""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from designer.diagram.layout import layout
from designer.diagram.svg import svg
from designer.diagram.timeline import Timeline, timeline
from designer.diagram.tracks import scale, track
from designer.manifests.pod import pods
from designer.manifests.types import Documents

_ROUNDS = 30
_Worked = TypeVar("_Worked")


def pictures(designs: Mapping[int, Documents]) -> None:
    """Print a table of milliseconds (medians, and the best of both) and sizes for designs by their containers."""
    print("\nthe diagram: layout and SVG in ms")
    print(f"{'containers':>10} {'layout':>9} {'SVG':>9} {'best both':>9} {'kB':>7} {'kB gzip':>8} {'pixels':>11}")
    for count, documents in designs.items():
        picture, row = _measured(partial(layout, documents), svg)
        print(f"{count:>10} {row} {f'{picture.width}×{picture.height}':>11}")


def timelines(designs: Mapping[int, Documents]) -> None:
    """Print the same for the start and stop of each design's pods: working them out, and their lanes as SVG."""
    print("\nthe timeline: lanes and SVG in ms")
    print(f"{'containers':>10} {'lanes':>9} {'SVG':>9} {'best both':>9} {'kB':>7} {'kB gzip':>8}")
    for count, documents in designs.items():
        print(f"{count:>10} {_measured(partial(_timelines, documents), _tracks)[1]}")


def _measured(work: Callable[[], _Worked], draw: Callable[[_Worked], str]) -> tuple[_Worked, str]:
    """What is worked out, and the cells of a row: the medians of working it out and of drawing it, the best of both
    together, and how large the drawing is."""
    workings, drawings = [], []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        found = work()
        between = time.perf_counter()
        text = draw(found)
        workings.append((between - start) * 1000)
        drawings.append((time.perf_counter() - between) * 1000)
    best = min(map(sum, zip(workings, drawings, strict=True)))
    sent = text.encode()
    return found, (
        f"{statistics.median(workings):>9.2f} {statistics.median(drawings):>9.2f} {best:>9.2f}"
        f" {len(sent) / 1000:>7.1f} {len(gzip.compress(sent)) / 1000:>8.1f}"
    )


def _timelines(documents: Documents) -> list[Timeline]:
    return [timeline(documents, pod, {}) for pod in pods(documents)]


def _tracks(found: list[Timeline]) -> str:
    charts = [chart for one in found for chart in (one.start, one.stop)]
    return "".join(scale(chart) + "".join(track(lane, chart) for lane in chart.lanes) for chart in charts)
