"""What was done in a space, as sentences."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from designer.clusters.models import ApplyRun
from designer.designs import change
from designer.designs.models import Design, Revision
from designer.manifests import text as manifest_text
from patterns.preset import read
from tests.web.crew import Crew


def sentences(page: bytes) -> list[str]:
    found = re.findall(r"<p>(<b>.*?)</p></li>", page.decode(), re.S)
    return [" ".join(unescape(re.sub(r"<[^>]*>", "", one)).split()) for one in found]


def told(crew: Crew, who: str = "viewer", **asked: Any) -> list[str]:
    answer = crew.client(who).get(reverse("activity"), asked)
    assert answer.status_code == 200
    return sentences(answer.content)


def set_image(design: Design, by: Any, image: str) -> None:
    text = re.sub(r'image: "?nginx[^\n]*', f"image: nginx:{image}", design.text)
    documents = manifest_text.parse(text)
    design.change(lambda _: documents, by=by, text=text)


def test_what_people_did_is_told_in_sentences(crew: Crew) -> None:
    design = crew.design(name="shop", by="editor")
    ada = crew.people["owner"]
    set_image(design, ada, "2")
    change.undo(design, by=ada)
    crew.client("owner").post(reverse("weave", args=[design.pk, "log-exporter"]), {"p-application": "0/containers/0"})
    assert told(crew) == [
        "Ada Lovelace wove Log files over HTTP onto Pod web in shop",
        "Ada Lovelace undid “set image of nginx to nginx:2” in shop",
        "Ada Lovelace set image of nginx to nginx:2 in shop",
        "Bob Kahn imported shop",
    ]
    assert told(crew, "editor")[-1] == "You imported shop"


@pytest.mark.parametrize(
    ("summary", "sentence"),
    [
        ("started from tls-sidecar", "Ada Lovelace started web from tls-sidecar"),
        ("started empty", "Ada Lovelace started web"),
        ("copied from old", "Ada Lovelace made web as a copy of old"),
        ("redo: added port 80", "Ada Lovelace redid “added port 80” in web"),
        ("went back to r1", "Ada Lovelace went back to r1 in web"),
        ("", "Ada Lovelace changed something in web"),
    ],
)
def test_each_kind_of_revision_has_its_words(crew: Crew, summary: str, sentence: str) -> None:
    crew.design()
    Revision.objects.update(summary=summary)
    assert told(crew) == [sentence]


@pytest.mark.parametrize(
    ("verb", "state", "sentence"),
    [
        ("apply", "done", "Bob Kahn applied r12 of web to dev/shop"),
        ("apply", "failed", "Bob Kahn applied r12 of web to dev/shop, which failed"),
        ("apply", "broken off", "Bob Kahn applied r12 of web to dev/shop, which was broken off"),
        ("roll back", "done", "Bob Kahn rolled web back to r12 in dev/shop"),
        ("delete", "done", "Bob Kahn deleted what was applied of web from dev/shop"),
    ],
)
def test_so_has_each_kind_of_run(crew: Crew, verb: str, state: str, sentence: str) -> None:
    about = {"revision": 12, "context": "dev", "namespace": "shop", "by": crew.people["editor"]}
    design = crew.design()
    ApplyRun.objects.create(design=design, verb=verb, state=state, dry_run=False, **about)
    ApplyRun.objects.create(design=design, dry_run=True, **about)
    assert told(crew) == [sentence, "Ada Lovelace imported web"]


def test_a_space_tells_of_its_own_designs_only(crew: Crew) -> None:
    for space in ("own", "team", "other team"):
        crew.design(space, name=space.replace(" ", "-"))
    assert told(crew, "owner", space="-") == ["You imported own"]
    assert told(crew, "owner", space="shop") == ["You imported team"]
    assert told(crew, "owner") == ["You imported team", "You imported own"]
    assert told(crew, "viewer") == ["Ada Lovelace imported team"]
    assert crew.client("viewer").get(reverse("activity"), {"space": "elsewhere"}).status_code == 404


def test_versions_of_presets_are_told_to_their_space(crew: Crew) -> None:
    row, own = crew.preset(), crew.preset("own")
    text = row.text.replace("busybox:1.37", "busybox:1.38")
    row.publish(read(text), text, by=crew.people["editor"], note="a newer busybox")
    newest = "Bob Kahn published version 2 of the preset My sidecar: a newer busybox"
    first = "Ada Lovelace published version 1 of the preset My sidecar"
    assert told(crew, space="shop") == [newest, first]
    assert told(crew) == [newest, first]
    assert told(crew, person=crew.people["editor"].pk) == [newest]
    assert told(crew, "stranger") == told(crew, design=crew.design().pk, person=crew.people["editor"].pk) == []
    page = crew.client("owner").get(reverse("activity"), {"space": "-"}).content.decode()
    assert reverse("preset", args=[own.ref]) in page
    assert row.ref not in page


def test_it_can_be_asked_for_a_person_or_a_design(crew: Crew) -> None:
    one, two = crew.design(name="one"), crew.design(name="two", by="editor")
    set_image(one, crew.people["editor"], "3")
    bob = crew.people["editor"].pk
    assert told(crew, person=bob) == ["Bob Kahn set image of nginx to nginx:3 in one", "Bob Kahn imported two"]
    assert told(crew, design=two.pk) == ["Bob Kahn imported two"]
    assert told(crew, design=one.pk, person=bob) == ["Bob Kahn set image of nginx to nginx:3 in one"]
    assert told(crew, design=crew.design("other team").pk) == [], "not for a design that one may not see"


def test_what_is_in_the_bin_or_was_typed_on_is_not_told(crew: Crew) -> None:
    design = crew.design(name="gone")
    Revision.objects.filter(design=crew.design(name="typed")).update(passing=True)
    assert told(crew) == ["Ada Lovelace imported gone"]
    Design.objects.filter(pk=design.pk).update(deleted=timezone.now())
    assert told(crew) == []


@pytest.mark.parametrize("count", [3, 30])
def test_it_takes_a_constant_number_of_queries(crew: Crew, django_assert_num_queries: Any, count: int) -> None:
    for number in range(count):
        crew.design(name=f"web {number}", by=("owner", "editor")[number % 2])
    client = crew.client("viewer")
    client.get("/")
    with django_assert_num_queries(10):
        page = client.get(reverse("activity"), {"space": "shop"})
    assert len(sentences(page.content)) == count


def test_it_goes_on_page_by_page_and_tells_each_once(crew: Crew) -> None:
    design = crew.design()
    start = timezone.now() - timedelta(hours=200)
    Revision.objects.bulk_create(
        Revision(design=design, number=100 + n, summary=f"step {n}", at=start + timedelta(hours=n)) for n in range(130)
    )
    client = crew.client("viewer")
    found, url = [], reverse("activity") + "?space=shop"
    for _ in range(4):
        page = client.get(url).content
        found += sentences(page)
        older = re.search(r'href="(\?[^"]*before=\d+)"', page.decode())
        if not older:
            break
        url = reverse("activity") + unescape(older[1])
    assert found == ["Ada Lovelace imported web", *(f"Somebody step {n} in web" for n in reversed(range(130)))]


def test_local_mode_has_it_too(client: Client, make: Any) -> None:
    make()
    page = Client(SERVER_NAME="127.0.0.1").get(reverse("activity")).content
    assert sentences(page) == ["You imported web"]
