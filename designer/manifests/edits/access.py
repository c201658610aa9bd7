"""New ServiceAccounts, roles and bindings, and the rows of their forms (RBAC in the API reference)."""

from __future__ import annotations

from typing import Any

from designer.manifests.edits import fresh
from designer.manifests.edits.fresh import RBAC
from designer.manifests.edits.selection import items, namespace, text
from designer.manifests.edits.tree import Edited, put, take
from designer.manifests.pod import name_of
from designer.manifests.types import Document, Documents, ManifestError, Path, get

# The lists of a rule whose words have no comma in them: verbs, groups and names of the API.
_WORDS = ("verbs", "apiGroups", "resources", "resourceNames")
SUBJECTS = ("ServiceAccount", "User", "Group")
# What every cluster has: a ClusterRole that reads most things of a namespace, and the account pods run as by default.
_VIEW = "view"
_DEFAULT = "default"
# The ClusterRoles for people that every cluster has.
BUILT_IN = (_VIEW, "edit", "admin", "cluster-admin")


def is_words(documents: Documents, path: Path) -> bool:
    """Whether a list of a role's rule stands at `path` that a person may write with commas, as kubectl's flags have
    them: ``--verb=get,list``."""
    kind = get(documents, (*path[:1], "kind"))
    return kind in ("Role", "ClusterRole") and len(path) == 4 and path[1] == "rules" and path[3] in _WORDS


def words(line: str) -> list[str]:
    """The words of a line of such a list, between commas and blanks; an empty line, or quotes, is the core group."""
    return ["" if word in ("''", '""') else word for word in line.replace(",", " ").split()] or [""]


def add_service_account(documents: Documents, near: int | None) -> Edited:
    """A ServiceAccount: the one that a pod asks for and the design has not, else one called after the pod."""
    pod = fresh.pod_for(documents, near)
    base = fresh.missing(documents, "ServiceAccount", "serviceAccountName")
    if base == _DEFAULT:  # every namespace has it
        base = ""
    document: Document = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": fresh.inside(documents, pod.document if pod else None),
    }
    return fresh.added(documents, document, base or fresh.label(pod.name if pod else "", "account"))


def add_role(documents: Documents, near: int | None) -> Edited:
    """A Role that reads pods: the one that a binding asks for and the design has not, else called after the pod."""
    pod = fresh.pod_for(documents, near)
    document: Document = {
        "apiVersion": f"{RBAC}/v1",
        "kind": "Role",
        "metadata": fresh.inside(documents, pod.document if pod else None),
        "rules": [new_rule()],
    }
    base = _unfound(documents, "Role") or fresh.label(pod.name if pod else "", "role")
    return fresh.added(documents, document, base)


def add_cluster_role(documents: Documents, near: int | None) -> Edited:
    """As add_role, for a ClusterRole."""
    pod = fresh.pod_for(documents, near)
    document: Document = {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "rules": [new_rule()]}
    base = _unfound(documents, "ClusterRole") or fresh.label(pod.name if pod else "", "role")
    return fresh.added(documents, document, base)


def add_role_binding(documents: Documents, near: int | None) -> Edited:
    """A RoleBinding of the design's first Role that is not bound yet (else its first, else the ClusterRole `view`) to
    its ServiceAccount, else to the account that the pod runs as."""
    pod = fresh.pod_for(documents, near)
    role = _role(documents, "Role") or _role(documents, "ClusterRole")
    document: Document = {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": fresh.inside(documents, pod.document if pod else None),
        "roleRef": _role_ref(role),
        "subjects": [new_subject(documents, "RoleBinding", near)],
    }
    return fresh.added(documents, document, fresh.label(name_of(role), _VIEW))


def add_cluster_role_binding(documents: Documents, near: int | None) -> Edited:
    """As add_role_binding, of a ClusterRole in every namespace."""
    role = _role(documents, "ClusterRole")
    subject = new_subject(documents, "ClusterRoleBinding", near)
    document: Document = {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "roleRef": _role_ref(role),
        "subjects": [subject],
    }
    notes = (f"{subject['name']} is taken to be in the namespace {subject['namespace']}: set the one it is in.",)
    known = any(d.get("kind") == "ServiceAccount" and namespace(d) == subject["namespace"] for d in documents)
    return fresh.added(documents, document, fresh.label(name_of(role), _VIEW), () if known else notes)


