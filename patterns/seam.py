"""What a weaving changed, both ways: as much of the documents before and after it as differs. Pure.

A seam is enough to take a preset off a pod, to put it back, and to see what two presets both touch, without the
revision it was woven in: it survives copying, export and edits of everything else. Named things (containers, variables,
mounts) are in it with their names; lists without names stand in it whole.

What Secrets held before is not in it: whoever may read a seam would read it there. Where weaving changed a value that a
Secret had (a slot, designer/manifests/secrets.py), both sides say what it is afterwards, a mark for a secret
parameter, so that nothing is put back: when the preset is taken off, that slot keeps the value that stands there. One
that the Secret did not have goes, as all else that was woven does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from designer.manifests import secrets as held
from designer.manifests.edits.objects import SELECTING
from designer.manifests.match import MISSING, same
from designer.manifests.merge import Conflict, Merged, three_way
from designer.manifests.pod import TEMPLATE_PATHS, containers, mounts, name_of, pods, volumes
from designer.manifests.types import Document, Documents, Path, get
from patterns.parts import TOP, differing, put, within
from patterns.podkey import pod_key
from patterns.sharing import leaving
from patterns.weave import identity, keep_used, references

# Where the value of a secret parameter stands in a seam: it is asked for anew, or read from the documents.
_MARK = re.compile(r"\$\{secret:([A-Z][A-Z0-9_]*)\}")


def is_marked(value: Any) -> bool:
    """Whether a value of a seam is, or holds, what stands there for a secret one."""
    return isinstance(value, str) and _MARK.search(value) is not None


def mark(name: str) -> str:
    """What stands in a seam for the value of the secret parameter `name`."""
    return f"${{secret:{name}}}"


@dataclass(frozen=True)
class Seam:
    """The parts of the documents that a weaving changed, as they were `before` and `after` it; `pod` is its key."""

    pod: str
    before: Documents
    after: Documents

    @classmethod
    def between(cls, before: Documents, after: Documents, pod: str) -> Seam:
        old, new = differing(before, after, TOP)
        return cls(pod, [] if old is MISSING else deepcopy(old), [] if new is MISSING else deepcopy(new)).veiled()

    def veiled(self) -> Seam:
        """The seam with nothing that a Secret held before it: there it has what its after-side has."""
        return Seam(self.pod, _slots_as(self.before, self.after), self.after)

    def onto(self, documents: Documents, pod: int) -> Seam:
        """The seam as it reads for document `pod`, whatever that is called, and of whatever kind it is, by now."""
        target = documents[pod]
        key = pod_key(target)
        return Seam(key, *(_turned(side, self.pod, target) for side in (self.before, self.after)))

    def filled(self, secrets: Mapping[str, Any]) -> Seam:
        """The seam with the values of secret parameters in it."""
        if not secrets:
            return self
        return Seam(self.pod, _filled(self.before, secrets), _filled(self.after, secrets))

    def beneath(self, documents: Documents, claims: Sequence[Document] = ()) -> Documents:
        """The documents as they would be had it not been woven, with only what others need of it, the `claims`."""
        found: Documents = three_way(
            self.after, documents, leaving(self.before, self.after, claims), removals_win=True
        ).value
        return found

    def off(self, documents: Documents, upon: Sequence[Documents] = (), claims: Sequence[Document] = ()) -> Merged:
        """The documents without what was woven. What changed elsewhere stays, and so does what others need of it, the
        `claims`. What was woven goes even if it was changed, which is told as a conflict, except where one of the seams
        `upon` this one put what stands there."""
        before = leaving(self.before, self.after, claims)
        if upon:
            met = three_way(self.after, documents, before).conflicts
            theirs = [c for c in met if not any(same(_at(side, documents, c.path), c.ours) for side in upon)]
            merged = three_way(self.after, reverted(documents, theirs), before)
            return keep_used(Merged(merged.value, theirs), documents)
        return keep_used(three_way(self.after, documents, before, removals_win=True), documents)

    def on(self, documents: Documents) -> Documents:
        """The documents with what was woven put back."""
        put: Documents = three_way(self.before, documents, self.after).value
        return put

    def rebased(self, old: Documents, new: Documents) -> Seam:
        """The seam, where what it was woven upon turned from `old` into `new`."""
        before = three_way(old, _slots_as(self.before, old), new).value
        return Seam(self.pod, within(before, self.before, self.after, TOP), self.after).veiled()

    def secrets(self, documents: Documents) -> dict[str, Any]:
        """The values that the documents have for secret parameters, as far as they can be told: as they stand there,
        so that a number that is part of a text is text."""
        found: dict[str, Any] = {}
        _recover(self.after, documents, found)
        return found

    def left_in(self, documents: Documents) -> list[Left]:
        """The volumes and objects that it brought and that the documents have still, after it was taken off."""
        old = {identity(one) for one in self.before}
        there = {identity(one): one for one in documents}
        found = [Left(self.pod, there[identity(one)]) for one in self.after if identity(one) in there.keys() - old]
        was, brought, now = (_volumes(side, self.pod) for side in (self.before, self.after, documents))
        return found + [Left(self.pod, now[name]) for name in brought if name in now and name not in was]

    def moves_ports(self, container: str) -> bool:
        """Whether it changed the ports of a container that was there before."""
        for old in pods(self.before):
            mine = _named(old.spec.get("containers"), container)
            new = next((pod for pod in pods(self.after) if pod.name == old.name), None)
            other = _named(new.spec.get("containers"), container) if new else None
            if mine is not None and ("ports" in mine or "ports" in (other or {})):
                return True
        return False


@dataclass(frozen=True)
class Left:
    """A volume of a pod, or an object, that stayed when the preset that brought it was taken off: something uses it."""

    pod: str
    data: Document

    def used_in(self, documents: Documents) -> bool:
        if "kind" in self.data:
            wanted = (self.data["kind"], name_of(self.data))
            return any(wanted in set(references(pod)) for pod in pods(documents))
        name = self.data.get("name")
        here = [pod for pod in pods(documents) if pod_key(documents[pod.document]) == self.pod]
        return any(m.volume == name for pod in here for c in containers(pod) for m in mounts(c))

    def held_by(self, side: Documents) -> bool:
        """Whether the after-side of a seam has it."""
        if "kind" in self.data:
            return any(identity(document) == identity(self.data) for document in side)
        return self.data.get("name") in _volumes(side, self.pod)

    def put_into(self, side: Documents, pod: str) -> Documents:
        """The side of a seam in which the pod is called `pod`, with this in it."""
        if "kind" in self.data:
            return [*side, self.data]
        out = deepcopy(side)
        for found in pods(out):
            if pod_key(out[found.document]) == pod:
                found.template.setdefault("spec", {}).setdefault("volumes", []).append(self.data)
        return out


def _turned(side: Documents, pod: str, target: Document) -> Documents:
    """One side of a seam with its pod called as `target` is; the template stands where that kind keeps it."""
    out = []
    for document in side:
        if pod_key(document) != pod:
            out.append(document)
            continue
        turned = deepcopy(document)
        was, now = TEMPLATE_PATHS.get(str(document.get("kind"))), TEMPLATE_PATHS.get(str(target.get("kind")))
        if was is not None and now is not None and document.get("kind") != target.get("kind"):
            turned = _template_moved(turned, was, now)
            if target.get("kind") not in SELECTING and isinstance(turned.get("spec"), dict):
                turned["spec"].pop("selector", None)
        for key in ("apiVersion", "kind"):
            turned[key] = target.get(key)
        for key in ("name", "namespace"):
            turned.setdefault("metadata", {}).pop(key, None)
            if key in target.get("metadata", {}):
                turned["metadata"][key] = target["metadata"][key]
        out.append(turned)
    return out


def _template_moved(document: Document, was: Path, now: Path) -> Document:
    out: Document = {key: deepcopy(document[key]) for key in ("apiVersion", "kind", "metadata") if key in document}
    template: Document = deepcopy(get(document, was, {}))
    if not was:
        template = {key: template[key] for key in ("metadata", "spec") if key in template}
    if not now:
        return {**out, **template}
    put(out, now, template)
    selector = get(document, ("spec", "selector")) if was else None
    if selector is not None:
        put(out, ("spec", "selector"), deepcopy(selector))
    return out


def _slots_as(side: Documents, other: Documents) -> Documents:
    """A side of a seam with what `other` has where it has a Secret's value, and without one that `other` has not."""
    slots = held.slots(side)
    if not slots:
        return side
    out = deepcopy(side)
    for path in slots:
        there = _at(other, side, path)
        parent = get(out, path[:-1])
        if there is not MISSING and not isinstance(there, dict | list):
            parent[path[-1]] = there
        elif isinstance(parent, dict):
            del parent[path[-1]]
        else:
            parent[path[-1]] = ""
    return out


