"""A Secret's values hidden in a text, and put back where the text went on being typed."""

from __future__ import annotations

import pytest

from designer.manifests.masking import masked, restored, shown_documents, typed_clear
from designer.manifests.secrets import Marks
from designer.manifests.text import Text, parse
from designer.manifests.types import ManifestError

MARKS = Marks(b"k" * 32)
SHOP = """\
# of the shop
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData:
  user: "ada"   # who
  tls.key: |    # made by hand
    -----BEGIN
      of a key

    -----END
  empty: ""
data:
  token: aHVudGVyMg==
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
data:
  user: ada
"""


def hidden(text: str) -> str:
    return masked(Text.read(text), MARKS).source


def back(typed: str, *known: str, more: tuple[str, ...] = ()) -> str:
    return restored(Text.read(typed), MARKS, map(Text.read, known), more=map(Text.read, more)).source


USER, KEY, TOKEN = (MARKS.of(value) for value in ("ada", "-----BEGIN\n  of a key\n\n-----END\n", "aHVudGVyMg=="))


def test_only_the_bytes_of_values_go() -> None:
    assert hidden(SHOP) == SHOP.replace('"ada"', USER).replace("aHVudGVyMg==", TOKEN).replace(
        "|    # made by hand\n    -----BEGIN\n      of a key\n\n    -----END\n", f"{KEY}    # made by hand\n"
    )


def test_a_text_without_secrets_is_the_same_text() -> None:
    plain = Text.read("kind: ConfigMap\ndata: {a: b}\n")
    assert masked(plain, MARKS) is plain


@pytest.mark.parametrize(
    "text",
    [
        'apiVersion: v1\nkind: List\nitems:\n- kind: Secret\n  data: {a: "hunter22"}\n',
        "kind: SecretList\nitems:\n- data:\n    a: hunter22\n",
        '{"kind": "Secret", "stringData": {"a": "hunter22", "b": 7}}\n',
        "kind: Secret\nstringData: hunter22\n",
        "kind: Secret\nstringData:\n- hunter22\n- deep: [hunter22]\n",
        'kind: Secret\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: "{hunter22}"\n',
        "kind: Secret\nstringData: {a: &pw hunter22, b: *pw}\nx: *pw\n",
        "kind: Template\nobjects:\n- kind: Secret\n  stringData: {a: hunter22}\n",
        "kind: Secre\ndata: {a: hunter22}\n",
        "kind: secrets\ndata: {a: hunter22}\n",
        "kind: Sercet\nstringData: {a: hunter22}\n",
        "stringData: {a: hunter22}\nkind:\n",
        'kind: "\\x53ecret"\nstringData: {a: hunter22}\n',
    ],
)
def test_wherever_a_secret_stands(text: str) -> None:
    shown = hidden(text)
    assert "hunter22" not in shown
    assert back(shown, text) == text


def test_an_alias_of_what_shows_is_hidden_itself() -> None:
    text = "kind: Secret\nmetadata: {name: &n web}\nstringData: {a: *n}\n"
    assert hidden(text) == text.replace("*n", MARKS.of("web"))
    assert back(hidden(text), text) == text


def test_a_value_goes_along_where_its_key_is_renamed_moved_and_indented() -> None:
    typed = "kind: List\nitems:\n  - kind: Secret\n    stringData:\n"
    typed += f"      server.key: {KEY}  # moved\n      who: '{USER}'\n"
    assert back(typed, SHOP) == (
        "kind: List\nitems:\n  - kind: Secret\n    stringData:\n      server.key: |  # moved\n"
        '        -----BEGIN\n          of a key\n\n        -----END\n      who: "ada"\n'
    )


def test_a_value_is_written_out_where_it_cannot_stand_as_it_did() -> None:
    typed = f"kind: Secret\nstringData: {{tls.key: {KEY}}}\n"
    assert parse(back(typed, SHOP))[0]["stringData"] == {"tls.key": parse(SHOP)[0]["stringData"]["tls.key"]}


def test_between_data_and_string_data_it_is_the_same_value() -> None:
    assert parse(back(f"kind: Secret\ndata: {{user: {USER}}}\n", SHOP))[0]["data"] == {"user": "YWRh"}
    assert parse(back(f"kind: Secret\nstringData: {{t: {TOKEN}}}\n", SHOP))[0]["stringData"] == {"t": "hunter2"}
    both = parse(back(f"kind: Secret\ndata: {{user: {USER}}}\nstringData: {{user: {USER}}}\n", SHOP))
    assert both == [{"kind": "Secret", "data": {"user": "YWRh"}, "stringData": {"user": "ada"}}]
    binary = "kind: Secret\ndata: {x: /w==}\n"
    with pytest.raises(ManifestError, match="no text"):
        back(f"kind: Secret\nstringData: {{x: {MARKS.of('/w==')}}}\n", binary)


