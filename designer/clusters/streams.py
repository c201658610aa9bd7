"""An answer that goes on: the lines of a watch or a log, as they come, until it ends or somebody ends it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import urllib3

from designer.clusters import problems
from designer.clusters.errors import ClusterError

# A line of a log may be anything; an object in a watch is at most what etcd stores, 1.5 MiB, and its managed fields.
MOST_LINE = 8 * 1024 * 1024


class Stream:
    """Lines without their ends. Iterate in one thread; `close`, from any thread, ends the iteration.

    Raises ClusterError where the connection breaks, but not where it was closed. `nothing`: the server said that there
    is nothing to read (204), which is not the same as an empty answer.
    """

    def __init__(self, response: urllib3.BaseHTTPResponse, server: str, nothing: bool = False) -> None:
        self.nothing = nothing
        self._response = response
        self._server = server
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        rest = b""
        try:
            # Not `stream`: it waits for a full buffer where the answer has no chunks.
            while piece := self._response.read1(64 * 1024):
                lines = (rest + piece).split(b"\n")
                rest = lines.pop()
                yield from lines
                if len(rest) > MOST_LINE:
                    raise ClusterError("too-large", f"A line of the answer of {self._server} is larger than 8 MiB.")
            if rest and not self._closed:
                yield rest
        except (urllib3.exceptions.HTTPError, OSError, ValueError, AttributeError) as error:
            # Closing takes the connection away from under whoever reads.
            if not self._closed:
                raise problems.connection(error, self._server) from None
        finally:
            self._response.close()

    def close(self) -> None:
        """End it: whoever waits for the next line stops at once."""
        self._closed = True
        with contextlib.suppress(Exception):
            self._response.shutdown()
        with contextlib.suppress(Exception):
            self._response.close()
