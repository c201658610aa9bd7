"""The first object of an empty design."""

from __future__ import annotations

from designer.manifests import names
from designer.manifests.edits.kinds import change_kind
from designer.manifests.types import Document, ManifestError


def new_workload(kind: str, name: str, image: str = "") -> Document:
    """A workload of `kind` (one of kinds.KINDS) with one container, which is called after its image, or after `name`.

    Raises ManifestError for a kind or name that Kubernetes does not have.
    """
    problem = names.object_problem(kind, name)
    if problem:
        raise ManifestError(f"{name!r} cannot be the name of a {kind}: {problem}", (0, "metadata", "name"))
    repository = image.partition("@")[0].rpartition("/")[2].partition(":")[0]
    label = names.label_from(name, "app")
    container = {"name": names.label_from(repository, label), **({"image": image} if image else {})}
    pod: Document = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": label}},
        "spec": {"containers": [container]},
    }
    return change_kind([pod], 0, kind).documents[0]
