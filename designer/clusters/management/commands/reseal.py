"""Seal every stored credential with the first of PPD_CREDENTIALS_KEYS, so that the others can be taken away."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from designer import vault
from designer.clusters.models import Cluster


class Command(BaseCommand):
    help = "Seals every stored credential anew with the first key of PPD_CREDENTIALS_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        # All or none: after a half of them, nobody could tell which keys are still needed.
        with transaction.atomic():
            for cluster in Cluster.objects.select_for_update().exclude(sealed=""):
                try:
                    cluster.sealed = vault.reseal(cluster.sealed)
                except vault.VaultError as error:
                    raise CommandError(f"{cluster.name}: {error} Nothing was changed.") from None
                cluster.save(update_fields=["sealed"])
                done += 1
        self.stdout.write(f"{done} credentials are sealed with the first key.")
