"""Kubernetes quantities (``500m``, ``1.5Gi``, ``1e3``): read exactly.

The grammar is that of k8s.io/apimachinery/pkg/api/resource: a signed decimal number, then a binary suffix (Ki … Ei), a
decimal one (n, u, m, k … E) or an exponent (e or E and a signed number).
"""

from __future__ import annotations

import re
from fractions import Fraction

from designer.manifests.types import ManifestError

_SUFFIXES = {
    "": Fraction(1),
    **{suffix: Fraction(1, 1000**power) for power, suffix in enumerate("mun", start=1)},
    **{suffix: Fraction(1000**power) for power, suffix in enumerate("kMGTPE", start=1)},
    **{f"{suffix}i": Fraction(1024**power) for power, suffix in enumerate("KMGTPE", start=1)},
}
_QUANTITY = re.compile(
    r"(?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:(?P<suffix>[KMGTPE]i|[numkMGTPE])|[eE](?P<power>[+-]?\d{1,3}))?",
    re.ASCII,
)


def parse(text: str | int | float) -> Fraction:
    """The exact value of a quantity. Raises ManifestError, in words, for what the API server would refuse."""
    match = None if isinstance(text, bool) else _QUANTITY.fullmatch(str(text))
    if match is None:
        raise ManifestError(f"must be a quantity such as 500m, 2, 1.5 or 128Mi: got {str(text)!r}")
    number = Fraction(match["number"])
    if match["power"]:
        return number * Fraction(10) ** int(match["power"])
    return number * _SUFFIXES[match["suffix"] or ""]
