"""What two people do at the same moment: the last owner and the last administrator stay, one use is one use."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from designer.teams import first, people
from designer.teams.errors import TeamError
from designer.teams.invitations import Invitation
from designer.teams.models import Membership, Team
from tests.teams.people import person


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What came of each, done in threads that begin together: its value, or the TeamError."""
    came: list[Any] = [None] * len(deeds)
    start = threading.Barrier(len(deeds))

    def do(index: int) -> None:
        start.wait()
        try:
            came[index] = deeds[index]()
        except TeamError as error:
            came[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[index]) for index in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def refused(came: list[Any]) -> int:
    return sum(isinstance(one, TeamError) for one in came)


@pytest.fixture
def pair(transactional_db: None, settings: Any) -> tuple[User, User, Team]:
    """Two owners of one team, who are the administrators too."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    one, other = person("one", is_superuser=True), person("other", is_superuser=True)
    team = Team.create("Payments", one)
    team.add(other, "owner")
    return one, other, team


def memberships(team: Team) -> list[Membership]:
    return list(team.memberships.select_related("person", "team"))


def test_two_owners_do_not_both_leave(pair: tuple[User, User, Team]) -> None:
    *_, team = pair
    came = at_once(*(one.remove for one in memberships(team)))
    assert refused(came) == 1
    assert team.memberships.filter(role="owner").count() == 1


def test_one_owner_leaves_as_the_other_is_deactivated(pair: tuple[User, User, Team]) -> None:
    one, other, team = pair
    mine = team.memberships.select_related("person", "team").get(person=one)
    team.add(person("mate"), "viewer")
    came = at_once(mine.remove, lambda: people.deactivate(other))
    assert refused(came) == 1
    assert team.memberships.filter(role="owner", person__is_active=True).count() == 1


def test_two_administrators_do_not_both_step_back(pair: tuple[User, User, Team]) -> None:
    one, other, _ = pair
    came = at_once(lambda: people.unmake_administrator(one), lambda: people.unmake_administrator(other))
    assert refused(came) == 1
    assert User.objects.filter(is_superuser=True).count() == 1


def test_one_use_lets_one_in(pair: tuple[User, User, Team]) -> None:
    one, _, team = pair
    made, token = Invitation.make(one, team=team, role="viewer")
    found = [Invitation.objects.found(token) for _ in range(4)]
    came = at_once(*(lambda x=x, n=n: x.accept(person(f"p{n}")) for n, x in enumerate(found)))
    assert refused(came) == 3
    made.refresh_from_db()
    assert (made.used, team.memberships.count()) == (1, 3)


@pytest.mark.django_db(transaction=True)
def test_one_becomes_the_first_administrator() -> None:
    token = first.renew()
    assert sorted(at_once(*[lambda: first.claim(token)] * 3)) == [False, False, True]
