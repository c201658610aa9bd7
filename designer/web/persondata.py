"""What is kept about a person, as a zip that is made while it is read: never more of it in memory than one design."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from designer.clusters.models import ApplyRun, Grant
from designer.designs.models import Design, Draft, PictureLink, ReadingLink, Revision
from designer.manifests.types import ManifestError
from designer.sealed import may_hold
from designer.teams.audit import Entry
from designer.teams.models import Invitation, Membership
from designer.vault import VaultError
from designer.web.masked import masked
from designer.web.sessions import browser
from patterns.models import CatalogueSource, Comment, Preset, PresetDraft, PresetVersion

_READ_ME = """\
What Pod Pattern Designer keeps about {name}.

account.json      the account: names, addresses, when it was made and last used. The password is kept as a hash only,
                  which nobody can turn back, and is not here.
sessions.json     the browsers that are signed in
teams.json        the teams that the account is in
grants.json       clusters whose grant to a team names the person as one who may apply
connections.json  the providers that it signs in with, and what they said of the person. No tokens of theirs are kept.
links.json        links that the person made: invitations, and addresses to read a design or see its picture.
                  Of what makes a link work only a hash is kept, or it is left out here: who has it may look.
revisions.json    what the person changed in designs, their own and their teams'
comments.json     what they said of presets
runs.json         what they applied to clusters
versions.json     versions of presets that they published
sources.json      where presets of their own space are brought from, without the tokens
audit.json        what the audit log has under their name
designs/          their own designs, as they stand; those in the bin under designs/bin/. Values of Secrets are left
                  out, since a file travels further than a screen: to have them, open the design and export it.
drafts/           what they typed and did not finish
presets/          their own presets, as they stand

What a team's people made together belongs to the team, and is not here: its page has it.
Times are UTC.
"""
# Of what a provider said, keys that are to a door and not about a person (OpenID Connect Core, 2 and 3.1.3.3).
_KEYS = re.compile(r"token|secret|nonce|_hash$|^sid$|^jti$|password", re.IGNORECASE)
_CHUNK = 500


def stream(person: User) -> Iterator[bytes]:
    """The zip of all that is kept about a person, piece by piece."""
    sink = _Sink()
    taken: set[str] = set()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        for name, pieces in _files(person):
            with archive.open(_free(name, taken), "w") as file:
                for piece in pieces:
                    file.write(piece.encode("utf-8", "replace"))
                    yield sink.taken()
        archive.comment = f"{person.username}, Pod Pattern Designer".encode()[:1000]
    yield sink.taken()


def _files(person: User) -> Iterator[tuple[str, Iterable[str]]]:
    """Each file's name and its text, in pieces."""
    yield "READ ME.txt", [_READ_ME.format(name=person.username)]
    yield "account.json", [_json(_account(person))]
    for name, listed in _LISTS.items():
        yield name, _list(listed(person))
    for name, of in _ROWS.items():
        yield name, _list(_rows(*of, person))
    for design in Design.objects.filter(team=None, owner=person).values("pk", "name", "deleted").iterator(_CHUNK):
        yield f"designs/{'bin/' if design['deleted'] else ''}{_plain(design['name'])}.yaml", _design(design["pk"])
    for draft in Draft.objects.filter(by=person).values_list("pk", "design__name").iterator(_CHUNK):
        yield f"drafts/{_plain(draft[1])}.yaml", _draft(draft[0])
    for name, text in PresetDraft.objects.filter(by=person).values_list("name", "text").iterator(_CHUNK):
        yield f"drafts/preset {_plain(name) or 'new'}.yaml", [text]
    own = Preset.objects.filter(team=None, owner=person)
    for name, text, unpublished in own.values_list("name", "text", "draft").iterator(_CHUNK):
        if text:
            yield f"presets/{_plain(name)}.yaml", [text]
        if unpublished:
            yield f"drafts/preset {_plain(name)}.yaml", [unpublished]


def _account(person: User) -> dict[str, Any]:
    return {
        "user name": person.username,
        "name": person.get_full_name(),
        "e-mail": person.email,
        "addresses": [
            {"address": one.email, "verified": one.verified, "primary": one.primary}
            for one in EmailAddress.objects.filter(user=person)
        ],
        "password": "set" if person.has_usable_password() else "none",
        "administrator": person.is_superuser,
        "active": person.is_active,
        "made": person.date_joined,
        "last signed in": person.last_login,
    }


def _links(person: User) -> Iterator[dict[str, Any]]:
    for one in Invitation.objects.filter(by=person).select_related("team").defer("token").iterator(_CHUNK):
        what = {"link": f"invitation to {one.into}", "role": one.role, "made": one.made, "expires": one.expires}
        yield {**what, "taken back": one.revoked, "uses": one.used, "most uses": one.most}
    yield from _rows(ReadingLink, "by", {"to read": "design__name", "made": "made", "expires": "expires"}, person)
    yield from _rows(PictureLink, "by", {"to the picture of": "design__name", "made": "made"}, person)


