"""What is done to presets, written to the audit log; in local mode, with one person, there is nobody to tell."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from designer.teams import audit
from designer.web.access import Request
from patterns.models import Preset

audit.SENTENCES |= {
    "preset-published": ("preset", "published version {number} of the preset {preset} in {space}"),
    "preset-drafted": ("preset", "saved a draft of the preset {preset} in {space}"),
    "preset-draft-discarded": ("preset", "discarded the draft of the preset {preset} in {space}"),
    "preset-forked": ("preset", "forked the preset {origin} as {preset} in {space}"),
    "preset-moved": ("preset", "moved the preset {preset} from {origin} to {space}"),
    "preset-shown": ("preset", "showed the preset {preset} of {space} to everyone here"),
    "preset-hidden": ("preset", "showed the preset {preset} to {space} alone again"),
    "preset-deprecated": ("preset", "deprecated the preset {preset} of {space}"),
    "preset-taken-up": ("preset", "took back that the preset {preset} of {space} is deprecated"),
    "preset-deleted": ("preset", "deleted the preset {preset} of {space}, which {count} wore"),
    "presets-imported": ("preset", "imported {presets} into {space}"),
}


def place(row: Preset) -> str:
    """A preset's space in a sentence that others than its owner read."""
    return row.team.name if row.team else f"{row.owner.get_username()}'s own space"


def log(request: Request, what: str, row: Preset, **about: Any) -> None:
    """Write that the person did `what` to a preset."""
    if not settings.LOCAL_MODE:
        audit.record(request, request.user, what, **{"preset": row, "space": place(row), **about})
