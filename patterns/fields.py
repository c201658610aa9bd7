"""The fields of a preset's document (preset.py), read one by one: each raises ManifestError, with the path, where one
is not as the format has it. Pure."""

from __future__ import annotations

import dataclasses
from difflib import get_close_matches

from designer.manifests import names
from designer.manifests.types import Document, ManifestError, Path, get, show
from patterns import parameters
from patterns.parameters import Parameter

_PARAMETER_FIELDS = tuple(f.name for f in dataclasses.fields(Parameter))


def declared(document: Document) -> dict[str, Parameter]:
    """The parameters of a preset, by name."""
    found: dict[str, Parameter] = {}
    items = document.get("parameters", [])
    if not isinstance(items, list):
        raise ManifestError("parameters is a list", ("parameters",))
    for index, item in enumerate(items):
        path: Path = ("parameters", index)
        if not isinstance(item, dict):
            raise ManifestError(f"{show(path)} is {item!r}: a mapping with a name is needed", path)
        known(item, _PARAMETER_FIELDS, path)
        parameter = parameters.read(item, path, found)
        found[parameter.name] = parameter
    for index, parameter in enumerate(found.values()):
        if parameter.key and parameter.key not in found:
            raise ManifestError(
                f"{parameter.name} has its private key in {parameter.key!r}, which is no parameter: declare it",
                ("parameters", index, "key"),
            )
    return found


def check_successor(metadata: Document) -> None:
    """What it names to be used instead can be that, as far as the document says."""
    successor, path = metadata.get("successor", ""), ("metadata", "successor")
    if not successor:
        return
    if wrong := names.label_problem(successor):
        raise ManifestError(f"metadata.successor is {successor!r}: {wrong}", path)
    if successor == metadata["name"]:
        raise ManifestError("it cannot be its own successor: name another preset, or none", path)
    if not metadata.get("deprecated", "").strip():
        raise ManifestError("metadata.successor is for what is deprecated: say why in metadata.deprecated", path)


def parameter_document(parameter: Parameter) -> Document:
    """A parameter as it is written; what is not said stays out."""
    plain = Parameter(parameter.name)
    out: Document = {"name": parameter.name, "type": parameter.type}
    for key in _PARAMETER_FIELDS:
        value = getattr(parameter, key)
        if key not in out and value != getattr(plain, key):
            out[key] = list(value) if isinstance(value, tuple) else dict(value) if key == "images" else value
    return out


def objects_in(document: Document, key: str) -> tuple[Document, ...]:
    """The Kubernetes objects that stand under a key."""
    items = document.get(key, [])
    if not isinstance(items, list):
        raise ManifestError(f"{key} is a list of Kubernetes objects", (key,))
    for index, item in enumerate(items):
        fields = [get(item, field) for field in (("apiVersion",), ("kind",), ("metadata", "name"))]
        if not all(isinstance(value, str) and value for value in fields):
            raise ManifestError(
                f"{key}[{index}] is no Kubernetes object: give it an apiVersion, a kind and a name", (key, index)
            )
    return tuple(items)


def mapping(value: Document, key: str, path: Path) -> Document:
    """What stands under a key of what stands at `path`; {} where nothing does."""
    inner = value.get(key, {})
    if not isinstance(inner, dict):
        raise ManifestError(f"{show((*path, key))} is {inner!r}: a mapping is needed", (*path, key))
    return inner


def known(value: Document, allowed: tuple[str, ...], path: Path) -> None:
    """No other fields than those that are allowed stand there."""
    for key in value:
        if key not in allowed:
            near = get_close_matches(str(key), allowed, 1)
            hint = f"did you mean {near[0]}?" if near else f"it can have {', '.join(allowed)}"
            raise ManifestError(f"{show(path) or 'the preset'} has an unknown field {key!r}: {hint}", (*path, key))
