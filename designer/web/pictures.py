"""The picture of a design as a file: SVG, PNG or Mermaid, light or dark, with or without paper behind it."""

from __future__ import annotations

import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, Literal, get_args

from designer import checks
from designer.checks import Finding
from designer.diagram import measure
from designer.diagram.layout import layout
from designer.diagram.mermaid import mermaid
from designer.diagram.model import Picture
from designer.diagram.svg import svg
from designer.diagram.themes import Theme, sheet
from designer.manifests.types import Documents, ManifestError
from designer.web.drawing import wrong
from designer.web.outlines import FONT, outlined
from patterns.detect import roles
from patterns.store import hints

Format = Literal["svg", "png", "mmd"]
FORMATS: tuple[Format, ...] = get_args(Format)
THEMES: tuple[Theme, ...] = get_args(Theme)
SCALES = (1, 2, 3)
LEAST_SCALE = 0.2  # below it no word of a picture can be read
TYPES = {"svg": "image/svg+xml", "png": "image/png", "mmd": "text/vnd.mermaid; charset=utf-8"}
# Drawn in about two seconds and 130 MB, and more than most programs that take a picture will open.
MOST_PIXELS = 32_000_000
_SECONDS = 20
_NOTHING = "there is nothing to draw yet: the design has no object"
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_MISSING = re.compile(r"No fonts with a (.)/U\+")  # as resvg says it
_RASTER = Path(__file__).with_name("raster.py")
# As many at a time as leave the machine to its person; the others wait.
_turns = BoundedSemaphore(2)


@dataclass(frozen=True)
class Look:
    """How a picture is drawn. `scale` is the PNG's pixels for each of the picture's."""

    theme: Theme = "light"
    background: bool = True
    scale: float = 2

    @classmethod
    def read(cls, given: Mapping[str, str], theme: Theme = "light") -> Look:
        """That which the words of a request or a link ask for; a word that is none of ours is as good as none."""
        wanted = next((one for one in THEMES if one == given.get("theme")), theme)
        scale = next((one for one in SCALES if str(one) == given.get("scale")), 2)
        return cls(wanted, given.get("background") != "0", scale)

    @property
    def flat(self) -> Look:
        """As a PNG has it, which cannot be for light and dark at once."""
        return replace(self, theme="light") if self.theme == "auto" else self


def picture(
    documents: Documents,
    *,
    woven: Sequence[Mapping[str, Any]] = (),
    version: str = "",
    found: list[Finding] | None = None,
) -> Picture:
    """The layout of a design, with its roles and what is wrong. `woven` and `version` are the revision's and the
    design's; `found` saves checking again."""
    return layout(documents, *_shown(documents, woven, version, found))


def _shown(
    documents: Documents, woven: Sequence[Mapping[str, Any]], version: str, found: list[Finding] | None = None
) -> tuple[dict[str, str], set[str]]:
    """The containers' roles and the addresses of what is wrong."""
    bad = wrong(checks.run(documents, version) if found is None else found)
    return {at: role.role for at, role in roles(documents, hints(map(dict, woven))).items()}, bad


def as_mermaid(documents: Documents, *, woven: Sequence[Mapping[str, Any]] = (), version: str = "") -> str:
    """The same as Mermaid text. An empty design has none (ManifestError)."""
    if not documents:
        raise ManifestError(_NOTHING)
    return mermaid(documents, *_shown(documents, woven, version))


def as_svg(drawn: Picture, look: Look) -> str:
    """The picture as an SVG that looks the same in every program. An empty design has none (ManifestError)."""
    if not drawn.width or not drawn.height:
        raise ManifestError(_NOTHING)
    return outlined(svg(drawn, standalone=True, theme=look.theme, background=look.background))


@dataclass(frozen=True)
class Png:
    """A drawn PNG: at which scale, and which letters no font of this machine has, so that they are not in it."""

    content: bytes
    scale: float = 1
    missing: str = ""

    def notes(self, wanted: float) -> list[str]:
        """What a person who wanted it at a scale should know, as sentences."""
        said = []
        if self.scale < wanted:
            said.append(f"drawn at {self.scale}×: at most {MOST_PIXELS // 1_000_000} million pixels are drawn")
        if self.missing:
            said.append(f"this machine has no font for {self.missing}: take SVG, or install one")
        return said


def as_png(drawn: Picture, look: Look) -> Png:
    """The picture as a PNG, at its scale or the largest below it that can be drawn. One that could be drawn at less
    than 0.2× only is refused (ManifestError) before any of it is drawn."""
    scale = largest(drawn, look.scale)
    if not scale:
        pixels = drawn.width * drawn.height * LEAST_SCALE**2 / 1e6
        raise ManifestError(
            f"even at {LEAST_SCALE}× this picture has {pixels:.0f} million pixels; "
            f"at most {MOST_PIXELS // 1_000_000} million are drawn: take SVG, which has no size"
        )
    return replace(raster(as_svg(drawn, look.flat), scale), scale=scale)


def fits(drawn: Picture, scale: float) -> bool:
    return drawn.width * drawn.height * scale**2 <= MOST_PIXELS


def largest(drawn: Picture, most: float = SCALES[-1]) -> float:
    """The largest scale up to `most` at which the picture can be drawn as PNG, a whole one or hundredths; 0 if that is
    less than 0.2, and for nothing."""
    if not drawn.width or not drawn.height:
        return 0
    if fits(drawn, most):
        return most
    found = int(100 * (MOST_PIXELS / (drawn.width * drawn.height)) ** 0.5) / 100
    return found if found >= LEAST_SCALE else 0


def policy(text: str) -> str:
    """The Content-Security-Policy of an SVG of ours: nothing from anywhere, no script, no style but its own sheet."""
    sheets = [b64encode(sha256(unescape(found).encode()).digest()).decode() for found in _STYLE.findall(text)]
    styles = [f"style-src 'sha256-{digest}'" for digest in sheets[:1]]
    return "; ".join(["default-src 'none'", *styles, "frame-ancestors 'none'", "sandbox"])


def sentence(heading: str, words: str, look: Look) -> str:
    """An SVG that says something, in the type and colours of a picture."""
    wide = round(max(measure.width(heading, 12.5, True), measure.width(words, 11))) + 32
    paper = f'<rect class="paper" width="{wide}" height="64"/>' if look.background else ""
    return outlined(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="diagram" width="{wide}" height="64" viewBox="0 0 {wide} 64">'
        f"<title>{escape(heading)}</title><style>{sheet(look.theme)}</style>{paper}"
        f'<text class="name" x="16" y="28">{escape(heading)}</text>'
        f'<text class="detail" x="16" y="47">{escape(words)}</text></svg>'
    )


@lru_cache(maxsize=8)
def raster(text: str, scale: float) -> Png:
    """An SVG of ours as a PNG, drawn in a process of its own (raster.py says why)."""
    if not _turns.acquire(timeout=_SECONDS):
        raise ManifestError("other pictures are being drawn: try again in a moment")
    try:
        done = subprocess.run(  # noqa: S603 - our own program; what is drawn comes on its standard input
            [sys.executable, "-I", str(_RASTER), str(scale), str(FONT)],
            input=text.encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ManifestError(f"this picture took longer than {_SECONDS} seconds to draw: take SVG") from error
    finally:
        _turns.release()
    if done.returncode or not done.stdout.startswith(b"\x89PNG"):
        raise ManifestError("this picture could not be drawn as PNG: take SVG")
    return Png(done.stdout, scale, "".join(dict.fromkeys(_MISSING.findall(done.stderr.decode(errors="replace")))))
