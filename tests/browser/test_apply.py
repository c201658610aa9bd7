"""The whole way from a design to a real API server, in the browser."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from playwright.sync_api import Locator, expect

from designer.clusters.models import Cluster
from designer.designs.models import Design
from designer.manifests.text import dump, parse
from designer.manifests.types import Documents
from tests.browser.axe import faults
from tests.browser.designer import Designer
from tests.cluster.control_plane import ControlPlane
from tests.cluster.documents import config_map
from tests.people import owner

pytestmark = [
    pytest.mark.browser,
    pytest.mark.cluster,
    pytest.mark.django_db(transaction=True),
]
ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"


def open_design(designer: Designer, text: str) -> None:
    design = Design.objects.create(owner=owner(), name="tls")
    documents = parse(text)
    design.change(lambda _: documents, by=owner(), text=text)
    designer.open(design)


def edit(designer: Designer, documents: Documents) -> None:
    designer.design.change(lambda _: documents, by=owner())


def plan(designer: Designer, namespace: str) -> Locator:
    """Open the dialog for a namespace and wait for the plan; its results."""
    page = designer.page
    page.get_by_role("button", name="Apply…").click()
    field = page.get_by_label("Namespace", exact=True)
    if field.input_value() != namespace:
        field.fill(namespace)
        field.press("Tab")
    results = page.locator("#apply-results")
    expect(results.locator(".place")).to_contain_text(f"/ {namespace}")
    expect(page.locator("#apply-foot button", has_text="Close")).to_be_visible()
    expect(page.locator("#apply-go")).to_be_visible(timeout=20_000)
    return results


def go(designer: Designer, words: str) -> None:
    button = designer.page.locator("#apply-go")
    expect(button).to_have_text(words)
    button.click()


def live(plane: ControlPlane, kind: str, name: str, namespace: str) -> Any:
    return plane.json("get", kind, name, "-n", namespace)


@pytest.fixture(autouse=True)
def kubeconfig(control_plane: ControlPlane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))


def test_the_plan_comes_first_then_apply_and_watch(
    designer: Designer, control_plane: ControlPlane, namespace: str
) -> None:
    page = designer.page
    open_design(designer, (ARTICLES / "000-sidecar-after.yaml").read_text())
    results = plan(designer, namespace)
    expect(page.locator("#apply-cluster")).to_contain_text("Kubernetes")
    expect(results.locator(".object.is-new")).to_have_count(2)
    pod = results.locator(".object", has_text="Pod sidecar")
    pod.locator("summary").click()
    expect(pod.locator(".diff")).to_contain_text("nginx-ssl-terminator")
    expect(pod.locator(".defaulted").first).to_be_hidden()
    pod.get_by_label("that the server fills in").check()
    expect(pod.locator(".defaulted").first).to_be_visible()
    assert "sidecar" not in control_plane.kubectl("get", "pods", "-n", namespace, "-o", "name")

    go(designer, f"Apply 2 changes to {control_plane.admin}/{namespace}")
    expect(results).to_contain_text("Applied r1")
    expect(results.locator(".object.is-created")).to_have_count(2)
    found = control_plane.json("get", "pod", "sidecar", "-n", namespace, "--show-managed-fields")
    assert [(m["manager"], m["operation"]) for m in found["metadata"]["managedFields"]] == [
        ("pod-pattern-designer", "Apply")
    ]
    page.keyboard.press("Escape")
    results = plan(designer, namespace)
    expect(results).to_contain_text("Nothing to change: the cluster is as r1 says.")
    expect(page.locator("#apply-go")).to_be_disabled()


def test_what_is_left_over_is_deleted_when_ticked_and_comes_back_by_rolling_back(
    designer: Designer, control_plane: ControlPlane, namespace: str
) -> None:
    page = designer.page
    open_design(designer, dump([config_map("a", colour="red"), config_map("b")]))
    plan(designer, namespace)
    place = f"{control_plane.admin}/{namespace}"
    go(designer, f"Apply 2 changes to {place}")
    expect(page.locator("#apply-results")).to_contain_text("Applied r1")
    page.keyboard.press("Escape")

    edit(designer, [config_map("a", colour="blue")])
    results = plan(designer, namespace)
    expect(results.locator(".diff").first).to_contain_text("colour: blue")
    expect(results.get_by_label("Delete ConfigMap b")).not_to_be_checked()
    results.get_by_label("Delete ConfigMap b").check()
    go(designer, f"Apply 1 change to {place} and delete 1 object")
    expect(results).to_contain_text("1 deleted")
    assert control_plane.kubectl("get", "configmap", "b", "-n", namespace, "--ignore-not-found") == ""

    page.locator("#apply-foot").get_by_role("button", name="Runs").click()
    expect(page.locator(".runs li")).to_have_count(2)
    page.get_by_role("button", name="Roll back to r1").click()
    go(designer, f"Roll back 2 changes in {place}")
    expect(page.locator("#apply-results")).to_contain_text("Rolled back to r1")
    assert live(control_plane, "configmap", "a", namespace)["data"] == {"colour": "red"}

    page.locator("#apply-foot").get_by_role("button", name="Runs").click()
    page.get_by_role("button", name="Delete what was applied…").click()
    go(designer, f"Delete 2 objects from {place}")
    expect(page.locator("#apply-results")).to_contain_text("Deleted")
    names = control_plane.kubectl("get", "configmap", "-n", namespace, "-o", "name")
    assert "configmap/a" not in names


def test_a_conflict_offers_the_three_choices(designer: Designer, control_plane: ControlPlane, namespace: str) -> None:
    page = designer.page
    theirs = json.dumps(config_map("a", one="theirs", two="theirs", three="theirs"))
    control_plane.kubectl("apply", "--server-side", "--field-manager=team-b", "-n", namespace, "-f", "-", stdin=theirs)
    open_design(designer, dump([config_map("a", one="1", two="2", three="3")]))
    results = plan(designer, namespace)
    rows = results.locator(".conflict li")
    expect(rows).to_have_count(3)
    expect(page.locator("#apply-go")).to_be_disabled()
    expect(rows.filter(has_text="data.one")).to_contain_text("owned by team-b")
    rows.filter(has_text="data.one").get_by_role("button", name="Give it up").click()
    expect(rows).to_have_count(2)
    rows.filter(has_text="data.two").get_by_role("button", name="Share: take its value").click()
    expect(rows).to_have_count(1)
    expect(page.locator("#status")).to_contain_text("r3")
    assert designer.design.documents[0]["data"] == {"two": "theirs", "three": "3"}
    results.get_by_label("Take over").check()
    go(designer, f"Apply 1 change to {control_plane.admin}/{namespace}")
    expect(results).to_contain_text("Applied r3")
    there = live(control_plane, "configmap", "a", namespace)["data"]
    assert there == {"one": "theirs", "two": "theirs", "three": "3"}


def test_production_asks_for_the_namespaces_name(
    designer: Designer, control_plane: ControlPlane, namespace: str
) -> None:
    page = designer.page
    open_design(designer, dump([config_map("a")]))
    plan(designer, namespace)
    page.keyboard.press("Escape")
    Cluster.objects.update(stage="production")
    results = plan(designer, namespace)
    expect(results.locator(".stage.production")).to_be_visible()
    typed = page.get_by_label(f"Type {namespace} to go on")
    typed.fill("another")
    page.locator("#apply-go").click()
    expect(results).not_to_contain_text("Applied")
    typed.fill(namespace)
    page.locator("#apply-go").click()
    expect(results).to_contain_text("Applied r1")


def test_drift_is_shown_and_taken_into_the_design(
    designer: Designer, control_plane: ControlPlane, namespace: str
) -> None:
    page = designer.page
    open_design(designer, dump([config_map("a", colour="red"), config_map("b")]))
    plan(designer, namespace)
    page.locator("#apply-go").click()
    expect(page.locator("#apply-results")).to_contain_text("Applied r1")
    patch = json.dumps({"data": {"colour": "green"}})
    control_plane.kubectl("patch", "configmap", "a", "-n", namespace, "-p", patch)
    page.locator("#apply-foot").get_by_role("button", name="Runs").click()
    page.get_by_role("button", name="Drift…").click()
    drifted = page.locator("#drift .object.is-changed")
    expect(drifted).to_have_count(1)
    expect(drifted).to_contain_text("kubectl-patch")
    expect(drifted.locator(".diff")).to_contain_text("colour: green")
    page.get_by_role("button", name="Take it into the design").click()
    expect(page.locator("#dialog")).not_to_be_visible()
    expect(page.locator("#status")).to_contain_text("r2")
    assert designer.design.documents[0]["data"] == {"colour": "green"}


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_every_screen_of_it_is_sound_for_everyone(
    designer: Designer, control_plane: ControlPlane, namespace: str, scheme: Literal["light", "dark"], width: int
) -> None:
    page = designer.page
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    fixed = {**config_map("fixed", a="1"), "immutable": True}
    open_design(designer, dump([config_map("a", colour="red"), config_map("b"), fixed]))
    plan(designer, namespace)
    page.locator("#apply-go").click()
    expect(page.locator("#apply-results")).to_contain_text("Applied r1")
    page.keyboard.press("Escape")
    theirs = json.dumps(config_map("owned", colour="theirs"))
    control_plane.kubectl("apply", "--server-side", "--field-manager=them", "-n", namespace, "-f", "-", stdin=theirs)
    patch = json.dumps({"data": {"colour": "green"}})
    control_plane.kubectl("patch", "configmap", "a", "-n", namespace, "-p", patch)

    wrong = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "wrong"}, "spec": {"containers": [{"name": "a"}]}}
    edit(designer, [{**fixed, "data": {"a": "2"}}, config_map("owned", colour="ours"), config_map("c"), wrong])
    page.reload()
    designer.page.locator("body[data-ready]").wait_for()
    results = plan(designer, namespace)
    for action in ("immutable", "conflict", "new", "refused"):
        expect(results.locator(f".object.is-{action}")).to_have_count(1)
    assert faults(page) == []
    page.locator(".head").get_by_role("button", name="Runs").click()
    expect(page.locator(".runs li")).to_have_count(1)
    assert faults(page) == []
    page.locator(".run-open").click()
    expect(page.locator("#apply-results .object")).to_have_count(3)
    assert faults(page) == []
    page.get_by_role("button", name="‹ Runs").click()
    page.get_by_role("button", name="Drift…").click()
    expect(page.locator("#drift .object.is-changed")).to_have_count(1)
    assert faults(page) == []
    page.get_by_role("button", name="‹ Runs").click()
    page.get_by_role("button", name="Delete what was applied…").click()
    expect(page.locator("#apply-go")).to_have_text(re.compile("Delete 3 objects"))
    assert faults(page) == []


def test_a_refusal_leads_to_the_field(designer: Designer, namespace: str) -> None:
    page = designer.page
    port = "containerPort: 443"
    text = (ARTICLES / "000-sidecar-after.yaml").read_text().replace(port, port + "\n      protocol: QUIC")
    open_design(designer, text)
    results = plan(designer, namespace)
    expect(results).to_contain_text("1 object cannot be applied")
    expect(results).to_contain_text("Unsupported value")
    results.get_by_role("button", name="spec.containers[1].ports[0].protocol").click()
    expect(page.locator("#dialog")).not_to_be_visible()
    expect(page.locator("#inspector h2")).to_have_text("nginx-ssl-terminator")
    expect(page.get_by_label("Protocol", exact=True)).to_be_focused()
    expect(page.locator("#inspector .problem", has_text="Unsupported value")).to_be_visible()


def test_a_refusal_of_a_field_without_a_tab_is_found_under_all_fields(designer: Designer, namespace: str) -> None:
    page = designer.page
    text = (ARTICLES / "000-init.yaml").read_text() + "  activeDeadlineSeconds: 0\n"
    open_design(designer, text)
    results = plan(designer, namespace)
    results.get_by_role("button", name="spec.activeDeadlineSeconds").click()
    field = page.locator("#inspector").get_by_label("activeDeadlineSeconds", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("60")
    field.press("Enter")
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_a_designer_that_is_started_again_is_asked_again(designer: Designer, namespace: str) -> None:
    open_design(designer, dump([config_map(colour="red")]))
    page = designer.page
    where = re.compile(r"/apply/\d+/")
    page.route(where, lambda route: route.abort("internetdisconnected"))
    page.get_by_role("button", name="Apply…").click()
    results = page.locator("#apply-results")
    expect(results).to_contain_text("The designer does not answer; trying again…")
    page.wait_for_timeout(2500)
    assert results.inner_text().count("does not answer") == 1
    assert "did not answer" not in page.locator("#toast").inner_text()
    page.unroute(where)
    expect(page.locator("#apply-go")).to_be_visible(timeout=20_000)
    expect(results).not_to_contain_text("does not answer")


@pytest.mark.parametrize(("token", "words"), [("", "refused"), ("wrong", "credentials")])
def test_a_cluster_that_cannot_be_used_gives_a_sentence(
    designer: Designer,
    control_plane: ControlPlane,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    token: str,
    words: str,
) -> None:
    config = yaml.safe_load(control_plane.kubeconfig.read_text())
    if token:
        for user in config["users"]:
            user["user"] = {"token": token}
    else:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            config["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{free.getsockname()[1]}"
    (tmp_path / "config").write_text(yaml.safe_dump(config))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    page = designer.page
    open_design(designer, (ARTICLES / "000-init.yaml").read_text())
    page.get_by_role("button", name="Apply…").click()
    expect(page.locator("#apply-cluster .problem")).to_contain_text(words)
    expect(page.locator("#apply-results .problem")).to_contain_text(words)
    expect(page.locator("#apply-go")).to_have_count(0)
    expect(page.locator("#apply-foot").get_by_role("button", name="Try again")).to_be_visible()


def test_without_a_kubeconfig_the_dialog_says_what_to_do(
    designer: Designer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    open_design(designer, (ARTICLES / "000-init.yaml").read_text())
    designer.page.get_by_role("button", name="Apply…").click()
    expect(designer.page.locator("#dialog")).to_contain_text("kubeconfig")
    expect(designer.page.locator("#dialog").get_by_role("link", name="Download YAML")).to_be_visible()


def test_the_design_takes_the_clusters_version(designer: Designer, control_plane: ControlPlane, namespace: str) -> None:
    page = designer.page
    open_design(designer, (ARTICLES / "000-init.yaml").read_text())
    plan(designer, namespace)
    button = page.locator("#apply-cluster").get_by_role("button", name="Design for 1.")
    with designer.answered("/version/"):
        button.click()
    version = designer.design.version
    assert version
    assert control_plane.json("version")["serverVersion"]["gitVersion"].startswith(f"v{version}.")
    page.keyboard.press("Escape")
    page.reload()
    designer.editor_ready()
    choice = page.get_by_label("For Kubernetes")
    expect(choice).to_have_value(version)
    expect(choice.locator("optgroup option")).to_contain_text(version)
