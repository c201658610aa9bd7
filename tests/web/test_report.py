"""The report of a design: everything on it, nothing that its Secrets hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from designer.designs.models import Design
from designer.diagram.model import Picture
from designer.web.views.report import short, wide
from tests.people import owner
from tests.web.test_pictures import SECRET, WITH_SECRETS

WRONG = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: nginx # <b>bold</b>
    image: nginx
    volumeMounts: [{name: gone, mountPath: /data}]
"""


def report(client: Client, design: Design) -> str:
    answer = client.get(reverse("report", args=[design.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_report_says_what_it_is_of(client: Client, make: Callable[..., Design]) -> None:
    design = make(name="My <shop>")
    revision = design.revision
    revision.name = "before the fair"
    revision.save()
    page = report(client, design)
    assert "<h1>My &lt;shop&gt;</h1>" in page
    assert "Revision r1 “before the fair”" in page
    assert f"{revision.at:%B %Y, %H:%M} UTC" in page
    assert "Kubernetes 1.37" in page
    assert 'aria-label="Diagram of Pod web"' in page
    assert 'aria-label="Timeline of Pod web"' in page
    assert 'aria-label="Resources of Pod web"' in page
    assert "BestEffort" in page
    assert "The checks found nothing wrong." in page
    assert "name: web # the front door" in page


def test_findings_and_yaml_are_text(client: Client, make: Callable[..., Design]) -> None:
    page = report(client, make(WRONG))
    assert '<b class="error">error</b>' in page
    assert "gone" in page.partition("YAML</h2>")[0]
    assert "&lt;b&gt;bold" in page
    assert "<b>bold" not in page


def test_what_a_secret_holds_is_on_no_paper(client: Client, make: Callable[..., Design]) -> None:
    page = report(client, make(WITH_SECRETS))
    picture, _, yaml = page.partition("YAML</h2>")
    assert SECRET not in picture
    secret = yaml.partition("kind: Secret")[2]
    assert "list: " in secret
    assert "(hidden " in secret
    assert SECRET not in secret
    assert "eHl6" not in secret


def test_an_empty_design_has_a_report_too(client: Client, make: Callable[..., Design]) -> None:
    page = report(client, make("", name="empty"))
    assert "There is no object in this design yet." in page
    assert "<figure>" not in page
    assert "Timeline of" not in page


def test_the_policy_holds_on_paper(client: Client, make: Callable[..., Design]) -> None:
    answer = client.get(reverse("report", args=[make(WITH_SECRETS).pk]))
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert b" style=" not in answer.content
    assert b"<style" not in answer.content


@pytest.mark.parametrize(("size", "turned"), [((1600, 600), True), ((1600, 1500), False), ((900, 300), False)])
def test_a_wide_picture_has_a_page_turned_on_its_side(size: tuple[int, int], turned: bool) -> None:
    assert wide(Picture(*size, "web")) == turned


def test_a_small_pod_shares_its_page_and_others_do_not() -> None:
    assert short(Picture(700, 500, "web"), 1)
    assert not short(Picture(700, 500, "web"), 2)
    assert not short(Picture(700, 900, "web"), 1)
    assert not short(Picture(1600, 500, "web"), 1)


def test_containers_that_ask_for_nothing_are_one_line(client: Client, make: Callable[..., Design]) -> None:
    some = "- {name: a, image: a}\n  - {name: b, image: b}\n  - {name: c, image: c, resources: {requests: {cpu: 1}}}"
    page = report(client, make(f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  {some}\n"))
    assert page.count('class="amounts ') == 1
    assert '<span class="muted">No requests and no limits:</span> <b>a</b>, <b>b</b>' in page


def test_a_report_is_of_the_revision_it_was_opened_at(client: Client, make: Callable[..., Design]) -> None:
    design = make()
    design.change(
        lambda documents: [*documents, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "later"}}],
        by=owner(),
    )
    page = report(client, design)
    assert "Revision r2" in page
    assert 'aria-label="later"' in page
