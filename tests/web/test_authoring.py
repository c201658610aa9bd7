"""Writing presets as YAML: checked as they are typed, tried out, kept in versions, taken in and given out as files."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from designer.designs.models import Design
from designer.web import tryout
from designer.web.authored import LONGEST, of_woven
from designer.web.views.authoring import STARTER
from patterns import catalogue, store
from patterns.advice import advice
from patterns.models import Preset, PresetDraft, PresetVersion
from patterns.preset import read
from tests.people import owner, stranger

Make = Callable[..., Design]
CHANGED = STARTER.replace("busybox:1.37", "busybox:1.36")
BROKEN = STARTER.replace("pattern: sidecar", "pattern: sidcar")


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def saved(client: Client, text: str = STARTER) -> Preset:
    assert client.post(reverse("new-preset"), {"text": text}).status_code == 302
    return Preset.objects.get(name=read(text).name)


def line_of(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), 1) if words in line)


# --- Checking ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said", "at"),
    [
        ("pattern: sidecar", "pattern: sidcar", "use one of sidecar, ambassador, adapter, init", "pattern:"),
        ("  type: image", "  type: imago", "IMAGE has the type 'imago'", "type: imago"),
        ("  spec:\n    containers:\n    - name: my", "  spex:\n    containers:\n    - name: my", "mean spec?", "spex:"),
        ("kind: Preset", "kind: Pod", "this is no preset", "kind: Pod"),
        ("  title: My", "\ttitle: My", "tab", "\ttitle"),
        ("name: my-sidecar\n  title", "name: My_Sidecar\n  title", "metadata.name", "name: My_Sidecar"),
        ("name: my-sidecar\n  title", "name: tls-sidecar\n  title", "the catalogue has", "name: tls-sidecar"),
        ("- apiVersion: v1\n  kind: Pod", "- apiVersion: v1\n  kind: ConfigMap", "has no pod", "example:"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(client: Client, old: str, new: str, said: str, at: str) -> None:
    assert STARTER.count(old) == 1
    text = STARTER.replace(old, new)
    html = client.post(reverse("check-preset"), {"text": text}).content.decode()
    assert said in words(html)
    assert f'data-to-line="{line_of(text, at)}"' in html
    assert "<svg" not in html, "the last picture stands"


@pytest.mark.parametrize(
    ("old", "new", "said", "at"),
    [
        ("      image: ${IMAGE}", "      imag: ${IMAGE}", "did you mean image?", "imag: $"),
        ("      args: [sleep, infinity]", "      args: sleep", "args", "args: sleep"),
        ("objects: []", "objects:\n- {apiVersion: v1, kind: Service, metadata: {name: a}, specs: {}}", "spec", "specs"),
    ],
)
def test_what_is_wrong_with_what_it_gives_is_said_at_its_line(
    client: Client, old: str, new: str, said: str, at: str
) -> None:
    assert STARTER.count(old) == 1
    text = STARTER.replace(old, new)
    html = client.post(reverse("check-preset"), {"text": text}).content.decode()
    found = re.findall(r'<p class="said" data-said="error" data-line="(\d+)">(.*?)</p>', html)
    assert [said in words(one) for line, one in found if int(line) == line_of(text, at)] == [True]
    assert "It is a preset" in words(html)


def test_what_is_right_is_tried_out(client: Client) -> None:
    html = client.post(reverse("check-preset"), {"text": STARTER}).content.decode()
    assert "It is a preset: sidecar my-sidecar" in words(html)
    assert "<svg" in html
    assert "container my-sidecar: added" in words(html)
    assert "image: busybox:1.37" in words(html)


def test_it_is_tried_with_the_values_that_are_typed(client: Client) -> None:
    url = reverse("check-preset")
    html = client.post(url, {"text": STARTER, "p.IMAGE": "busybox:glibc"}).content.decode()
    assert "image: busybox:glibc" in words(html)
    wrong = client.post(url, {"text": STARTER, "p.IMAGE": "no image!"}).content.decode()
    assert "an image such as nginx:1.28" in words(wrong)


def test_it_is_tried_on_a_design_of_ones_own(client: Client, make: Make) -> None:
    design = make()
    html = client.post(reverse("check-preset"), {"text": STARTER, "onto": design.pk}).content.decode()
    assert "# the front door" in words(html)
    design.refresh_from_db()
    assert len(design.documents[0]["spec"]["containers"]) == 2, "trying changes nothing"
    Design.objects.filter(pk=design.pk).update(owner=stranger())
    assert client.post(reverse("check-preset"), {"text": STARTER, "onto": design.pk}).status_code == 404


@pytest.mark.parametrize("text", [STARTER, BROKEN.replace("\n", "\r\n"), "]["])
def test_any_text_can_be_shown_and_nothing_of_it_is_markup(client: Client, text: str) -> None:
    hostile = text.replace("My sidecar", "</textarea><script>x</script>")
    client.post(reverse("check-preset"), {"text": hostile})
    page = client.get(reverse("new-preset")).content.decode()
    assert "<script>x" not in page


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("image: ${IMAGE}", "image: busybox", "IMAGE is asked for and never used"),
        ("  title: My sidecar\n", "", "it has no title"),
        ("  summary: What it is good for, in a line\n", "", "it has no summary"),
        ("  when: When somebody should use it.\n", "", "when to use it"),
        ("    - name: my-sidecar", "    - name: ${POD_NAME}", ""),
        ("      args: [sleep", "      workingDir: ${UNDECLARED}\n      args: [sleep", "UNDECLARED is no parameter"),
        ("      args: [sleep", "      tty: ${{TTY}}\n      args: [sleep", "${{TTY}} stays as it is written"),
        ("args: [sleep, infinity]", "args: ['echo ${IMGE}']", "did you mean ${IMAGE}?"),
        ("args: [sleep, infinity]", "args: ['echo ${HOME}', '${USER}', '$${IMGE}']", ""),
        ("args: [sleep, infinity]", "ports: [http]", "it cannot be woven onto its example"),
    ],
)
def test_advice_says_what_could_be_better(old: str, new: str, said: str) -> None:
    assert STARTER.count(old) == 1
    found = [message for _, message in advice(read(STARTER.replace(old, new)))]
    assert [said in message for message in found] == [True] * bool(said)


def test_without_an_example_that_is_said_and_it_is_tried_all_the_same(client: Client) -> None:
    text = STARTER[: STARTER.index("example:")]
    html = words(client.post(reverse("check-preset"), {"text": text}).content.decode())
    assert "it has no example" in html
    assert "container my-sidecar: added" in html


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_there_is_nothing_to_say_of_the_catalogue(name: str) -> None:
    made, text = catalogue.preset(name), catalogue.source(name)
    assert advice(made) == []
    assert [one for one in of_woven(made, tryout.shown(text), text) if one.severity == "error"] == []


def test_a_preset_that_designs_wear_is_deleted_and_they_keep_working(client: Client, make: Make) -> None:
    row, design = saved(client), make()
    before = design.text
    assert "No design of yours wears it" in words(client.get(reverse("edit-preset", args=[row.name])).content.decode())
    assert client.post(reverse("weave", args=[design.pk, row.name]), {"weave": "1"}).status_code == 200
    design.refresh_from_db()
    (worn,) = design.revision.woven
    assert client.get(reverse("edit-preset", args=[row.name])).context["wearing"] == [design]
    asked = words(client.get(reverse("remove-preset", args=[row.name])).content.decode())
    assert "1 design wears it and keeps working" in asked
    assert client.post(reverse("remove-preset", args=[row.name])).status_code == 302
    design.refresh_from_db()
    assert "my-sidecar" in design.text
    assert client.get(reverse("design", args=[design.pk])).status_code == 200
    number = worn.get("number") or design.revision.number
    assert client.post(reverse("unweave", args=[design.pk, number]), {"unweave": "1"}).status_code == 200
    design.refresh_from_db()
    assert design.text == before


# --- Drafts and versions -------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_whether_it_can_be_read_or_not(client: Client) -> None:
    client.post(reverse("check-preset"), {"text": BROKEN})
    page = client.get(reverse("new-preset")).content.decode()
    assert "pattern: sidcar" in page
    assert "is not saved yet" in words(page)
    client.post(reverse("check-preset"), {"text": BROKEN, "discard": "1"})
    assert not PresetDraft.objects.exists()
    assert "pattern: sidcar" not in client.get(reverse("new-preset")).content.decode()


def test_typed_back_there_is_no_draft(client: Client) -> None:
    row = saved(client)
    url = reverse("check-preset")
    client.post(url, {"text": BROKEN, "of": row.name})
    page = client.get(reverse("edit-preset", args=[row.name])).content.decode()
    assert "sidcar" in page
    assert "<svg" in page
    assert "this is what version 1 gives" in page
    client.post(url, {"text": STARTER.replace("\n", "\r\n"), "of": row.name})
    assert not PresetDraft.objects.exists()


def test_a_draft_is_ones_own(client: Client) -> None:
    PresetDraft.objects.create(by=stranger(), name="", text="theirs: 1")
    assert "theirs" not in client.get(reverse("new-preset")).content.decode()


def test_each_saving_is_a_version_and_the_newest_is_used(client: Client) -> None:
    client.post(reverse("check-preset"), {"text": BROKEN})
    row = saved(client)
    assert not PresetDraft.objects.exists()
    url = reverse("edit-preset", args=[row.name])
    assert client.post(url, {"text": CHANGED, "note": "an older busybox"}).status_code == 302
    assert client.post(url, {"text": CHANGED, "note": "the same"}).status_code == 302
    row.refresh_from_db()
    assert (row.version, row.text) == (2, CHANGED)
    assert [(v.number, v.note, v.by) for v in row.versions.all()] == [
        (2, "an older busybox", owner()),
        (1, "", owner()),
    ]
    found = store.find(owner(), row.name)
    assert found
    assert (found[1], found[0].parameters[0].default) == (2, "busybox:1.36")
    assert "# or ambassador, adapter, init" in row.text, "comments stay"
    look = client.get(reverse("preset-version", args=[row.name, 1])).content.decode()
    assert "-  default: busybox:1.37" in words(look) or "- default: busybox:1.37" in words(look)
    assert client.post(reverse("make-current", args=[row.name, 1])).status_code == 302
    row.refresh_from_db()
    assert (row.version, row.text) == (3, STARTER)
    assert row.versions.first().note == "version 1 again"  # type: ignore[union-attr]


def test_what_cannot_be_read_is_no_version_and_stays_in_the_box(client: Client) -> None:
    row = saved(client)
    answer = client.post(reverse("edit-preset", args=[row.name]), {"text": BROKEN, "note": "mine"})
    assert answer.status_code == 422
    assert "sidcar" in answer.content.decode()
    assert 'value="mine"' in answer.content.decode()
    row.refresh_from_db()
    assert (row.version, row.text) == (1, STARTER)
    assert client.post(reverse("new-preset"), {"text": BROKEN}).status_code == 422


def test_a_draft_is_woven_once_it_is_published(client: Client, make: Make) -> None:
    assert client.post(reverse("new-preset"), {"text": STARTER, "act": "draft"}).status_code == 302
    row, design = Preset.objects.get(), make()
    assert client.get(reverse("weave", args=[design.pk, row.ref])).status_code == 404
    assert "You saved this draft just now" in words(client.get(reverse("edit-preset", args=[row.ref])).content.decode())
    url = reverse("edit-preset", args=[row.ref])
    assert client.post(url, {"text": BROKEN, "act": "draft"}).status_code == 422, "what cannot be read is no draft"
    client.post(url, {"text": STARTER, "act": "publish"})
    assert client.get(reverse("weave", args=[design.pk, row.ref])).status_code == 200
    # Saved as it stands, it is no draft.
    client.post(url, {"text": STARTER, "act": "draft"})
    row.refresh_from_db()
    assert (row.version, row.draft) == (1, "")


def test_what_is_far_too_long_is_neither_saved_nor_kept(client: Client) -> None:
    row = saved(client)
    text = f"{STARTER}# {'x' * LONGEST}\n"
    for act in ("draft", "publish"):
        answer = client.post(reverse("edit-preset", args=[row.ref]), {"text": text, "act": act})
        assert answer.status_code == 422
        assert "larger than 1 MB" in words(answer.content.decode())
    client.post(reverse("check-preset"), {"text": text, "of": row.ref})
    assert not PresetDraft.objects.exists()
    row.refresh_from_db()
    assert (row.version, row.draft) == (1, "")


def test_another_name_is_another_preset(client: Client) -> None:
    row = saved(client)
    text = STARTER.replace("name: my-sidecar\n  title", "name: other\n  title")
    answer = client.post(reverse("edit-preset", args=[row.name]), {"text": text})
    assert answer.status_code == 422
    assert "copy it as a new one" in words(answer.content.decode())
    again = client.post(reverse("new-preset"), {"text": STARTER})
    assert again.status_code == 422
    assert "you have a preset my-sidecar already" in words(again.content.decode())


def test_what_is_saved_from_a_design_has_versions_too(client: Client, make: Make) -> None:
    design = make()
    sent = {"title": "Log follower", "pattern": "sidecar", "address": ["0/containers/1"]}
    client.post(reverse("save-preset", args=[design.pk]), sent)
    client.post(reverse("save-preset", args=[design.pk]), {**sent, "summary": "Follows logs", "replace": "1"})
    row = Preset.objects.get()
    assert [version.number for version in row.versions.all()] == [2, 1]
    assert "Follows logs" in client.get(reverse("edit-preset", args=[row.name])).content.decode()


def test_presets_from_before_versions_keep_what_they_are(db: None) -> None:
    row = Preset.objects.create(owner=owner(), name="a", title="A", pattern="init", text="x", version=4)
    PresetVersion.objects.all().delete()
    import_module("patterns.migrations.0002_versions").first_versions(apps, None)
    assert [(v.number, v.text) for v in row.versions.all()] == [(4, "x")]


def test_a_copy_of_a_preset_of_the_catalogue_is_ones_own(client: Client) -> None:
    page = client.get(reverse("new-preset"), {"from": "tls-sidecar"}).content.decode()
    text = unescape(re.search(r'<textarea id="preset-text".*?>\n(.*?)</textarea>', page, re.S)[1])  # type: ignore[index]
    assert text == catalogue.source("tls-sidecar").replace("name: tls-sidecar", "name: my-tls-sidecar")
    assert "It is a preset" in page
    assert client.get(reverse("new-preset"), {"from": "nothing"}).status_code == 200
    sent = {"text": text.replace("TLS termination", "Tls termination"), "of": "+tls-sidecar"}
    client.post(reverse("check-preset"), sent)
    assert "Tls termination" not in client.get(reverse("new-preset")).content.decode(), "another new preset"
    assert "Tls termination" in client.get(reverse("new-preset"), {"from": "tls-sidecar"}).content.decode()
    gone = client.post(reverse("check-preset"), {**sent, "discard": "1"})
    assert gone.headers["Location"] == f"{reverse('new-preset')}?from=tls-sidecar"
    client.post(reverse("check-preset"), sent)
    assert client.post(reverse("new-preset"), sent).status_code == 302
    assert not PresetDraft.objects.exists()


def test_anothers_preset_is_not_there(client: Client) -> None:
    store.save(stranger(), read(STARTER))
    for route, more in (("edit-preset", []), ("preset-version", [1]), ("make-current", [1]), ("remove-preset", [])):
        for method in (client.get, client.post):
            assert method(reverse(route, args=["my-sidecar", *more])).status_code in (404, 405)
    assert client.get(reverse("download-preset", args=["my-sidecar"])).status_code == 404
    assert Preset.objects.count() == 1


def test_a_preset_is_deleted_with_its_versions(client: Client) -> None:
    row = saved(client)
    assert client.post(reverse("remove-preset", args=[row.name])).status_code == 302
    assert not PresetVersion.objects.exists()


# --- From a design -------------------------------------------------------------------------------------------------


def test_the_dialog_offers_what_the_chosen_containers_need_and_what_could_be_asked_for(
    client: Client, make: Make
) -> None:
    design = make()
    url = reverse("save-preset", args=[design.pk])
    sent = {"preview": "1", "address": ["0/containers/0"], "for": "0/containers/0 0/containers/1"}
    html = client.post(url, sent).content.decode()
    assert re.search(r'name="volume" value="logs"(?! checked)', html), "nginx needs no volume"
    assert "port 80" in words(html)
    both = client.post(url, {**sent, "address": ["0/containers/0", "0/containers/1"]}).content.decode()
    assert 'name="volume" value="logs" checked' not in both, "for the same containers the person's choice stands"
    again = client.post(url, {**sent, "address": ["0/containers/1"]}).content.decode()
    assert 'name="volume" value="logs" checked' in again
    assert "choose a container" in words(client.post(url, {"preview": "1"}).content.decode())
    assert not Preset.objects.exists()


def test_what_is_chosen_is_saved(client: Client, make: Make) -> None:
    design = make()
    sent = {
        "title": "Web server",
        "pattern": "sidecar",
        "address": ["0/containers/0"],
        "for": "0/containers/0",
        "ask": ["port:80"],
        "name.port:80": "HTTP_PORT",
    }
    assert client.post(reverse("save-preset", args=[design.pk]), sent).status_code == 200
    made = read(Preset.objects.get().text)
    parameter = made.parameter("HTTP_PORT")
    assert parameter
    assert (parameter.type, parameter.default) == ("freePort", 80)
    wrong = client.post(reverse("save-preset", args=[design.pk]), {**sent, "title": "Other", "name.port:80": "x y"})
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Köln Straße Łódź", "koln-strasse-lodz"),
        ("Log Follower", "log-follower"),
        ("日本", "preset-1"),
        ("!!!", "preset-1"),
    ],
)
def test_a_title_in_any_script_makes_a_name(client: Client, make: Make, title: str, name: str) -> None:
    url = reverse("save-preset", args=[make().pk])
    sent = {"title": title, "pattern": "sidecar", "address": ["0/containers/1"]}
    assert client.post(url, sent).status_code == 200
    assert [row.name for row in Preset.objects.all()] == [name]
    assert client.post(url, sent).status_code == 422
    assert client.post(url, {**sent, "replace": "1", "summary": "Other"}).status_code == 200
    assert [(row.name, row.version) for row in Preset.objects.all()] == [(name, 2)]
    if name == "preset-1":
        client.post(url, {**sent, "title": "한국"})
        assert sorted(row.name for row in Preset.objects.all()) == ["preset-1", "preset-2"]


def test_texts_that_are_too_long_are_refused_with_their_line(client: Client, make: Make) -> None:
    helped = f"  help: {'x' * 1001}\n  required"
    longer = (
        ("metadata.summary has 301 characters: at most 300", "What it is good for, in a line", "x" * 301, "summary:"),
        ("metadata.title has 81 characters: at most 80", "My sidecar", "x" * 81, "title:"),
        ("parameters[0].help has 1001 characters: at most 1000", "  required", helped, "help:"),
    )
    for words, what, by, where in longer:
        text = STARTER.replace(what, by)
        answer = client.post(reverse("new-preset"), {"text": text})
        assert answer.status_code == 422
        html = unescape(answer.content.decode())
        assert words in html
        assert f'data-to-line="{line_of(text, where)}"' in html
    sent = {"title": "x" * 81, "pattern": "sidecar", "address": ["0/containers/1"]}
    refused = client.post(reverse("save-preset", args=[make().pk]), sent)
    assert refused.status_code == 422
    assert not Preset.objects.exists()


def test_one_from_before_texts_had_bounds_is_still_shown(client: Client) -> None:
    long = STARTER.replace("What it is good for, in a line", "x" * 400)
    Preset.objects.create(owner=owner(), name="my-sidecar", title="My", pattern="sidecar", text=long)
    assert client.get(reverse("catalogue")).status_code == 200
    assert client.get(reverse("preset", args=["my-sidecar"])).status_code == 200
    assert "metadata.summary has 400" in unescape(
        client.get(reverse("edit-preset", args=["my-sidecar"])).content.decode()
    )
