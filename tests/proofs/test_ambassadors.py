"""The ambassadors of the articles do what the catalogue says of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from designer.manifests.types import get
from tests.proofs.conftest import Prove, certificate, woven
from tests.proofs.container import until

pytestmark = pytest.mark.proof


def test_weighted_ambassador(prove: Prove) -> None:
    """curl localhost:80 in the pod reaches server1 and server2 3 : 1. nginx counts, so it is exact."""
    cluster = prove(woven("weighted-ambassador"))
    servers = [cluster.pod(name) for name in ("server1", "server2")]
    cluster.serve()
    for server in servers:
        server.start()
    pod = cluster.pod("ambassador").start()
    client = pod.containers["busybox-curl"]
    asked = client.run("curl", "-sS", "http://localhost:80/?[1-400]")
    assert asked.returncode == 0, asked.stderr
    found = Counter(line for line in asked.stdout.splitlines() if line.startswith("<h1>"))
    assert found == {"<h1>Server 1</h1>": 300, "<h1>Server 2</h1>": 100}


def test_request_splitter(prove: Prove) -> None:
    """Requests with different tokens split about half and half; one token always goes the same way."""
    cluster = prove(woven("request-splitter"))
    backends = [cluster.pod(name) for name in ("backend", "backend-experiment")]
    cluster.serve()
    for backend in backends:
        backend.start()
    pod = cluster.pod("frontend").start()
    pod.listens(80)
    url = f"http://{pod.address}:80/?token="
    first, again = (cluster.network.curl(f"{url}[1-400]").splitlines() for _ in range(2))
    assert again == first, "a token goes the same way the second time"
    found = Counter(first)
    assert sorted(found) == ["hello backend", "hello backend-experiment"]
    # For 400 fair tosses the standard deviation is 10; five of them and more are missed less than once in a million.
    assert abs(found["hello backend"] - 200) <= 50
    assert Counter(cluster.network.curl(f"{url}same#[1-20]").splitlines()).most_common(1)[0][1] == 20


def test_forward_ambassador(prove: Prove, tmp_path: Path) -> None:
    """Port 80 serves what the outside host answered."""
    crt, key = certificate(tmp_path, "example.com")
    documents = woven("forward-ambassador")
    outside = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "example"},
        "spec": {
            "containers": [
                {
                    "name": "web",
                    "image": "nginx",
                    "ports": [{"containerPort": 443}],
                    "readinessProbe": {"tcpSocket": {"port": 443}},
                    "volumeMounts": [
                        {"name": "conf", "mountPath": "/etc/nginx/conf.d"},
                        {"name": "tls", "mountPath": "/tls"},
                    ],
                }
            ],
            "volumes": [
                {"name": "conf", "configMap": {"name": "outside"}},
                {"name": "tls", "secret": {"secretName": "outside"}},
            ],
        },
    }
    conf = (
        "server { listen 443 ssl; server_name example.com; ssl_certificate /tls/crt; ssl_certificate_key /tls/key;\n"
        "  location / { return 200 'outside host $host\\n'; } }\n"
    )
    extra = [
        outside,
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "outside"}, "data": {"web.conf": conf}},
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "outside"},
            "stringData": {"crt": crt.read_text(), "key": key.read_text()},
        },
    ]
    cluster = prove([*documents, *extra])
    cluster.trusted = crt.read_text()
    there = cluster.pod("example").start()
    cluster.network.name("example.com", there.address)
    pod = cluster.pod("ambassador-pod").start()
    page = f"http://{pod.address}:80/"
    pod.listens(80)
    until(lambda: "outside" in cluster.network.curl(page), "the outside host's page")
    assert cluster.network.curl(page) == "outside host example.com\n"
    with pytest.raises(AssertionError, match="Couldn't connect"):
        cluster.network.curl(f"http://{pod.address}:81/")


def test_tls_ambassador(prove: Prove, tmp_path: Path) -> None:
    """HTTPS on 9200 works, plain HTTP on 9200 gets 400, the app is not reachable but through the proxy."""
    crt, key = certificate(tmp_path, "elasticsearch")
    documents = woven("tls-ambassador", CERTIFICATE=crt.read_text(), PRIVATE_KEY=key.read_text())
    cluster = prove(documents)
    pod = cluster.pod("elasticsearch")
    cluster.serve()
    pod.start()
    found = cluster.network.curl("--cacert", str(crt), "https://elasticsearch:9200/")
    assert '"cluster_name": "docker-cluster"' in found
    plain = cluster.network.curl("-w", "%{http_code}", "http://elasticsearch:9200/")
    assert plain.endswith("400")
    assert "The plain HTTP request was sent to HTTPS port" in plain
    assert "docker-cluster" in pod.curl("http://127.0.0.1:9201/"), "the application is there, for its own pod"
    with pytest.raises(AssertionError, match="Couldn't connect"):
        cluster.network.curl(f"http://{pod.address}:9201/")
    env = get(documents[0], ("spec", "template", "spec", "containers", 0, "env"))
    assert {"name": "network.host", "value": "127.0.0.1"} in env
