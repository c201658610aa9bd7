"""Who else has a design open: what windows say, who hears it, and when they are gone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from designer.designs import presence
from designer.designs.models import Design, Presence
from designer.web.people import initials
from designer.web.present import Hub, Stream, hub, tell
from designer.web.sse import Mailbox
from tests.web.crew import Crew
from tests.web.test_sse import messages


def say(client: Client, design: Design, **values: str) -> int:
    """What a window says of itself; the answer's status."""
    return int(client.post(reverse("presence", args=[design.pk]), values).status_code)


class Browser:
    """A browser that listens, and what it is told at each look."""

    def __init__(self, crew: Crew, who: str) -> None:
        self.client = crew.client(who)
        self.stream = Stream(crew.people[who].pk, Mailbox(lambda: None))
        self.name = f"stream-{who}"

    def opens(self, design: Design, window: str, at: str = "") -> int:
        return say(self.client, design, window=window, stream=self.name, at=at)

    def hears(self, *others: Browser) -> dict[str, Any] | None:
        """What is new to it, when the process of these browsers looks."""
        self.stream.box = Mailbox(lambda: None)
        tell({one.name: one.stream for one in (self, *others)})
        self.stream.box.end()
        told = [data for event, data in messages(list(self.stream.box)) if event == "here"]
        return told[-1] if told else None  # type: ignore[return-value]


def shown(told: dict[str, Any] | None, design: Design) -> set[tuple[str, str, str, bool]]:
    assert told is not None
    return {(one["window"], one["letters"], one["at"], one["own"]) for one in told[str(design.pk)]["windows"]}


def test_each_hears_of_the_others_and_what_they_select(crew: Crew) -> None:
    design = crew.design()
    ada, vi = Browser(crew, "owner"), Browser(crew, "viewer")
    assert ada.opens(design, "a1") == 204
    assert shown(ada.hears(), design) == {("a1", "you", "", True)}
    assert vi.opens(design, "v1", "0/containers/0") == 204
    assert shown(ada.hears(), design) == {("a1", "you", "", True), ("v1", "VE", "0/containers/0", False)}
    vi.opens(design, "v1", "0/containers/1")
    assert shown(ada.hears(), design) == {("a1", "you", "", True), ("v1", "VE", "0/containers/1", False)}
    assert ada.hears() is None, "what is known is not told again"


def test_a_second_window_of_ones_own_is_told_as_that(crew: Crew) -> None:
    design = crew.design()
    ada = Browser(crew, "owner")
    ada.opens(design, "a1")
    ada.opens(design, "a2", "0")
    assert shown(ada.hears(), design) == {("a1", "you", "", True), ("a2", "you", "0", True)}


def test_one_hears_only_of_designs_one_has_open(crew: Crew) -> None:
    ours, other = crew.design(), crew.design("own")
    ada, bob = Browser(crew, "owner"), Browser(crew, "editor")
    ada.opens(other, "a1")
    bob.opens(ours, "b1")
    told = bob.hears(ada)
    assert told is not None
    assert list(told) == [str(ours.pk)]


def test_by_somebody_elses_stream_one_hears_nothing(crew: Crew) -> None:
    design = crew.design()
    ada, thief = Browser(crew, "owner"), Browser(crew, "stranger")
    ada.opens(design, "a1")
    thief.name = ada.name
    assert thief.hears() is None


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("administrator", 404), ("anonymous", 302)])
def test_who_may_not_see_a_design_is_not_in_it(crew: Crew, who: str, status: int) -> None:
    assert say(crew.client(who), crew.design(), window="w", stream="s", at="") == status
    assert not Presence.objects.exists()


def test_who_leaves_is_gone_at_once(crew: Crew) -> None:
    design = crew.design()
    ada, vi = Browser(crew, "owner"), Browser(crew, "viewer")
    ada.opens(design, "a1")
    vi.opens(design, "v1")
    ada.hears()
    say(ada.client, design, window="v1", left="1")
    assert Presence.objects.filter(window="v1").exists(), "one lets only one's own windows leave"
    say(vi.client, design, window="v1", left="1")
    assert shown(ada.hears(), design) == {("a1", "you", "", True)}


def test_who_is_silent_is_gone_after_a_while_and_swept_away_later(crew: Crew) -> None:
    design = crew.design()
    ada, vi = Browser(crew, "owner"), Browser(crew, "viewer")
    ada.opens(design, "a1")
    vi.opens(design, "v1")
    now = timezone.now()
    assert {one.window for one in presence.here(["stream-owner"], now + timedelta(seconds=14))} == {"a1", "v1"}
    Presence.objects.filter(window="v1").update(seen=now - presence.SILENT)
    assert shown(ada.hears(), design) == {("a1", "you", "", True)}
    presence.sweep(now + timedelta(seconds=40))
    assert Presence.objects.count() == 2
    presence.sweep(now + timedelta(seconds=50))
    assert list(Presence.objects.values_list("window", flat=True)) == ["a1"]


