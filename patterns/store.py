"""Where presets are found: the built-in catalogue, and those that people made (models.py)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any
from zlib import crc32

from designer.manifests import names
from designer.manifests.types import ManifestError
from patterns import catalogue, lengths, literals, models, preset
from patterns.detect import Hint
from patterns.podkey import pod_key
from patterns.preset import Preset
from patterns.weave import Woven
from patterns.worn import worn_from

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from designer.teams.models import Team

# Letters of Latin scripts that no decomposition leads to plain ones (Unicode Standard Annex 15).
_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i"})


def row(person: User, ref: str) -> models.Preset | None:
    """A preset that people made and that the person may see, by its ref; by its bare name, one of their own space."""
    name, _, uid = ref.partition("_")
    if uid:
        return models.Preset.objects.of(person).select_related("team").filter(uid=uid, name=name).first()
    return models.Preset.objects.within(person, None).filter(name=name).first()


def made(one: models.Preset) -> Preset:
    """What a preset that people made says, as its newest version; it was published."""
    return replace(_read(one.text), id=one.uid)


def find(person: User, ref: str) -> tuple[Preset, int] | None:
    """A preset that the person may weave, and its version; their own go before the catalogue's of the same name."""
    found = row(person, ref)
    if found:
        return (made(found), found.version) if found.version else None
    known = catalogue.presets().get(ref)
    return (known, known.version) if known else None


def name_for(person: User, title: str, team: Team | None = None) -> str:
    """The name of a preset with this title: that of the space's with it, else the title in plain letters ("Köln" →
    "koln"), else preset-1, preset-2 … where none of it is left."""
    there = models.Preset.objects.within(person, team)
    if known := there.filter(title=title).first():
        return known.name
    plain = unicodedata.normalize("NFKD", title.casefold().translate(_LETTERS))
    label = names.label_from("".join(each for each in plain if not unicodedata.combining(each)), "")
    taken = set(there.filter(name__startswith="preset-").values_list("name", flat=True))
    return label or next(f"preset-{number}" for number in count(1) if f"preset-{number}" not in taken)


def save(
    person: User, made: Preset, *, replace: bool = False, team: Team | None = None, draft: bool = False
) -> models.Preset:
    """Publish a preset in a space, a team's or the person's own, or save it as a `draft`. Under a name that the space
    has it becomes the next version if they said `replace`, else it is refused; so are a name of the catalogue, since a
    preset is never mistaken for another, and a draft where there is one already."""
    lengths.check(preset.to_document(made))
    literals.check(preset.to_document(made))
    if made.name in catalogue.presets():
        raise ManifestError(f"the catalogue has a preset {made.name!r}: choose another name", ("metadata", "name"))
    known = models.Preset.objects.within(person, team).filter(name=made.name).first()
    if known and not replace:
        who = f"{team.name} has" if team else "you have"
        raise ManifestError(f"{who} a preset “{known.title}” already: choose another title, or replace that one")
    text = preset.write(made)
    if not draft:
        return models.Preset.keep(person, made, text, by=person, team=team)
    if known and known.draft:
        raise ManifestError(f"“{known.title}” has a draft already: open it, publish or discard it, and save this again")
    row = known or models.Preset(owner=person, team=team, name=made.name, version=0)
    row.keep_draft(made, text, by=person)
    return row


@lru_cache(maxsize=512)
def _read(text: str) -> Preset:
    """Presets are read far more often than they change. To be read only."""
    return preset.read(text, kept=True)


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
