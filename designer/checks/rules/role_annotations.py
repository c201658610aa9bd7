"""A role that a person chose for a container is kept under the name of a container of the pod.

It is an annotation of the workload, ``role.podpatterns.dev/NAME``, and nobody reads one whose container is called
otherwise by now: typing a new name into the YAML leaves it behind. Only a hint: it does no harm. The mend gives it the
name that looks most like its own of the containers without one, or takes it away. Source: patterns/detect/by_hand.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from designer.checks.facts import Facts, PodFacts
from designer.checks.finding import Finding, Fix
from designer.manifests.edits import fields
from designer.manifests.types import Documents, get

ID = "role-annotation"
TITLE = "Role of no container"
PREFIX = "role.podpatterns.dev/"


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        at = (found.pod.document, "metadata", "annotations")
        annotations = get(facts.documents, at)
        if not isinstance(annotations, dict):
            continue
        names = {container.name for container in found.containers}
        chosen = [key.removeprefix(PREFIX) for key in annotations if isinstance(key, str) and key.startswith(PREFIX)]
        for name in chosen:
            if name not in names:
                message = f"The role chosen for {name or 'a container'} is of no container of this pod."
                fix = _fix(found, name, [each for each in _unchosen(found) if each not in chosen])
                yield Finding(ID, "hint", TITLE, message, (*at, PREFIX + name), (str(found.pod.document),), fix)


def _unchosen(found: PodFacts) -> list[str]:
    return [container.name for container in found.running if container.name]


def _fix(found: PodFacts, name: str, free: list[str]) -> Fix:
    near = get_close_matches(name, free, 1, 0.5) or free[:1] * (len(free) == 1)
    at = (found.pod.document, "metadata", "annotations")

    def transform(documents: Documents) -> Documents:
        held = get(documents, at)
        role = held[PREFIX + name]
        alone = len(held) == 1 and not near
        documents = fields.remove_field(documents, at if alone else (*at, PREFIX + name))
        return fields.set_field(documents, (*at, PREFIX + near[0]), role) if near else documents

    return Fix(f"Keep the role for {near[0]}" if near else "Take the annotation away", transform)