def new_rule(what: str = "") -> Document:
    """A rule that reads pods; with `what` "url" one that reads a path of the API server itself."""
    if what == "url":
        return {"nonResourceURLs": ["/healthz"], "verbs": ["get"]}
    return {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch"]}


def new_subject(documents: Documents, kind: str, near: int | None, held: list[Any] | None = None) -> Document:
    """A ServiceAccount for a binding of `kind` that holds `held` already: one of the design's, else the pod's.

    A ClusterRoleBinding names the namespace of each account; a RoleBinding's subjects are in its own by default
    (appliesTo in the RBAC authorizer).
    """
    taken = [get(subject, ("name",)) for subject in held or ()]
    pod = fresh.pod_for(documents, near)
    runs_as = text(pod.spec.get("serviceAccountName")) if pod else ""
    accounts = [d for d in documents if d.get("kind") == "ServiceAccount" and name_of(d)]
    # The pod's own account first: it is whom most bindings are for.
    accounts.sort(key=lambda account: name_of(account) != runs_as)
    account = next((account for account in accounts if name_of(account) not in taken), None)
    subject: Document = {"kind": "ServiceAccount", "name": name_of(account) or runs_as or _DEFAULT}
    where = namespace(account) or (namespace(documents[pod.document]) if pod else "")
    if kind == "ClusterRoleBinding":
        subject["namespace"] = where or _DEFAULT
    return subject


def set_subject_kind(documents: Documents, path: Path, kind: str) -> Documents:
    """The subject at `path` of another kind: a user and a group are of the RBAC group and of no namespace, an account
    is of the core group. Raises ManifestError for a kind that RBAC has not."""
    if kind not in SUBJECTS:
        raise ManifestError(f"a subject is one of {', '.join(SUBJECTS)}: got {kind[:40]!r}", path)
    if not isinstance(get(documents, path), dict):
        raise ManifestError("there is no such subject any more: it may have been deleted", path)
    documents = put(documents, (*path, "kind"), kind)
    if kind == "ServiceAccount":
        gone = "apiGroup"
        if get(documents, (int(path[0]), "kind")) == "ClusterRoleBinding" and not get(documents, (*path, "namespace")):
            documents = put(documents, (*path, "namespace"), _DEFAULT)
    else:
        gone = "namespace"
        documents = put(documents, (*path, "apiGroup"), RBAC)
    return take(documents, (*path, gone)) if gone in get(documents, path) else documents


def _role_ref(role: Document | None) -> Document:
    kind, name = (role["kind"], name_of(role)) if role else ("ClusterRole", _VIEW)
    return {"apiGroup": RBAC, "kind": kind, "name": name}


def _role(documents: Documents, kind: str) -> Document | None:
    """The first role of a kind that nothing binds yet, else the first."""
    bound = {name for of, name in _bound(documents) if of == kind}
    roles = [document for document in documents if document.get("kind") == kind and name_of(document)]
    return next((role for role in roles if name_of(role) not in bound), next(iter(roles), None))


def _unfound(documents: Documents, kind: str) -> str:
    """The name of a role that a binding asks for and the design has not; what every cluster has is not missing."""
    there = {name_of(document) for document in documents if document.get("kind") == kind}
    if kind == "ClusterRole":
        there.update(BUILT_IN)
    return next((name for of, name in _bound(documents) if of == kind and name not in there), "")


def _bound(documents: Documents) -> list[tuple[str, str]]:
    """(kind, name) of every role that a binding refers to."""
    bindings = [document for document in documents if document.get("kind") in ("RoleBinding", "ClusterRoleBinding")]
    found = [(text(get(b, ("roleRef", "kind"))), text(get(b, ("roleRef", "name")))) for b in bindings]
    return [(kind, name) for kind, name in found if name and ":" not in name]


def bound_to(documents: Documents, index: int) -> list[tuple[int, Document]]:
    """The bindings, with their indexes, that give something to the ServiceAccount at `index`."""
    name, home = name_of(documents[index]), namespace(documents[index])
    found = []
    for at, document in enumerate(documents):
        if document.get("kind") not in ("RoleBinding", "ClusterRoleBinding"):
            continue
        for subject in items(document, "subjects"):
            is_it = get(subject, ("kind",)) == "ServiceAccount" and get(subject, ("name",)) == name
            where = text(get(subject, ("namespace",))) or namespace(document)
            if is_it and (where == home or not home):
                found.append((at, document))
                break
    return found
