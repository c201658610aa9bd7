"""The labelled pods that recognition is measured on: `pods/*.yaml`, in the styles people publish, written for this.

The first line of each file is its labels, ``# roles: NAME=ROLE …``, one for each container. They follow these words:

- *application*: does the pod's work. Equals that share the work are applications, all of them.
- *ambassador*: the network between the application and others goes through it: logins, TLS, meshes, tunnels, routers.
- *adapter*: shows what the application says (metrics, logs, an interface) in the form that somebody else expects.
- *sidecar*: helps in any other way: ships logs, keeps files or secrets fresh, caches, backs up, helps builds.
- *init*: runs to its end before the others start. A native sidecar is not one of these.

A third of the files is held back from work on the rules: those whose name's SHA-256, as a number, is divisible by 3.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from designer.manifests import text
from designer.manifests.pod import containers, pods
from designer.manifests.types import Documents
from patterns.detect import roles

ROLES = ("application", "sidecar", "ambassador", "adapter", "init")
FOLDER = Path(__file__).parent / "pods"


@dataclass(frozen=True)
class Labelled:
    """A file of manifests, and the role of each of its containers by name."""

    path: Path
    documents: Documents
    labels: dict[str, str]

    @property
    def held_back(self) -> bool:
        return int(sha256(self.path.name.encode()).hexdigest(), 16) % 3 == 0

    def told(self) -> list[tuple[str, str, float]]:
        """(role it has, role that was found, confidence) of each container."""
        found = roles(self.documents)
        inside = [container for pod in pods(self.documents) for container in containers(pod)]
        return [(self.labels[c.name], found[c.address].role, found[c.address].confidence) for c in inside]


@dataclass(frozen=True)
class Figures:
    """How well roles are found in some files: each by role, as shares of 1, with how many containers have the role."""

    precision: dict[str, float]
    recall: dict[str, float]
    count: dict[str, int]
    right: int

    @property
    def total(self) -> int:
        return sum(self.count.values())

    @property
    def overall(self) -> float:
        return self.right / self.total

    def __str__(self) -> str:
        lines = [f"{'role':12} {'count':>5} {'precision':>9} {'recall':>7}"]
        lines += [f"{r:12} {self.count[r]:5} {self.precision[r]:9.1%} {self.recall[r]:7.1%}" for r in ROLES]
        return "\n".join([*lines, f"{'all':12} {self.total:5} {self.right} right, {self.overall:.1%}"])


def read(path: Path) -> Labelled:
    source = path.read_text()
    first = source.partition("\n")[0].removeprefix("# roles: ")
    labels = dict(pair.split("=") for pair in first.split())
    return Labelled(path, text.parse(source), labels)


def everything(folder: Path = FOLDER) -> list[Labelled]:
    return [read(path) for path in sorted(folder.glob("*.yaml"))]


def figures(files: Iterable[Labelled]) -> Figures:
    pairs = [(is_, found) for file in files for is_, found, _ in file.told()]
    are, said = Counter(is_ for is_, _ in pairs), Counter(found for _, found in pairs)
    right = Counter(is_ for is_, found in pairs if is_ == found)
    return Figures(
        {role: right[role] / said[role] if said[role] else 1.0 for role in ROLES},
        {role: right[role] / are[role] if are[role] else 1.0 for role in ROLES},
        {role: are[role] for role in ROLES},
        sum(right.values()),
    )
