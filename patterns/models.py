"""Presets that people made, with every version of each. The built-in ones are files, patterns/catalogue/.

A preset lives in a space, as designs do: its owner's own, or a team's. It is a draft until it is published; what is
published is a version that never changes again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone

from designer.designs.models import Role
from designer.manifests.types import ManifestError
from designer.teams.models import Membership, Team, heir
from patterns import catalogue, listed
from patterns.finding import indexed
from patterns.preset import deprecation, read
from patterns.sources import CatalogueSource as CatalogueSource  # a model of this app

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from patterns.preset import Preset as Made

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def new_uid() -> str:
    """Eight random letters and digits (40 bits), that a preset keeps for good."""
    return "".join(secrets.choice(_LETTERS) for _ in range(8))


class BehindError(ManifestError):
    """What is to be saved was written on something that is not what stands any more. Nothing was saved."""

    def __init__(self) -> None:
        super().__init__(
            "somebody else saved this preset in the meantime: open it again, look at what changed, and save again"
        )


class PresetQuerySet(models.QuerySet["Preset"]):
    def of(self, person: User) -> Self:
        """The presets that a person may see: their own, those of the teams they are in, and those that are published to
        everyone here. Of what was never published only those they may edit."""
        held = Membership.objects.filter(person=person)
        editing = held.exclude(role=Membership.Role.VIEWER).values("team")
        return self.filter(
            Q(team=None, owner=person)
            | Q(team__in=held.values("team"), version__gt=0)
            | Q(team__in=editing)
            | Q(everyone=True, version__gt=0)
        )

    def within(self, person: User, team: Team | None) -> Self:
        """Those of one space: a team's, or the person's own. Whether they may see the team is for the caller to ask."""
        return self.filter(team=team) if team else self.filter(team=None, owner=person)

    def published(self) -> Self:
        """Those that can be woven."""
        return self.filter(version__gt=0)


def stays_with_the_team(collector: Any, field: Any, presets: models.QuerySet[Preset], using: str) -> None:
    """What becomes of presets when their owner's account is erased: as with designs (designs/models.py)."""
    models.CASCADE(collector, field, presets.filter(team=None), using)
    for one in presets.exclude(team=None).only("team", "owner"):
        to = heir(one.team_id, one.owner_id, using)
        if to:
            collector.add_field_update(field, to, presets.filter(pk=one.pk))
        else:
            models.CASCADE(collector, field, presets.filter(pk=one.pk), using)


