"""How a preset stands, for its page: where it lives, who sees it, what it was forked from, what is to be used instead;
and what the person who looks may do with it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User

from designer.designs.models import Role
from designer.designs.spaces import spaces
from designer.web.writing import Origin, origin_of
from patterns import catalogue, store
from patterns.models import Preset


@dataclass(frozen=True)
class Choice:
    """A preset that is named beside another: its ref, and in words where it is from."""

    ref: str
    title: str
    pattern: str
    where: str

    @classmethod
    def of(cls, row: Preset) -> Choice:
        where = row.team.name if row.team else f"{row.owner.get_username()}'s own"
        return cls(row.ref, row.title, row.pattern, where)


@dataclass(frozen=True)
class Ownership:
    """How a preset stands to a person. `row` is None for one of the catalogue, `role` for one that they do not see.
    `moves` says whether there is another space to move it to."""

    row: Preset | None
    role: Role | None
    moves: bool = False
    origin: Origin | None = None
    successor: Choice | None = None

    @property
    def editable(self) -> bool:
        return self.row is not None and (self.role or 0) >= Role.EDITOR and not self.row.read_only

    @property
    def owned(self) -> bool:
        return self.editable and self.role == Role.OWNER

    @property
    def draft(self) -> bool:
        """Whether there is a draft, which they may see."""
        return self.editable and bool(self.row and self.row.draft)


def ownership(person: User, ref: str) -> Ownership:
    """How the preset that an address calls `ref` stands to a person, in five queries at most."""
    row = store.row(person, ref)
    if row is None:
        return Ownership(None, None)
    role = row.role_of(person)
    moves = role == Role.OWNER and not settings.LOCAL_MODE and sum(one.editable for one in spaces(person)) > 1
    successor = chosen(person, row.successor) if row.deprecated else None
    return Ownership(row, role, moves, origin_of(row, person), successor)


def chosen(person: User, ref: str) -> Choice | None:
    """The preset that `ref` calls, if the person may weave it."""
    if not ref:
        return None
    row = store.row(person, ref)
    if row and row.version:
        return Choice.of(row)
    made = catalogue.presets().get(ref)
    return Choice(ref, made.title or made.name, made.pattern, "the catalogue's") if made else None
