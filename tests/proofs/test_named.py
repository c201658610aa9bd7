"""Presets that the articles only name, as far as Debian has their programs."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from designer.manifests.types import Documents
from patterns import catalogue
from patterns.weave import weave
from tests.proofs.conftest import Prove

pytestmark = pytest.mark.proof
_STUBS = Path(__file__).parent / "stubs"


def upon_an_application(name: str, **values: Any) -> Documents:
    """A preset woven onto a pod whose application does nothing until it is told to."""
    app = {"name": "app", "image": "busybox:1.37.0", "command": ["sleep", "3600"]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [app]}}
    return weave(catalogue.preset(name), values, [pod], 0).documents


def test_redis_cache(prove: Prove) -> None:
    """The cache is there before the application, which finds it by its variable; nobody else reaches it."""
    cluster = prove(upon_an_application("redis-cache"))
    pod = cluster.pod("web").start()
    assert pod.started == ["redis-cache", "app"]
    app = pod.containers["app"]
    script = 'at=${REDIS_URL#redis://}; at=${at%/*}; (printf "$0"; sleep 0.2) | nc ${at%:*} ${at#*:}'
    assert app.run("sh", "-c", script, "SET a 1\r\nGET a\r\n").stdout == "+OK\n$1\n1\n"
    with pytest.raises(AssertionError, match="Couldn't connect"):
        cluster.network.curl(f"telnet://{pod.address}:6379")


def test_object_fetch(prove: Prove, tmp_path: Path) -> None:
    """The object is there, whole, before the application, which may only read it."""
    served, content = tmp_path / "bucket", b"0123456789" * 50_000
    served.mkdir()
    (served / "model.bin").write_bytes(content)
    values = {"URL": "http://bucket.example/model.bin", "CHECKSUM": sha256(content).hexdigest()}
    cluster = prove(upon_an_application("object-fetch", **values))
    cluster.network.name("bucket.example", "10.0.0.1")
    cluster.network.start(str(_STUBS / "files.py"), "10.0.0.1:80", str(served))
    pod = cluster.pod("web").start()
    assert pod.started == ["fetch", "app"]
    app = pod.containers["app"]
    mount = next(m["mountPath"] for m in app.spec["volumeMounts"])
    assert app.run("sha256sum", f"{mount}/model.bin").stdout.split()[0] == values["CHECKSUM"]
    assert app.run("sh", "-c", f"echo x > {mount}/model.bin").returncode != 0


def test_object_fetch_of_another_object_holds_the_pod(prove: Prove, tmp_path: Path) -> None:
    served = tmp_path / "bucket"
    served.mkdir()
    (served / "model.bin").write_text("forged")
    values = {"URL": "http://bucket.example/model.bin", "CHECKSUM": sha256(b"true").hexdigest()}
    cluster = prove(upon_an_application("object-fetch", **values))
    cluster.network.name("bucket.example", "10.0.0.1")
    cluster.network.start(str(_STUBS / "files.py"), "10.0.0.1:80", str(served))
    with pytest.raises(AssertionError, match="init container fetch ended with 1"):
        cluster.pod("web").start()


def test_environment_database(prove: Prove, tmp_path: Path) -> None:
    """What the application asks on localhost is answered by the server that the variable names."""
    served = tmp_path / "staging"
    served.mkdir()
    (served / "who").write_text("staging")
    cluster = prove(upon_an_application("environment-database", TARGET="10.0.0.1:5432"))
    cluster.network.start(str(_STUBS / "files.py"), "10.0.0.1:5432", str(served))
    pod = cluster.pod("web").start()
    assert pod.started == ["database-ambassador", "app"]
    app = pod.containers["app"]
    asked = app.run("sh", "-c", "wget -q -O - http://$PGHOST:$PGPORT/who")
    assert asked.stdout == "staging", asked.stderr
    with pytest.raises(AssertionError, match="Couldn't connect"):
        cluster.network.curl(f"telnet://{pod.address}:5432")
