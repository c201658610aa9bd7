"""A TCP proxy in front of an API server that goes wrong at a request of one's choosing.

It speaks TLS to both sides, each with a certificate of its own, so that it can tell one request from the next.
"""

from __future__ import annotations

import base64
import http.client
import json
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from designer.web.made import certificate
from tests.cluster.control_plane import ControlPlane

# What happens to a request: it is not answered; its connection is cut, before or after the server did what it asks; it
# is answered with what no API server says; the server has an inner error; or it dies, until `dead` is False again.
Fault = Literal["hang", "cut", "done and cut", "done and hang", "garbage", "500", "die"]


class Proxy:
    """Counts the requests that write (PATCH, DELETE, POST; not access reviews, nor dry runs unless `dry`) and fails
    from the `at`th on, `times` times (0: for good)."""

    def __init__(self, plane: ControlPlane) -> None:
        self.plane = plane
        self.fault: Fault | None = None
        self.at = 0
        self.times = 0
        self.dry = False
        self.seen: list[str] = []
        self.url = ""
        self.dead = False
        self.ended = threading.Event()
        self._lock = threading.Lock()

    def fails(self, method: str, path: str) -> Fault | None:
        with self._lock:
            tried = "dryRun=All" in path
            if method == "GET" or "accessreviews" in path or tried != self.dry:
                return None
            self.seen.append(f"{method} {urlsplit(path).path}")
            count = len(self.seen)
            over = self.times and count >= self.at + self.times
            return self.fault if self.fault and count >= self.at and not over else None


@contextmanager
def failing(plane: ControlPlane, folder: Path) -> Iterator[tuple[Proxy, Path]]:
    """A proxy, and a kubeconfig whose one context, `proxied`, goes through it as the administrator."""
    proxy = Proxy(plane)
    target = urlsplit(plane.url)
    tls = ssl.create_default_context(cafile=str(plane.ca))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fault = proxy.fails(self.command, self.path)
            proxy.dead = proxy.dead or fault == "die"
            if proxy.dead:
                # As a process that is gone: connections are reset, and new ones too.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                return
            if fault == "hang":
                proxy.ended.wait(60)
            if fault in ("hang", "cut"):
                self.close_connection = True
                return
            if fault == "garbage":
                self._answer(200, b"<html>Please log in</html>", "text/html")
                return
            if fault == "500":
                status = {"kind": "Status", "status": "Failure", "message": "etcdserver: no leader", "code": 500}
                self._answer(500, json.dumps(status).encode(), "application/json")
                return
            connection = http.client.HTTPSConnection(target.hostname or "", target.port, context=tls, timeout=30)
            headers = {key: value for key, value in self.headers.items() if key.lower() not in ("host", "connection")}
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            data = answer.read()
            connection.close()
            if fault == "done and hang":
                proxy.ended.wait(60)
            if fault in ("done and cut", "done and hang"):
                self.close_connection = True
                return
            self._answer(answer.status, data, answer.getheader("Content-Type", ""), answer.getheader("Warning", ""))

        do_GET = do_PATCH = do_POST = do_DELETE = pass_on  # noqa: N815 - http.server's names

        def _answer(self, status: int, data: bytes, kind: str, warning: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            if warning:
                self.send_header("Warning", warning)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made = certificate(["127.0.0.1"])
    (folder / "proxy.pem").write_text(made.certificate + made.key)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(folder / "proxy.pem")
    # The handshake waits for the request's own thread: one who hangs holds nobody else up.
    server.socket = ours.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    proxy.url = f"https://127.0.0.1:{server.server_address[1]}"
    authority = base64.b64encode(made.certificate.encode()).decode()
    config = {
        "apiVersion": "v1", "kind": "Config", "current-context": "proxied",
        "clusters": [{"name": "proxied", "cluster": {"server": proxy.url, "certificate-authority-data": authority}}],
        "users": [{"name": "proxied", "user": {"token": plane.tokens[plane.admin]}}],
        "contexts": [{"name": "proxied", "context": {"cluster": "proxied", "user": "proxied"}}],
    }  # fmt: skip
    path = folder / "proxied"
    path.write_text(json.dumps(config))
    try:
        yield proxy, path
    finally:
        proxy.ended.set()
        server.shutdown()
        server.server_close()
