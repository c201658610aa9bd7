"""What a picture has to show, read from documents: no coordinates yet.

Everything that the diagram says about Kubernetes is decided here (which ports clash, which pods a Service selects,
which volume a mount means); `layout.py` only places it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from designer.diagram.calls import Call, calls, declared_ports, together
from designer.diagram.model import GLYPHS
from designer.manifests.pod import Container, Pod, companions, containers, mounts, name_of, pods, volumes
from designer.manifests.types import Documents, get


@dataclass(frozen=True)
class PortFact:
    number: int
    name: str
    protocol: str
    index: int
    clash: tuple[str, ...] = ()
    bad: bool = False
    ghost: bool = False
    evidence: str = ""


@dataclass(frozen=True)
class MountFact:
    """One mount line. `volume` is the index in PodFacts.volumes, or None where the pod has no such volume."""

    index: int
    path: str
    mode: str
    sub_path: str
    volume_name: str
    volume: int | None


@dataclass(frozen=True)
class ContainerFact:
    container: Container
    role: str
    words: str
    bad: bool
    ports: tuple[PortFact, ...] = ()
    mounts: tuple[MountFact, ...] = ()

    @property
    def native(self) -> bool:
        return self.container.kind == "sidecar"


@dataclass(frozen=True)
class VolumeFact:
    at: str
    name: str
    type: str
    detail: str
    bad: bool = False


@dataclass(frozen=True)
class ServicePortFact:
    """One port of a Service. `targets` are (pod, container, port) places in Facts; `problem` says why there is none."""

    text: str
    title: str
    targets: tuple[tuple[int, int, int], ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class ServiceFact:
    """A Service that stands left of the pod `home`; `problem` where its selector selects nothing in the design."""

    document: int
    name: str
    type: str
    home: int
    ports: tuple[ServicePortFact, ...]
    problem: str = ""
    bad: bool = False


@dataclass(frozen=True)
class PodFacts:
    """`steps` are init containers and native sidecars in their order, `running` the app and ephemeral containers."""

    pod: Pod
    label: str
    steps: tuple[ContainerFact, ...]
    running: tuple[ContainerFact, ...]
    volumes: tuple[VolumeFact, ...]
    calls: tuple[Call, ...]
    notes: str
    namespace: str = ""
    bad: bool = False


@dataclass(frozen=True)
class CompanionFact:
    document: int
    kind: str
    name: str
    problem: str = ""
    bad: bool = False


@dataclass(frozen=True)
class Facts:
    pods: tuple[PodFacts, ...]
    services: tuple[ServiceFact, ...] = field(default=())
    companions: tuple[CompanionFact, ...] = field(default=())


def facts(documents: Documents, roles: Mapping[str, str], bad: Collection[str]) -> Facts:
    """Everything to be shown, in the documents' order. Odd shapes are skipped, as designer.manifests.pod skips them."""
    wrong = frozenset(bad)
    found = tuple(_pod(documents, pod, roles, wrong) for pod in pods(documents))
    services: list[ServiceFact] = []
    others: list[CompanionFact] = []
    for index, document in companions(documents):
        kind = get(document, ("kind",))
        kind = kind if isinstance(kind, str) and kind else "Document"
        service = _service(index, document, found, str(index) in wrong) if kind == "Service" else None
        if service is not None and found:
            services.append(service)
        else:
            problem = service.problem if service else ""
            others.append(CompanionFact(index, kind, name_of(document), problem, str(index) in wrong))
    return Facts(found, tuple(services), tuple(others))


def _pod(documents: Documents, pod: Pod, roles: Mapping[str, str], wrong: frozenset[str]) -> PodFacts:
    every = list(containers(pod))
    found_calls = calls(documents, pod, roles)
    spots, names = _volumes(documents, pod, wrong)
    clashes = _clashes(pod)
    made = []
    first = True
    for container in every:
        role = roles.get(container.address, "")
        if role not in GLYPHS:
            role = {"init": "init", "app": "application"}.get(container.kind, "sidecar")
            if container.kind == "app" and not first:
                role = "sidecar"
        if container.kind == "app":
            first = False
        made.append(
            ContainerFact(
                container,
                role,
                _words(container, role),
                container.address in wrong,
                () if container.kind == "init" else _ports(container, clashes, found_calls, wrong),
                _mounts(container, names),
            )
        )
    label = "" if pod.kind == "Pod" else _label(documents[pod.document], pod)
    return PodFacts(
        pod,
        label,
        tuple(fact for fact in made if fact.container.list == "initContainers"),
        tuple(fact for fact in made if fact.container.list != "initContainers"),
        spots,
        tuple(found_calls),
        " · ".join(flag for flag in ("hostNetwork", "hostPID", "shareProcessNamespace") if pod.spec.get(flag) is True),
        _namespace(documents[pod.document]),
        pod.address in wrong,
    )


