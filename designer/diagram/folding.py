"""Many volumes told in one box: what the same containers mount, beyond the first dozen, is counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from designer.diagram.fact_types import ContainerFact, MountFact, VolumeFact

# A dozen volumes are read one by one; two hundred are a number.
MOST = 12


def folded(
    every: Sequence[ContainerFact], volumes: Sequence[VolumeFact], at: str
) -> tuple[list[ContainerFact], tuple[VolumeFact, ...]]:
    """Containers and volumes with the volumes beyond a dozen that the same containers mount made into one.

    What is wrong with a volume is seen at the volume: such a one is never among the counted. `at` is the pod's address,
    where all of them are found.
    """
    users: dict[int, list[int]] = {place: [] for place in range(len(volumes))}
    for place, fact in enumerate(every):
        for volume in dict.fromkeys(mount.volume for mount in fact.mounts if mount.volume is not None):
            users[volume].append(place)
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for volume, found in users.items():
        groups[tuple(found)].append(volume)
    gone: dict[int, int] = {}
    rests: list[list[int]] = []
    for members in groups.values():
        rest = sorted(members, key=lambda v: (not (volumes[v].bad or volumes[v].absent), v))[MOST:]
        rest = [volume for volume in sorted(rest) if not volumes[volume].bad]
        if len(rest) > 1:
            gone |= dict.fromkeys(rest, len(rests))
            rests.append(rest)
    if not rests:
        return list(every), tuple(volumes)
    kept = [volume for volume in range(len(volumes)) if volume not in gone]
    place_of = {volume: place for place, volume in enumerate(kept)}
    place_of |= {volume: len(kept) + rest for volume, rest in gone.items()}
    made = (*(volumes[volume] for volume in kept), *(_counted([volumes[v] for v in rest], at) for rest in rests))
    return [replace(fact, mounts=_mounts(fact.mounts, gone, place_of)) for fact in every], made


def _counted(rest: Sequence[VolumeFact], at: str) -> VolumeFact:
    kinds = Counter(fact.type.partition(" · ")[0] or "no type" for fact in rest)
    kind = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    hidden = tuple(fact.name for fact in rest)
    return VolumeFact(at, f"and {len(rest)} more volumes", kind, "", hidden=hidden)


def _mounts(mounts: Sequence[MountFact], gone: dict[int, int], place_of: dict[int, int]) -> tuple[MountFact, ...]:
    made: list[MountFact] = []
    rests: dict[int, list[MountFact]] = defaultdict(list)
    for mount in mounts:
        if mount.volume in gone:
            rests[gone[mount.volume]].append(mount)
        else:
            made.append(mount if mount.volume is None else replace(mount, volume=place_of[mount.volume]))
    for found in rests.values():
        mode = "rw" if any(mount.mode == "rw" for mount in found) else "ro"
        one = replace(found[0], path=f"{len(found)} more", sub_path="", mode=mode, device=False)
        paths = tuple(mount.path for mount in found)
        made.append(replace(one, volume=place_of[found[0].volume or 0], paths=paths))
    return tuple(made)
