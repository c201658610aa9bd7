"""What a picture has to show, read from documents: no coordinates yet.

Everything that the diagram says about Kubernetes is decided here and in the files named below (which ports clash, which
pods a Service selects, which volume a mount means, whom a container reaches); `layout.py` only places it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from designer.diagram import fronts, objects
from designer.diagram.fact_types import (
    CompanionFact,
    ContainerFact,
    Facts,
    HostFact,
    MountFact,
    PodFacts,
    PortFact,
    ReachFact,
    ServiceFact,
    ServicePortFact,
    VolumeFact,
)
from designer.diagram.objects import Use
from designer.diagram.pod_facts import pod_facts
from designer.diagram.reach import Reach, external_name, names_in, reaches
from designer.diagram.services import service_fact
from designer.diagram.texts import Said, said
from designer.diagram.watchers import deeds
from designer.manifests.pod import Pod, companions, name_of, pods
from designer.manifests.types import Documents, get

__all__ = [
    "CompanionFact",
    "ContainerFact",
    "Facts",
    "HostFact",
    "MountFact",
    "PodFacts",
    "PortFact",
    "ReachFact",
    "ServiceFact",
    "ServicePortFact",
    "VolumeFact",
    "facts",
]

# More hosts than these are not a picture any more; the rest are told in the words of one box.
_HOSTS = 8


def facts(documents: Documents, roles: Mapping[str, str], bad: Collection[str]) -> Facts:
    """Everything to be shown, in the documents' order. Odd shapes are skipped, as designer.manifests.pod skips them."""
    wrong = frozenset(bad)
    every = pods(documents)
    mentions = [
        # "volume config" is told apart by its pod where there are several.
        (pod, use if len(every) == 1 or use.env else replace(use, words=f"{use.words} of {pod.called or 'no name'}"))
        for pod in every
        for use in objects.uses(pod)
    ]
    there = objects.known(documents)
    read = [said(documents, pod) for pod in every]
    found = [pod_facts(documents, pod, roles, wrong, there, read[n]) for n, pod in enumerate(every)]
    found, hosts = _reached(documents, found, read)
    services: list[ServiceFact] = []
    others: list[CompanionFact] = []
    for index, document in companions(documents):
        kind = get(document, ("kind",))
        kind = kind if isinstance(kind, str) and kind else "Document"
        service = service_fact(index, document, found, str(index) in wrong) if kind == "Service" else None
        if service is not None and found:
            services.append(service)
            continue
        done, lost = deeds(document, found)
        named = [use for _, use in mentions if (use.kind, use.name) == (kind, name_of(document))]
        others.append(
            CompanionFact(
                index,
                kind,
                name_of(document),
                service.problem if service else lost,
                str(index) in wrong,
                tuple(dict.fromkeys([*(use.words for use in named), *done])),
                tuple(dict.fromkeys(use.at for use in named)),
                fronts.front(index, documents) if found else None,
                external_name(document) if kind == "Service" else "",
            )
        )
    return Facts(tuple(found), tuple(services), tuple(others), hosts, tuple(_missing(mentions, there)))


def _missing(mentions: Sequence[tuple[Pod, Use]], there: set[tuple[str, str]]) -> Iterator[CompanionFact]:
    named: dict[tuple[str, str], list[Use]] = defaultdict(list)
    for _, use in mentions:
        if (use.kind, use.name) not in there:
            named[use.kind, use.name].append(use)
    for (kind, name), found in named.items():
        # A volume names its object itself; what env takes from would be seen nowhere.
        if any(use.env for use in found):
            words = tuple(dict.fromkeys(use.words for use in found))
            yield CompanionFact(None, kind, name, uses=words, used=tuple(dict.fromkeys(use.at for use in found)))


def _reached(
    documents: Documents, found: Sequence[PodFacts], read: Sequence[Said]
) -> tuple[list[PodFacts], tuple[HostFact, ...]]:
    """The pods with whom they reach outside themselves, and the hosts among those, the first few of them by name."""
    own = names_in(documents)
    every = [reaches(documents, pod.pod, pod.namespace, read[n], own) for n, pod in enumerate(found)]
    evidence: dict[str, list[Reach]] = defaultdict(list)
    for reach in (reach for some in every for reach in some if reach.service is None):
        evidence[reach.host].append(reach)
    names = list(evidence)
    shown = names if len(names) <= _HOSTS else names[: _HOSTS - 1]
    hosts = [HostFact(name, evidence[name][0].detail, tuple(r.evidence for r in evidence[name])) for name in shown]
    if len(shown) < len(names):
        rest = tuple(reach.evidence for name in names[len(shown) :] for reach in evidence[name])
        hosts.append(HostFact(f"and {len(names) - len(shown)} more", "", rest, tuple(names[len(shown) :])))
    made = []
    for pod, some in zip(found, every, strict=True):
        places = {fact.container.address: place for place, fact in enumerate((*pod.steps, *pod.running))}
        facts_: dict[tuple[int, int | None, int | None], ReachFact] = {}
        for reach in some:
            place = places[reach.caller.address]
            host = None if reach.service is not None else min(names.index(reach.host), len(shown))
            key = (place, reach.service, host)
            facts_.setdefault(key, ReachFact(place, reach.service, host, reach.evidence))
        made.append(replace(pod, reaches=tuple(facts_.values())))
    return made, tuple(hosts)
