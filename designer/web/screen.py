"""What the designer shows, computed once for an answer: the documents and all that is read off them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from django.utils.safestring import SafeString

from designer import checks
from designer.checks import Finding
from designer.clusters.models import ApplyRun, Cluster
from designer.designs.models import Design, Draft, Revision
from designer.diagram.bars import Bars, bars, together
from designer.diagram.timeline import Timeline, timeline
from designer.manifests import pod as manifest_pod
from designer.manifests.masking import Clear
from designer.manifests.schema import Schema, schema, versions
from designer.manifests.text import Text
from designer.manifests.types import Document, Documents, ManifestError, Path, get
from designer.manifests.where import Where
from designer.web import masked, yamlpane
from designer.web.drawing import drawn, wrong
from designer.web.words import FORMS
from patterns.detect import Role, roles
from patterns.store import hints

ROLE_LETTERS = {"application": "•", "sidecar": "S", "ambassador": "A", "adapter": "D", "init": "I", "ephemeral": "E"}


@dataclass
class Screen:
    """A design as one person looks at it. `at` is the address of what is selected, `tab` the form's open tab.

    Whatever documents and text it is made with, it shows no values of Secrets: what is drawn, listed and filled into
    forms is read off documents that hide them. `clear` are those that the person has just typed into the editor.
    """

    design: Design
    revision: Revision
    documents: Documents
    at: str = ""
    tab: str = ""
    notes: tuple[str, ...] = field(default=())
    read: Text | None = None
    window: str = ""
    typed: str | None = None  # the text that the editor sent with this request
    draft: Draft | None = None  # what was typed and is not part of the design yet
    asked: bool = False  # whether a cluster may have been asked about this revision: not right after an edit
    view: str = "diagram"  # what the middle shows (middle.py)
    counts: dict[str, int] = field(default_factory=dict)  # numbers of pods that a person asked about
    clear: Clear = ()
    held: Documents = field(init=False, repr=False)  # the documents with all values, for the checks alone

    def __post_init__(self) -> None:
        self.held = self.documents
        self.documents = masked.documents(self.design, self.documents, self.read)
        if self.at:
            try:
                manifest_pod.resolve(self.documents, self.at)
            except ManifestError:
                self.at = ""

    @cached_property
    def schema(self) -> Schema:
        return schema_of(self.design)

    @property
    def cluster_versions(self) -> list[tuple[str, str]]:
        """(version, context) of each cluster that was asked and whose version a design can be for."""
        known = Cluster.objects.filter(version__in=versions()).values_list("version", "context")
        return list(known[:10])

    @cached_property
    def source(self) -> Text:
        return masked.read(self.design, self.read or Text.read(self.design.text), self.clear)

    @cached_property
    def where(self) -> Where:
        return self.source.where

    @cached_property
    def pods(self) -> list[manifest_pod.Pod]:
        return manifest_pod.pods(self.documents)

    @cached_property
    def roles(self) -> dict[str, Role]:
        return roles(self.documents, hints(self.revision.woven))

    @cached_property
    def findings(self) -> list[Finding]:
        return [masked.told(self.held, found) for found in checks.run(self.held, self.schema.version)]

    @cached_property
    def problems(self) -> dict[Path, str]:
        """What is wrong at each path, for the field that stands there: the first finding, else a cluster's words."""
        found: dict[Path, str] = {}
        for finding in self.findings:
            found.setdefault(finding.path, finding.message)
        return {**self.refusals, **found}

    @cached_property
    def refusals(self) -> dict[Path, str]:
        """What a cluster said about fields of this very revision, if that is what it was asked last."""
        run = ApplyRun.objects.filter(design=self.design, revision=self.revision.number).first() if self.asked else None
        if run is None or run.state != ApplyRun.State.FAILED:
            return {}
        return {
            (result.document, *cause["path"]): f"{run.context}: {cause['message']}"
            for result in run.results.all()
            if result.document is not None
            for cause in result.causes
        }

    @property
    def errors(self) -> int:
        return sum(finding.severity == "error" for finding in self.findings)

    @property
    def hints(self) -> int:
        return len(self.findings) - self.errors

    @cached_property
    def diagram(self) -> SafeString:
        names = {address: role.role for address, role in self.roles.items()}
        return drawn(self.documents, names, wrong(self.findings))

    @cached_property
    def timelines(self) -> list[Timeline]:
        names = {address: role.role for address, role in self.roles.items()}
        return [timeline(self.documents, pod, names, self.schema.version) for pod in self.pods]

    @cached_property
    def resources(self) -> list[Bars]:
        names = {address: role.role for address, role in self.roles.items()}
        return [bars(self.documents, pod, names, self.schema.version, self.counts) for pod in self.pods]

    @property
    def requested(self) -> tuple[str, ...]:
        return together(self.documents, self.pods, self.schema.version, self.counts)

    @property
    def yaml(self) -> SafeString:
        """The state of the YAML editor, as JSON."""
        state = yamlpane.state(
            self.source.source, self.revision.number, self.where, self.documents, self.findings, typed=self.typed
        )
        state["clear"] = yamlpane.clear_lines(self.where, self.clear)
        return yamlpane.as_json({**state, **(yamlpane.drafted(self.draft) if self.draft else {})})

    @cached_property
    def path(self) -> Path:
        """The path of what is selected; () when nothing is."""
        return manifest_pod.resolve(self.documents, self.at) if self.at else ()

    @property
    def selected(self) -> Document:
        found = get(self.documents, self.path) if self.path else {}
        return found if isinstance(found, dict) else {}

    @cached_property
    def pod(self) -> manifest_pod.Pod | None:
        """The pod that what is selected belongs to; the only pod where nothing is selected."""
        if self.path:
            return next((pod for pod in self.pods if pod.document == self.path[0]), None)
        return self.pods[0] if len(self.pods) == 1 else None

    @cached_property
    def container(self) -> manifest_pod.Container | None:
        return next((c for c in manifest_pod.containers(self.pod) if c.address == self.at), None) if self.pod else None

    @cached_property
    def volume(self) -> manifest_pod.Volume | None:
        return next((v for v in manifest_pod.volumes(self.pod) if v.address == self.at), None) if self.pod else None

    @property
    def kind(self) -> str:
        """What is selected, as the inspector names its form: container, volume, workload, or a companion's kind."""
        if not self.path:
            return "design"
        if self.container:
            return "container"
        if self.volume:
            return "volume"
        if self.pod and len(self.path) == 1:
            return "workload"
        return FORMS.get((str(self.selected.get("apiVersion")), str(self.selected.get("kind"))), "object")

    @property
    def role(self) -> Role | None:
        return self.roles.get(self.at)


def schema_of(design: Design) -> Schema:
    """That of the design's Kubernetes version."""
    return schema(design.version if design.version in versions() else "")
