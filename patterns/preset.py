"""The preset format: a pattern made concrete, as one YAML file that a person can read. Pure.

    apiVersion: podpatterns.dev/v1alpha1
    kind: Preset
    metadata: {name, title, pattern, version, summary, when, whenNot, source, links, steps, proof, tags,
               deprecated, successor}
    parameters: [{name, type, title, help, default, required, …}]   # patterns/parameters.py
    pod: {metadata, spec}        # a strategic merge patch onto the pod template
    objects: [...]               # documents that come along: Services, ConfigMaps …
    example: [...]               # a design to weave it onto when there is none yet

Of the metadata, `version` is a whole number from 1 (raise it with every change of what is woven: pods that wear an
older one are offered the upgrade), `source` a text or URL, `links` a list of https URLs, `steps` a list of sentences
(what a person does before or after), and `proof` says how far the preset's claim is proven. `deprecated` says why it is
not to be woven any more, and `successor` the name of the preset to use instead, of the same space or the catalogue's:
those who wear it are told, as if somebody had said so in the app.

Parameters are put in as in OpenShift's Templates: ``${NAME}`` inside a string, ``${{NAME}}`` for a whole value. Every
preset also has POD_NAME, POD_NAMESPACE and POD_LABELS (what a Service selects the pod by). A mapping with ``$when`` is
there only if its condition holds: ``NAME`` (has a value), ``!NAME`` (has none), ``NAME=text``, ``NAME!=text``.

Types of parameters: string, text and file (many lines; a file may come from the person's disk), integer, port,
quantity, image, boolean, choice; container, containerPort (of: a container parameter; default: port is its first TCP
port), freePort (default: free, or a number that gives way), volume (one that the pod has, which is then used as it is,
or else a new one), volumeName (not taken), objectName, containerName. A containerPort left at its default follows the
application: when another preset moves that port, the preset is woven again with the new one.

`images` are other defaults for applications of certain images, by the last part of their names: {nginx: access.log}.

What a person may not have at hand is made on the spot: ``make: password`` (a random one), or ``make: certificate`` with
``key: NAME`` (the parameter that takes the private key) and ``names: [localhost, ${SERVICE}.${POD_NAMESPACE}.svc]``
(self-signed, for testing). Mark passwords and keys ``secret: true``: they are never recorded. What goes into a Secret
has to be (patterns/literals.py).

A native sidecar is written as one, ``restartPolicy: Always`` under initContainers; for clusters before 1.29 weaving
puts it among the containers instead. To move a port of the application, delete the old item and add the new one:
``ports: [{containerPort: ${{OLD}}, $patch: delete}, {containerPort: ${{NEW}}, name: http}]``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from designer.manifests import names, text
from designer.manifests.edits.objects import with_labels
from designer.manifests.edits.selection import namespace, ports, running
from designer.manifests.edits.volumes import claim_templates
from designer.manifests.pod import Pod, containers, pod_at, pods, volumes
from designer.manifests.types import Document, Documents, ManifestError, get
from patterns import fields, lengths, literals, parameters, suits
from patterns.objects import fitting, free_name, misnamed, taken
from patterns.parameters import BUILT_IN, POINTERS, PORTS, Parameter, Values, fill

API_VERSION = "podpatterns.dev/v1alpha1"
KIND = "Preset"
# An application is what patterns are put on: a preset of one starts a design.
Pattern = Literal["sidecar", "ambassador", "adapter", "init", "application"]
PATTERNS: tuple[str, ...] = get_args(Pattern)

_TEXTS = ("title", "summary", "when", "whenNot", "source", "proof", "deprecated", "successor")
_LISTS = {"tags": "words", "links": "links", "steps": "sentences"}
_FIELDS = ("apiVersion", "kind", "metadata", "parameters", "pod", "objects", "example")
# So many of one name in a pod are looked through.
_MOST_NUMBERED = 99


@dataclass(frozen=True)
class Preset:
    """A preset as it was read. `pod`, `objects` and `example` hold placeholders still, `example` none.

    `id` tells one that people made from others of its name: several spaces may have one of each. It stands in no file.
    """

    name: str
    pattern: Pattern
    title: str = ""
    summary: str = ""
    when: str = ""
    when_not: str = ""
    source: str = ""
    tags: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    pod: Document = field(default_factory=dict)
    objects: tuple[Document, ...] = ()
    example: tuple[Document, ...] = ()
    version: int = 1
    links: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    proof: str = ""
    deprecated: str = ""
    successor: str = ""
    id: str = ""

    @property
    def ref(self) -> str:
        """What designs and addresses call it: its name in the catalogue, name_id where people made it. A name has no
        underscore (RFC 1123), so that the two are never mistaken for each other."""
        return f"{self.name}_{self.id}" if self.id else self.name

    def parameter(self, name: str) -> Parameter | None:
        return next((p for p in self.parameters if p.name == name), None)


def read(source: str, *, kept: bool = False) -> Preset:
    """The preset in a YAML text. Raises ManifestError that says where it is wrong and what to do. One that was `kept`
    before its texts had bounds may be longer."""
    documents = text.parse(source)
    if len(documents) != 1:
        raise ManifestError(f"a preset is one YAML document; this has {len(documents)}: keep one")
    if not kept:
        made = from_document(documents[0])
        lengths.check(documents[0])
        literals.check(documents[0])
        return made
    return from_document(documents[0])


def from_document(document: Document) -> Preset:
    """The preset in a parsed document. Raises ManifestError, with the path in the document."""
    if document.get("apiVersion") != API_VERSION or document.get("kind") != KIND:
        raise ManifestError(f"this is no preset: one starts with apiVersion: {API_VERSION} and kind: {KIND}", ("kind",))
    fields.known(document, _FIELDS, ())
    metadata = fields.mapping(document, "metadata", ())
    fields.known(metadata, ("name", "pattern", "version", *_LISTS, *_TEXTS), ("metadata",))
    name = metadata.get("name")
    if not isinstance(name, str) or (wrong := names.label_problem(name)):
        raise ManifestError(
            f"metadata.name is {name!r}: {wrong if isinstance(name, str) else 'text is needed'}", ("metadata", "name")
        )
    pattern = metadata.get("pattern")
    if pattern not in PATTERNS:
        raise ManifestError(
            f"metadata.pattern is {pattern!r}: use one of {', '.join(PATTERNS)}", ("metadata", "pattern")
        )
    for key in _TEXTS:
        if not isinstance(metadata.get(key, ""), str):
            raise ManifestError(f"metadata.{key} is {metadata[key]!r}: text is needed", ("metadata", key))
    for key in _LISTS:
        listed = metadata.get(key, [])
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            raise ManifestError(f"metadata.{key} is a list of {_LISTS[key]}", ("metadata", key))
    for index, link in enumerate(metadata.get("links", [])):
        if not link.startswith("https://"):
            raise ManifestError(f"{link!r} is no link: start it with https://", ("metadata", "links", index))
    fields.check_successor(metadata)
    version = metadata.get("version", 1)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ManifestError(
            f"metadata.version is {version!r}: a whole number from 1 is needed", ("metadata", "version")
        )
    declared = fields.declared(document)
    # Said of one that goes into a Secret or not: presets that were kept before it had to be are still woven.
    for hidden in literals.confidential(document, declared):
        declared[hidden] = dataclasses.replace(declared[hidden], secret=True)
    pod = fields.mapping(document, "pod", ())
    fields.known(pod, ("metadata", "spec"), ("pod",))
    for key in pod:
        fields.mapping(pod, key, ("pod",))
    if not pod:
        raise ManifestError("a preset changes a pod: give pod.spec a container, a volume or another field", ("pod",))
    objects, example = fields.objects_in(document, "objects"), fields.objects_in(document, "example")
    usable = {**declared, **dict.fromkeys(BUILT_IN)}
    parameters.check_use(pod, usable, ("pod",))
    parameters.check_use(list(objects), usable, ("objects",))
    if example and not pods(list(example)):
        raise ManifestError("the example has no pod to weave the preset onto: add one", ("example",))
    return Preset(
        name,
        pattern,
        metadata.get("title", ""),
        metadata.get("summary", ""),
        metadata.get("when", ""),
        metadata.get("whenNot", ""),
        metadata.get("source", ""),
        tuple(metadata.get("tags", ())),
        tuple(declared.values()),
        pod,
        objects,
        example,
        version,
        tuple(metadata.get("links", ())),
        tuple(metadata.get("steps", ())),
        metadata.get("proof", ""),
        " ".join(metadata.get("deprecated", "").split()),
        metadata.get("successor", ""),
    )


def deprecation(source: str) -> str:
    """Why a preset's text says that it is deprecated; "" where it does not, or cannot be read."""
    if "deprecated" not in source:
        return ""
    try:
        return read(source, kept=True).deprecated
    except ManifestError:
        return ""


