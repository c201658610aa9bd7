"""The verbs of the designer's forms, menus and keys: what arrives in a request, turned into an edit of the documents.

A verb takes the documents and the request's data and gives Edited; `VERBS` finds it by the name in the URL. What a verb
does to documents lives in designer.manifests.edits; here is only the reading of forms.
"""

from collections.abc import Callable

from designer.web.verbs import containers, fields, objects, ports, volumes
from designer.web.verbs.data import Data, Verb

VERBS: dict[str, Verb] = {
    **fields.VERBS,
    **containers.VERBS,
    **volumes.VERBS,
    **ports.VERBS,
    **objects.VERBS,
}

# What a verb does to the text itself, before the rest of its edit is written into it.
TEXTS: dict[str, Callable[[Data], Callable[[str], str]]] = {"change-kind": objects.kind_text}

__all__ = ["TEXTS", "VERBS", "Data", "Verb"]
