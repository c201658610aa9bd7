"""What the editor of presets is open on: a preset, a fork of another, or a new one; what it begins with, and what came
to stand meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.auth.models import User
from django.db.models import QuerySet

from designer.designs.spaces import Space
from designer.manifests.lines import merge_lines
from designer.web.authored import with_metadata
from designer.web.diffs import diff_lines
from designer.web.people import called
from designer.web.templatetags.ppd import ago
from patterns import catalogue, store
from patterns.models import Preset, PresetDraft
from patterns.preset import deprecation

Lines = list[tuple[str, str]]
# What of a preset's metadata no fork has from its origin.
_OURS = {"deprecated": None, "successor": None}

STARTER = """\
apiVersion: podpatterns.dev/v1alpha1
kind: Preset
metadata:
  name: my-sidecar
  title: My sidecar
  pattern: sidecar # or ambassador, adapter, init
  summary: What it is good for, in a line
  when: When somebody should use it.
  tags: []
parameters: # put in as ${NAME} inside text, ${{NAME}} for a whole value
- name: IMAGE
  type: image
  default: busybox:1.37
  required: true
pod: # merged into the pod
  spec:
    containers:
    - name: my-sidecar
      image: ${IMAGE}
      args: [sleep, infinity]
objects: [] # Services, ConfigMaps … that come along
example: # what it is tried on, and what a new design starts with
- apiVersion: v1
  kind: Pod
  metadata:
    name: web
    labels: {app: web}
  spec:
    containers:
    - name: web
      image: nginx:1.29
      ports:
      - containerPort: 80
"""


@dataclass(frozen=True)
class Editing:
    """What the editor is open on. `row` is the preset, None for one that is new; `origin` the ref of the preset that a
    new one is forked from, "" for none; `space` is where it is kept."""

    person: User
    space: Space
    row: Preset | None = None
    origin: str = ""

    @property
    def ref(self) -> str:
        return self.row.ref if self.row else ""

    @property
    def of(self) -> str:
        """What the form calls it, and what is typed is kept under (`PresetDraft.name`)."""
        return f"+{self.origin}" if self.origin else self.ref

    @property
    def drafts(self) -> QuerySet[PresetDraft]:
        """What the person typed and did not save: at most one row."""
        return PresetDraft.objects.filter(by=self.person, name=self.of)

    @cached_property
    def began(self) -> str:
        """The text to begin with."""
        if self.row:
            return self.row.newest
        return _forked(self.person, self.origin, self.space) if self.origin else STARTER

    @cached_property
    def mark(self) -> str:
        """What tells `began` from what it was before: see `Preset.mark`; of a fork, the version that the other has."""
        if self.row:
            return self.row.mark
        found = store.find(self.person, self.origin) if self.origin else None
        return str(found[1]) if found else ""

    @property
    def number(self) -> int:
        """The version that is published next."""
        return self.row.version + 1 if self.row else 1


@dataclass(frozen=True)
class Late:
    """That somebody saved the preset after the version that a text was written on: what they did, in words, the mark of
    what stands now, what the text would change in that, and whether the two can be brought together."""

    words: str
    mark: str
    diff: Lines
    ancestor: str | None


@dataclass(frozen=True)
class Together:
    """Two edits of a text in one. `met` is what was left out of the other where both rewrote the same lines."""

    text: str
    met: Lines = field(default_factory=list)


@dataclass(frozen=True)
class Origin:
    """The preset that another was forked from, as the person may see it. `base` is its text in the version that was
    forked, None where that is not kept."""

    ref: str
    title: str
    number: int
    version: int
    text: str
    base: str | None

    @property
    def newer(self) -> bool:
        return self.version > self.number


def late(it: Editing, base: str, text: str) -> Late | None:
    """What came to stand since `base`, a mark, where it is not what `text` says too."""
    row = it.row
    if row is None or base in ("", row.mark) or text == row.newest:
        return None
    number, _, drafted = base.partition(".")
    last = row.versions.first()
    if row.drafted and row.mark.partition(".")[2] != drafted:
        words = f"{_who(it, row.drafted_by)} saved a draft {ago(row.drafted)}"
    elif last is None or number == str(row.version):
        words = "The draft was discarded"
    else:
        words = f"{_who(it, last.by)} published version {row.version} {ago(last.at)}"
    known = row.versions.filter(number=int(number)) if number.isdecimal() and len(number) < 10 else None
    ancestor = known.values_list("text", flat=True).first() if known is not None else None
    return Late(words, row.mark, diff_lines(row.newest, text), ancestor)


def together(base: str, ours: str, theirs: str) -> Together:
    """Two edits of `base` in one text, by lines; where they meet ours stands."""
    found = merge_lines(base, ours, theirs)
    if not found.met:
        return Together(found.text)
    return Together(found.text, diff_lines(merge_lines(base, ours, theirs, prefer="theirs").text, found.text))


def origin_of(row: Preset, person: User) -> Origin | None:
    """Where a preset was forked from; None where it was not, or the person does not see that one (any more)."""
    found = store.find(person, row.origin) if row.origin else None
    if found is None:
        return None
    made, version = found
    other = store.row(person, row.origin)
    title = made.title or made.name
    if other is None:
        return Origin(row.origin, title, row.origin_version, version, catalogue.source(made.name), None)
    base = other.versions.filter(number=row.origin_version).values_list("text", flat=True).first()
    return Origin(row.origin, title, row.origin_version, version, other.text, base)


def brought(row: Preset, origin: Origin, ours: str) -> Together | None:
    """What came to the origin since it was forked, in `ours`; None where what was forked is not known any more."""
    if origin.base is None:
        return None
    # Its name is another, which is no edit of either; and that the origin is deprecated says nothing of a fork.
    base, theirs = (with_metadata(text, name=row.name, **_OURS) for text in (origin.base, origin.text))
    return together(base, ours, theirs)


def _forked(person: User, ref: str, space: Space) -> str:
    """The text of another preset, under its own name where the space has none of that, else under a new one."""
    row = store.row(person, ref)
    text, name = (row.text, row.name) if row else (catalogue.source(ref), ref)
    taken = {*catalogue.presets(), *Preset.objects.within(person, space.team).values_list("name", flat=True)}
    wanted = f"my-{name}"[:60]
    unused = next(each for each in (name, wanted, *(f"{wanted}-{n}" for n in range(2, 1000))) if each not in taken)
    return with_metadata(text, name=unused, **_OURS) if unused != name or deprecation(text) else text


def _who(it: Editing, person: User | None) -> str:
    words = called(person, it.person) or "somebody"
    return words[:1].upper() + words[1:] if words in ("you", "somebody") else words
