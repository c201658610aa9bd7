"""Whether two values are the same to Kubernetes: equal as JSON, where true is not 1 and 1.0 is 1."""

from __future__ import annotations

from typing import Any

from designer.manifests.yamltext.scalars import json_value


def same(one: Any, other: Any) -> bool:
    return identical(one, other) or _walk(one, other)


def identical(one: Any, other: Any) -> bool:
    """A quick yes for most values that are the same: equal, and written the same by Python, which tells True from 1."""
    return bool(one == other) and repr(one) == repr(other)


def _walk(one: Any, other: Any) -> bool:
    kind = type(one)
    if kind is not type(other):
        return _same_numbers(one, other)
    if kind is dict:
        return one.keys() == other.keys() and all(_walk(value, other[key]) for key, value in one.items())
    if kind is list:
        return len(one) == len(other) and all(map(_walk, one, other))
    if kind is int and one != other:
        return _same_numbers(one, other)
    return bool(one == other)


def _same_numbers(one: Any, other: Any) -> bool:
    numbers = (int, float)
    return type(one) in numbers and type(other) in numbers and json_value(one) == json_value(other)
