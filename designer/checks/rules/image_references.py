"""An image, of a container or of a volume, is a reference that can be pulled: ``[registry/]repository[:tag][@digest]``.

Without spaces, the repository in lowercase, a tag behind every ``:``. The API server takes nearly any text; the kubelet
then reports InvalidImageName. Source: the grammar of github.com/distribution/reference, which the kubelet parses images
with, and the API server's validation of spaces at the ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from designer.checks.facts import Facts, called
from designer.checks.finding import Finding, Fix, edit
from designer.manifests import names
from designer.manifests.edits.selection import text
from designer.manifests.edits.tree import put
from designer.manifests.types import Path, get

ID = "image-reference"
TITLE = "Image not allowed"


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        for container in found.containers:
            path = (*container.path, "image")
            yield from _wrong(container.image, f"{called(container)} cannot run", path, container.address)
        for volume in found.volumes:
            path, image = (*volume.path, "image", "reference"), text(get(volume.data, ("image", "reference")))
            yield from _wrong(image, f"{called(volume)} cannot be made of", path, volume.address)


def _wrong(image: str, cannot: str, path: Path, address: str) -> Iterator[Finding]:
    problem = names.image_problem(image) if image else ""
    if problem:
        shown = repr(image) if len(image) <= 100 else f"{image[:100]!r} …"
        better = _better(image)
        fix = Fix(f"Write {better}", edit(put, path, better)) if better else None
        yield Finding(ID, "error", TITLE, f"{cannot} image {shown}: {problem}.", path, (address,), fix)


def _better(image: str) -> str:
    """What was meant, where only spaces around it, a scheme or capitals are wrong; else ""."""
    meant = image.strip().rpartition("://")[2]
    path, slash, last = meant.rpartition("/")
    name = re.split("[:@]", last)[0]
    lower = f"{path}{slash}{name}".lower() + last[len(name) :]
    return next((better for better in (meant, lower) if not names.image_problem(better)), "")
