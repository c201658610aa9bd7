"""The objects that a preset brings beside the pod: what names them, who refers to them, and which names are free. Pure.

An object of the design is shared where it is what the preset would bring; one of that name that says something else is
somebody's, so the preset's takes another name by default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from designer.manifests import names
from designer.manifests.diff import diff, line
from designer.manifests.edits.references import CLUSTER_WIDE, REFERENCES, find
from designer.manifests.edits.selection import namespace
from designer.manifests.match import same
from designer.manifests.merge import strategic
from designer.manifests.pod import Pod, name_of, pods
from designer.manifests.schema import Schema, schema
from designer.manifests.types import Document, Documents, get
from patterns.parameters import WHEN, fill

# Objects of no namespace that presets bring, beside those that are referred to by name.
_NO_NAMESPACE = CLUSTER_WIDE | {
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "Namespace",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
}
# How long names may be, by kind.
_LENGTHS = (names.CRON_JOB_LENGTH, names.LABEL_LENGTH, names.SUBDOMAIN_LENGTH)
# What a pod cannot start without.
NEEDED = ("ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount")


def identity(document: Document) -> tuple[Any, ...]:
    """What names an object: its group (not the version, which clusters convert), kind, namespace and name."""
    group = str(document.get("apiVersion", "")).rpartition("/")[0]
    return group, document.get("kind"), namespace(document) or "default", name_of(document)


def references(pod: Pod) -> Iterator[tuple[str, str]]:
    """The ConfigMaps, Secrets, claims and service account that a pod's spec refers to, as (kind, name)."""
    for kind in NEEDED:
        for reference in REFERENCES[kind]:
            if reference.holder == "pod":
                for path in find(pod.spec, tuple(reference.pattern.split("."))):
                    name = get(pod.spec, path)
                    if isinstance(name, str) and name:
                        yield kind, name


def brought(objects: Iterable[Document], values: Mapping[str, Any], in_namespace: str) -> Iterator[Document]:
    """The objects of a preset with the values in them, in the namespace of the workload; without those whose condition
    does not hold."""
    for document in fill(list(objects), values):
        if in_namespace and document["kind"] not in _NO_NAMESPACE:
            document["metadata"].setdefault("namespace", in_namespace)
        yield document


def bring(documents: Documents, document: Document, using: Schema | None) -> tuple[bool, list[str]]:
    """Add an object to the documents, or merge it into the one of its name. Whether that changed anything, and a note
    of what it puts in the place of what was there."""
    for index, other in enumerate(documents):
        if identity(other) == identity(document):
            definition = (using or schema()).definition_of(str(document.get("apiVersion")), document["kind"])
            merged = strategic(other, document, definition, using, additions="last")
            told = _replaced(other, merged)
            documents[index] = merged
            what = f"{document['kind']} {name_of(document)}"
            notes = [f"{what} is in the design already, and this changes it: {'; '.join(told)}"] if told else []
            return not same(merged, other), notes
    documents.append(document)
    return True, []


def taken(
    objects: Iterable[Document],
    parameter: str,
    values: Mapping[str, Any],
    documents: Documents,
    pod: int,
    *,
    referred: bool = True,
) -> bool:
    """Whether an object that is named by the parameter, woven onto document `pod` with these values, would stand in the
    place of another: one of the design that says something else, or, if `referred`, one of the cluster that a pod
    refers to."""
    home = namespace(documents[pod])
    coming: Documents = []
    always: set[tuple[Any, ...]] = set()
    for written in objects:
        if f"${{{parameter}}}" in written["metadata"]["name"]:
            for document in brought([written], values, home):
                # One object may be written in parts, of which some come only sometimes.
                bring(coming, document, None)
                always |= set() if WHEN in written else {identity(document)}
    for document in coming:
        there = next((one for one in documents if identity(one) == identity(document)), None)
        sometimes = identity(document) not in always
        if there is not None and not (_says(there, document) or (sometimes and _takes(there, document))):
            return True
        if referred and there is None and (document["kind"], name_of(document)) in _wanted(documents, home):
            return True
    return False


def free_name(
    objects: Iterable[Document], parameter: str, values: Mapping[str, Any], documents: Documents, pod: int
) -> str:
    """The value of an objectName parameter, or the first of it with a number that is not `taken`."""
    listed, tried = list(objects), set[str]()
    limit = _limit(listed, parameter)[0]
    name = str(values[parameter])
    while taken(listed, parameter, {**values, parameter: name}, documents, pod):
        tried.add(name)
        name = names.free(str(values[parameter]), tried, limit)
    return name


def fitting(objects: Iterable[Document], parameter: str, name: str) -> str:
    """A name for the objects that an objectName parameter names, made short enough for their kinds, and without dots
    where one of them, as a Service, has none: a workload's own name may be longer and have some."""
    limit, label = _limit(objects, parameter)
    return names.free(name.replace(".", "-") if label else name, (), limit)


def misnamed(
    objects: Iterable[Document], parameters: Iterable[str], values: Mapping[str, Any], home: str
) -> dict[str, str]:
    """Why an object of its kind cannot be called so, by the parameter that names it."""
    known = list(parameters)
    wrong: dict[str, str] = {}
    for written in objects:
        said = str(written["metadata"]["name"])
        asked = next((one for one in known if f"${{{one}}}" in said), None)
        for document in brought([written], values, home) if asked else ():
            problem = names.object_problem(str(document["kind"]), name_of(document))
            if asked and problem:
                wrong.setdefault(asked, problem)
    return wrong


def _limit(objects: Iterable[Document], parameter: str) -> tuple[int, bool]:
    """How long the name may be that a parameter gives to objects, and whether it has to be a label."""
    longest, label = names.SUBDOMAIN_LENGTH, False
    for written in objects:
        said = str(written["metadata"]["name"])
        if f"${{{parameter}}}" in said:
            kind = str(written["kind"])
            # What is too long by one for the kind tells how long its names may be.
            most = next((n for n in _LENGTHS if names.object_problem(kind, "a" * (n + 1))), names.SUBDOMAIN_LENGTH)
            longest = min(longest, most - len(said) + len(f"${{{parameter}}}"))
            label = label or bool(names.object_problem(kind, "a.a"))
    return max(longest, 1), label


def _says(there: Document, document: Document) -> bool:
    """Whether an object says what another one would: all but how it is labelled."""
    return all(same(there.get(key), value) for key, value in document.items() if key not in ("metadata", "apiVersion"))


def _takes(there: Document, document: Document) -> bool:
    """Whether an object that is brought only sometimes may be meant for the one that is there: a Service that leads to
    the same pods, or another that it only adds to."""
    if document["kind"] == "Service":
        return same(get(there, ("spec", "selector")), get(document, ("spec", "selector")))
    definition = schema().definition_of(str(document.get("apiVersion")), document["kind"])
    return not _replaced(there, strategic(there, document, definition, additions="last"))


def _replaced(old: Document, new: Document) -> list[str]:
    """What of an object is another value in the new one, in words; also where a Service selects fewer pods by it."""
    selects = old.get("kind") == "Service"
    found = diff([old], [new])
    return [
        line(one)[1] for one in found if one.op in ("replace", "remove") or (selects and "selector" in one.named[:3])
    ]


def _wanted(documents: Documents, home: str) -> set[tuple[str, str]]:
    """What the pods of the namespace refer to."""
    return {
        reference
        for pod in pods(documents)
        if namespace(documents[pod.document]) == home
        for reference in references(pod)
    }
