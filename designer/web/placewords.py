"""Where a field stands, in the words in which the history tells a change of it: ``image of container nginx``."""

from __future__ import annotations

from typing import Any

from designer.manifests.diff import Change, line
from designer.manifests.match import DOCUMENT, Place, keys
from designer.manifests.pod import name_of
from designer.manifests.schema import schema
from designer.manifests.types import Documents, Path, get

# A move tells no values, so what is left of its line without this is the place.
_MOVED = ": moved from place 1 to 1"


def place_words(named: Path, value: Any = None) -> tuple[str, str]:
    """The object (``Deployment web``) and the place in it, of a path by names (see `diff.Change.named`); `value` is
    what stands there. The place is "" for the object itself."""
    if len(named) < 2:
        return line(Change("move", (), 0, 0, named))[0], ""
    # What a change is called can follow from its value: an init container or a sidecar.
    where, words = line(Change("move", (), 0, 0, named))
    about = words.removesuffix(_MOVED)
    if isinstance(value, dict) and value.get("restartPolicy") == "Always":
        about = about.replace("init container ", "sidecar ", 1)
    return where, about


def named_path(documents: Documents, path: Path) -> Path:
    """A path of the documents with names in place of indexes, as far as the items have them."""
    if not path or not isinstance(path[0], int) or path[0] >= len(documents):
        return tuple(path)
    value: Any = documents[path[0]]
    named: list[str | int] = [f"{value.get('kind', '')}/{name_of(value)}"]
    place = Place(schema()).of(value)
    for key in path[1:]:
        if isinstance(key, int) and isinstance(value, list):
            by = keys(place, value)
            item = value[key] if key < len(value) else None
            name = get(item, by[0]) if by and by is not DOCUMENT and isinstance(item, dict) else None
            named.append(key if name is None else str(name))
            value, place = item, place.item().of(item) if isinstance(item, dict) else place.item()
        else:
            named.append(key)
            value, place = value.get(key) if isinstance(value, dict) else None, place.key(str(key))
    return tuple(named)
