"""A woven preset as a Kustomize Component: what it adds as resources, what it changes as patches. Pure.

``kubectl kustomize`` on a base of the design without the preset, with this component, builds the woven design
(https://kubectl.docs.kubernetes.io/guides/config_management/components/). Changes of Kubernetes' own kinds are
strategic merge patches. Where such a patch cannot say it (custom resources, lists whose items have no merge key) or
would say it in an order that means something else (init containers, variables: Kustomize puts additions first), it is a
JSON patch (RFC 6902), which goes first, as its indexes are those of the base. So is all that changes in a pod that
declares a port number twice, for TCP and UDP: Kustomize loses one of the two where it merges such a pod.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
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
# Lists whose order says something: which init container runs first, which variable another may refer to.
_ORDERED = frozenset({"initContainers", "env"})
# Lists named by more than one field, of which a strategic merge patch knows one.
_NUMBERED = frozenset({"ports"})


@dataclass
class _Changes:
    """What leads from one document to another: a strategic merge patch, and JSON patch operations that go before it."""

    patch: Document = field(default_factory=dict)
    operations: list[_OP] = field(default_factory=list)


def component(name: str, before: Documents, after: Documents) -> dict[str, str]:
    """The files of a component that makes `before` into `after`, by their names; ``kustomization.yaml`` is the first.

    `name` is that of the preset, for the comment on top. Raises ManifestError where nothing differs, and for objects
    without a name, which Kustomize cannot tell apart.
    """
    old = {identity(document): document for document in before}
    new = {identity(document): document for document in after}
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
            _replace(old[key], document, (), changes.operations)
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
    top: Document = {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component"}
    if resources:
        top["resources"] = resources
    if patches:
        top["patches"] = patches
    return {"kustomization.yaml": _HEAD.format(name=re.sub(r"\s+", " ", name)) + text.dump([top]), **files}


_HEAD = """\
# {name}, as a component. Put this folder beside a base that holds the design without it, and in an overlay:
#   resources: [../base]
#   components: [../{name}]
# Kustomize puts what a patch adds to a list first: containers, volumes and mounts may stand in another order than in
# the designer, which means the same to Kubernetes.
"""


def _merge(old: Document, new: Document, definition: str, path: Path, operations: list[_OP]) -> Document:
    """The strategic merge patch from `old` to `new`; what it cannot say goes to `operations`."""
    patch: Document = {}
    for key in {**old, **new}:
        here = (*path, key)
        if key not in new:
            patch[key] = None
            continue
        value = new[key]
        if key not in old:
            patch[key] = value
            continue
        was = old[key]
        if same(was, value):
            continue
        field = schema().field(definition, (key,))
        if isinstance(was, dict) and isinstance(value, dict):
            patch[key] = _merge(was, value, field.of if field else "", here, operations)
        elif isinstance(was, list) and isinstance(value, list):
            merged = _items(was, value, field, key, here, operations)
            if merged:
                patch[key] = merged
        else:
            patch[key] = value
    return {key: value for key, value in patch.items() if value != {} or key not in old}


def _items(
    old: list[Any], new: list[Any], field: Field | None, name: str, path: Path, operations: list[_OP]
) -> list[Any]:
    """The items of a strategic merge patch for a list, by its merge key."""
    by = field.merge_key if field else ""
    left, right = _by_key(old, by), _by_key(new, by)
    gone = left is not None and right is not None and left.keys() - right.keys()
    if field is None or left is None or right is None or (gone and name in _NUMBERED):
        operations.append({"op": "replace", "path": _pointer(path), "value": new})
        return []
    patch: list[Any] = [{by: value, "$patch": "delete"} for value in left if value in gone]  # type: ignore[operator]
    added = [value for value in right if value not in left]
    for value, item in right.items():
        if value in left and not same(left[value], item):
            inner = _merge(left[value], item, field.of, (*path, old.index(left[value])), operations)
            if inner:
                patch.append({by: value, **inner})
    if name in _ORDERED and old and added:
        if list(right)[-len(added) :] != added:
            operations.append({"op": "replace", "path": _pointer(path), "value": new})
            return []
        operations += [{"op": "add", "path": _pointer((*path, "-")), "value": right[value]} for value in added]
        return patch
    return patch + [right[value] for value in added]


def _by_key(listed: list[Any], key: str) -> dict[Hashable, Any] | None:
    """The items by their merge key; None where one has none, or two have the same."""
    if not key or not all(isinstance(item, dict) and isinstance(item.get(key), (str, int)) for item in listed):
        return None
    found = {item[key]: item for item in listed}
    return found if len(found) == len(listed) else None


def _clumsy(document: Document) -> bool:
    """Whether a container of it declares the same port number twice."""
    for pod in pods([document]):
        for container in containers(pod):
            declared = [get(port, ("containerPort",)) for port in items(container.data, "ports")]
            if len(declared) != len(set(map(str, declared))):
                return True
    return False


def _replace(old: Any, new: Any, path: Path, operations: list[_OP]) -> None:
    """JSON patch operations from `old` to `new`: field by field, and in lists of which only the end grew, item by item;
    other lists whole."""
    if same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            if key not in new:
                operations.append({"op": "remove", "path": _pointer((*path, key))})
            elif key not in old:
                operations.append({"op": "add", "path": _pointer((*path, key)), "value": new[key]})
            else:
                _replace(old[key], new[key], (*path, key), operations)
    elif isinstance(old, list) and isinstance(new, list) and _grown(old, new):
        for index, item in enumerate(old):
            _replace(item, new[index], (*path, index), operations)
        operations += [{"op": "add", "path": _pointer((*path, "-")), "value": item} for item in new[len(old) :]]
    else:
        operations.append({"op": "replace", "path": _pointer(path), "value": new})


def _grown(old: list[Any], new: list[Any]) -> bool:
    """Whether the items of `old` are still in their places: the same, or of the same name."""
    named = [get(item, ("name",)) for item in old]
    return len(old) <= len(new) and all(
        same(item, new[index]) or (name is not None and name == get(new[index], ("name",)))
        for index, (item, name) in enumerate(zip(old, named, strict=True))
    )


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
