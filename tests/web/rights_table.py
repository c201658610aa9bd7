"""Who may do what, written down: every route of the designer stands here, and a test fails for one that does not.

A route stands under the kind of object that it addresses, with the right that GET and POST take (`-`: a method that it
does not know, whoever asks: 405). To add one is to add a line. What comes of it for a person and an object in a space
follows from HELD, which says what each person is to it there, and RIGHTS, which says what that lets them do:

| who | gets |
|---|---|
| is not signed in | is asked to sign in, whether the object is there or not |
| is nothing to the object | 404: that it exists is already too much to say |
| is something, and has not the right | 403; what is an administrator's is 404 to all others |
| has the right | an answer of the route's own: never one of these |

What a route needs besides its object is sent with it (SENT). Rights on clusters are separate from those on designs:
APPLIES is their table.
"""

from __future__ import annotations

PEOPLE = ["anonymous", "stranger", "viewer", "editor", "owner", "administrator"]
SPACES = ["own", "team", "other team", "public"]

# Rights on an object. KEEPER is what administrators have on teams that they are not in: keeping its people in order.
READER, EDITOR, OWNER, MEMBER, KEEPER = "reader", "editor", "owner", "member", "keeper"
# Rights that no object gives: to who looks after the designer, to anybody who is signed in, to anybody at all.
ADMINISTRATOR, PERSON, EVERYONE = "administrator", "person", "everyone"
# The method is not known (405); it is there for nobody, whoever asks (404); it only says to everyone that they may not.
NO, NOBODY, STOP = "-", "nobody", "stop"

# What being something to an object lets one do.
RIGHTS = {
    "reader": {READER, MEMBER},
    "editor": {READER, MEMBER, EDITOR},
    "owner": {READER, MEMBER, EDITOR, OWNER, KEEPER},
    "administrator": {READER, KEEPER},
}
_TEAM = {"viewer": "reader", "editor": "editor", "owner": "owner"}
_SIGNED_IN = dict.fromkeys(("stranger", "viewer", "editor", "owner", "administrator"), "reader")

# What each person is to an object of a kind in a space: the owner's own, the team whose viewer, editor and owner they
# are, another team, which is the stranger's, and public. A person who is not named is nothing to it. A kind without a
# space is not there in it: a team is nobody's own, a session is nobody else's.
HELD: dict[str, dict[str, dict[str, str]]] = {
    # Public: a design of the stranger's with a link for reading. The link shows it (kind "link"); these routes do not.
    "design": {
        "own": {"owner": "owner"},
        "team": _TEAM,
        "other team": {"stranger": "owner"},
        "public": {"stranger": "owner"},
    },
    # Public: one of the stranger's that is published to everyone here.
    "preset": {
        "own": {"owner": "owner"},
        "team": _TEAM,
        "other team": {"stranger": "owner"},
        "public": {**_SIGNED_IN, "stranger": "owner"},
    },
    # The catalogue's own presets: everybody's to use, nobody's to change.
    "built-in preset": {"public": _SIGNED_IN},
    "team": {
        "team": {**_TEAM, "administrator": "administrator"},
        "other team": {"stranger": "owner", "administrator": "administrator"},
    },
    # By the team that it is given to. Nobody owns one: administrators look after all.
    "cluster": {
        "team": {**dict.fromkeys(_TEAM, "reader"), "administrator": "owner"},
        "other team": {"stranger": "reader", "administrator": "owner"},
    },
    # By the team whose presets it brings in; a team's owners do no more to it than editors. Administrators add them.
    "source": {
        "team": {**_TEAM, "owner": "editor", "administrator": "owner"},
        "other team": {"stranger": "editor", "administrator": "owner"},
    },
    # A browser that the owner is signed in with, and a provider that they sign in with.
    "session": {"own": {"owner": "owner"}},
    "connection": {"own": {"owner": "owner"}},
    # An address that is a right by itself: to read a design, to see its picture, to be let in.
    "link": {"public": {}},
    # The designer itself: its lists, which show what is one's own and one's teams', its accounts, its audit log.
    "designer": {"public": {}},
    # Signing in and up, and what leads there.
    "entrance": {"public": {}},
    # Django's admin, which shows operators rows and changes none.
    "admin": {"public": {}},
}

