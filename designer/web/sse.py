"""Server-sent events (WHATWG HTML, section 9.2): a mailbox that threads put into and one browser reads from."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse

from designer.web.access import Request

# A comment each so many seconds: who is behind a proxy stays connected, and we learn that the browser has gone.
_BEAT = 10.0
_MOST = 2000


class Mailbox:
    """Messages for one browser. Threads `put`; `on_leave` is called once, when the browser has gone. `may` says whether
    it may still have them: it is asked every _BEAT seconds, since a page is open for longer than a right may last."""

    def __init__(self, on_leave: Callable[[], None], may: Callable[[], bool] | None = None) -> None:
        self._on_leave = on_leave
        self._may = may
        self._asked = time.monotonic()
        self._held: deque[tuple[str, Any]] = deque(maxlen=_MOST)
        self._lock = threading.Lock()
        self._wakes: list[Callable[[], None]] = []
        self._ended = False
        self._left = False

    def put(self, event: str, data: Any, *, newest: bool = False) -> None:
        """A message. `newest`: one of this name that was not read yet is dropped for it."""
        with self._lock:
            if newest:
                for held in [held for held in self._held if held[0] == event]:
                    self._held.remove(held)
            self._held.append((event, data))
        self._wake()

    def end(self) -> None:
        """No more messages come: what is held is still sent."""
        self._ended = True
        self._wake()

    def _wake(self) -> None:
        for wake in list(self._wakes):
            wake()

    def _take(self) -> list[bytes]:
        with self._lock:
            held = list(self._held)
            self._held.clear()
        return [_message(*each) for each in held]

    def _to_ask(self) -> bool:
        """Whether it is time to ask if the browser may still have messages."""
        if self._may is None or time.monotonic() - self._asked < _BEAT:
            return False
        self._asked = time.monotonic()
        return True

    def close(self) -> None:
        """The browser has gone (Django calls this where it went before it read anything, too)."""
        with self._lock:
            if self._left:
                return
            self._left = True
        self._on_leave()

    def __iter__(self) -> Iterator[bytes]:
        """For a server of one thread a request (WSGI)."""
        news = threading.Event()
        self._wakes.append(news.set)
        try:
            while True:
                if self._to_ask() and self._may and not self._may():
                    return
                yield from self._take()
                if self._ended and not self._held:
                    return
                if not news.wait(_BEAT):
                    yield b": still here\n\n"
                news.clear()
        finally:
            self.close()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        news = asyncio.Event()

        def wake() -> None:
            try:
                loop.call_soon_threadsafe(news.set)
            except RuntimeError:
                self.close()  # the loop has ended, and the browser's connection with it

        self._wakes.append(wake)
        try:
            while True:
                if self._to_ask() and self._may and not await sync_to_async(self._may)():
                    return
                for message in self._take():
                    yield message
                if self._ended and not self._held:
                    return
                try:
                    await asyncio.wait_for(news.wait(), _BEAT)
                except TimeoutError:
                    yield b": still here\n\n"
                news.clear()
        finally:
            self.close()


def _message(event: str, data: Any) -> bytes:
    # JSON has no line breaks of its own, which would end the message.
    return f"event: {event}\ndata: {json.dumps(data)}\n\n".encode()


class _Async:
    """Only the asynchronous side of a mailbox: Django takes what has both for a synchronous one."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._mailbox.__aiter__()

    def close(self) -> None:
        self._mailbox.close()


def response(request: Request, mailbox: Mailbox) -> StreamingHttpResponse:
    """The mailbox as an answer that goes on until it is closed or the browser leaves."""
    content: Any = _Async(mailbox) if hasattr(request, "scope") else mailbox
    answer = StreamingHttpResponse(content, content_type="text/event-stream")
    answer.headers["Cache-Control"] = "no-store"
    # Compression would hold messages back until there is enough of them.
    answer.headers["Content-Encoding"] = "identity"
    answer.headers["X-Accel-Buffering"] = "no"
    return answer
