"""The people of team mode that tests share, and clients that are signed in as them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from designer.teams.models import Membership, Team

PASSWORD = "a long road to the sea"


@pytest.fixture
def team_mode(settings: Any, db: None) -> None:
    """Team mode, with a hash of passwords that is quick to make."""
    settings.LOCAL_MODE = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def person(name: str, **more: Any) -> User:
    """An account with the password of all of them."""
    made = User(username=name, email=f"{name}@corp.example", **more)
    made.set_password(PASSWORD)
    made.save()
    made.emailaddress_set.create(email=made.email, primary=True)  # type: ignore[attr-defined]
    return made


def client_of(who: User | None) -> Client:
    """A browser of a person, or of somebody who is not signed in."""
    client = Client(SERVER_NAME="127.0.0.1")
    if who is not None:
        client.force_login(who)
    return client


@dataclass
class Cast:
    """A team with one of each, and two people who are not in it."""

    team: Team
    stranger: User
    viewer: User
    editor: User
    owner: User
    administrator: User

    def membership(self, name: str) -> Membership:
        return self.team.memberships.get(person__username=name)

    def client(self, name: str) -> Client:
        return client_of(None if name == "anonymous" else getattr(self, name))


@pytest.fixture
def cast(team_mode: None) -> Cast:
    names = ("stranger", "viewer", "editor", "owner")
    made = {name: person(name) for name in names}
    team = Team.create("Payments", made["owner"])
    for name in ("viewer", "editor"):
        team.add(made[name], name)
    return Cast(team, administrator=person("administrator", is_superuser=True), **made)
