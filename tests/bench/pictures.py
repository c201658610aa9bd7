"""What a picture costs: laying it out and writing it as SVG, and how large it is, by the number of containers; the
diagram, and the timeline as its lanes are drawn."""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Mapping

from designer.diagram.layout import layout
from designer.diagram.svg import svg
from designer.diagram.timeline import Timeline, timeline
from designer.diagram.tracks import scale, track
from designer.manifests.pod import pods
from designer.manifests.types import Documents

_ROUNDS = 30


def pictures(designs: Mapping[int, Documents]) -> None:
    """Print a table of milliseconds (medians, and the best of both) and sizes for designs by their containers."""
    print("\nthe diagram: layout and SVG in ms")
    print(f"{'containers':>10} {'layout':>9} {'SVG':>9} {'best both':>9} {'pixels':>11} {'kB':>7} {'kB gzip':>8}")
    for count, documents in designs.items():
        layouts, drawings = [], []
        for _ in range(_ROUNDS):
            start = time.perf_counter()
            picture = layout(documents)
            between = time.perf_counter()
            text = svg(picture)
            layouts.append((between - start) * 1000)
            drawings.append((time.perf_counter() - between) * 1000)
        best = min(map(sum, zip(layouts, drawings, strict=True)))
        sent = text.encode()
        print(
            f"{count:>10} {statistics.median(layouts):>9.2f} {statistics.median(drawings):>9.2f}"
            f" {best:>9.2f} {f'{picture.width}×{picture.height}':>11}"
            f" {len(sent) / 1000:>7.1f} {len(gzip.compress(sent)) / 1000:>8.1f}"
        )


def timelines(designs: Mapping[int, Documents]) -> None:
    """Print the same for the start and stop of each design's pods: working them out, and their lanes as SVG."""
    print("\nthe timeline: lanes and SVG in ms")
    print(f"{'containers':>10} {'lanes':>9} {'SVG':>9} {'best both':>9} {'kB':>7} {'kB gzip':>8}")
    for count, documents in designs.items():
        workings, drawings = [], []
        for _ in range(_ROUNDS):
            start = time.perf_counter()
            found = [timeline(documents, pod, {}) for pod in pods(documents)]
            between = time.perf_counter()
            text = "".join(_tracks(one) for one in found)
            workings.append((between - start) * 1000)
            drawings.append((time.perf_counter() - between) * 1000)
        best = min(map(sum, zip(workings, drawings, strict=True)))
        sent = text.encode()
        print(
            f"{count:>10} {statistics.median(workings):>9.2f} {statistics.median(drawings):>9.2f} {best:>9.2f}"
            f" {len(sent) / 1000:>7.1f} {len(gzip.compress(sent)) / 1000:>8.1f}"
        )


def _tracks(found: Timeline) -> str:
    charts = (found.start, found.stop)
    return "".join(scale(chart) + "".join(track(lane, chart) for lane in chart.lanes) for chart in charts)
