"""What a NetworkPolicy lets through, read off it, and said in plain words (NetworkPolicySpec in the API reference)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from designer.manifests.edits.selection import items
from designer.manifests.types import Document, Path, get

# The label that every namespace has, with its name.
_NAME = "kubernetes.io/metadata.name"


@dataclass(frozen=True)
class Peer:
    """Whom a rule is for. `path` leads to it (document index first); `data` is what stands there."""

    path: Path
    data: Document

    @property
    def by_pods(self) -> bool:
        return isinstance(self.data.get("podSelector"), dict)

    @property
    def by_namespaces(self) -> bool:
        return isinstance(self.data.get("namespaceSelector"), dict)

    @property
    def block(self) -> bool:
        return isinstance(self.data.get("ipBlock"), dict)

    @property
    def selectors(self) -> list[tuple[str, Path]]:
        """The labels that it selects by: a title and the path of each."""
        found = [("Labels of the pods", (*self.path, "podSelector", "matchLabels"))] if self.by_pods else []
        where = ("Labels of their namespaces", (*self.path, "namespaceSelector", "matchLabels"))
        return [*found, where] if self.by_namespaces else found

    @property
    def words(self) -> str:
        if self.block:
            block = self.data["ipBlock"]
            left_out = [str(one) for one in items(block, "except")]
            return f"{block.get('cidr') or 'no addresses'}" + (f" except {_listed(left_out)}" if left_out else "")
        if not self.by_pods and not self.by_namespaces:
            return "nobody"
        pods = selected(self.data.get("podSelector"))
        who = f"pods with {pods}" if pods else "any pod"
        if not self.by_namespaces:
            return who if pods else "any pod of this namespace"
        where = selected(self.data["namespaceSelector"])
        if not where:
            return f"{who} of any namespace"
        name = get(self.data, ("namespaceSelector", "matchLabels", _NAME))
        one = name and where == f"{_NAME}={name}"
        return f"{who} of the namespace {name}" if one else f"{who} of namespaces with {where}"


@dataclass(frozen=True)
class Rule:
    """One rule of a direction: its peers, and the ports in words. `anyone` where it names no peers at all."""

    path: Path
    peers_path: Path
    peers: tuple[Peer, ...]
    ports: tuple[str, ...]
    anyone: bool

    @property
    def ports_path(self) -> Path:
        return (*self.path, "ports")

    @property
    def words(self) -> str:
        who = "anywhere" if self.anyone else _listed([peer.words for peer in self.peers] or ["nobody"], "or")
        return f"{who} on {_listed(list(self.ports))}" if self.ports else who


@dataclass(frozen=True)
class Direction:
    """Incoming or outgoing traffic. Without `limited` the policy says nothing about it, and its rules do nothing."""

    name: str
    path: Path
    limited: bool
    rules: tuple[Rule, ...]


def directions(document: Document, index: int) -> tuple[Direction, Direction]:
    """The incoming and the outgoing traffic of a NetworkPolicy, which is the document at `index`."""
    return _direction(document, index, "ingress"), _direction(document, index, "egress")


def policy_types(document: Document) -> list[str]:
    """The directions that a policy is for. As the API server fills them in: incoming traffic always, outgoing if
    there is a rule for it."""
    said = [str(one) for one in items(document, "spec", "policyTypes")]
    return said or ["Ingress", *(["Egress"] if items(document, "spec", "egress") else [])]


def sentences(document: Document, index: int = 0) -> list[str]:
    """What a NetworkPolicy does, a sentence for each direction."""
    incoming, outgoing = directions(document, index)
    pods = selected(get(document, ("spec", "podSelector")))
    who = f"Pods with {pods}" if pods else "All pods of the namespace"
    said = []
    if incoming.limited:
        said.append(f"{who} accept {_traffic(incoming, 'from')}.")
    if outgoing.limited:
        said.append(f"{'They' if said else who} may send {_traffic(outgoing, 'to')}.")
    if not incoming.limited:
        said.append("What they receive is not limited by this policy.")
    if not outgoing.limited:
        said.append("What they send is not limited by this policy.")
    return said


def selected(selector: Any) -> str:
    """A LabelSelector in words: ``app=web and tier in (a, b)``; "" for one that selects everything."""
    labels = get(selector, ("matchLabels",))
    parts = [f"{key}={value}" for key, value in labels.items()] if isinstance(labels, dict) else []
    for one in items(selector, "matchExpressions"):
        key, operator = get(one, ("key",)), get(one, ("operator",))
        values = ", ".join(str(value) for value in items(one, "values"))
        parts.append(
            {
                "In": f"{key} in ({values})",
                "NotIn": f"{key} not in ({values})",
                "Exists": f"any {key}",
                "DoesNotExist": f"no {key}",
            }.get(str(operator), f"{key} {operator}")
        )
    return _listed(parts)


def _traffic(direction: Direction, word: str) -> str:
    rules = direction.rules
    if not rules:
        return "no traffic"
    if any(rule.anyone and not rule.ports for rule in rules):
        return f"all traffic, {word} anywhere"
    what = ", and ".join(f"{word} {rule.words}" for rule in rules)
    rest = "nothing else" if any(rule.anyone for rule in rules) else f"{word} nowhere else"
    return f"traffic {what}, and {rest}"


def _direction(document: Document, index: int, name: str) -> Direction:
    path: Path = (index, "spec", name)
    found = enumerate(items(document, "spec", name))
    rules = tuple(_rule(rule, (*path, at), name) for at, rule in found if isinstance(rule, dict))
    return Direction(name, path, name.capitalize() in policy_types(document), rules)


def _rule(rule: Document, path: Path, direction: str) -> Rule:
    field = "from" if direction == "ingress" else "to"
    peers = items(rule, field)
    found = tuple(Peer((*path, field, at), peer) for at, peer in enumerate(peers) if isinstance(peer, dict))
    ports = tuple(_port(port) for port in items(rule, "ports"))
    return Rule(path, (*path, field), found, ports, not peers)


def _port(port: Any) -> str:
    protocol, number, end = (get(port, (name,)) for name in ("protocol", "port", "endPort"))
    if number is None:
        return f"every {protocol or 'TCP'} port"
    return f"{protocol or 'TCP'} {number}" + (f"–{end}" if end else "")


def _listed(parts: list[str], word: str = "and") -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}" if parts else ""
