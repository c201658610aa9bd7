"""What a picture has to show, as data: no coordinates yet. facts.py reads it from documents."""

from __future__ import annotations

from dataclasses import dataclass, field

from designer.diagram.calls import Call
from designer.diagram.fronts import FrontFact
from designer.diagram.guards import Guard
from designer.manifests.pod import Container, Pod


@dataclass(frozen=True)
class PortFact:
    number: int
    name: str
    protocol: str
    index: int
    clash: tuple[str, ...] = ()
    bad: bool = False
    ghost: bool = False
    evidence: str = ""


@dataclass(frozen=True)
class MountFact:
    """One mount line. `volume` is the index in PodFacts.volumes, or None where the pod has no such volume.

    `device`: it is given the volume as a block device (volumeDevices), not as files. `paths` are those of all mounts
    that are told in one, of volumes that are only counted.
    """

    index: int
    path: str
    mode: str
    sub_path: str
    volume_name: str
    volume: int | None
    device: bool = False
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class ContainerFact:
    container: Container
    role: str
    words: str
    bad: bool
    ports: tuple[PortFact, ...] = ()
    mounts: tuple[MountFact, ...] = ()

    @property
    def native(self) -> bool:
        return self.container.kind == "sidecar"


@dataclass(frozen=True)
class VolumeFact:
    """A volume. `absent`: it names an object that is not in the design; `words` say so in full.

    `hidden` are the names of those that it stands for, where there are too many to be drawn (folding.py).
    """

    at: str
    name: str
    type: str
    detail: str
    bad: bool = False
    absent: bool = False
    words: str = ""
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReachFact:
    """A container, by place, that reaches a Service of the design (`document`) or a host outside it (`host`)."""

    container: int
    document: int | None
    host: int | None
    evidence: str


@dataclass(frozen=True)
class HostFact:
    """Something outside the design: a host, a bucket, or those that are `hidden`, more than are shown."""

    name: str
    detail: str
    evidence: tuple[str, ...]
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class ServicePortFact:
    """One port of a Service. `targets` are (pod, container, port) places in Facts; `problem` says why there is none."""

    text: str
    title: str
    targets: tuple[tuple[int, int, int], ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class ServiceFact:
    """A Service that stands left of the pod `home`, the first of those it `selects`.

    `problem` says so where its selector selects nothing in the design.
    """

    document: int
    name: str
    type: str
    home: int
    ports: tuple[ServicePortFact, ...]
    problem: str = ""
    bad: bool = False
    selects: tuple[int, ...] = ()


@dataclass(frozen=True)
class PodFacts:
    """`steps` are init containers and native sidecars in their order, `running` the app and ephemeral containers."""

    pod: Pod
    label: str
    steps: tuple[ContainerFact, ...]
    running: tuple[ContainerFact, ...]
    volumes: tuple[VolumeFact, ...]
    calls: tuple[Call, ...]
    notes: str
    namespace: str = ""
    bad: bool = False
    reaches: tuple[ReachFact, ...] = ()
    guards: tuple[Guard, ...] = ()

    def closed(self, container: int, port: int) -> Guard | None:
        """The policies that let nothing in at a port, by the places of both; None where something may come in."""
        end = (*self.steps, *self.running)[container].ports[port]
        inward = [guard for guard in self.guards if guard.direction == "ingress"]
        return next((guard for guard in inward if not guard.passes(end.number, end.name, end.protocol)), None)


@dataclass(frozen=True)
class CompanionFact:
    """Another object. `uses` say what in the design has to do with it, `used` are the addresses of that.

    `front` is what it lets in, of an Ingress or HTTPRoute; `leads` where an ExternalName Service leads. One that is not
    in the design but named by it has no `document` (None).
    """

    document: int | None
    kind: str
    name: str
    problem: str = ""
    bad: bool = False
    uses: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    front: FrontFact | None = None
    leads: str = ""


@dataclass(frozen=True)
class Facts:
    """`missing` are the ConfigMaps and Secrets that env takes from and the design has not."""

    pods: tuple[PodFacts, ...]
    services: tuple[ServiceFact, ...] = field(default=())
    companions: tuple[CompanionFact, ...] = field(default=())
    hosts: tuple[HostFact, ...] = field(default=())
    missing: tuple[CompanionFact, ...] = field(default=())
