"""The facts of a picture as Mermaid text: a flowchart for a README, a wiki or a merge request, which draw it.

Ids are ours (`p0c1`: container 1 of pod 0), so that no name can be taken for a word of the language. Names stand in
quoted labels, where every sign that means something to Mermaid or to the Markdown inside its labels is written as its
entity code (``#35;``): https://mermaid.js.org/syntax/flowchart.html, "Special characters that break syntax".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from designer.diagram.fact_types import CompanionFact, ContainerFact, Facts, PodFacts, ServiceFact
from designer.diagram.facts import facts
from designer.diagram.themes import LIGHT
from designer.manifests.types import Documents

_NO_ROLES: Mapping[str, str] = {}
_MOST = 120
_USES = 3
_TINTS = {
    "application": "app",
    "sidecar": "sidecar",
    "ambassador": "ambassador",
    "adapter": "adapter",
    "init": "init",
    "volume": "vol",
}
_PLAIN = frozenset(" -./,:_")
# Mermaid looks for these words before it knows what is a label: for styles, to take their last sign off
# (encodeEntities), and for a direction, to take the whole line for one (flow.jison). Their first letters are encoded.
_WORDS = re.compile(r"style|classDef|direction")


def mermaid(documents: Documents, roles: Mapping[str, str] = _NO_ROLES, bad: Collection[str] = ()) -> str:
    """A Mermaid flowchart of a design, ending with a newline. `roles` and `bad` are as `layout` takes them.

    Pods are subgraphs with a lane for what starts one after another, one for what runs together and one for volumes;
    roles are classes. Thick arrows are calls on localhost, lines are mounts, thin arrows lead in from Services and from
    each start to the next.
    """
    found = facts(documents, roles, bad)
    lines = ["flowchart TB"]
    beside = [place for place, fact in enumerate(found.companions) if fact.front is None and not fact.leads]
    lines += [f"  {_companion(place, fact)}" for place, fact in enumerate(found.companions) if place not in beside]
    for place, service in enumerate(found.services):
        lines += _service(place, service)
    for place, pod in enumerate(found.pods):
        lines += _pod(place, pod)
    for place, host in enumerate(found.hosts):
        lines.append(f"  h{place}([{label(host.name, host.detail)}]):::outside")
    if beside or found.missing:
        lines += ['  subgraph others["beside the pods"]' if found.pods else '  subgraph others["objects"]']
        lines += [f"    {_companion(place, found.companions[place])}" for place in beside]
        for place, fact in enumerate(found.missing):
            words = label(fact.kind, fact.name or "no name", "not in this design", _used(fact))
            lines.append(f"    n{place}({words}):::wrong")
        lines += ["  end"]
    lines += _fronts(found)
    lines += _services(found)
    for place, pod in enumerate(found.pods):
        lines += [*_order(place, pod), *_calls(place, pod), *_mounts(place, pod), *_reaches(place, pod, found)]
    lines += _classes(lines)
    return "\n".join(lines) + "\n"


def label(*parts: str) -> str:
    """A quoted label that Mermaid shows as it is, whatever stands in it: a line for each part that is not empty, of at
    most 120 characters. Mermaid takes no empty label: where there is nothing to say it says "no name"."""
    lines = [line for line in map(_plain, parts) if line]
    return '"' + ("<br/>".join(lines) or "no name") + '"'


def _plain(text: str) -> str:
    text = " ".join("".join(char if char.isprintable() else " " for char in text[: 4 * _MOST]).split())
    text = text if len(text) <= _MOST else text[: _MOST - 1] + "…"
    words = {found.start() for found in _WORDS.finditer(text)}
    out = []
    for at, char in enumerate(text):
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        plain = (char.isalnum() or not char.isascii() or char in _PLAIN) and at not in words
        if char == "_":
            plain = before.isalnum() and after.isalnum()  # else it may be emphasis
        elif char == ":":
            plain = after != "/"  # else it may be a link
        elif char == ".":
            plain = not text[:at].isdecimal() and text[max(0, at - 3) : at].lower() != "www"  # else a list, a link
        elif char == "-":
            plain = at > 0  # else it may be a list
        out.append(char if plain else f"#{ord(char)};")
    return "".join(out)


def _every(pod: PodFacts) -> tuple[ContainerFact, ...]:
    return (*pod.steps, *pod.running)


def _pod(place: int, pod: PodFacts) -> Iterator[str]:
    name = pod.pod.called or "no name"
    guards = [f"{guard.words}, by {' and '.join(guard.policies)}" for guard in pod.guards]
    words = label(f"{pod.pod.kind} · {name}", " · ".join(part for part in (pod.label, pod.notes) if part), *guards)
    yield f"  subgraph p{place}[{words}]"
    if pod.steps:
        yield f'    subgraph p{place}start["start one after another"]'
        yield from (_container(place, at, fact) for at, fact in enumerate(pod.steps))
        yield "    end"
    if pod.running:
        yield f'    subgraph p{place}run["run together, share localhost"]'
        yield from (_container(place, at + len(pod.steps), fact) for at, fact in enumerate(pod.running))
        yield "    end"
    if pod.volumes:
        yield f'    subgraph p{place}volumes["volumes"]'
        for at, volume in enumerate(pod.volumes):
            mark = "wrong" if volume.bad or volume.absent else "volume"
            words = label(volume.name or "no name", volume.type, volume.detail)
            yield f"      p{place}v{at}[({words})]:::{mark}"
        yield "    end"
    yield "  end"


def _container(place: int, at: int, fact: ContainerFact) -> str:
    ports = ", ".join(f":{port.number}" for port in fact.ports)
    words = label(fact.container.name or "no name", fact.container.image, fact.words, ports)
    clash = any(port.clash for port in fact.ports)
    return f"      p{place}c{at}[{words}]:::{'wrong' if fact.bad or clash else fact.role}"


def _service(place: int, service: ServiceFact) -> Iterator[str]:
    problem = service.problem or next((port.problem for port in service.ports if port.problem), "")
    words = label(f"Service · {service.type}", service.name or "no name", problem)
    yield f"  s{place}({words}):::{'wrong' if service.bad or problem else 'object'}"


def _companion(place: int, fact: CompanionFact) -> str:
    problems = [fact.problem, *(row.problem for row in (fact.front.rows if fact.front else ()))]
    problem = next((problem for problem in problems if problem), "")
    leads = f"leads to {fact.leads}" if fact.leads else ""
    words = label(fact.kind, fact.name or "no name", leads, _used(fact), problem)
    return f"d{place}({words}):::{'wrong' if fact.bad or problem else 'object'}"


def _used(fact: CompanionFact) -> str:
    return ", ".join(fact.uses[:_USES]) + (f" and {len(fact.uses) - _USES} more" if len(fact.uses) > _USES else "")


def _fronts(found: Facts) -> Iterator[str]:
    """Each way in of an Ingress or HTTPRoute leads to its Service."""
    for place, fact in enumerate(found.companions):
        for row in fact.front.rows if fact.front else ():
            if (end := _of_document(found, row.service)) and end != f"d{place}":
                yield f"  d{place} -->|{label(row.text)}| {end}"


def _of_document(found: Facts, document: int | None) -> str:
    """The id of the Service or companion that a document is; "" where it is none."""
    if document is None:
        return ""
    ids = [f"s{place}" for place, service in enumerate(found.services) if service.document == document]
    ids += [f"d{place}" for place, fact in enumerate(found.companions) if fact.document == document]
    return ids[0] if ids else ""


def _reaches(place: int, pod: PodFacts, found: Facts) -> Iterator[str]:
    """Whom the containers reach outside the pod. The evidence stays at home: it may quote a password."""
    for reach in pod.reaches:
        end = f"h{reach.host}" if reach.host is not None else _of_document(found, reach.document)
        if end:
            yield f"  p{place}c{reach.container} -.-> {end}"


def _order(place: int, pod: PodFacts) -> Iterator[str]:
    """Each step waits for the one before it, what runs together for the last."""
    for at in range(1, len(pod.steps)):
        yield f"  p{place}c{at - 1} --> p{place}c{at}"
    if pod.steps and pod.running:
        yield f"  p{place}c{len(pod.steps) - 1} --> p{place}run"


def _calls(place: int, pod: PodFacts) -> Iterator[str]:
    places = {fact.container.address: at for at, fact in enumerate(_every(pod))}
    for call in pod.calls:
        ends = places.get(call.caller.address), places.get(call.callee.address)
        if None not in ends:
            yield f"  p{place}c{ends[0]} ==>|{label(f'localhost:{call.port}')}| p{place}c{ends[1]}"


def _mounts(place: int, pod: PodFacts) -> Iterator[str]:
    for at, fact in enumerate(_every(pod)):
        for mount in fact.mounts:
            words = label(mount.path + (f" from {mount.sub_path}" if mount.sub_path else ""), mount.mode)
            if mount.volume is not None:
                yield f"  p{place}c{at} ---|{words}| p{place}v{mount.volume}"
            else:
                missing = label(mount.volume_name or "no name", "no such volume")
                yield f"  p{place}c{at} -.-|{words}| p{place}m{at}x{mount.index}[({missing})]:::wrong"


def _services(found: Facts) -> Iterator[str]:
    for place, service in enumerate(found.services):
        for port in service.ports:
            for pod, container, target in port.targets:
                number = _every(found.pods[pod])[container].ports[target].number
                yield f"  s{place} -->|{label(f'{port.text} to :{number}')}| p{pod}c{container}"


def _classes(lines: list[str]) -> Iterator[str]:
    """The colours of the classes that are used. They say the ink, too: the page around may be dark."""
    used = {line.rpartition(":::")[2] for line in lines if ":::" in line}
    for name, colour in _TINTS.items():
        if name in used:
            yield f"  classDef {name} fill:{LIGHT[f'{colour}-bg']},stroke:{LIGHT[colour]},color:{LIGHT['ink']}"
    for name in ("object", "outside"):
        if name in used:
            dashed = ",stroke-dasharray:4 3" if name == "outside" else ""
            yield f"  classDef {name} fill:{LIGHT['card']},stroke:{LIGHT['ink3']},color:{LIGHT['ink']}{dashed}"
    if "wrong" in used:
        yield f"  classDef wrong fill:{LIGHT['card']},stroke:{LIGHT['bad']},color:{LIGHT['bad']},stroke-width:2px"
