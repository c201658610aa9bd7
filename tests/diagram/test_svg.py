"""The picture as XML: safe, whole, and reachable by keyboard and screen reader."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from designer.diagram.layout import layout
from designer.diagram.svg import svg
from designer.diagram.themes import DARK, LIGHT, Theme
from designer.manifests.types import Documents
from tests.diagram.designs import HOSTILE, bare_pod, config_map, container, service
from tests.diagram.test_layout import ELASTICSEARCH, ROLES

BASE = Path(__file__).resolve().parents[2] / "static" / "css" / "base.css"
_SVG = "{http://www.w3.org/2000/svg}"


def _root(documents: Documents, standalone: bool = False) -> ElementTree.Element:
    return ElementTree.fromstring(svg(layout(documents, ROLES), standalone))


def test_what_can_be_selected_is_a_named_link_with_its_address() -> None:
    links = _root(ELASTICSEARCH).findall(f".//{_SVG}a")
    found = {link.get("data-at"): link for link in links}
    assert len(found) == len(links)
    assert set(found) == {
        "0",
        "0/initContainers/0",
        *(f"0/containers/{n}" for n in range(4)),
        *(f"0/volumes/{n}" for n in range(3)),
        "1",
        "2",
    }
    for at, link in found.items():
        assert link.get("href") == f"#at={at}"
        assert link.get("aria-label")
        assert (link.get("id") or "").startswith("box-")
    assert found["0/containers/1"].get("aria-label") == (
        "elasticsearch, container, application; port 9200, taken by nginx-proxy too"
    )
    assert found["0/containers/0"].get("class") == "box container role-ambassador"


def test_lines_say_whom_they_join_and_why() -> None:
    call = next(g for g in _root(ELASTICSEARCH).iter(f"{_SVG}g") if g.get("class") == "edge call role-adapter")
    assert (call.get("data-from"), call.get("data-to")) == ("0/containers/2", "0/containers/1")
    title = call.find(f"{_SVG}title")
    assert title is not None
    assert title.text == "exporter calls localhost:9200, elasticsearch: args[0] says “--es.uri=http://localhost:9200”"
    # Who does not point at it hears it of its container.
    (exporter,) = (one for one in layout(ELASTICSEARCH).boxes if one.at == "0/containers/2")
    assert title.text in exporter.title.split("\n")
    # It is easier to point at than it is thick: the same way again, wider, on a page alone.
    hit, line = call.findall(f"{_SVG}path")[:2]
    assert (hit.get("class"), line.get("class")) == ("hit", "line")
    assert hit.get("d") == line.get("d")
    assert 'class="hit"' not in svg(layout(ELASTICSEARCH), standalone=True)


def test_the_size_is_the_layout_s() -> None:
    picture = layout(ELASTICSEARCH)
    root = _root(ELASTICSEARCH)
    assert root.get("viewBox") == f"0 0 {picture.width} {picture.height}"
    assert (root.get("width"), root.get("height")) == (str(picture.width), str(picture.height))
    assert root.get("role") == "group"
    assert ElementTree.fromstring(svg(layout([]))).get("viewBox") == "0 0 0 0"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(name: str) -> None:
    spec = {
        "containers": [container(name, name, [{"containerPort": 80, "name": name}], [(name, name, "ro", name)])],
        "volumes": [{"name": name, "configMap": {"name": name}}, {"name": "v", name: {}}],
        "initContainers": [container(name, name, securityContext={"capabilities": {"add": [name]}})],
    }
    documents = [
        bare_pod(name, spec, {"app": name}),
        service(name, {"app": name}, {"port": 80, "name": name}),
        config_map(name),
    ]
    documents.append({"kind": name, "metadata": {"name": name}})
    for standalone in (False, True):
        text = svg(layout(documents), standalone)
        root = ElementTree.fromstring(text)
        assert not list(root.iter(f"{_SVG}script"))
        assert "style=" not in text
        assert not re.search(r"\son\w+=", re.sub(r">[^<]*<", "><", text))
        ids = [element.get("id") for element in root.iter() if element.get("id")]
        assert len(ids) == len(set(ids))
        assert all(re.fullmatch(r"[a-z][a-z0-9-]*", element_id or "") for element_id in ids)


@pytest.mark.parametrize(("theme", "has", "lacks"), [("light", LIGHT, DARK), ("dark", DARK, LIGHT)])
def test_alone_it_brings_its_colours_and_no_links(theme: Theme, has: dict[str, str], lacks: dict[str, str]) -> None:
    text = svg(layout(ELASTICSEARCH, ROLES), standalone=True, theme=theme)
    root = ElementTree.fromstring(text)
    style = root.findtext(f"{_SVG}style") or ""
    assert "var(" not in text
    assert has["ambassador"] in style
    assert lacks["ambassador"] not in style
    assert not root.findall(f".//{_SVG}a")
    assert ":hover" not in style
    assert "<style" not in svg(layout(ELASTICSEARCH, ROLES))


def test_alone_it_may_follow_its_reader_s_theme() -> None:
    style = ElementTree.fromstring(svg(layout(ELASTICSEARCH), True, theme="auto")).findtext(f"{_SVG}style") or ""
    light, _, dark = style.partition("@media (prefers-color-scheme: dark)")
    assert "var(" not in style
    assert (LIGHT["sidecar-bg"] in light, DARK["sidecar-bg"] in light) == (True, False)
    assert (LIGHT["sidecar-bg"] in dark, DARK["sidecar-bg"] in dark) == (False, True)
    assert style.count("{") == style.count("}")


def test_alone_it_has_paper_or_lets_through_what_it_lies_on() -> None:
    assert 'class="paper"' in svg(layout(ELASTICSEARCH), True)
    assert 'class="paper"' not in svg(layout(ELASTICSEARCH), True, background=False)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_its_colours_are_the_page_s(theme: str) -> None:
    light, dark = BASE.read_text().split("@media (prefers-color-scheme: dark)", 1)
    page = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]+)", dark if theme == "dark" else light))
    own = DARK if theme == "dark" else LIGHT
    assert own == {name: page[name] for name in own}


def test_a_renderer_without_a_browser_draws_words_and_colours() -> None:
    import resvg_py

    documents = [bare_pod("p", {"containers": [container("app", ports=[80])]})]
    drawn = {
        theme: bytes(resvg_py.svg_to_bytes(svg_string=svg(layout(documents), True, theme=theme)))
        for theme in ("light", "dark", "auto")
    }
    assert all(png.startswith(b"\x89PNG") for png in drawn.values())
    assert drawn["light"] == drawn["auto"] != drawn["dark"]
    wordless = re.sub(r"<text.*?</text>", "", svg(layout(documents), True))
    assert bytes(resvg_py.svg_to_bytes(svg_string=wordless)) != drawn["light"]


def test_what_is_not_in_the_design_has_a_name_and_the_keyboard_s_focus_but_opens_nothing() -> None:
    app = container("app", envFrom=[{"secretRef": {"name": "keys"}}], args=["https://api.example.com"])
    root = _root([bare_pod("p", {"containers": [app]}), config_map("c")])
    outside = [g for g in root.iter(f"{_SVG}g") if (g.get("class") or "").startswith("box ")]
    assert [g.get("aria-label") for g in outside] == [
        "api.example.com, outside this design, app reaches api.example.com: args[0] says “https://api.example.com”",
        "Secret keys, not in this design, env of app",
    ]
    assert all((g.get("tabindex"), g.get("data-at")) == ("0", None) for g in outside)
    assert outside[1].get("data-used") == "0/containers/0"
    reach = next(g for g in root.iter(f"{_SVG}g") if (g.get("class") or "").startswith("edge reach"))
    assert (reach.get("data-from"), reach.get("data-to")) == ("0/containers/0", None)


def test_a_ghost_has_no_ids_wherever_it_is() -> None:
    app = container("app", envFrom=[{"configMapRef": {"name": "c"}}], args=["https://api.example.com"])
    policy = {"kind": "NetworkPolicy", "metadata": {"name": "n"}, "spec": {"podSelector": {}}}
    text = svg(layout([bare_pod("p", {"containers": [app]}), config_map("c"), policy]), ghost={"1": "added"})
    assert " id=" not in text
    assert 'class="box companion ghost-added"' in text
    assert "tabindex" not in text
