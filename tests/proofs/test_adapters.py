"""The adapters of the articles do what the catalogue says of them."""

from __future__ import annotations

import pytest

from tests.proofs.conftest import Prove, woven
from tests.proofs.container import until

pytestmark = pytest.mark.proof


def test_redis_adapter(prove: Prove) -> None:
    """/metrics on 9121 shows the Redis instance up."""
    cluster = prove(woven("redis-adapter"))
    pod = cluster.pod("redis-adapter")
    cluster.serve()
    pod.start()
    pod.listens(6379)
    metrics = cluster.network.curl("http://redis-adapter:9121/metrics").splitlines()
    assert "redis_up 1" in metrics
    assert any(line.startswith("redis_instance_info{") and 'role="master"' in line for line in metrics)
    pod.containers["redis"].kill()
    assert "redis_up 0" in cluster.network.curl("http://redis-adapter:9121/metrics").splitlines()


def test_postgres_adapter(prove: Prove) -> None:
    """/metrics on 9187 shows the database up, with a password that is in the Secret alone."""
    cluster = prove(woven("postgres-adapter", PASSWORD="a b@c/d:e%f"))
    pod = cluster.pod("postgresql")
    cluster.serve()
    pod.start()
    pod.listens(5432)
    metrics = cluster.network.curl("http://db:9187/metrics").splitlines()
    assert "pg_up 1" in metrics
    assert any(
        line.startswith('pg_stat_database_numbackends{datid="') and 'datname="postgres"' in line for line in metrics
    )


def test_elasticsearch_adapter(prove: Prove) -> None:
    """/metrics on 9114."""
    cluster = prove(woven("elasticsearch-adapter"))
    pod = cluster.pod("elasticsearch")
    cluster.serve()
    pod.start()
    pod.listens(9200)
    metrics = cluster.network.curl("http://elasticsearch:9114/metrics").splitlines()
    assert "elasticsearch_cluster_health_up 1" in metrics
    assert 'elasticsearch_cluster_health_status{cluster="docker-cluster",color="green"} 1' in metrics


@pytest.mark.parametrize(
    ("name", "pod", "port", "said"),
    [
        ("redis-adapter", "redis-adapter", 9200, "redis_up 1"),
        ("postgres-adapter", "postgresql", 9200, "pg_up 1"),
        ("elasticsearch-adapter", "elasticsearch", 9300, "elasticsearch_cluster_health_up 1"),
    ],
)
def test_an_exporter_on_another_port(prove: Prove, name: str, pod: str, port: int, said: str) -> None:
    """Where the pod has the usual port already, the exporter listens where it is told to."""
    cluster = prove(woven(name, PORT=port, **({"PASSWORD": "hush"} if name == "postgres-adapter" else {})))
    started = cluster.pod(pod)
    cluster.serve()
    started.start()
    started.listens(port)
    metrics = f"http://{started.address}:{port}/metrics"
    until(lambda: said in cluster.network.curl(metrics).splitlines(), said)


def test_log_adapter(prove: Prove) -> None:
    """out.log has the prefix, app.log has not."""
    pod = prove(woven("log-adapter")).pod("adapter-pod").start()
    app = pod.containers["app-container"]

    def lines(name: str) -> list[str]:
        return app.run("cat", f"/var/log/{name}").stdout.splitlines()

    until(lambda: len(lines("out.log")) >= 2, "two lines of the log")
    found = lines("out.log")
    assert found == [f"Date {line}" for line in lines("app.log")[: len(found)]]
    assert not any(line.startswith("Date ") for line in lines("app.log"))
