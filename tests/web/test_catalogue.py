"""The catalogue: every preset's page holds what its file holds; finding by words and by what one wants."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from designer.designs.models import Design
from designer.manifests.pod import containers, pods, volumes
from designer.manifests.text import parse
from designer.web import tryout
from designer.web.views.preset import images_of
from patterns import catalogue, store
from patterns.preset import read
from patterns.weave import weave
from tests.people import owner, stranger

Make = Callable[..., Design]
NAMES = sorted(catalogue.presets())

OWN = """\
apiVersion: podpatterns.dev/v1alpha1
kind: Preset
metadata: {name: my-probe, title: Quokka probe, pattern: adapter, tags: [statsd]}
pod: {spec: {containers: [{name: x, image: example.com/quokka:3}]}}
"""


def words(html: str) -> str:
    """What a page says, without its markup."""
    return unescape(re.sub(r"<[^>]+>", "", html))


def images(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from [inner] if key == "image" and isinstance(inner, str) else images(inner)
    elif isinstance(value, list):
        for item in value:
            yield from images(item)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_holds_what_the_file_holds(client: Client, name: str) -> None:
    preset = catalogue.preset(name)
    html = client.get(reverse("preset", args=[name])).content.decode()
    said = words(html)
    table = words(re.search(r'<table class="parameters">.*?</table>', html, re.S)[0])  # type: ignore[index]
    for parameter in preset.parameters:
        assert parameter.name in table
        assert parameter.label in table
        assert parameter.help in table
        default = str(parameter.default if parameter.default is not None else "")
        assert (default.lower() if parameter.type == "boolean" else default) in table
    for text in (preset.title, preset.summary, preset.when, preset.when_not, preset.source, preset.proof):
        assert text in said
    assert all(text in said for text in (*preset.links, *preset.steps, *preset.tags))
    woven = weave(preset, {}, [], None)
    shown = words(re.search(r'<pre class="yaml-text" tabindex="0">.*?</pre>', html, re.S)[0])  # type: ignore[index]
    assert parse(shown) == woven.documents, "the YAML on the page is what weaving gives"
    picture = words(re.search(r"<figure.*?</figure>", html, re.S)[0])  # type: ignore[index]
    for document in woven.documents:
        assert document["metadata"]["name"] in shown
    for pod in pods(woven.documents):
        assert all(container.name in picture for container in containers(pod))
        assert all(volume.name in picture for volume in volumes(pod))
    assert all(image in said for image in images(woven.documents))
    assert catalogue.source(name) in unescape(html), "the file as it is written"
    assert "What it changes" in said
    told = re.search(r'<div class="told">.*?</div>', html, re.S)
    assert told, "what it changes in words"
    assert all(container in words(told[0]) for container in woven.added)
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_the_list_has_every_preset_once(client: Client) -> None:
    html = client.get(reverse("catalogue"), headers={"hx-request": ""}).content.decode()
    for preset in catalogue.presets().values():
        assert html.count(f'href="{reverse("preset", args=[preset.name])}"') == 1
        assert preset.title in unescape(html)


def test_the_list_is_light(client: Client) -> None:
    tryout.shown.cache_clear()
    html = client.get(reverse("catalogue"), headers={"hx-request": ""}).content
    assert len(html) < 1_500 * len(NAMES)
    assert tryout.shown.cache_info().misses == 0, "no picture is drawn before its card comes into sight"


def test_a_picture_is_drawn_once_for_the_same_preset(client: Client) -> None:
    tryout.shown.cache_clear()
    url = reverse("preset-picture", args=["tls-sidecar"])
    first, second = client.get(url).content.decode(), client.get(url).content.decode()
    assert first == second
    assert first.startswith("<svg")
    assert tryout.shown.cache_info().hits == 1


def test_searching_the_catalogue(client: Client) -> None:
    url = reverse("catalogue")
    html = client.get(url, {"q": "9121"}).content.decode()
    assert re.findall(r'class="card" href="/catalogue/([\w-]+)/', html)[0] == "redis-adapter"
    assert "port <mark>9121</mark>" in html
    assert "Nothing matches “qwrtp”" in client.get(url, {"q": "qwrtp"}).content.decode()
    hostile = client.get(url, {"q": "<script>"}).content.decode()
    assert "<script>" not in hostile


def test_the_list_is_filtered_by_pattern(client: Client) -> None:
    url = reverse("catalogue")

    def listed(**query: str) -> set[str]:
        html = client.get(url, query, headers={"hx-request": ""}).content.decode()
        return set(re.findall(r'class="card" href="/catalogue/([\w-]+)/', html))

    assert listed(pattern="init") == {one.name for one in catalogue.presets().values() if one.pattern == "init"}
    assert listed(pattern="sidecar", q="tls") == {"tls-sidecar"}
    assert listed(pattern="nothing") == set(NAMES)
    assert listed(pattern="init", need="encrypt") == listed(need="encrypt"), "a need has its own patterns"
    none = words(client.get(url, {"pattern": "adapter", "q": "vault"}).content.decode())
    assert "Nothing matches “vault” among the adapter presets" in none
    assert "You have no preset of your own yet" in words(client.get(url, {"pattern": "own"}).content.decode())
    store.save(owner(), read(OWN))
    assert {ref.partition("_")[0] for ref in listed(pattern="own")} == {"my-probe"}
    page = client.get(url, {"pattern": "own"}, headers={"hx-request": ""}).content.decode()
    assert 'value="-" class="visually-hidden" checked' in page
    for route in ("new-preset", "import-presets", "export-presets"):
        assert f'href="{reverse(route)}"' in page


def test_a_page_names_what_is_like_it_and_what_it_answers(client: Client) -> None:
    html = client.get(reverse("preset", args=["tls-ambassador"])).content.decode()
    assert reverse("preset", args=["tls-sidecar"]) in html
    assert f"{reverse('catalogue')}?need=encrypt" in html
    for name in NAMES:
        tried = tryout.shown(catalogue.source(name))
        assert all(image in tried.text for image in images_of(catalogue.preset(name)))


def test_a_picture_is_kept_by_the_browser_under_the_mark_of_its_text(client: Client) -> None:
    html = client.get(reverse("catalogue")).content.decode()
    address = unescape(re.search(r'hx-get="(/catalogue/tls-sidecar/picture/[^"]+)"', html)[1])  # type: ignore[index]
    assert "max-age" in client.get(address).headers["Cache-Control"]
    assert client.get(reverse("preset-picture", args=["tls-sidecar"])).headers["Cache-Control"] == "no-store"
    assert len(client.get(address).content) < 12_000


def test_what_one_wants_leads_to_the_pattern_its_reason_and_the_presets(client: Client) -> None:
    said = words(client.get(reverse("catalogue"), {"need": "split"}).content.decode())
    assert "An ambassador: it decides request by request" in said
    assert "Weighted split" in said
    assert "Clone from git" not in said
    assert client.get(reverse("catalogue"), {"need": "nothing"}).status_code == 200


@pytest.mark.parametrize(
    ("wanted", "first"),
    [("encrypt", "tls-ambassador"), ("stream-logs", "log-tailing"), ("node", "node-sysctl-init")],
)
def test_what_answers_a_need_best_comes_first(client: Client, wanted: str, first: str) -> None:
    html = client.get(reverse("catalogue"), {"need": wanted}).content.decode()
    assert re.findall(r'class="card" href="/catalogue/([\w-]+)/', html)[0] == first


def test_using_a_preset_starts_a_design_that_wears_it(client: Client) -> None:
    answer = client.post(reverse("use-preset", args=["log-adapter"]))
    design = Design.objects.get()
    assert answer.headers["Location"] == reverse("design", args=[design.pk])
    assert design.documents == weave(catalogue.preset("log-adapter"), {}, [], None).documents
    (record,) = design.revision.woven
    assert record["preset"] == "log-adapter"
    assert client.get(reverse("use-preset", args=["log-adapter"])).status_code == 405


def test_a_preset_there_is_not(client: Client) -> None:
    for route in ("preset", "preset-picture"):
        assert client.get(reverse(route, args=["nothing"])).status_code == 404
    assert client.post(reverse("use-preset", args=["nothing"])).status_code == 404


def test_a_preset_of_ones_own_is_in_it_and_nobody_elses(client: Client) -> None:
    store.save(owner(), read(OWN))
    store.save(stranger(), read(OWN.replace("my-probe", "theirs").replace("Quokka", "Numbat")))
    html = client.get(reverse("catalogue"), {"q": "quokka"}).content.decode()
    assert "Quokka probe" in html
    assert "yours" in html
    assert "Numbat" not in client.get(reverse("catalogue")).content.decode()
    page = words(client.get(reverse("preset", args=["my-probe"])).content.decode())
    assert "example.com/quokka:3" in page
    assert "start a design" not in page, "it has no example"
    assert client.get(reverse("preset", args=["theirs"])).status_code == 404


def test_from_a_design_a_preset_is_woven_onto_it(client: Client, make: Make) -> None:
    design = make()
    page = client.get(reverse("preset", args=["tls-sidecar"]), {"design": design.pk}).content.decode()
    back = f"{reverse('design', args=[design.pk])}?weave=tls-sidecar"
    assert f'href="{back}"' in page
    opened = client.get(back).content.decode()
    asked = re.search(r'<i hidden hx-get="([^"]+)"', opened)
    assert asked
    assert "What it changes" in client.get(unescape(asked[1])).content.decode()
    assert client.get(reverse("want", args=[design.pk]), {"preset": "nothing"}).status_code == 404
    assert client.get(reverse("design", args=[design.pk]), {"weave": '"><x'}).status_code == 200


def test_the_designers_list_is_searched_with_the_reason(client: Client, make: Make) -> None:
    design = make()
    url = reverse("find-pattern", args=[design.pk])
    html = client.get(url, {"find": "ServiceMonitor", "q": ""}).content.decode()
    assert re.findall(r'data-preset="([\w-]+)"', html)[0] == "redis-adapter"
    assert "brings <mark>ServiceMonitor</mark>" in html
    assert set(
        re.findall(r'data-preset="([\w-]+)"', client.get(url, {"find": "", "q": "image"}).content.decode())
    ) == set(NAMES)


def test_the_dialog_asks_what_one_wants(client: Client, make: Make) -> None:
    design = make()
    url = reverse("want", args=[design.pk])
    asked = client.get(url).content.decode()
    needs = re.findall(r'hx-get="([^"]+\?need=[\w-]+)"', asked)
    assert len(needs) > 10
    for each in needs:
        html = client.get(each).content.decode()
        assert 'class="reason"' in html
        for weaving in re.findall(r'hx-get="([^"]+/weave/[^"]+)"', html):
            assert weaving.split("/")[-2] in NAMES
    assert "<mark>" in client.get(url, {"find": "redis", "q": ""}).content.decode()
    assert client.get(url, {"find": "", "q": "x"}).status_code == 200


def test_anothers_design_is_not_told_of(client: Client, make: Make) -> None:
    design = make()
    Design.objects.filter(pk=design.pk).update(owner=stranger())
    assert client.get(reverse("catalogue"), {"design": design.pk}).status_code == 404
