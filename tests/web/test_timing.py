"""The middle of the designer: which of its faces is shown, that it follows each edit, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from designer.designs.models import Design

Make = Callable[..., Design]
SHOP = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: 3
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      initContainers:
      - name: migrate
        image: flyway:11
      containers:
      - name: nginx
        image: nginx:1.29
        resources:
          requests: {cpu: 100m}
        startupProbe: {tcpSocket: {port: 80}, periodSeconds: 5}
"""


def page(client: Client, design: Design, **query: Any) -> str:
    answer = client.get(reverse("design", args=[design.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def middle(client: Client, design: Design, **query: Any) -> str:
    answer = client.get(reverse("middle", args=[design.pk]), {"base": design.number, **query})
    assert answer.status_code == 200
    return answer.content.decode()


def face(html: str) -> str:
    """Which face a page or an answer shows."""
    canvas = html[html.index('id="canvas"' if 'id="canvas"' in html else 'hx-target="#canvas"') :]
    found = re.search(
        r'<svg[^>]*class="diagram|class="lane role|class="wholes"|class="empty-canvas|class="nothing', canvas
    )
    assert found
    words = {"lane": "timeline", "wholes": "resources", "empty": "empty", "nothing": "nothing"}
    return next((face for word, face in words.items() if word in found[0]), "diagram")


@pytest.mark.parametrize("view", ["diagram", "timeline", "resources"])
def test_a_link_shows_what_it_says(client: Client, make: Make, view: str) -> None:
    html = page(client, make(SHOP), view=view)
    assert face(html) == view
    assert re.findall(r'value="(\w+)" form="state" checked', html) == [view]


def test_this_browser_keeps_what_it_showed(client: Client, make: Make) -> None:
    design = make(SHOP)
    client.cookies["view"] = "resources"
    assert face(page(client, design)) == "resources"
    assert face(page(client, design, view="timeline")) == "timeline"
    assert face(page(client, design, view="nonsense")) == "resources"
    client.cookies["view"] = "<script>"
    assert face(page(client, design)) == "diagram"


def test_each_edit_brings_what_is_shown_up_to_date(client: Client, make: Make) -> None:
    design = make(SHOP)
    for view, words in (("timeline", "started in 0–46 s"), ("resources", "250m → no limit")):
        design.refresh_from_db()
        field, value = {
            "timeline": ("startupProbe/failureThreshold", "9"),
            "resources": ("resources/requests/cpu", "250m"),
        }[view]
        answer = client.post(
            reverse("edit", args=[design.pk, "set"]),
            {
                "base": design.number,
                "path": f"/0/spec/template/spec/containers/0/{field}",
                "value": value,
                "view": view,
            },
        )
        html = answer.content.decode()
        assert face(html) == view
        assert words in html


def test_what_belongs_to_a_container_selects_it(client: Client, make: Make) -> None:
    html = middle(client, make(SHOP), view="timeline")
    lanes = re.findall(r'<a class="lane [^>]*data-at="([^"]+)"', html)
    assert lanes == ["0/initContainers/0", "0/containers/0", "0/containers/0"]
    html = middle(client, make(SHOP), view="resources")
    assert 'data-go="0/containers/0" data-field="/0/spec/template/spec/containers/0/resources/requests/cpu"' in html
    assert re.findall(r'<a class="who"[^>]*data-at="([^"]+)"', html) == ["0/initContainers/0", "0/containers/0"]


def test_how_many_pods_is_asked_about_and_changes_nothing(client: Client, make: Make) -> None:
    design = make(SHOP)
    html = middle(client, design, view="resources")
    assert "for 3 pods: <b>300m</b>" in html
    assert 'name="pods-0-3" value="3"' in html
    html = middle(client, design, view="resources", **{"pods-0-3": "20"})
    assert "for 20 pods: <b>2</b>" in html
    assert "25 while it rolls out: <b>2.5</b>" in html
    assert 'value="20"' in html
    for odd in ("", "-1", "x", "9" * 30):
        assert middle(client, design, view="resources", **{"pods-0-3": odd})
    design.refresh_from_db()
    assert design.text == SHOP


def test_another_number_in_the_design_is_shown_although_one_was_asked_about(client: Client, make: Make) -> None:
    design = make(SHOP.replace("replicas: 3", "replicas: 5"))
    html = middle(client, design, view="resources", **{"pods-0-3": "20"})
    assert "for 5 pods: <b>500m</b>" in html


def test_the_version_of_the_design_counts(client: Client, make: Make) -> None:
    text = SHOP.replace("    spec:\n", "    spec:\n      resources: {requests: {cpu: 4}}\n")
    design = make(text)
    assert "named for the pod as a whole" in middle(client, design, view="resources")
    design.version = "1.33"
    design.save()
    html = middle(client, design, view="resources")
    assert "named for the pod as a whole" not in html
    assert "counts from Kubernetes 1.34 on" in html


def test_a_page_that_lags_behind_is_brought_up_to_date(client: Client, make: Make) -> None:
    design = make(SHOP)
    client.post(
        reverse("edit", args=[design.pk, "set"]),
        {"base": 1, "path": "/0/spec/replicas", "value": "4", "view": "timeline"},
    )
    html = middle(client, design, base=1, view="resources")
    assert 'name="base" value="2"' in html
    assert face(html) == "resources"


@pytest.mark.parametrize("view", ["timeline", "resources"])
def test_without_a_pod_it_says_what_to_do(client: Client, make: Make, view: str) -> None:
    design = make("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    assert face(page(client, design, view=view)) == "nothing"
    design.change(lambda _: [], by=design.owner, summary="emptied")
    assert face(page(client, design, view=view)) == "empty"


@pytest.mark.parametrize("view", ["timeline", "resources"])
def test_no_style_in_line_and_names_escaped(client: Client, make: Make, view: str) -> None:
    html = page(client, make(SHOP.replace("name: nginx", 'name: "<i>x"')), view=view)
    assert "<i>x" not in html
    assert "style=" not in html


def test_the_other_faces_cost_no_query_more(client: Client, make: Make) -> None:
    design = make(SHOP)
    counts = []
    for view in ("diagram", "timeline", "resources"):
        with CaptureQueriesContext(connection) as queries:
            middle(client, design, view=view)
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]


def test_several_workloads_are_added_up(client: Client, make: Make) -> None:
    agent = (
        "---\napiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: agent}\nspec:\n  template:\n    spec:\n"
        "      containers:\n      - {name: agent, image: agent:1, resources: {requests: {cpu: 50m, memory: 1Gi}}}\n"
    )
    assert "All pods of this design" not in middle(client, make(SHOP), view="resources")
    html = middle(client, make(SHOP + agent), view="resources", **{"pods-1-1": "4"})
    assert "<b>cpu 500m</b>, <b>memory 4Gi</b>" in html
