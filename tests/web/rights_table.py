"""Who may do what, written down: every route of the designer stands here, and a test fails for one that does not.

A route of a design says what a person must at least be for it to answer to GET and to POST; `-` is a method it does not
know. Whoever is less is forbidden (403), to who is nothing there it is not there (404), and who is not signed in is
asked to. What somebody is follows from the space that the design is in: HELD.
"""

from __future__ import annotations

READER, EDITOR, OWNER, NO = "reader", "editor", "owner", "-"
ORDER = [READER, EDITOR, OWNER]

PEOPLE = ["anonymous", "stranger", "viewer", "editor", "owner", "administrator"]

# What each person may do with a design: of the owner's own space, of the team whose viewer, editor and owner they are,
# and of another team, which is the stranger's. Who is not named here may not even know of it.
HELD = {
    "own": {"owner": OWNER},
    "team": {"viewer": READER, "editor": EDITOR, "owner": OWNER},
    "other team": {"stranger": OWNER},
}

# (GET, POST)
DESIGN_ROUTES: dict[str, tuple[str, str]] = {
    # looking
    "design": (READER, NO),
    "inspect": (READER, NO),
    "middle": (READER, NO),
    "describe": (READER, NO),
    "complete": (NO, READER),
    "hover": (NO, READER),
    "presence": (NO, READER),
    "download": (READER, NO),
    "report": (READER, NO),
    "picture": (READER, NO),
    "picture-file": (READER, NO),
    "want": (READER, NO),
    "find-pattern": (READER, NO),
    "ghost": (READER, NO),
    "worn": (READER, NO),
    "kustomize": (READER, NO),
    "kustomize-each": (READER, NO),
    "kustomize-whole": (READER, NO),
    "history": (READER, NO),
    "compare": (READER, NO),
    "change": (READER, NO),
    "revision-lines": (READER, NO),
    # taking something out of it, into what is one's own
    "duplicate": (NO, READER),
    "save-preset": (READER, READER),
    "delete-preset": (NO, READER),
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
    "unweave": (NO, EDITOR),
    "name-revision": (NO, EDITOR),
    "restore-revision": (NO, EDITOR),
    # giving it away
    "share-picture": (NO, EDITOR),
    "unshare-picture": (NO, EDITOR),
    "share-design": (EDITOR, EDITOR),
    "unshare-design": (NO, EDITOR),
    # clusters, which have rights of their own besides
    "namespaces": (READER, NO),
    "runs": (READER, NO),
    "run": (READER, NO),
    "run-opened": (READER, NO),
    "watch": (READER, NO),
    "run-logs": (READER, NO),
    "apply": (EDITOR, EDITOR),
    "plan": (NO, EDITOR),
    "settle": (NO, EDITOR),
    "resume": (NO, EDITOR),
    "roll-back": (EDITOR, NO),
    "delete-applied": (EDITOR, NO),
    "drift": (READER, EDITOR),
    # whether and where it is
    "delete": (NO, OWNER),
    "restore": (NO, OWNER),
    "unbin": (NO, OWNER),
    "purge": (NO, OWNER),
    "move": (OWNER, OWNER),
}

# The routes that are not a design's, by the rule they declare (web/access.py). What a person sees there is their own
# and their teams'; tests beside each screen hold that.
OTHER_ROUTES: dict[str, set[str]] = {
    "person": {
        *("home", "new", "import", "bin", "activity", "help", "from-cluster", "workloads"),
        *("presence-stream", "presence-beat"),
        *("catalogue", "preset", "preset-picture", "use-preset", "new-preset", "check-preset", "complete-preset"),
        *("hover-preset", "import-presets", "export-presets", "edit-preset", "download-preset", "remove-preset"),
        *("preset-version", "make-current"),
        *("clusters", "cluster", "test-cluster"),
    },
    "administrator": {
        *("add-cluster", "delete-cluster"),
        *("people", "person", "change-person", "reset-link", "revoke-designer-invitation", "audit", "export-audit"),
    },
    "account": {
        *("account", "profile", "account_logout", "account_change_password", "account_set_password"),
        *("end-session", "end-other-sessions", "disconnect"),
        *("teams", "team", "rename-team", "leave-team", "add-member", "change-role", "remove-member", "hand-over"),
        *("invite", "revoke-invitation"),
    },
    "everyone": {
        *("account_login", "account_signup", "account_inactive", "socialaccount_signup", "github_login"),
        *("github_callback", "openid_connect_login", "openid_connect_callback", "account_reset_password"),
        *("account_reset_password_done", "account_reset_password_from_key_done", "account_reset_password_from_key"),
        *("first-administrator", "join", "follow-invitation"),
    },
    "link": {"shared-picture", "shared-design"},
}


def may(person: str, space: str, least: str) -> bool:
    """Whether `person` may do in `space` what takes `least`."""
    held = HELD[space].get(person)
    return held is not None and ORDER.index(held) >= ORDER.index(least)
