"""Woven presets as Kustomize Components: what they add as resources, what they change as patches. Pure.

``kubectl kustomize`` on a base of the design without a preset, with its component, builds the woven design, and on a
base without any, with the components of all in the order in which they were woven, the whole one, lists in their order
(https://kubectl.docs.kubernetes.io/guides/config_management/components/). Changes of mappings of Kubernetes' own kinds
are strategic merge patches. What changes in a list that is there is a JSON patch (RFC 6902), as a strategic merge moves
every item that it touches to the front: the application would not be the first container any more, and what another
component says by index would be said of another item. Where a JSON patch counts on what stands at an index, or that a
field is not there, it says so first by a ``test`` of the item's name: on a base that is another by then, the build
fails, and changes nothing else. It goes before the strategic merge patch of the same object. So does all that changes
in a pod that declares a port number twice, for TCP and UDP: Kustomize loses one of the two where it merges such a pod.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from designer.manifests import text
from designer.manifests.edits.selection import items
from designer.manifests.match import same
from designer.manifests.pod import containers, name_of, pods
from designer.manifests.schema import Field, schema
from designer.manifests.types import Document, Documents, ManifestError, Path, get
from patterns.weave import identity

_OP = dict[str, Any]


@dataclass
class _Changes:
    """What leads from one document to another: a strategic merge patch, and JSON patch operations that go before it."""

    patch: Document = field(default_factory=dict)
    operations: list[_OP] = field(default_factory=list)


def component(name: str, before: Documents, after: Documents, head: str = "") -> dict[str, str]:
    """The files of a component that makes `before` into `after`, by their names; ``kustomization.yaml`` is the first.

    `head` is the comment on top, by default how to use the component `name`. Raises ManifestError if nothing differs,
    and for objects without a name, which Kustomize cannot tell apart.
    """
    old, new = _by_identity(before), _by_identity(after)
    for document in (*before, *after):
        if not name_of(document):
            raise ManifestError(f"a {document.get('kind')} has no name: Kustomize needs one to find it by")
    files: dict[str, str] = {}
    resources: list[str] = []
    patches: list[Document] = []
    for key, document in new.items():
        if key not in old:
            resources.append(_add(files, _file(document), document))
            continue
        changes = _Changes()
        definition = schema().definition_of(str(document.get("apiVersion")), str(document.get("kind")))
        if definition and not _clumsy(old[key]) and not _clumsy(document):
            changes.patch = _merge(old[key], document, definition, (), changes.operations)
        else:
            _replace(old[key], document, definition, (), changes.operations)
        if changes.operations:
            file = _add(files, f"{_file(document)}-json", changes.operations)
            patches.append({"path": file, "target": _target(document)})
        if changes.patch:
            file = _add(files, f"{_file(document)}-patch", _headed(old[key], changes.patch))
            patches.append({"path": file, "target": _target(document)})
    for key, document in old.items():
        if key not in new:
            file = _add(files, f"{_file(document)}-delete", {**_header(document), "$patch": "delete"})
            patches.append({"path": file, "target": _target(document)})
    if not files:
        raise ManifestError("the preset changes nothing here: there is nothing to export")
    top: Document = {}
    if resources:
        top["resources"] = resources
    if patches:
        top["patches"] = patches
    head = head or _HEAD.format(name=re.sub(r"\s+", " ", name))
    return {"kustomization.yaml": head + _dump("Component", top), **files}


_HEAD = """\
# {name}, as a component. Put this folder beside a base that holds the design without it, and in an overlay:
#   resources: [../base]
#   components: [../{name}]
"""


def folder(base: str, before: Documents, steps: Sequence[tuple[str, Documents]]) -> dict[str, str]:
    """A whole folder for ``kubectl kustomize``, by path; ``kustomization.yaml`` is the first.

    `base` is the YAML of the documents `before`. Each of `steps` is a name and the documents by then: it becomes a
    component upon all before it. One that changes nothing has none, and a base without objects is left out. Raises
    ManifestError as `component` does, and where no component is left.
    """
    components: dict[str, dict[str, str]] = {}
    under = before
    for name, documents in steps:
        if _by_identity(under) != _by_identity(documents):
            place = f"components/{len(components) + 1}-{name}" if len(steps) > 1 else f"components/{name}"
            head = f"# Made for the base{' with the components before this one' if components else ''}.\n"
            components[place] = component(name, under, documents, head)
        under = documents
    if not components:
        raise ManifestError("what is woven changes nothing here: there is nothing to export")
    top: Document = {**({"resources": ["base"]} if before else {}), "components": list(components)}
    files = {"kustomization.yaml": (_ORDER if len(components) > 1 else "") + _dump("Kustomization", top)}
    if before:
        files["base/kustomization.yaml"] = _dump("Kustomization", {"resources": ["design.yaml"]})
        files["base/design.yaml"] = base
    for place, inside in components.items():
        files |= {f"{place}/{name}": content for name, content in inside.items()}
    return files


_ORDER = "# Each component is made for the base with those before it: the order stays.\n"


def _by_identity(documents: Documents) -> dict[Any, Document]:
    return {identity(document): document for document in documents}


def _dump(kind: str, content: Document) -> str:
    version = "v1alpha1" if kind == "Component" else "v1beta1"
    return text.dump([{"apiVersion": f"kustomize.config.k8s.io/{version}", "kind": kind, **content}])


def _merge(old: Document, new: Document, definition: str, path: Path, operations: list[_OP]) -> Document:
    """The strategic merge patch from `old` to `new`; what changes in lists goes to `operations`."""
    patch: Document = {}
    for key in {**old, **new}:
        was, value, here = old.get(key), new.get(key), (*path, key)
        if key in old and key in new and same(was, value):
            continue
        field = schema().field(definition, (key,))
        if isinstance(was, dict) and isinstance(value, dict):
            patch[key] = _merge(was, value, field.of if field else "", here, operations)
        elif isinstance(was, list) and isinstance(value, list):
            _items(was, value, field, here, operations)
        else:
            patch[key] = value
    return {key: value for key, value in patch.items() if value != {} or key not in old}


def _replace(old: Any, new: Any, definition: str, path: Path, operations: list[_OP]) -> None:
    """JSON patch operations from `old` to `new`, field by field."""
    if same(old, new):
        return
    if not isinstance(old, dict) or not isinstance(new, dict):
        operations.append({"op": "replace", "path": _pointer(path), "value": new})
        return
    for key in {**old, **new}:
        here = (*path, key)
        field = schema().field(definition, (key,)) if definition else None
        if key not in new:
            operations.append({"op": "remove", "path": _pointer(here)})
        elif key not in old:
            # What is not there is null to a test; to add a field that is there would overwrite it.
            operations.append({"op": "test", "path": _pointer(here), "value": None})
            operations.append({"op": "add", "path": _pointer(here), "value": new[key]})
        elif isinstance(old[key], list) and isinstance(new[key], list):
            if not same(old[key], new[key]):
                _items(old[key], new[key], field, here, operations)
        else:
            _replace(old[key], new[key], field.of if field else "", here, operations)


def _items(old: list[Any], new: list[Any], field: Field | None, path: Path, operations: list[_OP]) -> None:
    """JSON patch operations from one list to another: item by item where items have names, else the list whole."""
    by = next((key for key in (field.merge_key if field else "", "name") if _named(old, key) and _named(new, key)), "")
    left, right = ([get(item, (by,)) for item in listed] if by else [] for listed in (old, new))
    if not by or [key for key in left if key in right] != [key for key in right if key in left]:
        operations.append({"op": "test", "path": _pointer(path), "value": old})
        operations.append({"op": "replace", "path": _pointer(path), "value": new})
        return
    for key in left:
        index = left.index(key)
        if key in right and not same(old[index], new[right.index(key)]):
            operations.append(_is(path, index, by, key))
            changed = new[right.index(key)]
            _replace(old[index], changed, field.of if field else "", (*path, index), operations)
    for index in reversed(range(len(left))):
        if left[index] not in right:
            operations.append(_is(path, index, by, left[index]))
            operations.append({"op": "remove", "path": _pointer((*path, index))})
    for index, key in enumerate(right):
        if key in left:
            continue
        after = next((later for later in right[index:] if later in left), None)
        if after is not None:
            operations.append(_is(path, index, by, after))
        operations.append(
            {"op": "add", "path": _pointer((*path, "-" if after is None else index)), "value": new[index]}
        )


def _is(path: Path, index: int, by: str, key: Hashable) -> _OP:
    """The operation that fails where another item stands at an index."""
    return {"op": "test", "path": _pointer((*path, index, by)), "value": key}


def _named(listed: list[Any], key: str) -> bool:
    """Whether all items have the key, each with a value of its own."""
    found = [get(item, (key,)) for item in listed] if key else []
    return bool(key) and all(isinstance(value, (str, int)) for value in found) and len(found) == len(set(found))


def _clumsy(document: Document) -> bool:
    """Whether a container of it declares the same port number twice."""
    for pod in pods([document]):
        for container in containers(pod):
            declared = [get(port, ("containerPort",)) for port in items(container.data, "ports")]
            if len(declared) != len(set(map(str, declared))):
                return True
    return False


def _pointer(path: Path) -> str:
    """A path as RFC 6901 writes it."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def _header(document: Document) -> Document:
    metadata = {key: document["metadata"][key] for key in ("name", "namespace") if key in document["metadata"]}
    return {"apiVersion": document.get("apiVersion"), "kind": document.get("kind"), "metadata": metadata}


def _headed(document: Document, patch: Document) -> Document:
    """A patch with what says which object it is of."""
    header = _header(document)
    return {**header, **patch, "metadata": {**header["metadata"], **patch.get("metadata", {})}}


def _target(document: Document) -> Document:
    """What a patch is for. Its fields are regular expressions to Kustomize, anchored at both ends."""
    group, _, version = str(document.get("apiVersion")).rpartition("/")
    out: Document = {"group": re.escape(group).replace("\\-", "-")} if group else {}
    out |= {"version": version, "kind": document.get("kind"), "name": name_of(document).replace(".", "\\.")}
    if namespace := get(document, ("metadata", "namespace")):
        out["namespace"] = namespace
    return out


def _file(document: Document) -> str:
    return re.sub(r"[^a-z0-9.-]+", "-", f"{document.get('kind')}-{name_of(document)}".lower())


def _add(files: dict[str, str], name: str, value: Any) -> str:
    number, wanted = 2, name
    while f"{name}.yaml" in files:
        name, number = f"{wanted}-{number}", number + 1
    files[f"{name}.yaml"] = text.dump([value])
    return f"{name}.yaml"
