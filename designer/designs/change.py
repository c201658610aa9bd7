"""The one door: every edit of a design goes through `change`.

Rows → documents → transform → new documents → rows. The text is rewritten so that only what changed is written anew, a
revision is stored, and all of it happens in one transaction that ends by asserting that the new text reads back as
exactly the new documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, Required, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from designer.designs import rows
from designer.designs.models import Design, Revision
from designer.designs.weavings import believed, index
from designer.designs.worn import carried, followed, unbelieved
from designer.manifests import diff, lines, merge
from designer.manifests import text as manifest_text
from designer.manifests.match import same
from designer.manifests.types import Documents, ManifestError, Transform
from designer.manifests.yamltext.same import same as says

if TYPE_CHECKING:
    from django.contrib.auth.models import User


# Typing that rests no longer than this is one revision. The steps on the way serve requests that are still under way.
_BURST = timedelta(seconds=2)
_MUCH = 4  # lines that one does not type in one go: pasted, or deleted
_STEPS_LAST = timedelta(minutes=2)
_BACK = "typed, and took it back"


@dataclass(frozen=True)
class Changed:
    """What came of an edit. `revision` is the design's current one; it is new only if `changed`."""

    documents: Documents
    revision: Revision
    changed: bool
    notes: tuple[str, ...] = ()
    source: manifest_text.Text | None = field(default=None, repr=False)  # the new text, read


class ConflictError(ManifestError):
    """An edit based on an older revision touches what someone else changed since. Nothing was saved."""

    def __init__(self, conflicts: list[merge.Conflict]) -> None:
        self.conflicts = conflicts
        first = conflicts[0]
        super().__init__(
            "this was changed by someone else in the meantime; both versions are shown, choose one and save again",
            first.path,
        )


Side = Literal["", "mine", "theirs"]


class How(TypedDict, total=False):
    """How an edit is made; see `change`."""

    by: Required[User | None]
    base: int | None
    text: str | manifest_text.Text | Callable[[str], str] | None
    woven: list[dict[str, Any]] | Callable[[list[dict[str, Any]], int], list[dict[str, Any]]] | None
    summary: str
    over: Side
    window: str
    typing: bool
    was: str | None


def change(design: Design, transform: Transform, **how: Unpack[How]) -> Changed:
    """Edit a design. Returns Changed; `design` itself is brought up to date.

    `transform` takes the design's documents and returns new ones (it must not change its argument); what it raises
    leaves the design as it was.

    `by` is the person. `base` is the number of the revision they were looking at: an edit based on an older one is
    made on that one and merged where it touches other fields. Where it touches the same, it is refused with
    ConflictError, unless `over` says whose version stands there, or all that happened since came from the same browser
    `window`, whose latest word counts. `was`, if given, is the text that the edit itself is against: what the person
    had sent before, which stands in the design by now together with what happened since `base`.

    `text`, if given, is how the new documents are written (a person typed it), read or not, or makes it from the text
    that stands; it is kept to the byte, and brought together line by line with what was written elsewhere meanwhile.
    `typing` says that more may follow at once: a burst of it is one revision in the history. `woven`, if given, is the
    new record of the presets that the pods wear, or makes it, once the transform is done, from the one that stands and
    the new revision's number. `summary` is a sentence for the history; by default it is made from the difference.
    """
    with transaction.atomic():
        current = Design.objects.select_for_update().get(pk=design.pk)
        standing = rows.load(current)
        before = rows.assemble(standing)
        last = Revision.objects.filter(design=current, number=current.number).first()
        base, record, window = how.get("base"), how.get("woven"), how.get("window", "")
        typed = how.get("text")
        text = typed(current.text) if callable(typed) else typed
        if isinstance(text, str):
            text = manifest_text.Text.read(text)
        late = base is not None and base < current.number
        after = _rebased(current, transform, before, how) if late else transform(before)
        was = last.woven if last else []
        worn = believed(carried(was, before, after), was, how["by"])
        dropped = unbelieved(was, before, after) if record is None else []
        woven = record(worn, current.number + 1) if callable(record) else record
        if not how.get("typing", False):  # nothing moves under the hands of someone who types
            after = followed(after, worn if woven is None else woven)
        same_text = text is None or text.source == current.text
        if last and same(after, before) and same_text and (woven is None or woven == last.woven):
            _update(design, current)
            return Changed(before, last, False)
        source, notes = _written(current, text, after, _base_text(current, how) if late else None, how.get("over", ""))
        little = how.get("typing", False) and lines.differing(current.text, source.source) < _MUCH
        burst = last if last and little and _goes_on(last, window) else None
        origin = _revision(current, burst.back) if burst else None
        undone = origin is not None and origin.text == source.source
        notes = (*notes, *dropped)
        told = how.get("summary") or _sentence(_parsed(origin.text) if origin else before, after)
        revision = store(
            current,
            after,
            source,
            by=how["by"],
            woven=worn if woven is None else woven,
            was=was,
            summary=_BACK if undone else ". ".join([told, *dropped]),
            standing=standing,
            window=window,
            back=origin.back if origin and undone else burst.back if burst else last.number if last else None,
            forward=origin.forward if origin and undone else None,
            of=(origin.of or origin.number) if origin and undone else None,
            typed=little,
        )
        if burst:
            _pass(burst)
    _update(design, current)
    return Changed(source.documents, revision, True, notes, source)


