"""No two volumes of a pod have the same name.

Source: Volume.name in the API reference ("Must be a DNS_LABEL and unique within the pod").
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts
from designer.checks.finding import Finding, Fix, edit
from designer.manifests.edits.tree import take
from designer.manifests.pod import Volume

ID = "duplicate-volume-name"
TITLE = "Name used twice"


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        first: dict[str, Volume] = {}
        for volume in found.volumes:
            if volume.name and first.setdefault(volume.name, volume) is not volume:
                message = f"Two volumes are called {volume.name}: a mount could mean either."
                # Which of two different volumes a mount means, only the person knows; of two equal ones it is the same.
                same = volume.data == first[volume.name].data
                fix = Fix("Remove the second, which is the same", edit(take, volume.path))
                addresses = (first[volume.name].address, volume.address)
                yield Finding(ID, "error", TITLE, message, (*volume.path, "name"), addresses, fix if same else None)
