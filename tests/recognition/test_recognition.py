"""How well roles are recognised in labelled pods, by role; shown with ``-s``, and in the summary of a failure.

Figures of first sight, of rules that were made without these pods (labels and rules are commits apart): the third held
back 95.6 % of 90 containers, `fresh` 98.5 % and 95.5 % of twice 66, `blind` 98.1 % of 54. What was wrong in `fresh` was
looked at afterwards and made rules; what is wrong in the third and in `blind` was not.
"""

from __future__ import annotations

import time

import pytest

from designer.manifests import text
from designer.manifests.pod import containers, pods
from designer.manifests.types import Document
from patterns.detect import roles
from tests.recognition.labelled import FOLDER, ROLES, Labelled, everything, figures

PODS = everything(FOLDER)
FRESH = everything(FOLDER.parent / "fresh")
BLIND = everything(FOLDER.parent / "blind")
# Fewer examples than these say too little of a share.
ENOUGH = 8


@pytest.mark.parametrize("file", [*PODS, *FRESH, *BLIND], ids=lambda file: file.path.stem)
def test_every_container_has_a_label_that_is_a_role(file: Labelled) -> None:
    found = [container.name for pod in pods(file.documents) for container in containers(pod)]
    assert sorted(found) == sorted(file.labels)
    assert set(file.labels.values()) <= set(ROLES)


def test_there_is_enough_to_measure_on() -> None:
    held = [file for file in PODS if file.held_back]
    assert len(PODS) >= 60
    assert len(PODS) * 0.25 <= len(held) <= len(PODS) * 0.42
    assert all(figures(held).count[role] >= ENOUGH for role in ROLES)


# By role, one mistake of ten is 90 % and says little; the third and `blind`, which rules are not made from, are held to
# what was reached at first sight (one of nine adapters, one of ten sidecars), and all to 95 % of all containers.
@pytest.mark.parametrize(
    ("name", "files", "least"),
    [
        ("held back", [file for file in PODS if file.held_back], 0.88),
        ("worked with", [file for file in [*PODS, *FRESH] if not (file in PODS and file.held_back)], 0.95),
        ("blind", BLIND, 0.9),
    ],
    ids=["held back", "worked with", "blind"],
)
def test_roles_are_recognised(name: str, files: list[Labelled], least: float) -> None:
    found = figures(files)
    print(f"\n{name}, {len(files)} files\n{found}")  # noqa: T201 - the figures are what is asked for
    assert found.overall >= 0.95
    for role in ROLES:
        if found.count[role] >= ENOUGH:
            assert min(found.precision[role], found.recall[role]) >= least, role


def test_twenty_containers_take_less_than_two_milliseconds() -> None:
    inside: list[Document] = []
    volumes: dict[str, Document] = {}
    for pod in (pod for file in PODS for pod in pods(file.documents)):
        if len(inside) < 20:
            inside += [container.data for container in containers(pod) if container.kind != "init"]
            volumes |= {volume["name"]: volume for volume in pod.spec.get("volumes", [])}
    spec = {"containers": inside[:20], "volumes": list(volumes.values())}
    documents = [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "big"}, "spec": spec}]
    assert len(roles(documents)) == 20  # and what is read once is read

    def run() -> float:
        start = time.perf_counter()
        roles(documents)
        return time.perf_counter() - start

    # The fastest of many: other work on this machine is not what is measured.
    best = min(run() for _ in range(50))
    assert best < 0.002, f"{best * 1000:.2f} ms"


def test_a_label_is_not_evidence() -> None:
    file = next(file for file in PODS if file.path.stem == "awk-log-format")
    without = file.path.read_text().partition("\n")[2]
    assert roles(text.parse(without)) == roles(file.documents)