# kind → route → (GET, POST)
ROUTES: dict[str, dict[str, tuple[str, str]]] = {
    "design": {
        # looking
        "design": (READER, NO),
        "inspect": (READER, NO),
        "middle": (READER, NO),
        "describe": (READER, NO),
        "complete": (NO, READER),
        "hover": (NO, READER),
        "presence": (NO, READER),
        "download": (READER, EDITOR),  # POST: with the values of Secrets
        "show-secret": (NO, EDITOR),
        "report": (READER, NO),
        "picture": (READER, NO),
        "picture-file": (READER, NO),
        "want": (READER, NO),
        "find-pattern": (READER, NO),
        "ghost": (READER, NO),
        "worn": (READER, NO),
        "kustomize": (READER, EDITOR),  # POST: with the values of Secrets
        "kustomize-each": (READER, EDITOR),
        "kustomize-whole": (READER, EDITOR),
        "history": (READER, NO),
        "compare": (READER, NO),
        "change": (READER, NO),
        "revision-lines": (READER, NO),
        # taking something out of it, into what is one's own
        "duplicate": (NO, READER),
        "save-preset": (READER, READER),
        "delete-preset": (NO, OWNER),  # of the preset, which is in the space of the design here
        # changing it
        "edit": (NO, EDITOR),
        "undo": (NO, EDITOR),
        "redo": (NO, EDITOR),
        "fix": (NO, EDITOR),
        "rename": (NO, EDITOR),
        "version": (NO, EDITOR),
        "yaml": (NO, EDITOR),
        "paste": (EDITOR, NO),
        "import-into": (NO, EDITOR),
        "weave": (EDITOR, EDITOR),
        "updates": (READER, EDITOR),
        "unweave": (NO, EDITOR),
        "name-revision": (NO, EDITOR),
        "restore-revision": (NO, EDITOR),
        # giving it away
        "share-picture": (NO, EDITOR),
        "unshare-picture": (NO, EDITOR),
        "share-design": (EDITOR, EDITOR),
        "unshare-design": (NO, EDITOR),
        # clusters, which have rights of their own besides (APPLIES)
        "namespaces": (READER, NO),
        "runs": (READER, NO),
        "run": (READER, NO),
        "run-opened": (READER, NO),
        "watch": (READER, NO),
        "run-logs": (READER, NO),
        "apply": (READER, READER),
        "plan": (NO, READER),
        "settle": (NO, EDITOR),
        "resume": (NO, READER),
        "roll-back": (READER, NO),
        "delete-applied": (READER, NO),
        "drift": (READER, EDITOR),
        # whether and where it is
        "delete": (NO, OWNER),
        "restore": (NO, OWNER),
        "unbin": (NO, OWNER),
        "purge": (NO, OWNER),
        "move": (OWNER, OWNER),
    },
    "preset": {
        "preset": (READER, NO),
        "preset-picture": (READER, NO),
        "use-preset": (NO, READER),
        "download-preset": (READER, NO),
        "preset-version": (READER, NO),
        "preset-used": (READER, NO),
        "preset-comments": (READER, READER),
        "delete-comment": (NO, OWNER),  # or who wrote it
        "edit-preset": (EDITOR, EDITOR),
        "make-current": (NO, EDITOR),
        "discard-draft": (NO, EDITOR),
        "deprecate-preset": (EDITOR, EDITOR),
        "move-preset": (OWNER, OWNER),
        "show-preset": (NO, OWNER),
        "remove-preset": (OWNER, OWNER),
    },
    "built-in preset": {
        "preset": (READER, NO),
        "preset-picture": (READER, NO),
        "use-preset": (NO, READER),
        "download-preset": (READER, NO),
        "preset-used": (READER, NO),
        "preset-comments": (NOBODY, NOBODY),
        "delete-comment": (NO, NOBODY),
        "edit-preset": (NOBODY, NOBODY),
        "remove-preset": (NOBODY, NOBODY),
        "discard-draft": (NO, NOBODY),
        "deprecate-preset": (NOBODY, NOBODY),
        "move-preset": (NOBODY, NOBODY),
        "show-preset": (NO, NOBODY),
        "preset-version": (NOBODY, NO),
        "make-current": (NO, NOBODY),
    },
    "team": {
        "team": (READER, NO),
        "leave-team": (NO, MEMBER),
        "rename-team": (NO, KEEPER),
        "add-member": (NO, KEEPER),
        "change-role": (NO, KEEPER),
        "remove-member": (NO, KEEPER),
        "hand-over": (NO, OWNER),
        "delete-team": (OWNER, OWNER),
        "invite": (NO, KEEPER),
        "revoke-invitation": (NO, KEEPER),
    },
    "cluster": {
        "cluster": (READER, ADMINISTRATOR),
        "give-cluster": (NO, ADMINISTRATOR),
        "take-cluster": (NO, ADMINISTRATOR),
        "delete-cluster": (NO, ADMINISTRATOR),
        "test-cluster": (NO, READER),
    },
    "source": {
        "source": (READER, ADMINISTRATOR),
        "refresh-source": (READER, EDITOR),
        "remove-source": (ADMINISTRATOR, ADMINISTRATOR),
    },
    "session": {"end-session": (NO, OWNER)},
    "connection": {"disconnect": (NO, OWNER)},
    "link": {
        "shared-design": (EVERYONE, NO),
        "shared-picture": (EVERYONE, NO),
        "follow-invitation": (EVERYONE, NO),
        "first-administrator": (EVERYONE, EVERYONE),
        "account_reset_password_from_key": (EVERYONE, EVERYONE),
    },
    "designer": {
        "home": (PERSON, NO),
        "new": (NO, PERSON),
        "import": (NO, PERSON),
        "bin": (PERSON, NO),
        "activity": (PERSON, NO),
        "help": (PERSON, NO),
        "from-cluster": (PERSON, PERSON),
        "workloads": (PERSON, NO),
        "presence-stream": (PERSON, NO),
        "presence-beat": (NO, PERSON),
        "catalogue": (PERSON, NO),
        "new-preset": (PERSON, PERSON),
        "check-preset": (NO, PERSON),
        "complete-preset": (NO, PERSON),
        "hover-preset": (NO, PERSON),
        "import-presets": (PERSON, PERSON),
        "export-presets": (PERSON, NO),
        "clusters": (PERSON, NO),
        "add-cluster": (ADMINISTRATOR, ADMINISTRATOR),
        "sources": (PERSON, NO),
        "add-source": (ADMINISTRATOR, ADMINISTRATOR),
        "teams": (PERSON, PERSON),
        "account": (PERSON, NO),
        "profile": (NO, PERSON),
        "export-account": (PERSON, NO),
        "erase-account": (PERSON, PERSON),
        "end-other-sessions": (NO, PERSON),
        "account_logout": (NO, PERSON),
        "account_change_password": (PERSON, PERSON),
        "account_set_password": (PERSON, PERSON),
        "people": (ADMINISTRATOR, ADMINISTRATOR),
        "person": (ADMINISTRATOR, NO),
        "change-person": (NO, ADMINISTRATOR),
        "export-person": (ADMINISTRATOR, NO),
        "erase-person": (ADMINISTRATOR, ADMINISTRATOR),
        "usage": (ADMINISTRATOR, NO),
        "reset-link": (NO, ADMINISTRATOR),
        "revoke-designer-invitation": (NO, ADMINISTRATOR),
        "audit": (ADMINISTRATOR, NO),
        "export-audit": (ADMINISTRATOR, NO),
    },
    "entrance": {
        "account_login": (EVERYONE, EVERYONE),
        "account_signup": (EVERYONE, EVERYONE),
        "account_inactive": (STOP, NO),
        "account_reset_password": (EVERYONE, EVERYONE),
        "account_reset_password_done": (EVERYONE, NO),
        "account_reset_password_from_key_done": (EVERYONE, NO),
        "join": (EVERYONE, EVERYONE),
        "socialaccount_signup": (EVERYONE, EVERYONE),
        # No provider is set up where this is walked: there is nobody to go to, or come back from.
        "github_login": (NO, NOBODY),
        "github_callback": (NOBODY, NO),
        "openid_connect_login": (NO, NOBODY),
        "openid_connect_callback": (NOBODY, NO),
    },
    # Made from the models that it shows: a `*` stands for any of them, where no other line names the route.
    "admin": {
        "admin:index": (ADMINISTRATOR, NO),
        "admin:jsi18n": (ADMINISTRATOR, NO),
        # with an action on what is ticked
        "admin:teams_invitation_changelist": (ADMINISTRATOR, ADMINISTRATOR),
        "admin:designs_design_changelist": (ADMINISTRATOR, ADMINISTRATOR),
        "admin:designs_readinglink_changelist": (ADMINISTRATOR, ADMINISTRATOR),
        "admin:designs_picturelink_changelist": (ADMINISTRATOR, ADMINISTRATOR),
        "admin:*_changelist": (ADMINISTRATOR, NO),
        "admin:*_change": (ADMINISTRATOR, NO),
    },
}

# What is sent with a route besides its object, so that who may do it is answered as one who may.
SENT: dict[str, dict[str, str]] = {
    "plan": {"verb": "apply"},
    "presence-stream": {"stream": "s"},
}

# Who may apply to a cluster that their team has, by what is least for it (clusters.Grant); who is named may besides.
# It says nothing of what they may do with a design, which they have to be able to read.
APPLIES: dict[str, set[str]] = {
    "nobody": set(),
    "owner": {"owner"},
    "editor": {"editor", "owner"},
    "viewer": {"viewer", "editor", "owner"},
}


def expected(kind: str, space: str, person: str, right: str) -> str:
    """What a person gets for what takes `right`: "allowed", "forbidden", "not there", "sign in" or "no such method"."""
    held = HELD[kind][space].get(person)
    if right == NO:
        return "no such method"
    if right in (EVERYONE, STOP):
        return "allowed" if right == EVERYONE else "forbidden"
    if person == "anonymous" and kind != "entrance":
        return "sign in"
    if right == PERSON or (right == ADMINISTRATOR and person == "administrator"):
        return "allowed"
    if held is None or right in (NOBODY, ADMINISTRATOR):
        return "not there"
    return "allowed" if right in RIGHTS[held] else "forbidden"
