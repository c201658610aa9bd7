"""Whose rights a command has, and which design it means. In local mode there is one person. In team mode `--as NAME`
says who acts: who has a shell on the server may be anybody, so that what they do stands in the audit log."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.db import connection

from designer.designs.models import Design
from designer.designs.spaces import OWN, Space, space, spaces
from designer.web import local


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--as", dest="who", default="", metavar="NAME", help="team mode: whose rights it has")
    parser.add_argument(
        "--team",
        default="",
        metavar="SLUG",
        help=f"team mode: the team whose design it is, {OWN} for one's own (default: wherever there is one)",
    )


def person(options: dict[str, Any]) -> User:
    """Who acts. Raises CommandError (2) where nobody is named in team mode, or nobody who can sign in, or nobody is
    there yet."""
    set_up()
    name = options["who"]
    if settings.LOCAL_MODE:
        if name or options["team"]:
            raise refused("--as and --team are for team mode: in local mode there is one person")
        return local.person()
    if not name:
        raise refused("say whose rights this is to have: --as NAME")
    found = User.objects.filter(username__iexact=name, is_active=True).first()
    if found is None:
        raise refused(f"nobody who can sign in here is called {name!r}")
    return found


def set_up() -> None:
    """Raises CommandError (2) where the database is a new one, without its tables."""
    if User._meta.db_table not in connection.introspection.table_names():
        raise refused("there is nothing here yet: `manage.py migrate` sets the database up, as `make run` does")


def into(options: dict[str, Any], who: User) -> Space:
    """The space that `--team` names, their own without it; one in which they may make things. Raises CommandError."""
    found = space(who, options["team"] or OWN)
    if found is None:
        raise refused(f"{who} is in no team {options['team']!r}")
    if not found.editable:
        raise refused(f"{who} is a viewer of {found.name}, and makes nothing there")
    return found


def design(options: dict[str, Any], who: User, name: str) -> Design:
    """The design of that name that they may look at, in `--team` or wherever there is one. Raises CommandError (2)."""
    there = [one for one in spaces(who) if not options["team"] or one.key == options["team"]]
    found = [(one, each) for each in there for one in each.designs.kept().filter(name=name)[:2]]
    if not found:
        raise refused(f"there is no design called {name!r}")
    if len({each.key for _, each in found}) > 1:
        raise refused(f"there are designs called {name!r} in {_listed([each for _, each in found])}: say --team")
    found[0][0].held = found[0][1].role
    return found[0][0]


def refused(sentence: str) -> CommandError:
    return CommandError(sentence, returncode=2)


def _listed(found: list[Space]) -> str:
    return ", ".join(dict.fromkeys(f"{each.name} ({each.key})" for each in found))
