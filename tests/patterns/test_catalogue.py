"""The built-in presets: each is well told, and gives the manifests of the article that it comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from designer.manifests import text
from designer.manifests.diff import diff
from designer.manifests.edits.selection import ports
from designer.manifests.match import same
from designer.manifests.pod import containers, name_of, pods
from designer.manifests.schema import schema
from designer.manifests.types import Document, Documents, ManifestError, get
from designer.web.made import certificate
from patterns import catalogue
from patterns.preset import PATTERNS, to_document
from patterns.stack import Stacked, put_on
from patterns.weave import Woven, weave

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"


def article(name: str) -> Documents:
    return text.parse((ARTICLES / f"{name}.yaml").read_text())


def objects(documents: Documents) -> dict[tuple[str, str], Document]:
    return {(document["kind"], name_of(document)): document for document in documents}


# Images of the articles that nobody can or should run any more, and what stands in their place.
REPLACED = {
    "radial/busyboxplus": "curlimages/curl",
    "yauritux/busybox-curl": "curlimages/curl",
    "bharamicrosystems/nginx-forward-proxy": "nginx",
}


def missing(theirs: Any, ours: Any, path: tuple[str | int, ...] = ()) -> list[tuple[Any, ...]]:
    """What an article's object has and ours has not, or has otherwise. An image may have another tag; ours may have
    more fields, and what a container runs (args) is left to the proofs."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return [
            found
            for key, value in theirs.items()
            if key != "args" or path[:2] == ("spec", "initContainers")
            for found in missing(value, ours.get(key), (*path, key))
        ]
    if isinstance(theirs, list) and isinstance(ours, list):
        keys = ("name", "mountPath", "containerPort", "port")
        out = []
        for index, item in enumerate(theirs):
            key = next((k for k in keys if isinstance(item, dict) and k in item), None)
            other = next((o for o in ours if o == item or (key and o.get(key) == item[key])), None)
            out += missing(item, other, (*path, index))
        return out
    if path[-1:] == ("image",):
        name = theirs.partition(":")[0]
        return [] if ours.partition(":")[0] == REPLACED.get(name, name) else [(path, theirs, ours)]
    return [] if theirs == ours else [(path, theirs, ours)]


def assert_holds(documents: Documents, expected: Documents) -> None:
    found = objects(documents)
    for document in expected:
        assert missing(document, found.get((document["kind"], name_of(document)), {})) == []


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
    # A ${sys:…} belongs to the file it stands in.
    assert not re.search(r"\$\{\{?[A-Z]", result)
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
    with pytest.raises(ManifestError, match=r"choose one of .*tls-sidecar"):
        catalogue.preset("nothing")


def test_tls_sidecar_is_the_articles_second_manifest() -> None:
    bare, _ = article("000-sidecar-before")
    result = weave(catalogue.preset("tls-sidecar"), {"HARDENED": False, "IMAGE": "nginx"}, [bare], 0)
    pod, service, config = result.documents
    # The article mounts them writable; what is in a Secret or ConfigMap is not written to.
    mounts = pod["spec"]["containers"][1]["volumeMounts"]
    assert [mount.pop("readOnly") for mount in mounts] == [True] * 3
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
    assert_holds(woven("tls-sidecar").documents, article("000-sidecar-after"))


def test_tls_sidecar_brings_the_secrets_it_is_given() -> None:
    made = certificate(["localhost"])
    result = woven("tls-sidecar", CERTIFICATE=made.certificate, PRIVATE_KEY=made.key)
    found = objects(result.documents)
    assert found["Secret", "mycert"]["stringData"] == {"MyCertificate.crt": made.certificate}
    assert found["Secret", "mykey"]["stringData"] == {"MyKey.key": made.key}
    assert result.notes == []


