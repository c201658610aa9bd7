"""A small change moves little: what is not touched keeps its id and its order, and most of it its place."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest

from designer.diagram.layout import layout
from designer.diagram.model import Box, Picture
from designer.manifests.types import Documents
from tests.diagram.designs import bare_pod, config_map, container, service

pytestmark = pytest.mark.broad

# How far a box may move and still be where one looks for it: a container's width, or the height of a row of volumes.
NEAR = 240


def design(seed: int) -> Documents:
    """A pod of 1 to 24 containers whose names are all different, with volumes, a Service and hosts."""
    rng = random.Random(seed)
    count = rng.choice((1, 3, 5, 6, 9, 14, 24))
    volumes = [f"volume-{n}" for n in range(rng.randint(1, count + 2))]
    made = []
    for n in range(count):
        mounts = [(name, f"/mnt/{name}") for name in rng.sample(volumes, min(len(volumes), rng.choice((0, 1, 1, 2))))]
        args = [f"--next=http://localhost:{8000 + rng.randrange(count)}"] if rng.random() < 0.4 else []
        env = [{"name": "DB", "value": f"db-{n % 3}.example.com:5432"}] if rng.random() < 0.2 else []
        made.append(container(f"app-{n}", ports=[8000 + n], mounts=mounts, args=args, env=env))
    steps = [container(f"step-{n}") for n in range(rng.choice((0, 1, 2)))]
    spec = {
        "containers": made,
        "initContainers": steps,
        "volumes": [{"name": name, "emptyDir": {}} for name in volumes],
    }
    ports = [{"port": 80 + n, "targetPort": 8000 + n, "name": f"port-{n}"} for n in range(min(3, count))]
    return [bare_pod("pod", spec), service("front", {"app": "pod"}, *ports), config_map("settings")]


# Changes a pod and names what it touches: that may stand elsewhere afterwards.
Edit = Callable[[Any, random.Random], set[str]]


def add_container(spec: Any, rng: random.Random) -> set[str]:
    spec["containers"].insert(rng.randint(0, len(spec["containers"])), container("new", ports=[7000]))
    return {"new"}


def remove_container(spec: Any, rng: random.Random) -> set[str]:
    gone = spec["containers"].pop(rng.randrange(len(spec["containers"])))
    hosts = (variable["value"].partition(":")[0].replace(".", "-") for variable in gone["env"])
    return {gone["name"], *hosts, *(mount["name"] for mount in gone.get("volumeMounts", []))}


def add_volume(spec: Any, rng: random.Random) -> set[str]:
    spec["volumes"].append({"name": "new", "emptyDir": {}})
    return {"new"}


def remove_volume(spec: Any, rng: random.Random) -> set[str]:
    name = str(spec["volumes"].pop(rng.randrange(len(spec["volumes"])))["name"])
    for one in spec["containers"]:
        one["volumeMounts"] = [mount for mount in one.get("volumeMounts", []) if mount["name"] != name]
    return {name}


def add_mount(spec: Any, rng: random.Random) -> set[str]:
    volume = rng.choice(spec["volumes"])["name"]
    rng.choice(spec["containers"]).setdefault("volumeMounts", []).append({"name": volume, "mountPath": "/new"})
    return {volume}


def add_variable(spec: Any, rng: random.Random) -> set[str]:
    value = rng.choice(("info", "https://new.example.com"))
    rng.choice(spec["containers"]).setdefault("env", []).append({"name": "NEW", "value": value})
    return {"new"}


EDITS: tuple[Edit, ...] = (add_container, remove_container, add_volume, remove_volume, add_mount, add_variable)


def _ids(picture: Picture) -> set[str]:
    pills = {pill.id for box in picture.boxes for pill in box.pills}
    return {box.id for box in picture.boxes} | {edge.id for edge in picture.edges} | pills


def _rows(picture: Picture) -> list[int]:
    """The heights of the rows of containers."""
    return sorted({box.rect.bottom for box in picture.boxes if box.kind == "container" and box.role != "init"})


def _reading(picture: Picture) -> dict[str, tuple[Any, ...]]:
    """Box → where it comes when one reads the picture: what it is and its row, from the left."""
    rows = _rows(picture)
    order: dict[str, tuple[Any, ...]] = {}
    for box in picture.boxes:
        row = sum(1 for bottom in rows if bottom <= box.rect.y) if box.kind == "volume" else 0
        order[box.id] = (box.kind, box.role == "init", row, box.rect.bottom, box.rect.x)
    return order


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
@pytest.mark.parametrize("seed", range(25))
def test_an_edit_keeps_the_ids_and_the_order_of_all_else_and_most_of_it_in_place(seed: int, edit: Edit) -> None:
    documents = design(seed)
    edited = copy.deepcopy(documents)
    touched = edit(edited[0]["spec"], random.Random(seed))
    before, after = layout(documents), layout(edited)
    lost = {one for one in _ids(before) - _ids(after) if not any(name in one for name in touched)}
    # A call to a container that is gone may be taken for one to another.
    assert not {one for one in lost if "calls" not in one and "port" not in one}
    first, second = _reading(before), _reading(after)
    aside = {f"box-pod-pod-volume-{name}" for name in touched}
    shared = [name for name in first if name in second and name not in aside]
    for kind in ("container", "volume", "service", "companion"):
        ours = [name for name in shared if first[name][0] == kind]
        # A volume that stands below other containers now has another row, and its place there.
        for row in {(first[name][2], second[name][2]) for name in ours}:
            same = [name for name in ours if (first[name][2], second[name][2]) == row]
            assert sorted(same, key=lambda name: first[name]) == sorted(same, key=lambda name: second[name])
    places = {box.id: box for box in before.boxes}
    moved = [_far(places[box.id], box) for box in after.boxes if box.id in places]
    assert sum(far <= NEAR for far in moved) >= 0.5 * len(moved)


def _far(one: Box, other: Box) -> int:
    return max(abs(one.rect.x - other.rect.x), abs(one.rect.y - other.rect.y))


def test_all_in_all_hardly_anything_moves_far() -> None:
    moved: list[int] = []
    for seed in range(25):
        for edit in EDITS:
            documents = design(seed)
            edited = copy.deepcopy(documents)
            edit(edited[0]["spec"], random.Random(seed))
            places = {box.id: box for box in layout(documents).boxes}
            moved += [_far(places[box.id], box) for box in layout(edited).boxes if box.id in places]
    assert sum(far <= NEAR for far in moved) / len(moved) > 0.9
    assert sum(far <= 16 for far in moved) / len(moved) > 0.5


def _volumes(picture: Picture) -> list[str]:
    found = sorted((box.rect.y, box.rect.x, box.id) for box in picture.boxes if box.kind == "volume")
    return [name for _, _, name in found]


@pytest.mark.parametrize("seed", [*range(8), 24])
def test_mounting_a_volume_moves_no_other_past_another(seed: int) -> None:
    """The volume that is mounted may stand elsewhere; all the others keep their order, whatever is mounted where."""
    documents = design(seed)
    spec = documents[0]["spec"]
    before = _volumes(layout(documents))
    for volume in spec["volumes"][:8]:
        for place in range(0, len(spec["containers"]), 3):
            edited = copy.deepcopy(documents)
            mounted = edited[0]["spec"]["containers"][place].setdefault("volumeMounts", [])
            mounted.append({"name": volume["name"], "mountPath": "/a/path/that/is/long"})
            own = f"box-pod-pod-volume-{volume['name']}"
            assert [name for name in _volumes(layout(edited)) if name != own] == [one for one in before if one != own]