def test_a_word_now_and_then_keeps_windows_there_and_tells_the_lost_ones(crew: Crew) -> None:
    design = crew.design()
    vi = Browser(crew, "viewer")
    vi.opens(design, "v1")
    Presence.objects.update(seen=timezone.now() - timedelta(seconds=12))
    answer = vi.client.post(reverse("presence-beat"), {"windows": "v1,v2"})
    assert answer.json() == {"lost": ["v2"]}
    assert timezone.now() - Presence.objects.get().seen < timedelta(seconds=5)
    # Of a design that is theirs no longer, they hear no more.
    crew.team.memberships.get(person=crew.people["viewer"]).remove()
    assert vi.client.post(reverse("presence-beat"), {"windows": "v1"}).json() == {"lost": ["v1"]}
    assert not Presence.objects.exists()


def test_who_changed_the_design_last_is_told_with_its_number(crew: Crew) -> None:
    design = crew.design()
    ada = Browser(crew, "owner")
    ada.opens(design, "a1")
    ada.hears()
    design.change(lambda _: [], by=crew.people["editor"], window="b1")
    told = ada.hears()
    assert told is not None
    assert (told[str(design.pk)]["number"], told[str(design.pk)]["changed"]) == (
        2,
        {"name": "Bob Kahn", "person": crew.people["editor"].pk, "window": "b1"},
    )


@pytest.mark.parametrize("windows", [1, 10])
def test_a_look_is_one_query_however_many_windows(crew: Crew, django_assert_num_queries: Any, windows: int) -> None:
    designs = [crew.design(name=f"web {number}") for number in range(3)]
    browsers = [Browser(crew, who) for who in ("owner", "editor", "viewer")]
    for browser in browsers:
        for number in range(windows):
            browser.opens(designs[number % 3], f"{browser.name}-{number}")
    streams = {one.name: one.stream for one in browsers}
    tell(streams)
    with django_assert_num_queries(1):
        tell(streams)


def test_there_is_an_end_to_windows(crew: Crew) -> None:
    design = crew.design()
    vi = Browser(crew, "viewer")
    for number in range(60):
        vi.opens(design, f"w{number}")
    assert Presence.objects.count() == 50


@pytest.mark.parametrize("values", [{"window": ""}, {"window": "w" * 41}])
def test_a_window_has_a_name(crew: Crew, values: dict[str, str]) -> None:
    assert say(crew.client("viewer"), crew.design(), stream="s", at="", **values) == 400
    assert crew.client("viewer").get(reverse("presence-stream")).status_code == 400


def test_letters_stand_for_a_person(crew: Crew) -> None:
    found = []
    for first, last, name in [
        ("Ada", "Lovelace", "a"),
        ("Ada", "King Lovelace", "a"),
        ("", "", "jo-ann"),
        ("", "", "bob"),
    ]:
        person = crew.people["owner"]
        person.first_name, person.last_name, person.username = first, last, name
        found.append(initials(person))
    assert found == ["AL", "AL", "JA", "B"]


# With the thread and its own connection to the database


@pytest.fixture
def listening(transactional_db: None) -> Iterator[Hub]:
    made = Hub()
    yield made
    deadline = time.monotonic() + 20
    while made._thread is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert made._thread is None, "with the last browser the thread ends"


def heard(box: Mailbox, wanted: Any) -> None:
    """Wait until `wanted` of what the box gets is true."""
    began = time.monotonic()
    while time.monotonic() - began < 20:
        for event, data in messages(box._take()):
            if event == "here" and wanted(data):
                return
        time.sleep(0.02)
    raise AssertionError("it was not told")


@pytest.mark.django_db(transaction=True)
def test_what_any_process_writes_is_told(listening: Hub, settings: Any) -> None:
    from tests.web.crew import gathered

    settings.LOCAL_MODE = False
    crew = gathered()
    design = crew.design()
    ada = crew.people["owner"]
    box = Mailbox(lambda: listening.leave("one", box))
    listening.join("one", ada.pk, box)
    presence.arrive(design.pk, ada, window="a1", stream="one", at="")
    heard(box, lambda told: len(told[str(design.pk)]["windows"]) == 1)
    # Another process only writes: nobody wakes this one.
    presence.arrive(design.pk, crew.people["viewer"], window="v1", stream="elsewhere", at="0")
    heard(box, lambda told: len(told[str(design.pk)]["windows"]) == 2)
    presence.leave(["elsewhere"])
    heard(box, lambda told: len(told[str(design.pk)]["windows"]) == 1)
    box.close()
    deadline = time.monotonic() + 20
    while Presence.objects.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Presence.objects.exists(), "with its stream a browser's windows are gone"
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_the_stream_begins_by_asking_whether_one_is_there() -> None:
    client = Client(SERVER_NAME="127.0.0.1")
    answer = client.get(reverse("presence-stream"), {"stream": "mine"})
    assert answer.headers["Content-Type"] == "text/event-stream"
    first = next(iter(answer.streaming_content))  # type: ignore[attr-defined]
    assert messages([first]) == [("beat", None)]
    assert "mine" in hub
    answer.close()
    assert "mine" not in hub
