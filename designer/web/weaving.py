"""The weave dialog: what it asks for, what would come of it, and how that looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe

from designer.designs.models import Design
from designer.diagram.layout import layout
from designer.diagram.model import Picture
from designer.diagram.svg import svg
from designer.manifests import pod as manifest_pod
from designer.manifests import pointer
from designer.manifests import text as manifest_text
from designer.manifests.edits.volumes import claim_templates
from designer.manifests.match import same
from designer.manifests.schema import Schema
from designer.manifests.types import Documents, Path, get
from designer.web import made
from designer.web.screen import schema_of
from patterns import store
from patterns.detect import aimed, roles
from patterns.jobs import JOBS, brings_ordinary, has_native_sidecars
from patterns.parameters import LINES, Parameter, Values, empty, fill
from patterns.podkey import pod_key, settled
from patterns.preset import Preset, built_in, check, defaults, parse_values, target
from patterns.stack import Stacked, again, beside, following, kept, put_on, renamed
from patterns.worn import Worn, index_of


@dataclass(frozen=True)
class Asked:
    """A parameter as its form shows it. `note` says what was made for it, or what it was before an upgrade; `kept` that
    a secret one has a value; `moving` that it is a name that gives way to what goes by it already."""

    parameter: Parameter
    value: str
    problem: str
    choices: list[str]
    kept: bool = False
    note: str = ""
    moving: bool = False

    @property
    def lines(self) -> bool:
        return self.parameter.type in LINES

    @property
    def rows(self) -> int:
        return min(16, max(3, self.value.count("\n") + 2))


@dataclass
class Plan:
    """What a person asks for in the dialog of a preset: `sent` by its form, or how it was opened."""

    design: Design
    person: User
    preset: Preset
    version: int
    sent: QueryDict
    posted: bool
    documents: Documents

    @cached_property
    def worn(self) -> list[Worn]:
        return standing(self.design, self.documents)

    @cached_property
    def using(self) -> Schema:
        """The schema of the design's Kubernetes version, by which lists are merged."""
        return schema_of(self.design)

    @cached_property
    def there(self) -> Worn | None:
        """What the chosen pod wears of the preset already, where another is about to be put on."""
        if self.one or self.pod is None:
            return None
        key = pod_key(self.documents[self.pod])
        return next((w for w in reversed(self.worn) if w.pod == key and w.is_of(self.preset) and w.number), None)

    @cached_property
    def one(self) -> Worn | None:
        """The worn preset that is woven again; None: one is put on."""
        number = self.sent.get("again", "")
        return next((w for w in self.worn if str(w.number) == number and w.is_of(self.preset)), None)

    @property
    def upgrade(self) -> bool:
        return self.one is not None and self.version > self.one.version

    @cached_property
    def pod(self) -> int | None:
        """The pod to weave onto: the one chosen in the form, else the selected one, else the first; None: the
        example."""
        if self.one:
            return index_of(self.documents, self.one.pod)
        pods = [pod.document for pod in manifest_pod.pods(self.documents)]
        chosen = self.sent.get("pod", "")
        if chosen == "example" or not pods:
            return None
        if chosen in map(str, pods):
            return int(chosen)
        selected = (self.sent.get("onto") or self.sent.get("at", "")).partition("/")[0]
        return int(selected) if selected in map(str, pods) else pods[0]

    @property
    def pod_key(self) -> str:
        return "example" if self.pod is None else str(self.pod)

    @cached_property
    def bare(self) -> tuple[Documents, int | None]:
        """What the values have to suit: the documents without what is woven again, and the pod in them."""
        if self.one is None:
            return self.documents, self.pod
        bare = beside(self.worn, self.one, self.documents)
        return bare, index_of(bare, self.one.pod)

    @cached_property
    def given(self) -> Values:
        """What the form says, or what the preset was woven with; a container of another pod counts as not said."""
        if self.posted and self.sent.get("for", "") == self.pod_key:
            raw = {key.removeprefix("p."): value for key, value in self.sent.items() if key.startswith("p.")}
            return parse_values(self.preset, {name: raw[name] for name in raw if name not in self._untouched})
        if self.one is None:
            return self.aimed
        known = kept(self.one, self.preset, self.documents, self.version)
        return {name: value for name, value in known.items() if name not in self._hidden}

    @property
    def aimed(self) -> Values:
        """The container that the preset was dropped on, whose address is `onto`, as the one that it is for; else the
        one that does the pod's work, where that is not the first."""
        parameter = next((p for p in self.preset.parameters if p.type == "container"), None)
        if parameter and self.onto:
            return {parameter.name: self.onto.name}
        if self.pod is None:
            return {}
        key = pod_key(self.documents[self.pod])
        helpers = {name for worn in self.worn if worn.pod == key for name in worn.containers}
        return aimed(self.preset, self.documents, self.pod, helpers)

    @cached_property
    def onto(self) -> manifest_pod.Container | None:
        """The container at the address `onto`, in the pod to weave onto."""
        chosen = next((one for one in manifest_pod.pods(self.documents) if one.document == self.pod), None)
        there = manifest_pod.containers(chosen) if chosen else ()
        return next((one for one in there if one.address == self.sent.get("onto")), None)

    @cached_property
    def values(self) -> Values:
        """The value of every parameter, as the form shows it."""
        given = self.given
        if self.one:
            full = {**kept(self.one, self.preset, self.documents, self.version), **given}
            given = renamed(self.worn, self.one, self.preset, full, self.documents)
            given = {name: value for name, value in given.items() if name not in self._hidden or name in self.given}
        return {**defaults(self.preset, *self.bare, given), **given}

    @property
    def _hidden(self) -> set[str]:
        """The secret parameters: what they are is not shown."""
        return {p.name for p in self.preset.parameters if p.secret}

    @property
    def wanted(self) -> Values:
        """The values to weave with: secrets that are left empty stay what they are."""
        if self.one is None:
            return self.values
        return {name: value for name, value in self.values.items() if not (name in self._hidden and empty(value))}

    @cached_property
    def secrets(self) -> Values:
        """The values that secret parameters have by now."""
        # A record from before a parameter was secret may have it among those that are shown.
        hidden = {*self.one.secrets, *(self._hidden & self.one.parameters.keys())} if self.one else set()
        if self.one is None or not hidden:
            return {}
        known = kept(self.one, self.preset, self.documents)
        return {name: known[name] for name in sorted(hidden) if not empty(known.get(name))}

    @cached_property
    def problems(self) -> dict[str, str]:
        standing = self.one.parameters if self.one else None
        return check(self.preset, {**self.secrets, **self.wanted}, *self.bare, standing=standing)

    @property
    def has_sidecars(self) -> bool:
        return has_sidecars(self.preset)

    @cached_property
    def job(self) -> str:
        """The kind of the workload, if it is one that is to complete and the preset brings ordinary containers."""
        documents, at = target(self.preset, *self.bare)
        chosen = manifest_pod.pod_at(documents, at)
        if chosen is None or chosen.kind not in JOBS:
            return ""
        patch = fill(self.preset.pod, {**built_in(documents, at), **self.values})
        return chosen.kind if self.has_sidecars or brings_ordinary(patch, chosen) else ""

    @property
    def can_sidecars(self) -> bool:
        """Whether the design's Kubernetes version has native sidecars."""
        return can_sidecars(self.design)

    @property
    def native(self) -> bool:
        if not self.can_sidecars:
            return False
        if "native-asked" in self.sent:
            return "native" in self.sent
        return self.one.native if self.one else True

    def takes(self, place: Path) -> bool:
        """Whether the person chose what the preset says for a place that was changed by hand."""
        return self.sent.get(f"keep.{pointer.write(place)}") == "theirs"

    def result(self, theirs: bool = True) -> Stacked:
        """What comes of it. Raises ManifestError where it cannot be done."""

        def find(name: str) -> tuple[Preset, int] | None:
            return store.find(self.person, name)

        if self.one is None:
            return put_on(
                self.worn,
                self.preset,
                self.wanted,
                self.documents,
                self.pod,
                find=find,
                version=self.version,
                native=self.native,
                using=self.using,
            )
        how: dict[str, Any] = {"find": find, "version": self.version, "native": self.native, "using": self.using}
        first = again(self.worn, self.one, self.preset, self.wanted, self.documents, **how)
        chosen = {conflict.path for conflict in first.conflicts if self.takes(conflict.path)}
        if not theirs or not chosen:
            return first
        return again(self.worn, self.one, self.preset, self.wanted, self.documents, **how, theirs=chosen)

    def make(self, name: str) -> dict[str, str]:
        """Make what the parameter `name` asks for and put it into the form; what to say of it, by parameter."""
        parameter = self.preset.parameter(name)
        if parameter is None or not parameter.make:
            return {}
        if parameter.make == "password":
            self.values[name] = made.password(parameter.max if parameter.max and parameter.max < 24 else 0)
            return {name: "A random one. It goes into the design's Secret, which can show it."}
        documents, at = target(self.preset, *self.bare)
        known = {**built_in(documents, at), **self.values}
        certificate = made.certificate([str(fill(one, known)) for one in parameter.names])
        self.values[name], self.values[parameter.key] = certificate.certificate, certificate.key
        until = f"{certificate.until.day} {certificate.until:%B %Y}"
        return {name: f"Self-signed, for testing: for {', '.join(certificate.names)}, until {until}."}

    def asked(self, notes: Mapping[str, str]) -> list[Asked]:
        base, pod = target(self.preset, *self.bare)
        chosen = next(one for one in manifest_pod.pods(base) if one.document == pod)
        containers = list(manifest_pod.containers(chosen))
        ports = [
            str(port.get("containerPort"))
            for container in containers
            for port in container.data.get("ports") or []
            if isinstance(port, dict)
        ]
        volumes = [volume.name for volume in manifest_pod.volumes(chosen)]
        choices = {
            "container": [container.name for container in containers],
            "containerPort": ports,
            "volume": [*volumes, *claim_templates(base, pod)],
            "boolean": ["true", "false"],
        }
        return [
            Asked(
                parameter,
                written(self.values.get(parameter.name)),
                self.problems.get(parameter.name, ""),
                list(parameter.choices) or choices.get(parameter.type, []),
                parameter.name in self.secrets,
                notes.get(parameter.name, "") or self._followed(parameter),
                self._by_itself(parameter),
            )
            for parameter in self.preset.parameters
        ]

    def _followed(self, parameter: Parameter) -> str:
        """What an upgrade makes of a value that nobody chose."""
        if not self.one or parameter.name not in following(self.one, self.preset, self.version):
            return ""
        old, new = self.one.parameters[parameter.name], self.values.get(parameter.name)
        default = defaults(self.preset, *self.bare, {k: v for k, v in self.values.items() if k != parameter.name})
        if same(old, new) or not same(new, default[parameter.name]):
            return ""
        return f"Was {written(old) or 'empty'}, the default of v{self.one.version}: it follows that of v{self.version}."

    @cached_property
    def _untouched(self) -> set[str]:
        """Names that the form showed and nobody changed: they follow what else is typed, and give way to an object of
        the design that says something else."""
        shown = {key.removeprefix("by."): value for key, value in self.sent.items() if key.startswith("by.")}
        return {name for name, value in shown.items() if self.sent.get(f"p.{name}") == value}

    def _by_itself(self, parameter: Parameter) -> bool:
        """Whether the name of an object stands there by itself: nobody chose it."""
        if parameter.type != "objectName" or (self.one and parameter.name in self.one.chosen):
            return False
        return parameter.name in self._untouched or f"p.{parameter.name}" not in self.sent


