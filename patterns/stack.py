"""The presets that pods wear, one upon another: put one on, change or upgrade it, take one off from the middle. Pure.

Whenever the stack changes, the presets in it are looked at again: one whose parameters were left at defaults that point
at the pod (the application's port) is woven anew where that default has come to be another. So in whatever order they
are put on, each speaks to the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from designer.manifests.match import same
from designer.manifests.merge import Conflict, Merged, three_way
from designer.manifests.pod import pods
from designer.manifests.schema import Schema
from designer.manifests.types import Documents, ManifestError, Path
from patterns.clash import Clash, clashes
from patterns.parameters import LINES, NUMBERS, POINTERS, Parameter, Values, parse
from patterns.podkey import pod_key, pod_words
from patterns.preset import Preset, application, check, defaults, taken_names
from patterns.seam import Seam, reverted
from patterns.sharing import claimed, is_workload
from patterns.weave import Woven, identity, keep_used, weave, woven
from patterns.worn import Worn, index_of, place_of, worn_from

# Where a preset of a name is found, and its version.
Find = Callable[[str], "tuple[Preset, int] | None"]
# The text of a parameter's default that is made of others.
_FOLLOWING = frozenset({"string", "choice", "image", *LINES})
# Parameters that stand for a value, and not for something of the pod.
_VALUES = frozenset({"string", *LINES, "integer", "port", "quantity", "image", "boolean", "choice"})
_MADE_OF = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


@dataclass(frozen=True)
class Stacked:
    """What came of a change of the stack: the documents, all that the design's pods wear, the index of the pod, what
    was woven, where edits by hand stand against it, and what a person should know."""

    documents: Documents
    worn: list[Worn]
    pod: int
    woven: Woven | None = None
    conflicts: list[Conflict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    clashes: list[tuple[str, Clash]] = field(default_factory=list)


def put_on(
    worn: Sequence[Worn],
    preset: Preset,
    values: Mapping[str, Any],
    documents: Documents,
    pod: int | None,
    *,
    find: Find,
    version: int = 1,
    native: bool = True,
    number: int = 0,
    using: Schema | None = None,
) -> Stacked:
    """Weave a preset onto the pod of document `pod` (None: its own example). Raises ManifestError as `weave` does."""
    made = weave(preset, values, documents, pod, native=native, using=using)
    new = worn_from(
        preset,
        made,
        version=version,
        native=native,
        number=number,
        given=values,
        using=using,
        others=_seams(worn, documents),
    )
    others = [one for one in worn if one.pod == new.pod]
    if same(made.documents, documents) and any(one.preset == new.preset for one in others):
        return Stacked(made.documents, list(worn), made.pod, made, notes=made.notes)
    seam = new.sides
    there = [one for one in worn if place_of(documents, one.pod) is not None]
    met = [(one.title or one.preset, clash) for one in there for clash in clashes(seam, one.seam(documents))]
    result = _followed([*worn, new], made.documents, new.pod, find, using)
    return replace(result, woven=made, notes=[*made.notes, *result.notes], clashes=met)


def take_off(
    worn: Sequence[Worn], one: Worn, documents: Documents, *, find: Find, using: Schema | None = None
) -> Stacked:
    """The documents without what `one` wove, and the others as they stand upon each other then. What another one needs
    as well stays, on whatever pod that is; so does a workload that came along and wears another preset by now."""
    beneath = _beneath(worn, one, documents)
    seam = one.seam(documents)
    place = next(n for n, other in enumerate(worn) if other is one)
    upon = [later.seam(documents).after for later in worn[place + 1 :] if later.pod == one.pod]
    merged = seam.off(documents, upon, _claims(worn, [one], documents))
    rest = _rebased(worn, one, seam.on(beneath), beneath, documents)
    notes = list(_staying(rest, seam, merged.value))
    at = next((p.document for p in pods(merged.value) if pod_key(merged.value[p.document]) == one.pod), -1)
    if at < 0:
        return Stacked(merged.value, rest, at, conflicts=merged.conflicts, notes=notes)
    result = _followed(_handed_on(rest, seam, merged.value), merged.value, one.pod, find, using)
    return replace(result, conflicts=merged.conflicts, notes=[*notes, *result.notes])


def again(
    worn: Sequence[Worn],
    one: Worn,
    preset: Preset,
    values: Mapping[str, Any],
    documents: Documents,
    *,
    find: Find,
    version: int = 1,
    native: bool = True,
    theirs: Collection[Path] = (),
    using: Schema | None = None,
) -> Stacked:
    """Weave what a pod wears with other values, or in another version of its preset, and keep what was edited by hand.

    Secret parameters that `values` leave out keep the values that the documents have. Where an edit by hand stands
    against what would be woven, the edit stands and is told as a conflict, except at the paths in `theirs`. In a newer
    version, values that nobody chose are that version's defaults.
    """
    at = index_of(documents, one.pod)
    bare = beside(worn, one, documents)
    wanted = renamed(worn, one, preset, {**kept(one, preset, documents, version), **values}, documents)
    wrong = check(preset, wanted, bare, index_of(bare, one.pod), standing=one.parameters)
    if wrong:
        name, message = next(iter(wrong.items()))
        parameter = preset.parameter(name)
        raise ManifestError(f"{parameter.label if parameter else name}: {message}")
    full = defaults(preset, bare, index_of(bare, one.pod), wanted)
    # What follows the application by its default goes on doing so, unless it was given another value now.
    given = {name: value for name, value in values.items() if name in one.chosen or value != one.parameters.get(name)}
    given |= {name: full[name] for name in one.chosen if name in full}
    merged, _, made, rest = _rewoven(worn, one, preset, full, documents, version, native, theirs, given, using)
    result = _followed(rest, merged.value, one.pod, find, using)
    return replace(result, pod=at, woven=made, conflicts=merged.conflicts, notes=[*made.notes, *result.notes])


def beside(worn: Sequence[Worn], one: Worn, documents: Documents) -> Documents:
    """The documents without what `one` wove: what its values are checked against."""
    return one.seam(documents).beneath(documents, _claims(worn, [one], documents))


def renamed(worn: Sequence[Worn], one: Worn, preset: Preset, values: Values, documents: Documents) -> Values:
    """The values to weave `one` with, without the names of objects that nobody chose and that others would go by as
    well, were they to say what these values make of them: such an object is given a name of its own then."""
    left_alone = {
        p.name
        for p in preset.parameters
        if p.type == "objectName" and p.name not in one.chosen and values.get(p.name) == one.parameters.get(p.name)
    }
    if not left_alone:
        return values
    bare = beside(worn, one, documents)
    at = index_of(bare, one.pod)
    moved = left_alone & taken_names(preset, defaults(preset, bare, at, values, fresh=False), bare, at)
    return {name: value for name, value in values.items() if name not in moved}


def kept(one: Worn, preset: Preset, documents: Documents, version: int = 0) -> Values:
    """The values that a preset is worn with, as far as the preset still asks for them; those of secret parameters are
    read from the documents. For a newer `version`, without those that follow its defaults."""
    known = {p.name for p in preset.parameters} - set(following(one, preset, version))
    seam = one.sides.onto(documents, index_of(documents, one.pod))
    hidden = seam.secrets(documents) if one.secrets else {}
    numbers = {p.name: parse(p, hidden[p.name]) for p in preset.parameters if p.type in NUMBERS and p.name in hidden}
    values = {**one.parameters, **hidden, **numbers}
    return {name: value for name, value in values.items() if name in known}


def following(one: Worn, preset: Preset, version: int) -> list[str]:
    """The parameters whose values nobody chose, and which a newer version of the preset therefore says anew. Names and
    ports stay what they are in the pod."""
    if version <= one.version:
        return []
    return [
        p.name
        for p in preset.parameters
        if p.type in _VALUES and not p.secret and p.name in one.parameters and p.name not in one.chosen
    ]


def _seams(worn: Iterable[Worn], documents: Documents) -> list[Seam]:
    """The seams of what pods of the documents wear, without secrets."""
    found = [(one, place_of(documents, one.pod)) for one in worn]
    return [one.sides.onto(documents, at) for one, at in found if at is not None]


def _claims(worn: Sequence[Worn], gone: Collection[Worn], documents: Documents) -> Documents:
    """What those that are not gone need to be there."""
    others = [one for one in worn if not any(one is other for other in gone)]
    return claimed(one.seam(documents).after for one in others if place_of(documents, one.pod) is not None)


def _beneath(worn: Sequence[Worn], one: Worn, documents: Documents) -> Documents:
    """The documents without what `one` wove, and without what was woven upon it."""
    place = next(n for n, other in enumerate(worn) if other is one)
    later = [other for other in worn[place:] if other.pod == one.pod]
    bare = documents
    for index in reversed(range(len(later))):
        bare = later[index].seam(documents).beneath(bare, _claims(worn, later[index:], documents))
    return bare


def _rewoven(
    worn: Sequence[Worn],
    one: Worn,
    preset: Preset,
    values: Values,
    documents: Documents,
    version: int,
    native: bool,
    theirs: Collection[Path] = (),
    given: Mapping[str, Any] | None = None,
    using: Schema | None = None,
) -> tuple[Merged, Worn, Woven, list[Worn]]:
    beneath = _beneath(worn, one, documents)
    old = one.seam(documents).on(beneath)
    made = woven(preset, values, beneath, index_of(beneath, one.pod), native=native, using=using)
    # What it brings no more stays as others have it, if they bring it too.
    there, let_go = ({identity(document) for document in side} for side in (made.documents, one.sides.after))
    claims = _claims(worn, [one], documents)
    wanted = [*made.documents, *(c for c in claims if identity(c) in let_go - there)]
    merged = three_way(old, documents, wanted)
    if theirs:
        chosen = [conflict for conflict in merged.conflicts if conflict.path in theirs]
        merged = three_way(old, reverted(documents, chosen), wanted)
    others = _seams([other for other in worn if other is not one], documents)
    new = worn_from(
        preset, made, version=version, native=native, number=one.number, given=given, using=using, others=others
    )
    new = replace(new, chosen=one.chosen) if given is None else new
    merged = keep_used(merged, documents)
    # What was handed on to it, and what it brings no more although it is in use, stays its own.
    for thing in one.seam(documents).left_in(merged.value):
        if not any(thing.held_by(other.after) for other in [new, *(other for other in worn if other is not one)]):
            new = replace(new, after=thing.put_into(new.after, new.pod))
    rest = [new if other is one else other for other in _rebased(worn, one, old, made.documents, documents, keep=True)]
    return merged, new, made, rest


def _rebased(
    worn: Sequence[Worn], one: Worn, old: Documents, new: Documents, documents: Documents, *, keep: bool = False
) -> list[Worn]:
    """What the pods wear, where what `one` wove turned from `old` into `new` (without `keep`: is gone)."""
    out: list[Worn] = []
    later = False
    for other in worn:
        if other is one:
            later = True
            if keep:
                out.append(one)
        elif later and other.pod == one.pod:
            seam = other.sides.onto(documents, index_of(documents, other.pod))
            seam = seam.rebased(old, new)
            out.append(replace(other, pod=seam.pod, woven_as=seam.pod, before=seam.before, after=seam.after))
        else:
            out.append(other)
    return out


def _followed(worn: list[Worn], documents: Documents, pod: str, find: Find, using: Schema | None = None) -> Stacked:
    """Weave anew what a pod wears where its defaults have come to point elsewhere, until nothing moves any more."""
    notes: list[str] = []
    for _ in range(len(worn)):
        moved = next(
            (
                (one, *known, values)
                for one in worn
                if one.pod == pod
                and (known := find(one.preset)) is not None
                and known[1] == one.version
                and (values := _moved(one, known[0], documents)) is not None
            ),
            None,
        )
        if moved is None:
            break
        one, preset, version, values = moved
        values = defaults(preset, documents, index_of(documents, pod), renamed(worn, one, preset, values, documents))
        merged, new, _, worn = _rewoven(worn, one, preset, values, documents, version, one.native, using=using)
        documents = merged.value
        told = [f"{p.label} is {new.parameters[p.name]}" for p in preset.parameters if _differs(p, one, new)]
        notes.append(f"{one.title or one.preset} was woven again: {', '.join(told)} now")
    for one in worn:
        known = find(one.preset) if one.pod == pod else None
        if known and known[1] != one.version and _moved(one, known[0], documents):
            notes.append(f"{one.title or one.preset} still uses the port that moved: upgrade it to v{known[1]}")
    return Stacked(documents, worn, index_of(documents, pod), notes=notes)


def _handed_on(worn: list[Worn], gone: Seam, documents: Documents) -> list[Worn]:
    """What pods wear, where a preset that is gone left something that others use: they take it over, and the last of
    them takes it along. (What they bring themselves is theirs already.)"""
    left = gone.left_in(documents)
    out = []
    for one in worn:
        at = place_of(documents, one.pod) if left else None
        if at is not None:
            used = one.sides.onto(documents, at).after
            for thing in left:
                if thing.used_in(used) and not thing.held_by(used):
                    one = replace(one, after=thing.put_into(one.after, one.sides.pod))
        out.append(one)
    return out


def _staying(worn: Sequence[Worn], gone: Seam, documents: Documents) -> Iterator[str]:
    """A sentence for each workload that came along with a preset that is gone, and wears others."""
    old = {identity(one) for one in gone.before}
    came = {identity(one) for one in gone.after if is_workload(one)} - old
    for index, document in enumerate(documents):
        on = [one.title or one.preset for one in worn if place_of(documents, one.pod) == index]
        if on and identity(document) in came:
            yield f"{pod_words(pod_key(document))} stays: {' and '.join(dict.fromkeys(on))} is on it"


def _differs(parameter: Parameter, one: Worn, new: Worn) -> bool:
    name = parameter.name
    return name in new.parameters and parameter.type in POINTERS and one.parameters.get(name) != new.parameters[name]


def _moved(one: Worn, preset: Preset, documents: Documents) -> Values | None:
    """The values that a worn preset has by its defaults now, if a port of the pod that they follow is another one."""
    at = index_of(documents, one.pod)
    pod = next(p for p in pods(documents) if p.document == at)
    seam = one.sides
    first = next((p.name for p in preset.parameters if p.type == "container"), "")
    following: set[str] = set()
    for p in preset.parameters:
        if p.type == "containerPort" and p.default == POINTERS["containerPort"] and p.name not in one.chosen:
            container = one.parameters.get(p.of or first) or application(pod)
            # Who moves the application's port itself goes on where it was put.
            if container not in one.containers and not seam.moves_ports(container):
                following.add(p.name)
        elif (
            p.type in _FOLLOWING
            and p.name not in one.chosen
            and isinstance(p.default, str)
            and following & set(_MADE_OF.findall(p.default))
        ):
            following.add(p.name)
    if not following:
        return None
    given = {name: value for name, value in kept(one, preset, documents).items() if name not in following}
    values = defaults(preset, documents, at, given, fresh=False)
    changed = [name for name in following if values[name] is not None and values[name] != one.parameters.get(name)]
    return values if changed else None
