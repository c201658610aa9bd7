"""A picture as a file: it looks the same everywhere, fits what was measured, and gives nothing away."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.designs.models import Design
from designer.diagram import measure
from designer.diagram.model import Picture
from designer.diagram.themes import Theme
from designer.manifests import text as manifest_text
from designer.manifests.types import ManifestError
from designer.web import pictures
from designer.web.outlines import other_letters
from designer.web.pictures import Look
from tests.diagram.designs import HOSTILE, bare_pod, container
from tests.web import png

ARTICLES = sorted((Path(__file__).parent.parent / "corpus" / "articles").glob("*.yaml"))
THEMES: tuple[Theme, ...] = ("light", "dark", "auto")
SVG = "{http://www.w3.org/2000/svg}"
SECRET = "xyzzy-hunter2"
# A password where none should stand, in an env value that is the evidence of a call, and one where it should.
WITH_SECRETS = f"""\
apiVersion: v1
kind: Pod
metadata: {{name: shop}}
spec:
  containers:
  - name: web
    image: nginx:1.29
    env: [{{name: DATABASE_URL, value: "postgres://shop:{SECRET}@localhost:5432/shop"}}]
  - name: pgbouncer
    image: edoburu/pgbouncer:1.23
    ports: [{{containerPort: 5432}}]
    volumeMounts: [{{name: users, mountPath: /etc/users}}]
  volumes: [{{name: users, secret: {{secretName: users}}}}]
---
apiVersion: v1
kind: Secret # of the shop
metadata:
  name: users
  annotations: {{kubectl.kubernetes.io/last-applied-configuration: '{{"data":"{SECRET}"}}'}}
stringData:
  list: |
    shop {SECRET}
