"""How the presets that a design wears stand by now: newer versions, deprecated ones, and what an upgrade would change.

What is said of each is what the person who looks may know: a preset that is a colleague's own is not told apart from
one that was deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q

from designer.designs.change import Changed
from designer.designs.models import Design
from designer.manifests.text import Text
from designer.manifests.types import Documents, ManifestError
from designer.web import masked
from designer.web.diffs import diff_lines
from designer.web.handwork import Handwork, handwork, told
from designer.web.placewords import named_path, place_words
from designer.web.screen import schema_of
from designer.web.weaving import can_sidecars, standing
from patterns import catalogue, store
from patterns.models import Preset as Row
from patterns.models import PresetVersion
from patterns.podkey import pod_words
from patterns.preset import Preset
from patterns.stack import Find, Stacked, again
from patterns.succession import succeed
from patterns.worn import Worn, place_of

_NOTES = 200  # notes of versions that a dialog shows, the newest


@dataclass(frozen=True)
class Known:
    """A preset as it stands now, for a person who may see it. `row` is empty for one of the catalogue's."""

    ref: str
    title: str
    version: int
    row: Row | None = None

    @property
    def deprecated(self) -> bool:
        return self.row is not None and self.row.deprecated is not None

    @property
    def why(self) -> str:
        return self.row.deprecated_why if self.row else ""

    @property
    def successor(self) -> str:
        """The ref of the preset to use instead; "" where none is said."""
        return self.row.successor if self.row and self.row.deprecated else ""

    @property
    def made(self) -> Preset:
        """What it says. A query where it was not fetched with its text."""
        return store.made(self.row) if self.row else catalogue.preset(self.ref)


def known(person: User, refs: Iterable[str], *, texts: bool = True) -> dict[str, Known]:
    """How the presets that records call `refs` stand for a person, by ref; those that they may not see, and those that
    are gone, are left out. One query, none for no refs; without `texts` it fetches none."""
    wanted = set(refs)
    if not wanted:
        return {}
    uids = {uid for _, _, uid in (ref.partition("_") for ref in wanted) if uid}
    names = [ref for ref in wanted if "_" not in ref]
    rows = Row.objects.published().defer("draft")
    if uids:
        rows = rows.of(person).filter(Q(uid__in=uids) | Q(team=None, owner=person, name__in=names))
    else:  # where only names are asked for, they are one's own, or the catalogue's
        rows = rows.within(person, None).filter(name__in=names)
    found = {
        name: Known(name, preset.title or name, preset.version)
        for name, preset in catalogue.presets().items()
        if name in wanted
    }
    for row in rows if texts else rows.defer("draft", "text"):
        own = row.team_id is None and row.owner_id == person.pk
        for name in wanted & {row.ref, row.name if own else row.ref}:
            found[name] = Known(name, row.title, row.version, row)
    return found


def newer(record: Mapping[str, Any], now: Known | None) -> int:
    """The version that a record's preset can be upgraded to; 0 for none."""
    return now.version if now and now.version > int(record.get("version", 1)) else 0


@dataclass(frozen=True)
class News:
    """What there is to say of a design's presets in a glance."""

    newer: int
    deprecated: int

    @property
    def words(self) -> str:
        one = "1 preset has a newer version" if self.newer == 1 else f"{self.newer} presets have newer versions"
        old = "1 preset is deprecated" if self.deprecated == 1 else f"{self.deprecated} presets are deprecated"
        return ", ".join(text for text, count in ((one, self.newer), (old, self.deprecated)) if count)

    @property
    def count(self) -> int:
        return self.newer + self.deprecated


def news(records: Iterable[Mapping[str, Any]], by_ref: Mapping[str, Known]) -> News | None:
    """None where all is up to date."""
    each = [(record, by_ref.get(str(record.get("preset")))) for record in records if record.get("number")]
    found = News(sum(bool(newer(*one)) for one in each), sum(bool(now and now.deprecated) for _, now in each))
    return found if found.newer or found.deprecated else None