class Preset(models.Model):
    """A preset that people made. `text` is its newest version as YAML, in the format of patterns/preset.py, empty where
    none was published; columns repeat what is listed and searched by.

    Where `team` is empty it is in `owner`'s own space. `everyone` shows what is published of it to all who are here.
    """

    uid = models.CharField(max_length=8, unique=True, default=new_uid, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=stays_with_the_team, related_name="presets")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="presets")
    everyone = models.BooleanField(default=False)
    name = models.CharField(max_length=63)
    title = models.CharField(max_length=200)
    pattern = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1, help_text="the newest that is published; 0 where none is")
    created = models.DateTimeField(default=timezone.now)
    updated = models.DateTimeField(default=timezone.now)

    # What is worked on for the next version, by those who may edit it; empty where nothing is.
    draft = models.TextField(blank=True)
    drafted = models.DateTimeField(null=True, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    # The preset that it was forked from, by its ref, in the version that it had then.
    origin = models.CharField(max_length=80, blank=True)
    origin_version = models.PositiveIntegerField(default=0)

    # Where it is kept, and in which file there. A source that is taken away leaves presets as any other of their space.
    source = models.ForeignKey(
        CatalogueSource, null=True, blank=True, on_delete=models.SET_NULL, related_name="presets"
    )
    source_path = models.CharField(max_length=1000, blank=True)

    # When it was deprecated, why, and the ref of the preset to use instead.
    deprecated = models.DateTimeField(null=True, blank=True)
    deprecated_why = models.CharField(max_length=300, blank=True)
    successor = models.CharField(max_length=80, blank=True)

    # What lists show of it (listed.py; what it is searched by is PresetWords), and how many designs wear it (uses.py).
    summary = models.CharField(max_length=300, blank=True)
    told = models.JSONField(default=list)
    uses = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager[Preset]] = PresetQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], condition=Q(team=None), name="one_preset_a_name"),
            models.UniqueConstraint(
                fields=["team", "name"], condition=Q(team__isnull=False), name="one_preset_a_name_of_a_team"
            ),
        ]
        indexes = [
            models.Index(fields=["team", "-updated"]),
            models.Index(fields=["everyone", "-updated"]),
            # All that lists choose and sort by: they read it alone, and not ten thousand presets' YAML.
            models.Index(
                fields=["team", "owner", "version", "everyone", "pattern", "deprecated", "drafted", "uses", "updated"],
                name="preset_lists",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Also keep the version that it has, if it is new, so that no way of saving a preset forgets an older one."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            if self.version:
                self.versions.get_or_create(number=self.version, defaults={"text": self.text, "by": self.owner})

    @property
    def ref(self) -> str:
        """See `patterns.preset.Preset.ref`."""
        return f"{self.name}_{self.uid}"

    def role_of(self, person: User) -> Role | None:
        """What a person may do with it; None: not even know of it. One query for a team's, else none."""
        held: Role | None = None
        if self.team_id is None:
            held = Role.OWNER if person.pk == self.owner_id else None
        else:
            found = Membership.objects.filter(team=self.team_id, person=person.pk).values_list("role", flat=True)
            held = Role.in_team(role) if (role := found.first()) else None
        if held is None and self.everyone:
            held = Role.READER
        return None if held == Role.READER and not self.version else held

    @property
    def read_only(self) -> bool:
        """Whether it is changed elsewhere, and here only read, woven and forked."""
        return self.source_id is not None

    @property
    def newest(self) -> str:
        """What an edit goes on from: the draft, else what is published."""
        return self.draft or self.text

    @property
    def mark(self) -> str:
        """What tells `newest` from what it was before: the version, and when the draft was saved (microseconds)."""
        return f"{self.version}.{round(self.drafted.timestamp() * 1e6)}" if self.drafted else str(self.version)

    @staticmethod
    def keep(owner: User, made: Made, text: str, *, by: User, note: str = "", team: Team | None = None) -> Preset:
        """Publish a preset as it was written, in a space: a team's, or `owner`'s own. `made` is what `text` says. Under
        a name that the space has it becomes the next version, unless nothing changed; a draft of it stays."""
        with transaction.atomic():
            found = Preset.objects.within(owner, team).select_for_update().filter(name=made.name).first()
            if found and found.version and found.text == text:
                return found
            row = found or Preset(owner=owner, team=team, name=made.name, version=0)
            row.publish(made, text, by=by, note=note)
        return row

    def publish(self, made: Made, text: str, *, by: User, note: str = "", base: str = "") -> None:
        """Make `text` the next version. `made` is what it says, `base` the `mark` of what it was written on: with it
        the draft is done with. Without one ("") a draft of other text stays. Raises BehindError where `base` is not
        what stands, ManifestError where the preset cannot be written."""
        with transaction.atomic():
            self.hold(made, base)
            if base or self.draft == text:
                self.draft, self.drafted, self.drafted_by = "", None, None
            self._next(made, text, by, note)

    def follow(self, made: Made, text: str, *, by: User | None, note: str) -> None:
        """Make `text`, which its source has now, the next version, or the first (sources_sync.py). `by` is who asked
        for that, if anybody did. Raises ManifestError where it cannot be written."""
        with transaction.atomic():
            if self.pk:
                self._lock()
            self._next(made, text, by, note)

    @staticmethod
    def follow_first(rows: Sequence[tuple[Preset, Made, str]], *, by: User | None) -> None:
        """Make the first version of many new presets at once, all or none: of each its row with its text, what that
        says, and the version's note. Raises ManifestError where one of them cannot be written."""
        searched = []
        for row, made, _ in rows:
            row.version, row.updated = 1, timezone.now()
            row._stand(made, "")
            searched.append(row._say(made))
        try:
            with transaction.atomic():
                kept = Preset.objects.bulk_create(row for row, _, _ in rows)
                PresetWords.objects.bulk_create(
                    PresetWords(preset=row, **each) for row, each in zip(kept, searched, strict=True)
                )
                PresetVersion.objects.bulk_create(
                    PresetVersion(preset=row, number=1, text=row.text, note=note[:300], by=by) for row, _, note in rows
                )
        except IntegrityError:
            raise ManifestError("a preset of this name came to be there meanwhile", ("metadata", "name")) from None

    def _stand(self, made: Made, before: str) -> None:
        """Take over from what `made` says whether it is deprecated. Where it does not say so, what somebody said in the
        app stands, but not what the text `before` said."""
        if made.deprecated:
            self.deprecated, self.deprecated_why = self.deprecated or timezone.now(), made.deprecated[:300]
            self.successor = self._called(made.successor)
        elif self.deprecated and deprecation(before):
            self.deprecated, self.deprecated_why, self.successor = None, "", ""

    def _called(self, name: str) -> str:
        """The ref of the preset that a text calls by its name: one of the same space, else the catalogue's; "" where
        there is none (yet)."""
        there = Preset.objects.within(self.owner, self.team).published().exclude(pk=self.pk)
        found = there.filter(name=name).only("name", "uid").first() if name else None
        return found.ref if found else name if name in catalogue.presets() else ""

    @staticmethod
    def succeeded(rows: Iterable[Preset]) -> list[tuple[Preset, str]]:
        """Find the successors that texts of deprecated presets name and that came after them. Answers those whose are
        still not there, with the names. Whatever was said in the app stays."""
        missing = []
        for row in rows:
            if row.deprecated is None or row.successor or "successor" not in row.text:
                continue
            name = read(row.text, kept=True).successor
            row.successor = row._called(name)
            if row.successor:
                Preset.objects.filter(pk=row.pk).update(successor=row.successor)
            elif name:
                missing.append((row, name))
        return missing

    def _say(self, made: Made) -> listed.Words:
        """Take over what `made` says for lists. Answers what it is searched by."""
        apart = indexed(made)
        self.title, self.pattern = (made.title or made.name)[:200], made.pattern
        self.summary, self.told = made.summary[:300], listed.told(made, apart)
        return listed.words(made, apart)

    def _next(self, made: Made, text: str, by: User | None, note: str) -> None:
        self._stand(made, self.text)
        self.text, self.version, self.updated = text, self.version + 1, timezone.now()
        self._put(made)
        self.versions.create(number=self.version, text=text, note=note[:300], by=by)

    def keep_draft(self, made: Made, text: str, *, by: User, base: str = "") -> None:
        """Keep `text` as what is worked on; what is published stays. `made` is what it says, `base` as for `publish`.
        Without one, a draft that stands is not written over: BehindError."""
        with transaction.atomic():
            self.hold(made, base)
            if not base and self.draft not in ("", text):
                raise BehindError
            self.draft, self.drafted, self.drafted_by = text, timezone.now(), by
            self._put(None if self.version else made)

    def discard_draft(self, base: str = "") -> None:
        """Go back to what is published. Where nothing is, the preset goes with its draft. Raises BehindError."""
        with transaction.atomic():
            self.hold(base=base)
            if not self.version:
                self.delete()
                return
            self.draft, self.drafted, self.drafted_by = "", None, None
            self._put()

    def hold(self, made: Made | None = None, base: str = "") -> None:
        """Read it anew and let nobody else write it until the transaction ends. Raises ManifestError where it is gone,
        is only read here, or is to become a preset of another name; BehindError where `base` is not what stands."""
        if self.pk:
            self._lock()
        if self.read_only:
            raise ManifestError("this preset is only read here: change it where it comes from, or fork it")
        if made is not None and made.name != self.name:
            raise ManifestError(f"its name is {self.name} and stays so: to have {made.name} too, fork it")
        if base and base != self.mark:
            raise BehindError

    def _lock(self) -> None:
        try:
            self.refresh_from_db(from_queryset=Preset.objects.select_for_update())
        except Preset.DoesNotExist:
            raise ManifestError("somebody deleted this preset in the meantime: save it as a new one") from None

    def _put(self, made: Made | None = None) -> None:
        """Save the row by itself, with what `made` says for lists and searches. Raises ManifestError where the space
        came to have its name meanwhile."""
        try:
            with transaction.atomic():
                searched = self._say(made) if made else None
                super().save()
                if searched:
                    PresetWords(preset=self, **searched).save()
        except IntegrityError:
            raise ManifestError(
                f"there is a preset {self.name} there by now: choose another name, or edit that one",
                ("metadata", "name"),
            ) from None


@receiver(post_delete, sender=Preset)
def forget_drafts(instance: Preset, **_: Any) -> None:
    """What people typed of a preset goes with it, however it was deleted."""
    PresetDraft.objects.filter(name__in=(instance.ref, f"+{instance.ref}")).delete()


class PresetWords(models.Model):
    """What a preset is searched by (listed.py), in rows so short that ten thousand are looked through at once."""

    preset = models.OneToOneField(Preset, primary_key=True, on_delete=models.CASCADE, related_name="searched")
    heading = models.TextField(help_text="title and name, lowered")
    words = models.TextField(help_text="all words, lowered and stemmed, each between spaces")
    images = models.TextField(blank=True, help_text="a line each, lowered")
    asks = models.TextField(blank=True, help_text="names and titles of parameters, a line each, lowered")

    def __str__(self) -> str:
        return f"words of {self.preset_id}"


class PresetVersion(models.Model):
    """What a preset was when it was published. It never changes again."""

    preset = models.ForeignKey(Preset, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    note = models.CharField(max_length=300, blank=True, help_text="what its author said of it")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["preset", "number"], name="one_version_a_number")]
        # The newest of many presets are told from this alone, and not from rows that hold YAML.
        indexes = [models.Index(fields=["preset", "-at"])]

    def __str__(self) -> str:
        return f"{self.preset} version {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a version that is published never changes: publish another")
        super().save(*args, **kwargs)