def _written(
    current: Design, typed: manifest_text.Text | None, after: Documents, base: str | None, over: Side
) -> tuple[manifest_text.Text, tuple[str, ...]]:
    """The text that says `after`: what was typed if it says that, else what was typed or stands, rewritten.

    What was typed on an older text, `base`, is first brought together with what stands by now, so that comments
    and layout of both are kept.
    """
    if typed is None:
        rewritten = manifest_text.Text.read(current.text).rewrite(after)
        return manifest_text.Text.of(rewritten), tuple(rewritten.notes)
    source, met = typed, False
    if base is not None:
        prefer: lines.Side = "theirs" if over == "theirs" else "ours"
        together = lines.merge_lines(base, typed.source, current.text, prefer=prefer)
        try:
            source, met = manifest_text.Text.read(together.text), together.met
        except ManifestError:
            met = True
    notes = ["Merged with what was changed elsewhere meanwhile: look over the comments."] if met else []
    if says(source.documents, after):
        return source, tuple(notes)
    rewritten = source.rewrite(after)
    return manifest_text.Text.of(rewritten), (*rewritten.notes, *notes)


def _goes_on(last: Revision, window: str) -> bool:
    """Whether typing in a window goes on from its last revision, which nobody else has seen."""
    mine = last.typed and last.window == window != "" and not last.kept
    return mine and timezone.now() - last.at < _BURST


def _pass(step: Revision) -> None:
    """A revision that the next one of its burst says all of: out of the history, and gone once it rested."""
    Revision.objects.filter(pk=step.pk, kept=False).update(passing=True)
    stale = Revision.objects.filter(design=step.design_id, passing=True, kept=False, window=step.window)
    stale.filter(at__lt=timezone.now() - _STEPS_LAST).delete()


def keep(revision: Revision) -> None:
    """Someone relies on this revision (another window shows it, a cluster got it): it stays in the history."""
    if revision.typed and not revision.kept:
        Revision.objects.filter(pk=revision.pk).update(kept=True, passing=False)
        revision.kept = True


def changed_elsewhere(design: Design, base: int, window: str) -> bool:
    """Whether anyone but this browser window has changed the design since revision `base`."""
    since = Revision.objects.filter(design=design, number__gt=base)
    return (since.exclude(window=window) if window else since).exists()


def undo(design: Design, *, by: User | None, window: str = "") -> Revision | None:
    """Go back one edit; None where there is nothing to undo. The step is itself a revision, so nothing is lost."""
    return _step(design, by, "back", window)


