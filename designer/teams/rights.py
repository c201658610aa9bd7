"""May this person do this to this team? The one place that answers.

| verb | least role in the team | also an administrator, who is not in it |
|---|---|---|
| see | viewer | yes |
| leave | viewer | |
| edit | editor | |
| invite, rename | owner | yes |
| add, change-role, remove | owner | yes |
| hand-over, delete | owner | |

An administrator keeps a team's people in order when its owners cannot; what a team makes is its own. A deactivated
person may do nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from designer.teams.models import Membership, Team

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

Verb = Literal["see", "leave", "edit", "invite", "rename", "add", "change-role", "remove", "hand-over", "delete"]

_ORDER = [Membership.Role.VIEWER, Membership.Role.EDITOR, Membership.Role.OWNER]
_LEAST: dict[Verb, Membership.Role] = {
    "see": Membership.Role.VIEWER,
    "leave": Membership.Role.VIEWER,
    "edit": Membership.Role.EDITOR,
    "invite": Membership.Role.OWNER,
    "rename": Membership.Role.OWNER,
    "add": Membership.Role.OWNER,
    "change-role": Membership.Role.OWNER,
    "remove": Membership.Role.OWNER,
    "hand-over": Membership.Role.OWNER,
    "delete": Membership.Role.OWNER,
}
_ADMINISTRATORS: frozenset[Verb] = frozenset({"see", "invite", "rename", "add", "change-role", "remove"})


def may(person: User | AnonymousUser, verb: Verb, team: Team) -> bool:
    """Whether `person` may do `verb` to `team`: one query, none for an administrator's own verbs."""
    if not person.is_authenticated or not person.is_active:
        return False
    if person.is_superuser and verb in _ADMINISTRATORS:
        return True
    held = team.role_of(person)
    return held is not None and _ORDER.index(held) >= _ORDER.index(_LEAST[verb])


def verbs(person: User, team: Team) -> frozenset[Verb]:
    """All that a person may do to a team, in one query: what a page offers."""
    if not person.is_active:
        return frozenset()
    held = team.role_of(person)
    of_role = (verb for verb, least in _LEAST.items() if held and _ORDER.index(held) >= _ORDER.index(least))
    return frozenset(of_role) | (_ADMINISTRATORS if person.is_superuser else frozenset())