def to_document(preset: Preset) -> Document:
    """A preset as the document that `from_document` reads it from; what is empty is left out."""
    metadata = {
        "name": preset.name,
        "title": preset.title,
        "pattern": preset.pattern,
        "version": preset.version if preset.version > 1 else 0,
        "summary": preset.summary,
        "when": preset.when,
        "whenNot": preset.when_not,
        "source": preset.source,
        "links": list(preset.links),
        "steps": list(preset.steps),
        "proof": preset.proof,
        "deprecated": preset.deprecated,
        "successor": preset.successor,
        "tags": list(preset.tags),
    }
    document: Document = {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": {key: value for key, value in metadata.items() if value},
        "parameters": [fields.parameter_document(parameter) for parameter in preset.parameters],
        "pod": preset.pod,
        "objects": list(preset.objects),
        "example": list(preset.example),
    }
    return {key: value for key, value in document.items() if value != []}


def write(preset: Preset) -> str:
    """A preset as YAML text, for export."""
    return text.dump([to_document(preset)])


# --- Values ------------------------------------------------------------------------------------------------------


def parse_values(preset: Preset, raw: Mapping[str, Any]) -> Values:
    """The values in what a form sent (texts by parameter name). What a parameter cannot be stays text: see `check`."""
    return {p.name: parameters.parse(p, raw[p.name]) for p in preset.parameters if p.name in raw}