def has_sidecars(preset: Preset) -> bool:
    """Whether a preset brings native sidecars."""
    listed = get(preset.pod, ("spec", "initContainers"), [])
    return isinstance(listed, list) and any(get(item, ("restartPolicy",)) == "Always" for item in listed)


def can_sidecars(design: Design) -> bool:
    """Whether the Kubernetes version that a design is for has native sidecars."""
    return not design.version or has_native_sidecars(design.version)


def standing(design: Design, documents: Documents | None = None) -> list[Worn]:
    """What the pods of a design wear. The seam of a record that has none is read off the revisions around it; the key
    of its pod is that of the design's `documents`."""
    found = []
    records = design.revision.woven
    documents = design.documents if documents is None and records else documents or []
    for record in records:
        worn = Worn.read({**record, "pod": settled(record["pod"], documents)})
        if "after" not in record:
            after = design.revisions.filter(number=worn.number).first()
            before = design.revisions.filter(number=after.back).first() if after and after.back else None
            if after:
                old = manifest_text.parse(before.text) if before else []
                worn = worn.with_seam(old, manifest_text.parse(after.text))
        found.append(worn)
    return found


def pictured(result: Stacked) -> Picture:
    """Where everything stands in the picture of what comes of weaving."""
    known = roles(result.documents, store.hints([one.write() for one in result.worn]))
    return layout(result.documents, {address: role.role for address, role in known.items()}, set())