class PresetDraft(models.Model):
    """A preset's text as somebody left it in the editor, whether it can be read or not. `name` is the preset's ref,
    empty for one that is new, and "+" with the other's ref for a fork. `base` is the mark of what it was written on
    (`Preset.mark`; of a fork, the other's version)."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80, blank=True)
    base = models.CharField(max_length=40, blank=True)
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "name"], name="one_preset_draft_a_person")]

    def __str__(self) -> str:
        return f"draft of {self.name or 'a new preset'}"


class Comment(models.Model):
    """What somebody said of a preset, to all who may see it, when its newest version was `version`. Plain text."""

    LONGEST: ClassVar[int] = 2000
    AN_HOUR: ClassVar[int] = 20  # comments that a person may write within one

    preset = models.ForeignKey(Preset, on_delete=models.CASCADE, related_name="comments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField(max_length=LONGEST)
    version = models.PositiveIntegerField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"comment on {self.preset_id}"

    @classmethod
    def too_many(cls, person: User) -> bool:
        """Whether a person has to wait before they say more."""
        return cls.objects.filter(by=person, at__gt=timezone.now() - timedelta(hours=1)).count() >= cls.AN_HOUR

    def deletable(self, person: User, role: Role | None) -> bool:
        """Whether a person may delete it, who is `role` to the preset: who wrote it, and owners of where that is."""
        return role is not None and (self.by_id == person.pk or role >= Role.OWNER)
