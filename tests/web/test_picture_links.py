"""Links that show a design's picture elsewhere: always current, read-only, strict, and taken back at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from designer.designs.models import Design, PictureLink
from designer.web import pictures
from designer.web.pictures import Look
from tests.people import owner, stranger
from tests.web import png
from tests.web.test_pictures import SECRET, WITH_SECRETS

ELSEWHERE = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}


@pytest.fixture
def anyone(db: None) -> Client:
    """A browser that shows a page of another site."""
    return Client(SERVER_NAME="127.0.0.1", headers=ELSEWHERE)


@pytest.fixture
def link(make: Callable[..., Design]) -> PictureLink:
    return make().picture_links.create(by=owner())


def address(link: PictureLink, kind: str = "svg") -> str:
    return reverse("shared-picture", args=[link.token, kind])


def test_a_link_is_made_shown_and_taken_back(client: Client, make: Callable[..., Design], anyone: Client) -> None:
    design = make()
    assert not PictureLink.objects.exists()  # on demand only
    answer = client.post(reverse("share-picture", args=[design.pk]))
    link = design.picture_links.get()
    assert re.fullmatch(r"[\w-]{32}", link.token)
    assert f"http://127.0.0.1/s/{link.token}.svg" in answer.content.decode()
    assert "not used yet" in answer.content.decode()
    assert anyone.get(address(link)).status_code == 200
    assert "last used" in client.get(reverse("picture", args=[design.pk])).content.decode()
    client.post(reverse("share-picture", args=[design.pk]))
    answer = client.post(reverse("unshare-picture", args=[design.pk, link.pk]))
    assert link.token not in answer.content.decode()
    assert anyone.get(address(link)).status_code == 404
    assert anyone.get(address(design.picture_links.get())).status_code == 200


def test_the_dialog_says_that_local_mode_answers_here_only(client: Client, make: Callable[..., Design]) -> None:
    page = client.get(reverse("picture", args=[make().pk])).content.decode()
    assert "answers to this machine only" in page


def test_a_link_shows_what_the_design_is_now(link: PictureLink, anyone: Client) -> None:
    before = anyone.get(address(link))
    assert b'aria-label="nginx"' in before.content
    again = anyone.get(address(link), headers={"if-none-match": before["ETag"]})
    assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", "public, max-age=60")

    def rename(documents: list[dict[str, object]]) -> list[dict[str, object]]:
        spec = {"containers": [{"name": "renamed", "image": "nginx"}]}
        return [{**documents[0], "spec": spec}]

    link.design.change(rename, by=owner())
    after = anyone.get(address(link), headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert b'aria-label="renamed"' in after.content


@pytest.mark.parametrize("theme", ["", "light", "dark", "auto", "<x>"])
def test_its_headers_let_nothing_run_and_any_page_show_it(link: PictureLink, anyone: Client, theme: str) -> None:
    answer = anyone.get(address(link), {"theme": theme})
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "public, max-age=60"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer
    assert "Cookie" not in answer.get("Vary", "")
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert ("style-src 'sha256-" in policy) == (theme not in ("light", "dark"))
    assert not ET.fromstring(answer.content).findall(".//*[@style]")


def test_a_png_is_drawn_as_asked(link: PictureLink, anyone: Client) -> None:
    image = png.read(anyone.get(address(link, "png"), {"theme": "dark", "scale": "1"}).content)
    assert image.at(0, 0) == (0x17, 0x1E, 0x27, 255)
    clear = png.read(anyone.get(address(link, "png"), {"background": "0"}).content)
    assert (clear.width, clear.at(0, 0)[3]) == (2 * image.width, 0)
    head = anyone.head(address(link, "png"))
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_an_unknown_link_gives_an_image_that_says_so(db: None, anyone: Client, kind: str) -> None:
    answer = anyone.get(reverse("shared-picture", args=["never-made", kind]))
    assert answer.status_code == 404
    assert answer["Cache-Control"] == "no-store"
    if kind == "svg":
        assert "There is no picture here" in {e.get("aria-label") for e in ET.fromstring(answer.content).iter()}
    else:
        assert len(png.read(answer.content).colours) > 10


def test_a_link_shows_a_picture_and_nothing_else(link: PictureLink, anyone: Client) -> None:
    for kind in ("yaml", "mmd", "html"):
        answer = anyone.get(reverse("shared-picture", args=[link.token, kind]))
        assert (answer.status_code, answer["Content-Type"]) == (404, "image/svg+xml")
    assert anyone.post(address(link)).status_code in (403, 405)
    assert anyone.get(f"/s/{link.token}.svg/").status_code in (403, 404)


def test_no_secret_goes_along(make: Callable[..., Design], anyone: Client) -> None:
    link = make(WITH_SECRETS).picture_links.create(by=owner())
    answer = anyone.get(address(link))
    assert b'aria-label="pgbouncer"' in answer.content
    assert SECRET.encode() not in answer.content
    assert b"eHl6" not in answer.content


def test_a_deleted_designs_links_rest_until_it_is_restored(link: PictureLink, anyone: Client) -> None:
    Design.objects.filter(pk=link.design_id).update(deleted=now())
    assert anyone.get(address(link)).status_code == 404
    Design.objects.filter(pk=link.design_id).update(deleted=None)
    assert anyone.get(address(link)).status_code == 200


def test_an_empty_design_and_one_too_large_are_said_in_the_image(
    make: Callable[..., Design], anyone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = make("", name="later").picture_links.create(by=owner())
    answer = anyone.get(address(empty))
    assert answer.status_code == 200
    assert b"There is no object in this design." in answer.content
    assert b"later" not in answer.content  # nor what it is called
    link = make().picture_links.create(by=owner())
    picture = pictures.picture(link.design.documents)
    # As large as is drawn at all: what a page embeds becomes smaller instead of breaking.
    monkeypatch.setattr(pictures, "MOST_PIXELS", picture.width * picture.height)
    assert png.read(anyone.get(address(link, "png"), {"scale": "3"}).content).width == picture.width
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1)
    assert anyone.get(address(link, "png")).status_code == 422
    assert anyone.get(address(link)).status_code == 200


def test_what_cannot_be_drawn_now_is_said_in_the_image(
    link: PictureLink, anyone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "_SECONDS", 0.001)
    pictures.raster.cache_clear()
    answer = anyone.get(address(link, "png"))
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (503, "image/svg+xml", "no-store")
    assert b"Load this page again later." in answer.content


def test_when_it_was_used_is_kept_to_the_minute(link: PictureLink, anyone: Client) -> None:
    anyone.get(address(link))
    link.refresh_from_db()
    first = link.used
    assert first
    anyone.get(address(link))
    link.refresh_from_db()
    assert link.used == first
    PictureLink.objects.update(used=first - timedelta(minutes=2))
    anyone.get(address(link))
    link.refresh_from_db()
    assert link.used > first - timedelta(minutes=1)


def test_a_design_has_a_number_of_links(client: Client, make: Callable[..., Design]) -> None:
    design = make()
    for _ in range(20):
        assert client.post(reverse("share-picture", args=[design.pk])).status_code == 200
    refused = client.post(reverse("share-picture", args=[design.pk]))
    assert refused.status_code == 422
    assert b"at most 20 links" in refused.content
    assert len(set(design.picture_links.values_list("token", flat=True))) == 20


def test_nobody_takes_back_a_link_of_another_design(
    client: Client, make: Callable[..., Design], link: PictureLink
) -> None:
    client.post(reverse("unshare-picture", args=[make().pk, link.pk]))
    assert PictureLink.objects.filter(pk=link.pk).exists()
    Design.objects.filter(pk=link.design_id).update(owner=stranger())
    assert client.post(reverse("unshare-picture", args=[link.design_id, link.pk])).status_code == 404
    assert PictureLink.objects.filter(pk=link.pk).exists()


def test_other_sites_are_shown_pictures_and_nothing_more(link: PictureLink, anyone: Client) -> None:
    for name in ("picture-file", "download", "report"):
        assert anyone.get(reverse(name, args=[link.design_id])).status_code == 403
    far = Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR="10.0.0.9")
    assert far.get(address(link)).status_code == 403
    assert Client(SERVER_NAME="evil.example").get(address(link)).status_code == 400


def test_the_sheet_that_the_policy_lets_in_is_the_one_there_is(link: PictureLink) -> None:
    from base64 import b64encode
    from hashlib import sha256

    text = pictures.as_svg(pictures.picture(link.design.documents), Look("auto"))
    sheet = ET.fromstring(text).findtext("{http://www.w3.org/2000/svg}style") or ""
    assert f"'sha256-{b64encode(sha256(sheet.encode()).digest()).decode()}'" in pictures.policy(text)
