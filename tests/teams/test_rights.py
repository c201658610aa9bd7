"""Who may do what to a team, against the written table."""

from __future__ import annotations

from typing import get_args

import pytest
from django.contrib.auth.models import AnonymousUser

from designer.teams import rights
from tests.teams.people import Cast, cast, team_mode

__all__ = ["cast", "team_mode"]

#                 stranger viewer editor owner administrator
TABLE = """
see               no       yes    yes    yes   yes
leave             no       yes    yes    yes   no
edit              no       no     yes    yes   no
invite            no       no     no     yes   yes
rename            no       no     no     yes   yes
add               no       no     no     yes   yes
change-role       no       no     no     yes   yes
remove            no       no     no     yes   yes
hand-over         no       no     no     yes   no
delete            no       no     no     yes   no
"""
ROWS = [line.split() for line in TABLE.split("\n") if line]
WHO = ["stranger", "viewer", "editor", "owner", "administrator"]


def test_the_table_has_every_verb() -> None:
    assert sorted(row[0] for row in ROWS) == sorted(get_args(rights.Verb))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_who_may(cast: Cast, row: list[str]) -> None:
    verb = row[0]
    for name, wanted in zip(WHO, row[1:], strict=True):
        person = getattr(cast, name)
        assert rights.may(person, verb, cast.team) == (wanted == "yes"), (name, verb)  # type: ignore[arg-type]
        assert (verb in rights.verbs(person, cast.team)) == (wanted == "yes"), (name, verb)


def test_nobody_and_the_deactivated_may_nothing(cast: Cast) -> None:
    for person in (cast.owner, cast.administrator):
        person.is_active = False
    for verb in get_args(rights.Verb):
        assert not rights.may(AnonymousUser(), verb, cast.team)
        assert not rights.may(cast.owner, verb, cast.team)
        assert not rights.may(cast.administrator, verb, cast.team)
    assert not rights.verbs(cast.owner, cast.team)
