"""Servers that are no API server: each answers every connection with the same bytes, or not at all."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from designer.clusters.client import Client, connect
from designer.clusters.kubeconfig import Context

TOKEN = "an-opaque-t0ken"


def client_at(url: str, seconds: float = 5.0, user: Any = None, **cluster: Any) -> Client:
    """A client of whatever is at `url`, which shows TOKEN there."""
    context = Context("somewhere", "default", "it", "me", True, {"server": url, **cluster}, user or {"token": TOKEN})
    return connect(context, connect_seconds=seconds, read_seconds=seconds)


@contextmanager
def answering(
    answer: bytes | None, asked: list[bytes] | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[str]:
    """The address (host:port) of a server that says `answer` to whoever connects, or with None keeps silent.

    What it was sent is added to `asked`. It speaks plain HTTP, or TLS with `tls`.
    """
    open_calls: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    call, _ = server.accept()
                except OSError:
                    return
                open_calls.append(call)
                # Who calls may be gone, and this server with it, in the middle.
                with suppress(OSError):
                    if tls is not None:
                        call = tls.wrap_socket(call, server_side=True)
                        open_calls.append(call)
                    if answer is not None:
                        call.settimeout(5)
                        got = call.recv(65536)
                        if asked is not None:
                            asked.append(got)
                        call.sendall(answer)
                        call.close()

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        # Wakes accept(), which closing alone does not.
        server.shutdown(socket.SHUT_RDWR)
    for call in open_calls:
        call.close()


def http(status: str, body: bytes, *headers: str, length: int | None = None) -> bytes:
    """An HTTP answer; `length` other than the body's makes it one that is cut off."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", "Connection: close"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


def status(code: int, message: str, **more: object) -> bytes:
    """A Kubernetes Status as an HTTP answer."""
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code, **more}
    return http(f"{code} Odd", json.dumps(body).encode(), "Content-Type: application/json")
