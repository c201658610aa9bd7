"""When somebody goes: what becomes of what they made and of the links they gave away. Deactivating and erasing begin
here; the rules of teams and administrators are designer/teams' own."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest

from designer.clusters.models import ApplyRun, Grant
from designer.designs.models import Design, Draft, PictureLink, ReadingLink, Revision
from designer.teams import audit, erase, people
from designer.teams.audit import Entry
from designer.teams.models import Invitation
from designer.web.sessions import sessions
from patterns.models import CatalogueSource, Comment, Preset, PresetDraft, PresetVersion

audit.SENTENCES |= {
    "erased": ("administration", "erased the account {account}, with {designs} and {presets} of its own"),
    "data-exported": ("account", "downloaded what is kept about {account}"),
}


_PASSED = "passed to an owner of the team"
_NAMELESS = "without the name"
_LINKS = "link to a design or its picture|links to designs or their pictures"


@dataclass(frozen=True)
class Part:
    """One line of what goes or stays: how many, of what ("design|designs"), and what else to say of it."""

    count: int
    what: str
    more: str = ""

    @property
    def words(self) -> str:
        """Such as "3 designs"."""
        one, _, several = self.what.partition("|")
        return f"{self.count} {one if self.count == 1 else several}"


def goes(person: User) -> list[Part]:
    """What is erased with a person; a constant number of queries."""
    designs = Design.objects.filter(team=None, owner=person).aggregate(
        kept=Count("pk", filter=Q(deleted=None)), binned=Count("pk", filter=~Q(deleted=None))
    )
    presets = Preset.objects.filter(team=None, owner=person).aggregate(
        all=Count("pk"), shown=Count("pk", filter=Q(everyone=True, version__gt=0))
    )
    shown = f"{presets['shown']} of them shown to everyone here; designs that wear one keep what it made"
    drafts = Draft.objects.filter(by=person).count() + PresetDraft.objects.filter(by=person).count()
    sources = CatalogueSource.objects.filter(person=person).count()
    invitations = Invitation.objects.open().filter(by=person).count()
    connections = SocialAccount.objects.filter(user=person).count()
    addresses = EmailAddress.objects.filter(user=person).count()
    return [
        Part(designs["kept"], "design|designs", "with every revision; what was applied stays in its cluster"),
        Part(designs["binned"], "design in the bin|designs in the bin"),
        Part(presets["all"], "preset|presets", shown if presets["shown"] else ""),
        Part(sources, "source of presets|sources of presets", "with the token that each is read with"),
        Part(drafts, "draft that is not finished|drafts that are not finished"),
        Part(links(person), _LINKS, "in teams, too; they open nothing any more"),
        Part(invitations, "open invitation|open invitations"),
        Part(person.memberships.count(), "place in a team|places in teams"),
        Part(
            Grant.objects.filter(people=person).count(), "right by name to apply|rights by name to apply", "on clusters"
        ),
        Part(len(sessions(person)), "browser signed in|browsers signed in"),
        Part(connections, "connection to a provider|connections to providers"),
        Part(addresses, "e-mail address|e-mail addresses"),
    ]


def stays(person: User) -> list[Part]:
    """What is not erased with a person, and as what it stays; a constant number of queries."""
    designs = Design.objects.filter(owner=person).exclude(team=None).count()
    presets = Preset.objects.filter(owner=person).exclude(team=None).count()
    revisions = Revision.objects.filter(by=person).exclude(design__team=None).count()
    runs = ApplyRun.objects.filter(by=person).exclude(design__team=None).count()
    entries = Entry.objects.filter(person=person).count()
    return [
        Part(designs, "design in a team|designs in teams", _PASSED),
        Part(presets, "preset in a team|presets in teams", _PASSED),
        Part(revisions, "revision of a team’s design|revisions of teams’ designs", _NAMELESS),
        Part(_elsewhere(PresetVersion, person), "version of another’s preset|versions of others’ presets", _NAMELESS),
        Part(_elsewhere(Comment, person), "comment on another’s preset|comments on others’ presets", _NAMELESS),
        Part(runs, "run of a team’s design|runs of teams’ designs", _NAMELESS),
        Part(entries, "line of the audit log|lines of the audit log", "with the user name"),
    ]


def _elsewhere(model: type[PresetVersion | Comment], person: User) -> int:
    """How many rows of a person belong to presets that do not go with them."""
    return model._default_manager.filter(by=person).exclude(preset__team=None, preset__owner=person).count()


def links(person: User) -> int:
    """How many links to designs and their pictures a person has made."""
    return ReadingLink.objects.filter(by=person).count() + PictureLink.objects.filter(by=person).count()


def deactivate(person: User) -> None:
    """Let a person sign in no more (teams/people.py); the links they made stop as well, since who is gone cannot take
    them back. Raises TeamError; then nothing has changed."""
    with transaction.atomic():
        people.deactivate(person)
        _stop_links(person)


def erase_person(request: HttpRequest, by: User, person: User) -> None:
    """Erase a person and write it down. Raises TeamError (teams/erase.py); then nothing has changed."""
    with transaction.atomic():
        designs = Design.objects.filter(team=None, owner=person).count()
        presets = Preset.objects.filter(team=None, owner=person).count()
        of_designs, of_presets = Part(designs, "design|designs").words, Part(presets, "preset|presets").words
        audit.record(request, by, "erased", account=person, designs=of_designs, presets=of_presets)
        _stop_links(person)
        erase.erase(person)


def _stop_links(person: User) -> None:
    ReadingLink.objects.filter(by=person).delete()
    PictureLink.objects.filter(by=person).delete()
