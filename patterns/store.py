"""Where presets are found: the built-in catalogue, and a person's own."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import count
from typing import TYPE_CHECKING, Any
from zlib import crc32

from designer.manifests import names
from designer.manifests.types import ManifestError
from patterns import catalogue, lengths, models, preset
from patterns.detect import Hint
from patterns.podkey import pod_key
from patterns.preset import Preset
from patterns.weave import Woven
from patterns.worn import worn_from

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# Letters of Latin scripts that no decomposition leads to plain ones (Unicode Standard Annex 15).
_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i"})


def own(person: User) -> dict[str, Preset]:
    """The person's own presets by name."""
    return {row.name: preset.read(row.text, kept=True) for row in models.Preset.objects.filter(owner=person)}


def find(person: User, name: str) -> tuple[Preset, int] | None:
    """A preset that the person may use, and its version; their own go before the catalogue's of the same name."""
    row = models.Preset.objects.filter(owner=person, name=name).first()
    if row:
        return preset.read(row.text, kept=True), row.version
    known = catalogue.presets().get(name)
    return (known, known.version) if known else None


def name_for(person: User, title: str) -> str:
    """The name of a preset with this title: that of the person's own one with it, else the title in plain letters
    ("Köln" → "koln"), else preset-1, preset-2 … where none of it is left."""
    row = models.Preset.objects.filter(owner=person, title=title).first()
    if row:
        return row.name
    plain = unicodedata.normalize("NFKD", title.casefold().translate(_LETTERS))
    made = names.label_from("".join(each for each in plain if not unicodedata.combining(each)), "")
    taken = set(models.Preset.objects.filter(owner=person, name__startswith="preset-").values_list("name", flat=True))
    return made or next(f"preset-{number}" for number in count(1) if f"preset-{number}" not in taken)


def save(person: User, made: Preset, *, replace: bool = False) -> models.Preset:
    """Keep a preset as the person's own. Under a name they have already it becomes the next version if they said
    `replace`, else it is refused; so is a name of the catalogue: a preset is never mistaken for another."""
    lengths.check(preset.to_document(made))
    if made.name in catalogue.presets():
        raise ManifestError(f"the catalogue has a preset {made.name!r}: choose another name", ("metadata", "name"))
    values = {"title": made.title or made.name, "pattern": made.pattern, "text": preset.write(made)}
    row, created = models.Preset.objects.get_or_create(owner=person, name=made.name, defaults=values)
    if not created and not replace:
        raise ManifestError(f"you have a preset “{row.title}” already: choose another title, or replace that one")
    if not created and row.text != values["text"]:
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
        row.save()
    return row


def record(made: Preset, woven: Woven, version: int = 1) -> dict[str, Any]:
    """What a design's revision remembers of a weaving that begins it (see `patterns.worn`)."""
    # A pod that begins a design is its only one of that name, which tells this weaving from the others.
    number = crc32(f"{made.name}/{pod_key(woven.documents[woven.pod])}".encode()) % 2**31 + 2**31
    return worn_from(made, woven, version=version, number=number).write()


def hints(records: Iterable[dict[str, Any]]) -> list[Hint]:
    """What a revision's records say of the containers' roles."""
    return [
        Hint(str(one.get("pod")), name, one["pattern"], one.get("title") or one.get("preset") or "")
        for one in records
        if one.get("pattern")
        for name in one.get("containers", ())
    ]
