"""One pod as facts: its containers with their ports and mounts, its volumes, the calls between its containers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from designer.diagram import objects
from designer.diagram.calls import Call, calls, declared_ports, together
from designer.diagram.fact_types import ContainerFact, MountFact, PodFacts, PortFact, VolumeFact
from designer.diagram.folding import folded
from designer.diagram.guards import guards
from designer.diagram.model import GLYPHS
from designer.diagram.services import namespace_of
from designer.diagram.texts import Said
from designer.manifests.pod import Container, Pod, containers, mounts, name_of, volumes
from designer.manifests.types import Documents, get

# Always mounted read-only, whatever the mount says (Volumes: configMap, secret, downwardAPI, projected, image).
_READ_ONLY = frozenset(("configMap", "secret", "downwardAPI", "projected", "image"))
NOT_HERE = " · not in this design"


def pod_facts(
    documents: Documents,
    pod: Pod,
    roles: Mapping[str, str],
    wrong: frozenset[str],
    there: set[tuple[str, str]],
    read: Said,
) -> PodFacts:
    every = list(containers(pod))
    found_calls = calls(documents, pod, roles, read)
    spots, names = _volumes(documents, pod, wrong, there)
    clashes = _clashes(pod)
    read_only = frozenset(volume.name for volume in volumes(pod) if volume.source in _READ_ONLY)
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
                _mounts(container, names, read_only),
            )
        )
    made, spots = folded(made, spots, pod.address)
    label = "" if pod.kind == "Pod" else _label(documents[pod.document], pod)
    return PodFacts(
        pod,
        label,
        tuple(fact for fact in made if fact.container.list == "initContainers"),
        tuple(fact for fact in made if fact.container.list != "initContainers"),
        spots,
        tuple(found_calls),
        " · ".join(flag for flag in ("hostNetwork", "hostPID", "shareProcessNamespace") if pod.spec.get(flag) is True),
        namespace_of(documents[pod.document]),
        pod.address in wrong,
        guards=tuple(guards(documents, pod.labels, namespace_of(documents[pod.document]))),
    )


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


def _mounts(container: Container, names: dict[str, int], read_only: frozenset[str]) -> tuple[MountFact, ...]:
    """The mounts of a container, and the block devices that it is given. `read_only`: volumes that always are."""
    files = tuple(
        MountFact(
            mount.index,
            mount.mount_path,
            "ro" if mount.read_only or mount.volume in read_only else "rw",
            mount.sub_path,
            mount.volume,
            names.get(mount.volume),
        )
        for mount in mounts(container)
    )
    items = container.data.get("volumeDevices")
    devices = []
    for index, item in enumerate(items if isinstance(items, list) else []):
        name, path = get(item, ("name",)), get(item, ("devicePath",))
        if isinstance(name, str) and isinstance(path, str):
            devices.append(MountFact(len(files) + index, path, "rw", "", name, names.get(name), device=True))
    return (*files, *devices)


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


def _volumes(
    documents: Documents, pod: Pod, wrong: frozenset[str], there: set[tuple[str, str]]
) -> tuple[tuple[VolumeFact, ...], dict[str, int]]:
    """The volumes of a pod, and the place of each by name. `there` are the objects that the design has."""
    made: list[VolumeFact] = []
    names: dict[str, int] = {}
    for volume in volumes(pod):
        kind, name_field = _DETAIL_FIELDS.get(volume.source, (volume.source, ""))
        detail = get(volume.data, (volume.source, name_field)) if name_field else ""
        source = get(volume.data, (volume.source,))
        if volume.source == "emptyDir":
            if get(source, ("medium",)) == "Memory":
                kind = "emptyDir · memory"
            detail = "lives with the pod"
        elif volume.source == "projected":
            detail = _projected(get(source, ("sources",)))
        elif volume.source == "downwardAPI":
            detail = "facts about this pod"
        elif volume.source == "ephemeral":
            kind, detail = "ephemeral", "a claim for this pod alone"
        elif not volume.source:
            kind, detail = "emptyDir", "lives with the pod"
        names.setdefault(volume.name, len(made))
        text = detail if isinstance(detail, str) else ""
        lost = [(what, name, opt) for what, name, opt in objects.sources(volume.data) if (what, name) not in there]
        needed = any(not optional for _, _, optional in lost)
        if needed:
            # The kind's own word is too long beside it.
            kind = ("PVC" if kind == objects.CLAIM else kind) + NOT_HERE
        elif lost:
            kind += " · optional"
        words = "; ".join(_absent(*one) for one in lost)
        made.append(VolumeFact(volume.address, volume.name, kind, text, volume.address in wrong, needed, words))
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


def _projected(parts: Any) -> str:
    """The sources of a projected volume: the objects by name, anything else by its kind."""
    words: list[str] = []
    for part in parts if isinstance(parts, list) else []:
        for key in part if isinstance(part, dict) else ():
            name = get(part, (key, "name"))
            words.append(name if isinstance(name, str) and name else str(key))
    return ", ".join(dict.fromkeys(words))


def _absent(kind: str, name: str, optional: bool) -> str:
    how = ", which is optional" if optional else ", which is usual for a Secret" if kind == "Secret" else ""
    return f"{kind} {name} is not in this design{how}"
