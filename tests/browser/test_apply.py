"""The whole way from a design to a real API server, in the browser."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import expect

from designer.designs.models import Design
from designer.manifests.text import parse
from tests.browser.designer import Designer
from tests.cluster.control_plane import ControlPlane
from tests.people import owner

pytestmark = [
    pytest.mark.browser,
    pytest.mark.cluster,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("cluster"),
]
ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"
RUNNING = {
    "status": {
        "phase": "Running",
        "containerStatuses": [
            {
                "name": name,
                "image": "x",
                "imageID": "",
                "ready": True,
                "restartCount": 0,
                "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}},
            }
            for name in ("apache-web-server", "nginx-ssl-terminator")
        ],
    }
}


def open_design(designer: Designer, text: str) -> None:
    design = Design.objects.create(owner=owner(), name="tls")
    documents = parse(text)
    design.change(lambda _: documents, by=owner(), text=text)
    designer.open(design)


def open_dialog(designer: Designer, namespace: str) -> None:
    designer.page.get_by_role("button", name="Apply…").click()
    expect(designer.page.locator("#apply-cluster")).not_to_contain_text("Asking", timeout=15_000)
    designer.page.get_by_label("Namespace").fill(namespace)


def test_dry_run_apply_and_watch(
    designer: Designer, control_plane: ControlPlane, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))
    page = designer.page
    open_design(designer, (ARTICLES / "000-sidecar-after.yaml").read_text())
    open_dialog(designer, namespace)
    expect(page.locator("#apply-cluster")).to_contain_text("Kubernetes")
    results = page.locator("#apply-results")

    page.get_by_role("button", name="Dry run").click()
    expect(results).to_contain_text("The server would take all of it")
    assert "sidecar" not in control_plane.kubectl("get", "pods", "-n", namespace, "-o", "name")

    page.locator("#dialog").get_by_role("button", name="Apply", exact=True).click()
    expect(results).to_contain_text("Applied r1")
    expect(results).to_contain_text("Service port-443-service")
    pod = control_plane.json("get", "pod", "sidecar", "-n", namespace, "--show-managed-fields")
    assert [(m["manager"], m["operation"]) for m in pod["metadata"]["managedFields"]] == [
        ("pod-pattern-designer", "Apply")
    ]

    expect(results).to_contain_text("Pending")
    control_plane.kubectl(
        "patch", "pod", "sidecar", "-n", namespace, "--subresource=status", "--type=merge", "-p", json.dumps(RUNNING)
    )
    expect(results).to_contain_text("Running", timeout=10_000)
    expect(results).to_contain_text("nginx-ssl-terminator running")

    page.locator("#dialog").get_by_role("button", name="Apply", exact=True).click()
    expect(results.locator("tr", has_text="port-443-service")).to_contain_text("unchanged")


def test_a_refusal_leads_to_the_field(
    designer: Designer, control_plane: ControlPlane, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))
    page = designer.page
    port = "containerPort: 443"
    text = (ARTICLES / "000-sidecar-after.yaml").read_text().replace(port, port + "\n      protocol: QUIC")
    open_design(designer, text)
    open_dialog(designer, namespace)
    page.get_by_role("button", name="Dry run").click()
    results = page.locator("#apply-results")
    expect(results).to_contain_text("The server would refuse this")
    expect(results).to_contain_text("Unsupported value")
    results.get_by_role("button", name="spec.containers[1].ports[0].protocol").click()
    expect(page.locator("#dialog")).not_to_be_visible()
    expect(page.locator("#inspector h2")).to_have_text("nginx-ssl-terminator")
    expect(page.get_by_label("Protocol", exact=True)).to_be_focused()
    expect(page.locator("#inspector .problem", has_text="Unsupported value")).to_be_visible()


def test_a_refusal_of_a_field_without_a_tab_is_found_under_all_fields(
    designer: Designer, control_plane: ControlPlane, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))
    page = designer.page
    text = (ARTICLES / "000-init.yaml").read_text() + "  activeDeadlineSeconds: 0\n"
    open_design(designer, text)
    open_dialog(designer, namespace)
    page.get_by_role("button", name="Dry run").click()
    results = page.locator("#apply-results")
    expect(results).to_contain_text("The server would refuse this")
    results.get_by_role("button", name="spec.activeDeadlineSeconds").click()
    field = page.locator("#inspector").get_by_label("activeDeadlineSeconds", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("60")
    field.press("Enter")
    expect(field).not_to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize(("token", "words"), [("", "refused"), ("wrong", "credentials")])
def test_a_cluster_that_cannot_be_used_gives_a_sentence(
    designer: Designer,
    control_plane: ControlPlane,
    namespace: str,
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
    open_dialog(designer, namespace)
    expect(page.locator("#apply-cluster .problem")).to_contain_text(words)
    page.locator("#dialog").get_by_role("button", name="Apply", exact=True).click()
    expect(page.locator("#apply-results")).to_contain_text("Not applied", timeout=15_000)
    expect(page.locator("#apply-results")).to_contain_text(words)


def test_without_a_kubeconfig_the_dialog_says_what_to_do(
    designer: Designer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    open_design(designer, (ARTICLES / "000-init.yaml").read_text())
    designer.page.get_by_role("button", name="Apply…").click()
    expect(designer.page.locator("#dialog")).to_contain_text("kubeconfig")
    expect(designer.page.locator("#dialog").get_by_role("link", name="Download YAML")).to_be_visible()


def test_the_design_takes_the_clusters_version(
    designer: Designer, control_plane: ControlPlane, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))
    page = designer.page
    open_design(designer, (ARTICLES / "000-init.yaml").read_text())
    open_dialog(designer, namespace)
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
