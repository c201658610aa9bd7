"""The audit log is append-only in the database too: triggers refuse to change or delete an entry, whoever asks.

The application's own statements are stopped by it, those of a mistake and those of an injection. It is no wall against
who owns the database and may drop a trigger: for that, let the database send its log elsewhere.

https://www.sqlite.org/lang_createtrigger.html, https://www.postgresql.org/docs/current/sql-createtrigger.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

REFUSES = "the audit log is append-only"
_TABLE = "teams_entry"
_ON = {
    "sqlite": [
        f"""CREATE TRIGGER {_TABLE}_no_{verb} BEFORE {verb} ON {_TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSES}'); END"""
        for verb in ("update", "delete")
    ],
    "postgresql": [
        f"""CREATE FUNCTION {_TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{REFUSES}'; END $$""",
        f"""CREATE TRIGGER {_TABLE}_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON {_TABLE}
            FOR EACH STATEMENT EXECUTE FUNCTION {_TABLE}_refuse()""",
    ],
}
_OFF = {
    "sqlite": [f"DROP TRIGGER IF EXISTS {_TABLE}_no_{verb}" for verb in ("update", "delete")],
    "postgresql": [
        f"DROP TRIGGER IF EXISTS {_TABLE}_guard ON {_TABLE}",
        f"DROP FUNCTION IF EXISTS {_TABLE}_refuse()",
    ],
}


def put_on(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers anew. Does nothing on a database that we do not know."""
    take_off(connection)
    _run(connection, _ON)


def take_off(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off: before the table is altered."""
    _run(connection, _OFF)


def _run(connection: BaseDatabaseWrapper, statements: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements.get(connection.vendor, []):
            cursor.execute(statement)
