"""What well-known programs do unless they are told otherwise: where servers listen, and whom exporters ask."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designer.manifests.pod import Container
from designer.manifests.types import get

# The ports that well-known servers listen on, by a word of their image.
_SERVERS = {
    "postgres": 5432,
    "postgresql": 5432,
    "postgis": 5432,
    "redis": 6379,
    "valkey": 6379,
    "mysql": 3306,
    "mariadb": 3306,
    "percona": 3306,
    "mongo": 27017,
    "mongodb": 27017,
    "elasticsearch": 9200,
    "opensearch": 9200,
    "memcached": 11211,
    "rabbitmq": 5672,
    "nats": 4222,
    "kafka": 9092,
    "etcd": 2379,
    "zookeeper": 2181,
    "nginx": 80,
    "httpd": 80,
}
# Exporters whose own documentation names a target that they ask by default, and what tells them another: words of
# flags and variables. postgres_exporter has no default: it asks only whom its data source names.
_EXPORTERS = {
    "redis": (6379, "redis.addr", "REDIS_ADDR"),
    "nginx-prometheus": (8080, "nginx.scrape-uri", "SCRAPE_URI"),
    "apache": (80, "scrape_uri", "SCRAPE_URI"),
    "memcached": (11211, "memcached.address", "MEMCACHED_ADDRESS"),
    "mysqld": (3306, "mysqld.address", "DATA_SOURCE_NAME"),
    "php-fpm": (9000, "phpfpm.scrape-uri", "PHP_FPM_SCRAPE_URI"),
    "elasticsearch": (9200, "es.uri", "ES_URI"),
}
_EXPORTER = re.compile(r"(?:prometheus-)?(?P<what>[a-z-]+?)[-_]exporter")
_PORT_FLAG = re.compile(r"--port(?:=|\s+)(\d{2,5})(?!\d)")
# Cloud SQL Auth Proxy: `--port`, `-p`, `INSTANCE?port=5432`, and `-instances=INSTANCE=tcp:5432` of its first version.
_SQL_PROXY = re.compile(r"cloud-?sql|alloydb")
_SQL_PORT = re.compile(r"(?:-p(?:=|\s+)?|[?&]port=|=tcp:(?:[\d.]+:)?)(\d{2,5})(?!\d)")
# Programs that ask a server: what their flags name is the server's port.
CLIENTS = {
    "nc": 0,
    "ncat": 0,
    "netcat": 0,
    "telnet": 0,
    "socat": 0,
    "redis-cli": 6379,
    "valkey-cli": 6379,
    "psql": 5432,
    "pg_isready": 5432,
    "pg_dump": 5432,
    "mysql": 3306,
    "mysqladmin": 3306,
    "mysqldump": 3306,
    "mariadb": 3306,
    "mongo": 27017,
    "mongosh": 27017,
}


def image_name(container: Container) -> str:
    """The last part of an image without its tag: ``redis`` of ``docker.io/library/redis:7``."""
    return container.image.rpartition("/")[2].partition("@")[0].partition(":")[0]


def usual_ports(container: Container) -> set[int]:
    name = image_name(container)
    return {_SERVERS[name]} if name in _SERVERS else set()


def usual_target(container: Container) -> tuple[int, str] | None:
    """(port, evidence) of whom an exporter asks on localhost where nothing tells it another."""
    name = image_name(container)
    match = _EXPORTER.fullmatch(name)
    # The exporter of nginx is called nginx-prometheus-exporter, others prometheus-NAME-exporter.
    what = match["what"] if match else ""
    if what not in _EXPORTERS:
        return None
    port, flag, variable = _EXPORTERS[what]
    env = container.data.get("env")
    told = any(get(item, ("name",)) == variable for item in (env if isinstance(env, list) else []))
    if told or any(word.lstrip("-").startswith(flag) for word in words(container)):
        return None
    path = "/stub_status" if what.startswith("nginx") else ""
    return port, f"{name} asks localhost:{port}{path} unless told otherwise"


def flagged_ports(container: Container) -> Iterator[int]:
    """The ports that a server's command line gives it by ``--port``, or a database proxy's by its own flags."""
    line = " ".join(words(container))
    if client(container):
        return
    found = [*_PORT_FLAG.finditer(line)]
    if _SQL_PROXY.search(image_name(container)) or "cloudsql" in container.image:
        found += _SQL_PORT.finditer(line)
    yield from (int(match[1]) for match in found)


def client(container: Container) -> bool:
    """Whether a container runs a program that asks a server, and nothing else."""
    return bool(own := words(container)) and own[0].rpartition("/")[2] in CLIENTS


def words(container: Container) -> list[str]:
    """The command line of a container, word by word as it is written."""
    found = []
    for field in ("command", "args"):
        items = container.data.get(field)
        found += [item for item in (items if isinstance(items, list) else []) if isinstance(item, str)]
    return found
