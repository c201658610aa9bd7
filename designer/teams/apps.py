"""The room that knows teams: who belongs to which, and as what."""

from __future__ import annotations

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "designer.teams"
    label = "teams"
    verbose_name = "Teams"

    def ready(self) -> None:
        from designer.teams import recorder

        recorder.listen()
