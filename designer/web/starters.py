"""What the empty canvas offers: a bare workload, or a pattern woven onto its own example."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from designer.manifests.edits import starter as workloads
from designer.manifests.types import Documents, ManifestError
from designer.web.screen import ROLE_LETTERS
from patterns import catalogue, store
from patterns.weave import weave


@dataclass(frozen=True)
class Starter:
    """One of the starters. `role` gives the glyph its colour and `letter` is the glyph."""

    id: str
    title: str
    summary: str
    role: str
    letter: str


_BARE = (
    Starter("pod", "A single pod", "One nginx container; the place to start", "application", "•"),
    Starter("deployment", "A web deployment", "nginx with replicas, ready for a Service", "application", "•"),
)
_PATTERNS = ("tls-sidecar", "weighted-ambassador", "redis-adapter", "git-clone-init")


@cache
def starters() -> tuple[Starter, ...]:
    """The six that people want first."""
    made = [
        Starter(preset.name, preset.title, preset.summary, preset.pattern, ROLE_LETTERS[preset.pattern])
        for preset in map(catalogue.preset, _PATTERNS)
    ]
    return (*_BARE, *made)


def begin(id: str) -> tuple[str, Documents, list[dict[str, object]]]:
    """(name, documents, record of what is woven) of a new design. Raises ManifestError for a starter there is not."""
    if id in ("pod", "deployment"):
        kind = "Pod" if id == "pod" else "Deployment"
        return "web", [workloads.new_workload(kind, "web", "nginx:1.29")], []
    if id not in _PATTERNS:
        raise ManifestError(f"there is no starter {id[:60]!r}")
    preset = catalogue.preset(id)
    woven = weave(preset, {}, [], None)
    return preset.name, woven.documents, [store.record(preset, woven)]
