"""How well roles are recognised in labelled pods, by role; shown with ``-s``, and in the message of a failure.

Figures of first sight, of rules that were made without these pods (labels and rules are commits apart):

| set | containers | overall | application | sidecar | ambassador | adapter | init |
|---|---|---|---|---|---|---|---|
| `pods`, third held back | 90 | 96.7 | 94.4/97.1 | 100/94.4 | 92.3/100 | 100/88.9 | 100/100 |
| `fresh`, twice | 66 | 98.5, 95.5 | | | | | |
| `blind` | 54 | 98.1 | | | | | |
| `field`, third held back | 153 | 92.8 | 88.1/96.7 | 90.9/87.0 | 95.7/100 | 100/72.7 | 100/100 |
| `field`, the rest | 210 | 90.0 | 87.1/96.7 | 87.1/69.2 | 88.5/88.5 | 95.7/88.0 | 100/100 |
| `retold` | 44 | 90.9 | 91.7/95.7 | 75.0/85.7 | 100/85.7 | 100/80.0 | 100/100 |
| `last` | 46 | 80.4 | 77.3/89.5 | 80.0/61.5 | 66.7/50.0 | 85.7/100 | 100/100 |
| `pairs`, half held back | 27 | 70.4 | 68.4/100 | 80.0/50.0 | 100/40.0 | 0/0 of 1 | |
| `pairs`, the rest | 28 | 67.9 | 73.7/100 | 40.0/40.0 | 75.0/50.0 | 0 of 3 | |

(by role: precision/recall, in percent). What was wrong in `fresh`, `retold`, `last` and the rest of `field` and `pairs`
was looked at afterwards and made rules; what is wrong in `blind` and in what is held back was not. `last` was made of
what is hard: programs that no rule knows, in pairs; `pairs` of nothing else, in styles that no other set has. The rules
that came of its one half had 81.5 % of the other half right. One hand wrote the pods and the rules, so what the
held-back pods give after that is no figure of first sight any more; the next set that nobody has seen gives one.

Of the 166 containers held back that are said with a confidence of 0.8 or more (init containers aside) all are right, as
are the 43 of `blind`; of the 36 and 6 that are said with less, 89 % and 83 %. No weight was fitted to that.
"""

from __future__ import annotations

from cProfile import Profile

import pytest

from designer.manifests import text
from designer.manifests.pod import containers, pods
from designer.manifests.types import Document
from patterns.detect import roles
from tests.recognition.labelled import FOLDER, ROLES, Labelled, everything, figures

PODS = everything(FOLDER)
FRESH = everything(FOLDER.parent / "fresh")
BLIND = everything(FOLDER.parent / "blind")
FIELD = everything(FOLDER.parent / "field")
RETOLD = everything(FOLDER.parent / "retold")
LAST = everything(FOLDER.parent / "last")
PAIRS = everything(FOLDER.parent / "pairs")
HELD = [file for file in [*PODS, *FIELD] if file.held_back]
PAIRS_HELD = [file for file in PAIRS if file.held_back]
WORKED = [
    file for file in [*PODS, *FRESH, *FIELD, *RETOLD, *LAST, *PAIRS] if file not in HELD and file not in PAIRS_HELD
]
# Fewer examples than these say too little of a share.
ENOUGH = 8


@pytest.mark.parametrize(
    "file", [*PODS, *FRESH, *BLIND, *FIELD, *RETOLD, *LAST, *PAIRS], ids=lambda file: file.path.stem
)
def test_every_container_has_a_label_that_is_a_role(file: Labelled) -> None:
    found = [container.name for pod in pods(file.documents) for container in containers(pod)]
    assert sorted(found) == sorted(file.labels)
    assert set(file.labels.values()) <= set(ROLES)


