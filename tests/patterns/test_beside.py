"""The built-in presets beside whatever else is in the pod: ports that give way, what they hide, what they write to."""

from __future__ import annotations

import pytest

from designer.manifests.edits.selection import ports
from designer.manifests.pod import containers, mounts, pods, volumes
from designer.manifests.types import Document, get
from patterns import catalogue
from patterns.weave import unweave, weave
from tests.patterns.test_catalogue import objects, woven

PROBES = ("readinessProbe", "livenessProbe", "startupProbe")


def alone(image: str, *taken: int) -> Document:
    """A pod with one container, which has these ports."""
    app: Document = {"name": "web", "image": image, "ports": [{"containerPort": port} for port in taken]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [app]}}


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_what_comes_from_a_config_map_or_secret_is_not_written_to(name: str) -> None:
    for pod in pods(woven(name).documents):
        sources = {volume.name: volume.source for volume in volumes(pod)}
        for container in containers(pod):
            for mount in mounts(container):
                if sources.get(mount.volume) in ("configMap", "secret", "projected"):
                    assert mount.data.get("readOnly") is True, (container.name, mount.mount_path)


def taken_by(name: str) -> list[int]:
    """The ports that the preset's containers take by default."""
    first = woven(name)
    added = [c for c in containers(pods(first.documents)[0]) if c.name in first.added]
    return [port.number for container in added for port in ports(container) if port.number]


@pytest.mark.parametrize("name", sorted(set(catalogue.presets()) - {"elasticsearch", "tls-ambassador"}))
def test_every_port_that_a_preset_listens_on_gives_way(name: str) -> None:
    """tls-ambassador takes the application's own port by design, and moves that."""
    taken = taken_by(name)
    preset = catalogue.preset(name)
    result = weave(
        preset, {"APP_PORT": 3000} if preset.parameter("APP_PORT") else {}, [alone("app:1", *taken, 3000)], 0
    )
    pod = pods(result.documents)[0]
    found = [port.number for c in containers(pod) for port in ports(c)]
    assert len(found) == len(set(found)), found
    for container in containers(pod):
        own = {port.number for port in ports(container)} | {port.name for port in ports(container)}
        for probe in PROBES:
            for how in ("httpGet", "tcpSocket", "grpc"):
                if container.name in result.added and (port := get(container.data, (probe, how, "port"))):
                    assert port in own, (container.name, probe)


@pytest.mark.parametrize("name", sorted(set(catalogue.presets()) - {"elasticsearch"}))
def test_every_name_of_a_port_gives_way(name: str) -> None:
    """A Service takes the first of two ports of one name, whoever of the two it was meant for."""
    first = woven(name)
    added = [c for c in containers(pods(first.documents)[0]) if c.name in first.added]
    taken = [port.name for container in added for port in ports(container) if port.name]
    pod = alone("app:1", 3000)
    pod["spec"]["containers"].append(
        {"name": "other", "image": "o", "ports": [{"containerPort": 4000 + n, "name": t} for n, t in enumerate(taken)]}
    )
    result = weave(catalogue.preset(name), {}, [pod], 0)
    inside = list(containers(pods(result.documents)[0]))
    named = [port.name for container in inside for port in ports(container) if port.name]
    assert len(named) == len(set(named)) >= 2 * len(taken)
    own = {port.name for c in inside if c.name in result.added for port in ports(c)}
    # What the preset brings to lead there leads there, and its probes ask itself.
    led = [
        get(port, ("targetPort",))
        for d in result.documents[1:]
        if d["kind"] == "Service"
        for port in d["spec"]["ports"]
    ]
    assert {port for port in led if port in named} <= own
    probed = [get(c.data, (probe, how, "port")) for c in inside for probe in PROBES for how in ("httpGet", "tcpSocket")]
    assert {port for port in probed if isinstance(port, str)} <= own
    again = weave(catalogue.preset(name), {}, result.documents, 0)
    assert again.documents == result.documents
    off = unweave([pod], result.documents, result.documents)
    assert (off.value, off.conflicts) == ([pod], [])


def test_the_exporters_listen_where_their_ports_say() -> None:
    """On a port that gave way the program is told so, by what its own help names."""
    for name, told in (
        ("redis-adapter", {"name": "REDIS_EXPORTER_WEB_LISTEN_ADDRESS", "value": ":9122"}),
        ("postgres-adapter", "--web.listen-address=:9188"),
        ("elasticsearch-adapter", "--web.listen-address=:9115"),
    ):
        result = weave(catalogue.preset(name), {}, [alone("app:1", *taken_by(name))], 0)
        helper = next(c for c in containers(pods(result.documents)[0]) if c.name in result.added)
        assert told in [*helper.data.get("env", []), *helper.data.get("args", [])]
        (service,) = [d for d in result.documents if d["kind"] == "Service"]
        assert get(service, ("spec", "ports", 0, "targetPort")) == next(ports(helper)).name


def test_log_exporter_beside_a_web_server_listens_elsewhere() -> None:
    result = weave(catalogue.preset("log-exporter"), {}, [alone("nginx:1.29", 80)], 0)
    server, exporter = result.documents[0]["spec"]["containers"]
    assert exporter["ports"] == [{"containerPort": 8080}]
    assert exporter["livenessProbe"]["tcpSocket"]["port"] == 8080
    assert "listen 8080;" in objects(result.documents)["ConfigMap", "web-log-exporter"]["data"]["default.conf"]
    assert "ConfigMap" not in str(woven("log-exporter").documents), "on 80 the image's own configuration does"
    assert server["volumeMounts"] == [{"name": "logs", "mountPath": "/var/log/nginx"}]
    assert result.notes == []


def test_log_tailing_asks_elasticsearch_only_for_what_is_elasticsearchs() -> None:
    result = weave(catalogue.preset("log-tailing"), {}, [alone("shop:1")], 0)
    assert len(result.documents) == 1
    assert "elastic" not in str(result.documents)
    assert result.documents[0]["spec"]["containers"][0].get("env", []) == []
    assert result.values["DIRECTORY"] == "/var/log/app"
    assert result.notes == []


def test_what_an_empty_volume_hides_of_an_image_is_told() -> None:
    pod = alone("debian:13")
    for name in ("log-exporter", "log-adapter"):
        (note,) = weave(catalogue.preset(name), {}, [pod], 0).notes
        assert note.startswith(
            "volume logs is empty and hides what the image of web has at /var/log: choose a directory"
        )
        assert weave(catalogue.preset(name), {"DIRECTORY": "/var/log/shop"}, [pod], 0).notes == []
        assert woven(name).notes == [], "on the article's own application, alpine, it hides nothing"
