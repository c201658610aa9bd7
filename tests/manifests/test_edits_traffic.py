"""What a NetworkPolicy lets through, in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from designer.manifests.edits import traffic
from tests.checks.shapes import VALUES

WEB = {"matchLabels": {"app": "web"}}
FRONT = {"podSelector": {"matchLabels": {"role": "front"}}}
ANY: dict[str, Any] = {"podSelector": {}}
HTTP = {"protocol": "TCP", "port": 80}
SENDS = "What they send is not limited by this policy."


def policy(**spec: Any) -> dict[str, Any]:
    return {"kind": "NetworkPolicy", "spec": {"podSelector": WEB, **spec}}


# the rules of a policy for app=web, what is said of it
TABLE: list[tuple[dict[str, Any], list[str]]] = [
    (
        {"ingress": [{"from": [FRONT], "ports": [HTTP]}]},
        ["Pods with app=web accept traffic from pods with role=front on TCP 80, and from nowhere else.", SENDS],
    ),
    ({}, ["Pods with app=web accept no traffic.", SENDS]),
    ({"podSelector": {}, "ingress": []}, ["All pods of the namespace accept no traffic.", SENDS]),
    ({"ingress": [{}]}, ["Pods with app=web accept all traffic, from anywhere.", SENDS]),
    (
        {"ingress": [{"ports": [HTTP, {"port": 443}]}]},
        ["Pods with app=web accept traffic from anywhere on TCP 80 and TCP 443, and nothing else.", SENDS],
    ),
    (
        {
            "ingress": [
                {"from": [FRONT, ANY]},
                {"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}]},
            ]
        },
        [
            "Pods with app=web accept traffic from pods with role=front or any pod of this namespace, "
            "and from 10.0.0.0/8 except 10.1.0.0/16, and from nowhere else.",
            SENDS,
        ],
    ),
    (
        {"policyTypes": ["Egress"], "ingress": [{}], "egress": []},
        ["Pods with app=web may send no traffic.", "What they receive is not limited by this policy."],
    ),
    (
        {"policyTypes": ["Ingress", "Egress"], "egress": [{"ports": [{"protocol": "UDP", "port": 53}]}]},
        [
            "Pods with app=web accept no traffic.",
            "They may send traffic to anywhere on UDP 53, and nothing else.",
        ],
    ),
    (
        {"egress": [{"to": [{"namespaceSelector": {}}], "ports": [{"port": 8000, "endPort": 9000}, {}]}]},
        [
            "Pods with app=web accept no traffic.",
            "They may send traffic to any pod of any namespace on TCP 8000–9000 and every TCP port, "
            "and to nowhere else.",
        ],
    ),
]


@pytest.mark.parametrize(("spec", "expected"), TABLE, ids=range(len(TABLE)))
def test_a_policy_in_words(spec: dict[str, Any], expected: list[str]) -> None:
    assert traffic.sentences(policy(**spec)) == expected


@pytest.mark.parametrize(
    ("peer", "words"),
    [
        (ANY, "any pod of this namespace"),
        ({"namespaceSelector": {"matchLabels": {"team": "a"}}}, "any pod of namespaces with team=a"),
        (
            {**FRONT, "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}},
            "pods with role=front of the namespace shop",
        ),
        ({**FRONT, "namespaceSelector": {}}, "pods with role=front of any namespace"),
        ({"ipBlock": {"cidr": "10.0.0.0/8"}}, "10.0.0.0/8"),
        ({}, "nobody"),
    ],
)
def test_a_peer_in_words(peer: dict[str, Any], words: str) -> None:
    assert traffic.Peer((), peer).words == words


def test_a_selector_in_words() -> None:
    said = [("a", "In", ["1", "2"]), ("b", "NotIn", ["3"]), ("c", "Exists", None), ("d", "DoesNotExist", None)]
    expressions = [{"key": key, "operator": operator, "values": values} for key, operator, values in said]
    selector = {"matchLabels": {"app": "web"}, "matchExpressions": expressions}
    assert traffic.selected(selector) == "app=web, a in (1, 2), b not in (3), any c and no d"


@given(VALUES, VALUES, VALUES)
def test_any_shape_is_said_somehow(selector: Any, types: Any, rules: Any) -> None:
    for spec in (rules, {"podSelector": selector, "policyTypes": types, "ingress": rules, "egress": [rules]}):
        assert all(isinstance(one, str) for one in traffic.sentences({"kind": "NetworkPolicy", "spec": spec}))
        for direction in traffic.directions({"spec": spec}, 0):
            assert all(peer.words for rule in direction.rules for peer in rule.peers)
