"""What a picture costs: laying it out and writing it as SVG, and how large it is, by the number of containers."""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Mapping

from designer.diagram.layout import layout
from designer.diagram.svg import svg
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
