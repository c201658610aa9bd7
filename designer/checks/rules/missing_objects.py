"""The ConfigMaps, Secrets, claims and ServiceAccounts that a pod names are in the design, or have to be in the cluster.

Only a hint, as they may well be there already: a Secret is best kept out of files. What says ``optional: true`` is not
looked at, nor what every namespace has, nor what another object of the design makes (a Certificate its Secret). Of more
than three missing ones a single finding tells. Source: "ConfigMaps", "Secrets", "Persistent Volumes" and "Configure
Service Accounts for Pods" in the documentation: the pod does not start before they are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from designer.checks.facts import Facts, PodFacts
from designer.checks.finding import Finding, Fix
from designer.manifests import names
from designer.manifests.edits.objects import add_object
from designer.manifests.edits.references import REFERENCES, find
from designer.manifests.edits.selection import items, namespace, text
from designer.manifests.pod import name_of
from designer.manifests.types import Document, Documents, Path, get

ID = "missing-object"
TITLE = "Not in this design"

_KINDS = ("ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount")
_MOST = 3  # findings, before one tells of all
_MOST_NAMES = 8
# What the control plane makes in every namespace.
_GIVEN = {("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt")}
_CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}


@dataclass
class _Missing:
    kind: str
    name: str
    namespace: str
    paths: list[Path] = field(default_factory=list)
    keys: dict[str, None] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return f"{self.kind} {self.name}"


def check(facts: Facts) -> Iterator[Finding]:
    found = _missing(facts)
    if len(found) <= _MOST:
        for one in found:
            secret = one.kind == "Secret"
            where = "expected in the cluster" if secret else "not in this design"
            message = f"{one.title} is {where}: the pod starts only where its namespace has it."
            yield _finding(facts, [one], message, f"Make a {one.title} here" if secret else f"Add {one.title}")
        return
    told = [one.title for one in found[:_MOST_NAMES]]
    more = f" and {len(found) - len(told)} more" if len(found) > len(told) else f" and {told.pop()}"
    message = f"{', '.join(told)}{more} are not in this design: its pods start only where their namespace has them."
    yield _finding(facts, found, message, f"Add all {len(found)}")


def _finding(facts: Facts, found: list[_Missing], message: str, label: str) -> Finding:
    paths = [path for one in found for path in one.paths]
    addresses = tuple(dict.fromkeys(facts.around(path) for path in paths))
    fix = Fix(label, lambda documents: _with(documents, found)) if all(_can_be(one) for one in found) else None
    return Finding(ID, "hint", TITLE, message, paths[0], addresses, fix)


def _missing(facts: Facts) -> list[_Missing]:
    """Each object once, in the order in which the pods name them."""
    there = {
        (text(document.get("kind")), name_of(document), namespace(document))
        for document in facts.documents
        if document.get("apiVersion") == "v1"
    }
    made = {(name, namespace(document)) for document in facts.documents for name in _makes(document)}
    found: dict[tuple[str, str, str], _Missing] = {}
    for pod in facts.pods:
        start = pod.pod.spec_path
        here = namespace(facts.documents[pod.pod.document])
        for kind in _KINDS:
            for reference in REFERENCES[kind]:
                # A Secret to pull images with holds no pod up that can do without.
                if reference.holder != "pod" or reference.pattern.startswith("imagePullSecrets"):
                    continue
                for place in find(pod.pod.spec, tuple(reference.pattern.split("."))):
                    path: Path = (*start, *place)
                    name = text(get(facts.documents, path))
                    key = (kind, name, here)
                    if not name or (kind, name) in _GIVEN or key in there or (name, here) in made:
                        continue
                    if get(facts.documents, (*path[:-1], "optional")) is not True:
                        one = found.setdefault(key, _Missing(*key))
                        one.paths.append(path)
                        one.keys |= dict.fromkeys(taken for taken in _taken(facts, pod, path) if taken)
    return list(found.values())


def _makes(document: Document) -> Iterator[str]:
    """The names of what an operator makes of an object: a Certificate, an ExternalSecret, a SealedSecret."""
    kind = document.get("kind")
    if kind == "Certificate":
        yield text(get(document, ("spec", "secretName")))
    elif kind in ("ExternalSecret", "SealedSecret"):
        yield text(get(document, ("spec", "target", "name"))) or name_of(document)


def _can_be(one: _Missing) -> bool:
    return not names.subdomain_problem(one.name) and not any(names.config_key_problem(key) for key in one.keys)


def _taken(facts: Facts, found: PodFacts, path: Path) -> Iterator[str]:
    """The keys of a ConfigMap or Secret that are taken where a path names it: by a variable, items or a subPath."""
    holder = path[:-1]
    source = get(facts.documents, holder)
    if holder[-1] in ("configMapKeyRef", "secretKeyRef"):
        yield text(get(source, ("key",)))
    elif holder[-1] in ("configMap", "secret"):
        yield from (text(get(item, ("key",))) for item in items(source, "items"))
        volume = next((one.name for one in found.volumes if one.path == holder[:-1]), "")
        if volume and get(source, ("items",)) is None:
            mounts = (mount for listed in found.mounts.values() for mount in listed if mount.volume == volume)
            yield from (key for mount in mounts if "/" not in (key := mount.sub_path.strip("/")))


def _with(documents: Documents, found: list[_Missing]) -> Documents:
    for one in found:
        space = {"namespace": one.namespace} if one.namespace else {}
        made: Document = {"apiVersion": "v1", "kind": one.kind, "metadata": {"name": one.name, **space}}
        keys = dict.fromkeys(one.keys, "")
        if one.kind == "ConfigMap":
            made["data"] = keys
        elif one.kind == "Secret":
            made |= {"type": "Opaque", "stringData": keys}
        elif one.kind == "PersistentVolumeClaim":
            made["spec"] = _CLAIM
        documents = add_object(documents, made).documents
    return documents
