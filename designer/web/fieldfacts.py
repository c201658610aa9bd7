"""What there is to say about a field: the words of its description's popover."""

from __future__ import annotations

from typing import Any

from designer.manifests import oneof
from designer.manifests.choices import choices
from designer.manifests.schema import Field, newest_with, schema, versions
from designer.manifests.types import Path
from designer.web.screen import Screen


def facts(screen: Screen, path: Path) -> dict[str, Any]:
    """What there is to say about a field, for its description: the field as the design's version has it, or else the
    newest that does; its type in words, the values it takes, its group, and since and until when there is it."""
    document = screen.documents[int(path[0])]
    field = screen.schema.document_field(document, path[1:])
    using = screen.schema
    if field is None and (elsewhere := newest_with(document, path[1:])):
        field, using = elsewhere[0], schema(elsewhere[1])
    if field is None:
        return {"field": None, "version": using.version}
    return {
        "field": field,
        "words": in_words(field),
        "choices": choices(field),
        "group": oneof.group_of(using, field.owner, field.name),
        "version": using.version,
        "oldest": f"{versions()[0]} or older",
        "last": using.last(field.owner, field.name),
    }


_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "mapping",
    "quantity": "quantity, such as 500m or 128Mi",
    "int-or-string": "number or text",
    "any": "any YAML",
}
_MANY = {
    "string": "texts",
    "integer": "whole numbers",
    "number": "numbers",
    "boolean": "true or false",
    "object": "mappings",
    "quantity": "quantities",
    "array": "lists",
    "map": "maps",
    "any": "any YAML",
}


def in_words(field: Field) -> str:
    """A field's type in a person's words: "list of texts", "map of quantities"."""
    if field.type == "array":
        return f"list of {_MANY.get(field.item, field.item)}"
    if field.type == "map":
        return f"map of {_MANY.get(field.item, field.item)}"
    return "time, such as 2026-01-31T12:00:00Z" if field.format == "date-time" else _TYPES[field.type]
