"""Kubernetes' own field schema, per version: types, descriptions, required fields and merge keys.

The data are the JSON schemas that the PyPI package kubernetes-validate ships (made from Kubernetes' OpenAPI, versions
1.25 to 1.37). One version is a file of under 2 MB that loads in about 20 ms; it is loaded when it is first asked for.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path as FilePath
from typing import Any, Literal

from designer.manifests import since
from designer.manifests.defaults import from_description
from designer.manifests.types import ManifestError, Path

Type = Literal["string", "integer", "number", "boolean", "object", "array", "map", "quantity", "int-or-string", "any"]

_REF = "#/$defs/"
_QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
POD_SPEC = "io.k8s.api.core.v1.PodSpec"
POD_TEMPLATE = "io.k8s.api.core.v1.PodTemplateSpec"
CONTAINER = "io.k8s.api.core.v1.Container"
VOLUME = "io.k8s.api.core.v1.Volume"


@dataclass(frozen=True)
class Field:
    """One field as the schema has it.

    `of` names the definition of an object, or of the items of an array or map of objects ("" for plain values);
    `item` is the type of an array's or map's items; `merge_keys` are those of a list that is merged item by item
    (one for a strategic merge patch), `patch_strategy` as in the OpenAPI (merge, replace, retainKeys …). `owner` is the
    definition that it is a field of; `format` as in the OpenAPI (int32, date-time …).
    """

    name: str
    type: Type
    description: str
    required: bool = False
    of: str = ""
    item: Type = "any"
    enum: tuple[str, ...] = ()
    merge_key: str = ""
    list_keys: tuple[str, ...] = ()
    patch_strategy: tuple[str, ...] = ()
    owner: str = ""
    format: str = ""

    @property
    def default(self) -> str:
        """What it is when it is not set, as one would type it, by its description; "" where that does not say."""
        return from_description(self.description, self.type)

    @property
    def since(self) -> str:
        """The first version that has it; "" if the oldest has it already, or it is no field of a definition."""
        return since.since(self.owner, self.name) if self.owner else ""


@cache
def _directory() -> FilePath:
    spec = find_spec("kubernetes_validate")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the package kubernetes-validate is not installed")
    return FilePath(spec.submodule_search_locations[0]) / "kubernetes-json-schema"


@cache
def versions() -> tuple[str, ...]:
    """The Kubernetes versions there is a schema for, oldest first: ``("1.25", …, "1.37")``."""
    found = [m for path in _directory().iterdir() if (m := re.fullmatch(r"v1\.(\d+)\.\d+-local", path.name))]
    return tuple(f"1.{minor}" for minor in sorted(int(m[1]) for m in found))


@cache
def schema(version: str = "") -> Schema:
    """The schema of a Kubernetes version ("1.36"), by default the newest. Raises ManifestError for one we have not."""
    version = version or versions()[-1]
    if version not in versions():
        raise ManifestError(f"there is no schema for Kubernetes {version}: choose one of {', '.join(versions())}")
    path = next(_directory().glob(f"v{version}.*-local")) / "_definitions.json"
    return Schema(version, json.loads(path.read_bytes())["$defs"])


def newest_with(document: dict[str, Any], path: Path) -> tuple[Field, str] | None:
    """The field of a document in the newest version that has it, with that version; None where none ever had it.

    Loads older versions only where the index says that one had such a field, or the document's kind.
    """
    kind = str(document.get("apiVersion")), str(document.get("kind"))
    newest = versions()[-1]
    if gone := since.last_with_kind(*kind):
        candidates = [gone]
    elif schema(newest).definition_of(*kind):
        candidates = [newest, *since.last_with(part for part in path if isinstance(part, str))]
    else:
        return None
    for version in candidates:
        if found := schema(version).document_field(document, path):
            return found, version
    return None


class Schema:
    """The definitions of one Kubernetes version, asked by name or by the apiVersion and kind of an object."""

    def __init__(self, version: str, definitions: dict[str, Any]) -> None:
        self.version = version
        self._definitions = definitions
        self._fields: dict[str, dict[str, Field]] = {}
        self._kinds: dict[tuple[str, str], str] = {}
        for name, definition in definitions.items():
            for gvk in definition.get("x-kubernetes-group-version-kind", ()):
                api_version = f"{gvk['group']}/{gvk['version']}" if gvk["group"] else gvk["version"]
                # DeleteOptions and the like claim every group; an object kind is the one with metadata.
                if "metadata" in definition.get("properties", ()):
                    self._kinds[api_version, gvk["kind"]] = name

    def definition_of(self, api_version: str, kind: str) -> str:
        """The definition of an object's kind; "" for one that this version does not have (a custom resource, say)."""
        return self._kinds.get((api_version, kind), "")

    def kinds(self) -> list[tuple[str, str]]:
        """Every (apiVersion, kind) of this version, sorted."""
        return sorted(self._kinds)

    def definitions(self) -> list[str]:
        """The name of every definition."""
        return list(self._definitions)

    def since(self, definition: str, field: str) -> str:
        """The first of `versions` that has a field; "" if the oldest has it already. From an index: loads nothing."""
        return since.since(definition, field)

    def last(self, definition: str, field: str) -> str:
        """The last of `versions` that had a field; "" if the newest has it."""
        return since.last(definition, field)

    def description(self, definition: str) -> str:
        return str(self._definitions.get(definition, {}).get("description", ""))

    def fields(self, definition: str) -> dict[str, Field]:
        """The fields of a definition by name, in the schema's order (alphabetical); {} for an unknown definition."""
        if definition not in self._fields:
            raw = self._definitions.get(definition, {})
            required = set(raw.get("required", ()))
            self._fields[definition] = {
                name: self._field(definition, name, data, name in required)
                for name, data in raw.get("properties", {}).items()
            }
        return self._fields[definition]

    def field(self, definition: str, path: Path) -> Field | None:
        """The field that `path` leads to from an object of `definition`; list indexes and map keys are stepped over.

        None where the schema knows no such field. A path that ends inside a list or map gives a field of that item.
        """
        current: Field | None = None
        inside: tuple[str, Type] = (definition, "object")
        for part in path:
            if current is not None and current.type in ("array", "map"):
                current = Field(str(part), current.item, self.description(current.of), of=current.of)
            else:
                current = self.fields(inside[0]).get(str(part)) if inside[0] else None
                if current is None:
                    return None
            inside = (current.of, current.type)
        return current

    def document_field(self, document: dict[str, Any], path: Path) -> Field | None:
        """As `field`, from the document's own apiVersion and kind."""
        return self.field(self.definition_of(str(document.get("apiVersion")), str(document.get("kind"))), path)

    def closure(self, definition: str) -> list[str]:
        """A definition and every one that its fields lead to, each once, in a stable order."""
        seen: dict[str, None] = {}
        waiting = [definition]
        while waiting:
            name = waiting.pop()
            if name and name not in seen:
                seen[name] = None
                waiting += sorted((f.of for f in self.fields(name).values()), reverse=True)
        return list(seen)

    def _field(self, owner: str, name: str, data: dict[str, Any], required: bool) -> Field:
        kind, of = self._type(data)
        item: Type = "any"
        if kind in ("array", "map"):
            inner = data.get("items") if kind == "array" else data.get("additionalProperties")
            item, of = self._type(inner) if isinstance(inner, dict) else ("any", "")
        strategy = data.get("x-kubernetes-patch-strategy", "")
        return Field(
            name,
            kind,
            str(data.get("description", "")),
            required,
            of,
            item,
            tuple(str(value) for value in data.get("enum", ()) if value is not None),
            data.get("x-kubernetes-patch-merge-key", ""),
            tuple(data.get("x-kubernetes-list-map-keys", ())),
            tuple(strategy.split(",")) if strategy else (),
            owner,
            str(data.get("format") or self._definitions.get(data.get("$ref", "")[len(_REF) :], {}).get("format", "")),
        )

    def _type(self, data: dict[str, Any]) -> tuple[Type, str]:
        if "$ref" in data:
            name = data["$ref"].removeprefix(_REF)
            if name == _QUANTITY:
                return "quantity", ""
            if name == _INT_OR_STRING:
                return "int-or-string", ""
            target = self._definitions.get(name, {})
            # Time, MicroTime and the like are strings with a definition of their own.
            return ("object", name) if target.get("properties") else self._type(target)
        raw = data.get("type")
        kinds = [kind for kind in (raw if isinstance(raw, list) else [raw]) if kind and kind != "null"]
        if not kinds:
            return "any", ""
        if kinds[0] == "object":
            return ("map" if "additionalProperties" in data else "any"), ""
        return kinds[0], ""
