"""Answers that go on, and servers that ask to wait."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from designer.clusters.client import Client, Resource
from designer.clusters.errors import ClusterError
from tests.cluster.documents import config_map, pod
from tests.cluster.servers import answering, client_at, http, status

JSON = "Content-Type: application/json"
FINE = http("200 OK", b'{"gitVersion": "v9"}', JSON)
CONFIG_MAPS = Resource("", "v1", "configmaps", "ConfigMap", True)
PODS = Resource("", "v1", "pods", "Pod", True)


@contextmanager
def answering_in_turn(*answers: bytes) -> Iterator[str]:
    """A server that gives the first who connects the first answer, the next the second; the last one ever after."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            turn = 0
            while True:
                try:
                    call, _ = server.accept()
                except OSError:
                    return
                call.recv(65536)
                call.sendall(answers[min(turn, len(answers) - 1)])
                call.close()
                turn += 1

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def busy(seconds: str) -> bytes:
    return http("429 Too Many Requests", b'{"kind": "Status", "message": "busy"}', JSON, f"Retry-After: {seconds}")


def test_a_server_that_asks_to_wait_is_asked_again() -> None:
    with answering_in_turn(busy("1"), FINE) as url:
        began = time.monotonic()
        assert client_at(url).version() == "v9"
        assert time.monotonic() - began >= 1


@pytest.mark.parametrize("seconds", ["3600", "Wed, 21 Oct 2026 07:28:00 GMT", "-1"])
def test_a_wait_that_is_too_long_or_not_in_seconds_is_told_at_once(seconds: str) -> None:
    with answering_in_turn(busy(seconds), FINE) as url, pytest.raises(ClusterError) as caught:
        client_at(url).version()
    assert caught.value.kind == "throttled"


def test_a_server_that_always_asks_to_wait_is_given_up() -> None:
    with answering_in_turn(busy("0")) as url, pytest.raises(ClusterError) as caught:
        client_at(url).version()
    assert caught.value.kind == "throttled"


def test_the_lines_of_a_log_whatever_pieces_they_come_in() -> None:
    body = b"one\ntwo\n\nthr\xc3\xa9e"
    with answering(http("200 OK", body, "Content-Type: text/plain")) as address:
        assert list(client_at(f"http://{address}").logs("shop", "web", "app")) == body.split(b"\n")


def test_a_log_that_breaks_off_is_told() -> None:
    with answering(http("200 OK", b"one\ntwo\n", length=100)) as address:
        lines = iter(client_at(f"http://{address}").logs("shop", "web", "app"))
        assert [next(lines), next(lines)] == [b"one", b"two"]
        with pytest.raises(ClusterError) as caught:
            next(lines)
    assert (caught.value.kind, "cut off" in str(caught.value)) == ("answer", True)


def test_a_refused_log_says_why() -> None:
    refused = status(400, 'container "app" in pod "web" is waiting to start: ContainerCreating', reason="BadRequest")
    with answering(refused) as address, pytest.raises(ClusterError, match="waiting to start"):
        client_at(f"http://{address}").logs("shop", "web", "app", follow=True)


def test_a_line_without_end_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("designer.clusters.streams.MOST_LINE", 1000)
    with answering(http("200 OK", b"x" * 2000)) as address, pytest.raises(ClusterError) as caught:
        list(client_at(f"http://{address}").logs("shop", "web", "app"))
    assert caught.value.kind == "too-large"


def test_closing_wakes_whoever_waits() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\none\n"
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def serve() -> None:
            call, _ = server.accept()
            call.recv(65536)
            call.sendall(head)
            held.append(call)

        threading.Thread(target=serve, daemon=True).start()
        stream = client_at(f"http://127.0.0.1:{server.getsockname()[1]}").logs("shop", "web", "app", follow=True)
        got: list[bytes] = []
        reader = threading.Thread(target=lambda: got.extend(stream), daemon=True)
        reader.start()
        time.sleep(0.2)
        stream.close()
        reader.join(5)
        assert (reader.is_alive(), got) == (False, [b"one"])
        held[0].close()


@pytest.mark.cluster
def test_changes_come_as_they_are_made(client: Client, namespace: str) -> None:
    client.apply(config_map(colour="red"), namespace, dry_run=False)
    listed = client.list_objects(CONFIG_MAPS, namespace, fieldSelector="metadata.name=settings")
    assert [item["data"] for item in listed.items] == [{"colour": "red"}]
    assert listed.items[0]["kind"] == "ConfigMap"
    assert listed.items[0]["apiVersion"] == "v1"
    stream = client.watch(CONFIG_MAPS, namespace, listed.version, fieldSelector="metadata.name=settings")
    client.apply(config_map(colour="blue"), namespace, dry_run=False)
    client.delete(config_map(), namespace)
    lines = iter(stream)
    seen: list[tuple[str, Any]] = []
    while not seen or seen[-1][0] != "DELETED":
        line = json.loads(next(lines))
        seen.append((line["type"], line["object"].get("data")))
    stream.close()
    assert [each for each in seen if each[0] != "BOOKMARK"] == [
        ("MODIFIED", {"colour": "blue"}),
        ("DELETED", {"colour": "blue"}),
    ]


@pytest.mark.cluster
def test_the_log_of_a_pod_that_no_kubelet_has_seen_is_empty(client: Client, namespace: str) -> None:
    client.apply(pod(), namespace, dry_run=False)
    log = client.logs(namespace, "web", "app")
    assert (log.nothing, list(log)) == (True, [])
    with pytest.raises(ClusterError) as caught:
        client.logs(namespace, "web", "other")
    assert "container other is not valid for pod web" in str(caught.value)


@pytest.mark.cluster
def test_a_long_list_is_read_page_by_page(client: Client, namespace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("designer.clusters.client._PAGE", 2)
    for number in range(5):
        client.apply(config_map(f"settings-{number}"), namespace, dry_run=False)
    listed = client.list_objects(CONFIG_MAPS, namespace)
    names = [item["metadata"]["name"] for item in listed.items]
    assert [name for name in names if name.startswith("settings")] == [f"settings-{number}" for number in range(5)]
    assert listed.version
