"""A preset as lists show it, and the built-in ones, which are made ready once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from zlib import crc32

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from designer.web.screen import ROLE_LETTERS
from patterns import catalogue
from patterns.finding import Indexed, indexed
from patterns.preset import Preset
from patterns.query import Reason


@dataclass(frozen=True)
class Card:
    """All that a card shows, so that equal ones look alike. `where` is markup."""

    ref: str
    pattern: str
    letter: str
    mark: str
    title: str
    summary: str
    where: SafeString
    line: str
    draft: bool
    deprecated: bool


@dataclass(frozen=True)
class Listed:
    """A preset as lists show it. `whose` is the space it is in, "" for a built-in one; `reason` says where a search
    found it; `mark` is another one when the preset's picture may be another."""

    preset: Preset
    letter: str
    mark: str
    whose: str = ""
    own: bool = False
    version: int = 1
    uses: int = 0
    deprecated: bool = False
    draft: bool = False
    reason: Reason = ()

    @property
    def line(self) -> str:
        """Whose it is, in which version, and how many designs wear it."""
        worn = f" · in {self.uses} design{'' if self.uses == 1 else 's'}" if self.uses else ""
        version = f"v{self.version}" if self.version else "not published"
        return f"{self.whose or 'built in'} · {version}{worn}"

    @property
    def shown(self) -> Card:
        """What its card shows of it."""
        p, title = self.preset, self.preset.title or self.preset.name
        told = (p.ref, p.pattern, self.letter, self.mark, title, p.summary, self.where, self.line)
        return Card(*told, draft=self.draft, deprecated=self.deprecated)

    @property
    def where(self) -> SafeString:
        """The reason, with its hits marked."""
        return format_html_join(
            "", "{}", ((format_html("<mark>{}</mark>", text) if hit else text,) for text, hit in self.reason)
        )


@cache
def built_in() -> tuple[Indexed, ...]:
    """The presets of the catalogue, taken apart."""
    return tuple(indexed(preset) for preset in catalogue.presets().values())


@cache
def card(name: str) -> Listed:
    """A preset of the catalogue, as lists show it."""
    made = catalogue.preset(name)
    return Listed(made, ROLE_LETTERS[made.pattern], f"{crc32(repr(made).encode()):x}", version=made.version)
