"""What the rules of recognition ask of a pod, read off once: commands, mounts, calls, and whose name is whose."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from designer.diagram.calls import LOOPBACK, Call, calls
from designer.manifests.edits.selection import Port, items, ports
from designer.manifests.pod import Container, Mount, Pod, Volume, containers, mounts, name_of, volumes
from designer.manifests.types import Document, Documents, get

_ONLY_LOCAL = re.compile(
    rf"(?:bind|listen|network\.host|http-?addr|addr(?:ess)?)[\w.-]{{0,40}}[=\s:\"']{{1,6}}(?:https?://)?{LOOPBACK}"
    r"(?::(?P<port>\d{1,5}))?",
    re.IGNORECASE,
)
_LOGS = re.compile(r"\blogs?\b|logs?$|^(var)?logs?", re.IGNORECASE)
# Volumes that a pod's containers pass files through.
_SHARED = frozenset({"emptyDir", "persistentVolumeClaim", "ephemeral", "hostPath", ""})
# What a container is called in a lesson about it: the Pod sidecar-test is not its sidecar's.
_PARTS = frozenset({"", "sidecar", "ambassador", "adapter", "helper"})
# More than this is data and not a command.
_MAX_COMMAND = 4000


class Member:
    """One container of a pod that runs all the time."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self.address = container.address
        self.name = container.name
        self.image = container.image
        # One that says neither number nor name says nothing.
        self.ports: list[Port] = [port for port in ports(container) if port.number or port.name]
        self.mounts: list[Mount] = list(mounts(container))

    @property
    def called(self) -> str:
        """What a sentence calls it: its name, or where it stands."""
        return self.name or f"{self.container.list}[{self.container.index}]"

    @cached_property
    def command(self) -> str:
        """Command and arguments in one line, shortened."""
        found = [str(part) for key in ("command", "args") for part in items(self.container.data, key)]
        return " ".join(found)[:_MAX_COMMAND]

    @cached_property
    def env(self) -> dict[str, str]:
        found = (
            (get(item, ("name",)), get(item, ("value",)))
            for item in items(self.container.data, "env")
            if isinstance(item, dict)
        )
        return {name: value for name, value in found if isinstance(name, str) and isinstance(value, str)}

    @cached_property
    def only_local(self) -> bool:
        """Whether its settings say that it listens on localhost, and it declares no port."""
        return not self.ports and self._local is not None

    @property
    def local_port(self) -> int:
        """The port that goes with `only_local`, 0 for none."""
        return int(self._local["port"] or 0) if self._local else 0

    @cached_property
    def _local(self) -> re.Match[str] | None:
        said = [self.command[:_MAX_COMMAND], *(f"{name}={value[:200]}" for name, value in self.env.items())]
        return next(filter(None, map(_ONLY_LOCAL.search, said)), None)

    @cached_property
    def numbers(self) -> set[int]:
        return {port.number for port in self.ports if port.number}