def redo(design: Design, *, by: User | None, window: str = "") -> Revision | None:
    """Go forward to what the last undo left; None where there is nothing to redo."""
    return _step(design, by, "forward", window)


def store(
    current: Design,
    documents: Documents,
    source: manifest_text.Text,
    *,
    by: User | None,
    woven: list[dict[str, Any]],
    was: list[dict[str, Any]],
    summary: str,
    standing: rows.Rows,
    window: str,
    back: int | None,
    forward: int | None = None,
    of: int | None = None,
    typed: bool = False,
) -> Revision:
    """Write documents, text and a new revision of a design that the caller holds locked. `woven` is what its pods wear
    now, `was` what they wore."""
    read = source.documents
    if not says(read, documents):
        raise AssertionError("the text written for an edit does not read back as its documents")
    current.number += 1
    current.text = source.source
    current.updated = timezone.now()
    rows.save(standing, rows.take_apart(current, read))
    index(current, woven, was)
    current.save(update_fields=["number", "text", "updated"])
    return Revision.objects.create(
        design=current,
        number=current.number,
        text=source.source,
        woven=woven,
        summary=summary[:400],
        by=by,
        window=window[:40],
        back=back,
        forward=forward,
        of=of,
        typed=typed,
    )


def _step(design: Design, by: User | None, way: str, window: str) -> Revision | None:
    with transaction.atomic():
        current = Design.objects.select_for_update().get(pk=design.pk)
        last = Revision.objects.filter(design=current, number=current.number).first()
        number = getattr(last, way) if last else None
        if last is None or number is None:
            return None
        target = Revision.objects.get(design=current, number=number)
        undone = last if way == "back" else target
        undone = _revision(current, undone.of) or undone
        source = manifest_text.Text.read(target.text)
        revision = store(
            current,
            source.documents,
            source,
            by=by,
            woven=target.woven,
            was=last.woven,
            summary=("undo: " if way == "back" else "redo: ") + re.sub(r"^(undo: |redo: )+", "", undone.summary),
            standing=rows.load(current),
            window=window,
            back=target.back,
            forward=last.number if way == "back" else target.forward,
            of=target.of or target.number,
        )
    _update(design, current)
    return revision


def _rebased(design: Design, transform: Transform, now: Documents, how: How) -> Documents:
    """The edit made on the revision it is based on, carried over to `now`. Raises ConflictError where both touch the
    same field and nobody's version is said to stand."""
    base, over = how.get("base") or 0, how.get("over", "")
    old = manifest_text.parse(_base_text(design, how))
    mine = transform(old)
    # Where both sides touch a field, three_way keeps the one it is given first.
    merged = merge.three_way(old, now, mine) if over == "theirs" else merge.three_way(old, mine, now)
    if merged.conflicts and not over and changed_elsewhere(design, base, how.get("window", "")):
        raise ConflictError(merged.conflicts)
    documents: Documents = merged.value
    return documents


def _base_text(design: Design, how: How) -> str:
    """The text that an edit is against: that of the revision it is based on, or what its window had sent since."""
    was, base = how.get("was"), how.get("base") or 0
    if was is not None:
        return was
    text = design.text_at(base)
    if text is None:
        raise ManifestError(f"revision {base} of this design is not known: reload the page")
    return text


def _revision(design: Design, number: int | None) -> Revision | None:
    return Revision.objects.filter(design=design, number=number).first() if number else None


def _sentence(before: Documents, after: Documents) -> str:
    return diff.sentence(diff.diff(before, after), after)


@lru_cache(maxsize=32)
def _parsed(text: str) -> Documents:
    """Where a burst began is asked for at each of its steps. To be read only."""
    return manifest_text.parse(text)


def _update(design: Design, current: Design) -> None:
    for name in ("number", "text", "updated", "name", "version", "deleted"):
        setattr(design, name, getattr(current, name))
