"""Watch what was applied: one watch for everybody who looks at the same thing, ended when the last one leaves.

A `Watching` lists and watches the kinds that matter in the namespaces of a design, each in a thread of its own, and a
teller puts together what is there when something changed, at most four times a second. Who looks gets the newest
picture; pictures that came in between are not kept.
"""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from designer.clusters.client import Client, Resource
from designer.clusters.errors import ClusterError
from designer.clusters.live import Live, live
from designer.clusters.plan import namespace_of
from designer.clusters.streams import Stream
from designer.manifests import pod as pods_in
from designer.manifests.types import Document, Documents, get

_log = logging.getLogger(__name__)
# Seconds between two pictures, until a broken watch is tried again (doubled each time), and at most.
SETTLE, AGAIN, MOST_AGAIN = 0.25, 0.5, 8.0
# A watch that ends within so many seconds was cut, and how often to ask whether the server is there at all.
SHORT, PULSE = 5.0, 5.0
# Seconds after which one may log in anew again.
RENEW = 60.0
_PODS = Resource("", "v1", "pods", "Pod", True)
_EVENTS = Resource("", "v1", "events", "Event", True)
_OF_KIND = {
    "Deployment": (Resource("apps", "v1", "deployments", "Deployment", True),),
    "StatefulSet": (Resource("apps", "v1", "statefulsets", "StatefulSet", True),),
    "DaemonSet": (Resource("apps", "v1", "daemonsets", "DaemonSet", True),),
    "ReplicaSet": (Resource("apps", "v1", "replicasets", "ReplicaSet", True),),
    "ReplicationController": (Resource("", "v1", "replicationcontrollers", "ReplicationController", True),),
    "Job": (Resource("batch", "v1", "jobs", "Job", True),),
    "CronJob": (Resource("batch", "v1", "cronjobs", "CronJob", True),),
    "Pod": (),
}
_SERVER = (Resource("", "", "", "", False), "")


@dataclass(frozen=True)
class Seen:
    """What is known now: the picture (None before the first), and in words what cannot be watched."""

    live: Live | None
    problems: tuple[str, ...] = ()


