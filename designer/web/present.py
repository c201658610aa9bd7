"""Tells browser windows who else has their design open: one thread a process, while anybody listens.

The thread looks into the database once a second, for all its streams at once, and at once when a window of this process
says something; a stream is told only what is new to it. So ten windows cost one query a second, and a word to each
every five, on which it answers that it is still there.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils import timezone

from designer.designs import presence
from designer.designs.models import Revision
from designer.designs.presence import Presence
from designer.web.people import called, initials
from designer.web.sse import Mailbox

_log = logging.getLogger(__name__)
# Seconds: between two looks, at least between two, between two words to each window, between two sweeps.
LOOK, LEAST, BEAT, SWEEP = 1.0, 0.1, 5.0, 30.0
_COLOURS = 6


class Stream:
    """One browser of a person that listens. `told` is what it was told last."""

    def __init__(self, person: int, box: Mailbox) -> None:
        self.person = person
        self.box = box
        self.told: dict[str, Any] = {}


class Hub:
    """The streams of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._streams: dict[str, Stream] = {}
        self._left: set[str] = set()
        self._news = threading.Event()
        self._thread: threading.Thread | None = None

    def __contains__(self, name: str) -> bool:
        return name in self._streams

    def join(self, name: str, person: int, box: Mailbox) -> None:
        """A browser listens: `box` gets `here`, who is in its designs, and `beat`, to be answered."""
        with self._lock:
            self._streams[name] = Stream(person, box)
            self._left.discard(name)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="presence", daemon=True)
                self._thread.start()
        self.wake()

    def leave(self, name: str, box: Mailbox) -> None:
        """It listens no more, and its windows are gone."""
        with self._lock:
            held = self._streams.get(name)
            if held is None or held.box is not box:
                return
            del self._streams[name]
            self._left.add(name)
        self.wake()

    def wake(self) -> None:
        """Something was said: look now."""
        self._news.set()

    def _run(self) -> None:
        beaten = swept = 0.0
        try:
            while True:
                self._news.wait(LOOK)
                self._news.clear()
                with self._lock:
                    streams, left = dict(self._streams), self._left
                    self._left = set()
                try:
                    if left:
                        presence.leave(left)
                    if time.monotonic() - swept > SWEEP:
                        swept = time.monotonic()
                        presence.sweep(timezone.now())
                    if streams:
                        tell(streams)
                except Exception as error:
                    # Whatever it is (the database restarts, say), who is there is looked for again.
                    _log.warning("looking who is there failed, and is tried again: %s", error)
                    connection.close()
                    time.sleep(LOOK)
                if time.monotonic() - beaten > BEAT:
                    beaten = time.monotonic()
                    for stream in streams.values():
                        stream.box.put("beat", None, newest=True)
                with self._lock:
                    if not self._streams and not self._left:
                        self._thread = None
                        return
                time.sleep(LEAST)
        finally:
            connection.close()


def tell(streams: dict[str, Stream]) -> None:
    """Look who is there, and tell each stream what is new to it."""
    found = presence.here(streams, timezone.now())
    by_design: dict[int, list[Presence]] = defaultdict(list)
    for one in found:
        by_design[one.design_id].append(one)
    last = _last({design: rows[0].design.number for design, rows in by_design.items()}, streams.values())
    for name, stream in streams.items():
        mine = {one.design_id for one in found if one.stream == name and one.person_id == stream.person}
        told = {
            str(design): {
                "number": by_design[design][0].design.number,
                "changed": last.get(design),
                "windows": [_shown(one, stream.person) for one in by_design[design]],
            }
            for design in mine
        }
        if told != stream.told:
            stream.told = told
            stream.box.put("here", told, newest=True)


def _shown(one: Presence, to: int) -> dict[str, Any]:
    """A window as another one shows it: whose it is, in a name, letters and the number of a colour."""
    own = one.person_id == to
    return {
        "window": one.window,
        "at": one.at,
        "person": one.person_id,
        "own": own,
        "name": called(one.person),
        "letters": "you" if own else initials(one.person),
        "colour": one.person_id % _COLOURS,
    }


def _last(numbers: dict[int, int], streams: Iterable[Stream]) -> dict[int, dict[str, Any]]:
    """Who made each design's current revision and in which window; asked only where it is a new one."""
    known: dict[int, dict[str, Any]] = {}
    for stream in streams:
        for design, told in stream.told.items():
            if told["changed"] and told["number"] == numbers.get(int(design)):
                known[int(design)] = told["changed"]
    for pk in numbers.keys() - known.keys():
        one = Revision.objects.filter(design=pk, number=numbers[pk]).select_related("by").defer("text").first()
        if one:
            known[pk] = {"name": called(one.by), "person": one.by_id, "window": one.window}
    return known


hub = Hub()
