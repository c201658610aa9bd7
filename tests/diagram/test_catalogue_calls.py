"""Whom the containers of our own presets call on localhost and reach outside, to the last arrow."""

from __future__ import annotations

from functools import reduce

import pytest

from designer.diagram.calls import calls
from designer.diagram.reach import reaches
from designer.manifests.pod import pods
from designer.manifests.types import Documents
from patterns import catalogue
from patterns.weave import weave
from tests.diagram.designs import bare_pod, container

CALLS = {
    "bucket-sync": "",
    "cloud-sql-proxy": "accounts > cloud-sql-proxy:5432",
    "config-reloader": "config-reloader > prometheus:9090",
    "db-migration": "",
    "db-proxy": "orders > pgbouncer:6432",
    "elasticsearch": "",
    "elasticsearch-adapter": "prometheus-exporter > elasticsearch:9200",
    "environment-database": "reports > database-ambassador:5432",
    "forward-ambassador": "app-container-poller > ambassador-container:81",
    "git-clone-init": "",
    "git-sync": "",
    "iptables-init": "",
    "jwt-check": "jwt-check > api:9898",
    "legacy-metrics-adapter": "airflow > statsd-exporter:8125",
    "log-adapter": "",
    "log-exporter": "",
    "log-shipper": "",
    "log-tailing": "",
    "mtls-proxy": "mtls-proxy > payments:9898",
    "node-sysctl-init": "",
    "oauth2-proxy": "oauth2-proxy > dashboard:9898",
    "object-fetch": "",
    "postgres-adapter": "prometheus-postgresql-exporter > postgresql:5432",
    "redis-adapter": "adapter > redis:6379",
    "redis-cache": "shop > redis-cache:6379",
    "request-splitter": "frontend > request-splitter:8000",
    "shard-router": "sessions > shard-router:6379",
    "shared-volume": "",
    "tls-ambassador": "nginx-proxy > elasticsearch:9201",
    "tls-sidecar": "nginx-ssl-terminator > apache-web-server:80",
    "varnish-cache": "cache > nginx:80",
    "vault-agent": "",
    "vault-init": "",
    "wait-for": "",
    "weighted-ambassador": "",
}
REACHES = {
    "bucket-sync": "bucket-sync > s3://my-bucket",
    "cloud-sql-proxy": "cloud-sql-proxy > my-project:europe-west1:my-instance",
    "db-proxy": "pgbouncer > postgresql",
    "jwt-check": "jwt-check > www.googleapis.com",
    "oauth2-proxy": "oauth2-proxy > accounts.google.com",
    "redis-adapter": "",
}
FIVE = ("node-sysctl-init", "tls-ambassador", "elasticsearch-adapter", "log-tailing")


def _calls(documents: Documents) -> str:
    found = [call for pod in pods(documents) for call in calls(documents, pod)]
    return ", ".join(f"{call.caller.name} > {call.callee.name}:{call.port}" for call in found)


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_the_calls_of_each_preset_on_its_example(name: str) -> None:
    assert _calls(weave(catalogue.preset(name), {}, [], None).documents) == CALLS[name]


@pytest.mark.parametrize(
    ("name", "caller"),
    [
        ("jwt-check", "jwt-check"),
        ("mtls-proxy", "mtls-proxy"),
        ("varnish-cache", "cache"),
        ("oauth2-proxy", "oauth2-proxy"),
        ("tls-sidecar", "nginx-ssl-terminator"),
    ],
)
def test_what_stands_in_front_of_an_application_calls_it(name: str, caller: str) -> None:
    design = [bare_pod("web", {"containers": [container("web", "web:1", [8080])]})]
    assert _calls(weave(catalogue.preset(name), {}, design, 0).documents) == f"{caller} > web:8080"


@pytest.mark.parametrize("name", sorted(REACHES))
def test_whom_a_preset_reaches_outside(name: str) -> None:
    documents = weave(catalogue.preset(name), {}, [], None).documents
    found = [f"{one.caller.name} > {one.host}" for pod in pods(documents) for one in reaches(documents, pod)]
    assert ", ".join(found) == REACHES[name]


def test_the_calls_of_five_presets_on_one_elasticsearch() -> None:
    start = weave(catalogue.preset("elasticsearch"), {}, [], None).documents
    documents = reduce(lambda made, name: weave(catalogue.preset(name), {}, made, 0).documents, FIVE, start)
    assert _calls(documents) == "nginx-proxy > elasticsearch:9201, prometheus-exporter > elasticsearch:9201"
