"""A Service as it bears on the pods of a design: which pods it selects, and which containers its ports reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from designer.diagram.fact_types import PodFacts, ServiceFact, ServicePortFact
from designer.manifests.pod import name_of
from designer.manifests.types import get


def namespace_of(document: Any) -> str:
    name = get(document, ("metadata", "namespace"))
    return name if isinstance(name, str) else ""


def service_fact(index: int, document: Any, found: Sequence[PodFacts], bad: bool) -> ServiceFact | None:
    """A Service as it bears on the design's pods; None for one that selects no pods by itself (no selector)."""
    spec = get(document, ("spec",))
    selector = get(spec, ("selector",))
    if not isinstance(selector, dict) or not selector:
        return None
    kind = get(spec, ("type",))
    kind = kind if isinstance(kind, str) and kind else "ClusterIP"
    if kind == "ExternalName":
        return None
    if get(spec, ("clusterIP",)) == "None":
        kind = "headless"
    chosen = [place for place, pod in enumerate(found) if _selects(selector, namespace_of(document), pod)]
    raw = get(spec, ("ports",))
    ports = tuple(
        _service_port(item, chosen, found) for item in (raw if isinstance(raw, list) else []) if isinstance(item, dict)
    )
    problem = "" if chosen else "selects no pod of this design"
    home = chosen[0] if chosen else 0
    return ServiceFact(index, name_of(document), kind, home, ports, problem, bad, tuple(chosen))


def _selects(selector: dict[str, Any], namespace: str, pod: PodFacts) -> bool:
    """Whether the pod wears every label of the selector, in the same namespace as far as both name one."""
    if pod.namespace and namespace and pod.namespace != namespace:
        return False
    labels = pod.pod.labels
    return all(labels.get(key) == value for key, value in selector.items())


def _service_port(item: Any, chosen: list[int], found: Sequence[PodFacts]) -> ServicePortFact:
    port, name, protocol = (get(item, (key,)) for key in ("port", "name", "protocol"))
    protocol = protocol if isinstance(protocol, str) and protocol else "TCP"
    wanted = get(item, ("targetPort",))
    # Without a targetPort, the port itself (Service API, ServicePort.targetPort).
    wanted = port if wanted in (None, "", 0) else wanted
    targets = []
    for place in chosen:
        every = (*found[place].steps, *found[place].running)
        hit = next(
            (
                (place, c, p)
                for c, fact in enumerate(every)
                for p, known in enumerate(fact.ports)
                if known.protocol == protocol
                and not known.ghost
                and (known.name if isinstance(wanted, str) else known.number) == wanted
            ),
            None,
        )
        if hit:
            targets.append(hit)
    text = f"{name} {port}" if isinstance(name, str) and name else f"{port}"
    if protocol != "TCP":
        text += f" {protocol}"
    title = f"port {text} reaches targetPort {wanted}"
    problem = ""
    if chosen and not targets:
        problem = (
            f"no container declares port {wanted}" if not isinstance(wanted, str) else f"no port is named {wanted}"
        )
        text += f" → {wanted}"
    return ServicePortFact(text, title, tuple(targets), problem)
