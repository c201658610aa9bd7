"""Every field that Kubernetes has under a pod can be reached, set by its control and read back from the YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from designer.designs.models import Design, Revision
from designer.manifests import oneof, pointer
from designer.manifests.edits import modes
from designer.manifests.schema import POD_SPEC, Field, Schema, schema, versions
from designer.manifests.text import Text, dump, parse
from designer.manifests.types import Document, Documents, ManifestError, Path, get
from designer.web import allfields
from designer.web.allfields import Level
from designer.web.controls import Control, control
from designer.web.inspector import InspectorScreen
from designer.web.verbs import VERBS, Data
from tests.manifests.test_schema_choices import KINDS
from tests.people import owner


def bare() -> Documents:
    return [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "a"}]}}]


def screen(documents: Documents, *, inside: str = "", q: str = "", version: str = "") -> InspectorScreen:
    design = Design(text=dump(documents), version=version)
    return InspectorScreen(design, Revision(), documents, at="0", inside=inside, q=q)


def send(documents: Documents, verb: str, **fields: str) -> Documents:
    data = QueryDict(mutable=True)
    data.update({"at": "0", **fields})
    return VERBS[verb](documents, Data(data, MultiValueDict())).documents


# Every object whose fields are offered, as small as it may stand in a design.
OBJECTS: dict[tuple[str, str], Document] = {
    kind: {"apiVersion": kind[0], "kind": kind[1], "metadata": {"name": "p"}} for kind in KINDS
}


def ways(found: Schema, definition: str) -> Iterator[tuple[Path, str]]:
    """A path to every definition under an object, the shortest; a list is entered by its first item."""
    waiting: list[tuple[Path, str]] = [((0,), definition)]
    seen = {definition}
    while waiting:
        path, definition = waiting.pop(0)
        yield path, definition
        for name, field in found.fields(definition).items():
            if field.of and field.of not in seen and not allfields.hidden(field):
                seen.add(field.of)
                waiting.append(((*path, name, *((0,) if field.type == "array" else ())), field.of))


def typed(field: Field, made: Control) -> str:
    """What a person may type for a field of a type."""
    if made.choices:
        return next(filter(None, made.choices))
    if modes.is_mode(field):
        return "0640"
    if field.format == "date-time":
        return "2026-01-31T12:00:00Z"
    if made.kind == "lines":
        return "one\ntwo" if field.item == "string" else "1\n2"
    by_type = {"integer": "7", "number": "7", "boolean": "true", "quantity": "1Gi", "int-or-string": "80"}
    return {**by_type, "any": "k: v", "array": "- 1"}.get(field.type, "word")


def test_the_walk_covers_the_closure() -> None:
    found = schema()
    pod = found.closure(POD_SPEC)
    assert sum(len(found.fields(name)) for name in pod) == 530
    walked = {definition for kind in KINDS for _, definition in ways(found, found.definition_of(*kind))}
    # Who manages which field, the server writes.
    assert {name for name in pod if found.fields(name)} - walked == {
        "io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry"
    }
    assert sum(not allfields.hidden(f) for name in walked for f in found.fields(name).values()) > 800


@pytest.mark.parametrize("version", versions())
def test_every_field_of_every_kind_has_a_control_that_works(version: str) -> None:
    """Each definition once, under the first kind that leads to it: that it is the same elsewhere, the schema says."""
    found, done = schema(version), set()
    for kind, document in OBJECTS.items():
        for path, definition in ways(found, found.definition_of(*kind)):
            if definition not in done:
                done.add(definition)
                try_type(document, path, definition, version)
    assert len(done) > 150


def test_a_field_that_a_version_has_not_is_marked_and_kept() -> None:
    documents = bare()
    documents[0]["spec"]["containers"][0]["restartPolicyRules"] = [{"action": "Restart"}]
    container = "/0/spec/containers/0"
    for version, known in (("1.25", False), ("", True)):
        entries = screen(documents, inside=container, version=version).level.entries
        assert next(entry for entry in entries if entry.name == "restartPolicyRules").known is known


def try_type(document: Document, path: Path, definition: str, version: str) -> None:
    """Set each field of a type by its control, see it in the YAML, read it back, and take it away again."""
    documents: Documents = [document]
    for end, part in enumerate(path):
        if part == 0 and end > 0 and get(documents, path[: end + 1]) is None:
            documents = send(documents, "add-item", path=pointer.write(path[:end]))
    shown = screen(documents, inside=pointer.write(path), version=version)
    level = shown.level
    assert level.path == path
    text = Text.read(dump(documents))
    for name, field in schema(version).fields(definition).items():
        if allfields.hidden(field) or (not path[1:] and name in ("apiVersion", "kind")):
            continue
        entry = next((one for one in level.entries if one.name == name), None)
        if entry is None:
            try_choice(documents, level, name, version)
            continue
        assert entry.known
        if entry.control is None:
            assert screen(documents, inside=pointer.write(entry.path), version=version).level.path == entry.path
            continue
        made, before = entry.control, get(documents, entry.path)
        after, value = fill(documents, made, field)
        assert get(documents, entry.path) == before, "an edit leaves what it was given as it was"
        assert get(after, entry.path) == value, f"{name} was not set"
        told = get(screen(after, version=version).documents, entry.path)  # what a Secret holds is hidden
        assert control_at(after, made, version) == (told if made.kind == "map" else typed(field, made))
        assert get(parse(text.rewrite(after).text), entry.path) == value
        if made.kind == "map":
            gone = send(after, "unset", path=f"{made.pointer}/word")
            assert not get(gone, entry.path), f"{name} is not emptied again"
        else:
            gone = send(after, made.verb, path=made.pointer, kind=made.kind, value="")
            assert get(gone, entry.path) is None, f"{name} is not taken away again"


def fill(documents: Documents, made: Control, field: Field) -> tuple[Documents, Any]:
    """The documents with a field filled in by its control, and what then stands there."""
    if made.kind == "map":
        raw = {"quantity": "1Gi", "string": "text"}[field.item]
        after = send(documents, "add-pair", path=made.pointer, key="key", value=raw)
        after = send(after, "rename-key", path=f"{made.pointer}/key", value="word")
        row = control(screen(after), made.path).pairs[0]
        return send(after, row.verb, path=pointer.write(row.path), value=raw), {"word": raw}
    raw = typed(field, made)
    after = send(documents, made.verb, path=made.pointer, kind=made.kind, value=raw)
    lines: Any = raw.split("\n")
    kinds: dict[str, Callable[[str], Any]] = {
        "integer": int,
        "number": int,
        "boolean": lambda _: True,
        "any": lambda _: {"k": "v"},
    }
    if made.kind == "lines":
        return after, [kinds.get(field.item, str)(line) for line in lines]
    if modes.is_mode(field):
        return after, 0o640
    return after, 80 if field.type == "int-or-string" else kinds.get(field.type, str)(raw)


def control_at(documents: Documents, made: Control, version: str) -> Any:
    """What a control shows once it is filled in: a map's keys and values, or else its text."""
    shown = control(screen(documents, version=version), made.path, kind="" if made.kind == "choice" else made.kind)
    return {pair.key: pair.value for pair in shown.pairs} if shown.kind == "map" else shown.value.strip()


