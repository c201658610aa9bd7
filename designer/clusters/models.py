"""Which clusters people use, what was applied to them, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

from designer.clusters.grants import Grant
from designer.sealed import SealedJSONField, SealedTextField

if TYPE_CHECKING:
    from designer.clusters.results import ObjectResult

__all__ = ["ApplyResult", "ApplyRun", "Cluster", "Grant"]


class Cluster(models.Model):
    """A cluster that designs can be applied to.

    In local mode it is a context of the kubeconfig: no address and no credential is held here, they are read anew each
    time. In team mode an administrator adds it, with a credential that only `vault.py` can read. `version` is the minor
    version of its server ("1.31"), `namespace` the one that was chosen last.
    """

    class Source(models.TextChoices):
        CONTEXT = "context", "a context of the kubeconfig"
        KUBECONFIG = "kubeconfig", "a kubeconfig that was given"
        TOKEN = "token", "a token and a certificate authority"
        IN_CLUSTER = "in-cluster", "the service account the designer runs as"

    class Stage(models.TextChoices):
        DEV = "dev"
        STAGING = "staging"
        PRODUCTION = "production"

    name = models.CharField(max_length=200)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.CONTEXT)
    context = models.CharField(max_length=500, blank=True, help_text="the kubeconfig's name for it")
    server = models.CharField(max_length=500, blank=True, help_text="its address, to be shown")
    sealed = models.TextField(blank=True, help_text="the credential, encrypted: see vault.py")
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.DEV)
    teams = models.ManyToManyField("teams.Team", through=Grant, related_name="clusters")
    namespaces = models.JSONField(default=list, blank=True, help_text="the only ones that may be used; empty: any")
    namespace = models.CharField(max_length=63, blank=True)
    version = models.CharField(max_length=20, blank=True, help_text="as its server said when it was last asked")
    last_used = models.DateTimeField(null=True, blank=True, help_text="when something was last applied to it")

    class Meta:
        ordering = [models.F("last_used").desc(nulls_last=True), "name"]
        constraints = [
            models.UniqueConstraint(fields=["context"], condition=~models.Q(context=""), name="one_cluster_a_context")
        ]

    def __str__(self) -> str:
        return self.name


class ApplyRun(models.Model):
    """One time that a design's revision was applied to a cluster, or tried, or that what it applied was deleted.

    It holds all that is needed to go on after our own end in the middle of it. `beat` is the last sign of life of the
    thread that carries it out: a run that has none for `runs.SILENT` seconds was broken off.
    """

    class Verb(models.TextChoices):
        APPLY = "apply"
        ROLL_BACK = "roll back"
        DELETE = "delete"

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        BROKEN_OFF = "broken off"

    design = models.ForeignKey("designs.Design", on_delete=models.CASCADE, related_name="apply_runs")
    cluster = models.ForeignKey(Cluster, null=True, on_delete=models.SET_NULL, related_name="runs")
    verb = models.CharField(max_length=10, choices=Verb.choices, default=Verb.APPLY)
    of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="followed_by")
    revision = models.PositiveIntegerField(help_text="the number of the revision that was applied")
    context = models.CharField(max_length=500, help_text="what the cluster was called then")
    namespace = models.CharField(max_length=63)
    dry_run = models.BooleanField()
    take_over = models.JSONField(
        default=list, help_text="keys of the objects whose fields are taken from other managers"
    )
    recreate = models.JSONField(default=list, help_text="keys of the objects that may be deleted and created anew")
    prune = models.JSONField(default=list, help_text="keys of the objects to delete: applied before, no longer in it")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    message = models.TextField(
        blank=True, help_text="why the run as a whole failed: the cluster could not be reached, say"
    )
    started = models.DateTimeField(default=timezone.now)
    beat = models.DateTimeField(default=timezone.now)
    lease = models.CharField(max_length=32, blank=True, help_text="which thread carries it out: only one may")
    finished = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-started", "-id"]
        indexes = [models.Index(fields=["design", "-started"])]

    def __str__(self) -> str:
        return f"r{self.revision} to {self.context}/{self.namespace}" + (" (dry run)" if self.dry_run else "")

    def record(self, result: ObjectResult) -> ApplyResult:
        """Keep what came of the next object."""
        last = self.results.aggregate(last=models.Max("position"))["last"]
        return self.results.create(
            position=0 if last is None else last + 1,
            document=result.index,
            api_version=result.api_version,
            kind=result.kind,
            name=result.name,
            namespace=result.namespace,
            action=result.action,
            message=result.message,
            warnings=list(result.warnings),
            causes=[{"field": c.field, "path": list(c.path), "message": c.message} for c in result.causes],
            owners=[owner.as_json for owner in result.owners],
            changes=[change.as_json for change in result.changes],
            notes=list(result.notes),
            uid=result.uid,
        )

    def finish(self, message: str = "") -> None:
        """The run is over: failed where `message` says why or an object failed or would be refused, else done."""
        failed = bool(message) or self.results.filter(action__in=["failed", "refused"]).exists()
        self.state = self.State.FAILED if failed else self.State.DONE
        self.message = message
        self.finished = timezone.now()
        self.save(update_fields=["state", "message", "finished"])


class ApplyResult(models.Model):
    """What came of one object in a run. `position` is its place in the run, `document` its place in the design (None
    for one that is not in it). `action` is one of results.py's: a plan's where the run is a dry one."""

    run = models.ForeignKey(ApplyRun, on_delete=models.CASCADE, related_name="results")
    position = models.PositiveIntegerField()
    document = models.PositiveIntegerField(null=True)
    api_version = models.TextField(blank=True)
    kind = models.TextField(blank=True)
    name = models.TextField(blank=True)
    namespace = models.TextField(blank=True)
    action = models.CharField(
        max_length=12, help_text="created, configured, unchanged, recreated, failed, skipped, pruned, deleted or gone"
    )
    changes = SealedJSONField(
        default=list, beside="kind", help_text="what it changed of the live object: compare.py's, secrets masked"
    )
    message = SealedTextField(blank=True, beside="kind")
    warnings = SealedJSONField(default=list, beside="kind", help_text="texts")
    causes = SealedJSONField(
        default=list, beside="kind", help_text="field and message as the API server has them, path in the document"
    )
    owners = SealedJSONField(
        default=list, beside="kind", help_text="fields of other managers that it would change: results.Conflict"
    )
    notes = SealedJSONField(default=list, beside="kind", help_text="texts: what else to know of it")
    uid = models.CharField(max_length=64, blank=True, help_text="which object of this name it was")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="one_result_a_position")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} {self.action}"

    @property
    def key(self) -> str:
        """The object's key (objects.py)."""
        return f"{self.api_version}/{self.kind}/{self.namespace}/{self.name}"
