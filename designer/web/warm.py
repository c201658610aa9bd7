"""What a server does before its first request, so that no person waits for it."""

from __future__ import annotations

import gc

from django.template.loader import get_template

from designer.manifests.schema import schema
from patterns import catalogue


def warm() -> None:
    """Read the schema and the catalogue, compile the templates, and keep the collector away from them: the schema is
    a hundred thousand objects that live as long as the process, and walking them anew costs tens of milliseconds."""
    found = schema()
    for definition in found.closure(found.definition_of("apps/v1", "Deployment")):
        found.fields(definition)
    catalogue.presets()
    for name in ("designs/designer.html", "designs/_panes.html", "designs/_field.html", "designs/home.html"):
        get_template(name)
    gc.collect()
    gc.freeze()
