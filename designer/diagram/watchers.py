"""What the objects that select pods or name workloads do to them: NetworkPolicies, autoscalers, disruption budgets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from designer.diagram.fact_types import PodFacts
from designer.diagram.guards import guards, selects
from designer.manifests.types import get

_NOBODY = "selects no pod of this design"


def deeds(document: Any, found: Sequence[PodFacts]) -> tuple[list[str], str]:
    """What an object does to the pods of a design, in words, and what is wrong with it: that it means none of them."""
    kind = get(document, ("kind",))
    if kind == "NetworkPolicy":
        return _guarded(document, found)
    if kind == "HorizontalPodAutoscaler":
        return _scaled(document, found)
    if kind == "PodDisruptionBudget":
        return _kept(document, found)
    return [], ""


def _guarded(document: Any, found: Sequence[PodFacts]) -> tuple[list[str], str]:
    words = []
    for pod in found:
        directions = [guard.direction for guard in guards([document], pod.pod.labels, pod.namespace)]
        if directions:
            words.append(f"{' and '.join(directions)} of {pod.pod.called or 'no name'}")
    return words, "" if words or not found else _NOBODY


def _scaled(document: Any, found: Sequence[PodFacts]) -> tuple[list[str], str]:
    """HorizontalPodAutoscaler: from minReplicas (1 where it is left out) to maxReplicas."""
    spec = get(document, ("spec",))
    kind, name = (get(spec, ("scaleTargetRef", key)) for key in ("kind", "name"))
    if not isinstance(name, str) or not isinstance(kind, str):
        return [], ""
    least, most = get(spec, ("minReplicas",)), get(spec, ("maxReplicas",))
    least = least if isinstance(least, int) else 1
    words = f"scales {kind} {name}" + (f", {least}–{most}" if isinstance(most, int) else "")
    there = not found or any((pod.pod.kind, pod.pod.name) == (kind, name) for pod in found)
    return [words], "" if there else f"no {kind} {name} here"


def _kept(document: Any, found: Sequence[PodFacts]) -> tuple[list[str], str]:
    """PodDisruptionBudget: what an eviction has to leave (policy/v1)."""
    spec = get(document, ("spec",))
    least, most = get(spec, ("minAvailable",)), get(spec, ("maxUnavailable",))
    how = f"keeps {least} of" if least is not None else f"lets go at most {most} of" if most is not None else "guards"
    selector = get(spec, ("selector",))
    names = [pod.pod.called or "no name" for pod in found if selects(selector, document, pod.pod.labels, pod.namespace)]
    return [f"{how} {name}" for name in names], "" if names or not found else _NOBODY
