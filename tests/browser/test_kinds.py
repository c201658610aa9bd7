"""Objects beside workloads by hand: added from the menu, a row of each changed, read in the design's documents."""

from __future__ import annotations

import pytest

from designer.designs.models import Design
from designer.manifests.text import parse
from designer.manifests.types import Document
from tests.browser.designer import Designer
from tests.people import owner
from tests.web.test_kinds import SHOP

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(designer: Designer) -> Designer:
    design = Design.objects.create(owner=owner(), name="shop")
    documents = parse(SHOP)
    design.change(lambda _: documents, by=owner(), text=SHOP)
    designer.open(design)
    return designer


def last(designer: Designer, kind: str) -> Document:
    document = designer.documents[-1]
    assert document["kind"] == kind
    assert designer.page.locator("#inspector .pill").first.inner_text() == kind
    assert designer.design.text.startswith(SHOP)
    return document


def test_an_ingress_by_hand(shop: Designer) -> None:
    shop.menu("+ Object", "Ingress")
    shop.fill("Host", "shop.example.com")
    shop.press("+ Path")
    shop.fill("Path", "/api", nth=1)
    shop.choose("Matches", "Exact", nth=1)
    shop.fill("Port", "http", nth=1)
    shop.press("+ TLS")
    rule = last(shop, "Ingress")["spec"]["rules"][0]
    service = {"name": "shop", "port": {"number": 80}}
    assert rule["host"] == "shop.example.com"
    assert rule["http"]["paths"] == [
        {"path": "/", "pathType": "Prefix", "backend": {"service": service}},
        {"path": "/api", "pathType": "Exact", "backend": {"service": {"name": "shop", "port": {"name": "http"}}}},
    ]
    assert last(shop, "Ingress")["spec"]["tls"] == [{"hosts": ["shop.example.com"], "secretName": "shop-tls"}]
    shop.press("Remove path", nth=0)
    assert [p["path"] for p in last(shop, "Ingress")["spec"]["rules"][0]["http"]["paths"]] == ["/api"]


def test_a_network_policy_by_hand(shop: Designer) -> None:
    shop.menu("+ Object", "NetworkPolicy")
    says = shop.page.locator("#reads")
    assert "accept traffic from any pod of this namespace on TCP 80, and from nowhere else." in says.inner_text()
    peer = "#inspector .block .block"
    shop.page.locator(peer).get_by_role("button", name="+ Add", exact=True).first.click()
    shop.page.keyboard.type("role")
    shop.page.keyboard.press("Tab")
    with shop.answered("/edit/add-pair"):
        shop.page.keyboard.type("front")
        shop.page.keyboard.press("Enter")
    shop.fill("Port", "http")
    assert "from pods with role=front on TCP http, and from nowhere else." in says.inner_text()
    shop.press("+ Name look-ups (DNS)")
    assert "They may send traffic to any pod of any namespace on UDP 53 and TCP 53" in says.inner_text()
    spec = last(shop, "NetworkPolicy")["spec"]
    ports = [{"protocol": "TCP", "port": "http"}]
    assert spec["ingress"] == [{"from": [{"podSelector": {"matchLabels": {"role": "front"}}}], "ports": ports}]
    assert spec["policyTypes"] == ["Ingress", "Egress"]


def test_an_autoscaler_by_hand(shop: Designer) -> None:
    shop.menu("+ Object", "HorizontalPodAutoscaler")
    shop.fill("Pods at most", "12")
    shop.fill("%", "60")
    shop.press("+ Memory")
    shop.choose("Kept at", "AverageValue", nth=1)
    shop.fill("Value", "300Mi")
    spec = last(shop, "HorizontalPodAutoscaler")["spec"]
    assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "shop"}
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 12)
    assert [metric["resource"] for metric in spec["metrics"]] == [
        {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}},
        {"name": "memory", "target": {"type": "AverageValue", "averageValue": "300Mi"}},
    ]
    with shop.answered("/undo/"):
        shop.page.locator("#inspector h2").click()
        shop.page.keyboard.press("Control+z")
    assert spec != last(shop, "HorizontalPodAutoscaler")["spec"]
    # What has no field here is one click away under All fields, and the deployment's own form is, too.
    shop.page.locator("#inspector .list-button", has_text="behavior").click()
    shop.page.locator(".trail b", has_text="behavior").wait_for()
    shop.tab("Autoscaler")
    with shop.answered("/inspect/"):
        shop.page.locator("#go-target").click()
    assert shop.page.locator("#inspector .pill").first.inner_text() == "Deployment"


def test_a_selector_of_expressions_opens_under_all_fields(designer: Designer) -> None:
    text = SHOP + (
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: n}\n"
        "spec: {podSelector: {matchExpressions: [{key: app, operator: Exists}]}}\n"
    )
    design = Design.objects.create(owner=owner(), name="shop")
    documents = parse(text)
    design.change(lambda _: documents, by=owner(), text=text)
    designer.open(design)
    designer.select("2")
    assert "Pods with any app accept no traffic." in designer.page.locator("#reads").inner_text()
    designer.page.locator("#inspector .list-button", has_text="by expressions: 1").click()
    designer.page.locator(".trail b", has_text="matchExpressions").wait_for()
    assert designer.page.locator(".tab[aria-current]").inner_text() == "All fields"