def defaults(
    preset: Preset,
    documents: Documents,
    pod: int | None,
    given: Mapping[str, Any] | None = None,
    *,
    fresh: bool = True,
) -> Values:
    """Every parameter's value for weaving onto the pod in document `pod`, or onto the preset's example for None.

    It is the `given` one, else the default. What points at the pod is looked up: the application container, its port,
    a free port, a name that is not taken by something else; so is what follows from a given value, such as the port of
    the chosen container.
    With `fresh` False, names and ports are those that the preset says, taken or not: those of a pod that wears it.
    """
    documents, at = target(preset, documents, pod)
    given = given or {}
    values = _looked_up(preset, documents, at, given, fresh)
    # What an object says may follow from any parameter, so its name is looked for last.
    for parameter in preset.parameters if fresh else ():
        if parameter.type == "objectName" and parameter.name not in given and values[parameter.name]:
            known = {**built_in(documents, at), **values}
            name = free_name(preset.objects, parameter.name, known, documents, at)
            if name != values[parameter.name]:
                given = {**given, parameter.name: name}
                values = _looked_up(preset, documents, at, given, fresh)
    return values


def taken_names(preset: Preset, values: Mapping[str, Any], documents: Documents, pod: int) -> set[str]:
    """The parameters whose values, all given, name an object of the documents that says something else."""
    known = {**built_in(documents, pod), **values}
    named = [p.name for p in preset.parameters if p.type == "objectName" and values.get(p.name)]
    return {name for name in named if taken(preset.objects, name, known, documents, pod, referred=False)}


def _looked_up(preset: Preset, documents: Documents, at: int, given: Mapping[str, Any], fresh: bool) -> Values:
    chosen = _pod(documents, at)
    values = built_in(documents, at)
    for parameter in preset.parameters:
        name = parameter.name
        values[name] = given[name] if name in given else _default(preset, parameter, documents, chosen, values, fresh)
    return {parameter.name: values[parameter.name] for parameter in preset.parameters}