def test_a_value_that_was_cut_out_is_found_further_back() -> None:
    assert 'user: "ada"' in back(hidden(SHOP), "kind: Secret\n", more=("kind: ConfigMap\n", SHOP))


@pytest.mark.parametrize(
    ("typed", "line", "words"),
    [
        ("kind: Secret\nstringData:\n  a: (hidden 00000000)\n", 3, "not known here: type the value"),
        (f"kind: Secret\nstringData:\n  a: {USER}x\n", 3, "part of a longer text"),
        (f"kind: Secret\nstringData:\n  a: {USER[:-1]}\n", 3, "is what is left of"),
        (f"kind: Secret\nstringData:\n  a: {USER[1:]}\n", 3, "is what is left of"),
        ("kind: Secret\nstringData:\n  a: (hi\n", 3, "is what is left of"),
        (f"kind: Secret\nstringData:\n  a: {USER[:3]}{USER[5:]}\n", 3, "is what is left of"),
        (f"kind: ConfigMap\ndata:\n\n  a: {USER}\n", 4, "in a Secret's data or stringData only"),
        (f"kind: Secret\nmetadata:\n  name: {USER}\n", 3, "in a Secret's data or stringData only"),
        (f"kind: Secret\nstringData:\n  {USER}: a\n", 3, "in a Secret's data or stringData only"),
    ],
)
def test_a_placeholder_that_stands_for_nothing_is_said_at_its_line(typed: str, line: int, words: str) -> None:
    with pytest.raises(ManifestError, match=words) as caught:
        back(typed, SHOP)
    assert caught.value.line == line


LIST = (
    "kind: List\nitems:\n- kind: Secret\n  stringData: &m {pin: &x 4711}\n- kind: Pod\n  metadata: {labels: {a: b}}\n"
)
PIN = MARKS.of(4711)


@pytest.mark.parametrize("outside", ["{note: *x}", "*m", "{<<: *m}", "{<<: [*m]}", "{'*x': {deep: [*x]}}", "{*x : a}"])
@pytest.mark.parametrize("anchored", [LIST, LIST.replace("&m ", "").replace("&x ", "")])
def test_no_alias_brings_a_value_out_of_its_secret(anchored: str, outside: str) -> None:
    typed = hidden(LIST).replace("{a: b}", outside)
    assert PIN in typed
    with pytest.raises(ManifestError, match=r"can stand in a Secret's data or stringData only") as error:
        back(typed, anchored)
    assert error.value.line == 6
    # Nor where the placeholder stood in a comment before.
    with pytest.raises(ManifestError, match=r"can stand in a Secret's data or stringData only"):
        back(typed, f"{anchored}# {PIN}\n")


def test_an_alias_that_always_stood_goes_on_and_is_hidden_where_it_stands() -> None:
    text = LIST.replace("{a: b}", "{note: *x, same: '4711'}")
    typed = hidden(text).replace("kind: Pod", "kind: Job")
    assert back(typed, text) == text.replace("kind: Pod", "kind: Job")
    (shown,) = shown_documents(Text.read(text), MARKS)
    assert shown["items"][1]["metadata"]["labels"] == {"note": PIN, "same": "4711"}


def test_an_alias_between_secrets_is_none_of_that() -> None:
    text = "kind: List\nitems:\n- kind: Secret\n  data: &m {a: &x eA==, b: *x}\n- kind: Secret\n  data: *m\n"
    assert back(hidden(text), text) == text


def test_other_words_in_brackets_are_values() -> None:
    typed = "kind: Secret\nstringData: {a: (x), b: 'a)', c: hidden, d: '(', e: ''}\n"
    assert back(typed, "kind: Secret\nstringData: {a: ''}\n") == typed


def test_two_values_under_one_placeholder_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Marks, "of", lambda self, value: "(hidden 00000000)")
    with pytest.raises(ManifestError, match="not known here"):
        back("kind: Secret\ndata: {a: (hidden 00000000)}\n", "kind: Secret\ndata: {b: one, c: two}\n")