def test_weighted_ambassador_is_the_articles() -> None:
    found = objects(woven("weighted-ambassador").documents)
    for document in [*article("000-ambassador"), *article("000-ambassador-servers")]:
        assert missing(document, found.pop((document["kind"], name_of(document)))) == []
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
    assert_holds(result.documents, expected)
    assert sorted(objects(result.documents)) == sorted(objects(expected))
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
def test_the_others_hold_all_that_the_articles_have(name: str, manifest: str) -> None:
    result = woven(name).documents
    assert_holds(result, article(manifest))
    assert {d["kind"] for d in result} <= {"Pod", "ConfigMap"}
    theirs, ours = (get(documents[0], ("spec", "containers")) for documents in (article(manifest), result))
    assert [c["name"] for c in ours] == [c["name"] for c in theirs]


def test_tls_sidecar_hardened_differs_in_nothing_that_is_seen_from_outside() -> None:
    plain, hardened = (objects(woven("tls-sidecar", HARDENED=on).documents) for on in (False, True))
    changes = diff([plain["Pod", "sidecar"]], [hardened["Pod", "sidecar"]])
    added = ["livenessProbe", "readinessProbe", "resources", "securityContext"]
    fields = [str(change.path[-1]) for change in changes if isinstance(change.path[-1], str)]
    assert sorted(fields) == added
    # And where nginx may write, as the rest is read-only.
    rest = [change.new for change in changes if not isinstance(change.path[-1], str)]
    assert [item for item in rest if "mountPath" not in item] == [{"name": "tls-scratch", "emptyDir": {}}]
    assert [item["mountPath"] for item in rest if "mountPath" in item] == ["/var/cache/nginx", "/run"]
    assert {key: value for key, value in plain.items() if key[0] != "Pod"} == {
        key: value for key, value in hardened.items() if key[0] != "Pod"
    }


SYSTEMS = (
    "tls-sidecar",
    "weighted-ambassador",
    "redis-adapter",
    "git-clone-init",
    "request-splitter",
    "varnish-cache",
    "postgres-adapter",
    "elasticsearch",
    "tls-ambassador",
    "elasticsearch-adapter",
    "log-tailing",
    "node-sysctl-init",
    "vault-init",
    "shared-volume",
    "log-exporter",
    "log-adapter",
    "forward-ambassador",
)


def test_every_system_of_the_articles_is_a_preset() -> None:
    assert set(SYSTEMS) <= set(catalogue.presets())


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_a_preset_brings_is_what_an_operator_would_run(name: str) -> None:
    result = woven(name)
    pod = pods(result.documents)[0]
    for container in containers(pod):
        if container.name not in result.added:
            continue
        assert re.search(r":v?[0-9]+\.[0-9.]+", container.image), "a fixed tag"
        assert get(container.data, ("resources", "requests", "memory"))
        assert get(container.data, ("resources", "limits", "memory"))
        security = container.data["securityContext"]
        if not security.get("privileged"):
            assert security["allowPrivilegeEscalation"] is False
            assert security["capabilities"]["drop"] == ["ALL"]
            assert security["seccompProfile"] == {"type": "RuntimeDefault"}
    for document in result.documents:
        assert document["kind"] != "Secret", "no secret is there without somebody giving it"
    assert "password:" not in str(result.documents).replace("key: password", "").lower()


# What is otherwise than the rule, and why.
WRITES_TO_ITS_ROOT = {"shared-volume": "the lesson is that /tmp is each container's own", "elasticsearch": "the node's"}
ROOT = {
    **dict.fromkeys(("tls-sidecar", "weighted-ambassador", "log-exporter", "forward-ambassador"), "ports below 1024"),
    "node-sysctl-init": "the node's own settings",
}
UNPROBED = {
    **dict.fromkeys(("log-adapter", "log-tailing", "shared-volume"), "a shell's command that ends where it fails"),
    "forward-ambassador": "every path on its port is the outside host's",
    "bucket-sync": "it starts the application by its startup probe; a bucket that is away is no reason to start again",
    "vault-agent": "it has no port, and ends where it fails",
}


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_every_container_is_one_that_an_operator_would_run(name: str) -> None:
    result = woven(name)
    for pod in pods(result.documents):
        for container in containers(pod):
            assert re.search(r":v?[0-9]+[0-9.]*|:distroless-v[0-9.]+", container.image), (
                f"{container.name}: a fixed tag"
            )
            assert get(container.data, ("resources", "requests", "memory")), container.name
            if container.name not in result.added:
                continue
            security = container.data["securityContext"]
            assert security.get("readOnlyRootFilesystem", False) is (name not in WRITES_TO_ITS_ROOT), container.name
            assert security.get("runAsNonRoot", False) is (name not in ROOT), container.name
            if container.kind != "init":
                assert ("livenessProbe" in container.data) is (name not in UNPROBED), container.name


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_a_preset_says_where_it_is_from_and_how_far_its_proof_goes(name: str) -> None:
    preset = catalogue.preset(name)
    assert preset.links
    assert all(link.startswith("https://") for link in preset.links)
    assert preset.proof.endswith(".")


