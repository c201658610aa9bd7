"""A design's text as others may read it: without what its Secrets hold."""

from __future__ import annotations

from typing import Any

from designer.manifests import text as manifest_text
from designer.manifests.edits.lists import packed
from designer.manifests.types import Document, Documents, ManifestError, get

HIDDEN = "(hidden)"
# kubectl apply keeps the whole object here as it was last applied, values and all.
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def masked(text: str) -> str:
    """The text with every value under the data of a Secret, in a List too, as "(hidden)"; nothing else of it changes.

    Comments stay as they are: what someone wrote into one is text, not a value.
    """
    read = manifest_text.Text.read(text)
    documents = [_masked(document) for document in read.documents]
    if documents == read.documents:
        return text
    try:
        return read.rewrite(documents).text
    except ManifestError:  # a value that stands in two places at once (an alias) and is hidden in one of them
        return manifest_text.dump(documents)


def _masked(document: Document) -> Document:
    held = packed(document)
    if held is not None:
        items: Documents = [_masked(item) for item in held]
        return {**document, "items": items}
    if document.get("kind") != "Secret":
        return document
    out: dict[str, Any] = dict(document)
    for field in ("data", "stringData"):
        if isinstance(out.get(field), dict):
            out[field] = dict.fromkeys(out[field], HIDDEN)
        elif field in out:
            out[field] = HIDDEN
    annotations = get(out, ("metadata", "annotations"))
    if isinstance(annotations, dict) and _LAST_APPLIED in annotations:
        out["metadata"] = {**out["metadata"], "annotations": {**annotations, _LAST_APPLIED: HIDDEN}}
    return out