def check(
    preset: Preset,
    values: Mapping[str, Any],
    documents: Documents,
    pod: int | None,
    *,
    standing: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """What is wrong with the values (defaults for those left out), by parameter name; {} if nothing is.

    A name for a new container or volume that the pod has is wrong, but not where it is the preset's own there: where
    the values that the pod wears it with, `standing`, have the same.
    """
    full = defaults(preset, documents, pod, values)
    documents, at = target(preset, documents, pod)
    chosen = _pod(documents, at)
    wrong = {name: "this preset has no such parameter" for name in values if not preset.parameter(name)}
    for parameter in preset.parameters:
        value = full[parameter.name]
        problem = parameters.problem(parameter, value) or _misfit(preset, parameter, value, chosen, full)
        if parameter.type == "container" and value is None:
            problem = suits.no_container(chosen)
        elif parameter.type == "containerPort" and value is None and problem:
            of = _of(preset, parameter, full) or application(chosen)
            if any(container.name == of for container in containers(chosen)):
                problem = f"{of} declares no TCP port: give the one that it listens on"
        if not problem and value != (standing or {}).get(parameter.name):
            problem = suits.taken_in(chosen, documents, parameter, value)
        if problem:
            wrong[parameter.name] = problem
    everything = {**built_in(documents, at), **full}
    home = namespace(documents[at])
    twice = suits.named_twice(preset, everything, home)
    named = [parameter.name for parameter in preset.parameters if parameter.type == "objectName"]
    refused = misnamed(preset.objects, named, everything, home)
    wrong = {**suits.certificates(preset, full), **twice, **refused, **wrong}
    # As they stand in the form; what is no parameter, before them.
    order = [parameter.name for parameter in preset.parameters]
    return dict(sorted(wrong.items(), key=lambda one: order.index(one[0]) if one[0] in order else -1))


def target(preset: Preset, documents: Documents, pod: int | None) -> tuple[Documents, int]:
    """The documents a preset is woven onto and the index of the one with the pod: for None, the example comes along."""
    if pod is not None:
        return documents, pod
    example = list(preset.example)
    found = pods(example)
    if not found:
        raise ManifestError(
            f"{preset.title or preset.name} has no example to start from: choose a pod to weave it onto"
        )
    return [*documents, *example], len(documents) + found[0].document


def built_in(documents: Documents, pod: int) -> Values:
    """The values that every preset has. POD_NAME is the workload's name, or what the server makes it from. POD_LABELS
    are what the workload selects its pods by, else the pod's labels, else those that weaving would give it."""
    chosen = _pod(documents, pod)
    return {
        "POD_NAME": chosen.name or _called(chosen),
        "POD_NAMESPACE": namespace(documents[pod]) or "default",
        "POD_LABELS": with_labels(documents, chosen)[1],
    }


def application(pod: Pod) -> str:
    """The container that does the pod's work, by name: as kubectl has it, the annotated default one, else the first."""
    marked = get(pod.template, ("metadata", "annotations", "kubectl.kubernetes.io/default-container"))
    running = [container.name for container in containers(pod) if container.list == "containers"]
    return marked if marked in running else next(iter(running), "")


def _called(pod: Pod) -> str:
    """What a pod is called that has no name: the beginning of the one it will have, else after its application."""
    return pod.begins.rstrip("-.") or application(pod) or pod.kind.lower()


def _pod(documents: Documents, index: int) -> Pod:
    found = pod_at(documents, index)
    if found is None:
        raise ManifestError("there is no pod in the chosen document any more: choose another", (index,))
    return found


def _default(preset: Preset, parameter: Parameter, documents: Documents, pod: Pod, values: Values, fresh: bool) -> Any:
    default = parameter.default
    if parameter.images:
        chosen = (values[p.name] for p in preset.parameters if p.type == "container" and p.name in values)
        name = next(chosen, application(pod))
        default = parameter.default_for(next((c.image for c in containers(pod) if c.name == name), ""))
    default = fill(default, values)
    kind = parameter.type
    if kind == "container":
        known = {container.name for container in containers(pod)}
        return default if default in known else application(pod) or None
    if kind == "containerPort":
        return _first_port(preset, parameter, pod, values) if default == POINTERS[kind] else default
    if kind == "freePort" and default is not None:
        return _free_port(8080 if default == POINTERS[kind] else default, _ports(preset, parameter, pod, values), fresh)
    if kind == "objectName" and isinstance(default, str) and default:
        default = fitting(preset.objects, parameter.name, default)
    if not default or not fresh:
        return default
    if kind in ("volumeName", "containerName"):
        named = volumes(pod) if kind == "volumeName" else containers(pod)
        # A StatefulSet's claim templates are volumes of its pods as well, and go before those of the same name.
        claims = claim_templates(documents, pod.document) if kind == "volumeName" else []
        return names.free(default, {*(thing.name for thing in named), *claims})
    return default


def _of(preset: Preset, parameter: Parameter, values: Mapping[str, Any]) -> Any:
    """The container whose port a containerPort is, as far as the values say."""
    return values.get(parameter.of or next((p.name for p in preset.parameters if p.type == "container"), ""))


def _first_port(preset: Preset, parameter: Parameter, pod: Pod, values: Values) -> int | None:
    name = _of(preset, parameter, values) or application(pod)
    found = [port for c in containers(pod) if c.name == name for port in ports(c) if port.protocol == "TCP"]
    return next((port.number for port in found if port.number), None)


def _free_port(wanted: int, taken: set[int], fresh: bool) -> int:
    """`wanted`, else the next free one; in place of a privileged one its usual twin above (8443 for 443)."""
    port = wanted
    while fresh and port in taken:
        port = port + 8000 if port < 1024 else port + 1
    return port if port <= 65535 else wanted


def _ports(preset: Preset, parameter: Parameter, pod: Pod, values: Values) -> set[int]:
    """The ports taken on the pod's shared network: by other containers, and by the preset's other parameters."""
    own = own_containers(preset, values)
    chosen = [values.get(p.name) for p in preset.parameters if p.type == "freePort" and p is not parameter]
    running_on = {port.number for c in running(pod) if c.name not in own for port in ports(c)}
    return running_on | {port for port in chosen if isinstance(port, int)}


def names_before(preset: Preset, values: Mapping[str, Any], fresh: Mapping[str, Any], types: Collection[str]) -> Values:
    """The names, of parameters of these types, that stand right before the `fresh` ones, from those that the preset
    says, the `values`, on: had it been woven last, they would be its own."""
    found: Values = {}
    for parameter in preset.parameters:
        name = last = values.get(parameter.name)
        wanted = fresh.get(parameter.name)
        if parameter.type in types and isinstance(name, str) and name:
            tried = {name}
            while wanted != name and (following := names.free(name, tried)) != wanted and len(tried) <= _MOST_NUMBERED:
                last = following
                tried.add(following)
            found[parameter.name] = last
    return found


def own_containers(preset: Preset, values: Values) -> set[str]:
    """The names of the containers that a preset brings, and not those it only changes."""
    chosen = [values.get(p.name) for p in preset.parameters if p.type == "container"]
    spec = preset.pod.get("spec", {})
    lists = [items for key in ("initContainers", "containers") if isinstance(items := spec.get(key), list)]
    return {
        name
        for items in lists
        for item in items
        if isinstance(item, dict) and isinstance(name := fill(item.get("name"), values), str) and name not in chosen
    }


def _misfit(preset: Preset, parameter: Parameter, value: Any, pod: Pod, values: Values) -> str:
    """Why a value does not suit this pod, or ""."""
    where = pod.name or "this pod"
    if parameter.type == "container" and value not in {container.name for container in containers(pod)}:
        return f"{where} has no container {value}" if value else "a container of the pod is needed"
    if parameter.type in PORTS and value is None:
        return "a port is needed"
    if parameter.type == "freePort" and value in _ports(preset, parameter, pod, values):
        return f"port {value} is taken in {where}: its containers share their ports"
    if parameter.type in ("volume", "volumeName", "containerName") and not value:
        return "a name is needed"
    return ""
