"""What the proofs stand on: containers are started with the environment, the files and the rights of their manifest."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from designer.manifests.types import Document, Documents
from tests.proofs.conftest import Prove
from tests.proofs.container import expand, until

pytestmark = pytest.mark.proof


def design(*containers: Document, init: tuple[Document, ...] = (), volumes: tuple[Document, ...] = ()) -> Documents:
    spec = {"initContainers": list(init), "containers": list(containers), "volumes": list(volumes)}
    return [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec},
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "settings"},
            "data": {"color": "green", "conf": "a\n"},
        },
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "keys"},
            "data": {"token": b64encode(b"hush").decode()},
        },
    ]


def box(name: str, *command: str, **more: Any) -> Document:
    return {"name": name, "image": "busybox:1.37.0", "command": list(command) or ["sleep", "3600"], **more}


def test_environment(prove: Prove) -> None:
    env = [
        {"name": "path.logs", "value": "/logs"},
        {"name": "COLOR", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "color"}}},
        {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "token"}}},
        {"name": "ADDRESS", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        {"name": "BOTH", "value": "$(COLOR)-$(TOKEN) $$(COLOR) $(NOBODY)"},
    ]
    source = [{"prefix": "MY_", "configMapRef": {"name": "settings"}}]
    pod = prove(design(box("a", env=env, envFrom=source))).pod("web").start()
    found = dict(line.split("=", 1) for line in pod.containers["a"].run("env").stdout.splitlines() if "=" in line)
    assert found["path.logs"] == "/logs"
    assert found["BOTH"] == "green-hush $(COLOR) $(NOBODY)"
    assert (found["ADDRESS"], found["MY_color"], found["HOSTNAME"]) == (pod.address, "green", "web")
    assert "SHELL" not in found, "nothing comes from outside"


@pytest.mark.parametrize(
    ("text", "expanded"), [("$(A)", "1"), ("$$(A)", "$(A)"), ("$$$(A)", "$1"), ("$(B)", "$(B)"), ("$A ${A}", "$A ${A}")]
)
def test_references_are_expanded_as_the_kubelet_does(text: str, expanded: str) -> None:
    assert expand(text, {"A": "1"}) == expanded


def test_files(prove: Prove) -> None:
    volumes = (
        {"name": "settings", "configMap": {"name": "settings", "items": [{"key": "conf", "path": "sub/my.conf"}]}},
        {"name": "keys", "secret": {"secretName": "keys", "defaultMode": 0o400}},
        {"name": "shared", "emptyDir": {}},
    )
    mounts = [
        {"name": "settings", "mountPath": "/etc/app/my.conf", "subPath": "sub/my.conf"},
        {"name": "keys", "mountPath": "/keys"},
        {"name": "shared", "mountPath": "/shared", "subPath": "a"},
    ]
    seen = [{"name": "shared", "mountPath": "/all", "readOnly": True}]
    pod = prove(design(box("a", volumeMounts=mounts), box("b", volumeMounts=seen), volumes=volumes)).pod("web").start()
    a, b = pod.containers["a"], pod.containers["b"]
    assert a.run("cat", "/etc/app/my.conf").stdout == "a\n"
    assert a.run("cat", "/keys/token").stdout == "hush"
    assert a.run("sh", "-c", "echo x > /etc/app/my.conf").returncode != 0, "a ConfigMap is read only"
    assert a.run("sh", "-c", "echo x > /shared/x && echo y > /tmp/y").returncode == 0
    assert b.run("cat", "/all/a/x").stdout == "x\n"
    assert b.run("sh", "-c", "echo x > /all/y").returncode != 0
    assert b.run("cat", "/tmp/y").returncode != 0


def test_rights(prove: Prove) -> None:
    held = {
        "runAsNonRoot": True,
        "runAsUser": 101,
        "runAsGroup": 102,
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    }
    few = {"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}}
    pod = prove(design(box("a", securityContext=held), box("b", securityContext=few), box("c"))).pod("web").start()
    a, b, c = (pod.containers[name] for name in "abc")
    assert (a.run("id", "-u").stdout, a.run("id", "-g").stdout) == ("101\n", "102\n")
    assert a.run("sh", "-c", "echo x > /tmp/x").returncode != 0, "its file system is read only"
    assert "CapEff:\t0000000000000000" in a.run("cat", "/proc/self/status").stdout
    assert "NoNewPrivs:\t1" in a.run("cat", "/proc/self/status").stdout
    assert "CapEff:\t0000000000000400" in b.run("cat", "/proc/self/status").stdout
    assert c.run("sh", "-c", "echo x > /x && chown 7 /x").returncode == 0, "root as the runtime leaves it"
    assert b.run("chown", "7", "/bin/sh").returncode != 0


def test_root_where_the_manifest_forbids_it_is_not_started(prove: Prove) -> None:
    pod = prove(design(box("a", securityContext={"runAsNonRoot": True}))).pod("web")
    with pytest.raises(AssertionError, match="a is root and must not be"):
        pod.start()


def test_one_network_for_the_pod_and_none_between_processes(prove: Prove) -> None:
    cluster = prove(design(box("a", "nc", "-ll", "-p", "80", "-e", "echo", "hello"), box("b")))
    pod = cluster.pod("web").start()
    pod.listens(80)
    assert pod.containers["b"].run("nc", "127.0.0.1", "80").stdout == "hello\n"
    assert "nc -ll" not in pod.containers["b"].run("ps").stdout


def test_a_native_sidecar_is_started_when_its_probe_says_so(prove: Prove) -> None:
    """Then the next init container begins, and the sidecar stays."""
    probe = {"exec": {"command": ["test", "-e", "/shared/up"]}}
    mount = [{"name": "shared", "mountPath": "/shared"}]
    script = "sleep 0.5; touch /shared/up; exec sleep 3600"
    sidecar = box("side", "sh", "-c", script, restartPolicy="Always", startupProbe=probe, volumeMounts=mount)
    init = box("init", "ls", "/shared/up", volumeMounts=mount)
    volumes = ({"name": "shared", "emptyDir": {}},)
    pod = prove(design(box("app"), init=(sidecar, init), volumes=volumes)).pod("web").start()
    assert pod.started == ["side", "init", "app"]
    assert [c.code for c in (pod.containers[name] for name in pod.started)] == [None, 0, None]


def test_what_ends_is_told_with_its_words(prove: Prove) -> None:
    app = box("app", "sh", "-c", "echo no such database; exit 3", readinessProbe={"tcpSocket": {"port": 80}})
    pod = prove(design(app)).pod("web")
    with pytest.raises(AssertionError, match="app ended with 3: no such database"):
        pod.start()
    until(lambda: pod.containers["app"].code == 3, "its end")