def test_request_splitter_keeps_the_articles_names() -> None:
    found = objects(woven("request-splitter").documents)
    assert sorted(found) == [
        ("ConfigMap", "nginx-config"),
        ("Deployment", "backend"),
        ("Deployment", "backend-experiment"),
        ("Deployment", "frontend"),
        ("Service", "backend"),
        ("Service", "backend-experiment"),
    ]
    assert "50%     version_1a;" in found["ConfigMap", "nginx-config"]["data"]["nginx.conf"]
    assert len(woven("request-splitter", DEMO=False).documents) == 2


def test_postgres_adapter_has_its_password_in_a_secret_only() -> None:
    found = objects(woven("postgres-adapter", PASSWORD="s3cret").documents)
    assert found["Secret", "postgresql"]["stringData"] == {"password": "s3cret"}
    assert "s3cret" not in str({key: value for key, value in found.items() if key[0] != "Secret"})
    assert get(found["Service", "db"], ("spec", "ports", 0, "port")) == 9187


FAMILY = ("tls-ambassador", "elasticsearch-adapter", "log-tailing", "node-sysctl-init")


def family(order: Sequence[str]) -> Documents:
    """All of the Elasticsearch presets on its own example, woven in this order, each following the others' ports."""
    base = weave(catalogue.preset("elasticsearch"), {}, [], None)
    result = Stacked(base.documents, [], base.pod)
    for number, name in enumerate(order, 1):
        made = catalogue.preset(name)
        find = {other: (catalogue.preset(other), catalogue.preset(other).version) for other in FAMILY}.get
        how: dict[str, Any] = {"find": find, "number": number, "version": made.version}
        result = put_on(result.worn, made, {}, result.documents, result.pod, **how)
    return result.documents


@pytest.mark.parametrize("order", [FAMILY, FAMILY[::-1], FAMILY[1:] + FAMILY[:1]])
def test_the_elasticsearch_presets_go_upon_one_another(order: Sequence[str]) -> None:
    found = objects(family(order))
    pod = pods([found["Deployment", "elasticsearch"]])[0]
    by_name = {container.name: container for container in containers(pod)}
    assert sorted(by_name) == ["elasticsearch", "logs", "nginx-proxy", "prometheus-exporter", "update-sysctl"]
    env = {item["name"]: item["value"] for item in by_name["elasticsearch"].data["env"]}
    assert env == {
        "discovery.type": "single-node",
        "xpack.security.enabled": "false",
        "network.host": "127.0.0.1",
        "http.port": "9201",
        "path.logs": "/var/log/elasticsearch",
    }
    assert by_name["prometheus-exporter"].data["args"] == [
        "--es.uri=http://localhost:9201",
        "--web.listen-address=:9114",
    ]
    assert [port.number for container in containers(pod) for port in ports(container)].count(9200) == 1
    service = found["Service", "elasticsearch"]["spec"]["ports"]
    assert sorted((port["port"], port["targetPort"]) for port in service) == [
        (9114, "http-prometheus"),
        (9200, "https"),
    ]
    privileged = [name for name, c in by_name.items() if get(c.data, ("securityContext", "privileged"))]
    assert privileged == ["update-sysctl"]


def test_forward_ambassador_takes_another_host() -> None:
    pod, config = woven("forward-ambassador", HOST="api.example.org", PORT=8081).documents
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