def try_choice(documents: Documents, level: Level, name: str, version: str) -> None:
    """A field that is not listed because another of its group may be set: it is chosen, and then it is."""
    chooser, alternative = next(
        (one, choice)
        for one in level.choosers
        for choice in one.choices
        if name in members(documents, level, one, choice, version) or name == "type"
    )
    after = send(documents, "choose-one", path=chooser.pointer, value=alternative, **dict(chooser.sent))
    shown = screen(after, inside=pointer.write(level.path), version=version).level
    assert shown.choosers[0].value == alternative
    assert (
        not screen(after, inside=pointer.write(level.path), version=version)
        .level.choosers[0]
        .problem.startswith("only one")
    )
    assert parse(Text.read(dump(documents)).rewrite(after).text) == after
    gone = send(after, "choose-one", path=chooser.pointer, value="", **dict(chooser.sent))
    assert not get(gone, (*level.path, name))
    if name == "type":
        assert get(after, (*level.path, name)) == alternative
        return
    listed = next((one for one in shown.entries if one.name == name), None)
    if listed is None:  # the parameters of a strategy may be left out: they are found, and opened, by their name
        after = send(after, "set", path=pointer.write((*level.path, name)), value="{}", kind="yaml")
        shown = screen(after, inside=pointer.write(level.path), version=version).level
        listed = next(one for one in shown.entries if one.name == name)
    if listed.control is None:
        assert screen(after, inside=pointer.write(listed.path), version=version).level.path == listed.path


