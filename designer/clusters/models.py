"""Which clusters people use, and what was applied to them and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from designer.clusters.apply import ObjectResult


class Cluster(models.Model):
    """A context of the kubeconfig that was asked or used here: the Kubernetes version that its server runs ("1.31"),
    and the namespace that was chosen for it.

    It holds no address and no credential: those stay in the kubeconfig, which is read anew each time.
    """

    name = models.CharField(max_length=200)
    context = models.CharField(max_length=500, unique=True)
    namespace = models.CharField(max_length=63, blank=True)
    version = models.CharField(max_length=20, blank=True, help_text="as its server said when it was last asked")
    last_used = models.DateTimeField(null=True, blank=True, help_text="when something was last applied to it")

    class Meta:
        ordering = [models.F("last_used").desc(nulls_last=True), "name"]

    def __str__(self) -> str:
        return self.name


class ApplyRun(models.Model):
    """One time that a design's revision was applied to a cluster, or tried as a dry run."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    design = models.ForeignKey("designs.Design", on_delete=models.CASCADE, related_name="apply_runs")
    revision = models.PositiveIntegerField(help_text="the number of the revision that was applied")
    context = models.CharField(max_length=500)
    namespace = models.CharField(max_length=63)
    dry_run = models.BooleanField()
    force = models.BooleanField(default=False, help_text="take over fields that another manager owns")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    message = models.TextField(
        blank=True, help_text="why the run as a whole failed: the cluster could not be reached, say"
    )
    started = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-started", "-id"]
        indexes = [models.Index(fields=["design", "-started"])]

    def __str__(self) -> str:
        return f"r{self.revision} to {self.context}/{self.namespace}" + (" (dry run)" if self.dry_run else "")

    def record(self, result: ObjectResult) -> ApplyResult:
        """Keep what came of the next object."""
        return self.results.create(
            position=self.results.count(),
            document=result.index,
            api_version=result.api_version,
            kind=result.kind,
            name=result.name,
            namespace=result.namespace,
            action=result.action,
            message=result.message,
            warnings=list(result.warnings),
            causes=[{"field": c.field, "path": list(c.path), "message": c.message} for c in result.causes],
            owners=[{"manager": owner.manager, "field": owner.field} for owner in result.owners],
        )

    def finish(self, message: str = "") -> None:
        """The run is over: failed where `message` says why or an object failed, else done."""
        failed = bool(message) or self.results.filter(action="failed").exists()
        self.state = self.State.FAILED if failed else self.State.DONE
        self.message = message
        self.finished = timezone.now()
        self.save(update_fields=["state", "message", "finished"])


class ApplyResult(models.Model):
    """What came of one object in a run. `position` is its place in the run, `document` its place in the design."""

    run = models.ForeignKey(ApplyRun, on_delete=models.CASCADE, related_name="results")
    position = models.PositiveIntegerField()
    document = models.PositiveIntegerField()
    api_version = models.TextField(blank=True)
    kind = models.TextField(blank=True)
    name = models.TextField(blank=True)
    namespace = models.TextField(blank=True)
    action = models.CharField(max_length=12, help_text="created, configured, unchanged, failed or skipped")
    message = models.TextField(blank=True)
    warnings = models.JSONField(default=list, help_text="texts")
    causes = models.JSONField(
        default=list, help_text="field and message as the API server has them, path in the document"
    )
    owners = models.JSONField(default=list, help_text="who owns which field, where a conflict was all that failed")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="one_result_a_position")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} {self.action}"
