"""What a container mounts is a volume of its pod, or a claim template of its StatefulSet.

Source: VolumeMount.name in the API reference ("This must match the Name of a Volume").
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts, called
from designer.checks.finding import Finding, Fix, edit
from designer.manifests import names
from designer.manifests.edits.selection import items, text
from designer.manifests.edits.volumes import add_volume
from designer.manifests.types import get

ID = "missing-volume"
TITLE = "No such volume"


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        known = {volume.name for volume in found.volumes} | set(found.claims)
        for container in found.containers:
            for mount in found.mounts[container.address]:
                if mount.volume in known:
                    continue
                message = f"{called(container)} mounts volume {mount.volume!r}, which this pod does not have."
                fix = None
                if not mount.volume:
                    message = f"A mount of {called(container)} names no volume."
                elif not names.label_problem(mount.volume):
                    fix = Fix(
                        f"Add an emptyDir {mount.volume}",
                        edit(add_volume, found.pod.document, "emptyDir", mount.volume),
                    )
                yield Finding(ID, "error", TITLE, message, (*mount.path, "name"), (container.address,), fix)
            for index, device in enumerate(items(container.data, "volumeDevices")):
                name = text(get(device, ("name",)))
                if name not in known:
                    path = (*container.path, "volumeDevices", index, "name")
                    message = f"{called(container)} uses volume {name!r} as a device, which this pod does not have."
                    yield Finding(ID, "error", TITLE, message, path, (container.address,))
