"""The audit log: who did what, when and from where, in sentences that can be read without the rest of the database.

`record` is the only way to write it, and nothing in the application changes or deletes what was written: the model
refuses it, and so does the database (guard.py). It never holds a password, a token or the secret of a link. Other rooms
add their sentences to `SENTENCES`.
"""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING, Any, ClassVar, Never

from django.conf import settings
from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User
    from django.http import HttpRequest

# What happened: its group, by which the page filters, and its sentence. {names} stand for what `record` is told.
SENTENCES: dict[str, tuple[str, str]] = {
    "sign-in": ("sign-in", "signed in with {how}"),
    "sign-in-failed": ("sign-in", "was refused: the password is not {account}'s"),
    "sign-in-unknown": ("sign-in", "was refused: no account has that name"),
    "sign-in-limited": ("sign-in", "was refused: too many tries to sign in as {account}"),
    "sign-in-refused": ("sign-in", "was refused after signing in with {how}: {why}"),
    "sign-out": ("sign-in", "signed out"),
    "sign-up": ("sign-in", "made an account ({how})"),
    "password-changed": ("account", "changed their password"),
    "password-reset": ("account", "set a new password by a reset link"),
    "reset-link": ("account", "made a link for {account} to set a new password"),
    "profile": ("account", "changed their {fields}"),
    "connected": ("account", "connected {provider} to their account"),
    "disconnected": ("account", "disconnected {provider} from their account"),
    "session-ended": ("account", "ended a session of theirs ({session})"),
    "sessions-ended": ("account", "ended their other sessions ({count})"),
    "first-administrator": ("administration", "became the first administrator"),
    "took-over": ("administration", "took over what was made in local mode: {designs} and {presets}"),
    "administrator": ("administration", "made {account} an administrator"),
    "no-administrator": ("administration", "made {account} an ordinary person again"),
    "deactivated": ("administration", "deactivated {account}"),
    "activated": ("administration", "activated {account} again"),
    "audit-exported": ("administration", "exported the audit log as {format} ({count} entries)"),
    "team-created": ("team", "created the team {team}"),
    "team-renamed": ("team", "renamed the team {before} to {team}"),
    "member-added": ("team", "added {account} to {team} as {role}"),
    "member-role": ("team", "made {account} {role} of {team}, who was {before}"),
    "member-removed": ("team", "removed {account} from {team}, who was {before}"),
    "member-left": ("team", "left {team}"),
    "team-handed-over": ("team", "handed {team} over to {account}"),
    "invited": ("invitation", "made an invitation to {into}{role}, for {most}, until {until}"),
    "invitation-used": ("invitation", "came to {into}{role} by an invitation of {inviter}"),
    "cluster-added": ("cluster", "added the cluster {cluster}, reached by {how}"),
    "cluster-changed": ("cluster", "changed the cluster {cluster}: {fields}"),
    "cluster-removed": ("cluster", "removed the cluster {cluster}"),
    "secret-shown": ("secrets", "looked at {field} of Secret {of} in {design}"),
    "secrets-exported": ("secrets", "took {design} with the values of its Secrets {how}"),
    "invitation-revoked": ("invitation", "took back an invitation to {into}{role}"),
}
_NEVER = ("password", "token", "secret", "key", "link", "cookie")


class EntryQuerySet(models.QuerySet["Entry"]):
    def update(self, **fields: Any) -> Never:
        raise TypeError("the audit log is append-only: nothing in it is changed")

    def delete(self) -> Never:
        raise TypeError("the audit log is append-only: nothing in it is deleted")


class Entry(models.Model):
    """One thing that was done. `who` and `about` hold the names as they were then, so that it can be read when the
    person or the thing is gone; `person` is then the number of an account that is no more, as nothing here changes.

    A migration that alters this table has to put the guard back after it (guard.py)."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    who = models.CharField(max_length=150, help_text="the user name then; empty for somebody who is not signed in")
    what = models.CharField(max_length=40, help_text="a key of SENTENCES")
    group = models.CharField(max_length=20, db_index=True)
    sentence = models.TextField(help_text="what they did, in words that follow the name")
    address = models.CharField(max_length=45, blank=True, help_text="the address it came from; empty for a command")
    agent = models.CharField(max_length=200, blank=True, help_text="the browser, as it names itself; whose shell")
    about = models.JSONField(default=dict, help_text="what the sentence names: words, and ids under NAME_id")

    objects: ClassVar[models.Manager[Entry]] = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.called} {self.sentence}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("the audit log is append-only: an entry is not changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        raise TypeError("the audit log is append-only: an entry is not deleted")

    @property
    def called(self) -> str:
        """Who did it, as a sentence begins: nobody in person where a timetable or a script did."""
        return self.who or ("Somebody" if self.address else "A command")


def _login() -> str:
    """The account of this machine that runs the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def record(request: HttpRequest | None, person: User | AnonymousUser | None, what: str, **about: Any) -> Entry:
    """Write that `person` (None: somebody who is not signed in) did `what`, a key of SENTENCES, and answer the entry.

    `about` fills the sentence: words, numbers, or rows of the database, of which name and id are kept. `request` tells
    the address and the browser; None is for a command, of which is kept whose shell it ran in. Raises KeyError where
    `what` is unknown or the sentence misses a name, ValueError for a name that sounds like a secret.
    """
    group, sentence = SENTENCES[what]
    if named := [name for name in about if any(word in name for word in _NEVER)]:
        raise ValueError(f"the audit log holds no {named[0]}")
    words: dict[str, Any] = {}
    for name, value in about.items():
        words[name] = value if isinstance(value, (str, int)) else str(value)
        if isinstance(value, models.Model):
            words[f"{name}_id"] = value.pk
    known = person if person is not None and person.is_authenticated else None
    meta = request.META if request is not None else {}
    entry = Entry(
        person=known,
        who=known.get_username() if known else "",
        what=what,
        group=group,
        sentence=sentence.format(**words),
        address=str(meta.get("REMOTE_ADDR") or "")[:45],
        agent=str((meta.get("HTTP_USER_AGENT") or "") if request is not None else f"a shell of {_login()}")[:200],
        about=words,
    )
    entry.save()
    return entry