class Facts:
    """A pod as the rules see it. `members` are the containers that run all the time: app containers and native
    sidecars, in the order of the manifest."""

    def __init__(self, pod: Pod, documents: Documents) -> None:
        self.pod = pod
        self.documents = documents
        running = [c for c in containers(pod) if c.kind in ("app", "sidecar")]
        self.members = [Member(container) for container in running]
        self.volumes: dict[str, Volume] = {volume.name: volume for volume in volumes(pod)}
        self.at = {member.address: member for member in self.members}
        self._applications: dict[str, str] = {}

    def assume(self, applications: Iterable[str]) -> None:
        """Take the containers at these addresses for the applications: they are meant by a call to whom nobody says."""
        self._applications = dict.fromkeys(applications, "application")
        for known in ("_calls", "calls", "called"):
            self.__dict__.pop(known, None)

    @cached_property
    def _calls(self) -> list[tuple[str, str, Call]]:
        found = calls(self.documents, self.pod, self._applications)
        return [(call.caller.address, call.callee.address, call) for call in found]

    @cached_property
    def calls(self) -> dict[str, list[tuple[str, Call]]]:
        """The calls on localhost that a container makes, by its address, each with that of the container it reaches."""
        found: dict[str, list[tuple[str, Call]]] = {}
        for caller, callee, call in self._calls:
            found.setdefault(caller, []).append((callee, call))
        return found

    @cached_property
    def called(self) -> dict[str, list[tuple[str, Call]]]:
        """The calls on localhost that reach a container, by its address, each with that of the container that calls."""
        found: dict[str, list[tuple[str, Call]]] = {}
        for caller, callee, call in self._calls:
            found.setdefault(callee, []).append((caller, call))
        return found

    @cached_property
    def default(self) -> str:
        """The container that kubectl takes if none is named, "" if nothing says so."""
        marked = get(self.pod.template, ("metadata", "annotations", "kubectl.kubernetes.io/default-container"))
        return marked if isinstance(marked, str) and any(m.name == marked for m in self.members) else ""

    @cached_property
    def _names(self) -> set[str]:
        """The names that the pod goes by: its workload's, and what its labels say it is."""
        labels = self.pod.labels
        known = ("app", "app.kubernetes.io/name", "k8s-app", "name")
        return {self.pod.name, *(labels[key] for key in known if labels.get(key))} - {""}

    def named(self, member: Member) -> bool:
        """Whether the pod goes by the name of a container."""
        return bool(member.name) and member.name in self._names

    def partly_named(self, member: Member) -> bool:
        """Whether the name of a container is a part of the workload's: mgr in rook-ceph-mgr-a."""
        return member.name not in _PARTS and f"-{member.name}-" in f"-{self.pod.name}-"

    @cached_property
    def owner(self) -> Member | None:
        """The container whose pod this is, where the annotation or the pod's names say so of one alone."""
        for says in (self.is_default, self.named, self._offers):
            found = [member for member in self.members if says(member)]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def is_default(self, member: Member) -> bool:
        """Whether the annotation names it: an annotation that is not there names nobody, nor one without a name."""
        return bool(member.name) and member.name == self.default

    def _offers(self, member: Member) -> bool:
        """Whether the pod is partly named after it and it has a port: the steps of a build are equals."""
        return self.partly_named(member) and bool(member.ports)

    @cached_property
    def scraped(self) -> int:
        """The port that the annotation prometheus.io/port has scraped, 0 for none."""
        said = get(self.pod.template, ("metadata", "annotations", "prometheus.io/port"))
        return int(said[:5]) if isinstance(said, str) and said.isdecimal() else 0

    def lasts(self, volume: str) -> bool:
        """Whether what is in a volume outlives the pod."""
        found = self.volumes.get(volume)
        return bool(volume) and (found is None or found.source == "persistentVolumeClaim")

    def shared(self, volume: str) -> bool:
        found = self.volumes.get(volume)
        # A volume that is not in the list is a StatefulSet's claim.
        return bool(volume) and (found is None or found.source in _SHARED)

    @cached_property
    def writers(self) -> dict[str, list[Member]]:
        """The containers that mount a shared volume to write to it, by the volume's name."""
        found: dict[str, list[Member]] = {}
        for member in self.members:
            for volume in {mount.volume for mount in member.mounts if not mount.read_only}:
                if self.shared(volume):
                    found.setdefault(volume, []).append(member)
        return found

    def is_log(self, mount: Mount) -> bool:
        return bool(_LOGS.search(mount.volume) or _LOGS.search(mount.mount_path.rstrip("/")))

    def config_map(self, volume: str) -> Document | None:
        """The ConfigMap behind a volume, if it is part of the design."""
        found = self.volumes.get(volume)
        if found is None or found.source != "configMap" or not found.object_name:
            return None
        return next(
            (d for d in self.documents if d.get("kind") == "ConfigMap" and name_of(d) == found.object_name), None
        )

    def derived(self, member: Member) -> Member | None:
        """Another container that is named after this one: ``haproxy-exporter`` after ``haproxy``."""
        begin = f"{member.name}-"
        return next((o for o in self.members if o.name.startswith(begin)), None) if member.name else None
