"""New Ingresses and NetworkPolicies, and the rows of their forms (networking.k8s.io/v1)."""

from __future__ import annotations

from typing import Any

from designer.manifests.edits import fresh
from designer.manifests.edits.objects import with_labels
from designer.manifests.edits.selection import items, matches, namespace, number, ports, running, text
from designer.manifests.edits.tree import Edited, put
from designer.manifests.pod import Pod, name_of, pods
from designer.manifests.types import Document, Documents, ManifestError, Path, get


def add_ingress(documents: Documents, near: int | None) -> Edited:
    """An Ingress that leads every host to the first port of the selected Service, else of the design's first."""
    chosen = documents[near] if near is not None else None
    service = chosen if chosen and chosen.get("kind") == "Service" else fresh.first(documents, "Service")
    document: Document = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"namespace": namespace(service)} if namespace(service) else {},
        "spec": {"rules": [new_ingress_rule(documents, service)]},
    }
    pod = fresh.pod_for(documents, near)
    base = fresh.label(name_of(service) or (pod.name if pod else ""), "web")
    notes = () if service else ("This design has no Service yet: add one, and choose it in the rule.",)
    return fresh.added(documents, document, base, notes)


def new_ingress_rule(documents: Documents, service: Document | None = None) -> Document:
    """A rule for every host that leads all paths to a Service, by default the design's first."""
    return {"http": {"paths": [_path("/", new_backend(documents, service))]}}


def new_path(documents: Documents, held: list[Any]) -> Document:
    """One more path of a rule that has `held`: to the same Service as the last of them."""
    taken = [get(item, ("path",)) for item in held]
    path = next(p for n in range(1, len(taken) + 3) if (p := "/" if n == 1 else "/path" + str(n)) not in taken)
    last = get(held[-1], ("backend", "service")) if held else None
    backend = {"service": last} if isinstance(last, dict) else new_backend(documents)
    return _path(path, backend)


def new_backend(documents: Documents, service: Document | None = None) -> Document:
    """The first port of a Service, by default of the design's first: by its number, which every port has."""
    service = service or fresh.first(documents, "Service")
    port = number(get(service, ("spec", "ports", 0, "port"))) or 80
    pod = fresh.pod_for(documents, None)
    name = name_of(service) or fresh.label(pod.name if pod else "", "web")
    return {"service": {"name": name, "port": {"number": port}}}


def new_tls(documents: Documents, index: int) -> Document:
    """Certificates for the hosts of the Ingress that have none yet, from a Secret of the design or one to be made."""
    rules, held = items(documents[index], "spec", "rules"), items(documents[index], "spec", "tls")
    covered = [host for tls in held for host in items(tls, "hosts")]
    hosts = [host for rule in rules if (host := text(get(rule, ("host",)))) and host not in covered]
    secrets = [d for d in documents if d.get("kind") == "Secret" and d.get("type") == "kubernetes.io/tls"]
    secret = next((name_of(secret) for secret in secrets), "") or f"{fresh.label(name_of(documents[index]), 'web')}-tls"
    return {**({"hosts": list(dict.fromkeys(hosts))} if hosts else {}), "secretName": secret}


def set_backend_port(documents: Documents, path: Path, value: str) -> Documents:
    """The ``port`` of a backend's Service at `path`, by its number or its name: the API takes one of the two."""
    if path[-1] != "port" or path[-2] != "service":
        raise ManifestError("that is no port of a backend any more: select the Ingress again", path)
    if value.isascii() and value.isdecimal() and len(value) < 6:
        return put(documents, path, {"number": int(value)})
    if not value:
        raise ManifestError("a backend needs the port of its Service: a number, or the port's name", path)
    return put(documents, path, {"name": value})


def add_network_policy(documents: Documents, near: int | None) -> Edited:
    """A NetworkPolicy for the pod: any pod of its namespace may reach the ports that it declares, nobody else may."""
    pod = fresh.pod_for(documents, near)
    rule: Document = {"from": [{"podSelector": {}}]}
    selector: Document = {}
    if pod:
        documents, labels = with_labels(documents, pod)
        selector = {"matchLabels": labels}
        declared = _declared(pod)
        if declared:
            rule["ports"] = declared
    document: Document = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": fresh.inside(documents, pod.document if pod else None),
        "spec": {"podSelector": selector, "policyTypes": ["Ingress"], "ingress": [rule]},
    }
    return fresh.added(documents, document, fresh.label(pod.name if pod else "", "policy"))


def new_policy_rule(direction: str, what: str = "") -> Document:
    """A rule for all pods of the namespace; for `what` "dns" one for name look-ups, in any namespace."""
    if what == "dns":
        asked = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
        return {"to": [{"namespaceSelector": {}}], "ports": asked}
    return {"from" if direction == "ingress" else "to": [{"podSelector": {}}]}


def new_peer(what: str) -> Document:
    """Whom a rule is for: pods of the namespace, of other namespaces, or a block of addresses."""
    if what == "namespaces":
        return {"namespaceSelector": {}}
    return {"ipBlock": {"cidr": "10.0.0.0/8"}} if what == "block" else {"podSelector": {}}


def new_policy_port(documents: Documents, index: int, direction: str, held: list[Any]) -> Document:
    """One more port of a rule: for incoming traffic the next that the selected pods declare, else a usual one."""
    taken = [(get(port, ("protocol",)) or "TCP", get(port, ("port",))) for port in held]
    declared = [port for pod in policy_pods(documents, index) for port in _declared(pod)]
    usual = [{"protocol": "TCP", "port": n} for n in (80, 443, *range(8080, 8180))]
    offers = [*(declared if direction == "ingress" else ()), *usual]
    return next((offer for offer in offers if (offer["protocol"], offer["port"]) not in taken), offers[-1])


def policy_pods(documents: Documents, index: int) -> list[Pod]:
    """The pods of the design that the NetworkPolicy or PodDisruptionBudget at `index` selects."""
    document = documents[index]
    field = "podSelector" if document.get("kind") == "NetworkPolicy" else "selector"
    selector = get(document, ("spec", field))
    if not isinstance(selector, dict):
        return []
    home = namespace(document)
    return [p for p in pods(documents) if namespace(documents[p.document]) == home and matches(selector, p.labels)]


def _path(path: str, backend: Document) -> Document:
    return {"path": path, "pathType": "Prefix", "backend": backend}


def _declared(pod: Pod) -> list[Document]:
    found = {(port.protocol, port.number): None for c in running(pod) for port in ports(c) if 0 < port.number < 65536}
    return [{"protocol": protocol, "port": port} for protocol, port in found]
