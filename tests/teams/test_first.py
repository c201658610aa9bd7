"""The link that makes the first administrator: once, for a day, and only as long as there is none."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from designer.teams import first
from designer.teams.first import FirstLink
from tests.teams.people import person, team_mode

__all__ = ["team_mode"]


@pytest.mark.usefixtures("team_mode")
def test_it_works_once() -> None:
    token = first.renew()
    assert token not in str(FirstLink.objects.values().get())
    assert first.good(token)
    assert not first.good("nonsense")
    assert not first.claim("nonsense")
    assert first.claim(token)
    assert not first.claim(token)
    assert not first.good(token)


@pytest.mark.usefixtures("team_mode")
def test_each_start_makes_it_anew() -> None:
    before, after = first.renew(), first.renew()
    assert (first.good(before), first.good(after)) == (False, True)
    assert FirstLink.objects.count() == 1


@pytest.mark.usefixtures("team_mode")
def test_it_is_good_for_a_day() -> None:
    token = first.renew()
    assert timedelta(hours=23, minutes=59) < FirstLink.objects.get().expires - timezone.now() <= timedelta(hours=24)
    FirstLink.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert not first.good(token)
    assert not first.claim(token)


@pytest.mark.usefixtures("team_mode")
def test_there_is_none_where_there_is_an_administrator() -> None:
    token = first.renew()
    admin = person("admin", is_superuser=True)
    assert not first.good(token)
    assert not first.claim(token)
    assert first.renew() == ""
    # One who cannot sign in is none.
    User.objects.filter(pk=admin.pk).update(is_active=False)
    assert first.renew()


@pytest.mark.usefixtures("team_mode")
def test_the_command_prints_it(capsys: pytest.CaptureFixture[str], settings: object) -> None:
    settings.PUBLIC_URL = "https://designer.example"  # type: ignore[attr-defined]
    call_command("first_administrator")
    said = capsys.readouterr().out.strip()
    assert said.startswith("https://designer.example/first/")
    assert first.good(said.rstrip("/").rpartition("/")[2])
    person("admin", is_superuser=True)
    with pytest.raises(CommandError, match="an administrator already"):
        call_command("first_administrator")


@pytest.mark.django_db
def test_not_in_local_mode() -> None:
    with pytest.raises(CommandError, match="no accounts in local mode"):
        call_command("first_administrator")


@pytest.mark.usefixtures("team_mode")
def test_a_command_that_is_nobodys_makes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "pod.yaml"
    file.write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n")
    with pytest.raises(CommandError, match="say whose rights this is to have"):
        call_command("import_design", str(file), name="web")
    assert not User.objects.exists()
