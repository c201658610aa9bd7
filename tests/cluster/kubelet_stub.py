"""A stub of a node's kubelet: only its log endpoint, which an API server asks for what `kubectl logs` shows.

It stands for a Node of its own, whose address is this machine's. What a container writes is what a test gives it.
"""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from designer.web.made import certificate
from tests.cluster.control_plane import ControlPlane


@dataclass
class Kubelet:
    """`lines` are what each container has written so far, `before` what it wrote before its last restart."""

    node: str
    lines: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@contextmanager
def kubelet(plane: ControlPlane, folder: Path, node: str = "stub") -> Iterator[Kubelet]:
    """A Node and its kubelet, while the block runs."""
    state = Kubelet(node)
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            state.asked.append(self.path)
            asked = parse_qs(urlsplit(self.path).query)
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            lines = state.before if "previous" in asked else state.lines
            sent = 0
            while not over.is_set():
                for line in lines[sent:]:
                    data = f"{line}\n".encode()
                    self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                    sent += 1
                self.wfile.flush()
                if "follow" not in asked:
                    break
                time.sleep(0.05)
            self.wfile.write(b"0\r\n\r\n")

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: what was asked is in `asked`."""

    made = certificate(["127.0.0.1"])
    (folder / "kubelet.crt").write_text(made.certificate)
    (folder / "kubelet.key").write_text(made.key)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "kubelet.crt", folder / "kubelet.key")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    named = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": node}}
    plane.kubectl("create", "-f", "-", stdin=json.dumps(named))
    where = {
        "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}, {"type": "Hostname", "address": "127.0.0.1"}],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": server.server_address[1]}},
    }
    patch = json.dumps({"status": where})
    plane.kubectl("patch", "node", node, "--subresource=status", "--type=merge", "-p", patch)
    try:
        yield state
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        plane.kubectl("delete", "node", node)
