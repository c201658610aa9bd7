"""What policies, autoscalers and disruption budgets say of the pods they mean."""

from __future__ import annotations

from typing import Any

import pytest

from designer.diagram.layout import layout
from designer.diagram.model import Edge, Picture
from designer.diagram.svg import svg
from designer.manifests.types import Document
from tests.diagram.designs import container, deployment, service
from tests.diagram.geometry import faults
from tests.diagram.test_layout import box, edges, words

WEB = deployment("web", {"containers": [container("web", ports=[{"containerPort": 8080, "name": "http"}])]})


def _policy(spec: Any) -> Document:
    return {"kind": "NetworkPolicy", "metadata": {"name": "quiet"}, "spec": {"podSelector": {}} | spec}


def _shields(picture: Picture) -> list[tuple[str, str]]:
    return [(badge.label.text, badge.title) for frame in picture.frames for badge in frame.badges]


APP = {"podSelector": {"matchLabels": {"app": "api"}}}
SPACE = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress"}}}


@pytest.mark.parametrize(
    ("spec", "shield", "title"),
    [
        ({}, "no ingress", "NetworkPolicy quiet lets nothing come in"),
        ({"ingress": [{"from": [APP]}]}, "ingress only from app=api", "from app=api. Nothing else may"),
        ({"ingress": [{"from": [APP, SPACE]}]}, "ingress only from app=api +1", "from app=api; namespace ingress."),
        ({"ingress": [{"from": [APP | SPACE]}]}, "ingress only from app=api in namespace ingress", "app=api in namesp"),
        ({"ingress": [{"from": [{"podSelector": {}}]}]}, "ingress only from any pod", "from any pod"),
        ({"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]}, "ingress only from 10.0.0.0/8", "10.0.0.0/8"),
        ({"ingress": [{"ports": [{"port": 8443}]}]}, "ingress only on 8443", "from anybody, on some ports"),
        ({"ingress": [{}]}, "ingress open", "lets anything come in"),
        ({"policyTypes": ["Egress"], "egress": [{"to": [APP]}]}, "egress only to app=api", "go out: to app=api"),
        ({"policyTypes": ["Egress"]}, "no egress", "lets nothing go out"),
    ],
)
def test_a_shield_says_who_may_pass(spec: Any, shield: str, title: str) -> None:
    ((said, full),) = _shields(layout([WEB, _policy(spec)]))
    head, _, tail = said.partition("…")
    assert shield.startswith(head)
    assert shield.endswith(tail)
    assert title in full


def test_a_policy_that_selects_nothing_is_broken() -> None:
    drawn = box(layout([WEB, _policy({"podSelector": {"matchLabels": {"app": "gone"}}})]), "1")
    assert drawn.bad
    assert "selects no pod of this design" in words(drawn)
    assert not box(layout([WEB, _policy({})]), "1").bad


def _link(spec: Any) -> Edge:
    picture = layout([WEB, service("web", {"app": "web"}, {"port": 80, "targetPort": "http"}), _policy(spec)])
    assert faults(picture) == []
    (link,) = edges(picture, "service")
    assert link.barred == ('class="edge service is-barred"' in svg(picture))
    return link


@pytest.mark.parametrize(
    ("spec", "barred"),
    [
        ({}, True),
        ({"ingress": []}, True),
        ({"ingress": [{}]}, False),
        ({"ingress": [{"from": [APP]}]}, False),
        ({"ingress": [{"ports": [{"port": 8443}]}]}, True),
        ({"ingress": [{"ports": [{"port": 8000, "endPort": 8100}]}]}, False),
        ({"ingress": [{"ports": [{"port": "http"}]}]}, False),
        ({"ingress": [{"ports": [{"port": 8080, "protocol": "UDP"}]}]}, True),
        ({"policyTypes": ["Egress"]}, False),
    ],
)
def test_an_arrow_that_a_policy_stops_is_barred_and_says_so(spec: Any, barred: bool) -> None:
    link = _link(spec)
    assert link.barred == barred
    assert ("NetworkPolicy quiet lets nothing in there" in link.title) == barred


def _scaler(name: str, **spec: Any) -> Document:
    return {
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web"},
        "spec": {"scaleTargetRef": {"kind": "Deployment", "name": name}, **spec},
    }


def test_an_autoscaler_says_what_it_scales() -> None:
    assert words(box(layout([WEB, _scaler("web", maxReplicas=5)]), "1"))[-1] == "scales Deployment web, 1–5"
    assert words(box(layout([WEB, _scaler("web", minReplicas=2, maxReplicas=5)]), "1"))[-1].endswith("web, 2–5")
    lost = box(layout([WEB, _scaler("gone", maxReplicas=5)]), "1")
    assert lost.bad
    assert "no Deployment gone here" in words(lost)
    assert not box(layout([_scaler("gone", maxReplicas=5)]), "0").bad


def _budget(labels: dict[str, str], **spec: Any) -> Document:
    selector = {"matchLabels": labels}
    return {"kind": "PodDisruptionBudget", "metadata": {"name": "web"}, "spec": {"selector": selector, **spec}}


def test_a_disruption_budget_says_what_it_keeps() -> None:
    assert words(box(layout([WEB, _budget({"app": "web"}, minAvailable=1)]), "1"))[-1] == "keeps 1 of web"
    away = words(box(layout([WEB, _budget({"app": "web"}, maxUnavailable="25%")]), "1"))[-1]
    assert away == "lets go at most 25% of web"
    lost = box(layout([WEB, _budget({"app": "gone"}, minAvailable=1)]), "1")
    assert lost.bad
    assert "selects no pod of this design" in words(lost)