data: {{more: eHl6enktaHVudGVyMg==}}
"""


def drawn(text: str) -> Picture:
    return pictures.picture(manifest_text.parse(text))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("file", ARTICLES, ids=lambda file: file.stem)
def test_an_svg_stands_alone(file: Path, theme: Theme) -> None:
    picture = drawn(file.read_text())
    text = pictures.as_svg(picture, Look(theme))
    root = ET.fromstring(text)
    assert (root.get("width"), root.get("height")) == (str(picture.width), str(picture.height))
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    for element in root.iter():
        assert element.tag != f"{SVG}text", "a letter of the articles is not in the font"
        assert "style" not in element.attrib
        assert theme == "auto" or "class" not in element.attrib
        for name, value in element.attrib.items():
            assert "var(" not in value
            assert "url(" not in value
            if name.endswith("href"):
                assert value.removeprefix("#") in ids
    assert not re.search(r"<(script|image|foreignObject|a|style)\b", text.replace("<style>@media", ""))
    assert "@import" not in text
    assert "<!DOCTYPE" not in text
    # What it says can be read out and searched for.
    said = {element.get("aria-label") for element in root.iter()}
    assert {box.texts[0].text for box in picture.boxes} <= said
    # One title, of the whole: others tell how a call is known, which may quote what nobody else should read.
    assert len(root.findall(f".//{SVG}title")) == 1


def test_light_and_dark_at_once_is_a_sheet_with_the_dark_colours() -> None:
    picture = drawn(ARTICLES[0].read_text())
    both, light, dark = (pictures.as_svg(picture, Look(theme)) for theme in ("auto", "light", "dark"))
    sheet = ET.fromstring(both).findtext(f"{SVG}style") or ""
    assert sheet.startswith("@media (prefers-color-scheme: dark){.d0{")
    colours = set(re.findall(r"(?:fill|stroke)=\"(#\w+)", dark)) - set(re.findall(r"(?:fill|stroke)=\"(#\w+)", light))
    assert colours
    assert all(colour in sheet for colour in colours)
    assert "sha256-" in pictures.policy(both)
    assert "style-src" not in pictures.policy(light)
    assert "unsafe" not in pictures.policy(both)


def test_a_png_has_its_size_its_paper_and_its_theme() -> None:
    picture = drawn((Path(ARTICLES[0].parent) / "000-ambassador.yaml").read_text())
    small, large = (png.read(pictures.as_png(picture, Look("light", scale=scale)).content) for scale in (1, 2))
    assert (small.width, small.height) == (picture.width, picture.height)
    assert (large.width, large.height) == (picture.width * 2, picture.height * 2)
    dark = png.read(pictures.as_png(picture, Look("dark", scale=1)).content)
    clear = png.read(pictures.as_png(picture, Look("light", background=False, scale=1)).content)
    assert (small.at(0, 0), dark.at(0, 0)) == ((255, 255, 255, 255), (0x17, 0x1E, 0x27, 255))
    assert clear.at(0, 0)[3] == 0
    assert small.rows != dark.rows
    # The roles' colours are there, and letters: more than a few flat areas.
    assert (0x2F, 0x5B, 0xD7, 255) in small.colours
    assert (0xA8, 0x5D, 0x00, 255) in small.colours
    assert len(small.colours) > 100


letters = st.text(st.characters(min_codepoint=33, max_codepoint=0x24F, categories=("L", "N", "P", "S")), min_size=1)


@settings(max_examples=15)
@given(letters.map(lambda text: text[:30]), st.sampled_from(["name", "detail"]))
def test_no_letters_are_wider_than_the_layout_measured(text: str, style: str) -> None:
    """Pixels beside the room that was measured stay paper."""
    size, bold = (12.5, True) if style == "name" else (11, False)
    room = measure.width(text, size, bold)
    image = png.read(pictures.raster(one_text(text, style), 1).content)
    beside = [x for row in image.rows for x, pixel in enumerate(row) if x > 20 + room + 1.5 and pixel[3] > 40]
    assert not beside


def one_text(text: str, style: str) -> str:
    shown = Look("light", background=False)
    drawing = pictures.sentence(text if style == "name" else " ", text if style == "detail" else " ", shown)
    # Room on the right, to see what runs over.
    return re.sub(r'(width|viewBox)="([^"]*)"', _wider, drawing, count=2)


def _wider(match: re.Match[str]) -> str:
    return f'{match[1]}="600"' if match[1] == "width" else f'{match[1]}="-4 0 600 64"'


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_is_drawn(name: str) -> None:
    picture = pictures.picture([bare_pod(name, {"containers": [container(name, name)]})])
    text = pictures.as_svg(picture, Look())
    ET.fromstring(text)
    assert "<script" not in text
    assert png.read(pictures.as_png(picture, Look(scale=1)).content).width == picture.width


def test_a_script_that_the_font_has_not_stays_text() -> None:
    picture = pictures.picture([bare_pod("web", {"containers": [container("日本語", "nginx")]})])
    root = ET.fromstring(pictures.as_svg(picture, Look()))
    (text,) = root.findall(f".//{SVG}text")
    assert text.text == "日本語"
    assert (text.get("font-size"), text.get("font-weight"), text.get("fill")) == ("12.5px", "600", "#16202e")
    assert "Inter" in (root.get("font-family") or "")


def test_only_the_letters_that_the_font_has_not_stay_text() -> None:
    picture = pictures.picture([bare_pod("web", {"containers": [container("api 日本 v2", "nginx")]})])
    root = ET.fromstring(pictures.as_svg(picture, Look()))
    (text,) = root.findall(f".//{SVG}text")
    assert text.text == "日本"
    (line,) = [group for group in root.iter(f"{SVG}g") if group.get("aria-label") == "api 日本 v2"]
    assert [child.tag.removeprefix(SVG) for child in line] == ["g", "text", "g"]
    # What comes after it begins where it was measured to end.
    start, wide = float(text.get("x", "0")), float(text.get("textLength", "0"))
    (after,) = re.findall(r"[\d.]+", line[2].get("transform", ""))[4:5]
    assert float(after) == pytest.approx(start + wide, abs=0.1)
    assert other_letters(ET.tostring(root, encoding="unicode")) == "日本"


@pytest.mark.parametrize("name", ["مرحبا web", "web שלום 8080"])
def test_what_is_written_from_right_to_left_stays_one_text(name: str) -> None:
    picture = pictures.picture([bare_pod("web", {"containers": [container(name, "nginx")]})])
    (text,) = ET.fromstring(pictures.as_svg(picture, Look())).findall(f".//{SVG}text")
    assert text.text == name


def test_a_png_says_for_which_letters_there_is_no_font() -> None:
    # A letter that Unicode will not assign, so that no font of any machine has it.
    made = pictures.raster(pictures.sentence("a \U0003fffd b", " ", Look()), 1)
    assert made.missing == "\U0003fffd"
    assert made.notes(1) == ["this machine has no font for \U0003fffd: take SVG, or install one"]
    assert len(png.read(made.content).colours) > 10
    assert (
        pictures.as_png(pictures.picture([bare_pod("web", {"containers": [container("a", "b")]})]), Look()).notes(2)
        == []
    )


def test_too_many_pixels_are_drawn_smaller_and_far_too_many_refused() -> None:
    vast = Picture(8000, 2000, "vast")
    assert [pictures.fits(vast, scale) for scale in (1, 2, 3)] == [True, False, False]
    assert [pictures.largest(vast, scale) for scale in (1, 2, 3)] == [1, 1.41, 1.41]
    assert [pictures.largest(Picture(80_000, 800, "wide"), 3), pictures.largest(Picture(0, 0, ""), 3)] == [0.7, 0]
    assert pictures.Png(b"", 0.7).notes(1) == ["drawn at 0.7×: at most 32 million pixels are drawn"]
    with pytest.raises(ManifestError) as refused:
        pictures.as_png(Picture(800_000, 2000, "vaster"), Look(scale=1))
    assert str(refused.value) == (
        "even at 0.2× this picture has 64 million pixels; at most 32 million are drawn: take SVG, which has no size"
    )


def test_what_is_no_picture_is_told() -> None:
    with pytest.raises(ManifestError, match="could not be drawn as PNG"):
        pictures.raster("<svg", 1)


# --- Over HTTP


def test_a_picture_is_downloaded(client: Client, make: Callable[..., Design]) -> None:
    design = make(name="My shop: Ω")
    address = reverse("picture-file", args=[design.pk])
    svg = client.get(address, {"format": "svg", "theme": "dark"})
    assert (svg.status_code, svg["Content-Type"]) == (200, "image/svg+xml")
    assert svg["Content-Disposition"] == 'attachment; filename="My-shop.svg"'
    assert svg["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert svg["X-Content-Type-Options"] == "nosniff"
    assert b"#171e27" in svg.content
    image = client.get(address, {"format": "png", "scale": "1", "background": "0"})
    assert (image["Content-Type"], png.read(image.content).at(0, 0)[3]) == ("image/png", 0)
    words = client.get(address, {"format": "mmd", "shown": "1"})
    assert words.content.startswith(b"flowchart TB\n")
    assert "Content-Disposition" not in words


def test_a_picture_that_is_known_is_not_sent_again(client: Client, make: Callable[..., Design]) -> None:
    design = make()
    address = reverse("picture-file", args=[design.pk])
    first = client.get(address, {"format": "png", "scale": "1"})
    again = client.get(address, {"format": "png", "scale": "1"}, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(address, {"format": "png", "scale": "2"}, headers={"if-none-match": first["ETag"]})
    assert other.status_code == 200


@pytest.mark.parametrize("kind", ["svg", "png", "mmd"])
def test_an_empty_design_has_no_picture(client: Client, make: Callable[..., Design], kind: str) -> None:
    design = make("", name="empty")
    answer = client.get(reverse("picture-file", args=[design.pk]), {"format": kind})
    assert answer.status_code == 422
    assert b"nothing to draw yet" in answer.content
    assert b"There is nothing to draw yet" in client.get(reverse("picture", args=[design.pk])).content


def test_no_picture_holds_what_a_secret_or_a_value_holds(client: Client, make: Callable[..., Design]) -> None:
    design = make(WITH_SECRETS)
    for kind in ("svg", "mmd"):
        answer = client.get(reverse("picture-file", args=[design.pk]), {"format": kind, "theme": "auto"})
        assert SECRET.encode() not in answer.content
        assert b"eHl6" not in answer.content
    assert SECRET.encode() not in client.get(reverse("picture", args=[design.pk])).content


def test_the_dialog_offers_the_sizes_that_can_be_drawn(
    client: Client, make: Callable[..., Design], monkeypatch: pytest.MonkeyPatch
) -> None:
    design = make()
    picture = drawn(design.text)
    monkeypatch.setattr(pictures, "MOST_PIXELS", 2 * picture.width * picture.height)
    assert not pictures.fits(picture, 3)
    page = client.get(reverse("picture", args=[design.pk])).content.decode()
    assert re.search(r'name="scale" value="1" checked', page)
    assert re.search(r'name="scale" value="3" disabled', page)
    smaller = client.get(reverse("picture-file", args=[design.pk]), {"format": "png", "scale": "3"})
    assert picture.width < png.read(smaller.content).width < 3 * picture.width


def test_the_dialog_offers_the_largest_size_of_a_picture_that_is_vast(
    client: Client, make: Callable[..., Design], monkeypatch: pytest.MonkeyPatch
) -> None:
    design = make("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: 日, image: b}]}\n")
    picture = drawn(design.text)
    monkeypatch.setattr(pictures, "MOST_PIXELS", picture.width * picture.height // 2)
    page = client.get(reverse("picture", args=[design.pk])).content.decode()
    assert re.search(r'name="scale" value="1" checked> 0\.7× <small>', page)
    assert "But 日: the reader&#x27;s fonts" in page or "But 日: the reader's fonts" in page
    answer = client.get(reverse("picture-file", args=[design.pk]), {"format": "png", "scale": "1"})
    assert png.read(answer.content).width == pytest.approx(picture.width * 0.7, abs=1)
