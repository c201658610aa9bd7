"""The kinds of objects that stand beside workloads: how each is made so that it fits the design, and new rows of the
lists in its form, with first values that an API server takes."""

from __future__ import annotations

from collections.abc import Callable

from designer.manifests.edits import access, network, policies
from designer.manifests.edits.selection import items
from designer.manifests.edits.tree import Edited, insert, put
from designer.manifests.pod import name_of
from designer.manifests.types import Document, Documents, ManifestError, Path, get

# Each takes the documents and the index of the document that is selected, if one is.
ADD: dict[str, Callable[[Documents, int | None], Edited]] = {
    "PersistentVolumeClaim": policies.add_claim,
    "Ingress": network.add_ingress,
    "NetworkPolicy": network.add_network_policy,
    "HorizontalPodAutoscaler": policies.add_autoscaler,
    "PodDisruptionBudget": policies.add_budget,
    "ServiceAccount": access.add_service_account,
    "Role": access.add_role,
    "RoleBinding": access.add_role_binding,
    "ClusterRole": access.add_cluster_role,
    "ClusterRoleBinding": access.add_cluster_role_binding,
    "Namespace": policies.add_namespace,
}


def add_companion(documents: Documents, kind: str, near: int | None) -> Edited:
    """A new object of a kind of ADD behind the last; selects it. `near` is the index of the document that it is for,
    if it may be for several. Raises ManifestError for another kind."""
    if kind not in ADD:
        raise ManifestError(f"there is no form for a new {kind[:60]!r}: add it as YAML")
    if near is not None and not 0 <= near < len(documents):
        near = None
    return ADD[kind](documents, near)


def add_row(documents: Documents, path: Path, what: str = "") -> Edited:
    """A new last item of the list at `path` of a companion; `what` chooses between the sorts of items that a list has.

    A rule of a NetworkPolicy makes the policy be for its direction. Raises ManifestError for a list without such rows.
    """
    made = _row(documents, path, what) if path and 0 <= int(path[0]) < len(documents) else None
    if made is None:
        raise ManifestError("there is no such list any more: select the object again", path)
    held = get(documents, path)
    after = insert(documents, (*path, len(held) if isinstance(held, list) else 0), made)
    if path[1:] in (("spec", "ingress"), ("spec", "egress")):
        types, wanted = get(after, (path[0], "spec", "policyTypes")), str(path[-1]).capitalize()
        if isinstance(types, list) and types and wanted not in types:
            after = put(after, (path[0], "spec", "policyTypes"), [*types, wanted])
    return Edited(after, str(path[0]))


def _row(documents: Documents, path: Path, what: str) -> Document | None:
    index, document = int(path[0]), documents[int(path[0])]
    held = items(documents, *path)
    place = ".".join("*" if isinstance(part, int) else part for part in path[1:])
    match document.get("kind"), place:
        case (("Role" | "ClusterRole"), "rules"):
            return access.new_rule(what)
        case ("RoleBinding" | "ClusterRoleBinding") as kind, "subjects":
            return access.new_subject(documents, kind, None, held)
        case "ServiceAccount", "imagePullSecrets":
            return {"name": _secret(documents)}
        case "Ingress", "spec.rules":
            return network.new_ingress_rule(documents)
        case "Ingress", "spec.rules.*.http.paths":
            return network.new_path(documents, held)
        case "Ingress", "spec.tls":
            return network.new_tls(documents, index)
        case "NetworkPolicy", ("spec.ingress" | "spec.egress"):
            return network.new_policy_rule(str(path[-1]), what)
        case "NetworkPolicy", ("spec.ingress.*.from" | "spec.egress.*.to"):
            return network.new_peer(what)
        case "NetworkPolicy", ("spec.ingress.*.ports" | "spec.egress.*.ports"):
            return network.new_policy_port(documents, index, str(path[2]), held)
        case "HorizontalPodAutoscaler", "spec.metrics":
            return policies.new_metric(what)
    return None


def _secret(documents: Documents) -> str:
    """The Secret that an image is most likely pulled with."""
    secrets = [document for document in documents if document.get("kind") == "Secret" and name_of(document)]
    secrets.sort(key=lambda secret: secret.get("type") != "kubernetes.io/dockerconfigjson")
    return name_of(secrets[0]) if secrets else "registry"