def _namespace(document: Any) -> str:
    name = get(document, ("metadata", "namespace"))
    return name if isinstance(name, str) else ""


def _label(document: dict[str, Any], pod: Pod) -> str:
    """What the outer frame says after its name: replicas, or what stands for them in the kinds that have none."""
    spec = get(document, ("spec",))
    if pod.kind == "DaemonSet":
        return "one on each node"
    if pod.kind == "CronJob":
        schedule = get(spec, ("schedule",))
        return schedule if isinstance(schedule, str) else ""
    if pod.kind == "Job":
        completions = get(spec, ("completions",), 1)
        return "runs to completion" + (f" × {completions}" if isinstance(completions, int) and completions != 1 else "")
    if pod.kind == "PodTemplate":
        return ""
    replicas = get(spec, ("replicas",), 1)
    if not isinstance(replicas, int):
        return ""
    return f"{replicas} replica" + ("" if replicas == 1 else "s")


def _words(container: Container, role: str) -> str:
    """The last line of a container's box: its role, and what is unusual about it."""
    words = [role]
    if container.kind == "init":
        words = [] if role == "init" else [role]
    elif container.kind == "sidecar":
        words = ["native sidecar"] if role in ("sidecar", "init") else [role, "native sidecar"]
    elif container.kind == "ephemeral":
        words = ["ephemeral"]
    security = container.data.get("securityContext")
    if get(security, ("privileged",)) is True:
        words.append("privileged")
    added = get(security, ("capabilities", "add"))
    if isinstance(added, list) and added:
        words.append(f"{added[0]}" + (f" +{len(added) - 1}" if len(added) > 1 else ""))
    return " · ".join(words)


def _clashes(pod: Pod) -> dict[tuple[str, int], tuple[str, ...]]:
    """(container address, port index) → the names of the others that run with it and take the same port."""
    taken: dict[tuple[int, str], dict[str, Container]] = defaultdict(dict)
    for container in together(pod):
        for _, number, protocol, _ in declared_ports(container):
            taken[number, protocol][container.address] = container
    found = {}
    for container in together(pod):
        for index, number, protocol, _ in declared_ports(container):
            others = tuple(c.name for at, c in taken[number, protocol].items() if at != container.address)
            if others:
                found[container.address, index] = others
    return found


def _ports(
    container: Container,
    clashes: dict[tuple[str, int], tuple[str, ...]],
    found_calls: list[Call],
    wrong: frozenset[str],
) -> tuple[PortFact, ...]:
    made = [
        PortFact(
            number,
            name,
            protocol,
            index,
            clashes.get((container.address, index), ()),
            f"{container.address}/ports/{index}" in wrong,
        )
        for index, number, protocol, name in declared_ports(container)
    ]
    ghosts: dict[int, str] = {}
    for call in found_calls:
        if call.callee.address == container.address and not call.declared:
            ghosts.setdefault(call.port, call.evidence)
    made += [
        PortFact(number, "", "TCP", len(made) + place, ghost=True, evidence=evidence)
        for place, (number, evidence) in enumerate(ghosts.items())
    ]
    return tuple(made)


def _mounts(container: Container, names: dict[str, int]) -> tuple[MountFact, ...]:
    return tuple(
        MountFact(
            mount.index,
            mount.mount_path,
            "ro" if mount.read_only else "rw",
            mount.sub_path,
            mount.volume,
            names.get(mount.volume),
        )
        for mount in mounts(container)
    )


# What the other end of a volume is, for the kinds that name it in a field of their own.
_DETAIL_FIELDS = {
    "configMap": ("ConfigMap", "name"),
    "secret": ("Secret", "secretName"),
    "persistentVolumeClaim": ("PersistentVolumeClaim", "claimName"),
    "hostPath": ("hostPath", "path"),
    "nfs": ("nfs", "server"),
    "csi": ("csi", "driver"),
    "image": ("image", "reference"),
}


