"""A drawn picture made to stand anywhere: its letters become shapes, its style sheet attributes.

A program that shows an SVG has fonts of its own and, many a one, little CSS: word processors, wikis and viewers draw
classes and custom fonts as they please. Here each letter becomes the shape that it has in Inter, the type that the
layout measures with (diagram/measure.py), and what the style sheet says of an element is written on the element. Only a
picture for light and dark readers keeps a sheet, with the dark colours. No title, id or address goes along: a picture
that leaves the page holds what it shows, and no more (the evidence behind an arrow may quote a password).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from xml.etree import ElementTree as ET

import fontpkg_inter
from fontTools.misc.transform import Transform
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from designer.diagram import measure

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
FONT = Path(fontpkg_inter.ROOT) / "files" / "Inter[opsz,wght].ttf"
_BOLD = 550
_RIGHT_TO_LEFT = ("R", "AL", "RLE", "RLO", "RLI", "AN")
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"  # they make one sign of what is around them
_FACE = ("font-size", "font-weight")
_DARK = re.compile(r"@media \(prefers-color-scheme: dark\)\s*\{((?:[^{}]*\{[^{}]*\})*)\s*\}")
_AT_RULE = re.compile(r"@[^{}]*\{(?:[^{}]*\{[^{}]*\})*\s*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE = re.compile(r"^([a-z]*)((?:\.[\w-]+)*)$")
_KEPT = {"x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "d", "points", "viewBox", "text-anchor", "transform"}
_DROPPED = {"pointer-events", "cursor", "outline", "text-decoration", "transition", "animation"}
Style = dict[str, str]
# An element: its tag and classes. A selector is several steps from the outside in, each a tag ("" for any), classes,
# and whether it is a child of the step before it, not just somewhere inside.
Element = tuple[str, frozenset[str]]
Step = tuple[str, frozenset[str], bool]
# A selector, its weight (how many classes, how many tags), and what it declares.
Rule = tuple[tuple[Step, ...], tuple[int, int], Style]
_lock = Lock()  # a font is read lazily, which two threads must not do at once

ET.register_namespace("", _SVG[1:-1])
ET.register_namespace("xlink", _LINK[1:].partition("}")[0])


def outlined(drawn: str) -> str:
    """`drawn`, what diagram/svg.py draws to stand alone, as one ``<svg>`` that needs no font and no style sheet.

    Letters that the font does not have stay text, for a font of the reader's: the rest of their line is shapes all the
    same, unless it is written from right to left.
    """
    root = ET.fromstring(drawn)  # noqa: S314 - our own drawing, without a document type
    sheet = root.find(f"{_SVG}style")
    rules = _rules(sheet.text or "" if sheet is not None else "")
    made = _Outlined(rules)
    if sheet is not None:
        root.remove(sheet)
    title = root.find(f"{_SVG}title")
    size = {name: root.get(name, "") for name in ("width", "height", "viewBox")}
    made.element(root, (), {})
    root.attrib.update(size)
    if title is not None:
        root.insert(0, title)
        root.set("role", "group")
        root.set("aria-label", title.text or "")
    if root.find(f".//{_SVG}text") is None:
        root.attrib.pop("font-family", None)
    defs = ET.Element(f"{_SVG}defs")
    defs.extend(made.shapes.values())
    root.insert(1, defs)
    if made.dark:
        style = ET.Element(f"{_SVG}style")
        style.text = made.dark_sheet()
        root.insert(1, style)
    return ET.tostring(root, encoding="unicode")


@dataclass(frozen=True)
class _Rules:
    """The rules of a sheet: those for everyone and those for dark."""

    plain: tuple[Rule, ...]
    dark: tuple[Rule, ...]

    def of(self, chain: tuple[Element, ...]) -> tuple[Style, Style]:
        """What the sheet says of the last element of a chain from the root: for everyone, and what dark changes."""
        plain = _won(self.plain, chain)
        both = _won((*self.plain, *self.dark), chain) if self.dark else plain
        return plain, {name: value for name, value in both.items() if plain.get(name) != value}


def _won(rules: Iterable[Rule], chain: tuple[Element, ...]) -> Style:
    hits = [(weight, place, said) for place, (steps, weight, said) in enumerate(rules) if _matches(steps, chain)]
    return {name: value for _, _, said in sorted(hits, key=lambda hit: hit[:2]) for name, value in said.items()}


def _matches(steps: tuple[Step, ...], chain: tuple[Element, ...]) -> bool:
    """Whether a selector means the last element of a chain from the root."""
    (tag, classes, child), (name, own) = steps[-1], chain[-1]
    if (tag and tag != name) or not classes <= own:
        return False
    if len(steps) == 1:
        return True
    around = range(len(chain) - 1, max(0, len(chain) - 2) if child else 0, -1)
    return any(_matches(steps[:-1], chain[:end]) for end in around)


@cache
def _rules(sheet: str) -> _Rules:
    dark = " ".join(_DARK.findall(sheet))
    return _Rules(_read(_AT_RULE.sub("", sheet)), _read(dark))


def _read(sheet: str) -> tuple[Rule, ...]:
    found = []
    for selectors, body in _RULE.findall(re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)):
        pairs = [part.split(":", 1) for part in body.split(";") if ":" in part]
        said = {name.strip(): value.strip() for name, value in pairs if name.strip() not in _DROPPED}
        for selector in selectors.split(","):
            words = selector.replace(">", " > ").split()
            steps = [_SIMPLE.match(word) for word in words if word != ">"]
            child = [before == ">" for before, word in zip(["", *words], words, strict=False) if word != ">"]
            if not steps or not all(steps):
                continue
            read = tuple(
                (m[1], frozenset(m[2].split(".")[1:]), inner) for m, inner in zip(steps, child, strict=True) if m
            )
            weight = (sum(len(classes) for _, classes, _ in read), sum(bool(tag) for tag, _, _ in read))
            found.append((read, weight, said))
    return tuple(found)


@dataclass
class _Outlined:
    """A picture on its way. `shapes` are the letters it uses by id, `dark` the classes of what is other in the dark,
    `said` what the sheet says of elements like those before."""

    rules: _Rules
    shapes: dict[str, ET.Element] = field(default_factory=dict)
    dark: dict[tuple[tuple[str, str], ...], str] = field(default_factory=dict)
    said: dict[tuple[Element, ...], tuple[Style, Style]] = field(default_factory=dict)

    def element(self, element: ET.Element, around: tuple[Element, ...], inherited: Mapping[str, str]) -> None:
        """Write on the element and on all inside it what the sheet says of them, and make shapes of the text."""
        tag = element.tag.removeprefix(_SVG)
        chain = (*around, (tag, frozenset(element.get("class", "").split())))
        plain, dark = self.said.get(chain) or self.said.setdefault(chain, self.rules.of(chain))
        kept = {name: value for name, value in element.attrib.items() if name in _KEPT}
        style = {**inherited, **{k: v for k, v in kept.items() if k == "text-anchor"}, **plain}
        element.attrib.clear()
        element.attrib.update(kept | plain)
        if dark:
            element.set("class", self.dark.setdefault(tuple(sorted(dark.items())), f"d{len(self.dark)}"))
        for child in list(element):
            if child.tag == f"{_SVG}title":
                element.remove(child)
            else:
                self.element(child, chain, style)
        if tag == "text":
            self._outline(element, style)
        elif "font-family" in element.attrib and around:
            del element.attrib["font-family"]

    def _outline(self, text: ET.Element, style: Mapping[str, str]) -> None:
        """A ``<text>`` as a group of shapes that starts where it starts, and takes no more room than was measured."""
        spans = _spans(text, style)
        words = "".join(part for part, _, _ in spans)
        if any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in words):
            return
        spans = [(run, look, own) for part, look, own in spans for run in _runs(part, _letters(_weight(look)))]
        known = [_letters(_weight(look)) for _, look, _ in spans]
        other = [
            any(letter not in letters for letter in part) for (part, _, _), letters in zip(spans, known, strict=True)
        ]
        if all(other):
            return
        x, y = float(text.get("x", "0")), float(text.get("y", "0"))
        sizes = [float(look.get("font-size", "11px").removesuffix("px")) for _, look, _ in spans]
        rooms = [
            measure.width(part, size, _weight(look) > _BOLD) for (part, look, _), size in zip(spans, sizes, strict=True)
        ]
        advance = [
            room if stays else sum(letters[letter].advance for letter in part) * size
            for (part, _, _), letters, size, room, stays in zip(spans, known, sizes, rooms, other, strict=True)
        ]
        narrow = min(1.0, sum(rooms) / sum(advance)) if sum(advance) else 1.0
        shift = {"middle": 0.5, "end": 1.0}.get(style.get("text-anchor", ""), 0.0)
        x -= sum(advance) * narrow * shift
        said = {name: value for name, value in text.attrib.items() if name in ("fill", "fill-opacity", "class")}
        faces = [{name: look[name] for name in _FACE if name in look} for _, look, _ in spans]
        y_text = text.get("y", "0")
        text.clear()
        text.tag = f"{_SVG}g"
        text.attrib.update({"role": "img", "aria-label": words, **said})
        for (part, _, own), letters, size, wide, stays, face in zip(
            spans, known, sizes, advance, other, faces, strict=True
        ):
            if stays:
                # As wide as was measured, whatever font the reader has.
                place = {"x": f"{x:.6g}", "y": y_text, "textLength": f"{wide * narrow:.6g}"}
                ET.SubElement(text, f"{_SVG}text", place | face | own).text = part
                x += wide * narrow
                continue
            scale = size / letters.units
            across = f"{scale * narrow:.6g}"
            place = {"transform": f"matrix({across} 0 0 {scale:.6g} {x:.6g} {y:.6g})"}
            run = ET.SubElement(text, f"{_SVG}g", place | own)
            at = 0
            for letter in part:
                found = letters[letter]
                if found.path:
                    name = f"{letters.name}-{ord(letter):x}"
                    if name not in self.shapes:
                        self.shapes[name] = ET.Element(f"{_SVG}path", {"id": name, "d": found.path})
                    ET.SubElement(run, f"{_SVG}use", {_LINK: f"#{name}", "x": str(at)} if at else {_LINK: f"#{name}"})
                at += round(found.advance * letters.units)
            x += wide * narrow
        # No element that says nothing: a single run carries the place itself.
        if len(text) == 1 and not other[0]:
            run = text[0]
            text.attrib.update(run.attrib)
            text[:] = list(run)

    def dark_sheet(self) -> str:
        rules = "".join(
            f".{name}{{{';'.join(f'{key}:{value}' for key, value in said)}}}" for said, name in self.dark.items()
        )
        return f"@media (prefers-color-scheme: dark){{{rules}}}"


def _spans(text: ET.Element, style: Mapping[str, str]) -> list[tuple[str, Mapping[str, str], dict[str, str]]]:
    """(words, all of their style, what is their own) of the parts of a text, with white space as SVG reads it."""
    parts: list[tuple[str, Mapping[str, str], dict[str, str]]] = [(text.text or "", style, {})]
    for span in text:
        own = {name: value for name, value in span.attrib.items() if name in ("fill", "fill-opacity", "class")}
        parts += [(span.text or "", {**style, **span.attrib}, own), (span.tail or "", style, {})]
    out = []
    space = True  # white space at the start is none, and of several one
    for words, look, own in parts:
        words = re.sub(r"[ \t\n]+", " ", words)
        words = words[1:] if space and words.startswith(" ") else words
        space = words.endswith(" ") if words else space
        out.append((words, look, own))
    while out and out[-1][0].endswith(" "):
        out[-1] = (out[-1][0].rstrip(" "), *out[-1][1:])
    return [part for part in out if part[0]]


def _runs(part: str, letters: _Letters) -> list[str]:
    """The words in runs of letters that the font has and of those that it has not, a combining mark with its letter."""
    runs: list[tuple[bool, str]] = []
    for letter in part:
        known = letter in letters
        if not known and runs and runs[-1][0] and (unicodedata.combining(letter) or letter in _JOINERS):
            # The letter before it goes along.
            runs[-1:] = [(True, runs[-1][1][:-1]), (False, runs[-1][1][-1] + letter)]
        elif runs and runs[-1][0] == known:
            runs[-1] = (known, runs[-1][1] + letter)
        else:
            runs.append((known, letter))
    return [run for _, run in runs if run]


def other_letters(drawn: str) -> str:
    """The letters of an outlined SVG that are still text, each once: those that the reader's fonts have to have."""
    left = "".join("".join(text.itertext()) for text in ET.fromstring(drawn).iter(f"{_SVG}text"))  # noqa: S314 - ours
    known = _letters(400)
    return "".join(dict.fromkeys(letter for letter in left if letter not in known and letter not in _JOINERS))


