"""People who share designs: a team with an owner, an editor and a viewer, a stranger with a team of their own, and an
administrator who is in none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from designer.clusters.models import ApplyRun, Cluster
from designer.designs.models import Design, PictureLink, ReadingLink
from designer.manifests import text as manifest_text
from designer.teams import audit
from designer.teams.models import Invitation, Team
from designer.web.admin import site
from designer.web.views.authoring import STARTER
from patterns import catalogue, store
from patterns.models import Preset
from patterns.preset import read
from patterns.sources import CatalogueSource
from patterns.weave import weave
from tests.web.conftest import POD

# What stands in an object's address, by the name that routes have for it; "but" has what is another for some routes.
Address = dict[str, Any]

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
        """A design in "own" (the owner's), "team" or "other team", or "public": the stranger's own, with a link."""
        maker = self.people[by or ("owner" if space in ("own", "team") else "stranger")]
        team = {"team": self.team, "other team": self.other}.get(space)
        design = Design.objects.create(owner=maker, team=team, name=name)
        documents = manifest_text.parse(text)
        design.change(lambda _: documents, by=maker, text=text, summary="imported")
        return design

    def preset(self, space: str = "team") -> Preset:
        """A preset in "own" (the owner's), "team" or "other team", or "public": the stranger's own, for everyone."""
        maker = self.people["owner" if space in ("own", "team") else "stranger"]
        team = {"team": self.team, "other team": self.other}.get(space)
        made = Preset.keep(maker, read(STARTER), STARTER, by=maker, team=team)
        Preset.objects.filter(pk=made.pk).update(everyone=space == "public")
        return made

    def cluster(self, space: str = "team", least: str = "editor") -> Cluster:
        """A cluster that is given to the team of a space; `least` of it may apply. It has no credential, so that
        nothing is ever asked of it."""
        made = Cluster.objects.create(name="dev", source=Cluster.Source.TOKEN)
        made.grants.create(team=self.other if space == "other team" else self.team, least=least)
        return made

    def source(self, space: str = "team") -> CatalogueSource:
        """A source of the presets of a space's team, at an address where nothing is."""
        team = self.other if space == "other team" else self.team
        return CatalogueSource.objects.create(name=f"presets of {team}", team=team, address="https://127.0.0.1:1/a")

    def objects(self) -> dict[str, dict[str, Address]]:
        """An object of every kind in every space that rights_table.HELD has for it."""
        # Rights on clusters are another matter: here they are in nobody's way.
        clusters = {space: self.cluster(space, "viewer") for space in ("team", "other team")}
        spaces = ("own", "team", "other team", "public")
        presets = {space: self.preset(space) for space in spaces}
        found = {
            "design": {space: self._design(space, clusters, presets[space]) for space in spaces},
            "preset": {space: self._preset(one) for space, one in presets.items()},
            "built-in preset": {"public": {"preset": "tls-sidecar", "number": 1, "comment": 1}},
            "team": {"team": self._team(self.team), "other team": self._team(self.other)},
            "cluster": {space: {"cluster": one.pk, "grant": one.grants.get().pk} for space, one in clusters.items()},
            "source": {space: {"source": self.source(space).pk} for space in ("team", "other team")},
            "session": {"own": {"session": self._session().pk}},
            "connection": {"own": {"connection": self._connection().pk}},
            "designer": {"public": self._designer()},
            "entrance": {"public": {"provider_id": "none"}},
        }
        token = self._links(found["design"]["public"]["pk"])
        audit.record(None, self.people["owner"], "team-created", team=self.team)
        rows = {model._meta.label_lower.replace(".", "_"): model._default_manager.first() for model in site._registry}
        pages = {f"admin:{name}_change": {"object_id": row.pk if row else 0} for name, row in rows.items()}
        found["admin"] = {"public": {"but": pages}}
        found["link"] = {"public": {"token": token, "kind": "svg", "uidb36": "1", "key": "1-1"}}
        return found

    def _links(self, design: int) -> str:
        """The one token of several links: to read a design, to see its picture, to come into the team."""
        invitation, token = Invitation.make(self.people["owner"], team=self.team, role="viewer")
        ReadingLink.objects.create(design_id=design, token=invitation.token, by=self.people["stranger"])
        PictureLink.objects.create(design_id=design, token=token, by=self.people["stranger"])
        return token

    def _design(self, space: str, clusters: dict[str, Cluster], known: Preset) -> Address:
        """One that wears a preset, with a plan of its first revision and a run, in the cluster of those who have it."""
        made = self.design(space)
        if space == "public":
            ReadingLink.objects.make(made, made.owner, yaml=True, days=1)
        preset = catalogue.presets()["tls-sidecar"]
        woven = weave(preset, {}, [], None)
        worn = store.record(preset, woven) | {"number": 1}
        made.change(lambda _: woven.documents, by=made.owner, woven=[worn], summary="started")
        cluster = clusters["team" if space in ("own", "team") else "other team"]
        where = {"cluster": cluster, "revision": 1, "context": cluster.name, "namespace": "shop"}
        plan, run = (ApplyRun.objects.create(design=made, dry_run=dry, **where) for dry in (True, False))
        plan.finish()
        run.finish()
        address = {"pk": made.pk, "number": 1, "verb": "set", "preset": "tls-sidecar"}
        but = {"settle": {"run": plan.pk}, "delete-preset": {"preset": known.ref}}
        return {**address, "run": run.pk, "but": but}

    def _preset(self, one: Preset) -> Address:
        """With a comment of its owner's."""
        comment = one.comments.create(by=one.owner, text="Published.", version=1)
        return {"preset": one.ref, "number": 1, "comment": comment.pk}

    def _team(self, team: Team) -> Address:
        """With an open invitation, and a member that is no other's to hand over to."""
        invitation, _ = Invitation.make(self.people["administrator"], team=team, role="viewer", days=1, most=1)
        member = team.memberships.exclude(role="owner").first() or team.memberships.get()
        return {"slug": team.slug, "member": member.pk, "invitation": invitation.pk}

    def _session(self) -> UserSession:
        here = {"ip": "127.0.0.1", "user_agent": "Firefox", "session_key": "another"}
        return UserSession.objects.create(user=self.people["owner"], **here)

    def _connection(self) -> SocialAccount:
        return SocialAccount.objects.create(user=self.people["owner"], provider="github", uid="1")

    def _designer(self) -> Address:
        """With somebody's account, an invitation into the designer as such, and a form of export."""
        invitation, _ = Invitation.make(self.people["administrator"], team=None, days=1, most=1)
        person = self.people["viewer"].pk
        return {"person": person, "invitation": invitation.pk, "verb": "make-administrator", "format": "csv"}


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
