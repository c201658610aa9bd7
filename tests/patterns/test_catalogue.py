"""The built-in presets: each is well told, and gives the manifests of the article that it comes from."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from designer.manifests import text
from designer.manifests.diff import diff
from designer.manifests.match import same
from designer.manifests.pod import name_of
from designer.manifests.schema import schema
from designer.manifests.types import Document, Documents, ManifestError, get
from patterns import catalogue
from patterns.preset import PATTERNS, to_document
from patterns.weave import Woven, weave

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"


def article(name: str) -> Documents:
    return text.parse((ARTICLES / f"{name}.yaml").read_text())


def objects(documents: Documents) -> dict[tuple[str, str], Document]:
    return {(document["kind"], name_of(document)): document for document in documents}


def woven(name: str, **values: Any) -> Woven:
    return weave(catalogue.preset(name), values, [], None)


@pytest.mark.parametrize("path", sorted(ARTICLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_articles_survive_a_round_trip(path: Path) -> None:
    documents = text.parse(path.read_text())
    assert same(text.parse(text.dump(documents)), documents)


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_a_preset_is_well_told(name: str) -> None:
    preset = catalogue.preset(name)
    assert preset.name == name
    assert preset.pattern in PATTERNS
    assert all((preset.title, preset.summary, preset.when, preset.when_not, preset.source, preset.tags, preset.example))
    # They stand in a narrow list: a few words each.
    assert len(preset.title) <= 24
    assert len(preset.summary) <= 56
    assert not preset.summary.endswith(".")
    assert all(parameter.title for parameter in preset.parameters)
    assert same(to_document(preset), text.parse(catalogue.source(name))[0])


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_every_parameter_is_used_and_its_values_leave_no_placeholder(name: str) -> None:
    preset = catalogue.preset(name)
    written = f"{preset.pod}{preset.objects}{[f'{{{p.of}}}' for p in preset.parameters]}"
    for parameter in preset.parameters:
        assert any(use in written for use in (f"{{{parameter.name}}}", f"'$when': '{parameter.name}'")), parameter.name
    result = str(woven(name).documents)
    assert "${" not in result
    assert "$when" not in result


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_the_fields_are_ones_that_kubernetes_knows(name: str) -> None:
    def walk(value: Any, definition: str, path: tuple[str | int, ...]) -> None:
        for key, inner in value.items() if isinstance(value, dict) else ():
            field = schema().field(definition, (*path, key))
            assert field is not None, (name, (*path, key))
            assert field.type != "object" or isinstance(inner, dict), (name, (*path, key))
            walk(inner, definition, (*path, key))
        for index, inner in enumerate(value if isinstance(value, list) else ()):
            walk(inner, definition, (*path, index))

    known = [d for d in woven(name).documents if not d["apiVersion"].startswith("monitoring.coreos.com/")]
    for document in known:
        definition = schema().definition_of(document["apiVersion"], document["kind"])
        assert definition, document["kind"]
        walk(document, definition, ())


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(ManifestError, match="choose one of forward-ambassador"):
        catalogue.preset("nothing")


def test_tls_sidecar_is_the_articles_second_manifest() -> None:
    bare, _ = article("000-sidecar-before")
    result = weave(catalogue.preset("tls-sidecar"), {}, [bare], 0)
    pod, service, config = result.documents
    assert diff(article("000-sidecar-after"), [pod, service]) == []
    assert (config["kind"], name_of(config), list(config["data"])) == ("ConfigMap", "nginx-config", ["default.conf"])
    conf = config["data"]["default.conf"]
    for line in (
        "listen 443 ssl default_server;",
        "/etc/certstore/MyCertificate.crt;",
        "/etc/keystore/MyKey.key;",
        "TLSv1.2 TLSv1.3;",
        "proxy_pass http://127.0.0.1:80;",
    ):
        assert line in conf
    assert "TLSv1.1" not in conf
    assert [note.split(" is ")[0] for note in result.notes] == ["Secret mycert", "Secret mykey"]
    assert same(woven("tls-sidecar").documents, result.documents)


def test_tls_sidecar_brings_the_secrets_it_is_given() -> None:
    result = woven(
        "tls-sidecar", CERTIFICATE="-----BEGIN CERTIFICATE-----\n", PRIVATE_KEY="-----BEGIN PRIVATE KEY-----\n"
    )
    assert objects(result.documents)["Secret", "mycert"]["stringData"] == {
        "MyCertificate.crt": "-----BEGIN CERTIFICATE-----\n"
    }
    assert objects(result.documents)["Secret", "mykey"]["stringData"] == {"MyKey.key": "-----BEGIN PRIVATE KEY-----\n"}
    assert result.notes == []


def test_weighted_ambassador_is_the_articles() -> None:
    found = objects(woven("weighted-ambassador").documents)
    for document in [*article("000-ambassador"), *article("000-ambassador-servers")]:
        assert same(found.pop((document["kind"], name_of(document))), document)
    assert sorted(found) == [("ConfigMap", "nginxambassador"), ("ConfigMap", "server1"), ("ConfigMap", "server2")]
    conf = found["ConfigMap", "nginxambassador"]["data"]["nginx.conf"]
    assert "server server1 weight=3;" in conf
    assert "server server2 weight=1;" in conf
    assert "listen 80;" in conf
    assert all("index.html" in found["ConfigMap", name]["data"] for name in ("server1", "server2"))
    assert len(woven("weighted-ambassador", DEMO=False).documents) == 2


def test_redis_adapter_is_the_articles_in_todays_apis() -> None:
    expected = article("000-adapter") + article("000-adapter-rbac")
    for document in expected:
        document["apiVersion"] = document["apiVersion"].replace(
            "rbac.authorization.k8s.io/v1beta1", "rbac.authorization.k8s.io/v1"
        )
        if document["kind"] == "ServiceMonitor":
            # The article writes targetport, which the custom resource does not have.
            document["spec"]["endpoints"] = [{"targetPort": 9121}]
    expected.append({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "prometheus"}})
    result = woven("redis-adapter")
    assert same(objects(result.documents), objects(expected))
    (note,) = result.notes
    assert note.startswith("ServiceMonitor and Prometheus of monitoring.coreos.com: the cluster needs the operator")
    assert len(woven("redis-adapter", PROMETHEUS=False, MONITOR=False).documents) == 2


def test_redis_adapter_in_another_namespace_binds_the_account_there() -> None:
    base = deepcopy(list(catalogue.preset("redis-adapter").example))
    base[0]["metadata"]["namespace"] = "cache"
    values = {"ADDRESS": "redis://localhost:6380", "PASSWORD_SECRET": "redis"}
    found = objects(weave(catalogue.preset("redis-adapter"), values, base, 0).documents)
    assert found["ClusterRoleBinding", "prometheus"]["subjects"][0]["namespace"] == "cache"
    assert found["ServiceAccount", "prometheus"]["metadata"]["namespace"] == "cache"
    env = get(found["Deployment", "redis-adapter"], ("spec", "template", "spec", "containers", 1, "env"))
    assert [item["name"] for item in env] == ["REDIS_ADDR", "REDIS_PASSWORD"]


@pytest.mark.parametrize(
    ("name", "manifest"),
    [
        ("git-clone-init", "000-init"),
        ("log-exporter", "004-sidecar"),
        ("log-adapter", "004-adapter"),
        ("forward-ambassador", "004-ambassador"),
    ],
)
def test_the_others_are_the_articles_to_the_letter(name: str, manifest: str) -> None:
    assert diff(article(manifest), woven(name).documents) == []


def test_forward_ambassador_takes_another_host() -> None:
    pod, config = woven("forward-ambassador", HOST="api.example.org", IMAGE="nginx:1.28", PORT=8081).documents
    assert get(pod, ("spec", "containers", 2, "volumeMounts", 0, "mountPath")) == "/etc/nginx/nginx.conf"
    assert get(pod, ("spec", "volumes", 1)) == {"name": "proxy-config", "configMap": {"name": "ambassador-pod-proxy"}}
    assert "listen 127.0.0.1:8081;" in config["data"]["nginx.conf"]
    assert "proxy_pass https://api.example.org;" in config["data"]["nginx.conf"]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("log-adapter", {"PREFIX": "x/; rm -rf /; s/"}),
        ("log-adapter", {"LOG": "$(reboot)"}),
        ("git-clone-init", {"REPOSITORY": "--upload-pack=x"}),
        ("weighted-ambassador", {"FIRST": "a; } server { listen 1"}),
        ("forward-ambassador", {"HOST": "x;\nlisten 1"}),
    ],
)
def test_a_value_cannot_become_a_command_or_configuration(name: str, values: dict[str, Any]) -> None:
    with pytest.raises(ManifestError):
        woven(name, **values)
