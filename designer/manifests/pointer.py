"""Paths as one string, for forms and URLs: JSON Pointer (RFC 6901), the document's index first.

``(0, "spec", "containers", 1, "image")`` is ``/0/spec/containers/1/image``. A pointer does not say whether ``1`` is an
index or a key, so reading one back needs the documents, and the schema for places that do not exist yet.
"""

from __future__ import annotations

from designer.manifests.schema import Schema, schema
from designer.manifests.types import Documents, ManifestError, Path, get

_LONGEST = 4096


def write(path: Path) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def read(documents: Documents, pointer: str, using: Schema | None = None) -> Path:
    """The path that a pointer means in these documents. Raises ManifestError for one that is not well formed or whose
    document does not exist; what it points at inside the document need not exist."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")]
    if len(pointer) > _LONGEST or len(parts) < 2 or parts[0] or not parts[1].isdecimal():
        raise ManifestError(f"{pointer[:80]!r} does not say where in the design something stands")
    document = int(parts[1])
    if document >= len(documents):
        raise ManifestError("that object is not in the design any more: it may have been deleted; select it again")
    path: Path = (document,)
    value = documents[document]
    for part in parts[2:]:
        path = (*path, int(part) if part.isdecimal() and _is_list(documents, path, value, using) else part)
        value = get(value, path[-1:])
    return path


def _is_list(documents: Documents, path: Path, value: object, using: Schema | None) -> bool:
    if value is not None:
        return isinstance(value, list)
    document = documents[int(path[0])]
    field = (using or schema()).document_field(document, path[1:])
    return field is not None and field.type == "array"
