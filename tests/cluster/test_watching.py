"""One watch for all who look, which sees what happens and ends with the last of them. How soon: make bench."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from designer.clusters.client import Client, connect
from designer.clusters.watching import Hub, Watching
from tests.cluster.cases import running, status, waiting, workload
from tests.cluster.control_plane import ControlPlane
from tests.cluster.documents import pod
from tests.cluster.servers import answering, client_at, http


class Looker:
    """Somebody who looks, and how often there was news."""

    def __init__(self) -> None:
        self.news = 0

    def __call__(self) -> None:
        self.news += 1


def until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until it is true; fails where it does not come true."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it did not come true"
        time.sleep(0.02)


def set_status(plane: ControlPlane, name: str, namespace: str, *containers: dict[str, object]) -> None:
    patch = json.dumps({"status": status(*containers)})
    plane.kubectl("patch", "pod", name, "-n", namespace, "--subresource=status", "--type=merge", "-p", patch)


@contextmanager
def looking(watching: Watching) -> Iterator[Looker]:
    looker = Looker()
    watching.join(looker)
    try:
        yield looker
    finally:
        watching.leave(looker)


@pytest.fixture
def threads() -> Callable[[], list[str]]:
    """The threads that watch, of those that were not there before the test."""
    before = set(threading.enumerate())
    return lambda: [one.name for one in set(threading.enumerate()) - before if one.name.startswith("watch-")]


@pytest.mark.cluster
def test_what_happens_is_seen(
    client: Client, control_plane: ControlPlane, namespace: str, threads: Callable[[], list[str]]
) -> None:
    client.apply(pod(), namespace, dry_run=False)
    watching = Watching(client, [pod()], namespace)

    def words() -> str:
        boxes = watching.seen.live.boxes if watching.seen.live else {}
        return boxes.get("0/containers/0", ("", ""))[1]

    with looking(watching):
        until(lambda: words() == "not started yet")
        set_status(control_plane, "web", namespace, waiting("CrashLoopBackOff", "back-off", restartCount=1))
        until(lambda: words() == "waits: CrashLoopBackOff")
        set_status(control_plane, "web", namespace, running())
        until(lambda: words() == "running and ready")
        client.delete(pod(), namespace)
        until(lambda: words() == "")
    until(lambda: threads() == [])
    assert watching.watches == 0


@pytest.mark.cluster
def test_ten_who_look_cost_one_watch_and_the_last_one_ends_it(
    client: Client, namespace: str, threads: Callable[[], list[str]]
) -> None:
    client.apply(pod(), namespace, dry_run=False)
    begun: list[Watching] = []

    def begin() -> Watching:
        begun.append(Watching(client, [pod(), workload("Deployment", {})], namespace))
        return begun[-1]

    hub, lookers = Hub(), [Looker() for _ in range(10)]
    watchings = [hub.join("run", begin, looker) for looker in lookers]
    assert len(begun) == 1
    # Pods, Deployments and events.
    until(lambda: begun[0].watches == 3)
    until(lambda: begun[0].seen.live is not None and any(looker.news for looker in lookers))
    for watching, looker in zip(watchings[:9], lookers[:9], strict=True):
        hub.leave("run", watching, looker)
    assert (begun[0].watches, len(hub)) == (3, 1)
    hub.leave("run", watchings[9], lookers[9])
    until(lambda: begun[0].watches == 0 and threads() == [])
    assert len(hub) == 0
    # Whoever comes after that starts anew.
    late = Looker()
    hub.leave("run", hub.join("run", begin, late), late)
    assert len(begun) == 2


def test_one_that_is_slow_to_begin_keeps_nobody_else_waiting() -> None:
    """As where a plugin asks somebody to log in."""
    hub, going, told = Hub(), threading.Event(), Looker()

    def begin() -> Watching:
        return Watching(client_at("http://127.0.0.1:1"), [], "shop")

    def slowly() -> Watching:
        going.set()
        other = hub.join("other", begin, told)
        hub.leave("other", other, told)
        return hub.join("slow", begin, told)  # and somebody else was quicker

    one = hub.join("slow", slowly, told)
    assert (going.is_set(), len(hub)) == (True, 1)
    hub.leave("slow", one, told)
    assert len(hub) == 0


@pytest.mark.cluster
def test_who_may_not_look_is_told_so(reader: Client, namespace: str) -> None:
    watching = Watching(reader, [pod()], namespace)
    with looking(watching):
        until(lambda: len(watching.seen.problems) == 2)
        assert sorted(watching.seen.problems)[1].startswith("You may not list pods in the namespace")
        assert watching.seen.live is None


@pytest.mark.parametrize("answer", [None, http("200 OK", b"<html>"), http("200 OK", b"{}", length=99), b"junk\r\n\r\n"])
def test_a_server_that_hangs_stops_or_answers_garbage_is_told(
    answer: bytes | None, threads: Callable[[], list[str]]
) -> None:
    with answering(answer) as address:
        watching = Watching(client_at(f"http://{address}", seconds=0.2), [pod()], "shop")
        with looking(watching) as looker:
            until(lambda: bool(watching.seen.problems))
            assert looker.news >= 1
    until(lambda: threads() == [])


@pytest.mark.cluster
def test_a_server_that_comes_back_is_watched_again(client: Client, control_plane: ControlPlane, namespace: str) -> None:
    client.apply(pod(), namespace, dry_run=False)
    watching = Watching(client, [pod()], namespace)
    with looking(watching):
        until(lambda: watching.watches == 2)
        for stream in list(watching._streams):
            stream.close()
        set_status(control_plane, "web", namespace, running())
        until(lambda: bool(watching.seen.live and watching.seen.live.boxes.get("0/containers/0", ("",))[0] == "ok"))
        until(lambda: watching.seen.problems == ())


@pytest.mark.cluster
def test_a_credential_that_expires_is_got_anew(
    client: Client, namespace: str, threads: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As those of exec plugins and service accounts do, while the page is looked at."""
    client.apply(pod(), namespace, dry_run=False)
    monkeypatch.setattr("designer.clusters.watching.RENEW", 0.2)
    expired = replace(client.context, user={"token": "expired"})
    asked: list[Client] = []

    def renew() -> Client:
        asked.append(client if len(asked) == 1 else connect(expired))  # the first is of no use either
        return asked[-1]

    watching = Watching(connect(expired), [pod()], namespace, renew=renew)
    with looking(watching):
        until(lambda: watching.seen.live is not None and watching.seen.problems == ())
        until(lambda: watching.watches == 2)
    assert len(asked) == 2
    # One that the cluster does not take either is not asked for at each try: its plugin may open a window.
    monkeypatch.setattr("designer.clusters.watching.RENEW", 60.0)
    asked.clear()
    without = Watching(connect(expired), [pod()], namespace, renew=renew)
    with looking(without):
        until(lambda: any("have expired" in words for words in without.seen.problems))
        time.sleep(1.5)
    assert len(asked) == 1
    until(lambda: threads() == [])


def test_a_server_that_ends_each_watch_at_once_is_not_stormed(threads: Callable[[], list[str]]) -> None:
    listed = b'{"kind": "PodList", "metadata": {"resourceVersion": "1"}, "items": []}'
    asked: list[bytes] = []
    with answering(http("200 OK", listed, "Content-Type: application/json"), asked) as address:
        watching = Watching(client_at(f"http://{address}"), [pod()], "shop")
        with looking(watching):
            time.sleep(2)
    # Pods and events, each listed and watched at first, after a half, one and two seconds; and the pulse.
    assert len(asked) < 30
    until(lambda: threads() == [])


def test_a_server_that_hangs_in_the_middle_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("designer.clusters.watching.PULSE", 0.1)
    with answering(None) as address:
        watching = Watching(client_at(f"http://{address}", seconds=0.2), [], "shop")
        with looking(watching):
            until(lambda: any("does not answer" in words for words in watching.seen.problems))
