"""The plan of a design on a real API server: what would change, who owns it, and what would be refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from designer.clusters.apply import apply_documents
from designer.clusters.client import Client
from designer.clusters.inventory import Held
from designer.clusters.leftovers import remove
from designer.clusters.objects import claim, key_of, labelled
from designer.clusters.preview import ELSEWHERE, OWNERSHIP, foresee, preview
from designer.clusters.results import FieldProblem, ObjectResult
from designer.clusters.target import Target
from designer.manifests.types import Document
from tests.cluster.control_plane import ControlPlane
from tests.cluster.documents import config_map, deployment, pod

pytestmark = pytest.mark.cluster


@pytest.fixture
def target(client: Client, namespace: str) -> Target:
    return Target(client, namespace, "7")


def plan(target: Target, *documents: Document) -> list[ObjectResult]:
    return list(foresee(target, list(documents)))


def apply(target: Target, *documents: Document) -> None:
    results = list(apply_documents(target, list(documents)))
    assert not [result.message for result in results if result.action == "failed"]


def actions(results: list[ObjectResult]) -> list[tuple[str, str]]:
    return [(result.kind, result.action) for result in results]


def versions(target: Target, *documents: Document) -> list[str]:
    found = [target.client.get(document, target.namespace) for document in documents]
    return [each.document["metadata"]["resourceVersion"] if each else "" for each in found]


def test_new_then_unchanged_then_changed_and_nothing_is_written(target: Target) -> None:
    documents = [deployment(), config_map(colour="red")]
    assert actions(plan(target, *documents)) == [("ConfigMap", "new"), ("Deployment", "new")]
    assert versions(target, *documents) == ["", ""]
    apply(target, *documents)
    before = versions(target, *documents)
    assert actions(plan(target, *documents)) == [("ConfigMap", "unchanged"), ("Deployment", "unchanged")]
    assert preview(target, documents).differs is False

    same, changed = plan(target, deployment(image="nginx:2"), config_map(colour="red"))
    assert (same.action, same.changes) == ("unchanged", ())
    (change,) = changed.changes
    assert (changed.action, change.old, change.new, change.ours) == ("changed", "nginx:1", "nginx:2", True)
    assert versions(target, *documents) == before


def test_a_new_object_is_shown_with_what_the_server_fills_in(target: Target) -> None:
    (new,) = plan(target, pod())
    ours = {change.named[-1] for change in new.changes if change.ours}
    filled = {change.named[-1] for change in new.changes if not change.ours}
    assert {"image", "name", "podpatterns.dev/design"} <= ours
    assert {"dnsPolicy", "terminationMessagePath"} <= filled


def test_a_field_that_others_own_is_shown_with_both_values(target: Target, control_plane: ControlPlane) -> None:
    theirs = json.dumps(deployment(image="theirs"))
    there = ("-n", target.namespace, "-f", "-")
    control_plane.kubectl("apply", "--server-side", "--field-manager=team-b", *there, stdin=theirs)
    (result,) = plan(target, deployment(image="ours"))
    assert result.action == "conflict"
    (owner,) = result.owners
    path = ("spec", "template", "spec", "containers", 0, "image")
    assert (owner.manager, owner.path, owner.live, owner.wanted) == ("team-b", path, "theirs", "ours")
    assert (owner.operation, owner.time[:2]) == ("Apply", "20")
    # What it would be, were it taken over, is shown all the same.
    assert [change.new for change in result.changes if change.named[-1] == "image"] == ["ours"]


def test_a_field_that_the_design_says_no_more_and_another_keeps_changes_hands_only(
    target: Target, control_plane: ControlPlane
) -> None:
    apply(target, config_map(a="1", b="2"))
    there = ("-n", target.namespace, "-f", "-")
    control_plane.kubectl("apply", "--server-side", "--field-manager=them", *there, stdin=json.dumps(config_map(b="2")))
    less = config_map(a="1")
    (planned,) = plan(target, less)
    assert (planned.action, planned.changes, planned.notes) == ("changed", (), (OWNERSHIP,))
    (done,) = apply_documents(target, [less])
    assert (done.action, done.changes, done.notes) == ("configured", (), (OWNERSHIP,))
    assert actions(plan(target, less)) == [("ConfigMap", "unchanged")]


def test_a_conflict_in_a_secret_shows_no_value(target: Target, control_plane: ControlPlane) -> None:
    def secret(value: str) -> Document:
        return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"k": value}}

    there = ("-n", target.namespace, "-f", "-")
    control_plane.kubectl("apply", "--server-side", *there, stdin=json.dumps(secret("aHVudGVyMg==")))
    (result,) = plan(target, secret("c2VjcmV0"))
    (owner,) = result.owners
    assert (owner.live, owner.wanted) == ("••••", "••••")
    assert "aHVudGVyMg" not in repr(result)


def job(image: str) -> Document:
    # Long enough that the server's words of what is wrong stand far behind the value.
    env = [{"name": f"VARIABLE_{n}", "value": "x" * 40} for n in range(12)]
    spec = {"restartPolicy": "Never", "containers": [{"name": "app", "image": image, "env": env}]}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}, "spec": {"template": {"spec": spec}}}


def service(**spec: Any) -> Document:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web"},
        "spec": {"ports": [{"port": 80}], **spec},
    }


def binding(role: str) -> Document:
    ref = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role}
    meta = {"name": "b"}
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": meta, "roleRef": ref}


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        (pod(), pod(args=["-v"]), ("args", 0)),
        (job("one"), job("two"), ("app", "image")),
        (service(), service(clusterIP="None"), ("spec", "clusterIP")),
        (binding("view"), binding("edit"), ("roleRef", "name")),
        ({**config_map(a="1"), "immutable": True}, {**config_map(a="2"), "immutable": True}, ("data", "a")),
    ],
    ids=["Pod", "Job", "Service", "RoleBinding", "ConfigMap"],
)
def test_what_cannot_change_in_place(target: Target, before: Document, after: Document, named: tuple[Any, ...]) -> None:
    apply(target, before)
    (result,) = plan(target, after)
    assert result.action == "immutable"
    assert "deleted and created anew" in result.message
    assert named in [change.named[-2:] for change in result.changes if change.ours]


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (pod(imagee="x"), ("spec", "containers", 0, "imagee")),
        (deployment(imagee="x"), ("spec", "template", "spec", "containers", 0, "imagee")),
        (pod(ports=[{"containerPort": 99999}]), ("spec", "containers", 0, "ports", 0, "containerPort")),
        (pod(ports=[{"containerPort": "x"}]), ("spec", "containers", 0, "ports", 0, "containerPort")),
        (pod(image=""), ("spec", "containers", 0, "image")),
        (pod(volumeMounts=[{"name": "gone", "mountPath": "/x"}]), ("spec", "containers", 0, "volumeMounts", 0, "name")),
        (config_map(**{"a b": "x"}), ("data", "a b")),
        (config_map(n=5), ("data", "n")),
    ],
)
def test_a_refusal_points_into_the_document(target: Target, document: Document, path: tuple[Any, ...]) -> None:
    (result,) = plan(target, document)
    assert result.action == "refused"
    assert [cause.path for cause in result.causes] == [path]
    assert result.causes[0].message in result.message


def test_what_is_made_anew_is_told_as_the_server_would_make_it(target: Target, control_plane: ControlPlane) -> None:
    """Without what is filled in again, and with what others put there, which goes."""
    claims = [{"metadata": {"name": "data"}, "spec": volume_claim()["spec"]}]

    def database(service: str) -> Document:
        made = {**deployment(), "kind": "StatefulSet"}
        made["spec"] = {**made["spec"], "serviceName": service, "volumeClaimTemplates": claims}
        return made

    apply(target, database("a"))
    control_plane.kubectl("annotate", "statefulset", "web", "theirs=1", "-n", target.namespace)
    (result,) = plan(target, database("b"))
    assert result.action == "immutable"
    assert [(each.op, each.named) for each in result.changes if each.ours] == [
        ("remove", ("metadata", "annotations", "theirs")),
        ("replace", ("spec", "serviceName")),
    ]
    apply(target, job("one"))
    (result,) = plan(target, job("two"))
    assert [each.named[-1] for each in result.changes if each.ours] == ["image"]
    assert "ppd-" not in str(result.changes)


def test_an_update_that_is_wrong_is_refused_and_not_called_immutable(target: Target) -> None:
    apply(target, deployment())
    (result,) = plan(target, deployment(ports=[{"containerPort": 0}]))
    assert result.action == "refused"


def test_two_containers_of_one_name_point_at_the_second(target: Target) -> None:
    document = pod()
    document["spec"]["containers"].append({"name": "app", "image": "other"})
    (result,) = plan(target, document)
    field = '.spec.containers[name="app"]'
    problem = FieldProblem(field, ("spec", "containers", 1), 'duplicate entries for key [name="app"]')
    assert result.causes == (problem,)


def test_all_problems_of_all_objects_are_told(target: Target) -> None:
    document = deployment(ports=[{"containerPort": 80}, {"containerPort": 0}], image="")
    document["spec"]["template"]["metadata"]["labels"] = {"app": "another"}
    first, second, third = plan(target, document, config_map(n=5), pod())
    container = ("spec", "template", "spec", "containers", 0)
    assert (first.action, second.action, third.action) == ("refused", "refused", "new")
    assert [cause.path for cause in second.causes] == [
        ("spec", "template", "metadata", "labels"),
        (*container, "image"),
        (*container, "ports", 1, "containerPort"),
    ]


def test_what_the_design_brings_itself_is_waited_for(target: Target) -> None:
    own = config_map(colour="red")
    own["metadata"]["namespace"] = f"{target.namespace}-own"
    new, waits = plan(
        target, own, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"{target.namespace}-own"}}
    )
    assert (new.action, waits.action) == ("new", "waits")
    assert f"after the namespace {target.namespace}-own" in waits.message
    shown = {change.named[-1]: change.new for change in waits.changes}
    assert (shown["colour"], shown["podpatterns.dev/design"]) == ("red", "7")


def test_what_goes_into_a_namespace_that_is_still_to_come_is_tried_as_well(
    target: Target, control_plane: ControlPlane
) -> None:
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"{target.namespace}-own"}}
    wrong, right = deployment(image=""), config_map()
    for each in (wrong, right):
        each["metadata"]["namespace"] = f"{target.namespace}-own"
    found = {result.kind: result for result in plan(target, wrong, right, space)}
    assert {kind: each.action for kind, each in found.items()} == {
        "Namespace": "new",
        "ConfigMap": "waits",
        "Deployment": "refused",
    }
    (cause,) = found["Deployment"].causes
    assert cause.path == ("spec", "template", "spec", "containers", 0, "image")
    assert found["Deployment"].message.startswith("The cluster does not accept Deployment web: spec.")
    assert found["Deployment"].notes == (ELSEWHERE,)
    there = ("-n", "default")
    assert not [one for one in control_plane.json("get", "all", *there)["items"] if "ppd-" in one["metadata"]["name"]]


def test_an_unknown_kind_and_a_namespace_that_is_not_there(target: Target) -> None:
    elsewhere = config_map()
    elsewhere["metadata"]["namespace"] = "not-there"
    mesh = {"apiVersion": "example.org/v1", "kind": "Mesh", "metadata": {"name": "m"}}
    found = plan(target, elsewhere, mesh)
    assert [result.action for result in found] == ["refused", "refused"]
    assert "namespace not-there is not there" in found[0].message
    assert "knows no kind Mesh in example.org/v1" in found[1].message


def test_warnings_stay_with_their_object(target: Target) -> None:
    old = pod()
    old["spec"]["nodeSelector"] = {"beta.kubernetes.io/os": "linux"}
    assert [len(result.warnings) for result in plan(target, old, config_map())] == [0, 1]


def test_who_may_not_look_is_told_what_they_may_not_do(reader: Client, namespace: str) -> None:
    (result,) = plan(Target(reader, namespace), pod())
    assert result.action == "refused"
    assert result.message.startswith(f"You may not patch or create pods in the namespace {namespace}.")


def grant(plane: ControlPlane, namespace: str, *rules: dict[str, Any]) -> None:
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "few"},
        "rules": list(rules),
    }
    bind = {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "few"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "few"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": plane.reader}],
    }  # fmt: skip
    for each in (role, bind):
        plane.kubectl("apply", "-n", namespace, "-f", "-", stdin=json.dumps(each))


def test_few_rights_are_enough_for_what_they_are_for(
    reader: Client, control_plane: ControlPlane, namespace: str
) -> None:
    maps: dict[str, Any] = {"apiGroups": [""], "resources": ["configmaps"]}
    grant(
        control_plane,
        namespace,
        {**maps, "verbs": ["patch"], "resourceNames": ["settings"]},
        {**maps, "verbs": ["create"]},
    )
    first, second, third = plan(Target(reader, namespace), config_map(a="1"), config_map("other"), pod())
    assert (first.action, first.notes) == ("new", ("You may not read it, so that what there is now cannot be shown.",))
    assert second.message.startswith("You may not patch configmaps in the namespace")
    assert third.action == "refused"


def test_a_quota_refuses_in_its_own_words(target: Target, control_plane: ControlPlane) -> None:
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "q"},
        "spec": {"hard": {"configmaps": "0"}},
    }
    control_plane.kubectl("apply", "-n", target.namespace, "-f", "-", stdin=json.dumps(quota))
    # No controller counts here: the quota is taken as counted.
    status = json.dumps({"status": {"hard": {"configmaps": "0"}, "used": {"configmaps": "0"}}})
    control_plane.kubectl(
        "patch", "resourcequota", "q", "-n", target.namespace, "--subresource=status", "--type=merge", "-p", status
    )
    (result,) = plan(target, config_map())
    assert result.action == "refused"
    assert "exceeded quota: q" in result.message


def test_a_policy_refuses_in_its_own_words(target: Target, control_plane: ControlPlane) -> None:
    control_plane.kubectl("label", "namespace", target.namespace, "pod-security.kubernetes.io/enforce=restricted")
    (result,) = plan(target, pod())
    assert result.action == "refused"
    assert "The cluster's policy refuses Pod web" in result.message
    assert "allowPrivilegeEscalation" in result.message


def test_beyond_the_namespaces_that_are_allowed_nothing_is_asked(client: Client, namespace: str) -> None:
    elsewhere = config_map()
    elsewhere["metadata"]["namespace"] = "kube-system"
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "r"}}
    target = Target(client, namespace, "7", [namespace])
    found = {result.kind: result for result in plan(target, elsewhere, role, pod())}
    assert found["Pod"].action == "new"
    assert "may be used for" in found["ConfigMap"].message
    assert "stands in no namespace" in found["ClusterRole"].message
    (failed, skipped) = list(apply_documents(target, [elsewhere, role]))
    assert {failed.action, skipped.action} == {"failed"}


def test_another_design_is_named(target: Target) -> None:
    apply(Target(target.client, target.namespace, "12"), config_map(a="1"))
    (result,) = plan(target, config_map(a="1"))
    (owner,) = result.owners
    assert (result.action, owner.manager, owner.live) == ("conflict", "another design (12)", "12")
    assert [change.named[-1] for change in result.changes] == ["podpatterns.dev/design"]
    # Looked at again by the apply itself, whatever was chosen of its fields.
    key = key_of(config_map(), target.namespace)
    for chosen, action in (((), "failed"), ((key,), "failed"), ((claim(key, "12"),), "configured")):
        (done,) = apply_documents(target, [config_map(a="1")], take_over=chosen)
        assert done.action == action, done
    assert plan(target, config_map(a="1"))[0].action == "unchanged"


def test_what_is_being_deleted_is_not_applied_to(target: Target, control_plane: ControlPlane) -> None:
    held = config_map(a="1")
    held["metadata"]["finalizers"] = ["example.org/hold"]
    apply(target, held)
    there = ("-n", target.namespace)
    control_plane.kubectl("delete", "configmap", "settings", "--wait=false", *there)
    (result,) = plan(target, held)
    assert result.action == "refused"
    assert "It is being deleted since" in result.message
    assert "example.org/hold" in result.message
    control_plane.kubectl(
        "patch", "configmap", "settings", "--type=merge", "-p", '{"metadata":{"finalizers":[]}}', *there
    )
    assert plan(target, held)[0].action == "new"
    control_plane.kubectl("delete", "namespace", target.namespace, "--wait=false")
    (result,) = plan(Target(target.client, target.namespace, "7"), config_map("other"))
    assert f"The namespace {target.namespace} is being deleted since" in result.message


def volume_claim(**spec: Any) -> Document:
    asked = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **spec}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": asked}


def test_a_claim_is_made_anew_only_with_a_warning_and_while_nothing_uses_it(target: Target) -> None:
    apply(target, volume_claim(storageClassName="a"))
    (again,) = apply_documents(target, [volume_claim(storageClassName="a")])
    assert (again.action, again.notes) == ("unchanged", ())
    (fixed,) = plan(target, volume_claim(storageClassName="b"))
    assert fixed.action == "immutable"
    assert any("data may be deleted" in note for note in fixed.notes)
    user = pod("user")
    user["spec"]["volumes"] = [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]
    apply(target, user)
    (held,) = plan(target, volume_claim(storageClassName="b"))
    assert held.action == "refused"
    assert "while pods use it: user" in held.message
    key = key_of(volume_claim(), target.namespace)
    (failed,) = apply_documents(target, [volume_claim(storageClassName="b")], recreate=[key])
    assert failed.action == "failed"
    assert "while pods use it: user" in failed.message
    live = target.client.get(volume_claim(), target.namespace)
    assert live is not None
    assert "deletionTimestamp" not in live.document["metadata"]


class Forgetful(Client):
    """A server from before native sidecars: it drops restartPolicy from init containers (as 1.27 does)."""

    def apply(self, document: Document, namespace: str, dry_run: bool, force: bool = False) -> Any:
        answer = super().apply(document, namespace, dry_run, force)
        for container in answer.document["spec"].get("initContainers", []):
            container.pop("restartPolicy", None)
        return answer


def test_whether_a_native_sidecar_survives_admission(client: Client, namespace: str) -> None:
    with_sidecar = pod()
    with_sidecar["spec"]["initContainers"] = [{"name": "proxy", "image": "p", "restartPolicy": "Always"}]
    (fine,) = plan(Target(client, namespace), with_sidecar)
    assert fine.notes == ()
    client.__class__ = Forgetful
    (dropped,) = plan(Target(client, namespace), with_sidecar)
    assert "proxy would not be a native sidecar" in dropped.notes[0]
    assert "1.29" in dropped.notes[0]


def test_what_is_left_over_is_offered_only_while_it_is_ours(target: Target, control_plane: ControlPlane) -> None:
    documents = [config_map("a"), config_map("b"), config_map("c"), config_map("d")]
    apply(target, *documents)
    held = [Held(key_of(document, target.namespace), "", 1, 1) for document in documents]
    there = ("-n", target.namespace)
    control_plane.kubectl("label", "configmap", "b", "podpatterns.dev/design-", *there)
    control_plane.kubectl("delete", "configmap", "c", *there)
    other = Held(held[3].key, "another-uid", 1, 1)
    found = preview(target, [], [*held[:3], other])
    assert [(each.name, each.action, each.notes) for each in found.left] == [("a", "left", ())]
    assert found.differs is True
    using = pod()
    using["spec"]["containers"][0]["envFrom"] = [{"configMapRef": {"name": "a"}}]
    (one,) = preview(target, [using], held[:1]).left
    assert one.notes == ("The design uses this ConfigMap by its name: leave it, or what uses it cannot start.",)


def test_what_is_held_back_from_going_says_so_before_and_after(target: Target) -> None:
    held = config_map("a")
    held["metadata"]["finalizers"] = ["example.org/hold"]
    apply(target, held)
    kept = Held(key_of(held, target.namespace), "", 1, 1)
    (left,) = preview(target, [], [kept]).left
    assert left.notes == ("It goes only when what keeps it has let it go: example.org/hold.",)
    assert (remove(target, kept).action, remove(target, kept).notes) == ("pruned", left.notes)


def test_labels_are_put_on_objects_and_stay_as_the_design_says() -> None:
    said = config_map()
    said["metadata"]["labels"] = {"app.kubernetes.io/managed-by": "me", "a": "b"}
    labels = labelled(said, "7")["metadata"]["labels"]
    assert labels == {"podpatterns.dev/design": "7", "app.kubernetes.io/managed-by": "me", "a": "b"}
    assert said["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "me", "a": "b"}
    assert labelled({"kind": "Odd"}, "7") == {"kind": "Odd"}