def members(documents: Documents, level: Level, chooser: Control, choice: str, version: str) -> tuple[str, ...]:
    found = schema(version)
    field = allfields.field_at(found, documents[0], level.path[1:])
    assert field
    group = next(one for one in oneof.groups(found, field.of) if one.title == chooser.label)
    return dict(group.alternatives)[choice]


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


def entry(documents: Documents, path: str, version: str = "") -> allfields.Entry:
    inside = path.rpartition("/")[0]
    level = screen(documents, inside=inside, version=version).level
    return next(one for one in level.entries if pointer.write(one.path) == path)


def test_an_unknown_field_says_which_may_be_meant() -> None:
    documents = bare()
    documents[0]["spec"]["containers"][0]["imagePullpolicy"] = "Always"
    documents[0]["spec"]["ours"] = 1
    known = entry(documents, "/0/spec/containers/0/imagePullpolicy")
    assert known.note.endswith("does not know this field; did you mean imagePullPolicy? It is kept.")
    assert entry(documents, "/0/spec/ours").note.endswith("does not know this field. It is kept.")


@pytest.mark.parametrize(
    ("version", "field", "value", "note"),
    [
        ("1.29", "hostnameOverride", "h", "Kubernetes 1.29 does not have this field; it came with 1.34. It is kept."),
        (
            "1.37",
            "workloadRef",
            {"name": "a", "podGroup": "b"},
            "Kubernetes 1.37 does not have this field any more; 1.35 was the last with it. It is kept.",
        ),
        ("1.37", "hostnameOverride", "h", ""),
    ],
)
def test_a_field_of_another_version_is_marked(version: str, field: str, value: Any, note: str) -> None:
    documents = bare()
    documents[0]["spec"][field] = value
    made = entry(documents, f"/0/spec/{field}", version).control
    assert made is not None
    assert made.note == note
    assert control(screen(documents, version=version), (0, "spec", field)).note == note
    again = send(documents, made.verb, path=made.pointer, kind=made.kind, value=made.value)
    assert again == documents


def test_newer_fields_are_listed_and_found_and_not_offered() -> None:
    shown = screen(bare(), inside="/0/spec", version="1.33")
    assert ("hostnameOverride", "1.34") in shown.level.newer
    assert "hostnameOverride" not in {one.name for one in shown.level.entries}
    assert not allfields.found(shown, "hostnameover")
    assert allfields.found_newer(shown, "hostnameover") == [
        ("spec.hostnameOverride", "Kubernetes 1.33 does not have this field; it came with 1.34.")
    ]
    assert screen(bare(), inside="/0/spec").level.newer == ()


