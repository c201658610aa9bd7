"""What is said of a preset's text while it is written or taken in: what is wrong, and at which line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from designer.checks import Severity, run
from designer.manifests.text import Text
from designer.manifests.types import ManifestError, Path, show
from patterns import catalogue, models
from patterns.preset import deprecation
from patterns.trace import source

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from designer.teams.models import Team
    from designer.web.tryout import Tried
    from patterns.preset import Preset

LONGEST = 1024 * 1024  # characters of a preset: an etcd object may hold 1.5 MiB, and this is read with every pause


@dataclass(frozen=True)
class Said:
    """Something about a text: what, at which line (0: of no line), and where in the preset."""

    message: str
    line: int = 0
    where: str = ""
    severity: Severity = "error"


def said(error: ManifestError, text: str, severity: Severity = "error") -> Said:
    """An error with the line it is at: that of its path in the preset, or of the nearest thing around it."""
    if error.line or not error.path:
        return Said(error.message, error.line or 0, show(error.path), severity)
    try:
        where = Text.read(text).where
    except ManifestError:
        return Said(error.message, 0, show(error.path), severity)
    path: Path = (0, *error.path)
    lines = where.lines(path)
    while lines is None and len(path) > 1:
        path = path[:-1]
        lines = where.lines(path)
    return Said(error.message, lines[0] if lines else 0, show(error.path), severity)


def of_woven(made: Preset, tried: Tried, text: str) -> list[Said]:
    """What the checks find wrong with what the preset gives, and not with what it was woven onto; each at the line of
    the preset that it comes from."""
    if tried.problem:
        return []
    before = {(one.rule, one.message) for one in run(Text.read(tried.base).documents)}
    found = [one for one in run(tried.documents) if one.severity != "hint" and (one.rule, one.message) not in before]
    out: list[Said] = []
    for one in found:
        path = source(made, tried.values, tried.documents, one.path)
        out.append(said(ManifestError(one.message, path), text, one.severity))
    return out


def with_metadata(text: str, **metadata: Any) -> str:
    """The text of a preset with these fields of its metadata, without those that are None, and not a byte of the rest
    changed."""
    source = Text.read(text)
    (document,) = source.documents
    fields = {name: value for name, value in {**document["metadata"], **metadata}.items() if value is not None}
    return source.rewrite([{**document, "metadata": fields}]).text


def exported(row: models.Preset) -> str:
    """A preset's file: as it was written, with the version that it has, and that it is deprecated where it is."""
    said: dict[str, Any] = {"version": row.version}
    if row.deprecated and not deprecation(row.text):
        successor = row.successor.partition("_")[0]
        said |= {"deprecated": row.deprecated_why, "successor": successor if successor != row.name else None}
    return with_metadata(row.text, **{name: value or None for name, value in said.items()})


def free(person: User, name: str, *, replace: bool = False, team: Team | None = None) -> None:
    """Raise ManifestError where a new preset of a space, a team's or the person's own, cannot have this name: the
    catalogue has it, or, unless the person says `replace`, the space has it."""
    if name in catalogue.presets():
        raise ManifestError(f"the catalogue has a preset {name}: choose another name", ("metadata", "name"))
    if not replace and models.Preset.objects.within(person, team).filter(name=name).exists():
        who = f"{team.name} has" if team else "you have"
        what = f"{who} a preset {name} already: choose another name, or edit that one"
        raise ManifestError(what, ("metadata", "name"))
