"""What the rules look at, read off the documents once for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from designer.checks.misfits import Misfit, misfits
from designer.manifests.edits import selection
from designer.manifests.edits.selection import Port
from designer.manifests.edits.volumes import claim_templates
from designer.manifests.pod import (
    CONTAINER_LISTS,
    Container,
    Mount,
    Pod,
    Volume,
    containers,
    mounts,
    name_of,
    pods,
    volumes,
)
from designer.manifests.schema import Schema, schema, versions
from designer.manifests.types import Document, Documents, Path, get, show


@dataclass(frozen=True)
class PodFacts:
    """A pod with its parts. `running` are those that run side by side: app containers, then native sidecars."""

    pod: Pod
    containers: list[Container]
    running: list[Container]
    volumes: list[Volume]
    claims: list[str]
    ports: dict[str, list[Port]]
    mounts: dict[str, list[Mount]]

    def declared(self) -> list[Port]:
        """The ports that the running containers declare, in the order in which a Service looks for a name."""
        return [port for container in self.running for port in self.ports[container.address]]


@dataclass(frozen=True)
class Facts:
    documents: Documents
    pods: list[PodFacts]
    services: list[tuple[int, Document]]
    version: str

    @property
    def schema(self) -> Schema:
        """That of the Kubernetes version that the documents are for."""
        return schema(self.version)

    @cached_property
    def misfits(self) -> list[Misfit]:
        """Where the documents do not fit the schema."""
        return misfits(self.documents, self.version)

    @cached_property
    def _spec_paths(self) -> dict[int, Path]:
        return {found.pod.document: found.pod.spec_path for found in self.pods}

    def around(self, path: Path) -> str:
        """The address of the smallest thing around a place (document index first): a container, volume or document."""
        spec = self._spec_paths.get(int(path[0]))
        if spec and path[: len(spec)] == spec and len(path) > len(spec) + 1:
            kind, index = path[len(spec) : len(spec) + 2]
            # What stands among the containers may be none.
            listed = kind in (*CONTAINER_LISTS, "volumes") and isinstance(index, int)
            if listed and isinstance(get(self.documents, (*spec, kind, index)), dict):
                return f"{path[0]}/{kind}/{index}"
        return str(path[0])

    def place(self, path: Path) -> str:
        """What to call a place in a sentence: "web", "ports[0] of web", "spec.strategy of Deployment shop"."""
        document, _, inside = self.around(path).partition("/")
        if inside:
            base: Path = path[: len(self._spec_paths[int(document)]) + 2]
            kind = "volume" if base[-2] == "volumes" else "container"
            name = selection.text(get(self.documents, (*base, "name"))) or f"{kind} {int(base[-1]) + 1}"
        else:
            base, name = path[:1], object_title(self.documents[int(document)])
        rest = show(path[len(base) :])
        return f"{rest} of {name}" if rest else name

    def selected(self, service: Document) -> list[PodFacts]:
        """The pods that a Service selects."""
        return [facts for facts in self.pods if selection.service_selects(service, facts.pod, self.documents)]


def facts_of(documents: Documents, version: str = "") -> Facts:
    """The facts of documents for a Kubernetes version; the newest for "" and for one that there is no schema for."""
    services = [(index, document) for index, document in enumerate(documents) if selection.is_service(document)]
    version = version if version in versions() else versions()[-1]
    return Facts(documents, [_pod_facts(documents, pod) for pod in pods(documents)], services, version)


def _pod_facts(documents: Documents, pod: Pod) -> PodFacts:
    found = list(containers(pod))
    return PodFacts(
        pod,
        found,
        [c for c in found if c.kind == "app"] + [c for c in found if c.kind == "sidecar"],
        list(volumes(pod)),
        claim_templates(documents, pod.document),
        {container.address: list(selection.ports(container)) for container in found},
        {container.address: list(mounts(container)) for container in found},
    )


def called(thing: Container | Volume) -> str:
    """What to call a container or volume in a sentence: its name, or its place."""
    return thing.name or f"{'volume' if isinstance(thing, Volume) else 'container'} {thing.index + 1}"


def title(pod: Pod) -> str:
    """What to call a workload in a sentence: "Deployment shop"."""
    return f"{pod.kind} {pod.name}".strip()


def object_title(document: Document) -> str:
    return f"{selection.text(document.get('kind'), 'object')} {name_of(document)}".strip()


def with_protocol(number: int | str, protocol: str) -> str:
    """A port in a sentence: ``80``, but ``53/UDP``."""
    return f"{number}" if protocol == "TCP" else f"{number}/{protocol}"
