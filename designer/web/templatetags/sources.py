"""Template tags about where presets come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template

from patterns import sources_git
from patterns.models import Preset
from patterns.sources import CatalogueSource

register = template.Library()


@dataclass(frozen=True)
class Origin:
    """A preset's source, where its file is shown by its host ("": nowhere), the address of its repository, of one on
    this server only for who may look at the source, and whether the person may."""

    source: CatalogueSource
    page: str
    address: str
    seen: bool


@register.simple_tag(takes_context=True)
def source_of(context: dict[str, Any], row: Preset) -> Origin | None:
    """Where a preset comes from, None for one that was made here. Two queries."""
    source = row.source
    if source is None:
        return None
    git = source.kind == CatalogueSource.Kind.GIT
    # What is gone has no page at the commit that was looked at last.
    page = sources_git.page_of(source.address, source.commit, row.source_path) if git and not row.deprecated else ""
    seen = source.role_of(context["request"].user) is not None
    elsewhere = git and not source.address.startswith(("/", "file:"))
    return Origin(source, page, source.address if elsewhere or (git and seen) else "", seen)
