"""Where a design goes to, and what we may do there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from designer.clusters.client import Client
from designer.clusters.errors import ClusterError, Kind
from designer.manifests.pod import name_of
from designer.manifests.types import Document, get

# What says that the cluster as a whole cannot be used: no use in asking it for the next object.
LOST: frozenset[Kind] = frozenset({
    "kubeconfig", "credential", "plugin", "dns", "refused", "timeout", "tls", "network", "unauthorized", "answer",
})  # fmt: skip


def _nothing_withheld(document: Document, where: str) -> str:
    return ""


@dataclass
class Target:
    """Where a design goes to: a cluster's client, the design's namespace and mark (objects.py), and the only namespaces
    that may be used there (none: any). `called` says how to call another design of a mark, `withheld` why an object may
    not go to a namespace of it ("" where it may)."""

    client: Client
    namespace: str
    design: str = "0"
    allowed: Collection[str] = ()
    called: Callable[[str], str] = "another design ({})".format
    withheld: Callable[[Document, str], str] = _nothing_withheld
    _ending: dict[str, str] = field(default_factory=dict)
    _may: dict[tuple[str, ...], bool] = field(default_factory=dict)

    def outside(self, document: Document, where: str) -> str:
        """Why an object is beyond what this cluster may be used for; "" where it is not."""
        if why := self.withheld(document, where or self.namespace):
            return why
        if not self.allowed:
            return ""
        resource = self.client.resource_of(str(document.get("apiVersion")), str(document.get("kind")))
        if not resource.namespaced:
            return f"{resource.kind} stands in no namespace, and this cluster may only be used inside of some."
        if where not in self.allowed:
            return f"This cluster may be used for {', '.join(self.allowed)} only, and this goes to {where}."
        return ""

    def namespace_ends(self, name: str) -> str:
        """Since when a namespace is being deleted (RFC 3339); "" where it is not, or not to be seen. Asked once."""
        if name not in self._ending:
            asked = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
            try:
                found = self.client.get(asked, "")
            except ClusterError as error:
                if error.kind in LOST:
                    raise
                found = None
            since = get(found.document, ("metadata", "deletionTimestamp")) if found else None
            self._ending[name] = str(since or "")
        return self._ending[name]

    def missing(self, document: Document, where: str, verbs: Iterable[str]) -> list[str]:
        """Those of the verbs that we may not do with an object, by SelfSubjectAccessReview. Each is asked once for a
        kind, and for the one object only where it is not allowed for all."""
        resource = self.client.resource_of(str(document.get("apiVersion")), str(document.get("kind")))
        where = where if resource.namespaced else ""
        return [
            verb
            for verb in verbs
            if not self._asked(verb, resource.group, resource.name, where)
            and not self._asked(verb, resource.group, resource.name, where, name_of(document))
        ]

    def _asked(self, *question: str) -> bool:
        if question not in self._may:
            self._may[question] = self.client.can(*question)
        return self._may[question]

    def refusal(self, document: Document, where: str, verbs: Iterable[str]) -> str:
        """What we may not do, as a sentence; "" where we may do all of it."""
        missing = self.missing(document, where, verbs)
        if not missing:
            return ""
        resource = self.client.resource_of(str(document.get("apiVersion")), str(document.get("kind")))
        named = f"{resource.name}.{resource.group}" if resource.group else resource.name
        place = f"in the namespace {where}" if resource.namespaced else "in the whole cluster"
        return f"You may not {' or '.join(missing)} {named} {place}. Ask for a role that allows it."
