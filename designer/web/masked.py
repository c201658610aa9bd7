"""A design's Secrets at the edges of the application: hidden on every way out, given back on the way in.

The placeholders are keyed with the designer's secret key and the design: the same value looks otherwise in another one,
and what was copied out of a design can be given its value back in that design alone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.conf import settings

from designer.checks import Finding
from designer.designs.models import Design
from designer.manifests import masking, secrets
from designer.manifests.masking import Clear
from designer.manifests.secrets import Marks
from designer.manifests.text import Text
from designer.manifests.types import Documents, ManifestError, Path, get
from patterns.seam import mark

_BACK = 100  # revisions that are looked through for a value that was cut out
_SHORT = 4  # what many a field says that hides nothing
_CUT = 60
_HIDES = """\
# The values of its Secrets are hidden here: applied as it is, this would put "(hidden ...)" in their place.
"""


def marks(design: Design) -> Marks:
    """How the values of a design's Secrets are shown."""
    return _marks(settings.SECRET_KEY, design.pk)


@lru_cache(maxsize=256)
def _marks(key: str, design: int) -> Marks:
    return Marks(hmac.new(key.encode(), f"secrets of design {design}".encode(), hashlib.sha256).digest())


def masked(design: Design, text: str) -> str:
    """A text of the design as it may be read."""
    return masking.masked(Text.read(text), marks(design)).source if secrets.may_hold(text) else text


def read(design: Design, source: Text, clear: Clear = ()) -> Text:
    """As `masked`, for a text that was read; `clear` are values that the reader has just typed (masking.py)."""
    return masking.masked(source, marks(design), clear)


def documents(design: Design, standing: Documents, source: Text | None = None) -> Documents:
    """Documents that the design's text says (`source`, where that was read), as they may be read."""
    if "*" not in (source.source if source else design.text):
        return marks(design).hide(standing)
    return masking.shown_documents(source or Text.read(design.text), marks(design), standing)


def restored(design: Design, typed: Text, standing: str) -> Text:
    """What was typed on the masked text of `standing`, with the values that its placeholders stand for: those of that
    text and of the one that stands, else of a revision in the history, as when they were cut out and are put in again.

    Raises ManifestError, with the line, for a placeholder that stands for none."""
    return masking.restored(
        typed, marks(design), _texts(standing, design.text), more=_history(design, {standing, design.text})
    )


def _texts(*texts: str) -> Iterator[Text]:
    for text in dict.fromkeys(texts):
        yield Text.read(text)


def _history(design: Design, seen: Collection[str]) -> Iterator[Text]:
    known = set(seen)
    for text in design.revisions.order_by("-number").values_list("text", flat=True)[:_BACK].iterator():
        if text not in known:
            known.add(text)
            yield Text.read(text)


def given_back(design: Design, documents: Documents, before: Documents, said: Collection[str] = ()) -> Documents:
    """The documents that an edit which says `said` made of those `before`, with no placeholder left (secrets.py)."""
    return marks(design).give_back(documents, before, said)


def told(documents: Documents, found: Finding) -> Finding:
    """A finding about documents, in words that quote no value of a Secret."""
    if not secrets.in_secret(documents, found.path):
        return found
    values = [slot.value for slot in secrets.slots(documents[int(found.path[0]) :][:1]).values()]
    mend = replace(found.fix, label=hushed(found.fix.label, values)) if found.fix else None
    return replace(found, message=hushed(found.message, values), fix=mend)


def hushed(words: str, values: Iterable[Any]) -> str:
    """A sentence without these values, also where they are cut off at 60 characters, as findings cut them."""
    forms = {json.dumps(value).strip('"') for value in values}
    forms |= {form for value in values for one in (str(value), str(value)[:_CUT]) for form in (one, repr(one)[1:-1])}
    for form in sorted(forms - {""}, key=len, reverse=True):
        words = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", "…", words)
    return words


