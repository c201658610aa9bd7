"""What the rules look at, read off the documents once for all of them."""

from __future__ import annotations

from dataclasses import dataclass

from designer.manifests.edits import selection
from designer.manifests.edits.selection import Port
from designer.manifests.edits.volumes import claim_templates
from designer.manifests.pod import Container, Mount, Pod, Volume, containers, mounts, name_of, pods, volumes
from designer.manifests.types import Document, Documents


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

    def selected(self, service: Document) -> list[PodFacts]:
        """The pods that a Service selects."""
        return [facts for facts in self.pods if selection.service_selects(service, facts.pod, self.documents)]


def facts_of(documents: Documents) -> Facts:
    services = [(index, document) for index, document in enumerate(documents) if selection.is_service(document)]
    return Facts(documents, [_pod_facts(documents, pod) for pod in pods(documents)], services)


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
