"""A role that a person chose for a container, where the rules are wrong. Pure.

It is an annotation of the workload, ``role.podpatterns.dev/NAME: adapter``, as AppArmor's profile was one a container
(``container.apparmor.security.beta.kubernetes.io/NAME``). So it goes through the one door as every edit, is undone and
merged, survives export and import, and scripts read it too. It stands on the workload and not on its pod template,
where a change would restart the pods; and the name is the key's last part, as a container's name always fits there.
"""

from __future__ import annotations

from designer.manifests.edits import fields
from designer.manifests.edits.containers import container_at
from designer.manifests.pod import Container
from designer.manifests.types import Document, Documents, ManifestError, get
from patterns.detect.role import CHOOSABLE, RoleName

PREFIX = "role.podpatterns.dev/"
# The containers whose role is a question at all: those that run all the time.
KINDS = ("app", "sidecar")


def chosen(documents: Documents, document: int) -> dict[str, RoleName]:
    """The roles that were chosen for the containers of the pod in document `document`, by the container's name.

    A value that is no role is skipped.
    """
    annotations = get(documents, (document, "metadata", "annotations"))
    if not isinstance(annotations, dict):
        return {}
    return {
        key.removeprefix(PREFIX): value
        for key, value in annotations.items()
        if isinstance(key, str) and key.startswith(PREFIX) and value in CHOOSABLE
    }


def choose(documents: Documents, address: str, role: str) -> Documents:
    """`documents` with the role of the container at `address` chosen; "" takes the choice back.

    Raises ManifestError where no container stands there, for an init or ephemeral container, whose role is certain, and
    for a word that is no role.
    """
    container = container_at(documents, address)
    if role and container.kind not in KINDS:
        raise ManifestError(f"what {container.name} is follows from its list: move it to change that", container.path)
    if role and role not in CHOOSABLE:
        raise ManifestError(f"{role[:40]!r} is not a role: {', '.join(CHOOSABLE)}", container.path)
    if not container.name:
        raise ManifestError("give the container a name first: its role is kept under it", container.path)
    return _put(documents, container, container.name, role)


def renamed(documents: Documents, address: str, old: str) -> Documents:
    """`documents` with the choice for `old`, the name that the container at `address` had, kept under its new name."""
    container = container_at(documents, address)
    role = chosen(documents, container.pod.document).get(old)
    if role is None or not container.name or container.name == old:
        return documents
    return _put(_put(documents, container, old, ""), container, container.name, role)


def _put(documents: Documents, container: Container, name: str, role: str) -> Documents:
    at = (container.pod.document, "metadata", "annotations")
    if role:
        return fields.set_field(documents, (*at, PREFIX + name), role)
    annotations: Document = get(documents, at)
    if not isinstance(annotations, dict) or PREFIX + name not in annotations:
        return documents
    # The mapping goes with its last key: nothing is left of a choice that was taken back.
    return fields.remove_field(documents, at if len(annotations) == 1 else (*at, PREFIX + name))
