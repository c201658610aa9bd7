"""Sealing the rows that are there: those of before there was a seal, and those whose key is to be taken away."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction
from django.db.models.functions import Cast

from designer import vault
from designer.sealed import Sealing, Stored, sealed, token_in, unsealed

_BATCH = 200  # rows that are locked at once
_SAME = object()
Rewrite = Callable[[Sealing, Any, str | None], Any]


def sealing_fields() -> Iterator[tuple[type[models.Model], Sealing]]:
    """Every field of every model that may be sealed."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, Sealing):
                yield model, field


def renew(model: type[models.Model], field: Sealing, using: str = "default") -> tuple[int, list[Any]]:
    """Seal what is to be sealed of a field and is not, or with another key than the first, in batches that are each all
    or nothing. Answers how many rows that were, and the keys of those that no key opens, which stay as they are.

    Raises VaultError where there is no key.
    """
    return _rewrite(model, field, _renewed, using)


def lay_open(model: type[models.Model], field: Sealing, using: str = "default") -> tuple[int, list[Any]]:
    """The way back, for a designer that knows no seal: every row as plain text or data."""
    return _rewrite(model, field, _opened, using)


def forget(using: str = "default") -> None:
    """Leave nothing of what rows held before in the file of an SQLite database, whose freed pages keep it. Not within
    a transaction. PostgreSQL gives freed rows back by itself (autovacuum)."""
    connection = connections[using]
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _renewed(field: Sealing, value: Any, kind: str | None) -> Any:
    token = token_in(value)
    if not token:
        made = field.stored(value, kind)
        return made if token_in(made) else _SAME
    return _SAME if vault.sealed_first(token) else sealed(unsealed(token))


def _opened(field: Sealing, value: Any, kind: str | None) -> Any:
    token = token_in(value)
    return field.read(unsealed(token)) if token else _SAME


def _rewrite(model: type[models.Model], field: Sealing, made: Rewrite, using: str) -> tuple[int, list[Any]]:
    done, closed, last = 0, [], None
    rows = model._base_manager.using(using)
    # As it stands in the column: the field itself would open it.
    held = rows.order_by("pk").annotate(held=Cast(field.name, models.TextField()))
    names = ["pk", "held", *([field.beside] if field.beside else [])]
    while True:
        with transaction.atomic(using=using):
            found = held if last is None else held.filter(pk__gt=last)
            batch = list(found.select_for_update().values_list(*names)[:_BATCH])
            for pk, text, *beside in batch:
                if text is None:
                    continue
                value = json.loads(text) if isinstance(field, models.JSONField) else text
                try:
                    new = made(field, value, str(beside[0]) if beside else None)
                except vault.VaultError:
                    if not token_in(value):
                        raise
                    closed.append(pk)
                    continue
                if new is not _SAME:
                    rows.filter(pk=pk).update(**{field.name: Stored(new)})
                    done += 1
        if len(batch) < _BATCH:
            return done, closed
        last = batch[-1][0]
