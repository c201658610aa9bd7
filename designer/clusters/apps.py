"""The room that knows clusters: which there are, what they answer, and what was applied to them."""

from __future__ import annotations

from django.apps import AppConfig


class ClustersConfig(AppConfig):
    name = "designer.clusters"
    label = "clusters"
    verbose_name = "Clusters"