def test_what_was_just_typed_stays() -> None:
    typed = f"kind: Secret\nstringData: {{user: {USER}, new: hunter22}}\n"
    read = Text.read(typed)
    real = restored(read, MARKS, [Text.read(SHOP)])
    assert masked(real, MARKS, typed_clear(read, MARKS)).source == typed
    assert "hunter22" not in masked(real, MARKS).source


def test_another_key_hides_the_value_otherwise() -> None:
    assert Marks(b"j" * 32).of("ada") != USER


def test_documents_are_hidden_and_given_back() -> None:
    documents = parse(SHOP)
    shown = MARKS.hide(documents)
    assert shown[0]["stringData"] == {"user": USER, "tls.key": KEY, "empty": ""}
    assert shown[1] is documents[1]
    assert MARKS.give_back(shown, documents) == documents
    renamed = [{**documents[0], "stringData": {"who": USER, "new": "x"}}, documents[1]]
    assert MARKS.give_back(renamed, documents)[0]["stringData"] == {"who": "ada", "new": "x"}


def test_no_edit_brings_a_value_out_of_a_secret() -> None:
    documents = parse("kind: Secret\ndata: {password: hunter22, level: info}\n---\nkind: Pod\n")
    out = [documents[0], {"kind": "Pod", "spec": "hunter22"}]
    with pytest.raises(ManifestError, match="show what a Secret hides"):
        MARKS.give_back(out, documents)
    assert MARKS.give_back(out, documents, said=["hunter22"]) == out
    with pytest.raises(ManifestError, match="show what a Secret hides"):
        MARKS.give_back([{**documents[0], "kind": "ConfigMap"}, documents[1]], documents)
    cut = {"password": MARKS.of("hunter22")[:-2], "level": "info"}
    with pytest.raises(ManifestError, match="is what is left of"):
        MARKS.give_back([{**documents[0], "data": cut}, documents[1]], documents)
    plain = [documents[0], {"kind": "Pod", "spec": "info"}]
    assert MARKS.give_back(plain, documents) == plain


PINS = "kind: Secret\nstringData: {pin: '4711', n: 5432993, on: true, deep: [x]}\n---\nkind: Pod\nspec: {n: 5432993}\n"


@pytest.mark.parametrize(
    "after",
    [
        PINS.replace("stringData", "spec"),
        PINS.replace("stringData", "data").replace("Secret", "ConfigMap"),
        PINS.replace("stringData", "data").replace("kind: Secret", "kin: Secret"),
        PINS.replace("deep: [x]}", "deep: []}\nspec: [x]"),
        PINS.replace("n: 5432993, ", "").replace("{n: 5432993}", "{n: 5432993, more: {n: 5432993}}"),
        "kind: Pod\nspec: {n: 5432993, on: true}\n",
    ],
)
def test_no_edit_moves_a_short_value_out(after: str) -> None:
    with pytest.raises(ManifestError, match="show what a Secret hides"):
        MARKS.give_back(parse(after), parse(PINS), said=["/0/stringData", "spec", "ConfigMap"])


@pytest.mark.parametrize(
    "after",
    [
        "kind: Pod\nspec: {n: 5432993}\n",
        "kind: Pod\nspec: {n: 5432993, level: true}\n",
        PINS.replace("stringData", "data"),
        PINS.replace("pin: '4711', ", "").replace("{n:", "{port: '4711', n:"),
        f"kind: List\nitems: [{{kind: Secret, stringData: {{pin: '4711', n: 5432993}}}}]\n---\n{PINS.split('---')[1]}",
    ],
)
def test_what_looks_like_a_value_is_none(after: str) -> None:
    assert MARKS.give_back(parse(after), parse(PINS)) == parse(after)


def test_who_writes_the_whole_object_anew_may_say_its_values() -> None:
    after = "kind: ConfigMap\ndata: {pin: '4711'}\n"
    assert MARKS.give_back(parse(after), parse(PINS), said=[after]) == parse(after)


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        ((0, "stringData", "user"), "ada", USER),
        ((0, "stringData"), {"user": "ada", "no": ""}, {"user": USER, "no": ""}),
        ((0, "metadata", "name"), "ada", "ada"),
        ((1, "data", "user"), "ada", "ada"),
        ((0,), {"kind": "Secret", "data": {"a": "ada"}}, {"kind": "Secret", "data": {"a": USER}}),
        ((1,), None, None),
    ],
)
def test_a_value_by_its_path(path: tuple[str | int, ...], value: object, shown: object) -> None:
    assert MARKS.hide_at(parse(SHOP), path, value) == shown