def _filled(value: Any, secrets: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        whole = _MARK.fullmatch(value)
        if whole:
            return secrets.get(whole[1], value)
        return _MARK.sub(lambda match: str(secrets.get(match[1], match[0])), value)
    if isinstance(value, list):
        return [_filled(item, secrets) for item in value]
    if isinstance(value, dict):
        return {key: _filled(inner, secrets) for key, inner in value.items()}
    return value


def _recover(part: Any, now: Any, found: dict[str, Any]) -> None:
    if isinstance(part, dict) and isinstance(now, dict):
        for key, inner in part.items():
            _recover(inner, now.get(key), found)
    elif isinstance(part, list) and isinstance(now, list):
        for index, item in enumerate(part):
            _recover(item, _mate(item, now, index), found)
    elif isinstance(part, str) and isinstance(now, int) and (whole := _MARK.fullmatch(part)):
        found.setdefault(whole[1], now)
    elif isinstance(part, str) and isinstance(now, str) and _MARK.search(part):
        names = _MARK.findall(part)
        pattern = "(.*)".join(re.escape(piece) for piece in _MARK.split(part)[::2])
        match = re.fullmatch(pattern, now, re.DOTALL)
        for name, value in zip(names, match.groups() if match else (), strict=False):
            found.setdefault(name, value)


def _mate(item: Any, items: list[Any], index: int) -> Any:
    """The item of `items` that goes by the same name, else the one in the same place."""
    if isinstance(item, dict):
        if "kind" in item:
            return next((one for one in items if isinstance(one, dict) and identity(one) == identity(item)), None)
        for key in ("name", "key", "mountPath"):
            if key in item:
                return next((one for one in items if isinstance(one, dict) and one.get(key) == item[key]), None)
    return items[index] if 0 <= index < len(items) else None


def reverted(documents: Documents, conflicts: list[Conflict]) -> Documents:
    """The documents with what stood at these places before it was edited by hand."""
    out = deepcopy(documents)
    # From the last to the first, so that what is taken out of a list moves none that is still to be looked at.
    for conflict in sorted(conflicts, key=lambda c: [str(part).zfill(6) for part in c.path], reverse=True):
        parent, key = get(out, conflict.path[:-1]), conflict.path[-1]
        if isinstance(parent, dict):
            if conflict.base is None:
                parent.pop(str(key), None)
            else:
                parent[str(key)] = deepcopy(conflict.base)
        elif isinstance(parent, list) and isinstance(key, int):
            if conflict.ours is None:
                parent.append(deepcopy(conflict.base))
            elif conflict.base is None:
                del parent[key]
            else:
                parent[key] = deepcopy(conflict.base)
    return out


def _at(part: Any, documents: Any, path: Path) -> Any:
    """What a side of a seam has at a place of the documents; MISSING if nothing."""
    for key in path:
        if isinstance(key, int) and isinstance(documents, list) and isinstance(part, list):
            item = documents[key] if key < len(documents) else MISSING
            part, documents = _mate(item, part, -1) if isinstance(item, dict) else MISSING, item
        elif isinstance(part, dict) and isinstance(documents, dict):
            part, documents = part.get(str(key), MISSING), documents.get(str(key), MISSING)
        else:
            return MISSING
    return MISSING if part is None else part


def _volumes(documents: Documents, pod: str) -> dict[str, Document]:
    here = [one for one in pods(documents) if pod_key(documents[one.document]) == pod]
    return {volume.name: volume.data for one in here for volume in volumes(one)}


def _named(listed: Any, name: str) -> Document | None:
    found = listed if isinstance(listed, list) else []
    return next((item for item in found if isinstance(item, dict) and item.get("name") == name), None)