# --- The dialog ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """A worn preset that has a newer version, or is deprecated. `notes` are those of the versions since, the newest
    first; `instead` is the preset to use instead, if the person may see it."""

    worn: Worn
    now: Known
    pod: str
    notes: list[PresetVersion] = field(default_factory=list)
    instead: Known | None = None

    @property
    def title(self) -> str:
        return self.worn.title or self.worn.name

    @property
    def upgrade(self) -> int:
        return newer({"version": self.worn.version}, self.now)

    @property
    def ways(self) -> list[str]:
        """What can be done about it, the best first."""
        return [*(["replace"] if self.instead else []), *(["upgrade"] if self.upgrade else [])]


@dataclass(frozen=True)
class Outcome:
    """What comes of an upgrade or a replacement: the documents and all that is worn then. `done` names what was done,
    `left` what was not, each with why; `hand` is what was edited by hand and is concerned."""

    documents: Documents
    worn: list[Worn]
    done: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    hand: Handwork | None = None


@dataclass
class Updates:
    """What there is to bring up to date in a design, for a person."""

    design: Design
    person: User
    documents: Documents
    worn: list[Worn]
    entries: list[Entry]
    find: Find

    @classmethod
    def of(cls, design: Design, person: User, documents: Documents | None = None) -> Updates:
        """Of what the design wears. Three queries besides those for the design itself, however much that is."""
        documents = design.documents if documents is None else documents
        worn = standing(design, documents)
        now = known(person, {one.preset for one in worn})
        instead = known(person, {one.successor for one in now.values()} - {""} - set(now))
        every = {**instead, **now}
        there = [one for one in worn if one.number and one.preset in now and place_of(documents, one.pod) is not None]
        notes = _notes([(one, now[one.preset]) for one in there])
        entries = [
            Entry(one, at, pod_words(one.pod), notes.get(one.number, []), every.get(at.successor))
            for one, at in ((one, now[one.preset]) for one in there)
            if at.deprecated or at.version > one.version
        ]

        def find(ref: str) -> tuple[Preset, int] | None:
            return (every[ref].made, every[ref].version) if ref in every else None

        return cls(design, person, documents, worn, entries, find)

    @property
    def upgrades(self) -> list[Entry]:
        return [one for one in self.entries if one.upgrade]

    def entry(self, number: int) -> Entry:
        """That of what is worn under a number. Raises ManifestError where there is none (any more)."""
        found = next((one for one in self.entries if one.worn.number == number), None)
        if found is None:
            raise ManifestError("that preset is up to date, or not on this design any more")
        return found

    def upgraded(self, entries: Sequence[Entry], *, conflicts: bool = False) -> Outcome:
        """The presets of these entries upgraded, each upon what came of those before it. One that an edit by hand
        stands against is left as it is (with `conflicts`: done all the same, and the edit stands)."""
        out = Outcome(self.documents, self.worn)
        for entry in entries:
            one = next(each for each in out.worn if each.number == entry.worn.number)
            title = f"{entry.title} to v{entry.now.version}"
            try:
                result = again(
                    out.worn,
                    one,
                    entry.now.made,
                    {},
                    out.documents,
                    find=self.find,
                    version=entry.now.version,
                    native=one.native and can_sidecars(self.design),
                    using=schema_of(self.design),
                )
            except ManifestError as error:
                out.left.append((title, error.message))
                continue
            if result.conflicts and not conflicts:
                out.left.append((title, f"you changed {told(_places(out.documents, result))} by hand"))
                continue
            hand = Handwork([], _places(out.documents, result), [])
            out = replace(
                out,
                documents=result.documents,
                worn=result.worn,
                done=[*out.done, title],
                notes=[*out.notes, *result.notes],
                hand=hand if hand.stayed else out.hand,
            )
        return out

    def replaced(self, entry: Entry) -> Outcome:
        """The preset of an entry taken off, and its successor woven. Raises ManifestError where that cannot be."""
        if entry.instead is None:
            raise ManifestError(f"{entry.title} names no successor that you may see: take it off, and choose another")
        done = succeed(
            self.worn,
            entry.worn,
            entry.instead.made,
            self.documents,
            find=self.find,
            version=entry.instead.version,
            native=can_sidecars(self.design),
            using=schema_of(self.design),
        )
        hand = handwork(self.documents, done.between.conflicts, done.between.documents)
        title = f"{entry.title} by {entry.instead.title}"
        return Outcome(done.result.documents, done.result.worn, [title], [], done.result.notes, hand)

    def diff(self, outcome: Outcome) -> list[tuple[str, str]]:
        """How the design's YAML differs then, without what its Secrets hold."""
        text = self.design.text
        after = Text.read(text).rewrite(outcome.documents).text
        return diff_lines(masked.masked(self.design, text), masked.masked(self.design, after))


def rewoven(
    design: Design, person: User, do: Callable[[Updates], Outcome], summary: Callable[[Outcome], str], window: str
) -> tuple[Changed, Outcome]:
    """Do it as one revision; answers what changed, and what came of it."""
    found: list[Outcome] = []

    def transform(documents: Documents) -> Documents:
        design.refresh_from_db()
        found[:] = [do(Updates.of(design, person, documents))]
        if not found[0].done:
            raise ManifestError("; ".join(f"{title} was not done: {why}" for title, why in found[0].left))
        return found[0].documents

    def wear(_: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
        return [(one if one.number else replace(one, number=number)).write() for one in found[0].worn]

    # What it will be called is known before it is done: the door asks for both at once.
    words = summary(do(Updates.of(design, person)))
    changed = design.change(transform, by=person, woven=wear, window=window, summary=words)
    return changed, found[0]


def _places(documents: Documents, result: Stacked) -> list[str]:
    """Where edits by hand stand against what was woven, in words."""
    out = []
    for conflict in result.conflicts:
        what, where = place_words(
            named_path(documents, conflict.path), conflict.theirs if conflict.ours is None else conflict.ours
        )
        out.append(where or what)
    return list(dict.fromkeys(out))


def _notes(worn: list[tuple[Worn, Known]]) -> dict[int, list[PresetVersion]]:
    """The versions that came since each was woven, the newest first, by its number. One query."""
    behind = {one.number: (now.row.pk, one.version) for one, now in worn if now.row and now.version > one.version}
    if not behind:
        return {}
    since = min(version for _, version in behind.values())
    of = {row for row, _ in behind.values()}
    rows = list(
        PresetVersion.objects.filter(preset__in=of, number__gt=since).select_related("by").defer("text")[:_NOTES]
    )
    return {
        number: [row for row in rows if row.preset_id == preset and row.number > version]
        for number, (preset, version) in behind.items()
    }
