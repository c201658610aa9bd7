"""Putting a preset onto a pod, and taking it off again. Pure: documents in, documents out.

The preset's patch is merged into the pod template as Kubernetes merges a strategic patch, only that what it adds to a
list comes after what is there. Its objects come along. Weaving the same again changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from designer.manifests.edits.objects import SELECTING, with_labels
from designer.manifests.edits.selection import items, namespace
from designer.manifests.edits.volumes import claim_templates
from designer.manifests.match import same
from designer.manifests.merge import Conflict, Merged, strategic, three_way
from designer.manifests.pod import Pod, containers, mounts, name_of, pod_at, pods, volumes
from designer.manifests.schema import POD_TEMPLATE, Schema, schema
from designer.manifests.types import Document, Documents, ManifestError, get
from patterns import portnames
from patterns.hides import hidden
from patterns.jobs import fitted, service_note
from patterns.objects import NEEDED, bring, brought
from patterns.objects import identity as identity
from patterns.objects import references as references
from patterns.parameters import PORTS, Values, fill
from patterns.preset import Preset, built_in, check, defaults, names_before, own_containers, target
from patterns.probes import one_way


@dataclass(frozen=True)
class Woven:
    """What came of weaving.

    `pod` is the index of the pod's document; `values` are those of every parameter, defaults with them; `containers`
    and `volumes` name those that were added or changed, `objects` the documents ("Service/web"); `added` are the
    containers that the preset itself brings, which play its pattern; `notes` say what a person should know before
    applying; `before` is what it was woven onto: the documents, with the example if it was that.
    """

    documents: Documents
    pod: int
    values: Values = field(default_factory=dict)
    containers: list[str] = field(default_factory=list)
    volumes: list[str] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    before: Documents = field(default_factory=list)
    brought: Documents = field(default_factory=list)


def weave(
    preset: Preset,
    values: Mapping[str, Any],
    documents: Documents,
    pod: int | None,
    *,
    native: bool = True,
    using: Schema | None = None,
) -> Woven:
    """`documents` with the preset on the pod of document `pod`; for None, on its own example, added to them.

    Parameters left out have their defaults; on a pod that wears the preset already these are the values it was woven
    with, so that nothing changes. Where `native` is False, native sidecars come as ordinary containers: for clusters
    before 1.29 (KEP-753). On a Job, with `native`, all containers that it brings are native sidecars. `using` is the
    schema that says how lists are merged, by default the newest. Raises ManifestError where a value does not do (see
    `preset.check`), where the pod is gone, and where the example stands in the design already.
    """
    if pod is None:
        _refuse_double(preset, documents)
    wrong = check(preset, values, documents, pod)
    if pod is not None and (wrong or any(parameter.name not in values for parameter in preset.parameters)):
        for worn in _worn(preset, values, documents, pod):
            if not check(preset, worn, documents, pod, standing=worn):
                again = woven(preset, worn, documents, pod, native=native, using=using)
                if same(again.documents, documents):
                    return again
    if wrong:
        name, message = next(iter(wrong.items()))
        parameter = preset.parameter(name)
        raise ManifestError(f"{parameter.label if parameter else name}: {message}")
    full = defaults(preset, documents, pod, values)
    return woven(preset, full, *target(preset, documents, pod), native=native, using=using)


def _worn(preset: Preset, values: Mapping[str, Any], documents: Documents, pod: int) -> Iterator[Values]:
    """The values that a pod may wear a preset with, for those left out: names as the preset says them, and free ports
    either so, or those that are free beside the preset's own containers; then the names that gave way to others'."""
    said = defaults(preset, documents, pod, values, fresh=False)
    yield said
    named = {p.name: said[p.name] for p in preset.parameters if p.type not in PORTS}
    yield defaults(preset, _without(documents, pod, own_containers(preset, said)), pod, {**named, **values})
    numbered = names_before(preset, said, defaults(preset, documents, pod, values), ("containerName", "volumeName"))
    bare = _without(documents, pod, own_containers(preset, {**said, **numbered}))
    found = defaults(preset, bare, pod, {**numbered, **values})
    yield found
    # An object may say otherwise than the preset does since a port's name gave way in it (patterns/portnames.py).
    there = {name_of(document) for document in documents}
    before = names_before(preset, said, found, ("objectName",))
    objects = {name: value for name, value in before.items() if found[name] not in there}
    yield defaults(preset, bare, pod, {**numbered, **objects, **values})


def _without(documents: Documents, pod: int, own: Collection[str]) -> Documents:
    """The documents, in which the pod lacks containers of these names."""
    bare = [deepcopy(one) if index == pod else one for index, one in enumerate(documents)]
    spec = _pod(bare, pod).spec
    for key in ("initContainers", "containers"):
        spec[key] = [item for item in items(spec, key) if get(item, ("name",)) not in own]
    return bare


def woven(
    preset: Preset,
    values: Values,
    documents: Documents,
    pod: int,
    *,
    native: bool = True,
    using: Schema | None = None,
) -> Woven:
    """As `weave`, with the value of every parameter, which is not checked again."""
    everything: Values = {**built_in(documents, pod), **values}
    after = deepcopy(documents)
    old = _pod(after, pod)
    coming, notes = _coming(preset, everything, namespace(documents[pod]), old)
    labels: Documents = []
    if _uses_labels([preset.pod, *(written for written, _ in coming)]):
        after = deepcopy(with_labels(after, old)[0])
        labels = [_labelled(documents[pod], old, everything["POD_LABELS"])]
    labelled = _pod(after, pod)
    patch, plain = fitted(fill(preset.pod, everything), old, native)
    patch, kept = _keeping_volumes(patch, labelled, claim_templates(after, pod))
    one_way(patch, labelled)
    template = strategic(labelled.template, patch, POD_TEMPLATE, using, additions="last")
    own = own_containers(preset, everything)
    if clashing := portnames.giving_way(replace(labelled, template=template), own, patch):
        patch = deepcopy(patch)
        portnames.rename(clashing, own, patch, [document for _, document in coming])
        template = strategic(labelled.template, patch, POD_TEMPLATE, using, additions="last")
    _put_template(after, labelled, template)
    objects = []
    for _, document in coming:
        changed, met = bring(after, deepcopy(document), using)
        notes += met
        objects += [f"{document['kind']}/{name_of(document)}"] if changed else []
    new = _pod(after, pod)
    return Woven(
        after,
        pod,
        values,
        _differing({c.name: c.data for c in containers(old)}, {c.name: c.data for c in containers(new)}),
        _differing({v.name: v.data for v in volumes(old)}, {v.name: v.data for v in volumes(new)}),
        objects,
        [
            *plain,
            *kept,
            *_remounted(old, new),
            *hidden(old, new),
            *_missing(preset, everything, after, new),
            *_custom(objects, after),
            *notes,
        ],
        sorted(own),
        documents,
        [*(document for _, document in coming), *labels],
    )


def _coming(
    preset: Preset, values: Values, in_namespace: str, pod: Pod
) -> tuple[list[tuple[Document, Document]], list[str]]:
    """The objects that the preset brings to the pod, as it writes them and with the values in, and what to say."""
    found, notes = [], []
    for written in preset.objects:
        for document in brought([written], values, in_namespace):
            sensible, note = service_note(document, values["POD_LABELS"], pod.kind)
            found += [(written, document)] if sensible else []
            notes += [note] if note else []
    return found, notes


def _uses_labels(written: list[Document]) -> bool:
    return "${{POD_LABELS}}" in str(written)


def _labelled(document: Document, pod: Pod, labels: dict[str, str]) -> Document:
    """The workload with no more than the labels of its pods, and its selector for them."""
    head: Document = {key: document[key] for key in ("apiVersion", "kind") if key in document}
    name = {key: value for key, value in document.get("metadata", {}).items() if key in ("name", "namespace")}
    out: Document = {**head, "metadata": name}
    inner = out
    for key in pod.path:
        inner = inner.setdefault(str(key), {})
    inner.setdefault("metadata", {})["labels"] = dict(labels)
    if pod.kind in SELECTING:
        out["spec"]["selector"] = {"matchLabels": dict(labels)}
    return out


def unweave(before: Documents, after: Documents, now: Documents) -> Merged:
    """`now` without what weaving changed from `before` to `after`, and with all else that was changed since.

    What the preset added goes even if it was changed since; such changes are told as conflicts. A volume that another
    container has come to mount, and an object that the pods refer to, stay, and are told likewise.
    """
    return keep_used(three_way(after, now, before, removals_win=True), now)


def keep_used(merged: Merged, now: Documents) -> Merged:
    """A merge of documents without what it dropped of `now` although it is in use: volumes that a container mounts, and
    objects that the pods refer to. They stay, and are told as conflicts."""
    documents, conflicts = merged.value, list(merged.conflicts)
    for pod in pods(documents):
        mounted = {mount.volume for container in containers(pod) for mount in mounts(container)}
        known = {volume.name for volume in volumes(pod)}
        was = next((p for p in pods(now) if identity(now[p.document]) == identity(documents[pod.document])), None)
        for volume in volumes(was) if was else ():
            if volume.name in mounted - known:
                pod.template["spec"].setdefault("volumes", []).append(deepcopy(volume.data))
                conflicts.append(Conflict(volume.path, volume.data, volume.data, None))
    here = {identity(document) for document in documents}
    wanted = set(_references(documents))
    for index, document in enumerate(now):
        used = (document.get("kind"), name_of(document)) in wanted
        if used and document.get("kind") in NEEDED and identity(document) not in here:
            documents.append(deepcopy(document))
            conflicts.append(Conflict((index,), document, document, None))
    return Merged(documents, conflicts)


def _pod(documents: Documents, index: int) -> Pod:
    found = pod_at(documents, index)
    if found is None:
        raise ManifestError("there is no pod in the chosen document any more: choose another", (index,))
    return found


def _refuse_double(preset: Preset, documents: Documents) -> None:
    there = {identity(document) for document in documents}
    for document in preset.example:
        if identity(document) in there:
            what = f"{document['kind']} called {name_of(document)}"
            raise ManifestError(f"the design has a {what} already: weave the preset onto a pod of the design")


def _keeping_volumes(patch: Document, pod: Pod, claims: list[str]) -> tuple[Document, list[str]]:
    """The patch without the volumes that the pod has by that name with another source, or as a claim of a StatefulSet,
    and a note for each.

    Merging two sources would make a volume that Kubernetes refuses, and what the pod has is somebody's.
    """
    there = {volume.name: volume for volume in volumes(pod)}
    out, notes, kept = deepcopy(patch), [], []
    for item in items(patch, "spec", "volumes"):
        name = item.get("name") if isinstance(item, dict) else None
        source = next((key for key in item if key != "name" and not key.startswith("$")), "") if name else ""
        if name in claims:
            notes.append(f"volume {name} is a claim of the StatefulSet and is used as it is")
        elif name in there and source and there[name].source != source and "$patch" not in item:
            notes.append(f"volume {name} was there already and is used as it is")
        else:
            kept.append(item)
    if notes and kept:
        out["spec"]["volumes"] = kept
    elif notes:
        del out["spec"]["volumes"]
    return out, notes


def _put_template(documents: Documents, pod: Pod, template: Document) -> None:
    if not pod.path:
        documents[pod.document] = template
        return
    get(documents[pod.document], pod.path[:-1])[pod.path[-1]] = template


def _differing(old: dict[str, Document], new: dict[str, Document]) -> list[str]:
    return [name for name, data in new.items() if name not in old or not same(old[name], data)]


def _remounted(old: Pod, new: Pod) -> Iterator[str]:
    """A note for each path of a container that the patch mounted another volume at."""
    was = {(c.name, m.mount_path): m.volume for c in containers(old) for m in mounts(c)}
    for container in containers(new):
        for mount in mounts(container):
            volume = was.get((container.name, mount.mount_path), mount.volume)
            if volume != mount.volume:
                yield f"{container.name} now has volume {mount.volume} at {mount.mount_path}, instead of {volume}"


def _references(documents: Documents) -> Iterator[tuple[str, str]]:
    """The (kind, name) of what the pods refer to."""
    for pod in pods(documents):
        yield from references(pod)


def _missing(preset: Preset, values: Values, documents: Documents, pod: Pod) -> Iterator[str]:
    """A note for each object that the preset's part of the pod refers to and that the design does not hold."""
    part = fill(preset.pod, values)
    there = {(document.get("kind"), name_of(document)) for document in documents}
    wanted = Pod(pod.document, "Pod", pod.name, (), part)
    for kind, name in dict.fromkeys(references(wanted)):
        if (kind, name) not in there and (kind, name) != ("ServiceAccount", "default"):
            yield f"{kind} {name} is not part of this design: it must be in the cluster before the pod can start"


def _custom(objects: list[str], documents: Documents) -> Iterator[str]:
    """A note for each API group that the cluster does not have by itself."""
    groups: dict[str, list[str]] = {}
    for document in documents:
        version, kind = str(document.get("apiVersion")), str(document.get("kind"))
        if f"{kind}/{name_of(document)}" in objects and not schema().definition_of(version, kind):
            groups.setdefault(version.rpartition("/")[0], []).append(kind)
    for group, kinds in groups.items():
        names = " and ".join(dict.fromkeys(kinds))
        yield f"{names} of {group}: the cluster needs the operator or definitions that bring this API"
