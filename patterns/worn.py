"""What a design's revision remembers of a preset that a pod wears: which one, with which values, and its seam. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from designer.manifests.match import same
from designer.manifests.pod import pods
from designer.manifests.schema import Schema
from designer.manifests.types import Documents, ManifestError
from patterns.parameters import Values, empty
from patterns.podkey import pod_key, pod_words, settled
from patterns.preset import Preset, defaults
from patterns.seam import Seam, mark
from patterns.sharing import joined
from patterns.weave import Woven, woven


@dataclass(frozen=True)
class Worn:
    """A preset (its ref, see patterns/preset.py) on a pod (its key, "Kind/name"), as a design's revision remembers it.

    `parameters` are the values it was woven with, without those of secret parameters, whose names are in `secrets`;
    `chosen` names those that a person gave and that are not the defaults. `number` tells it from the others of the
    design. `before` and `after` are the sides of its seam, in which the pod is called `woven_as`, as it was then.
    """

    preset: str
    title: str
    pattern: str
    version: int
    parameters: Values
    pod: str
    containers: list[str] = field(default_factory=list)
    volumes: list[str] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    native: bool = True
    number: int = 0
    woven_as: str = ""
    before: Documents = field(default_factory=list)
    after: Documents = field(default_factory=list)

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Worn:
        """From its record; what a record does not know of is left out. One from before it told what a person chose
        counts all of it as chosen."""
        known = {f.name for f in fields(cls)}
        record = {"chosen": [*record["parameters"]], **record}
        worn = cls(**{key: value for key, value in record.items() if key in known})
        # A record from before seams left out what Secrets held.
        return replace(worn, before=worn.sides.veiled().before)

    def write(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @property
    def name(self) -> str:
        """The preset's name, without what tells it from others of the name."""
        return self.preset.partition("_")[0]

    def is_of(self, preset: Preset) -> bool:
        """Whether it is this preset. Records from before presets had refs say only the name."""
        return self.preset in (preset.ref, preset.name)

    def with_seam(self, before: Documents, after: Documents) -> Worn:
        """This one, with what the documents before and after it differ in as its seam."""
        seam = Seam.between(before, after, self.pod)
        return replace(self, before=seam.before, after=seam.after, woven_as=self.pod)

    @property
    def sides(self) -> Seam:
        """Its seam as it was woven, without secrets."""
        return Seam(self.woven_as or self.pod, self.before, self.after)

    def seam(self, documents: Documents) -> Seam:
        """Its seam as it reads in `documents`, with the secrets that they hold."""
        seam = self.sides.onto(documents, index_of(documents, self.pod))
        return seam.filled(seam.secrets(documents))


def place_of(documents: Documents, pod: str) -> int | None:
    """The document of a pod by its key; None where it is gone."""
    pod = settled(pod, documents)
    return next((one.document for one in pods(documents) if pod_key(documents[one.document]) == pod), None)


def index_of(documents: Documents, pod: str) -> int:
    """As `place_of`. Raises ManifestError where it is gone."""
    found = place_of(documents, pod)
    if found is None:
        raise ManifestError(f"{pod_words(pod)} is not in this design any more")
    return found


def worn_from(
    preset: Preset,
    made: Woven,
    *,
    version: int = 1,
    native: bool = True,
    number: int = 0,
    given: Mapping[str, Any] | None = None,
    using: Schema | None = None,
    others: Iterable[Seam] = (),
) -> Worn:
    """What is to be remembered of a weaving beside the seams of the `others` that are woven by then. A parameter that
    goes into a Secret is a secret one, whatever the preset says of it (patterns/preset.py reads it so)."""
    secret = {p.name for p in preset.parameters if p.secret}
    hidden = {name: mark(name) for name in secret if not empty(made.values.get(name))}
    shown = made
    if hidden:
        shown = woven(preset, {**made.values, **hidden}, made.before, made.pod, native=native, using=using)
    pod = pod_key(made.documents[made.pod])
    seam = Seam.between(made.before, shown.documents, pod)
    sides = joined((seam.before, seam.after), shown.brought, ((one.before, one.after) for one in others))
    seam = Seam(pod, *sides).veiled()
    return Worn(
        preset.ref,
        preset.title,
        preset.pattern,
        version,
        {name: value for name, value in made.values.items() if name not in secret},
        pod,
        made.added,
        made.volumes,
        made.objects,
        _chosen(preset, {**made.values, **hidden}, given or {}, made),
        sorted(hidden),
        native,
        number,
        pod,
        seam.before,
        seam.after,
    )


def _chosen(preset: Preset, values: Values, given: Mapping[str, Any], made: Woven) -> list[str]:
    """The parameters whose values are not what their defaults would give beside the others."""
    out = []
    for parameter in preset.parameters:
        name = parameter.name
        if name not in given or parameter.secret:
            continue
        others = {key: value for key, value in values.items() if key != name}
        if not same(defaults(preset, made.before, made.pod, others)[name], values[name]):
            out.append(name)
    return out
