"""Kubernetes quantities (``500m``, ``1.5Gi``, ``1e3``): read exactly.

The grammar is that of k8s.io/apimachinery/pkg/api/resource: a signed decimal number, then a binary suffix (Ki … Ei), a
decimal one (n, u, m, k … E) or an exponent (e or E and a signed number).
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil

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


# The resources that a container, claim or overhead usually names, with an amount to start from (API reference,
# ResourceRequirements; hugepages-<size>: a page of that size).
USUAL = {
    "cpu": "100m",
    "memory": "128Mi",
    "ephemeral-storage": "1Gi",
    "hugepages-2Mi": "2Mi",
    "hugepages-1Gi": "1Gi",
    "storage": "1Gi",
}
_BYTES = ("memory", "storage", "sizeLimit")
_SHARES = {Fraction(1, 10): "a tenth of a CPU core", Fraction(1, 4): "a quarter of a CPU core"}
_SHARES |= {Fraction(1, 2): "half a CPU core", Fraction(3, 4): "three quarters of a CPU core"}


def is_bytes(resource: str) -> bool:
    """Whether a resource, by its name, is counted in bytes: memory, storage, huge pages, an emptyDir's limit."""
    return resource.endswith(_BYTES) or resource.startswith("hugepages-")


def meaning(text: str, resource: str) -> str:
    """What an amount of a resource means, in words: "500m" of cpu is "half a CPU core". "" where it says so itself, for
    other resources than cpu and bytes, and for what is no quantity."""
    try:
        value = parse(text)
    except ManifestError:
        return ""
    if resource == "cpu":
        return _cores(value)
    if is_bytes(resource) and value == int(value):
        plain = f"{int(value):,} byte{'' if value == 1 else 's'}"
        if str(text).strip().lstrip("+").isdecimal() and value < 1024:
            return plain
        return f"{plain}{_in_binary(str(text), int(value))}"
    return ""


def caution(text: str, resource: str) -> str:
    """What is valid but seldom meant, as a sentence: milli-bytes of memory, M where Mi is usual, no unit at all."""
    match = _QUANTITY.fullmatch(str(text).strip())
    if match is None:
        return ""
    value, suffix = parse(str(text).strip()), match["suffix"] or ""
    if value < 0:
        return "An amount below zero is refused."
    if resource == "cpu":
        if value > 1000:
            return f"{int(value):,} whole CPU cores: for a part of a core write m, as in 500m."
        return "Less than 1m: the smallest share of a CPU that is kept is 1m." if 0 < value < Fraction(1, 1000) else ""
    if not is_bytes(resource):
        return ""
    if suffix in ("m", "u", "n"):
        return f"m is a thousandth: this is {_bytes_of_a_part(value)}. Mebibytes are Mi, as in {match['number']}Mi."
    if 0 < value < 1024 * 1024 and resource == "memory" and suffix in ("", "k", "Ki"):
        return f"Only {int(value):,} bytes: no container starts with so little. Mebibytes are Mi, as in 128Mi."
    # A round number of binary units, written with a decimal one: 1024M, 512M, 128k.
    if suffix in ("k", "M", "G", "T") and Fraction(match["number"]) % 32 == 0 and value:
        less = f"{match['number']}{'K' if suffix == 'k' else suffix}i"
        return f"{suffix} counts in thousands; {less}, in steps of 1,024, would be {int(parse(less)):,} bytes."
    return ""


def _cores(value: Fraction) -> str:
    if value in _SHARES:
        return _SHARES[value]
    if value == 1:
        return "one CPU core"
    number = f"{float(value):,.3f}".rstrip("0").rstrip(".")
    return f"{number} CPU cores" if value > 1 else f"{number} of a CPU core" if value >= Fraction(1, 1000) else ""


def _in_binary(text: str, value: int) -> str:
    """The largest binary unit that a number of bytes is whole in, where it was not written in one."""
    if "i" in text or value < 1024:
        return ""
    for power, unit in ((4, "Ti"), (3, "Gi"), (2, "Mi"), (1, "Ki")):
        if value >= 1024**power:
            amount = f"{value / 1024**power:,.1f}".removesuffix(".0")
            return f", {'' if value % 1024**power == 0 else 'about '}{amount}{unit}"
    return ""


def _bytes_of_a_part(value: Fraction) -> str:
    return "less than one byte" if value < 1 else f"{float(value):,.3f}".rstrip("0").rstrip(".") + " bytes"


def write(value: Fraction, resource: str) -> str:
    """An amount of a resource as people write it: 250m and 1.5 of cpu, 640Mi and 1.5Gi of bytes, else plain numbers.

    Exact where a suffix makes it so with one decimal at most; else rounded, with ≈ before it.
    """
    if value < 0:
        return f"-{write(-value, resource)}"
    if is_bytes(resource):
        return _in_suffix(value)
    if value == int(value):
        return str(int(value))
    milli = ceil(value * 1000)
    written = f"{milli}m" if milli < 1000 else f"{milli / 1000:.3f}".rstrip("0").rstrip(".")
    return written if milli == value * 1000 else f"≈{written}"


def _in_suffix(value: Fraction) -> str:
    """A number of bytes with the largest binary suffix, else the largest decimal one, that it is exact in."""
    for suffixes in (("Ei", "Pi", "Ti", "Gi", "Mi", "Ki"), ("E", "P", "T", "G", "M", "k")):
        for suffix in suffixes:
            tenths = value * 10 / _SUFFIXES[suffix]
            if tenths >= 10 and tenths == int(tenths):
                return f"{int(tenths) / 10:.1f}".removesuffix(".0") + suffix
    if value < 1024:
        return str(int(value)) if value == int(value) else f"{int(value * 1000)}m"
    suffix = next(suffix for suffix in ("Ti", "Gi", "Mi", "Ki") if value >= _SUFFIXES[suffix])
    return f"≈{float(value / _SUFFIXES[suffix]):.1f}".removesuffix(".0") + suffix
