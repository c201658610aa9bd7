"""The main job: the first article's pods, built by forms alone and by weaving; both are the article's objects."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest

from designer.manifests.text import parse
from designer.manifests.types import Documents
from tests.browser.designer import Designer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"


def article(name: str) -> Documents:
    return parse((ARTICLES / f"{name}.yaml").read_bytes())


def bare_pod(designer: Designer) -> None:
    """The article's web server, from the starter of a single pod, by forms."""
    designer.start("A single pod")
    designer.select("0")
    designer.fill("Name", "sidecar")
    designer.tab("Labels")
    designer.fill("Value of app", "web-server")
    designer.select("0/containers/0")
    designer.tab("Basics")
    designer.fill("Name", "apache-web-server")
    designer.fill("Image", "httpd")
    designer.tab("Ports")
    designer.press("+ Port")
    designer.fill("Port", "80")


def test_the_tls_sidecar_by_forms_alone(designer: Designer) -> None:
    bare_pod(designer)
    designer.menu("+ Container", "Container")
    designer.tab("Basics")
    designer.fill("Name", "nginx-ssl-terminator")
    designer.fill("Image", "nginx")
    designer.tab("Ports")
    designer.press("+ Port")
    designer.fill("Port", "443")
    for name, kind, label, behind in (
        ("cert", "Secret", "Secret", "mycert"),
        ("key", "Secret", "Secret", "mykey"),
        ("config", "ConfigMap", "ConfigMap", "nginx-config"),
    ):
        designer.menu("+ Volume", kind)
        designer.fill("Name", name)
        designer.fill(label, behind)
    designer.select("0/containers/1")
    designer.tab("Mounts")
    for place, (name, path) in enumerate(
        [("cert", "/etc/certstore/"), ("key", "/etc/keystore/"), ("config", "/etc/nginx/conf.d/")]
    ):
        designer.press(f"+ {name}")
        designer.fill("Path in the container", path, nth=place)
        designer.choose("Read only", "", nth=place)
    designer.menu("+ Object", "Service")
    designer.fill("Name", "port-443-service", nth=0)
    designer.press("Remove port", nth=0)
    for label, value in (("Port", "443"), ("Target port", "443")):
        designer.fill(label, value)
    designer.fill("Name", "", within="#inspector .svc")
    designer.choose("Protocol", "TCP")
    designer.choose("Type", "LoadBalancer")
    assert designer.documents == article("000-sidecar-after")


def test_the_tls_sidecar_by_weaving(designer: Designer) -> None:
    bare_pod(designer)
    with designer.answered("/weave/"):
        designer.page.locator('[data-preset="tls-sidecar"]').click()
    preview = designer.page.locator("#dialog .diff")
    assert "nginx-ssl-terminator" in preview.inner_text()
    assert designer.documents == [article("000-sidecar-before")[0]], "a preview changes nothing"
    # The preset's own container has a tag and limits; without them it is the article's to the letter.
    dialog = designer.page.locator("#dialog")
    with designer.answered("/weave/"):
        dialog.get_by_label("Limits, probes and fewer rights").select_option("false")
    with designer.answered("/weave/"):
        dialog.get_by_label("nginx image").fill("nginx")
        dialog.get_by_label("nginx image").press("Tab")
    with designer.answered("/weave/"):
        designer.page.get_by_role("button", name="Weave", exact=True).click()
    assert not designer.page.locator("#dialog").is_visible()
    woven = {document["kind"]: document for document in designer.documents}
    # The article mounts what is in Secrets and ConfigMaps writable, which nobody needs.
    plain = deepcopy(woven)
    mounts = plain["Pod"]["spec"]["containers"][1]["volumeMounts"]
    assert [mount.pop("readOnly") for mount in mounts] == [True] * 3
    for document in article("000-sidecar-after"):
        assert plain[document["kind"]] == document
    assert "proxy_pass http://127.0.0.1:80" in woven["ConfigMap"]["data"]["default.conf"]
    assert designer.box_named("nginx-ssl-terminator").is_visible()

    designer.select("0")
    designer.tab("Workload")
    designer.press("Take off")
    assert designer.documents == [article("000-sidecar-before")[0]]
    with designer.answered("/undo/"):
        designer.page.locator("#toast").get_by_role("button", name="Undo").click()
    assert {document["kind"] for document in designer.documents} == set(woven)