def drawn(before: Documents, result: Stacked, picture: Picture | None = None) -> SafeString:
    """The picture of what comes of weaving, with what is added or changed marked."""
    picture = picture or pictured(result)
    return mark_safe(svg(picture, ghost=ghost(before, result.documents)))  # noqa: S308 - the drawing escapes every text


def ghost(before: Documents, after: Documents) -> dict[str, str]:
    """The addresses in `after` of what is "added" to `before`, or "changed"."""
    old, new = _things(before), _things(after)
    marks = {}
    for key, (address, data) in new.items():
        if key not in old:
            marks[address] = "added"
        elif len(key) > 1 and not same(old[key][1], data):
            marks[address] = "changed"
    return marks


def _things(documents: Documents) -> dict[tuple[str, ...], tuple[str, Any]]:
    found: dict[tuple[str, ...], tuple[str, Any]] = {}
    pods = {pod.document: pod for pod in manifest_pod.pods(documents)}
    for index, document in enumerate(documents):
        name = f"{document.get('kind')}/{manifest_pod.name_of(document)}"
        if index not in pods:
            found[name, "object"] = (str(index), document)
            continue
        found[(name,)] = (str(index), document)
        for container in manifest_pod.containers(pods[index]):
            found[name, "container", container.name] = (container.address, container.data)
        for volume in manifest_pod.volumes(pods[index]):
            found[name, "volume", volume.name] = (volume.address, volume.data)
    return found


def written(value: Any) -> str:
    """A value as a form field shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
