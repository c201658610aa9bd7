"""Saving what somebody has built as a preset of their own. Pure.

Containers become the preset's patch, with the volumes they mount, the ConfigMaps and claims these need and the Services
that lead to them. Secrets are only referred to: their values never become part of a preset.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any

from designer.manifests.edits.selection import is_service, items, namespace, ports, service_selects, service_targets
from designer.manifests.pod import Container, Pod, containers, mounts, name_of, pod_at, volumes
from designer.manifests.types import Document, Documents, ManifestError, get
from patterns.parameters import BUILT_IN, Parameter, escaped, problem
from patterns.preset import Pattern, Preset, application, from_document, to_document
from patterns.weave import references

# What the API server writes into objects, which is nobody's to keep.
_SERVER_SIDE = (
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "managedFields",
    "ownerReferences",
    "selfLink",
)
# Of a whole pod's spec, what belongs to the one pod or its workload and not to what it is made of.
_ITS_OWN = ("nodeName", "hostname", "subdomain", "restartPolicy", "schedulerName", "ephemeralContainers")
# Volumes that containers pass files to each other in.
_SHARED = ("emptyDir", "persistentVolumeClaim", "ephemeral")


def preset_from(
    documents: Documents,
    addresses: Sequence[str],
    name: str,
    title: str,
    pattern: Pattern,
    *,
    summary: str = "",
    when: str = "",
    when_not: str = "",
    tags: Sequence[str] = (),
) -> Preset:
    """A preset of the containers at `addresses` ("0/containers/1"), or of a whole design by its pod's address ("0").

    The images are parameters; of chosen containers also the names of containers and volumes, and the application whose
    shared volumes they mount, so that the preset fits other pods. A whole design keeps its names and is the preset's
    example. Raises ManifestError where nothing stands at an address, for containers of two pods, and for a preset that
    could not be read back.
    """
    pod, chosen, whole = _chosen(documents, addresses)
    brought = _volumes(documents, pod, chosen)
    parameters = _parameters(pod, chosen, [] if whole else brought, whole)
    declared = {parameter.name for parameter in parameters.values()}
    plain = (*declared, *BUILT_IN)
    spec = _whole_spec(pod, plain, parameters) if whole else _spec(pod, chosen, brought, plain, parameters)
    made = Preset(
        name,
        pattern,
        title,
        summary or f"{'The pod' if whole else ' and '.join(c.name for c in chosen)} of {pod.name}."[:300],
        when,
        when_not,
        f"{pod.kind} {pod.name}",
        tuple(tags),
        tuple(parameters.values()),
        {"spec": spec},
        tuple(_objects(documents, pod, chosen, brought, whole, plain)),
        (_clean(documents[pod.document], namespace(documents[pod.document])),) if whole else (),
    )
    return from_document(to_document(made))


def _chosen(documents: Documents, addresses: Sequence[str]) -> tuple[Pod, list[Container], bool]:
    if not addresses:
        raise ManifestError("choose a container, or a whole pod, to make a preset of")
    indexes = {address.partition("/")[0] for address in addresses}
    if len(indexes) > 1:
        raise ManifestError("these containers are of different pods: choose those of one")
    index = indexes.pop()
    pod = pod_at(documents, int(index)) if index.isdecimal() else None
    if pod is None:
        raise ManifestError(f"there is no pod at {addresses[0]!r} any more: select it again")
    found = {container.address: container for container in containers(pod) if container.list != "ephemeralContainers"}
    if index in addresses:
        return pod, list(found.values()), True
    for address in addresses:
        if address not in found:
            raise ManifestError(f"there is no container at {address!r} any more: select it again")
    return pod, [container for address, container in found.items() if address in addresses], False


def _parameters(
    pod: Pod, chosen: list[Container], brought: list[Document], whole: bool
) -> dict[tuple[str, str], Parameter]:
    """The parameters, by what they stand for: ("image", container), ("container", …), ("volume", …), ("app", …)."""
    made: dict[tuple[str, str], Parameter] = {}

    def add(kind: str, of: str, parameter: Parameter) -> None:
        taken = {other.name for other in made.values()} | set(BUILT_IN)
        number, wanted = 2, parameter.name
        while parameter.name in taken:
            parameter = Parameter(**{**parameter.__dict__, "name": f"{wanted}_{number}"})
            number += 1
        made[kind, of] = parameter

    app = "" if whole else _passes_files(pod, chosen, brought)
    if app:
        add("app", app, Parameter("APP", "container", "Application", default="application", required=True))
    for container in chosen:
        several = f"{_capitals(container.name)}_" if len(chosen) > 1 else ""
        title = f" of {container.name}" if several else ""
        if container.image:
            image = Parameter(f"{several}IMAGE", "image", f"Image{title}", default=container.image, required=True)
            # An image that a templating tool fills in later is text to us.
            if problem(image, container.image):
                image = Parameter(image.name, "string", image.title, default=container.image, required=True)
            add("image", container.name, image)
        if not whole:
            named = f"Name of the container {container.name}"
            add("container", container.name, _name(f"{several}CONTAINER", "containerName", named, container.name))
    for volume in (data["name"] for data in brought):
        several = f"{_capitals(volume)}_" if len(brought) > 1 else ""
        add("volume", volume, _name(f"{several}VOLUME", "volumeName", f"Name of the volume {volume}", volume))
    return made


def _name(name: str, type: Any, title: str, default: str) -> Parameter:
    return Parameter(name, type, title, default=default, required=True, advanced=True)


def _capitals(name: str) -> str:
    capitals = "".join(char if char.isascii() and char.isalnum() else "_" for char in name.upper())
    return capitals if capitals[:1].isalpha() else f"C_{capitals}"


def _volumes(documents: Documents, pod: Pod, chosen: list[Container]) -> list[Document]:
    """The volumes that the chosen containers mount or use as devices, in the pod's order.

    A StatefulSet's claim template comes as an ephemeral volume, the nearest to it that every pod can have.
    """
    wanted = {mount.volume for container in chosen for mount in mounts(container)}
    devices = [device for container in chosen for device in items(container.data, "volumeDevices")]
    wanted |= {str(get(device, ("name",), "")) for device in devices}
    found = {volume.name: volume.data for volume in volumes(pod)}
    for template in items(documents[pod.document], "spec", "volumeClaimTemplates"):
        if name := get(template, ("metadata", "name")):
            claim = {"spec": template.get("spec", {})}
            found[name] = {"name": name, "ephemeral": {"volumeClaimTemplate": claim}}
    return [data for name, data in found.items() if name in wanted]


def _passes_files(pod: Pod, chosen: list[Container], brought: list[Document]) -> str:
    """The application, by name, if it is not chosen itself and shares a volume of files with those that are."""
    name = application(pod)
    if name in {container.name for container in chosen}:
        return ""
    return name if _shared_mounts(pod, brought, name) else ""


def _shared_mounts(pod: Pod, brought: list[Document], name: str) -> list[Document]:
    files = {data["name"] for data in brought if any(source in data for source in _SHARED)}
    found = next((c for c in containers(pod) if c.name == name and c.list == "containers"), None)
    return [mount.data for mount in mounts(found) if mount.volume in files] if found else []


def _spec(
    pod: Pod,
    chosen: list[Container],
    brought: list[Document],
    plain: tuple[str, ...],
    parameters: dict[tuple[str, str], Parameter],
) -> Document:
    spec: Document = {}
    for app in (of for kind, of in parameters if kind == "app"):
        shared = [_volume_named(escaped(mount, plain), parameters) for mount in _shared_mounts(pod, brought, app)]
        spec["containers"] = [{"name": "${APP}", "volumeMounts": shared}]
    for container in chosen:
        data = _container(container, plain, parameters)
        data["name"] = f"${{{parameters['container', container.name].name}}}"
        for key in ("volumeMounts", "volumeDevices"):
            if key in data:
                data[key] = [_volume_named(item, parameters) for item in items(data, key)]
        spec.setdefault(container.list, []).append(data)
    named = [_volume_named(volume, parameters) for volume in escaped(brought, plain)]
    return {**spec, "volumes": named} if named else spec


def _whole_spec(pod: Pod, plain: tuple[str, ...], parameters: dict[tuple[str, str], Parameter]) -> Document:
    spec: Document = {key: escaped(value, plain) for key, value in pod.spec.items() if key not in _ITS_OWN}
    for container in containers(pod):
        if container.list in spec:
            spec[container.list][container.index] = _container(container, plain, parameters)
    return spec


def _container(container: Container, plain: tuple[str, ...], parameters: dict[tuple[str, str], Parameter]) -> Document:
    data: Document = escaped(container.data, plain)
    if ("image", container.name) in parameters:
        data["image"] = f"${{{parameters['image', container.name].name}}}"
    return data


def _volume_named(item: Any, parameters: dict[tuple[str, str], Parameter]) -> Any:
    if isinstance(item, dict) and ("volume", item.get("name")) in parameters:
        return {**item, "name": f"${{{parameters['volume', item['name']].name}}}"}
    return item


def _objects(
    documents: Documents,
    pod: Pod,
    chosen: list[Container],
    brought: list[Document],
    whole: bool,
    plain: tuple[str, ...],
) -> Iterable[Document]:
    """The companions that come along, without Secrets."""
    home = namespace(documents[pod.document])
    part = {"containers": [container.data for container in chosen], "volumes": brought}
    wanted = set(references(Pod(pod.document, pod.kind, pod.name, (), {"spec": part})))
    for index, document in enumerate(documents):
        if index == pod.document or document.get("kind") == "Secret" or not name_of(document):
            continue
        selects = is_service(document) and service_selects(document, pod, documents)
        led = _leading_to(document, chosen) if selects and not whole else None
        known = (document.get("kind"), name_of(document)) in wanted and namespace(document) in ("", home)
        if not (whole or known or led):
            continue
        out: Document = escaped(_clean(document, home), plain)
        if selects:
            out["spec"] = {**out["spec"], "selector": "${{POD_LABELS}}", **({"ports": led} if led else {})}
        yield out


def _leading_to(service: Document, chosen: list[Container]) -> list[Any]:
    """The ports of a Service that lead to a port which one of the chosen containers declares."""
    theirs = {value for container in chosen for port in ports(container) for value in (port.number, port.name) if value}
    listed = items(service, "spec", "ports")
    return [deepcopy(listed[index]) for index, value, _ in service_targets(service) if value in theirs]


def _clean(document: Document, home: str) -> Document:
    """A document without what the API server wrote, and without the namespace if it is that of the workload."""
    out = deepcopy(document)
    out.pop("status", None)
    metadata = out.get("metadata", {})
    for key in _SERVER_SIDE:
        metadata.pop(key, None)
    if home and metadata.get("namespace") == home:
        del metadata["namespace"]
    if out.get("kind") == "Service" and get(out, ("spec", "clusterIP")) not in (None, "None"):
        for key in ("clusterIP", "clusterIPs"):
            out["spec"].pop(key, None)
    return out
