"""The presets that pods wear, one upon another: put one on, change or upgrade it, take one off from the middle. Pure.

Whenever the stack changes, the presets in it are looked at again: one whose parameters were left at defaults that point
at the pod (the application's port) is woven anew where that default has come to be another. So in whatever order they
are put on, each speaks to the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from designer.manifests.match import same
from designer.manifests.merge import Conflict, Merged, three_way
from designer.manifests.pod import pods
from designer.manifests.types import Documents, ManifestError, Path
from patterns.clash import Clash, clashes
from patterns.parameters import LINES, POINTERS, Parameter, Values
from patterns.preset import Preset, application, check, defaults
from patterns.seam import Seam, pod_key, reverted
from patterns.weave import Woven, keep_used, weave, woven
from patterns.worn import Worn, index_of, worn_from

# Where a preset of a name is found, and its version.
Find = Callable[[str], "tuple[Preset, int] | None"]
# The text of a parameter's default that is made of others.
_FOLLOWING = frozenset({"string", "choice", "image", *LINES})
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
) -> Stacked:
    """Weave a preset onto the pod of document `pod` (None: its own example). Raises ManifestError as `weave` does."""
    made = weave(preset, values, documents, pod, native=native)
    new = worn_from(preset, made, version=version, native=native, number=number, given=values)
    others = [one for one in worn if one.pod == new.pod]
    if same(made.documents, documents) and any(one.preset == new.preset for one in others):
        return Stacked(made.documents, list(worn), made.pod, made, notes=made.notes)
    seam = new.sides
    met = [(one.title or one.preset, clash) for one in others for clash in clashes(seam, one.seam(documents))]
    result = _followed([*worn, new], made.documents, new.pod, find)
    return replace(result, woven=made, notes=[*made.notes, *result.notes], clashes=met)


def take_off(worn: Sequence[Worn], one: Worn, documents: Documents, *, find: Find) -> Stacked:
    """The documents without what `one` wove, and the others as they stand upon each other then."""
    beneath = _beneath(worn, one, documents)
    seam = one.seam(documents)
    place = next(n for n, other in enumerate(worn) if other is one)
    upon = [later.seam(documents).after for later in worn[place + 1 :] if later.pod == one.pod]
    merged = seam.off(documents, upon)
    rest = _rebased(worn, one, seam.on(beneath), beneath, documents)
    at = next((p.document for p in pods(merged.value) if pod_key(merged.value[p.document]) == one.pod), -1)
    if at < 0:
        return Stacked(merged.value, rest, at, conflicts=merged.conflicts)
    result = _followed(_handed_on(rest, seam, merged.value, one.pod), merged.value, one.pod, find)
    return replace(result, conflicts=merged.conflicts)


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
) -> Stacked:
    """Weave what a pod wears with other values, or in another version of its preset, and keep what was edited by hand.

    Secret parameters that `values` leave out keep the values that the documents have. Where an edit by hand stands
    against what would be woven, the edit stands and is told as a conflict, except at the paths in `theirs`.
    """
    at = index_of(documents, one.pod)
    wanted = {**kept(one, preset, documents), **values}
    bare = beside(one, documents)
    wrong = check(preset, wanted, bare, index_of(bare, one.pod))
    if wrong:
        name, message = next(iter(wrong.items()))
        parameter = preset.parameter(name)
        raise ManifestError(f"{parameter.label if parameter else name}: {message}")
    full = defaults(preset, bare, index_of(bare, one.pod), wanted)
    # What follows the application by its default goes on doing so, unless it was given another value now.
    given = {name: value for name, value in values.items() if name in one.chosen or value != one.parameters.get(name)}
    merged, _, made, rest = _rewoven(worn, one, preset, full, documents, version, native, theirs, given)
    result = _followed(rest, merged.value, one.pod, find)
    return replace(result, pod=at, woven=made, conflicts=merged.conflicts, notes=[*made.notes, *result.notes])


def beside(one: Worn, documents: Documents) -> Documents:
    """The documents without what `one` wove: what its values are checked against."""
    bare: Documents = one.seam(documents).off(documents).value
    return bare


def kept(one: Worn, preset: Preset, documents: Documents) -> Values:
    """The values that a preset is worn with, as far as the preset still asks for them; those of secret parameters are
    read from the documents."""
    known = {p.name for p in preset.parameters}
    seam = one.sides.onto(documents, index_of(documents, one.pod))
    values = {**one.parameters, **(seam.secrets(documents) if one.secrets else {})}
    return {name: value for name, value in values.items() if name in known}


def _beneath(worn: Sequence[Worn], one: Worn, documents: Documents) -> Documents:
    """The documents without what `one` wove, and without what was woven upon it."""
    place = next(n for n, other in enumerate(worn) if other is one)
    bare = documents
    for other in reversed([later for later in worn[place:] if later.pod == one.pod]):
        bare = other.seam(documents).off(bare).value
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
) -> tuple[Merged, Worn, Woven, list[Worn]]:
    beneath = _beneath(worn, one, documents)
    old = one.seam(documents).on(beneath)
    made = woven(preset, values, beneath, index_of(beneath, one.pod), native=native)
    merged = three_way(old, documents, made.documents)
    if theirs:
        chosen = [conflict for conflict in merged.conflicts if conflict.path in theirs]
        merged = three_way(old, reverted(documents, chosen), made.documents)
    new = worn_from(preset, made, version=version, native=native, number=one.number, given=given)
    new = replace(new, chosen=one.chosen) if given is None else new
    rest = [new if other is one else other for other in _rebased(worn, one, old, made.documents, documents, keep=True)]
    return keep_used(merged, documents), new, made, rest


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


def _followed(worn: list[Worn], documents: Documents, pod: str, find: Find) -> Stacked:
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
        merged, new, _, worn = _rewoven(worn, one, preset, values, documents, version, one.native)
        documents = merged.value
        told = [f"{p.label} is {new.parameters[p.name]}" for p in preset.parameters if _differs(p, one, new)]
        notes.append(f"{one.title or one.preset} was woven again: {', '.join(told)} now")
    for one in worn:
        known = find(one.preset) if one.pod == pod else None
        if known and known[1] != one.version and _moved(one, known[0], documents):
            notes.append(f"{one.title or one.preset} still uses the port that moved: upgrade it to v{known[1]}")
    return Stacked(documents, worn, index_of(documents, pod), notes=notes)


def _handed_on(worn: list[Worn], gone: Seam, documents: Documents, pod: str) -> list[Worn]:
    """What pods wear, where a preset that is gone left something that only another one uses: that takes it over."""
    left = gone.left_in(documents)
    out = []
    for one in worn:
        if left and one.pod == pod:
            bare = one.seam(documents).off(documents).value
            mine = [thing for thing in left if not thing.used_in(bare)]
            left = [thing for thing in left if thing not in mine]
            after = one.after
            for thing in mine:
                after = thing.put_into(after, one.sides.pod)
            one = replace(one, after=after)
        out.append(one)
    return out


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
