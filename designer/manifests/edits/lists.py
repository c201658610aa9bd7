"""A List: several objects in one document, as ``kubectl get -o yaml`` prints them, and taking them out of it."""

from __future__ import annotations

from designer.manifests.edits.selection import text
from designer.manifests.edits.tree import Edited
from designer.manifests.types import Document, Documents, ManifestError, get


def packed(document: Document) -> list[Document] | None:
    """The objects that a List holds; None for what is no List, and for one that holds something else than objects.

    Of the lists of one kind (PodList), whose items may leave out what they are, those that say it count too.
    """
    kind, found = text(document.get("kind")), document.get("items")
    if not kind.endswith("List") or not isinstance(found, list):
        return None
    objects = all(text(get(item, (field,))) for item in found for field in ("apiVersion", "kind"))
    return found if objects else None


def unpack(documents: Documents, index: int) -> Edited:
    """The objects of the List at `index` in its place, in their order; selects the first.

    Raises ManifestError for what is no List of objects, and for one that holds none.
    """
    held = packed(documents[index]) if 0 <= index < len(documents) else None
    if held is None:
        raise ManifestError("there is no List of objects here any more: select it again", (index,))
    if not held:
        raise ManifestError("this List holds no objects: there is nothing to unpack", (index, "items"))
    return Edited([*documents[:index], *held, *documents[index + 1 :]], str(index))
