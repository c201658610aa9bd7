"""Files of presets kept elsewhere, and what has to be done here so that the presets are what the files say. Pure.

A file is known to hold a preset by its documents' apiVersion: a repository may hold any other YAML beside them. What
cannot be read is told with its file and line, and never takes anything away: the last good version stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from designer.manifests.text import Text
from designer.manifests.types import ManifestError, Path
from patterns import lengths, literals
from patterns.preset import API_VERSION, KIND, Preset, from_document

ENDINGS = (".yaml", ".yml")
_GROUP = API_VERSION.partition("/")[0] + "/"
# Where kubectl begins another document (k8s.io/apimachinery, util/yaml), and what may follow on that line.
_MARKER = re.compile(r"^---([^\n]*)(?:\n|\Z)", re.M)
_NOTHING = re.compile(r"[ \t\r]*(#.*)?")


@dataclass(frozen=True)
class File:
    """A file by its path in the tree. Where it cannot be read as text, `problem` says why."""

    path: str
    text: str = ""
    problem: str = ""


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong in a file, at a line from 1; 0: with the file as a whole."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line or 1}: {self.message}"


@dataclass(frozen=True)
class Found:
    """A preset in a file: `text` is its document as it is written, from line `first` on; its name is at `line`. `made`
    is what it says; None where a text that was read before is still the same."""

    name: str
    path: str
    line: int
    text: str
    made: Preset | None
    first: int = 1


@dataclass(frozen=True)
class Known:
    """A preset that was made of the files before: what it was then. `gone`: its file was not there the last time;
    `deprecated`: its text says that it is."""

    name: str
    path: str
    text: str
    gone: bool = False
    deprecated: bool = False


@dataclass
class Read:
    """What is in files: presets, problems, how many documents of other kinds, and the files that have problems."""

    found: list[Found] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: int = 0

    @property
    def broken(self) -> set[str]:
        return {one.file for one in self.problems}


@dataclass
class Plan:
    """What to do: presets that are `new`, `changed`, or the same in another file (`moved`); names whose files came
    `back` or are `gone`."""

    new: list[Found] = field(default_factory=list)
    changed: list[Found] = field(default_factory=list)
    moved: list[Found] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: int = 0


def read(files: Iterable[File], known: Collection[Known] = (), tick: Callable[[], None] = lambda: None) -> Read:
    """The presets in files, in the order of their paths. What `known` says of texts is not read again. `tick` is called
    before each file: two thousand take a minute."""
    out = Read()
    names = {one.text: one.name for one in known}
    paths = {one.path for one in known}
    for file in sorted(files, key=lambda one: one.path):
        tick()
        if file.problem:
            out.problems.append(Problem(file.path, 0, file.problem))
            continue
        for text in _apart(file.text):
            try:
                found = _read(file.path, text, names)
            except ManifestError as error:
                # Templates of other tools are often no YAML: they are nobody's presets.
                if _GROUP in text or file.path in paths:
                    out.problems.append(Problem(file.path, line_of(error, text), error.message))
                else:
                    out.ignored += 1
                continue
            if found:
                out.found.append(found)
            else:
                out.ignored += 1
    return out


def plan(
    files: Iterable[File],
    known: Collection[Known],
    taken: Mapping[str, str],
    tick: Callable[[], None] = lambda: None,
) -> Plan:
    """What makes the presets what the files say. `known` are those that the files made before, `taken` the names that
    none of them may have, each with who has it; `tick` as for `read`."""
    seen = read(files, known, tick)
    before = {one.name: one for one in known}
    out = Plan(problems=seen.problems, ignored=seen.ignored)
    held = _one_each(seen, before, taken)
    for name, found in held.items():
        was = before.get(name)
        if was is None:
            out.new.append(found)
            continue
        if found.text != was.text:
            out.changed.append(found)
        elif found.path != was.path:
            out.moved.append(found)
        if was.gone and not (found.made and found.made.deprecated):
            out.back.append(name)
    # What may still be in a file that cannot be read is not gone.
    lost = [one for one in known if one.name not in held and one.path not in seen.broken]
    out.gone = [one.name for one in lost if not one.gone and not one.deprecated]
    kept = {one.path: one.name for one in known if one.name not in held and not one.gone}
    out.problems = sorted({replace(one, message=_kept(one, kept)) for one in out.problems})
    return out


def line_of(error: ManifestError, text: str) -> int:
    """The line that an error in a preset's text is at: that of its path, or of the nearest thing around it; 0 where
    that is not known."""
    if error.line:
        return error.line
    try:
        where = Text.read(text).where
    except ManifestError:
        return 0
    path: Path = (0, *error.path)
    lines = where.lines(path)
    while lines is None and len(path) > 1:
        path = path[:-1]
        lines = where.lines(path)
    return lines[0] if lines else 0


def _one_each(seen: Read, before: Mapping[str, Known], taken: Mapping[str, str]) -> dict[str, Found]:
    """A preset for each name: of two in different files that which had it before, else the first. The other is told."""
    held: dict[str, Found] = {}
    for one in seen.found:
        if one.name in taken:
            message = f"there is a preset {one.name} already, {taken[one.name]}: choose another name"
            seen.problems.append(Problem(one.path, one.line, message))
            continue
        other = held.get(one.name)
        if other is None:
            held[one.name] = one
            continue
        was = before.get(one.name)
        first, second = (one, other) if was and one.path == was.path != other.path else (other, one)
        held[one.name] = first
        where = f"line {first.line}" if first.path == second.path else f"{first.path}, line {first.line}"
        message = f"two presets are called {one.name}, the other at {where}: rename one"
        seen.problems.append(Problem(second.path, second.line, message))
    return held


def _kept(problem: Problem, kept: Mapping[str, str]) -> str:
    name = kept.get(problem.file)
    return f"{problem.message}. Until then {name} stays as it was" if name else problem.message


def _read(path: str, text: str, names: Mapping[str, str]) -> Found | None:
    """The preset in one document; None where it is something else. Raises ManifestError."""
    written = text.lstrip("\n")
    first = len(text) - len(written) + 1
    if written in names:
        return Found(names[written], path, _line_of_name(names[written], text), written, None, first)
    source = Text.read(text)
    if not source.documents:
        return None
    (document, *more) = source.documents
    version, kind = document.get("apiVersion"), document.get("kind")
    if more or not (str(version).startswith(_GROUP) or (kind == KIND and not version)):
        return None
    made = from_document(document)
    lengths.check(document)
    literals.check(document)
    return Found(made.name, path, _line_of_name(made.name, text), written, made, first)


def _line_of_name(name: str, text: str) -> int:
    """The line of a preset's name: the first that says so, which is found a thousand times as fast as all places are,
    and good enough to lead somebody there."""
    found = re.search(rf"^\s*(?:metadata:.*)?[\"']?\bname[\"']?:\s*[\"']?{re.escape(name)}\b", text, re.M)
    return text.count("\n", 0, found.end()) + 1 if found else 1


def _apart(text: str) -> Iterator[str]:
    """The documents of a text, each with blank lines above it that keep its line numbers; the text itself where there
    is one only."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    marks = list(_MARKER.finditer(text))
    begins = [0, *(one.end() if _NOTHING.fullmatch(one[1]) else one.start() for one in marks)]
    ends = [*(one.start() for one in marks), len(text)]
    parts = [(begin, text[begin:end]) for begin, end in zip(begins, ends, strict=True)]
    said = [(begin, part) for begin, part in parts if any(_says(line) for line in part.splitlines())]
    if len(said) < 2:
        yield from [text for _ in said]
        return
    yield from ("\n" * text.count("\n", 0, begin) + part for begin, part in said)


def _says(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith(("#", "%")) and line.rstrip() != "..."


def counted(plan: Plan) -> str:
    """What a plan comes to, in words: "2 new, 1 changed"; "nothing changed"."""
    changed = {one.name for one in chain(plan.changed, plan.moved)} - set(plan.back)
    many = [(len(plan.new), "new"), (len(changed), "changed"), (len(plan.back), "back"), (len(plan.gone), "gone")]
    said = [f"{count} {word}" for count, word in many if count]
    return ", ".join(said) or "nothing changed"