def _weight(style: Mapping[str, str]) -> int:
    said = style.get("font-weight", "400")
    return {"normal": 400, "bold": 700}.get(said) or int(said)


@dataclass(frozen=True)
class _Letter:
    """`path` in the font's units, with y downwards; `advance` in em."""

    path: str
    advance: float


class _Letters(dict[str, _Letter]):
    """The letters of one weight, read as they are asked for. Not in it: what the font has no shape for."""

    def __init__(self, weight: int) -> None:
        super().__init__()
        font, self._names = _font()
        self.name = f"w{weight}"
        self.units = int(font["head"].unitsPerEm)
        self._glyphs: Any = font.getGlyphSet(location={"wght": weight, "opsz": 14})

    def __contains__(self, letter: object) -> bool:
        # A mark that combines stands where the letter before it says, which takes more than advances.
        return isinstance(letter, str) and ord(letter) in self._names and not unicodedata.combining(letter)

    def __missing__(self, letter: str) -> _Letter:
        with _lock:
            glyph = self._glyphs[self._names[ord(letter)]]
            pen = SVGPathPen(self._glyphs, ntos=lambda value: str(round(value)))
            glyph.draw(TransformPen(pen, Transform(1, 0, 0, -1, 0, 0)))
            made = self[letter] = _Letter(pen.getCommands(), glyph.width / self.units)
        return made


@cache
def _letters(weight: int) -> _Letters:
    return _Letters(weight)


@cache
def _font() -> tuple[TTFont, dict[int, str]]:
    font = TTFont(FONT, lazy=True)
    return font, font.getBestCmap()
