"""Server-sent events: what threads put in comes out in order, and the end is told however the browser goes."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator

import pytest

from designer.web.sse import Mailbox


def messages(read: list[bytes]) -> list[tuple[str, object]]:
    out: list[tuple[str, object]] = []
    for message in read:
        head, data = message.decode().removesuffix("\n\n").split("\n")
        out.append((head.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return out


def test_messages_come_in_order_and_line_breaks_stay_inside() -> None:
    left: list[int] = []
    box = Mailbox(lambda: left.append(1))
    box.put("line", "one\ntwo")
    box.put("line", {"html": "<p>é</p>\r\n"})
    box.end()
    assert messages(list(box)) == [("line", "one\ntwo"), ("line", {"html": "<p>é</p>\r\n"})]
    assert left == [1]


def test_of_what_is_only_the_newest_none_piles_up() -> None:
    box = Mailbox(lambda: None)
    for number in range(100):
        box.put("seen", number, newest=True)
        box.put("line", number)
    box.end()
    got = messages(list(box))
    assert [data for event, data in got if event == "seen"] == [99]
    assert len(got) == 101


def test_a_mailbox_that_nobody_reads_stays_small() -> None:
    box = Mailbox(lambda: None)
    for number in range(10_000):
        box.put("line", number)
    box.end()
    assert messages(list(box))[0] == ("line", 8000)


def test_threads_wake_an_asynchronous_reader_and_its_going_is_told() -> None:
    left: list[int] = []
    box = Mailbox(lambda: left.append(1))

    async def read() -> list[bytes]:
        got: list[bytes] = []
        reader = box.__aiter__()
        assert isinstance(reader, AsyncIterator)

        def put() -> None:
            box.put("line", 1)
            box.put("line", 2)

        threading.Timer(0.05, put).start()
        async for message in reader:
            got.append(message)
            if len(got) == 2:
                await reader.aclose()  # type: ignore[attr-defined]
                break
        return got

    assert messages(asyncio.run(read())) == [("line", 1), ("line", 2)]
    assert left == [1]


def test_a_browser_that_goes_before_it_reads_is_told_once() -> None:
    left: list[int] = []
    box = Mailbox(lambda: left.append(1))
    box.close()
    box.close()
    assert left == [1]


@pytest.mark.parametrize("asynchronous", [False, True])
def test_who_may_not_have_them_any_more_gets_no_more(monkeypatch: pytest.MonkeyPatch, asynchronous: bool) -> None:
    monkeypatch.setattr("designer.web.sse._BEAT", 0.01)
    left: list[int] = []
    answers = iter([True, False])
    box = Mailbox(lambda: left.append(1), lambda: next(answers))
    box.put("line", 1)

    async def read() -> list[bytes]:
        return [message async for message in box if not message.startswith(b":")]

    got = asyncio.run(read()) if asynchronous else [message for message in box if not message.startswith(b":")]
    assert messages(got) == [("line", 1)]
    assert (left, next(answers, None)) == ([1], None)
