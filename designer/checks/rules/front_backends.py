"""An Ingress or HTTPRoute leads to a Service of the design, by a port that it has.

A Service that the design does not have may be in the cluster: a hint, and a warning where the design has Services in
the same namespace. A port that the Service does not have is a warning: what asks there is answered 503 or 500.
Source: IngressServiceBackend in the API reference, and HTTPRoute, BackendObjectReference in the Gateway API.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from designer.checks.facts import Facts, object_title
from designer.checks.finding import Finding, Fix, Severity, edit
from designer.manifests.edits.selection import items, text
from designer.manifests.edits.tree import put
from designer.manifests.pod import name_of
from designer.manifests.types import Document, Path, get

ID = "front-backend"
TITLE = "Leads to no Service"


@dataclass(frozen=True)
class _Backend:
    """A Service by name and a port by number or name, None for none; `path` is that of the Service's name, `port_path`
    of what says the port, and `port_key` the field in which a number stands there ("" for the place itself)."""

    name: str
    port: int | str | None
    path: Path
    port_path: Path
    port_key: str
    namespace: str = ""


def check(facts: Facts) -> Iterator[Finding]:
    for index, document in enumerate(facts.documents):
        told: set[tuple[str, str, int | str | None]] = set()
        for backend in _backends(index, document):
            key = (backend.namespace, backend.name, backend.port)
            if key in told:
                continue
            told.add(key)
            yield from _finding(facts, index, document, backend)


def _finding(facts: Facts, index: int, document: Document, backend: _Backend) -> Iterator[Finding]:
    space = backend.namespace or text(get(document, ("metadata", "namespace")))
    near = [
        (place, service)
        for place, service in facts.services
        if space == (own := text(get(service, ("metadata", "namespace")))) or not own or not space
    ]
    place, service = next(((i, one) for i, one in near if name_of(one) == backend.name), (-1, None))
    if service is None:
        severity: Severity = "warning" if near else "hint"
        message = f"{object_title(document)} leads to Service {backend.name}, which is not in this design."
        if not near:
            message += " It has to be in the cluster."
        yield Finding(ID, severity, TITLE, message, backend.path, (str(index),))
        return
    ports = [port for port in items(service, "spec", "ports") if isinstance(port, dict)]
    if backend.port is None or any(backend.port in (port.get("port"), port.get("name")) for port in ports):
        return
    message = (
        f"{object_title(document)} leads to port {backend.port} of Service {backend.name}, which has no such port."
    )
    only = ports[0].get("port") if len(ports) == 1 else None
    fix = None
    if isinstance(only, int) and not isinstance(only, bool) and only > 0:
        made = {backend.port_key: only} if backend.port_key else only
        fix = Fix(f"Lead it to port {only}", edit(put, backend.port_path, made))
    yield Finding(ID, "warning", TITLE, message, backend.port_path, (str(index), str(place)), fix)


def _backends(index: int, document: Any) -> Iterator[_Backend]:
    kind = get(document, ("kind",))
    if kind == "Ingress":
        for n, rule in enumerate(items(document, "spec", "rules")):
            for m, way in enumerate(items(rule, "http", "paths")):
                yield from _ingress(
                    get(way, ("backend", "service")),
                    (index, "spec", "rules", n, "http", "paths", m, "backend", "service"),
                )
        default: Path = (index, "spec", "defaultBackend", "service")
        yield from _ingress(get(document, default[1:]), default)
    elif kind == "HTTPRoute":
        for n, rule in enumerate(items(document, "spec", "rules")):
            for m, backend in enumerate(items(rule, "backendRefs")):
                name, port = text(get(backend, ("name",))), get(backend, ("port",))
                if name and get(backend, ("kind",)) in (None, "Service"):
                    path: Path = (index, "spec", "rules", n, "backendRefs", m)
                    number = port if isinstance(port, int) and not isinstance(port, bool) else None
                    space = text(get(backend, ("namespace",)))
                    yield _Backend(name, number, (*path, "name"), (*path, "port"), "", space)


def _ingress(service: Any, path: Path) -> Iterator[_Backend]:
    name, number = text(get(service, ("name",))), get(service, ("port", "number"))
    port = number if isinstance(number, int) and not isinstance(number, bool) else text(get(service, ("port", "name")))
    if name:
        yield _Backend(name, port or None, (*path, "name"), (*path, "port"), "number")
