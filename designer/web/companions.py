"""What the forms of the objects beside workloads need to know: whom they are for, and what leads to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from designer.clusters import plan
from designer.manifests import pod as manifest_pod
from designer.manifests.edits import access, lists, network, policies, traffic
from designer.manifests.edits.selection import items, namespace
from designer.manifests.types import Document, Path, get
from designer.web import allfields
from designer.web.screen import Screen
from designer.web.words import BUDGETS


@dataclass(frozen=True)
class Link:
    """Something else of the design that the form leads to."""

    address: str
    kind: str
    name: str


@dataclass
class CompanionScreen(Screen):
    """A screen with the questions of those forms answered, each about what is selected."""

    @cached_property
    def object_names(self) -> dict[str, list[str]]:
        """The names of the design's own objects by kind, which forms suggest."""
        found: dict[str, list[str]] = {}
        for document in self.documents:
            found.setdefault(str(document.get("kind")), []).append(manifest_pod.name_of(document))
        return found

    @property
    def namespaced(self) -> bool:
        """Whether what is selected stands in a namespace; taken to be so of kinds that are not Kubernetes' own."""
        return bool(plan.namespace_of(self.selected, "chosen"))

    @property
    def packed(self) -> list[Document] | None:
        """The objects that the selected List holds; None for all else."""
        return lists.packed(self.selected)

    @property
    def unpack_words(self) -> str:
        count = len(self.packed or ())
        return f"Unpack its {count} objects" if count > 1 else "Unpack its object"

    @property
    def set_fields(self) -> list[allfields.Entry]:
        """The fields of what is selected that say something and have no other place in its form."""
        told = ("apiVersion", "kind", "metadata", "status")
        entries = allfields.level(self, self.path).entries
        return [entry for entry in entries if entry.name in self.selected and entry.name not in told]

    def _link(self, index: int) -> Link:
        document = self.documents[index]
        return Link(str(index), str(document.get("kind")), manifest_pod.name_of(document))

    @property
    def claimed_by(self) -> list[Link]:
        """The volumes made of the claim that is selected."""
        name, home = manifest_pod.name_of(self.selected), namespace(self.selected)
        return [
            Link(volume.address, f"{pod.kind} {pod.name}", volume.name)
            for pod in self.pods
            for volume in manifest_pod.volumes(pod)
            if volume.source == "persistentVolumeClaim"
            and volume.object_name == name
            and namespace(self.documents[pod.document]) == home
        ]

    @property
    def not_claiming(self) -> list[Link]:
        """The pods beside the selected claim that have no volume of it."""
        claiming = {link.address.partition("/")[0] for link in self.claimed_by}
        home = namespace(self.selected)
        beside = (pod for pod in self.pods if namespace(self.documents[pod.document]) == home)
        return [self._link(pod.document) for pod in beside if pod.address not in claiming]

    @property
    def accounts(self) -> list[tuple[Link, Path, bool]]:
        """The pods beside the selected ServiceAccount: where each says what it runs as, and whether it is this."""
        name, home = manifest_pod.name_of(self.selected), namespace(self.selected)
        return [
            (self._link(pod.document), (*pod.spec_path, "serviceAccountName"), runs_as == name)
            for pod in self.pods
            if namespace(self.documents[pod.document]) == home
            for runs_as in [pod.spec.get("serviceAccountName")]
        ]

    @property
    def bound_by(self) -> list[Link]:
        return [self._link(index) for index, _ in access.bound_to(self.documents, int(self.path[0]))]

    @property
    def selects(self) -> list[Link]:
        """The workloads that the selected policy or budget is for."""
        return [self._link(pod.document) for pod in network.policy_pods(self.documents, int(self.path[0]))]

    @property
    def objects_in(self) -> list[Link]:
        """The objects that stand in the selected Namespace."""
        name = manifest_pod.name_of(self.selected)
        return [self._link(index) for index, one in enumerate(self.documents) if name and namespace(one) == name]

    @property
    def pod_selector(self) -> list[tuple[str, Path]]:
        field = "podSelector" if self.kind == "network_policy" else "selector"
        return [("For the pods with", (*self.path, "spec", field, "matchLabels"))]

    @property
    def sentences(self) -> list[str]:
        return traffic.sentences(self.selected, int(self.path[0]))

    @property
    def directions(self) -> tuple[traffic.Direction, traffic.Direction]:
        return traffic.directions(self.selected, int(self.path[0]))

    @property
    def policy_types(self) -> str:
        """The directions as POLICY_TYPES has them; "" where the policy leaves them to its rules."""
        said = get(self.selected, ("spec", "policyTypes"))
        return f"[{', '.join(sorted(map(str, said), reverse=True))}]" if isinstance(said, list) and said else ""

    @property
    def budget_field(self) -> str:
        return next((name for name in BUDGETS if get(self.selected, ("spec", name)) is not None), "")

    @property
    def drains_never(self) -> bool:
        return policies.drains_never(self.documents, int(self.path[0]))

    @property
    def target(self) -> manifest_pod.Pod | None:
        """The workload of the design that the selected autoscaler scales."""
        wanted = get(self.selected, ("spec", "scaleTargetRef"))
        named = (get(wanted, ("kind",)), get(wanted, ("name",)))
        return next((pod for pod in self.pods if (pod.kind, pod.name) == named), None)

    @property
    def target_names(self) -> list[str]:
        return self.object_names.get(str(get(self.selected, ("spec", "scaleTargetRef", "kind"))), [])

    @property
    def target_replicas(self) -> bool:
        """Whether that workload sets a number of pods itself."""
        index = self.target.document if self.target else -1
        return index >= 0 and get(self.documents[index], ("spec", "replicas")) is not None

    @property
    def metrics(self) -> list[tuple[Path, str]]:
        """The metrics of the selected autoscaler: the path of each, and of those without a row the words for it."""
        list_path: Path = (*self.path, "spec", "metrics")
        found = enumerate(items(self.selected, "spec", "metrics"))
        return [((*list_path, i), policies.metric_words(one)) for i, one in found if isinstance(one, dict)]

    @property
    def unrequested(self) -> list[tuple[str, str]]:
        """(container, resource) for each share of requests that the selected autoscaler goes by and that has none."""
        return policies.unrequested(self.selected, self.target)

    @property
    def cluster_roles(self) -> list[str]:
        """The design's ClusterRoles, and those that every cluster has."""
        return [*self.object_names.get("ClusterRole", []), *access.BUILT_IN]

    @property
    def ingress_classes(self) -> list[str]:
        return [*self.object_names.get("IngressClass", []), "nginx", "traefik"]

    @property
    def ingress_hosts(self) -> list[str]:
        hosts = (get(rule, ("host",)) for rule in items(self.selected, "spec", "rules"))
        return list(dict.fromkeys(str(host) for host in hosts if host))

    @property
    def service_ports(self) -> list[str]:
        """The ports of the design's Services, by number and name."""
        services = [document for document in self.documents if document.get("kind") == "Service"]
        ports = [port for service in services for port in items(service, "spec", "ports")]
        found = [get(port, (field,)) for port in ports for field in ("port", "name")]
        return list(dict.fromkeys(str(one) for one in found if one))