@pytest.mark.parametrize(("files", "pods_at_least", "each_role"), [(PODS, 60, ENOUGH), (FIELD, 60, 15)])
def test_there_is_enough_to_measure_on(files: list[Labelled], pods_at_least: int, each_role: int) -> None:
    held = [file for file in files if file.held_back]
    assert len(files) >= pods_at_least
    assert len(files) * 0.25 <= len(held) <= len(files) * 0.42
    assert all(figures(held).count[role] >= each_role for role in ROLES)


# In a set of fewer than twenty of a role one mistake is more than 5 %, so `pods` and `blind` by themselves are held to
# what was reached at first sight (one of nine adapters, one of ten sidecars), and all to 95 % of all containers.
@pytest.mark.parametrize(
    ("name", "files", "least"),
    [
        ("held back", HELD, 0.95),
        ("held back of pods", [file for file in PODS if file.held_back], 0.88),
        ("held back of field", [file for file in FIELD if file.held_back], 0.95),
        ("worked with", WORKED, 0.95),
        ("blind", BLIND, 0.9),
    ],
    ids=["held back", "held back of pods", "held back of field", "worked with", "blind"],
)
def test_roles_are_recognised(name: str, files: list[Labelled], least: float) -> None:
    found = figures(files)
    table = f"{name}, {len(files)} files\n{found}"
    print(f"\n{table}")  # noqa: T201 - the figures are what is asked for
    assert found.overall >= 0.95, table
    for role in ROLES:
        if found.count[role] >= ENOUGH:
            assert min(found.precision[role], found.recall[role]) >= least, f"{role} is below {least:.0%}: {table}"


def test_of_helpers_that_no_rule_knows_most_are_recognised() -> None:
    """They are held to what the rules gave that were made without them."""
    found = figures(PAIRS_HELD)
    print(f"\npairs, held back\n{found}")  # noqa: T201 - the figures are what is asked for
    assert found.overall >= 0.8, found


@pytest.mark.parametrize(
    ("files", "many"), [(HELD, 150), (BLIND, 35), (WORKED, 400)], ids=["held back", "blind", "worked with"]
)
def test_who_is_sure_is_right(files: list[Labelled], many: int) -> None:
    """Confidence means something: of what is said with 0.8 or more, 97 % is right, and most is said so. Init
    containers, of which nobody could be unsure, do not count."""
    told = [one for file in files for one in file.told() if one[1] != "init"]
    assert all(0 < confidence <= 1 for *_, confidence in told)
    sure = [label == role for label, role, confidence in told if confidence >= 0.8]
    unsure = [label == role for label, role, confidence in told if confidence < 0.8]
    print(f"\n{len(sure)} sure, {sum(sure) / len(sure):.1%} right; the others {sum(unsure) / len(unsure):.1%}")  # noqa: T201
    assert len(sure) >= many
    assert sum(sure) / len(sure) >= 0.97
    assert sum(sure) / len(sure) >= sum(unsure) / len(unsure)


def work_on(count: int) -> int:
    """How many function calls it takes to find the roles in a pod of so many containers, once what is kept is kept."""
    inside: list[Document] = []
    volumes: dict[str, Document] = {}
    for pod in (pod for file in PODS for pod in pods(file.documents)):
        if len(inside) < count:
            inside += [container.data for container in containers(pod) if container.kind != "init"]
            volumes |= {volume["name"]: volume for volume in pod.spec.get("volumes", [])}
    spec = {"containers": inside[:count], "volumes": list(volumes.values())}
    documents = [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "big"}, "spec": spec}]
    assert len(roles(documents)) == count
    profile = Profile()
    profile.runcall(roles, documents)
    return sum(entry.callcount for entry in profile.getstats())


def test_the_work_grows_with_the_containers_and_not_faster() -> None:
    twenty = work_on(20)
    # Some two milliseconds; a clock would measure the machine and its other work as well.
    assert twenty < 20_000
    assert work_on(40) < 2.6 * twenty


def test_a_label_is_not_evidence() -> None:
    file = next(file for file in PODS if file.path.stem == "awk-log-format")
    without = file.path.read_text().partition("\n")[2]
    assert roles(text.parse(without)) == roles(file.documents)