def test_choosing_takes_the_other_away_and_two_at_once_are_told() -> None:
    documents = bare()
    documents[0]["spec"]["volumes"] = [{"name": "v", "secret": {"secretName": "s"}}]
    volume = {"path": "/0/spec/volumes/0", "group": "Source"}
    after = send(documents, "choose-one", value="emptyDir", **volume)
    assert after[0]["spec"]["volumes"] == [{"name": "v", "emptyDir": {}}]
    assert send(after, "choose-one", value="configMap", **volume)[0]["spec"]["volumes"] == [
        {"name": "v", "configMap": {"name": "v"}}
    ]
    both = send(after, "set", path="/0/spec/volumes/0/secret", kind="yaml", value="secretName: s")
    level = screen(both, inside="/0/spec/volumes/0").level
    assert level.choosers[0].problem == "only one of emptyDir and secret may be set: choose which to keep"
    assert {"emptyDir", "secret"} <= {one.name for one in level.entries}
    assert send(both, "choose-one", value="emptyDir", **volume) == after
    with pytest.raises(ManifestError, match="nothing to choose here"):
        send(both, "choose-one", value="nonsense", **volume)


def test_keys_that_maps_have_are_found() -> None:
    documents = bare()
    documents[0]["spec"]["containers"][0]["resources"] = {"limits": {"cpu": "500m", "memory": "1Gi"}}
    found = screen(documents, q="cpu").found_fields
    assert pointer.write(found[0].path) == "/0/spec/containers/0/resources/limits/cpu"
    assert found[0].where == "spec.containers.0.resources.limits"
    assert found[0].control is not None
    assert (found[0].control.value, found[0].control.help) == ("500m", "half a CPU core")
    assert [pointer.write(one.path) for one in screen(documents, q="limits mem").found_fields] == [
        "/0/spec/containers/0/resources/limits/memory"
    ]
    assert [one for one in screen(bare(), q="cpu").found_fields if one.name == "cpu"] == []


def test_a_key_comes_with_its_value() -> None:
    limits = "/0/spec/containers/0/resources/limits"
    after = send(bare(), "add-pair", path=limits, key="nvidia.com/gpu", value="2")
    assert after[0]["spec"]["containers"][0]["resources"]["limits"] == {"nvidia.com/gpu": "2"}
    with pytest.raises(ManifestError, match="must be a quantity such as 500m"):
        send(bare(), "add-pair", path=limits, key="cpu", value="")
    labelled = send(bare(), "add-pair", path="/0/metadata/labels", key="a.b/c", value="yes")
    assert labelled[0]["metadata"]["labels"] == {"a.b/c": "yes"}
    assert send(bare(), "add-pair", path="/0/metadata/labels", key="c", value="")[0]["metadata"]["labels"] == {"c": ""}


def test_an_empty_mapping_that_is_set_says_so_and_can_be() -> None:
    level = screen(bare(), inside="/0/spec/securityContext").level
    assert level.state == "missing"
    documents = send(bare(), "set", path="/0/spec/securityContext", kind="yaml", value="{}")
    assert documents[0]["spec"]["securityContext"] == {}
    assert entry(documents, "/0/spec/securityContext").empty
    assert screen(documents, inside="/0/spec/securityContext").level.state == "set"


def test_a_map_of_amounts_offers_the_usual_resources() -> None:
    resources = "/0/spec/containers/0/resources"
    made = entry(bare(), f"{resources}/limits").control
    assert made is not None
    assert made.starts[:2] == ("cpu", "memory")
    documents = send(bare(), "add-pair", path=made.pointer, key="memory")
    shown = entry(documents, f"{resources}/limits").control
    assert shown is not None
    assert [(pair.key, pair.value, pair.help) for pair in shown.pairs] == [("memory", "128Mi", "134,217,728 bytes")]
    assert "memory" not in shown.starts
    with pytest.raises(ManifestError, match="must be a quantity such as 500m"):
        send(documents, "set", path=f"{resources}/limits/memory", value="much")
    with pytest.raises(ManifestError, match="there is a key 'memory' here already"):
        send(documents, "add-pair", path=made.pointer, key="memory")
    claim: Documents = [{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "p"}, "spec": {}}]
    wanted = entry(claim, "/0/spec/resources/requests").control
    assert wanted is not None
    assert wanted.starts == ("storage",)


