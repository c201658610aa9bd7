"""The sidecars of the articles do what the catalogue says of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from patterns import catalogue
from patterns.weave import weave
from tests.proofs.conftest import Prove, certificate, woven
from tests.proofs.container import until

pytestmark = pytest.mark.proof


@pytest.mark.parametrize("hardened", [False, True])
def test_tls_sidecar(prove: Prove, tmp_path: Path, hardened: bool) -> None:
    """HTTPS on 443 answers with the web server's page; the web server is unchanged."""
    crt, key = certificate(tmp_path, "port-443-service", "localhost")
    bare = woven("tls-sidecar")[:1]
    del bare[0]["spec"]["containers"][1]
    bare[0]["spec"].pop("volumes")
    documents = woven("tls-sidecar", CERTIFICATE=crt.read_text(), PRIVATE_KEY=key.read_text(), HARDENED=hardened)
    cluster = prove(documents)
    pod = cluster.pod("sidecar")
    cluster.serve()
    pod.start()
    pod.listens(443)
    pod.listens(80)
    page = cluster.network.curl("--cacert", str(crt), "https://port-443-service/")
    assert "It works!" in page
    assert page == pod.curl("http://localhost:80/"), "it is the web server's own page"
    server = pod.containers["apache-web-server"]
    assert server.spec == bare[0]["spec"]["containers"][0], "the web server is unchanged"
    old = ["-k", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0", "-o", "/dev/null", "https://localhost"]
    with pytest.raises(AssertionError, match="alert protocol version"):
        pod.curl(*old)


def test_varnish_cache(prove: Prove) -> None:
    """The second request for a page comes from the cache."""
    cluster = prove(woven("varnish-cache"))
    pod = cluster.pod("nginx")
    cluster.serve()
    pod.start()
    pod.listens(80)
    first, second = (cluster.network.curl("-i", "http://nginx:6081/") for _ in range(2))
    assert "X-Cache: MISS" in first
    assert "X-Cache: HIT" in second
    assert first.partition("\r\n\r\n")[2] == second.partition("\r\n\r\n")[2]
    assert "Welcome to nginx!" in second
    # Even a server that is gone is not missed, as it is not asked.
    pod.containers["nginx"].kill()
    assert "Welcome to nginx!" in cluster.network.curl("http://nginx:6081/")


def test_log_exporter(prove: Prove) -> None:
    """HTTP on 80 serves the growing log."""
    cluster = prove(woven("log-exporter"))
    pod = cluster.pod("sidecar-pod").start()
    page = f"http://{pod.address}:80/"
    app = pod.containers["app-container"]
    until(lambda: app.run("test", "-s", "/var/log/index.html").returncode == 0, "the log")
    first = cluster.network.curl(page)
    assert re.fullmatch(r"(\w+ \w+ .*\d\d:\d\d:\d\d .*\n)+", first), "dates"
    until(lambda: len(cluster.network.curl(page).splitlines()) >= len(first.splitlines()) + 2, "two more lines")
    assert cluster.network.curl(page).startswith(first)


def test_log_exporter_beside_a_web_server(prove: Prove) -> None:
    """It serves the web server's log on the next port, and the web server starts and has its own."""
    server = {"name": "web", "image": "nginx:1.29.3", "ports": [{"containerPort": 80}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [server]}}
    cluster = prove(weave(catalogue.preset("log-exporter"), {}, [pod], 0).documents)
    web = cluster.pod("web").start()
    web.listens(80)
    web.listens(8080)
    assert "Welcome to nginx!" in cluster.network.curl(f"http://{web.address}:80/?proof")
    assert "GET /?proof" in cluster.network.curl(f"http://{web.address}:8080/access.log")


def test_shared_volume(prove: Prove) -> None:
    """A file written in c1's /shared is read in c2; /tmp is not shared, processes are not; localhost is."""
    cluster = prove(woven("shared-volume"))
    pod = cluster.pod("podtest").start()
    c1, c2 = (pod.containers[name] for name in ("c1", "c2"))
    assert c1.run("sh", "-c", "echo foo > /tmp/foo && echo bar > /shared/bar").returncode == 0
    assert c2.run("cat", "/shared/bar").stdout == "bar\n"
    assert c1.run("cat", "/tmp/foo").stdout == "foo\n"
    assert c2.run("cat", "/tmp/foo").returncode != 0
    assert c1.run("sh", "-c", "nc -ll -p 5000 -e date > /dev/null 2>&1 &").returncode == 0
    pod.listens(5000)
    assert ":" in c2.run("nc", "127.0.0.1", "5000").stdout
    assert "nc -ll" in c1.run("ps").stdout
    assert "nc -ll" not in c2.run("ps").stdout
