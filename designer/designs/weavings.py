"""Which presets the pods of designs wear, in which version: an index of what the current revisions say of it.

A revision's record holds all there is to a weaving; these rows hold what is asked across designs: who uses a preset, in
which version, how often. They are written through the one door (change.py), with the revision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import models
from django.dispatch import Signal

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from designer.designs.models import Design


# Sent with `refs`, those of the presets that a design began or ceased to wear, or wears otherwise.
rewoven = Signal()
# Sent with `refs` of presets that people made, as an annotation says them, and `by`, who brought it: which of them may
# that person see? The answers are sets of refs.
claimed = Signal()


class Weaving(models.Model):
    """That a pod of a design wears a preset, by the preset's ref (`patterns.preset.Preset.ref`)."""

    design = models.ForeignKey("designs.Design", on_delete=models.CASCADE, related_name="weavings")
    preset = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    pod = models.CharField(max_length=320, help_text="the pod's key, Kind/name")

    class Meta:
        indexes = [models.Index(fields=["preset", "version", "design"])]

    def __str__(self) -> str:
        return f"{self.preset} v{self.version} on {self.pod}"


def told(woven: Iterable[Mapping[str, Any]]) -> list[tuple[str, int, str]]:
    """(preset, version, pod) of each record."""
    return [(str(one.get("preset")), int(one.get("version", 1)), str(one.get("pod"))) for one in woven]


def believed(woven: list[dict[str, Any]], was: list[dict[str, Any]], by: User | None) -> list[dict[str, Any]]:
    """The records of what pods wear, where those of `was` were known. Anybody can write an annotation that names
    somebody's preset: a record that came so keeps no more than the preset's name, unless the person may see that."""
    known = {one.get("preset") for one in was}
    refs = {str(one.get("preset")) for one in woven if one.get("preset") not in known}
    refs = {ref for ref in refs if "_" in ref}
    if not refs:
        return woven
    answers = claimed.send(Weaving, refs=refs, by=by) if by else []
    unseen = refs - {ref for _, seen in answers for ref in seen or ()}
    return [{**one, "preset": one["preset"].partition("_")[0]} if one.get("preset") in unseen else one for one in woven]


def index(design: Design, woven: list[dict[str, Any]], was: list[dict[str, Any]]) -> None:
    """Write down what the pods of a design wear now. No query where that is what they wore."""
    if told(woven) == told(was):
        return
    Weaving.objects.filter(design=design).delete()
    Weaving.objects.bulk_create(
        Weaving(design=design, preset=preset[:80], version=min(version, 2**31 - 1), pod=pod[:320])
        for preset, version, pod in told(woven)
    )
    rewoven.send(Weaving, refs={preset[:80] for preset, _, _ in (*told(was), *told(woven))})
