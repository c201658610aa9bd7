"""A deprecated preset that a pod wears, replaced by its successor: the old one taken off, the new one woven. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from designer.manifests.schema import Schema
from designer.manifests.types import Documents, ManifestError
from patterns.parameters import Values, empty
from patterns.podkey import pod_words
from patterns.preset import Preset, check
from patterns.stack import Find, Stacked, put_on, take_off
from patterns.worn import Worn, index_of

# What else of the pod and the cluster goes by: the names and ports that it has stay, as they do in an upgrade.
_STAYS = frozenset({"container", "freePort", "volume", "volumeName", "objectName", "containerName"})


@dataclass(frozen=True)
class Succeeded:
    """What came of it, and what the pod was `between` the two: without either."""

    result: Stacked
    between: Stacked


def succeed(
    worn: Sequence[Worn],
    one: Worn,
    preset: Preset,
    documents: Documents,
    *,
    find: Find,
    version: int = 1,
    native: bool = True,
    using: Schema | None = None,
) -> Succeeded:
    """Take `one` off and weave `preset` onto its pod, with what `handed_down` says. A value that does not do for the
    new one is left to its default, and told. Raises ManifestError where it cannot be woven so, or the pod was the old
    one's own and goes with it."""
    given = handed_down(one, preset, documents)
    between = take_off(worn, one, documents, find=find, using=using)
    if between.pod < 0:
        raise ManifestError(
            f"{pod_words(one.pod)} is gone without it: take it off, and weave {preset.title or preset.name}"
        )
    wrong = check(preset, given, between.documents, between.pod)
    refused = {name: why for name, why in wrong.items() if name in given}
    kept = {name: value for name, value in given.items() if name not in refused}
    result = put_on(
        between.worn,
        preset,
        kept,
        between.documents,
        between.pod,
        find=find,
        version=version,
        native=native,
        using=using,
    )
    notes = [*_lost(one, preset), *(_refused(preset, name, why) for name, why in refused.items())]
    return Succeeded(replace(result, notes=[*between.notes, *result.notes, *notes]), between)


def handed_down(one: Worn, preset: Preset, documents: Documents) -> Values:
    """The values that a successor begins with: those of parameters that have the same names. As in an upgrade, what
    nobody chose follows the new one's defaults, but names and ports stay. A secret one is read from the documents, and
    only given to a parameter that is secret too."""
    secrets = one.sides.onto(documents, index_of(documents, one.pod)).secrets(documents) if one.secrets else {}
    given: Values = {}
    for parameter in preset.parameters:
        name = parameter.name
        chosen = name in one.chosen or parameter.type in _STAYS
        if name in one.parameters and chosen and not empty(one.parameters[name]):
            given[name] = one.parameters[name]
        elif parameter.secret and not empty(secrets.get(name)):
            given[name] = secrets[name]
    return given


def _lost(one: Worn, preset: Preset) -> list[str]:
    """What somebody chose, or keeps secret, that the new one does not ask for. No secret is told."""
    title = preset.title or preset.name
    known = {p.name: p for p in preset.parameters}
    gone = [f"{name} ({one.parameters[name]})" for name in one.chosen if name in one.parameters and name not in known]
    gone += [name for name in one.secrets if name not in known or not known[name].secret]
    return [f"{title} does not ask for {', '.join(gone)}"] if gone else []


def _refused(preset: Preset, name: str, why: str) -> str:
    parameter = preset.parameter(name)
    return f"{parameter.label if parameter else name} has its default: what it was does not do ({why})"
