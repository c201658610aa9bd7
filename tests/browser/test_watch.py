"""From a design to pods that run on its diagram, with what goes wrong in words and a container's log as it grows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.designer import Designer
from tests.cluster.cases import container, running, status
from tests.cluster.control_plane import ControlPlane
from tests.cluster.kubelet_stub import kubelet

pytestmark = [
    pytest.mark.browser,
    pytest.mark.cluster,
    pytest.mark.django_db(transaction=True),
]
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  nodeName: stub
  containers:
  - {name: app, image: "nginx:1"}
  - {name: logs, image: "busybox:1"}
"""


def applied(designer: Designer, plane: ControlPlane, namespace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The design is applied by hand, and its dialog shows the pods."""
    monkeypatch.setenv("KUBECONFIG", str(plane.kubeconfig))
    designer.open_text(POD)
    page = designer.page
    page.get_by_role("button", name="Apply…").click()
    expect(page.locator("#apply-results .place")).to_be_visible(timeout=20_000)
    page.get_by_label("Namespace", exact=True).fill(namespace)
    page.get_by_label("Namespace", exact=True).press("Tab")
    expect(page.locator("#apply-results .place")).to_contain_text(f"/ {namespace}")
    go = page.locator("#apply-go")
    expect(go).to_contain_text(f"/{namespace}")
    go.click()
    expect(page.locator("#dialog [data-live]")).to_contain_text("not started yet")
    page.locator("#dialog").get_by_role("button", name="Close", exact=True).last.click()


def set_status(plane: ControlPlane, namespace: str, *containers: dict[str, object]) -> None:
    patch = json.dumps({"status": status(*containers)})
    plane.kubectl("patch", "pod", "web", "-n", namespace, "--subresource=status", "--type=merge", "-p", patch)


def test_pods_come_to_run_on_the_diagram(
    designer: Designer, control_plane: ControlPlane, namespace: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = designer.page
    with kubelet(control_plane, tmp_path) as node:
        applied(designer, control_plane, namespace, monkeypatch)
        panel, marks = page.locator("#watch"), page.locator("#canvas .live-mark")
        expect(panel).to_contain_text("Pod web")
        expect(marks).to_have_count(2)
        waits = container("logs", {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}}, restartCount=2)
        killed = {"lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}
        set_status(control_plane, namespace, running(), waits | killed)
        expect(page.locator("#canvas .live-mark.bad title")).to_have_text("waits: CrashLoopBackOff")
        expect(panel).to_contain_text("more memory than its limit")
        expect(panel).to_contain_text("Raise limits.memory")

        # What it said before its last restart, then what the other one says while it says it.
        node.before.append("out of memory, good-bye")
        panel.get_by_role("button", name="Last log").click()
        expect(panel.locator(".log pre")).to_contain_text("out of memory, good-bye")
        expect(panel.locator(".log pre")).to_contain_text("This is the end of the log.")
        node.lines.append("first line")
        panel.get_by_role("button", name="Log", exact=True).first.click()
        expect(panel.locator(".log-of")).to_have_text("app in web")
        expect(panel.locator(".log pre")).to_contain_text("first line")
        node.lines.append("second line <b>")
        expect(panel.locator(".log pre")).to_contain_text("second line <b>")
        assert any("previous=true" in path for path in node.asked)
        panel.get_by_role("button", name="Close the log").click()

        set_status(control_plane, namespace, running(), running("logs"))
        expect(page.locator("#canvas .live-mark.ok")).to_have_count(2)
        # An edit draws the picture anew; a reload opens the page anew. The marks stay.
        designer.select("0/containers/0")
        page.keyboard.press("Escape")
        page.reload()
        page.locator("body[data-ready]").wait_for()
        expect(page.locator("#canvas .live-mark.ok")).to_have_count(2)
        # In the design as it is then, what comes after a container that is taken out keeps its own state.
        set_status(control_plane, namespace, running(), waits | killed)
        expect(page.locator("#canvas .live-mark.bad")).to_have_count(1)
        designer.select("0/containers/0")
        page.keyboard.press("Delete")
        expect(page.locator('#canvas [data-at="0/containers/1"]')).to_have_count(0)
        expect(marks).to_have_count(1)
        expect(page.locator("#canvas .live-mark.bad title")).to_have_text("waits: CrashLoopBackOff")
        panel.get_by_role("button", name="Stop watching").click()
        expect(panel).to_be_hidden()
        expect(marks).to_have_count(0)
