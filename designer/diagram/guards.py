"""What NetworkPolicies let into a pod and out of it (Network Policies, "The two sorts of pod isolation")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from designer.manifests.pod import name_of
from designer.manifests.types import Document, Documents, get


@dataclass(frozen=True)
class Guard:
    """Policies that isolate a pod in one direction: nothing passes but what one of their `rules` allows.

    `peers` are those that the rules name, in words; one that names none lets anybody pass, by its `ports`.
    """

    direction: str
    policies: tuple[str, ...]
    rules: tuple[Document, ...] = ()

    @property
    def peers(self) -> tuple[str, ...]:
        words = [word for rule in self.rules for word in _peers(rule, "from" if self.direction == "ingress" else "to")]
        return tuple(dict.fromkeys(words))

    @property
    def words(self) -> str:
        """What passes: ``no ingress``, ``ingress only from app=api``, ``ingress only on 8443``, ``ingress open``."""
        if not self.rules:
            return f"no {self.direction}"
        peers = self.peers
        if "" not in peers:
            more = f" +{len(peers) - 1}" if len(peers) > 1 else ""
            return f"{self.direction} only {'from' if self.direction == 'ingress' else 'to'} {peers[0]}{more}"
        if any(not _items(rule, "ports") for rule in self.rules if "" in _peers(rule, _side(self.direction))):
            return f"{self.direction} open"
        ports = dict.fromkeys(str(get(port, ("port",), "any")) for rule in self.rules for port in _items(rule, "ports"))
        first, *others = ports
        return f"{self.direction} only on {first}" + (f" +{len(others)}" if others else "")

    def passes(self, number: int, name: str, protocol: str) -> bool:
        """Whether a rule lets anybody at all reach a port of the pod."""
        return any(_on_port(rule, number, name, protocol) for rule in self.rules)


def guards(documents: Documents, labels: dict[str, str], namespace: str) -> list[Guard]:
    """How NetworkPolicies isolate a pod with these labels."""
    found: dict[str, list[str]] = {}
    rules: dict[str, list[Document]] = {}
    for document in documents:
        if get(document, ("kind",)) != "NetworkPolicy" or not selects(
            get(document, ("spec", "podSelector")), document, labels, namespace
        ):
            continue
        for direction in directions(get(document, ("spec",))):
            found.setdefault(direction, []).append(name_of(document))
            rules.setdefault(direction, []).extend(_items(get(document, ("spec",)), direction))
    return [
        Guard(direction, tuple(found[direction]), tuple(rules[direction]))
        for direction in ("ingress", "egress")
        if direction in found
    ]


def directions(spec: Any) -> list[str]:
    """policyTypes, or what stands for them: Ingress always, Egress where there are rules for it."""
    types = get(spec, ("policyTypes",))
    if isinstance(types, list) and types:
        return [kind.lower() for kind in types if isinstance(kind, str)]
    return ["ingress", "egress"] if get(spec, ("egress",)) else ["ingress"]


def selects(selector: Any, document: Any, labels: dict[str, str], namespace: str) -> bool:
    """Whether a label selector of a document means a pod with these labels, as far as both say their namespaces."""
    space = get(document, ("metadata", "namespace"))
    if isinstance(space, str) and space and namespace and space != namespace:
        return False
    if not isinstance(selector, dict):
        return False
    wanted, rules = selector.get("matchLabels"), selector.get("matchExpressions")
    if isinstance(wanted, dict) and any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_holds(rule, labels) for rule in (rules if isinstance(rules, list) else []))


def _holds(rule: Any, labels: dict[str, str]) -> bool:
    """A requirement of a label selector (LabelSelectorRequirement)."""
    key, how, values = (get(rule, (part,)) for part in ("key", "operator", "values"))
    given = labels.get(key) if isinstance(key, str) else None
    among = given in values if isinstance(values, list) else False
    return {"In": among, "NotIn": not among, "Exists": given is not None, "DoesNotExist": given is None}.get(
        how if isinstance(how, str) else "", False
    )


def _side(direction: str) -> str:
    return "from" if direction == "ingress" else "to"


def _items(thing: Any, key: str) -> list[Document]:
    found = get(thing, (key,))
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _peers(rule: Document, side: str) -> Sequence[str]:
    """Whom a rule means, in words; "" for anybody (NetworkPolicyIngressRule.from, left out or empty)."""
    return [_peer(peer) for peer in _items(rule, side)] or [""]


def _peer(peer: Document) -> str:
    block = get(peer, ("ipBlock", "cidr"))
    if isinstance(block, str):
        return block
    words = []
    if "podSelector" in peer:
        words.append(" ".join(_labels(peer["podSelector"])) or "any pod")
    if "namespaceSelector" in peer:
        labels = " ".join(_labels(peer["namespaceSelector"])).replace("kubernetes.io/metadata.name=", "")
        words.append(f"namespace {labels}" if labels else "any namespace")
    return " in ".join(words) or "nobody"


def _labels(selector: Any) -> Iterator[str]:
    wanted = get(selector, ("matchLabels",))
    for key, value in wanted.items() if isinstance(wanted, dict) else ():
        yield f"{key}={value}"
    for rule in _items(selector, "matchExpressions"):
        values = rule.get("values")
        among = f" {','.join(map(str, values))}" if isinstance(values, list) and values else ""
        yield f"{rule.get('key')} {rule.get('operator')}{among}"


def _on_port(rule: Document, number: int, name: str, protocol: str) -> bool:
    ports = _items(rule, "ports")
    for item in ports:
        port, end, kind = item.get("port"), item.get("endPort"), item.get("protocol") or "TCP"
        last = end if isinstance(end, int) else port
        within = isinstance(port, int) and isinstance(last, int) and port <= number <= last
        if kind == protocol and (port is None or within or (isinstance(port, str) and port == name)):
            return True
    return not ports
