"""That a team may use a cluster: in which namespaces, and who of it may apply there."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Grant(models.Model):
    """That a cluster is given to a team. Everybody in the team may look into it; applying is a right of its own, which
    has nothing to do with who may edit a design (reach.py says what each of the two lets one do)."""

    class Least(models.TextChoices):
        NOBODY = "nobody", "nobody but who is named"
        OWNER = "owner", "its owners"
        EDITOR = "editor", "its editors and owners"
        VIEWER = "viewer", "everybody in it"

    cluster = models.ForeignKey("clusters.Cluster", on_delete=models.CASCADE, related_name="grants")
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="grants")
    namespaces = models.JSONField(default=list, blank=True, help_text="the only ones of it; empty: all the cluster has")
    least = models.CharField(max_length=10, choices=Least.choices, default=Least.EDITOR, help_text="who may apply")
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", help_text="who may apply besides, while in the team"
    )

    class Meta:
        ordering = ["team__name", "id"]
        constraints = [models.UniqueConstraint(fields=["cluster", "team"], name="one_grant_a_team")]

    def __str__(self) -> str:
        return f"{self.cluster} for {self.team}"

    @property
    def only(self) -> list[str] | None:
        """The only namespaces that it is for, within those that the cluster may be used for; None: any."""
        if not self.namespaces:
            return list(self.cluster.namespaces) or None
        return [one for one in self.namespaces if not self.cluster.namespaces or one in self.cluster.namespaces]
