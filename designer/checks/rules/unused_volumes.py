"""A volume is mounted by a container.

Only a hint: a volume that nobody mounts does no harm, but it is rarely meant. Source: "Volumes" in the documentation.
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts
from designer.checks.finding import Finding, Fix, edit
from designer.manifests.edits.selection import items, text
from designer.manifests.edits.volumes import remove_volume
from designer.manifests.types import get

ID = "unused-volume"
TITLE = "Volume not mounted"


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        used = {mount.volume for mounts in found.mounts.values() for mount in mounts}
        for container in found.containers:
            used |= {text(get(device, ("name",))) for device in items(container.data, "volumeDevices")}
        for volume in found.volumes:
            if volume.name and volume.name not in used:
                message = f"No container mounts {volume.name}."
                fix = Fix(f"Remove {volume.name}", edit(remove_volume, volume.address))
                yield Finding(ID, "hint", TITLE, message, (*volume.path, "name"), (volume.address,), fix)
