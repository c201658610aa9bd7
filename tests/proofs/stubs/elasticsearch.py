"""A stub of Elasticsearch: its settings by environment, its HTTP answers as far as probes and exporters ask for them,
and its log where log4j2.properties sends it."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

CLUSTER = "docker-cluster"
NODE = os.uname().nodename
LOGGING = Path("/usr/share/elasticsearch/config/log4j2.properties")
setting = os.environ.get

HEALTH = {"cluster_name": CLUSTER, "status": "green", "number_of_nodes": 1, "number_of_data_nodes": 1}
INFO = {"name": NODE, "cluster_name": CLUSTER, "cluster_uuid": "stub", "version": {"number": "9.2.4"}}
STATS = {"cluster_name": CLUSTER, "nodes": {"stub": {"name": NODE, "host": "127.0.0.1", "roles": ["data", "master"]}}}
ANSWERS = {"/": INFO, "/_cluster/health": HEALTH, "/_nodes/_local/stats": STATS, "/_nodes/stats": STATS}


def log_file() -> Path | None:
    """The file of the appender that the root logger uses, None for the console."""
    lines = [line.partition("=") for line in LOGGING.read_text().splitlines() if not line.startswith("#")]
    properties = {key.strip(): value.strip() for key, equals, value in lines if equals}
    names = {
        "es.logs.base_path": setting("path.logs", "/usr/share/elasticsearch/logs"),
        "es.logs.cluster_name": CLUSTER,
    }
    used = next(value for key, value in properties.items() if re.fullmatch(r"rootLogger\.appenderRef\.\w+\.ref", key))
    path = properties.get(f"appender.{used}.fileName", "")
    return Path(re.sub(r"\$\{sys:([\w.]+)\}", lambda m: names[m[1]], path)) if path else None


FILE = log_file()


def log(message: str) -> None:
    line = json.dumps({"@timestamp": time.time(), "log.level": "INFO", "message": message})
    if FILE is None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    else:
        with FILE.open("a") as file:
            file.write(f"{line}\n")


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        # Another answer than this only over HTTPS and with a password, which the real one makes itself.
        secured = setting("xpack.security.enabled") != "false"
        found = None if secured else ANSWERS.get(path)
        body = json.dumps(found if found is not None else {"error": path}).encode()
        self.send_response(200 if found is not None else 401 if secured else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        log(f"asked for {self.path}")

    def log_message(self, format: str, *args: object) -> None:
        pass


if setting("discovery.type") != "single-node":
    sys.exit("the stub is a single node: discovery.type must say so")
log(f"vm.max_map_count is {Path('/proc/sys/vm/max_map_count').read_text().strip()}")
address = (setting("network.host", "0.0.0.0"), int(setting("http.port", "9200")))
log(f"publish_address {address[0]}:{address[1]}")
ThreadingHTTPServer(address, Answer).serve_forever()
