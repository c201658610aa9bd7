"""What an editor offers at its cursor, and what it tells about the field there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from designer.manifests import choices, cursor, kindnames, known, since
from designer.manifests.cursor import Place
from designer.manifests.schema import Field, Schema, versions
from designer.manifests.schema import schema as schema_of
from designer.manifests.types import Document, Path
from designer.manifests.yamltext import emit, order, strings

LIMIT = 200
_OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_POD = "io.k8s.api.core.v1.Pod"
_PLAIN = ("string", "integer", "number", "boolean", "quantity", "int-or-string")
_WORDS = {"int-or-string": "integer or string", "any": "any value", "map": "map", "object": "object"}
# What the API server sets, and what Kubernetes would rather not see, in the words of its descriptions.
_RARELY = re.compile(
    r"^.{0,400}\bdeprecated|read-only|populated by the system|cannot be specified when creating|internal housekeeping"
    r"|internal version of this object",
    re.IGNORECASE | re.DOTALL,
)
_RESOURCES = ("cpu", "memory", "ephemeral-storage")
# Scores: a required field is before all others, one with a place of custom before the rest, a rare one last.
# A rank of yamltext/order.py above this is that of a key that is written behind the others.
_MIDDLE = 100
_REQUIRED, _CUSTOM, _LAST, _RARE, _STARTS = 10_000, 1_000, 500, -1_000, 100_000


@dataclass(frozen=True)
class Completion:
    """One choice: `value` replaces the columns ``start..end`` of the place (lines in it end in LF; the cursor belongs
    at its end), `label` and `detail` are shown in the list, `description` beside it. A higher `score` is better."""

    value: str
    label: str
    detail: str = ""
    description: str = ""
    score: int = 0


@dataclass(frozen=True)
class Hover:
    """What there is to tell of a field, and the columns of its key in the line (of its value, if the key is not there).

    `name` is the field's: for a key of a map (a label, say) or an item of a list of words that of the map or list.
    """

    path: Path
    name: str
    detail: str
    description: str
    start: int
    end: int


def complete(text: str, line: int, column: int, schema: Schema, documents: Sequence[Document] = ()) -> list[Completion]:
    """What can stand at a place of a text (see `cursor.place`), the best first; at most LIMIT.

    `documents` are those of the design as they last could be read: names come from there. What has been typed is looked
    for anywhere in a label; labels that start with it come first. Never raises.
    """
    place = cursor.place(text, line, column)
    if not place.role:
        return []
    offer = _Offer(place, schema, documents, _line(text, line))
    wanted = place.prefix.strip().lower()
    found = []
    for choice in offer.choices():
        label = choice.label.lower()
        if wanted in label:
            better = _STARTS if wanted and label.startswith(wanted) else 0
            found.append(replace(choice, score=choice.score + better))
    return sorted(found, key=lambda choice: (-choice.score, choice.label))[:LIMIT]


def hover(text: str, line: int, column: int, schema: Schema) -> Hover | None:
    """What the schema says of the key or value at a place; None where it knows no field. Never raises.

    Of a field that only another version has, it is what that one says, behind a sentence that says so.
    """
    place = cursor.place(text, line, column)
    word = _line(text, line)[place.start : place.end]
    if found := _told(place, word, schema):
        return found
    if not place.role or not _definition(place, schema):
        return None
    names = [part for part in (*place.path, _unquoted(word)) if isinstance(part, str)]
    for version in (versions()[-1], *since.last_with(names)):
        other = schema_of(version)
        if version != schema.version and (found := _told(place, word, other)):
            words = f"Kubernetes {schema.version} does not have this field; {_when(place, found.path, schema, other)}"
            return replace(found, description=f"{words}\n\n{found.description}")
    return None


def _told(place: Place, word: str, schema: Schema) -> Hover | None:
    path, start, end = place.path, place.start, place.end
    if place.role == "value" and place.key:
        start, end = place.key
    elif place.role == "key":
        around = field_at(place, schema, path)
        if start == end or (around is None and path):
            return None
        if around is None or around.type in ("object", "map"):
            path = (*path, _unquoted(word))
    if not place.role or start == end:
        return None
    field = field_at(place, schema, path)
    owner = field_at(place, schema, path[:-1]) if path else None
    if owner is not None and owner.type in ("map", "array"):
        field = owner
    if field is None:
        return None
    description = field.description
    if place.role == "value" and path == ("kind",):
        description = schema.description(_definition(place, schema)) or description
    return Hover(path, field.name, detail(field), description, start, end)


def _when(place: Place, path: Path, schema: Schema, other: Schema) -> str:
    """Since or until when there is the first field on a path that `schema` has not and `other` has."""
    for length in range(1, len(path) + 1):
        field = field_at(place, other, path[:length])
        if field is not None and field_at(place, schema, path[:length]) is None:
            order = versions()
            if field.since and order.index(field.since) > order.index(schema.version):
                return f"it came with {field.since}."
    return f"it was removed, and {other.version} was the last to have it."


def field_at(place: Place, schema: Schema, path: Path) -> Field | None:
    """The field at `path` of the object around a place. Of a kind that the schema does not have, it knows metadata,
    apiVersion and kind."""
    definition = _definition(place, schema)
    if not path:
        return Field("", "object", schema.description(definition), of=definition) if definition else None
    if definition:
        return schema.field(definition, path)
    if path[0] == "metadata" and len(path) > 1:
        return schema.field(_OBJECT_META, path[1:])
    return schema.field(_POD, path) if path[0] in ("apiVersion", "kind", "metadata") else None


def detail(field: Field) -> str:
    """A field's type in words: ``string · required``, ``list of Container``."""
    words = field.of.rpartition(".")[2] or _WORDS.get(field.type, field.type)
    if field.type in ("array", "map"):
        item = field.of.rpartition(".")[2] or _WORDS.get(field.item, field.item)
        words = f"{'list' if field.type == 'array' else 'map'} of {item}"
    return f"{words} · required" if field.required else words


