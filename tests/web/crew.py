"""People who share designs: a team with an owner, an editor and a viewer, a stranger with a team of their own, and an
administrator who is in none."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from designer.designs.models import Design
from designer.manifests import text as manifest_text
from designer.teams.models import Team
from tests.web.conftest import POD

NAMES = {
    "owner": "Ada Lovelace",
    "editor": "Bob Kahn",
    "viewer": "Vi Ewer",
    "stranger": "Cyd Strange",
    "administrator": "Ann Operator",
}


@dataclass
class Crew:
    """The people by what they are to the team, `team`, and `other`, the stranger's."""

    people: dict[str, User]
    team: Team
    other: Team

    def client(self, who: str, **headers: str) -> Client:
        """A browser in which `who` is signed in; nobody for "anonymous"."""
        client = Client(SERVER_NAME="127.0.0.1", headers=headers)
        if who in self.people:
            client.force_login(self.people[who], backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    def design(self, space: str = "team", *, text: str = POD, name: str = "web", by: str = "") -> Design:
        """A design in "own" (the owner's), "team" or "other team"."""
        maker = self.people[by or ("stranger" if space == "other team" else "owner")]
        team = {"own": None, "team": self.team, "other team": self.other}[space]
        design = Design.objects.create(owner=maker, team=team, name=name)
        documents = manifest_text.parse(text)
        design.change(lambda _: documents, by=maker, text=text, summary="imported")
        return design


def gathered() -> Crew:
    """The crew, made."""
    people = {}
    for who, name in NAMES.items():
        first, _, last = name.partition(" ")
        people[who] = User.objects.create(username=who, first_name=first, last_name=last)
    people["administrator"].is_superuser = people["administrator"].is_staff = True
    people["administrator"].save()
    team = Team.create("Shop", people["owner"])
    team.add(people["editor"], "editor")
    team.add(people["viewer"], "viewer")
    return Crew(people, team, Team.create("Elsewhere", people["stranger"]))
