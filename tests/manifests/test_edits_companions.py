"""Objects beside workloads: each is made so that it fits the design, and takes nobody's name."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.manifests import names
from designer.manifests.edits import access, network, policies
from designer.manifests.edits.companions import ADD, add_companion, add_row
from designer.manifests.edits.objects import add_service, rename_object
from designer.manifests.edits.starter import new_workload
from designer.manifests.pod import name_of, pods
from designer.manifests.types import Document, Documents, ManifestError, get
from tests.checks.shapes import VALUES, documents_of_any_shape

RBAC = "rbac.authorization.k8s.io"


def thing(kind: str, name: str, api_version: str = "v1", **fields: Any) -> Document:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **fields}


def shop(**spec: Any) -> Document:
    """A Deployment whose container serves port 80."""
    workload = new_workload("Deployment", "shop", "nginx:1.29")
    pod = workload["spec"]["template"]["spec"]
    pod["containers"][0]["ports"] = [{"name": "http", "containerPort": 80}]
    pod.update(spec)
    return workload


def added(documents: Documents, kind: str, near: int | None = None) -> Document:
    edited = add_companion(documents, kind, near)
    assert edited.select == str(len(documents))
    return edited.documents[-1]


def everything() -> Documents:
    documents = add_service([shop(serviceAccountName="shop")], 0).documents
    for kind in ADD:
        documents = add_companion(documents, kind, None).documents
    return documents


@pytest.mark.parametrize("kind", ADD)
@given(data=st.data())
def test_what_is_added_clashes_with_nothing_and_changes_nothing_else(kind: str, data: st.DataObject) -> None:
    documents = data.draw(documents_of_any_shape())
    kept = deepcopy(documents)
    for _ in range(2):  # a second one beside the first, too
        try:
            edited = add_companion(documents, kind, data.draw(st.none() | st.integers(-1, 3)))
        except ManifestError as error:
            assert error.message  # noqa: PT017 - either outcome is right, and both are looked at
            return
        new = edited.documents[-1]
        assert new["kind"] == kind
        assert names.object_problem(kind, name_of(new)) == ""
        assert name_of(new) not in {name_of(d) for d in documents if d.get("kind") == kind}
        assert edited.select == str(len(documents)) == str(len(edited.documents) - 1)
        for before, after in zip(documents, edited.documents, strict=False):
            # Only a pod's labels and its workload's selector, for what selects by them.
            assert without_labels(after) == without_labels(before)
        assert documents == kept
        documents, kept = edited.documents, deepcopy(edited.documents)


def without_labels(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {k: without_labels(v) for k, v in value.items() if k not in ("labels", "matchLabels")}
        return {k: v for k, v in kept.items() if v not in ({}, None)}
    return [without_labels(item) for item in value] if isinstance(value, list) else value


def test_an_ingress_leads_to_the_first_port_of_a_service() -> None:
    documents = add_service([shop()], 0).documents
    rule = get(added(documents, "Ingress"), ("spec", "rules", 0, "http", "paths"))
    backend = {"service": {"name": "shop", "port": {"number": 80}}}
    assert rule == [{"path": "/", "pathType": "Prefix", "backend": backend}]
    other = thing("Service", "admin", spec={"ports": [{"port": 9000}]})
    chosen = get(added([*documents, other], "Ingress", 2), ("spec", "rules", 0, "http", "paths", 0, "backend"))
    assert chosen == {"service": {"name": "admin", "port": {"number": 9000}}}
    assert "no Service yet" in add_companion([shop()], "Ingress", None).notes[0]


def test_a_network_policy_is_for_the_pod_and_its_ports() -> None:
    spec = added([shop()], "NetworkPolicy")["spec"]
    assert spec == {
        "podSelector": {"matchLabels": {"app": "shop"}},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [{"podSelector": {}}], "ports": [{"protocol": "TCP", "port": 80}]}],
    }
    assert added([], "NetworkPolicy")["spec"]["podSelector"] == {}


def test_an_autoscaler_scales_what_is_selected_or_else_the_first() -> None:
    documents = [new_workload("Job", "j"), shop(), new_workload("StatefulSet", "db")]
    assert added(documents, "HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]["name"] == "shop"
    documents[2]["spec"]["replicas"] = 3
    spec = added(documents, "HorizontalPodAutoscaler", 2)["spec"]
    assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db"}
    assert (spec["minReplicas"], spec["maxReplicas"]) == (3, 6)


@pytest.mark.parametrize("documents", [[], [new_workload("Pod", "web")], [new_workload("Job", "j")]])
def test_an_autoscaler_needs_something_that_scales(documents: Documents) -> None:
    with pytest.raises(ManifestError, match="needs a workload that scales, and this design has none"):
        add_companion(documents, "HorizontalPodAutoscaler", 0)


def test_a_budget_selects_the_pod() -> None:
    spec = {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "shop"}}}
    assert added([shop()], "PodDisruptionBudget")["spec"] == spec


def test_what_is_asked_for_and_not_there_is_made_by_its_name() -> None:
    volume = {"name": "v", "persistentVolumeClaim": {"claimName": "orders.old"}}
    documents = [shop(volumes=[volume], serviceAccountName="runner")]
    assert name_of(added(documents, "PersistentVolumeClaim")) == "orders.old"
    assert name_of(added(documents, "ServiceAccount")) == "runner"
    assert name_of(added([shop()], "PersistentVolumeClaim")) == "shop-data"
    assert name_of(added([shop(serviceAccountName="default")], "ServiceAccount")) == "shop"
    binding = thing("RoleBinding", "b", f"{RBAC}/v1", roleRef={"apiGroup": RBAC, "kind": "Role", "name": "reader"})
    assert name_of(added([shop(), binding], "Role")) == "reader"
    documents[0]["metadata"]["namespace"] = "sales"
    assert name_of(added(documents, "Namespace")) == "sales"
    assert added(documents, "ServiceAccount")["metadata"] == {"name": "runner", "namespace": "sales"}
    assert "namespace" not in added(documents, "ClusterRole")["metadata"]


def test_a_binding_gives_the_designs_role_to_its_account() -> None:
    documents = [shop(serviceAccountName="b"), thing("ServiceAccount", "a"), thing("ServiceAccount", "b")]
    documents += [thing("Role", name, f"{RBAC}/v1") for name in ("one", "two")]
    first = added(documents, "RoleBinding")
    assert first["roleRef"] == {"apiGroup": RBAC, "kind": "Role", "name": "one"}
    assert first["subjects"] == [{"kind": "ServiceAccount", "name": "b"}]
    assert added([*documents, first], "RoleBinding")["roleRef"]["name"] == "two"
    lone = added([], "RoleBinding")
    assert (lone["roleRef"]["kind"], lone["roleRef"]["name"]) == ("ClusterRole", "view")
    subject = {"kind": "ServiceAccount", "name": "b", "namespace": "default"}
    assert added(documents, "ClusterRoleBinding")["subjects"] == [subject]


# What is renamed, and every place where it stands in the design that has all kinds.
FOLLOWS = [
    ("Service", 1, [("Ingress", ("spec", "rules", 0, "http", "paths", 0, "backend", "service", "name"))]),
    ("Deployment", 0, [("HorizontalPodAutoscaler", ("spec", "scaleTargetRef", "name"))]),
    ("Role", None, [("RoleBinding", ("roleRef", "name"))]),
    ("ClusterRole", None, [("ClusterRoleBinding", ("roleRef", "name"))]),
    (
        "ServiceAccount",
        None,
        [
            ("Deployment", ("spec", "template", "spec", "serviceAccountName")),
            ("RoleBinding", ("subjects", 0, "name")),
            ("ClusterRoleBinding", ("subjects", 0, "name")),
        ],
    ),
]


@pytest.mark.parametrize(("kind", "index", "places"), FOLLOWS, ids=[row[0] for row in FOLLOWS])
def test_a_rename_takes_what_refers_with_it_and_keeps_everything_else(
    kind: str, index: int | None, places: list[tuple[str, tuple[str | int, ...]]]
) -> None:
    before = everything()
    at = next(i for i, document in enumerate(before) if document["kind"] == kind)
    after = rename_object(before, at, "renamed").documents
    for holder, path in places:
        assert get(next(d for d in after if d["kind"] == holder), path) == "renamed"
    assert len(differences(before, after)) == 1 + len(places)
    assert rename_object(after, at, name_of(before[at])).documents == before


@given(name=st.from_regex("[a-z][a-z0-9]{0,9}", fullmatch=True), data=st.data())
def test_a_rename_there_and_back_changes_nothing(name: str, data: st.DataObject) -> None:
    before = everything()
    at = data.draw(st.integers(0, len(before) - 1))
    after = rename_object(before, at, f"new-{name}").documents
    assert rename_object(after, at, name_of(before[at])).documents == before


def differences(before: Any, after: Any) -> list[Any]:
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        return [found for key in before for found in differences(before[key], after[key])]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [found for pair in zip(before, after, strict=True) for found in differences(*pair)]
    return [] if before == after else [(before, after)]


def test_a_namespace_takes_its_objects_with_it() -> None:
    account = thing("ServiceAccount", "a")
    account["metadata"]["namespace"] = "old"
    subjects = [{"kind": "ServiceAccount", "name": "a", "namespace": "old"}]
    binding = thing("ClusterRoleBinding", "b", f"{RBAC}/v1", subjects=subjects)
    after = rename_object([thing("Namespace", "old"), account, binding], 0, "new").documents
    assert after[1]["metadata"]["namespace"] == after[2]["subjects"][0]["namespace"] == "new"


def test_a_cluster_wide_binding_to_an_account_of_another_namespace_stays() -> None:
    other = thing("ServiceAccount", "a")
    other["metadata"]["namespace"] = "default"
    subjects = [{"kind": "ServiceAccount", "name": "a", "namespace": "default"}]
    binding = thing("ClusterRoleBinding", "b", f"{RBAC}/v1", subjects=subjects)
    assert rename_object([thing("ServiceAccount", "a"), binding, other], 0, "z").documents[1] is binding


# list, sort of row, what comes to stand there
ROWS: list[tuple[str, tuple[str | int, ...], str, Any]] = [
    ("Role", ("rules",), "", {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch"]}),
    ("ClusterRole", ("rules",), "url", {"nonResourceURLs": ["/healthz"], "verbs": ["get"]}),
    ("RoleBinding", ("subjects",), "", {"kind": "ServiceAccount", "name": "shop"}),
    ("ServiceAccount", ("imagePullSecrets",), "", {"name": "registry"}),
    ("Ingress", ("spec", "tls"), "", {"secretName": "shop-tls"}),
    ("NetworkPolicy", ("spec", "ingress", 0, "from"), "block", {"ipBlock": {"cidr": "10.0.0.0/8"}}),
    ("NetworkPolicy", ("spec", "ingress", 0, "from"), "namespaces", {"namespaceSelector": {}}),
    ("NetworkPolicy", ("spec", "ingress", 0, "ports"), "", {"protocol": "TCP", "port": 443}),
    ("NetworkPolicy", ("spec", "egress"), "", {"to": [{"podSelector": {}}]}),
    ("HorizontalPodAutoscaler", ("spec", "metrics"), "memory", policies.new_metric("memory")),
]


@pytest.mark.parametrize(("kind", "path", "what", "expected"), ROWS, ids=[f"{r[0]}-{r[1][-1]}-{r[2]}" for r in ROWS])
def test_a_row_is_added_behind_the_others(kind: str, path: Any, what: str, expected: Any) -> None:
    documents = everything()
    index = next(i for i, document in enumerate(documents) if document["kind"] == kind)
    held = get(documents, (index, *path)) or []
    after = add_row(documents, (index, *path), what).documents
    assert get(after, (index, *path)) == [*held, expected]


@pytest.mark.parametrize(("kind", "path", "what", "expected"), ROWS, ids=[f"{r[0]}-{r[1][-1]}-{r[2]}" for r in ROWS])
@given(held=VALUES, other=VALUES)
def test_a_row_beside_odd_ones_is_added_or_told(
    kind: str, path: Any, what: str, expected: Any, held: Any, other: Any
) -> None:
    documents: Documents = [thing(kind, "a", rules=held, subjects=held, imagePullSecrets=held, spec=other)]
    if path[0] == "spec":
        field = path[1]
        documents[0]["spec"] = {field: held, "rules": other, "podSelector": other, "policyTypes": other}
    try:
        after = add_row(documents, (0, *path), what).documents
    except ManifestError as error:
        assert error.message  # noqa: PT017 - either outcome is right, and both are looked at
    else:
        assert len(get(after, (0, *path))) == 1 + len(get(documents, (0, *path)) or [])


def test_a_rule_makes_the_policy_be_for_its_direction() -> None:
    documents = [added([shop()], "NetworkPolicy")]
    after = add_row(documents, (0, "spec", "egress"), "dns").documents
    assert after[0]["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert after[0]["spec"]["egress"][0]["ports"] == [{"protocol": p, "port": 53} for p in ("UDP", "TCP")]
    del documents[0]["spec"]["policyTypes"]
    assert "policyTypes" not in add_row(documents, (0, "spec", "egress")).documents[0]["spec"]


@pytest.mark.parametrize("path", [(), (9, "rules"), (0, "rules"), (0, "spec", "containers")])
def test_a_list_without_rows_is_told(path: Any) -> None:
    with pytest.raises(ManifestError, match="select the object again"):
        add_row([shop()], path)


def test_paths_of_a_host_lead_where_the_last_one_does() -> None:
    backend = {"service": {"name": "api", "port": {"name": "http"}}}
    held = [{"path": "/", "pathType": "Exact", "backend": backend}]
    path = network.new_path([], held)
    assert path == {"path": "/path2", "pathType": "Prefix", "backend": backend}
    assert network.new_path([], [*held, path])["path"] == "/path3"


def test_tls_is_for_the_hosts_that_have_none() -> None:
    spec = {"rules": [{"host": "a.b"}, {"host": "c.d"}, {"host": "a.b"}, {}], "tls": [{"hosts": ["c.d"]}]}
    documents = [thing("Ingress", "i", spec=spec), thing("Secret", "cert", type="kubernetes.io/tls")]
    assert network.new_tls(documents, 0) == {"hosts": ["a.b"], "secretName": "cert"}


@pytest.mark.parametrize(("typed", "port"), [("8080", {"number": 8080}), ("http", {"name": "http"})])
def test_a_backends_port_is_a_number_or_a_name(typed: str, port: Document) -> None:
    documents = [added([], "Ingress")]
    path = (0, "spec", "rules", 0, "http", "paths", 0, "backend", "service", "port")
    assert get(network.set_backend_port(documents, path, typed), path) == port
    with pytest.raises(ManifestError, match="needs the port"):
        network.set_backend_port(documents, path, "")


def test_a_subject_changes_its_kind() -> None:
    documents = [added([], "ClusterRoleBinding")]
    path = (0, "subjects", 0)
    user = access.set_subject_kind(documents, path, "User")
    assert get(user, path) == {"kind": "User", "name": "default", "apiGroup": RBAC}
    account = access.set_subject_kind(user, path, "ServiceAccount")
    assert get(account, path) == {"kind": "ServiceAccount", "name": "default", "namespace": "default"}
    with pytest.raises(ManifestError, match="one of ServiceAccount, User, Group"):
        access.set_subject_kind(documents, path, "Robot")


def test_a_metrics_target_keeps_what_is_beside_it() -> None:
    documents = [added([shop()], "HorizontalPodAutoscaler")]
    path = (0, "spec", "metrics", 0, "resource", "target")
    documents[0]["spec"]["metrics"][0]["resource"]["target"]["note"] = "kept"
    value = policies.set_metric_target(documents, path, "AverageValue")
    assert get(value, path) == {"type": "AverageValue", "note": "kept", "averageValue": "500m"}
    back = policies.set_metric_target(value, path, "Utilization")
    assert get(back, path) == {"type": "Utilization", "note": "kept", "averageUtilization": 80}


def test_another_kind_of_target_takes_its_api_version_and_a_name_that_is_there() -> None:
    hpa = added([shop()], "HorizontalPodAutoscaler")
    after = policies.set_scale_target([new_workload("StatefulSet", "db"), hpa], 1, "StatefulSet")
    assert after[1]["spec"]["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db"}


def test_a_budget_is_one_of_two() -> None:
    documents = [added([shop()], "PodDisruptionBudget")]
    after = policies.set_budget(documents, 0, "minAvailable")
    assert next(iter(after[0]["spec"].items())) == ("minAvailable", 1)
    assert "maxUnavailable" not in after[0]["spec"]
    both = [thing("PodDisruptionBudget", "b", spec={"minAvailable": 1, "maxUnavailable": "50%"})]
    assert policies.set_budget(both, 0, "maxUnavailable")[0]["spec"] == {"maxUnavailable": "50%"}
    assert policies.set_budget([thing("PodDisruptionBudget", "b")], 0, "minAvailable")[0]["spec"] == {"minAvailable": 1}


@pytest.mark.parametrize(
    ("spec", "replicas", "never"),
    [
        ({"maxUnavailable": 0}, 3, True),
        ({"maxUnavailable": "0%"}, 3, True),
        ({"minAvailable": "100%"}, 3, True),
        ({"minAvailable": 3}, 3, True),
        ({"minAvailable": 1}, None, True),
        ({"minAvailable": 2}, 3, False),
        ({"maxUnavailable": 1}, 1, False),
        ({}, 1, False),
    ],
)
def test_a_budget_that_forbids_every_drain_is_known(spec: Document, replicas: int | None, never: bool) -> None:
    workload = shop()
    if replicas is not None:
        workload["spec"]["replicas"] = replicas
    budget = thing("PodDisruptionBudget", "b", "policy/v1", spec={**spec, "selector": {"matchLabels": {"app": "shop"}}})
    assert policies.drains_never([workload, budget], 1) is never


def test_a_share_of_requests_that_are_not_there_is_known() -> None:
    documents = [shop()]
    hpa = added(documents, "HorizontalPodAutoscaler")
    assert policies.unrequested(hpa, pods(documents)[0]) == [("nginx", "cpu")]
    documents[0]["spec"]["template"]["spec"]["containers"][0]["resources"] = {"limits": {"cpu": "1"}}
    assert policies.unrequested(hpa, pods(documents)[0]) == []


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        (policies.new_metric(), ""),
        ({"type": "Pods", "pods": {"metric": {"name": "hits"}}}, "Pods: hits"),
        ({"type": "ContainerResource", "containerResource": {"name": "cpu"}}, "ContainerResource: cpu"),
        ({"type": "External"}, "External"),
        ({}, "?"),
    ],
)
def test_a_metric_without_a_row_is_named(metric: Document, words: str) -> None:
    assert policies.metric_words(metric) == words
