"""Presets that the articles only name, as far as Debian has their programs."""

from __future__ import annotations

from typing import Any

import pytest

from designer.manifests.types import Documents
from patterns import catalogue
from patterns.weave import weave
from tests.proofs.conftest import Prove

pytestmark = pytest.mark.proof


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
