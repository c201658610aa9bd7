"""What stands in front of Services: the rules of an Ingress or of an HTTPRoute, each with the Service it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from designer.manifests.pod import name_of
from designer.manifests.types import Documents, get

KINDS = ("Ingress", "HTTPRoute")
_MOST = 12


@dataclass(frozen=True)
class FrontRow:
    """One way in: `text` is host and path, `service` the document it leads to; `problem` says why there is none."""

    text: str
    service: int | None
    port: str
    problem: str = ""


@dataclass(frozen=True)
class FrontFact:
    """An Ingress or HTTPRoute. `more` is how many of its rules are not shown."""

    document: int
    kind: str
    name: str
    rows: tuple[FrontRow, ...]
    more: int = 0


def front(index: int, documents: Documents) -> FrontFact | None:
    """The front of a document that is one and leads to a Service by name; None for any other."""
    document = documents[index]
    kind = get(document, ("kind",))
    if kind not in KINDS:
        return None
    ways = list(_ingress(document) if kind == "Ingress" else _route(document))
    rows = [_row(document, text, name, port, documents) for text, name, port in ways]
    return FrontFact(index, kind, name_of(document), tuple(rows[:_MOST]), max(0, len(rows) - _MOST)) if rows else None


def _row(document: Any, text: str, name: str, port: Any, documents: Documents) -> FrontRow:
    space = get(document, ("metadata", "namespace"))
    for place, other in enumerate(documents):
        if get(other, ("kind",)) != "Service" or name_of(other) != name:
            continue
        own = get(other, ("metadata", "namespace"))
        if own and space and own != space:
            continue
        items = get(other, ("spec", "ports"))
        ports = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
        if port is not None and not any(port in (item.get("port"), item.get("name")) for item in ports):
            return FrontRow(text, place, "", f"Service {name} has no port {port}")
        return FrontRow(text, place, str(port or ""))
    return FrontRow(text, None, "", f"no Service {name} in this design")


def _ingress(document: Any) -> Iterator[tuple[str, str, Any]]:
    """(host and path, Service, port) of each rule (Ingress API, networking.k8s.io/v1)."""
    rules = get(document, ("spec", "rules"))
    for rule in rules if isinstance(rules, list) else []:
        host, paths = get(rule, ("host",)), get(rule, ("http", "paths"))
        for item in paths if isinstance(paths, list) else []:
            path = get(item, ("path",))
            text = f"{host if isinstance(host, str) else ''}{path if isinstance(path, str) else ''}" or "any host"
            yield from _backend(text, get(item, ("backend",)))
    yield from _backend("everything else" if rules else "any host", get(document, ("spec", "defaultBackend")))


def _backend(text: str, backend: Any) -> Iterator[tuple[str, str, Any]]:
    name, port = get(backend, ("service", "name")), get(backend, ("service", "port"))
    if isinstance(name, str) and name:
        number, label = get(port, ("number",)), get(port, ("name",))
        wanted = number if isinstance(number, int) else label if isinstance(label, str) and label else None
        yield text, name, wanted


def _route(document: Any) -> Iterator[tuple[str, str, Any]]:
    """(host and path, Service, port) of each backend (Gateway API, HTTPRoute v1)."""
    names, rules = get(document, ("spec", "hostnames")), get(document, ("spec", "rules"))
    hosts = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
    host = f"{hosts[0]}{f' +{len(hosts) - 1}' if len(hosts) > 1 else ''}" if hosts else ""
    for rule in rules if isinstance(rules, list) else []:
        matches, backends = get(rule, ("matches",)), get(rule, ("backendRefs",))
        path = get(matches[0], ("path", "value")) if isinstance(matches, list) and matches else None
        text = f"{host}{path if isinstance(path, str) else ''}" or "any host"
        for item in backends if isinstance(backends, list) else []:
            name, kind, port, weight = (get(item, (key,)) for key in ("name", "kind", "port", "weight"))
            if isinstance(name, str) and name and kind in (None, "Service"):
                share = f" · {weight}" if isinstance(weight, int) and len(backends) > 1 else ""
                yield text + share, name, port if isinstance(port, int) else None
