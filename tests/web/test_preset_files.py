"""Presets of one's own as files: taken in and given out, one or many."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from designer.manifests.types import ManifestError
from designer.web.views.authoring import STARTER
from patterns import catalogue, owning, store
from patterns.models import Preset
from patterns.preset import read
from tests.people import owner, stranger
from tests.web.test_authoring import BROKEN, CHANGED, line_of, saved, words


def file(name: str, text: str | bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def named(name: str) -> str:
    return STARTER.replace("name: my-sidecar\n  title", f"name: {name}\n  title")


def test_a_preset_goes_out_and_comes_in_as_a_file(client: Client) -> None:
    row = saved(client)
    client.post(reverse("edit-preset", args=[row.name]), {"text": CHANGED})
    answer = client.get(reverse("download-preset", args=[row.name]))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-sidecar.yaml"'
    text = answer.content.decode()
    assert read(text).version == 2
    assert "# or ambassador, adapter, init" in text
    row.delete()
    back = client.post(reverse("import-presets"), {"files": [file("my-sidecar.yaml", text)]})
    assert back.headers["Location"] == reverse("preset", args=[Preset.objects.get().ref])
    assert Preset.objects.get().text == text
    built_in = client.get(reverse("download-preset", args=["tls-sidecar"])).content.decode()
    assert built_in == catalogue.source("tls-sidecar")


def test_several_files_and_several_presets_in_one(client: Client) -> None:
    sent = {
        "text": named("a"),
        "files": [file("b.yaml", named("b")), file("c.yaml", f"---\n{named('c')}---\n{named('d')}")],
    }
    assert client.post(reverse("import-presets"), sent).status_code == 302
    assert sorted(row.name for row in Preset.objects.all()) == ["a", "b", "c", "d"]
    assert all(row.text.startswith(("apiVersion", "---\napiVersion")) for row in Preset.objects.all())


def test_where_one_is_wrong_none_is_taken_and_each_is_told(client: Client) -> None:
    two = f"{named('c')}---\n{BROKEN}"
    sent = {"files": [file("good.yaml", named("a")), file("two.yaml", two), file("tls.yaml", named("tls-sidecar"))]}
    answer = client.post(reverse("import-presets"), sent)
    assert answer.status_code == 422
    html = words(answer.content.decode())
    assert "Nothing is imported yet: 2 of 3 files have something to mend" in html
    assert f"two.yaml Line {line_of(two, 'sidcar')} metadata.pattern is 'sidcar'" in html
    assert "tls.yaml" in html
    assert not Preset.objects.exists()
    # Every text is there still: mended on the page and sent again, all are taken.
    names = [unescape(one) for one in re.findall(r'name="name" value="([^"]*)"', answer.content.decode())]
    texts = [unescape(one) for one in re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", answer.content.decode(), re.S)]
    assert (names, texts[:2]) == (["good.yaml", "two.yaml", "tls.yaml"], [named("a"), two])
    mended = [texts[0], texts[1].replace("sidcar", "sidecar"), texts[2].replace("name: tls-sidecar", "name: mine")]
    assert client.post(reverse("import-presets"), {"name": names, "text": mended}).status_code == 302
    assert sorted(row.name for row in Preset.objects.all()) == ["a", "c", "mine", "my-sidecar"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "There is nothing in it"),
        ([("a.yaml", "# no more")], "there is no preset in it"),
        ([("a.yaml", "x" * (2 * 1024 * 1024 + 1))], "a.yaml it is larger than 2 MB"),
        ([("a.yaml", STARTER), ("b.yaml", STARTER)], "two of them are called my-sidecar"),
        ([("a.yaml", "kind: Pod")], "this is no preset"),
        ([("a.yaml", b"\xff\xfe\x00")], "is not UTF-8"),
    ],
)
def test_what_is_no_preset_is_refused(client: Client, files: list[tuple[str, str | bytes]], said: str) -> None:
    answer = client.post(reverse("import-presets"), {"files": [file(*one) for one in files]})
    assert answer.status_code == 422
    assert said in words(answer.content.decode())
    assert not Preset.objects.exists()


def test_a_name_one_has_is_replaced_only_if_one_says_so(client: Client) -> None:
    row = saved(client)
    sent = {"text": CHANGED}
    asked = client.post(reverse("import-presets"), sent)
    assert asked.status_code == 422
    html = words(asked.content.decode())
    assert "you have 1 of these 1 preset already" in html
    assert "becomes version 2 of yours" in html
    assert "+ default: busybox:1.36" in html
    row.refresh_from_db()
    assert (row.version, row.text) == (1, STARTER)
    assert client.post(reverse("import-presets"), {**sent, "replace": "1"}).status_code == 302
    row.refresh_from_db()
    assert (row.version, row.text) == (2, CHANGED)


def test_what_one_has_as_it_is_makes_no_version(client: Client) -> None:
    row = saved(client)
    client.post(reverse("edit-preset", args=[row.name]), {"text": CHANGED})
    text = client.get(reverse("download-preset", args=[row.name])).content.decode()
    assert client.post(reverse("import-presets"), {"files": [file("a.yaml", text)]}).status_code == 302
    row.refresh_from_db()
    assert (row.version, row.text) == (2, CHANGED)


def test_several_go_out_as_one_file_and_come_in_again(client: Client) -> None:
    for name in ("a", "b", "c"):
        saved(client, named(name))
    url = reverse("export-presets")
    page = words(client.get(url).content.decode())
    assert "All 3 of mine" in page
    assert all(preset.title in page for preset in catalogue.presets().values())
    two = client.get(url, {"name": ["a", "tls-sidecar", "nobodys"]})
    assert two.headers["Content-Disposition"] == 'attachment; filename="presets.yaml"'
    assert [read(one).name for one in two.content.decode().split("---\n")] == ["a", "tls-sidecar"]
    assert catalogue.source("tls-sidecar") in two.content.decode()
    one = client.get(url, {"name": "b"})
    assert one.headers["Content-Disposition"] == 'attachment; filename="b.yaml"'
    store.save(stranger(), read(named("theirs")))
    mine = client.get(url, {"mine": "1"}).content.decode()
    assert "theirs" not in mine
    before = {row.name: row.text for row in Preset.objects.filter(owner=owner())}
    Preset.objects.filter(owner=owner()).delete()
    assert client.post(reverse("import-presets"), {"files": [file("all.yaml", mine)]}).status_code == 302
    after = Preset.objects.filter(owner=owner())
    assert {row.name: row.text.replace("  version: 1\n", "") for row in after} == before
    nothing = client.get(url, {"name": "theirs"})
    assert nothing.status_code == 422
    assert "Nothing was chosen" in words(nothing.content.decode())


def test_that_it_is_deprecated_goes_out_and_comes_in_with_it(client: Client) -> None:
    client.post(reverse("import-presets"), {"text": [named("old"), named("new")]})
    old, new = (Preset.objects.get(name=name) for name in ("old", "new"))
    owning.deprecate(old, "It is slow.", new.ref, owner())
    out = client.get(reverse("download-preset", args=[old.ref])).content.decode()
    assert (read(out).deprecated, read(out).successor) == ("It is slow.", "new")
    client.post(reverse("import-presets"), {"text": out})
    old.refresh_from_db()
    assert old.version == 1, "it says what is known here"
    old.delete()
    new.delete()
    client.post(reverse("import-presets"), {"text": [out, named("new")]})
    old, new = (Preset.objects.get(name=name) for name in ("old", "new"))
    assert (old.deprecated_why, old.successor) == ("It is slow.", new.ref)
    page = words(client.get(reverse("preset", args=[old.ref])).content.decode())
    assert "Deprecated just now. It is slow." in page
    with pytest.raises(ManifestError, match="its YAML says that it is deprecated"):
        owning.take_up(old)
    fork = client.get(f"{reverse('new-preset')}?from={old.ref}").content.decode()
    assert "It is slow." not in fork, "a fork is another preset"
    client.post(reverse("edit-preset", args=[old.ref]), {"text": named("old")})
    old.refresh_from_db()
    assert (old.version, old.deprecated, old.successor) == (2, None, "")
    for wrong, said in (
        ("  successor: new\n", "say why in metadata.deprecated"),
        ("  deprecated: Old.\n  successor: New one\n", "metadata.successor is 'New one'"),
        ("  deprecated: Old.\n  successor: old\n", "cannot be its own successor"),
    ):
        with pytest.raises(ManifestError, match=said):
            read(named("old").replace("  title:", f"{wrong}  title:", 1))