def _volumes(documents: Documents, pod: Pod, wrong: frozenset[str]) -> tuple[tuple[VolumeFact, ...], dict[str, int]]:
    made: list[VolumeFact] = []
    names: dict[str, int] = {}
    for volume in volumes(pod):
        kind, name_field = _DETAIL_FIELDS.get(volume.source, (volume.source, ""))
        detail = get(volume.data, (volume.source, name_field)) if name_field else ""
        source = get(volume.data, (volume.source,))
        if volume.source == "emptyDir":
            if get(source, ("medium",)) == "Memory":
                kind = "emptyDir · memory"
            detail = "lives as long as the pod"
        elif volume.source == "projected":
            parts = get(source, ("sources",))
            keys = [key for part in parts if isinstance(part, dict) for key in part] if isinstance(parts, list) else []
            detail = ", ".join(dict.fromkeys(str(key) for key in keys))
        elif volume.source == "downwardAPI":
            detail = "facts about this pod"
        elif volume.source == "ephemeral":
            kind, detail = "ephemeral", "a claim for this pod alone"
        elif not volume.source:
            kind, detail = "emptyDir", "lives as long as the pod"
        names.setdefault(volume.name, len(made))
        text = detail if isinstance(detail, str) else ""
        made.append(VolumeFact(volume.address, volume.name, kind, text, volume.address in wrong))
    # A StatefulSet gives each replica a claim from its templates, mounted by the template's name.
    templates = get(documents[pod.document], ("spec", "volumeClaimTemplates")) if pod.kind == "StatefulSet" else None
    for template in templates if isinstance(templates, list) else []:
        name = name_of(template)
        if name and name not in names:
            size = get(template, ("spec", "resources", "requests", "storage"))
            names[name] = len(made)
            kind = f"volumeClaimTemplate{f' · {size}' if isinstance(size, str | int) else ''}"
            made.append(VolumeFact(pod.address, name, kind, "each replica has its own"))
    return tuple(made), names


def _service(index: int, document: Any, found: tuple[PodFacts, ...], bad: bool) -> ServiceFact | None:
    """A Service as it bears on the design's pods; None for one that selects no pods by itself (no selector)."""
    spec = get(document, ("spec",))
    selector = get(spec, ("selector",))
    if not isinstance(selector, dict) or not selector:
        return None
    kind = get(spec, ("type",))
    kind = kind if isinstance(kind, str) and kind else "ClusterIP"
    if kind == "ExternalName":
        return None
    if get(spec, ("clusterIP",)) == "None":
        kind = "headless"
    chosen = [place for place, pod in enumerate(found) if _selects(selector, _namespace(document), pod)]
    raw = get(spec, ("ports",))
    ports = tuple(
        _service_port(item, chosen, found) for item in (raw if isinstance(raw, list) else []) if isinstance(item, dict)
    )
    problem = "" if chosen else "selects no pod of this design"
    return ServiceFact(index, name_of(document), kind, chosen[0] if chosen else 0, ports, problem, bad)


def _selects(selector: dict[str, Any], namespace: str, pod: PodFacts) -> bool:
    """Whether the pod wears every label of the selector, in the same namespace as far as both name one."""
    if pod.namespace and namespace and pod.namespace != namespace:
        return False
    labels = pod.pod.labels
    return all(labels.get(key) == value for key, value in selector.items())


def _service_port(item: Any, chosen: list[int], found: tuple[PodFacts, ...]) -> ServicePortFact:
    port, name, protocol = (get(item, (key,)) for key in ("port", "name", "protocol"))
    protocol = protocol if isinstance(protocol, str) and protocol else "TCP"
    wanted = get(item, ("targetPort",))
    # Without a targetPort, the port itself (Service API, ServicePort.targetPort).
    wanted = port if wanted in (None, "", 0) else wanted
    targets = []
    for place in chosen:
        every = (*found[place].steps, *found[place].running)
        hit = next(
            (
                (place, c, p)
                for c, fact in enumerate(every)
                for p, known in enumerate(fact.ports)
                if known.protocol == protocol
                and not known.ghost
                and (known.name if isinstance(wanted, str) else known.number) == wanted
            ),
            None,
        )
        if hit:
            targets.append(hit)
    text = f"{name} {port}" if isinstance(name, str) and name else f"{port}"
    if protocol != "TCP":
        text += f" {protocol}"
    title = f"port {text} reaches targetPort {wanted}"
    problem = ""
    if chosen and not targets:
        problem = (
            f"no container declares port {wanted}" if not isinstance(wanted, str) else f"no port is named {wanted}"
        )
        text += f" → {wanted}"
    return ServicePortFact(text, title, tuple(targets), problem)
