"""Which pattern does each container of a pod play, and why do we think so. Pure.

What a container is to the kubelet is certain (an init container is one); what it is to the application is read from
names, images, ports, mounted configuration, commands and what containers do with each other. Each sign speaks for a
role with a weight; the heaviest role wins, and who has no sign of helping another is the application. What was woven
from a preset is known, not guessed, and what a person says (patterns/detect/by_hand.py) goes before all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import cache

from designer.manifests.pod import Container, Pod, containers, pod_at, pods
from designer.manifests.types import Documents
from patterns import catalogue
from patterns.detect import by_hand
from patterns.detect.choose import weigh
from patterns.detect.facts import Facts
from patterns.detect.resemble import Presets
from patterns.detect.role import Hint, Role
from patterns.parameters import Values
from patterns.podkey import pod_key, settled
from patterns.preset import Preset, application

__all__ = ["Hint", "Role", "aimed", "roles"]


def roles(documents: Documents, woven: Iterable[Hint] = (), presets: Iterable[Preset] | None = None) -> dict[str, Role]:
    """The role of every container of every pod, by address ("0/containers/1").

    `woven` is what is known of presets; `presets` are those to compare containers with, by default the catalogue's.
    """
    hints = {(settled(hint.pod, documents), hint.container): hint for hint in woven}
    known = _built_in() if presets is None else Presets(presets)
    out: dict[str, Role] = {}
    for pod in pods(documents):
        out.update(_pod(pod, documents, hints, known))
    return out


def aimed(preset: Preset, documents: Documents, document: int, helpers: Collection[str] = ()) -> Values:
    """The value of the parameter that stands for the application: the container that does the work of the pod in
    document `document`, which need not be the first. {} where the first does, and where the preset names another.
    `helpers` are containers that are known to be none.
    """
    pod, parameter = pod_at(documents, document), next((p for p in preset.parameters if p.type == "container"), None)
    if pod is None or parameter is None or any(c.name == parameter.default for c in containers(pod)):
        return {}
    weighed, said = weigh(Facts(pod, documents)), by_hand.chosen(documents, document)
    named = [c for c in containers(pod) if c.name and c.kind == "app" and c.name not in helpers]
    works = [c.name for c in named if said.get(c.name, weighed[c.address].role) == "application"]
    return {parameter.name: works[0]} if works and application(pod) not in works else {}


@cache
def _built_in() -> Presets:
    return Presets(catalogue.presets().values())


def _pod(
    pod: Pod, documents: Documents, hints: dict[tuple[str, str], Hint], presets: Presets
) -> Iterator[tuple[str, Role]]:
    weighed = weigh(Facts(pod, documents))
    chosen = by_hand.chosen(documents, pod.document)
    for container in containers(pod):
        # What is known of a name is not known of a container without one.
        hint = hints.get((pod_key(documents[pod.document]), container.name)) if container.name else None
        role = _certain(container) or weighed[container.address]
        if hint and container.kind != "ephemeral":
            name, title = presets.named(hint.preset)
            why = [f"It was woven from the preset {title or hint.pattern}."]
            # An init container is one, whatever the pattern is that it belongs to.
            certain = _certain(container)
            pattern, why = (certain.role, [*why, *certain.evidence]) if certain else (hint.pattern, why)
            role = Role(pattern, why, True, name, title, confidence=1.0, likeness=1.0)
        said = chosen.get(container.name) if container.name and container.kind in by_hand.KINDS else None
        if said:
            why = [f"A person said so, with the annotation {by_hand.PREFIX}{container.name}."]
            if said != role.role:
                why.append(f"Without that it would be {role.role}: {role.evidence[0]}")
            role = replace(role, role=said, evidence=why, certain=True, confidence=1.0, by_hand=True)
        yield container.address, role if role.preset else _compared(container, role, presets)


def _certain(container: Container) -> Role | None:
    """What a container is to the kubelet, where that says it all."""
    if container.kind == "ephemeral":
        return Role(
            "ephemeral", ["It is an ephemeral container, added to a running pod to look into it."], True, confidence=1.0
        )
    if container.kind == "init":
        return Role(
            "init", ["It is an init container: it runs to its end before the others start."], True, confidence=1.0
        )
    return None


def _compared(container: Container, role: Role, presets: Presets) -> Role:
    """`role` with the preset that the container resembles, if one does."""
    like = presets.likest(container, role.role)
    if like is None:
        return role
    # 1 is for what is known: however alike two containers are, one was not seen to come from the other.
    role = replace(role, preset=like.name, preset_title=like.title, likeness=round(min(like.share, 0.99), 2))
    if not like.same:
        return role
    return replace(role, evidence=[*role.evidence, f"It has {_listed(like.same)} of the preset {like.title}."])


def _listed(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
