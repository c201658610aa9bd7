"""Every field that Kubernetes has under a pod can be reached, set by its control and read back from the YAML."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from designer.designs.models import Design, Revision
from designer.manifests import pointer
from designer.manifests.edits import modes
from designer.manifests.schema import POD_SPEC, Field, Schema, schema, versions
from designer.manifests.text import Text, dump, parse
from designer.manifests.types import Documents, Path, get
from designer.web import allfields
from designer.web.inspector import InspectorScreen
from designer.web.verbs import VERBS, Data
from tests.people import owner

SPEC: Path = (0, "spec")


def bare() -> Documents:
    return [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "a"}]}}]


def screen(documents: Documents, *, inside: str = "", q: str = "", version: str = "") -> InspectorScreen:
    design = Design(text=dump(documents), version=version)
    return InspectorScreen(design, Revision(), documents, at="0", inside=inside, q=q)


def send(documents: Documents, verb: str, **fields: str) -> Documents:
    data = QueryDict(mutable=True)
    data.update({"at": "0", **fields})
    return VERBS[verb](documents, Data(data, MultiValueDict())).documents


def ways(found: Schema) -> Iterator[tuple[Path, str]]:
    """A path to every definition under a PodSpec, the shortest; a list is entered by its first item."""
    waiting: list[tuple[Path, str]] = [(SPEC, POD_SPEC)]
    seen = {POD_SPEC}
    while waiting:
        path, definition = waiting.pop(0)
        yield path, definition
        for name, field in found.fields(definition).items():
            if field.of and field.of not in seen and field.type in ("object", "array"):
                seen.add(field.of)
                waiting.append(((*path, name, *((0,) if field.type == "array" else ())), field.of))


WAYS = list(ways(schema()))


def typed(field: Field, kind: str, choices: tuple[str, ...]) -> str:
    """What a person may type for a field of a type."""
    if choices:
        return next(filter(None, choices))
    if modes.is_mode(field):
        return "0640"
    if kind == "lines":
        return "one\ntwo"
    by_type = {"integer": "7", "number": "7", "boolean": "true", "quantity": "1Gi", "int-or-string": "80"}
    by_type |= {"map": "k: v", "any": "k: v", "array": "- 1"}
    return "k: 1" if field.type == "map" and field.item != "string" else by_type.get(field.type, "word")


def test_the_walk_covers_the_closure() -> None:
    found = schema()
    assert {definition for _, definition in WAYS} == {name for name in found.closure(POD_SPEC) if found.fields(name)}
    assert sum(len(found.fields(definition)) for _, definition in WAYS) == 530


@pytest.mark.parametrize(("path", "definition"), WAYS, ids=[definition.rpartition(".")[2] for _, definition in WAYS])
def test_every_field_of_a_type_has_a_control_that_works(path: Path, definition: str) -> None:
    try_type(path, definition, "")


@pytest.mark.parametrize("version", versions()[:-1])
def test_every_field_of_an_older_version_too(version: str) -> None:
    for path, definition in ways(schema(version)):
        try_type(path, definition, version)


def test_a_field_that_a_version_has_not_is_marked_and_kept() -> None:
    documents = bare()
    documents[0]["spec"]["containers"][0]["restartPolicyRules"] = [{"action": "Restart"}]
    container = "/0/spec/containers/0"
    for version, known in (("1.25", False), ("", True)):
        entries = screen(documents, inside=container, version=version).level.entries
        assert next(entry for entry in entries if entry.name == "restartPolicyRules").known is known


def try_type(path: Path, definition: str, version: str) -> None:
    """Set each field of a type by its control, see it in the YAML, take it away again."""
    documents = bare()
    for end, part in enumerate(path):
        if part == 0 and end > 0 and get(documents, path[: end + 1]) is None:
            documents = send(documents, "add-item", path=pointer.write(path[:end]))
    level = screen(documents, inside=pointer.write(path), version=version).level
    assert level.path == path
    entries = {entry.name: entry for entry in level.entries}
    for name, field in schema(version).fields(definition).items():
        if name in allfields.WRITTEN_BY_THE_SERVER:
            continue
        entry = entries[name]
        assert entry.known
        if entry.control is None:
            assert screen(documents, inside=pointer.write(entry.path), version=version).level.path == entry.path
            continue
        made, before = entry.control, deepcopy(documents)
        raw = typed(field, made.kind, made.choices)
        after = send(documents, made.verb, path=made.pointer, kind=made.kind, value=raw)
        assert documents == before, "an edit leaves what it was given as it was"
        value = get(after, entry.path)
        assert value not in (None, ""), f"{name} was not set"
        shown = {one.name: one for one in screen(after, inside=pointer.write(path), version=version).level.entries}[
            name
        ].control
        assert shown is not None
        assert shown.value.strip() == raw, f"{name} is shown as {shown.value!r}"
        assert get(parse(Text.read(dump(documents)).rewrite(after).text), entry.path) == value
        gone = send(after, made.verb, path=made.pointer, kind=made.kind, value="")
        assert get(gone, entry.path) is None, f"{name} is not taken away again"


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("grace", "/0/spec/terminationGracePeriodSeconds"),
        ("seccomp type", "/0/spec/securityContext/seccompProfile/type"),
        ("pullpolicy", "/0/spec/containers/0/imagePullPolicy"),
        ("NODESELECTOR", "/0/spec/nodeSelector"),
    ],
)
def test_a_field_is_found_by_a_word(words: str, path: str) -> None:
    assert path in [pointer.write(entry.path) for entry in screen(bare(), q=words).found_fields]


def test_what_the_schema_does_not_know_is_shown_and_kept() -> None:
    documents = bare()
    documents[0]["spec"]["x-ours"] = {"a": [1]}
    entry = next(e for e in screen(documents, inside="/0/spec").level.entries if e.name == "x-ours")
    assert not entry.known
    assert entry.control is not None
    after = send(documents, "set", path=entry.control.pointer, kind="yaml", value="a: [1, 2]")
    assert after[0]["spec"]["x-ours"] == {"a": [1, 2]}


@pytest.mark.parametrize("inside", ["/9/spec", "nonsense", "/0/metadata/name", "/0/nonsense", ""])
def test_a_level_that_is_none_shows_the_first(inside: str) -> None:
    assert screen(bare(), inside=inside).level.path == (0,)


@pytest.mark.django_db
def test_the_tab_opens_for_everything(client: Client) -> None:
    text = dump(bare()) + "---\napiVersion: example.com/v1\nkind: Custom\nmetadata: {name: c}\nspec: {a: 1}\n"
    design = Design.objects.create(owner=owner(), name="x")
    documents = parse(text)
    design.change(lambda _: documents, by=None, text=text)
    more: list[dict[str, str]] = [{}, {"q": "name"}, {"in": "/0/spec/containers"}]
    for at in ("0", "0/containers/0", "1"):
        for fields in more:
            answer = client.get(reverse("inspect", args=[design.pk]), {"at": at, "tab": "all", **fields})
            assert answer.status_code == 200
