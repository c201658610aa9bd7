"""The base of the Elasticsearch presets, its log, and all of them upon one another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from designer.manifests.types import Documents
from patterns import catalogue
from patterns.stack import Stacked, put_on
from patterns.weave import weave
from tests.proofs.conftest import Prove, certificate, woven
from tests.proofs.container import until

pytestmark = pytest.mark.proof


def test_elasticsearch(prove: Prove) -> None:
    """The base: ready by its own probe, and answering on 9200 by its Service."""
    cluster = prove(woven("elasticsearch"))
    pod = cluster.pod("elasticsearch")
    cluster.serve()
    pod.start()
    assert '"cluster_name": "docker-cluster"' in cluster.network.curl("http://elasticsearch:9200/")


def test_log_tailing(prove: Prove) -> None:
    """What the app writes to the file comes out of the sidecar's stdout, from the first line on."""
    cluster = prove(woven("log-tailing"))
    pod = cluster.pod("elasticsearch")
    cluster.serve()
    pod.start()
    assert pod.started == ["logs", "elasticsearch"], "the sidecar is there first"
    pod.listens(9200)
    app, logs = pod.containers["elasticsearch"], pod.containers["logs"]
    cluster.network.curl("http://elasticsearch:9200/?this-is-me")
    until(lambda: "this-is-me" in logs.log, "the line of the request")
    written = app.run("cat", "/var/log/elasticsearch/docker-cluster_server.json").stdout
    found = [line for line in logs.log.splitlines() if line.startswith("{")]
    assert found == written.splitlines()[: len(found)]
    assert "vm.max_map_count is" in json.loads(found[0])["message"], "the first line"
    assert "this-is-me" not in app.log, "the application itself prints nothing"
    assert logs.run("sh", "-c", "echo x > /logs/docker-cluster_server.json").returncode != 0


FAMILY = ("elasticsearch-adapter", "log-tailing", "node-sysctl-init", "tls-ambassador")


def family(*order: str, **tls: str) -> Documents:
    base = weave(catalogue.preset("elasticsearch"), {}, [], None)
    result = Stacked(base.documents, [], base.pod)
    find = {name: (catalogue.preset(name), catalogue.preset(name).version) for name in FAMILY}.get
    for number, name in enumerate(order, 1):
        values = tls if name == "tls-ambassador" else {}
        made = catalogue.preset(name)
        how: dict[str, Any] = {"find": find, "number": number, "version": made.version}
        result = put_on(result.worn, made, values, result.documents, result.pod, **how)
    return result.documents


@pytest.mark.parametrize("order", [FAMILY, FAMILY[::-1]], ids=["tls last", "tls first"])
def test_all_five_on_one_pod(prove: Prove, tmp_path: Path, order: tuple[str, ...]) -> None:
    """In whatever order they came: TLS outside, metrics of the app that moved, its log, the node's setting."""
    crt, key = certificate(tmp_path, "elasticsearch")
    cluster = prove(family(*order, CERTIFICATE=crt.read_text(), PRIVATE_KEY=key.read_text()))
    pod = cluster.pod("elasticsearch")
    cluster.serve()
    pod.start()
    found = cluster.network.curl("--cacert", str(crt), "https://elasticsearch:9200/?this-is-me")
    assert "docker-cluster" in found
    assert cluster.network.curl("-w", "%{http_code}", "http://elasticsearch:9200/").endswith("400")
    with pytest.raises(AssertionError, match="Couldn't connect"):
        cluster.network.curl(f"http://{pod.address}:9201/")
    metrics = cluster.network.curl("http://elasticsearch:9114/metrics").splitlines()
    assert "elasticsearch_cluster_health_up 1" in metrics
    logs = pod.containers["logs"]
    until(lambda: "this-is-me" in logs.log, "the line of the request")
    assert "vm.max_map_count is 262144" in logs.log