def test_a_map_that_holds_more_than_plain_values_is_yaml() -> None:
    documents = bare()
    documents[0]["metadata"]["labels"] = {"a": ["not", "text"]}
    made = entry(documents, "/0/metadata/labels").control
    assert made is not None
    assert made.kind == "yaml"


def test_a_kind_that_only_an_old_version_has_takes_typed_values() -> None:
    scaler: Documents = [{"apiVersion": "autoscaling/v2beta2", "kind": "HorizontalPodAutoscaler", "spec": {}}]
    assert send(scaler, "set", path="/0/spec/minReplicas", value="3")[0]["spec"] == {"minReplicas": 3}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("/0/spec/terminationGracePeriodSeconds", "soon", "must be a whole number, such as 30: got 'soon'"),
        (
            "/0/metadata/creationTimestamp",
            "yesterday",
            "must be a time as RFC 3339 has it, such as 2026-01-31T12:00:00Z",
        ),
        ("/0/metadata/creationTimestamp", "2026-13-31T12:00:00Z", "must be a time as RFC 3339 has it"),
        ("/0/spec/hostNetwork", "perhaps", "must be true or false: got 'perhaps'"),
    ],
)
def test_a_value_of_another_type_is_refused_with_an_example(path: str, value: str, message: str) -> None:
    with pytest.raises(ManifestError, match=message):
        send(bare(), "set", path=path, value=value)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/0/spec/terminationGracePeriodSeconds", ["whole number", "default", "30", "1.25 or older"]),
        ("/0/spec/containers/0/imagePullPolicy", ["text", "IfNotPresent"]),
        ("/0/spec/containers/0/name", ["required"]),
        ("/0/spec/hostnameOverride", ["since 1.34"]),
        ("/0/spec/volumes/0/emptyDir", ["mapping", "Source: one of", "configMap"]),
        ("/0/spec/ours", ["has no such field"]),
    ],
)
def test_a_description_tells_type_default_since_and_group(client: Client, path: str, words: list[str]) -> None:
    design = Design.objects.create(owner=owner(), name="x", version="1.30")
    design.change(lambda _: bare(), by=None, text=dump(bare()))
    answer = client.get(reverse("describe", args=[design.pk]), {"path": path}).content.decode()
    for word in words:
        assert word in answer


def test_a_map_of_lists_is_opened_as_a_level() -> None:
    request: Document = {"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "spec": {}}
    assert entry([request], "/0/spec/extra").control is None
    documents = send([request], "add-pair", path="/0/spec/extra")
    level = screen(documents, inside="/0/spec/extra").level
    assert level.of_map
    assert [one.name for one in level.entries] == ["key"]
    made = level.entries[0].control
    assert made is not None
    after = send(documents, made.verb, path=made.pointer, kind=made.kind, value="- a\n- b")
    assert after[0]["spec"]["extra"] == {"key": ["a", "b"]}
    assert not send(after, "unset", path=made.pointer)[0]["spec"]["extra"]


@pytest.mark.django_db
def test_text_of_several_lines_has_a_box_that_keeps_them(client: Client) -> None:
    documents: Documents = [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "1\n2\n", "b": "3"}},
        *bare(),
    ]
    documents[1]["spec"]["containers"][0]["env"] = [{"name": "A", "value": "1\n2\n"}]
    design = Design.objects.create(owner=owner(), name="x")
    design.change(lambda _: documents, by=None, text=dump(documents))
    for at, inside in (("0", "/0"), ("1/containers/0", "/1/spec/containers/0/env/0")):
        where = {"at": at, "tab": "all", "in": inside}
        answer = client.get(reverse("inspect", args=[design.pk]), where).content.decode()
        assert "\n1\n2\n</textarea>" in answer
    made = control(screen(documents), (1, "spec", "containers", 0, "env", 0, "value"))
    assert send(documents, made.verb, path=made.pointer, kind=made.kind, value="1\r\n2\r\n") == documents
