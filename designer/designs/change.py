"""The one door: every edit of a design goes through `change`.

Rows → documents → transform → new documents → rows. The text is rewritten so that only what changed is written anew, a
revision is stored, and all of it happens in one transaction that ends by asserting that the new text reads back as
exactly the new documents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from designer.designs import rows
from designer.designs.models import Design, Revision
from designer.manifests import diff, merge
from designer.manifests import text as manifest_text
from designer.manifests.match import same
from designer.manifests.types import Documents, ManifestError, Transform
from designer.manifests.yamltext.same import same as says

if TYPE_CHECKING:
    from django.contrib.auth.models import User


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


def change(
    design: Design,
    transform: Transform,
    *,
    by: User | None,
    base: int | None = None,
    text: str | None = None,
    woven: list[dict[str, Any]] | None = None,
    summary: str = "",
    over: bool = False,
) -> Changed:
    """Edit a design.

    `transform` takes the design's documents and returns new ones (it must not change its argument); what it raises
    leaves the design as it was. `base` is the number of the revision that the person was looking at: an edit based on
    an older one is merged where it touches other fields, and refused with ConflictError where it touches the same,
    unless `over` says that there this one stands.
    `text`, if given, is how the new documents are written (a person typed it); it is kept to the byte. `woven`, if
    given, is the new record of the presets that the pods wear. `summary` is a sentence for the history; by default it
    is made from the difference. Returns Changed; `design` itself is brought up to date.
    """
    with transaction.atomic():
        current = Design.objects.select_for_update().get(pk=design.pk)
        standing = rows.load(current)
        before = rows.assemble(standing)
        last = Revision.objects.filter(design=current, number=current.number).first()
        if base is not None and base < current.number:
            after = _rebased(current, transform, base, before, over)
        else:
            after = transform(before)
        if (
            last
            and same(after, before)
            and (text is None or text == current.text)
            and (woven is None or woven == last.woven)
        ):
            _update(design, current)
            return Changed(before, last, False)
        notes: tuple[str, ...] = ()
        source = manifest_text.Text.read(text) if text is not None else None
        if source is None or not says(source.documents, after):
            rewritten = manifest_text.Text.read(current.text).rewrite(after)
            source, notes = manifest_text.Text.of(rewritten), tuple(rewritten.notes)
        revision = store(
            current,
            after,
            source,
            by=by,
            woven=woven if woven is not None else (last.woven if last else []),
            summary=summary or diff.sentence(diff.diff(before, after), after),
            standing=standing,
            back=last.number if last else None,
        )
    _update(design, current)
    return Changed(source.documents, revision, True, notes, source)


def undo(design: Design, *, by: User | None) -> Revision | None:
    """Go back one edit; None where there is nothing to undo. The step is itself a revision, so nothing is lost."""
    return _step(design, by, "back")


def redo(design: Design, *, by: User | None) -> Revision | None:
    """Go forward to what the last undo left; None where there is nothing to redo."""
    return _step(design, by, "forward")


def store(
    current: Design,
    documents: Documents,
    source: manifest_text.Text,
    *,
    by: User | None,
    woven: list[dict[str, Any]],
    summary: str,
    standing: rows.Rows,
    back: int | None,
    forward: int | None = None,
) -> Revision:
    """Write documents, text and a new revision of a design that the caller holds locked."""
    read = source.documents
    if not says(read, documents):
        raise AssertionError("the text written for an edit does not read back as its documents")
    current.number += 1
    current.text = source.source
    current.updated = timezone.now()
    rows.save(standing, rows.take_apart(current, read))
    current.save(update_fields=["number", "text", "updated"])
    return Revision.objects.create(
        design=current,
        number=current.number,
        text=source.source,
        woven=woven,
        summary=summary[:400],
        by=by,
        back=back,
        forward=forward,
    )


def _step(design: Design, by: User | None, way: str) -> Revision | None:
    with transaction.atomic():
        current = Design.objects.select_for_update().get(pk=design.pk)
        last = Revision.objects.filter(design=current, number=current.number).first()
        number = getattr(last, way) if last else None
        if last is None or number is None:
            return None
        target = Revision.objects.get(design=current, number=number)
        undone = last if way == "back" else target
        source = manifest_text.Text.read(target.text)
        revision = store(
            current,
            source.documents,
            source,
            by=by,
            woven=target.woven,
            summary=("undo: " if way == "back" else "redo: ") + re.sub(r"^(undo: |redo: )+", "", undone.summary),
            standing=rows.load(current),
            back=target.back,
            forward=last.number if way == "back" else target.forward,
        )
    _update(design, current)
    return revision


def _rebased(design: Design, transform: Transform, base: int, now: Documents, over: bool) -> Documents:
    """The edit made on revision `base`, carried over to `now`. Raises ConflictError where both touch the same field."""
    revision = Revision.objects.filter(design=design, number=base).first()
    if revision is None:
        raise ManifestError(f"revision {base} of this design is not known: reload the page")
    old = manifest_text.parse(revision.text)
    merged = merge.three_way(old, transform(old), now)
    if merged.conflicts and not over:
        raise ConflictError(merged.conflicts)
    documents: Documents = merged.value
    return documents


def _update(design: Design, current: Design) -> None:
    for name in ("number", "text", "updated", "name", "deleted"):
        setattr(design, name, getattr(current, name))