def _sessions(person: User) -> Iterator[dict[str, Any]]:
    # Without session_key: who has it is signed in.
    for one in UserSession.objects.filter(user=person):
        agent = {"browser": browser(one.user_agent), "names itself": one.user_agent, "address": one.ip}
        yield {**agent, "since": one.created_at, "last seen": one.last_seen_at}


def _connections(person: User) -> Iterator[dict[str, Any]]:
    for one in SocialAccount.objects.filter(user=person):
        said = {"provider": one.provider, "known there as": one.uid, "connected": one.date_joined}
        yield {**said, "last used": one.last_login, "said": _about(one.extra_data)}


def _about(said: Any) -> Any:
    """What a provider said, without what is a key."""
    if isinstance(said, dict):
        return {name: _about(value) for name, value in said.items() if not _KEYS.search(str(name))}
    return [_about(one) for one in said] if isinstance(said, list) else said


def _rows(model: type[Model], whose: str, words: dict[str, str], person: User) -> Iterator[dict[str, Any]]:
    """A model's rows of a person, whom its column `whose` names. `words` says which column stands under which word."""
    found = model._default_manager.filter(**{whose: person}).order_by("pk")
    for row in found.values_list(*words.values()).iterator(_CHUNK):
        yield dict(zip(words, row, strict=True))


# Files that list something in words of their own; and those that list a model's rows as they are.
_LISTS: dict[str, Callable[[User], Iterator[dict[str, Any]]]] = {
    "sessions.json": _sessions,
    "connections.json": _connections,
    "links.json": _links,
}
_ROWS: dict[str, tuple[type[Model], str, dict[str, str]]] = {
    "teams.json": (Membership, "person", {"team": "team__name", "role": "role", "since": "since"}),
    "grants.json": (
        Grant,
        "people",
        {"cluster": "cluster__name", "team": "team__name", "only in the namespaces": "namespaces"},
    ),
    "revisions.json": (
        Revision,
        "by",
        {"design": "design__name", "team": "design__team__name", "revision": "number", "at": "at", "what": "summary"},
    ),
    "sources.json": (
        CatalogueSource,
        "person",
        {"name": "name", "address": "address", "branch": "branch", "folder": "folder", "made": "created"},
    ),
    "runs.json": (
        ApplyRun,
        "by",
        {
            "design": "design__name",
            "revision": "revision",
            "what": "verb",
            "cluster": "context",
            "namespace": "namespace",
            "dry run": "dry_run",
            "started": "started",
            "came to": "state",
        },
    ),
    "versions.json": (
        PresetVersion,
        "by",
        {"preset": "preset__title", "version": "number", "at": "at", "note": "note"},
    ),
    "comments.json": (Comment, "by", {"preset": "preset__title", "at": "at", "said": "text"}),
    "audit.json": (Entry, "person", {"at": "at", "what": "sentence", "address": "address", "agent": "agent"}),
}


def _design(pk: int) -> Iterator[str]:
    try:
        design = Design.objects.get(pk=pk)
        yield masked(design, design.text)
    except Design.DoesNotExist:
        yield "# It was deleted while this was made.\n"
    except (ManifestError, VaultError) as error:
        yield f"# This design cannot be read: {' '.join(str(error).split())}\n"


def _draft(pk: int) -> Iterator[str]:
    try:
        text = Draft.objects.values_list("text", flat=True).get(pk=pk)
    except (Draft.DoesNotExist, VaultError):
        return
    # What does not parse cannot be masked.
    yield "# Not written out, since it may hold values of a Secret: open the design.\n" if may_hold(text) else text


def _list(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The rows as a JSON list, one after the other."""
    before = "["
    for one in rows:
        yield f"{before}\n{_json(one)}"
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def _plain(name: str) -> str:
    """A name that a file may have on every system."""
    return re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]+', "-", name).strip(" .-")[:100]


def _free(name: str, taken: set[str]) -> str:
    """The name, or with a number where another file has it; without regard to case, as some systems have it."""
    stem, dot, kind = name.rpartition(".")
    stem += "unnamed" if stem.endswith("/") else ""
    free, number = f"{stem}{dot}{kind}", 2
    while free.lower() in taken:
        free, number = f"{stem}-{number}{dot}{kind}", number + 1
    taken.add(free.lower())
    return free


class _Sink(io.RawIOBase):
    """Where a zip is written that is read at the same time: what came since it was last asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        held = bytes(self._held)
        self._held.clear()
        return held