def at(design: Design, path: Path, value: Any) -> Any:
    """A value of an edit of the design that was refused, as it may be shown: hidden where it stands in a Secret by now,
    or where it is one of the values of a Secret."""
    documents = design.documents
    shown = marks(design).hide_at(documents, path, value)
    held = {slot.value for slot in secrets.slots(documents).values() if isinstance(slot.value, str)}
    return _without(shown, held, marks(design))


def _without(value: Any, held: Collection[str], by: Marks) -> Any:
    if isinstance(value, dict):
        return {key: _without(child, held, by) for key, child in value.items()}
    if isinstance(value, list):
        return [_without(child, held, by) for child in value]
    return by.of(value) if isinstance(value, str) and len(value) > _SHORT and value in held else value


def taken_in(design: Design | None, text: str) -> str:
    """YAML from elsewhere as a design takes it: what was copied or exported out of that design has its values again.

    Raises ManifestError, with the line, for a placeholder that stands for no value of it; without a design, for any."""
    text = text.replace(_HIDES, "")
    if design is None:
        refuse_placeholders(text)
        return text
    return restored(design, Text.read(text), design.text).source


def refuse_placeholders(text: str) -> None:
    """Raises ManifestError, with the line, for YAML from elsewhere in which the values of a Secret are hidden: they
    are not in it, and what would be applied is their placeholders."""
    if not secrets.PLACEHOLDER.search(text):
        return
    source = Text.read(text)
    if path := secrets.placeholder(source.documents):
        lines = source.where.lines(path)
        mark = secrets.PLACEHOLDER.findall(get(source.documents, path))[0]
        raise ManifestError(
            f"{mark} is no value: it was hidden when this was exported. Type the value, or take the key out",
            path,
            lines[0] if lines else None,
            1,
        )


def exported(design: Design, text: str) -> str:
    """A text of the design as a file that may go around: hidden, and saying so where it is YAML and hides something."""
    shown = masked(design, text)
    if shown == text or shown.lstrip("\ufeff \t\r\n").startswith("{"):
        return shown
    mark = "\ufeff" if shown.startswith("\ufeff") else ""
    return f"{mark}{_HIDES}{shown.removeprefix(mark)}"


def without_values(text: str) -> str:
    """A text with nothing in the place of each value: for who may have the design, and not what its Secrets hold."""
    source = Text.read(text)
    documents = source.documents
    found = secrets.slots(documents)
    if not found:
        return text
    return source.rewrite(secrets.put(documents, dict.fromkeys(found, ""))).text


def record_without_values(record: dict[str, Any], named: Collection[str], documents: Documents) -> dict[str, Any]:
    """What is remembered of a weaving (patterns/worn.py), for who may have the design and not what its Secrets hold:
    nothing in the place of each value in its seam but what marks a secret parameter, and no parameter that went into a
    Secret. Those are the ones `named`, which the preset writes there, and those whose value is, or is a part of, one
    that a Secret has in the seam or in `documents`, the design's own."""
    sides: dict[str, Documents] = {side: record.get(side) or [] for side in ("before", "after")}
    asked = {mark(name) for name in record.get("secrets") or []}
    held = {
        form for each in (*sides.values(), documents) for slot in secrets.slots(each).values() for form in _forms(slot)
    }
    for side, each in sides.items():
        kept = {path: slot.value if slot.value in asked else "" for path, slot in secrets.slots(each).items()}
        sides[side] = secrets.put(each, kept)
    parameters = {
        name: value
        for name, value in record["parameters"].items()
        if name not in named and not _is_of(str(value), held)
    }
    chosen = [name for name in record.get("chosen") or [] if name in parameters]
    return {**record, **sides, "parameters": parameters, "chosen": chosen}


def _forms(slot: secrets.Slot) -> Iterator[str]:
    yield str(slot.value)
    with suppress(ManifestError):
        yield str(secrets.moved(slot, "stringData"))


def _is_of(value: str, held: Collection[str]) -> bool:
    return value in held or (len(value) >= _SHORT and any(value in one for one in held))