@dataclass
class _Offer:
    """The choices at one place."""

    place: Place
    schema: Schema
    documents: Sequence[Document]
    line: str

    def choices(self) -> Iterator[Completion]:
        place = self.place
        field = field_at(place, self.schema, place.path)
        if place.role == "value":
            yield from self._values(place.path, field)
        elif field is None:
            if not place.path:
                yield from self._head()
        elif field.type in _PLAIN:
            yield from self._values(place.path, field)
        elif field.type == "array" and not place.flow:
            path = (*place.path, 0)
            item = field_at(place, self.schema, path)
            if item is not None and item.type in _PLAIN:
                yield from self._values(path, item, "- ")
            elif item is not None:
                yield from self._keys(path, item, "- ")
        else:
            yield from self._keys(place.path, field)

    # Keys

    def _head(self) -> Iterator[Completion]:
        """The keys of an object whose kind says nothing: it is not given yet, or it is a custom resource."""
        fields = self.schema.fields(_POD)
        listed = Field("items", "array", "The objects of the list.", required=True, of="Object")
        for name in ("apiVersion", "kind", "items" if self.place.kind == "List" else "metadata"):
            if name not in self.place.keys:
                field = fields.get(name, listed)
                yield Completion(self._key(field), name, detail(field), field.description, self._score(field, ""))

    def _keys(self, path: Path, field: Field, lead: str = "") -> Iterator[Completion]:
        have = () if lead else self.place.keys
        if field.type == "map":
            yield from self._map_keys(path, field)
            return
        context = next((part for part in reversed(path) if isinstance(part, str)), "")
        for name, child in self.schema.fields(field.of).items():
            if name not in have:
                value = self._key(child, lead)
                yield Completion(value, name, detail(child), child.description, self._score(child, context))

    def _map_keys(self, path: Path, field: Field) -> Iterator[Completion]:
        if field.item == "quantity" and path[-1:] in (("limits",), ("requests",)):
            found = [(name, "", "resource") for name in _RESOURCES]
        else:
            found = known.pairs(known.Design.around(self.place, self.documents), path)
        for rank, (name, value, words) in enumerate(found):
            if name not in self.place.keys:
                insert = self._key(Field(name, "string", ""))
                label = f"{name}: {value}" if value else name
                if insert.endswith(": ") and value:
                    insert += self._scalar(value)
                yield Completion(insert, label, words, field.description, _CUSTOM - rank)

    def _key(self, field: Field, lead: str = "") -> str:
        """What to type for a key: with its colon, and the start of the lines below that its value needs."""
        place, line = self.place, self.line
        quote = line[place.start : place.start + 1]
        quote = quote if quote in ('"', "'") else '"' if place.json else ""
        name = strings.string(field.name, quote, place.flow)
        name = self._gap() + lead + name
        if line[place.end :].lstrip().startswith(":"):
            return name
        if place.flow:
            return name + {"object": ": {}", "map": ": {}", "array": ": []"}.get(field.type, ": ")
        indent = place.indent + len(lead)
        if field.type in ("object", "map"):
            return f"{name}:\n{' ' * (indent + place.step)}"
        return f"{name}:\n{' ' * (indent + place.sequence)}- " if field.type == "array" else f"{name}: "

    def _score(self, field: Field, context: str) -> int:
        rank = order.rank(field.name, context)
        score = _REQUIRED if field.required else 0
        if order.known(field.name, context):
            score += _CUSTOM - rank if rank <= _MIDDLE else _LAST - rank
        rare = _RARELY.search(field.description) or (not context and field.name == "status")
        return score + (_RARE if rare and not field.required else 0)

    # Values

    def _values(self, path: Path, field: Field | None, lead: str = "") -> Iterator[Completion]:
        if not path:
            return  # an object, where no field is
        if path in (("kind",), ("apiVersion",)):
            yield from self._kinds(path[0] == "kind")
            return
        described = field.description if field else ""
        rank = 0
        seen: set[Any] = set()
        for value, words in self._all(path, field):
            if value not in seen:
                seen.add(value)
                rank += 1
                label = str(value).lower() if isinstance(value, bool) else str(value)
                insert = self._gap() + lead + self._scalar(value)
                yield Completion(insert, label or '""', words, described, -rank)
        if field is not None and self.place.role == "value" and field.type in ("object", "map", "array"):
            insert = self._gap() + ("[]" if field.type == "array" else "{}")
            yield Completion(insert, insert.strip(), "empty", described, -rank - 1)

    def _all(self, path: Path, field: Field | None) -> Iterator[tuple[str | int | bool, str]]:
        design = known.Design.around(self.place, self.documents)
        found = known.values(design, path)
        yield from ((one.value, one.detail) for one in found)
        owner = field_at(self.place, self.schema, path[:-1]) if isinstance(path[-1], int) else field
        if owner is not None and not found:
            for value in (*choices.choices(owner), *choices.suggestions(owner)):
                yield value, "default" if value and value == owner.default else ""
        if field is not None and field.type == "boolean":
            for answer in (True, False):
                yield answer, "default" if field.default == str(answer).lower() else ""

    def _kinds(self, kind: bool) -> Iterator[Completion]:
        if kind:
            for rank, (version, name) in enumerate(kindnames.kinds(self.schema, self.place.api_version)):
                described = self.schema.description(self.schema.definition_of(version, name))
                yield Completion(self._gap() + self._scalar(name), name, version, described, -rank)
            return
        for rank, (version, names) in enumerate(kindnames.api_versions(self.schema, self.place.kind)):
            words = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
            yield Completion(self._gap() + self._scalar(version), version, words, "", -rank)

    def _scalar(self, value: str | int | bool) -> str:
        quote = self.line[self.place.start : self.place.start + 1]
        if isinstance(value, str) and (self.place.json or quote in ('"', "'")):
            return strings.double(value) if self.place.json else strings.string(value, quote)
        return emit.scalar(value, flow=self.place.flow)

    def _gap(self) -> str:
        """The blank that a colon or dash right before the cursor still needs."""
        before = self.line[: self.place.start]
        return " " if before.endswith(":") or (self.place.item and before.endswith("-")) else ""


def _definition(place: Place, schema: Schema) -> str:
    """The definition of the object's kind; without an apiVersion yet, that of its best version."""
    if place.api_version or not place.kind:
        return schema.definition_of(place.api_version, place.kind)
    versions = kindnames.api_versions(schema, place.kind)
    return schema.definition_of(versions[0][0], place.kind) if versions else ""


def _line(text: str, line: int) -> str:
    start = cursor.line_start(text, line)
    end = text.find("\n", max(start, 0))
    return "" if start < 0 else text[start : len(text) if end < 0 else end]


def _unquoted(word: str) -> str:
    return word[1:].removesuffix(word[0]) if word[:1] in ('"', "'") else word
