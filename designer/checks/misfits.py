"""Where the documents of known kinds do not fit the schema of a Kubernetes version, found in one walk for all rules.

What the API server tolerates is no misfit: null is "not set", 1.0 is a whole number, and what it fills in or never asks
for is not missing. Documents of kinds that the version does not have are not looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from designer.checks.ranges import is_amount, range_of
from designer.manifests import quantity
from designer.manifests.schema import Field, Schema, Type, schema
from designer.manifests.types import Document, Documents, Path

Why = Literal["unknown", "missing", "type", "range"]

# Required by the OpenAPI, but not by the API server: their zero value is one that is allowed.
NOT_ASKED_FOR = {
    "EvictionResponder": ("priority",),
    "HTTPHeader": ("value",),
    "ISCSIPersistentVolumeSource": ("lun",),
    "ISCSIVolumeSource": ("lun",),
    "NetworkPolicySpec": ("podSelector",),
    "PreferredSchedulingTerm": ("preference",),
    "PriorityClass": ("value",),
    "SleepAction": ("seconds",),
    "StatefulSetSpec": ("serviceName",),
    "Sysctl": ("value",),
    "TokenRequest": ("audience",),
}
# The type whose every value fits, so that most values cost one comparison.
_QUICK: dict[Type, type] = {"string": str, "boolean": bool, "int-or-string": str}


@dataclass(frozen=True)
class Misfit:
    """One place that does not fit. `path` has the document's index first; `definition` is that of the mapping around.

    `field` is None where the version has no such field. For a wrong type, `wanted` is the right one; for a number out
    of range, `least` and `most` are its bounds.
    """

    why: Why
    path: Path
    definition: str
    value: Any = None
    field: Field | None = None
    wanted: Type = "any"
    least: int = 0
    most: int | None = None


class _Shape:
    """What a value has to be, put so that looking at one is cheap."""

    __slots__ = ("amount", "field", "item", "least", "most", "of", "quick", "type")

    def __init__(self, field: Field, kind: Type, item: _Shape | None = None) -> None:
        self.field, self.type, self.item, self.of = field, kind, item, field.of
        self.quick = _QUICK.get(kind)
        self.least, self.most = range_of(field)
        self.amount = is_amount(field)


class _Plan:
    """The shapes of one definition's fields, and which of them have to be there."""

    __slots__ = ("required", "shapes")

    def __init__(self, using: Schema, definition: str) -> None:
        fields = using.fields(definition)
        free = NOT_ASKED_FOR.get(definition.rpartition(".")[2], ())
        self.shapes = {name: _shape(field) for name, field in fields.items()}
        self.required = tuple(name for name, field in fields.items() if field.required and name not in free)


def _shape(field: Field) -> _Shape:
    item = _Shape(field, field.item) if field.type in ("array", "map") else None
    return _Shape(field, field.type, item)


@cache
def _plan(version: str, definition: str) -> _Plan:
    return _Plan(schema(version), definition)


def misfits(documents: Documents, version: str) -> list[Misfit]:
    """Every misfit, in the order in which they stand. `version` is one that there is a schema for. Never raises."""
    using = schema(version)
    found: list[Misfit] = []
    for index, document in enumerate(documents):
        definition = using.definition_of(str(document.get("apiVersion")), str(document.get("kind")))
        if definition:
            walk = _Walk(version)
            walk.mapping(document, definition, (index,))
            # A status is the server's: it looks at the names and types in one, and at no more.
            found += [one for one in walk.found if one.path[1] != "status" or one.why in ("unknown", "type")]
    return found


class _Walk:
    def __init__(self, version: str) -> None:
        self.version = version
        self.found: list[Misfit] = []

    def mapping(self, value: Document, definition: str, path: Path) -> None:
        plan = _plan(self.version, definition)
        shapes = plan.shapes
        for key, child in value.items():
            shape = shapes.get(key)
            if shape is None:
                self.found.append(Misfit("unknown", (*path, key), definition, child))
            elif child is not None and type(child) is not shape.quick:
                self.value(child, shape, definition, (*path, key))
        for name in plan.required:
            if value.get(name) is None:
                self.found.append(Misfit("missing", (*path, name), definition, None, shapes[name].field))

    def value(self, value: Any, shape: _Shape, definition: str, path: Path) -> None:
        kind = shape.type
        if kind == "object":
            if isinstance(value, dict):
                self.mapping(value, shape.of, path)
                return
        elif kind == "array":
            if isinstance(value, list):
                self.items(enumerate(value), shape, definition, path)
                return
        elif kind == "map":
            if isinstance(value, dict):
                self.items(value.items(), shape, definition, path)
                return
        elif kind == "integer" or kind == "int-or-string":
            if _whole(value):
                if not shape.least <= value <= shape.most:
                    self.out_of_range(value, shape, definition, path, shape.most)
                return
        elif kind == "quantity":
            try:
                if quantity.parse(value) < 0 and shape.amount:
                    self.out_of_range(value, shape, definition, path, None)
                return
            except ValueError:
                pass
        elif kind == "any" or (kind == "number" and type(value) in (int, float)):
            return
        self.found.append(Misfit("type", path, definition, value, shape.field, kind))

    def items(self, pairs: Any, shape: _Shape, definition: str, path: Path) -> None:
        item = shape.item
        assert item is not None  # noqa: S101 - an array or a map has one
        if item.type == "any":
            return
        # Lists that are merged by keys have no place for null.
        null = bool(shape.field.list_keys)
        for key, child in pairs:
            if child is None:
                if null and item.type == "object":
                    self.found.append(Misfit("type", (*path, key), definition, None, shape.field, "object"))
            elif type(child) is not item.quick:
                # Of lists of lists and maps of lists, the schema says no more.
                if item.type in ("array", "map"):
                    if not isinstance(child, list if item.type == "array" else dict):
                        self.found.append(Misfit("type", (*path, key), definition, child, shape.field, item.type))
                else:
                    self.value(child, item, definition, (*path, key))

    def out_of_range(self, value: Any, shape: _Shape, definition: str, path: Path, most: int | None) -> None:
        least = 0 if most is None else shape.least
        found = Misfit("range", path, definition, value, shape.field, shape.type, least, most)
        self.found.append(found)


def _whole(value: Any) -> bool:
    return type(value) is int or (type(value) is float and value.is_integer())