class Watching:
    """One design in one cluster. `wake` of each who looks is called, from another thread, when there is news.

    `renew` makes a client anew where the cluster does not take what this one logs in with any more: what an exec plugin
    or a service account was given lasts for minutes or an hour, and a page is looked at for longer.
    """

    def __init__(
        self,
        client: Client,
        documents: Documents,
        namespace: str,
        since: str = "",
        renew: Callable[[], Client] | None = None,
    ) -> None:
        self._client = client
        self._renew = renew
        self._renew_after = 0.0
        self._renewing = threading.Lock()
        self._documents = documents
        self._namespace = namespace
        self._since = since
        self._lock = threading.Lock()
        self._objects: dict[tuple[Resource, str], dict[str, Document]] = {}
        self._problems: dict[tuple[Resource, str], str] = {}
        self._streams: set[Stream] = set()
        self._lookers: set[Callable[[], None]] = set()
        self._news = threading.Event()
        self._over = threading.Event()
        self.seen = Seen(None)

    @property
    def watches(self) -> int:
        """How many watches are open now."""
        return len(self._streams)

    def join(self, wake: Callable[[], None]) -> None:
        """Look too: `wake` is called when `seen` is new. The first who looks starts the watch."""
        with self._lock:
            first = not self._lookers
            self._lookers.add(wake)
        if first:
            self._begin()

    def leave(self, wake: Callable[[], None]) -> bool:
        """Look no more. True where nobody does any more, and the watch has ended with that."""
        with self._lock:
            self._lookers.discard(wake)
            if self._lookers:
                return False
            self._over.set()
            streams = list(self._streams)
        self._news.set()
        for stream in streams:
            stream.close()
        return True

    def _begin(self) -> None:
        for resource, where in _wanted(self._documents, self._namespace):
            name = f"watch-{resource.name}-{where}"
            threading.Thread(target=self._follow, args=(resource, where), name=name, daemon=True).start()
        for name, work in (("watch-teller", self._tell), ("watch-pulse", self._pulse)):
            threading.Thread(target=work, name=name, daemon=True).start()

    def _follow(self, resource: Resource, where: str) -> None:
        """List, then watch from there on, and again whenever that ends; until nobody looks."""
        key = (resource, where)
        wait, version = AGAIN, ""
        while not self._over.is_set():
            began, used = time.monotonic(), self._client
            try:
                version = self._watch(key, version or self._list(key))
            except ClusterError as error:
                version, said = "", self._renewed(used, error)
                with self._lock:
                    self._problems[key] = said
                self._news.set()
                if error.kind == "forbidden":
                    wait = MOST_AGAIN  # without the right to look, asking often is of no use
            except Exception:
                version, wait = "", MOST_AGAIN
                _log.exception("watching %s in %s failed", resource.name, where)
            # A server ends a watch after minutes. One that ends it at once would be asked thousands of times.
            if time.monotonic() - began > SHORT:
                wait = AGAIN
            else:
                self._over.wait(wait)
                wait = min(wait * 2, MOST_AGAIN)

    def _renewed(self, used: Client, error: ClusterError) -> str:
        """What to tell of a failure of the client that was used, "" where there is a new one to try."""
        if error.kind != "unauthorized" or self._renew is None:
            return str(error)
        with self._renewing:
            if self._client is not used:
                return ""
            # A plugin may open a window to log in: one that is of no use is not asked again and again.
            if time.monotonic() < self._renew_after:
                return str(error)
            self._renew_after = time.monotonic() + RENEW
            try:
                self._client = self._renew()
            except ClusterError as why:
                return str(why)
            return ""

    def _list(self, key: tuple[Resource, str]) -> str:
        listed = self._client.list_objects(key[0], key[1])
        with self._lock:
            self._objects[key] = {_id(each): each for each in listed.items}
            self._problems.pop(key, None)
        self._news.set()
        return listed.version

    def _watch(self, key: tuple[Resource, str], version: str) -> str:
        """One watch, to its end: the version to go on from, "" where what there is has to be listed anew."""
        stream = self._client.watch(key[0], key[1], version)
        with self._lock:
            self._streams.add(stream)
        try:
            if self._over.is_set():
                return ""
            for line in stream:
                change = _change(line)
                if change is None or change[0] == "ERROR":
                    return ""  # usually 410: the version is too old by now
                version = str(get(change[1], ("metadata", "resourceVersion"), version))
                self._take(key, *change)
            return version
        finally:
            stream.close()
            with self._lock:
                self._streams.discard(stream)

    def _pulse(self) -> None:
        """Ask now and then whether the server is there: a connection that hangs is silent, as one without news is."""
        while not self._over.wait(PULSE):
            used = self._client
            try:
                used.version()
                said = ""
            except ClusterError as error:
                said = self._renewed(used, error)
            with self._lock:
                news = self._problems.get(_SERVER, "") != said
                self._problems[_SERVER] = said
            if news:
                self._news.set()

    def _take(self, key: tuple[Resource, str], kind: str, document: Document) -> None:
        if kind == "BOOKMARK":
            return
        with self._lock:
            held = self._objects.setdefault(key, {})
            if kind == "DELETED":
                held.pop(_id(document), None)
            else:
                named = {"apiVersion": f"{key[0].group}/{key[0].version}".lstrip("/"), "kind": key[0].kind}
                held[_id(document)] = {**named, **document}
        self._news.set()

    def _tell(self) -> None:
        while not self._over.is_set():
            self._news.wait()
            self._news.clear()
            if self._over.is_set():
                return
            with self._lock:
                objects = [each for held in self._objects.values() for each in held.values()]
                problems = tuple(dict.fromkeys(filter(None, self._problems.values())))
                ready = bool(self._objects)
                lookers = list(self._lookers)
            try:
                picture = live(self._documents, self._namespace, objects, self._since) if ready else None
            except Exception:
                _log.exception("telling what was applied failed")
                continue
            if (seen := Seen(picture, problems)) != self.seen:
                self.seen = seen
                for wake in lookers:
                    with contextlib.suppress(Exception):
                        wake()
            time.sleep(SETTLE)


def _wanted(documents: Documents, namespace: str) -> Iterable[tuple[Resource, str]]:
    """The kinds to watch, in each namespace that a workload of the design goes to."""
    out: dict[tuple[Resource, str], None] = {}
    for pod in pods_in.pods(documents):
        where = namespace_of(documents[pod.document], namespace)
        for resource in (_PODS, *_OF_KIND.get(pod.kind, ()), _EVENTS):
            out[resource, where] = None
    return out


def _id(document: Document) -> str:
    return f"{get(document, ('metadata', 'namespace'))}/{get(document, ('metadata', 'name'))}"


def _change(line: bytes) -> tuple[str, Document] | None:
    try:
        change = json.loads(line)
    except ValueError:
        raise ClusterError("answer", "The cluster's answer to a watch is not what an API server says.") from None
    document = get(change, ("object",))
    return (str(get(change, ("type",))), document) if isinstance(document, dict) else None


class Hub:
    """The watches that are open now, by what they watch."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[object, Watching] = {}

    def join(self, key: object, begin: Callable[[], Watching], wake: Callable[[], None]) -> Watching:
        """Look at what `key` names: at the watch that is open for it, else at a new one. Raises what `begin` raises."""
        made: Watching | None = None
        while True:
            with self._lock:
                if found := self._open.get(key) or made:
                    self._open[key] = found
                    found.join(wake)
                    return found
            # Not under the lock: a plugin may take its time to log in, and others come and go meanwhile.
            made = begin()

    def leave(self, key: object, watching: Watching, wake: Callable[[], None]) -> None:
        with self._lock:
            if watching.leave(wake) and self._open.get(key) is watching:
                del self._open[key]

    def __len__(self) -> int:
        return len(self._open)


hub = Hub()
