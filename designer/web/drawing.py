"""The picture of a design on its screen. One that cannot be drawn leaves the rest of the screen as it is."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from designer.diagram.layout import layout
from designer.diagram.svg import svg
from designer.manifests.types import Documents

_log = logging.getLogger(__name__)


def drawn(documents: Documents, roles: Mapping[str, str], bad: Collection[str]) -> SafeString:
    """The diagram as `layout` has it; where drawing fails, which is a fault of ours and goes to the log, a few words
    in its place: who cannot see a design can still read, edit and undo it."""
    try:
        return mark_safe(svg(layout(documents, roles, bad)))  # noqa: S308 - the drawing escapes every text
    except Exception:
        _log.exception("A design could not be drawn")
        return render_to_string("designs/_undrawn.html")
