"""Seal all that is stored sealed with the first of PPD_CREDENTIALS_KEYS, so that the others can be taken away."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from designer import sealing, vault
from designer.clusters.models import Cluster


class Command(BaseCommand):
    help = (
        "Seals every stored credential, and whatever may hold values of a Secret, anew with the first key of "
        "PPD_CREDENTIALS_KEYS; also what stands in the database as it was written before there was a seal."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        credentials = self._credentials()
        rows, closed = 0, []
        # In batches, so that people can work on meanwhile; what is sealed with the first key already is passed over.
        for model, field in sealing.sealing_fields():
            done, left = sealing.renew(model, field)
            rows += done
            if left:
                closed.append(f"{len(left)} of {model.__name__}.{field.name} (the first is {left[0]})")
        sealing.forget()
        self.stdout.write(
            f"{credentials} credentials are sealed with the first key, and {rows} more rows with Secrets."
        )
        if closed:
            raise CommandError(
                f"These rows cannot be read, and were left: {', '.join(closed)}. Put the key they were sealed with "
                "back behind the others and run this again; keep the other keys until then."
            )

    def _credentials(self) -> int:
        done = 0
        # All or none: a cluster's credential is few bytes, and who gives it again wants to know of which.
        with transaction.atomic():
            for cluster in Cluster.objects.select_for_update().exclude(sealed=""):
                try:
                    cluster.sealed = vault.reseal(cluster.sealed)
                except vault.VaultError as error:
                    raise CommandError(f"{cluster.name}: {error} Nothing was changed.") from None
                cluster.save(update_fields=["sealed"])
                done += 1
        return done
