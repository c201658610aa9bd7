"""The presets that the articles only name: each is built as an operator would build it, and fits every pod."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from designer.checks import run
from designer.manifests import text as manifest_text
from designer.manifests.match import same
from designer.manifests.pod import Container, Pod, containers, name_of, pods
from designer.manifests.text import Text
from designer.manifests.types import Document, Documents, ManifestError, get
from designer.web.made import certificate
from patterns import catalogue
from patterns.preset import check
from patterns.weave import Woven, unweave, weave
from tests.cluster.control_plane import ControlPlane

pytestmark = pytest.mark.broad

MADE = certificate(["localhost"])
# Each preset, and values that ask for all it can bring.
NAMED: dict[str, dict[str, Any]] = {
    "bucket-sync": {"ENDPOINT": "http://minio.storage.svc:9000", "ACCESS_KEY": "AKIAEXAMPLE", "SECRET_KEY": "hush"},
    "cloud-sql-proxy": {"PRIVATE_IP": True, "IAM_LOGIN": True, "CREDENTIALS_SECRET": "account"},
    "config-reloader": {"METHOD": "PUT"},
    "db-migration": {"URL": "postgres://app:hush@db:5432/app"},
    "db-proxy": {"PASSWORD": "hush"},
    "environment-database": {"TARGET": "db.staging.svc:5433"},
    "git-sync": {"KEEP": False, "PRIVATE": True, "TOKEN": "hush"},
    "iptables-init": {"BACKEND": "legacy"},
    "jwt-check": {"AUDIENCE": "orders"},
    "legacy-metrics-adapter": {"STATSD_PORT": 9125},
    "log-shipper": {"ENDPOINT": "http://minio.storage.svc:9000", "ACCESS_KEY": "AKIAEXAMPLE", "SECRET_KEY": "hush"},
    "mtls-proxy": {
        "CLIENT": "web.example.org",
        "CERTIFICATE": MADE.certificate,
        "PRIVATE_KEY": MADE.key,
        "CLIENT_CA": MADE.certificate,
    },
    "oauth2-proxy": {"CLIENT_ID": "orders", "CLIENT_SECRET": "hush", "COOKIE_SECRET": "hush" * 6},
    "object-fetch": {"PRIVATE": True, "ACCESS_KEY": "AKIAEXAMPLE", "SECRET_KEY": "hush", "CHECKSUM": "0" * 64},
    "redis-cache": {"EVICTION": "allkeys-lfu"},
    "shard-router": {"DEMO": False},
    "vault-agent": {"CA_CONFIG_MAP": "vault-ca"},
    "wait-for": {"TIMEOUT": 0},
}
# Warnings that a preset still has on its example, by rule, with the reason why it keeps them. None has any.
WARNINGS: dict[str, dict[str, str]] = {}
# Presets that run as root, with the reason. None does: iptables' programs carry their capabilities in their files.
ROOT: dict[str, str] = {}
# What a preset may do beyond the restricted Pod Security Standard, with the reason.
CAPABILITIES = {"iptables-init": ["NET_ADMIN", "NET_RAW"]}
WITH_DEFAULTS_AND_MORE = [(name, values) for name, more in sorted(NAMED.items()) for values in ({}, more)]
KINDS = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob")
TEXT = """\
# The application of a team.
apiVersion: {version}
kind: {kind}
metadata:
  name: web   # short
{body}
"""
SPEC: Document = {
    # As API servers fill in for whoever says none; the tests' own does not.
    "serviceAccountName": "default",
    "containers": [{"name": "app", "image": "app:1.0", "ports": [{"name": "http", "containerPort": 8080}]}],
}


def workload(kind: str) -> str:
    """A workload with an application on 8080 as text, comments and all."""
    labels = {"app": "web"}
    template: Document = {"metadata": {"labels": labels}, "spec": SPEC}
    spec: Document = {"selector": {"matchLabels": labels}, "template": template}
    if kind in ("Job", "CronJob"):
        spec = {"template": {**template, "spec": {**SPEC, "restartPolicy": "Never"}}}
    if kind == "StatefulSet":
        spec["serviceName"] = "web"
    if kind == "CronJob":
        spec = {"schedule": "0 4 * * *", "jobTemplate": {"spec": spec}}
    body = yaml.safe_dump({"spec": SPEC if kind == "Pod" else spec}, sort_keys=False)
    version = {"Pod": "v1", "Job": "batch/v1", "CronJob": "batch/v1"}.get(kind, "apps/v1")
    return TEXT.format(version=version, kind=kind, body=body)


def brought(woven: Woven) -> list[Container]:
    """The containers that the preset brings, and those of the workloads that come along."""
    pod = next(pod for pod in pods(woven.documents) if pod.document == woven.pod)
    others = [c for p in pods(woven.documents) if f"{p.kind}/{p.name}" in woven.objects for c in containers(p)]
    return [*(c for c in containers(pod) if c.name in woven.added), *others]


def findings(documents: Documents, severity: str) -> set[str]:
    return {f"{finding.rule}: {finding.message}" for finding in run(documents) if finding.severity == severity}


def volume_of(pod: Pod, name: str) -> Document:
    return next(volume for volume in pod.spec["volumes"] if volume["name"] == name)


def test_they_are_all_here() -> None:
    assert set(NAMED) <= set(catalogue.presets())


@pytest.mark.parametrize("name", sorted(NAMED))
def test_it_tells_all_that_a_person_needs(name: str) -> None:
    preset = catalogue.preset(name)
    assert all((preset.links, preset.proof, preset.when, preset.when_not, preset.source))
    assert all(p.help for p in preset.parameters if p.secret is False and not (p.default or p.required))
    secrets = [
        p for p in preset.parameters if re.search(r"PASSWORD|PRIVATE_KEY|SECRET_KEY|TOKEN$|_SECRET$|^URL$", p.name)
    ]
    for parameter in secrets:
        named = parameter.type == "objectName" or (parameter.name == "URL" and name == "object-fetch")
        assert parameter.secret is not named, parameter.name
        assert parameter.secret is False or parameter.default is None, "a secret has no default"


@pytest.mark.parametrize(("name", "values"), WITH_DEFAULTS_AND_MORE)
def test_no_check_finds_an_error_on_the_example(name: str, values: dict[str, Any]) -> None:
    documents = weave(catalogue.preset(name), values, [], None).documents
    assert findings(documents, "error") == set()
    warned = {finding.rule for finding in run(documents) if finding.severity == "warning"}
    assert warned == set(WARNINGS.get(name, {}))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", sorted(NAMED))
def test_it_goes_onto_every_kind_and_off_again_to_the_byte(name: str, kind: str) -> None:
    for values in ({}, NAMED[name]):
        before = workload(kind)
        documents = manifest_text.parse(before)
        woven = weave(catalogue.preset(name), values, documents, 0)
        assert woven.added
        assert findings(woven.documents, "error") == set()
        # On a pod with a port of 8080 nothing clashes, and no port or name had to give way.
        assert findings(woven.documents, "warning") == set()
        after = Text.read(before).rewrite(woven.documents).text
        assert after.startswith("# The application of a team.\n")
        assert same(weave(catalogue.preset(name), woven.values, woven.documents, 0).documents, woven.documents)
        gone = unweave(documents, woven.documents, manifest_text.parse(after))
        assert gone.conflicts == []
        assert Text.read(after).rewrite(gone.value).text == before


@pytest.mark.parametrize(("name", "values"), WITH_DEFAULTS_AND_MORE)
def test_its_containers_are_kept_small_and_safe(name: str, values: dict[str, Any]) -> None:
    for container in brought(weave(catalogue.preset(name), values, [], None)):
        data = container.data
        assert set(get(data, ("resources", "requests"), {})) == {"cpu", "memory"}
        # A limit on CPU would only slow it down; one on memory protects the node.
        assert set(get(data, ("resources", "limits"), {})) == {"memory"}
        image, _, tag = data["image"].rpartition(":")
        assert image
        assert re.search(r"\d", tag), data["image"]
        security = data["securityContext"]
        assert security["allowPrivilegeEscalation"] is False
        assert security["readOnlyRootFilesystem"] is True
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}
        assert security["capabilities"]["drop"] == ["ALL"]
        assert security["capabilities"].get("add", []) == CAPABILITIES.get(name, [])
        assert "privileged" not in security
        assert security["runAsNonRoot"] is (name not in ROOT)
        assert security["runAsUser"] > 0


@pytest.mark.parametrize("name", sorted(NAMED))
def test_a_sidecar_starts_first_and_is_asked_whether_it_is_alive(name: str) -> None:
    preset = catalogue.preset(name)
    woven = weave(preset, {}, [], None)
    pod = next(pod for pod in pods(woven.documents) if pod.document == woven.pod)
    for container in (c for c in containers(pod) if c.name in woven.added):
        stays = container.data.get("restartPolicy") == "Always"
        assert container.list == "initContainers"
        assert stays is (preset.pattern != "init" and container.name != "vault-agent-init")
        # The Vault agent ends by itself when it fails, and its init container has waited for the file.
        assert ("livenessProbe" in container.data or "startupProbe" in container.data) is (
            stays and name != "vault-agent"
        )


@pytest.mark.parametrize("name", sorted(NAMED))
def test_before_native_sidecars_it_stands_beside_the_application(name: str) -> None:
    preset = catalogue.preset(name)
    documents = weave(preset, {}, manifest_text.parse(workload("Deployment")), 0, native=False).documents
    added = [c for c in containers(pods(documents)[0]) if c.name != "app"]
    lists = {"containers" if preset.pattern != "init" else "initContainers"}
    assert {c.list for c in added} == lists | ({"initContainers"} if name == "vault-agent" else set())
    assert all("restartPolicy" not in c.data for c in added)
    assert findings(documents, "error") == set()
    assert findings(documents, "warning") == set()


@pytest.mark.parametrize(("name", "values"), WITH_DEFAULTS_AND_MORE)
def test_a_secret_stands_in_a_secret_only(name: str, values: dict[str, Any]) -> None:
    woven = weave(catalogue.preset(name), values, [], None)
    hidden = [value for key, value in values.items() if (p := catalogue.preset(name).parameter(key)) and p.secret]
    for document in woven.documents:
        held = [value for value in hidden if repr(value)[1:-1] in str(document)]
        assert held == (hidden if document["kind"] == "Secret" else [])
    held_by = [d for d in woven.documents if d["kind"] == "Secret"]
    assert len(held_by) == (1 if hidden else 0)


def test_all_of_them_stand_on_one_pod() -> None:
    documents = manifest_text.parse(workload("Deployment"))
    for name in sorted(NAMED):
        documents = weave(catalogue.preset(name), {}, documents, 0).documents
    pod = pods(documents)[0]
    assert len({c.name for c in containers(pod)}) == len(NAMED) + 2  # the application, and Vault's second container
    assert findings(documents, "error") == set()
    assert findings(documents, "warning") == set()


@pytest.mark.parametrize("name", sorted(NAMED))
def test_what_is_written_has_a_volume(name: str) -> None:
    """A root file system that is read-only leaves /tmp and its like to volumes."""
    woven = weave(catalogue.preset(name), NAMED[name], [], None)
    pod = next(pod for pod in pods(woven.documents) if pod.document == woven.pod)
    for container in (c for c in containers(pod) if c.name in woven.added):
        for mount in container.data.get("volumeMounts", []):
            source = volume_of(pod, mount["name"])
            written = "emptyDir" in source and mount["mountPath"] != "/logs"
            assert mount.get("readOnly", False) is not written, mount


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        ("wait-for", "HOST", "x; reboot"),
        ("environment-database", "TARGET", "db:5432\n  server other"),
        ("environment-database", "TARGET", "db"),
        ("jwt-check", "ISSUER", 'x", audiences: ["y'),
        ("jwt-check", "JWKS_PATH", "/keys\n"),
        ("mtls-proxy", "CLIENT", '"}'),
        ("shard-router", "FIRST", "a, port_value: 1}"),
        ("db-proxy", "HOST", "db user=postgres"),
        ("db-proxy", "PASSWORD", 'x" "y'),
        ("vault-agent", "ROLE", 'x"\n}'),
        ("vault-agent", "FILE", "../passwd"),
        ("log-shipper", "BUCKET", "My Bucket"),
        ("log-shipper", "FILES", "../*"),
        ("git-sync", "REPOSITORY", "--exechook-command=x"),
        ("git-sync", "REPOSITORY", "https://me:hush@example.com/x.git"),
        ("git-sync", "REF", "--root=/"),
        ("bucket-sync", "SOURCE", "--config"),
        ("db-migration", "FILE", "create.sql"),
        ("object-fetch", "CHECKSUM", "abc"),
        ("object-fetch", "FILE", "../x"),
        ("oauth2-proxy", "REDIRECT_URL", "http://example.com/oauth2/callback"),
        ("oauth2-proxy", "COOKIE_SECRET", "short"),
        ("redis-cache", "CACHE_SIZE", "64"),
        ("config-reloader", "RELOAD_PATH", "reload"),
        ("cloud-sql-proxy", "INSTANCE", "--unix-socket=/x"),
        ("legacy-metrics-adapter", "HOST_VARIABLE", "A=B"),
        ("iptables-init", "FROM", 70000),
    ],
)
def test_a_value_that_would_do_harm_is_refused(name: str, parameter: str, value: Any) -> None:
    preset = catalogue.preset(name)
    assert list(check(preset, {parameter: value}, [], None)) == [parameter]
    with pytest.raises(ManifestError):
        weave(preset, {parameter: value}, [], None)


@pytest.mark.parametrize(("client", "named"), [("", False), ("web.example.org", True)])
def test_mutual_tls_asks_for_a_name_only_if_it_is_told_one(client: str, named: bool) -> None:
    woven = weave(catalogue.preset("mtls-proxy"), {"CLIENT": client} if client else {}, [], None)
    (config,) = (d for d in woven.documents if d["kind"] == "ConfigMap")
    assert sorted(config["data"]) == ["clients.yaml", "envoy.yaml", "server.yaml"]
    context = yaml.safe_load(config["data"]["clients.yaml"])["resources"][0]["validation_context"]
    assert ("match_typed_subject_alt_names" in context) is named


@pytest.mark.cluster
@pytest.mark.parametrize("name", sorted(NAMED))
def test_the_api_server_takes_all_that_it_can_bring(name: str, control_plane: ControlPlane, namespace: str) -> None:
    for values in ({}, NAMED[name]):
        applied(weave(catalogue.preset(name), values, [], None).documents, control_plane, namespace)


@pytest.mark.cluster
@pytest.mark.parametrize("kind", KINDS)
def test_the_api_server_takes_all_of_them_on_every_kind(kind: str, control_plane: ControlPlane, namespace: str) -> None:
    documents = manifest_text.parse(workload(kind))
    for name in sorted(NAMED):
        documents = weave(catalogue.preset(name), NAMED[name], documents, 0).documents
    applied(documents, control_plane, namespace)


def applied(documents: Documents, control_plane: ControlPlane, namespace: str) -> None:
    for document in documents:
        assert name_of(document)
        control_plane.kubectl(
            "apply",
            "--server-side",
            "--dry-run=server",
            "--validate=strict",
            "--warnings-as-errors",
            f"--namespace={namespace}",
            "-f",
            "-",
            stdin=manifest_text.dump([document]),
        )
