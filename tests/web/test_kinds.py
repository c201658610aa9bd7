"""The forms of the objects beside workloads: every one opens, and what is set in it comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as WebClient
from django.urls import reverse

from designer.clusters.client import Client as ClusterClient
from designer.clusters.preview import foresee
from designer.clusters.target import Target
from designer.designs.models import Design
from designer.manifests import text as manifest_text
from designer.manifests.edits.companions import ADD, add_companion, add_row
from designer.manifests.pod import name_of
from designer.manifests.types import Documents, get
from designer.web.words import FORMS, OBJECT_KINDS
from tests.cluster.conftest import client as cluster

__all__ = ["cluster"]

Make = Callable[..., Design]
SHOP = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop # ours
spec:
  replicas: 2
  selector:
    matchLabels:
      app: shop
  template:
    metadata:
      labels:
        app: shop
    spec:
      serviceAccountName: shop
      containers:
      - name: nginx
        image: nginx:1.29
        ports:
        - name: http
          containerPort: 80
---
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector:
    app: shop
  ports:
  - name: http
    port: 80
"""
OTHERS = """\
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: fast
provisioner: disks.example.com
parameters:
  type: ssd
---
apiVersion: example.com/v1
kind: Widget
metadata:
  name: w
spec:
  size: 3
---
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata:
  name: old
spec:
  maxReplicas: 3
"""


def send(client: WebClient, design: Design, verb: str, **data: Any) -> HttpResponse:
    answer: HttpResponse = client.post(reverse("edit", args=[design.pk, verb]), {"base": design.number, **data})  # type: ignore[assignment]
    design.refresh_from_db()
    return answer


def form(client: WebClient, design: Design, at: int, tab: str = "") -> str:
    answer = client.get(reverse("inspect", args=[design.pk]), {"at": str(at), "tab": tab})
    assert answer.status_code == 200
    return answer.content.decode()


# The text of a design in which every kind is, once it has been made.
_every: list[str] = []


@pytest.fixture
def design(client: WebClient, make: Make) -> Design:
    """A design in which every kind is, each added by the menu's verb."""
    if _every:
        return make(_every[0])
    made = make(SHOP)
    for kind in ADD:
        assert send(client, made, "add-object", at="0", kind=kind).status_code == 200
    _every.append(made.text)
    return made


def index_of(documents: Documents, kind: str) -> int:
    return next(index for index, document in enumerate(documents) if document["kind"] == kind)


def test_the_menu_offers_every_kind_with_a_form(client: WebClient, make: Make) -> None:
    offered = {kind: verb for group in OBJECT_KINDS for verb, kind, _ in group}
    assert {kind for kind, verb in offered.items() if verb == "add-object"} == set(ADD)
    assert set(offered) == {kind for _, kind in FORMS}
    page = client.get(reverse("design", args=[make(SHOP).pk])).content.decode()
    assert all(f">{kind}<small>" in page for kind in offered)


def test_what_is_added_is_selected_and_the_rest_of_the_text_stays(client: WebClient, design: Design) -> None:
    assert design.text.startswith(SHOP)
    assert [document["kind"] for document in design.documents] == ["Deployment", "Service", *ADD]
    answer = send(client, design, "add-object", at="0", kind="Ingress")
    assert '<input type="hidden" name="at" value="13">' in answer.content.decode()
    assert name_of(design.documents[13]) == "shop-2"
    assert send(client, design, "add-object", kind="Widget").status_code == 422


@pytest.mark.parametrize("kind", ADD)
def test_every_form_has_its_tabs(client: WebClient, design: Design, kind: str) -> None:
    at = index_of(design.documents, kind)
    for tab in ("", "labels", "all", "yaml"):
        html = form(client, design, at, tab)
        assert ["tab-basics" in html, "tab-labels" in html, "tab-all" in html, "tab-yaml" in html] == [True] * 4
    assert f"apiVersion: {design.documents[at]['apiVersion']}" in html
    assert (f'id="f-{at}-metadata-namespace"' in form(client, design, at)) is not kind.startswith(
        ("Cluster", "Namespace")
    )


def test_an_object_without_a_form_of_its_own_has_the_general_one(client: WebClient, make: Make) -> None:
    design = make(SHOP + OTHERS)
    storage, widget, old = (form(client, design, at) for at in (2, 3, 4))
    assert 'value="disks.example.com"' in storage
    assert 'id="f-2-metadata-namespace"' not in storage
    assert "size: 3" in widget
    assert 'id="f-3-metadata-namespace"' in widget
    assert 'data-field="/4/spec/0"' in old
    for at in (2, 3, 4):
        assert "kind: " in form(client, design, at, "yaml")
    send(client, design, "set", at="2", path="/2/provisioner", value="other.example.com")
    assert design.documents[2]["provisioner"] == "other.example.com"


# kind, field, what is typed, what then stands there, how the list or switch is sent
FIELDS: list[tuple[str, str, str, Any, dict[str, str]]] = [
    ("PersistentVolumeClaim", "spec/storageClassName", "fast", "fast", {}),
    ("PersistentVolumeClaim", "spec/resources/requests/storage", "5Gi", "5Gi", {}),
    ("PersistentVolumeClaim", "spec/volumeMode", "Block", "Block", {}),
    (
        "PersistentVolumeClaim",
        "spec/accessModes",
        "ReadOnlyMany ReadWriteMany",
        ["ReadOnlyMany", "ReadWriteMany"],
        {"kind": "list"},
    ),
    ("ServiceAccount", "automountServiceAccountToken", "false", False, {}),
    ("Role", "rules/0/verbs", "get list", ["get", "list"], {"kind": "list"}),
    ("Role", "rules/0/apiGroups", "'' apps", ["", "apps"], {"kind": "list"}),
    (
        "Role",
        "rules/0/verbs",
        "get, list,create",
        ["get", "list", "create"],
        {"kind": "list", "shows": "get list create"},
    ),
    ("Role", "rules/0/apiGroups", "'',apps", ["", "apps"], {"kind": "list", "shows": "'' apps"}),
    ("ClusterRole", "rules/0/resources", "pods pods/log", ["pods", "pods/log"], {"kind": "list"}),
    ("Role", "rules/0/resourceNames", "one", ["one"], {"kind": "list"}),
    ("RoleBinding", "roleRef/name", "reader", "reader", {}),
    ("RoleBinding", "roleRef/kind", "ClusterRole", "ClusterRole", {}),
    ("RoleBinding", "subjects/0/name", "robot", "robot", {}),
    ("ClusterRoleBinding", "subjects/0/namespace", "shops", "shops", {}),
    ("Ingress", "spec/ingressClassName", "nginx", "nginx", {}),
    ("Ingress", "spec/rules/0/host", "shop.example.com", "shop.example.com", {}),
    ("Ingress", "spec/rules/0/http/paths/0/path", "/api", "/api", {}),
    ("Ingress", "spec/rules/0/http/paths/0/pathType", "Exact", "Exact", {}),
    ("Ingress", "spec/rules/0/http/paths/0/backend/service/name", "api", "api", {}),
    ("Ingress", "spec/rules/0/http/paths/0/backend/service/port/number", "8080", 8080, {"verb": "backend-port"}),
    ("NetworkPolicy", "spec/podSelector/matchLabels/app", "other", "other", {"verb": "set-text"}),
    ("NetworkPolicy", "spec/policyTypes", "[Ingress, Egress]", ["Ingress", "Egress"], {"shows": ">both</option>"}),
    ("NetworkPolicy", "spec/ingress/0/ports/0/port", "http", "http", {}),
    ("NetworkPolicy", "spec/ingress/0/ports/0/protocol", "UDP", "UDP", {}),
    ("NetworkPolicy", "spec/ingress/0/ports/0/endPort", "90", 90, {}),
    ("HorizontalPodAutoscaler", "spec/scaleTargetRef/name", "api", "api", {}),
    ("HorizontalPodAutoscaler", "spec/minReplicas", "3", 3, {}),
    ("HorizontalPodAutoscaler", "spec/maxReplicas", "30", 30, {}),
    ("HorizontalPodAutoscaler", "spec/metrics/0/resource/name", "memory", "memory", {}),
    ("HorizontalPodAutoscaler", "spec/metrics/0/resource/target/averageUtilization", "60", 60, {}),
    ("PodDisruptionBudget", "spec/maxUnavailable", "50%", "50%", {}),
    (
        "Namespace",
        "metadata/labels/pod-security.kubernetes.io~1enforce",
        "baseline",
        "baseline",
        {"shows": "<option selected>baseline</option>"},
    ),
]


@pytest.mark.parametrize(
    ("kind", "field", "typed", "value", "how"), FIELDS, ids=[f"{row[0]}-{row[1].rpartition('/')[2]}" for row in FIELDS]
)
def test_a_field_that_is_set_is_in_the_yaml_and_comes_back(
    client: WebClient, design: Design, kind: str, field: str, typed: str, value: Any, how: dict[str, str]
) -> None:
    at = index_of(design.documents, kind)
    before = design.documents
    answer = send(
        client,
        design,
        how.get("verb", "set"),
        at=str(at),
        path=f"/{at}/{field}",
        value=typed,
        kind=how.get("kind", "text"),
    )
    assert answer.status_code == 200, answer.content.decode()
    parts = [part.replace("~1", "/") for part in field.split("/")]
    path = (at, *(int(part) if part.isdecimal() else part for part in parts))
    assert get(manifest_text.parse(design.text), path) == value
    assert design.text.startswith(SHOP)
    changed = [i for i, (one, other) in enumerate(zip(before, design.documents, strict=True)) if one != other]
    assert changed == [at]
    html = form(client, design, at).replace("&#x27;", "'")
    choice = f"<option selected>{typed}</option>"
    option = f'<option value="{typed}" selected>'
    assert f'value="{typed}"' in html or choice in html or option in html or how.get("shows", "none") in html


def test_the_words_of_a_rule_may_stand_on_a_line_of_their_own(client: WebClient, design: Design) -> None:
    at = index_of(design.documents, "Role")
    lines = {"verbs": ("get, list\r\nwatch", ["get", "list", "watch"]), "apiGroups": ("\r\napps", ["", "apps"])}
    for field, (typed, words) in lines.items():
        path = f"/{at}/rules/0/{field}"
        assert send(client, design, "set-lines", at=str(at), path=path, value=typed).status_code == 200
        assert get(design.documents, (at, "rules", 0, field)) == words


LIST = """\
# from a cluster
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: site}
- apiVersion: v1
  kind: Pod
  metadata: {name: web}
  spec: {containers: [{name: web, image: nginx}]}
"""


def test_a_list_is_unpacked_and_packed_again(client: WebClient, make: Make) -> None:
    design = make(f"{SHOP}---\n{LIST}")
    at = len(design.documents) - 1
    html = form(client, design, at)
    assert "several objects in one document" in html
    assert "Unpack its 2 objects" in html
    assert 'id="f-2-metadata-name"' not in html
    before = design.text
    assert send(client, design, "unpack", at=str(at)).status_code == 200
    assert [one["kind"] for one in design.documents[at:]] == ["ConfigMap", "Pod"]
    assert design.text.startswith(SHOP)
    assert form(client, design, at).count("site")
    client.post(reverse("undo", args=[design.pk]), {"base": design.number})
    design.refresh_from_db()
    assert design.text == before
    answer = send(client, design, "unpack", at="0")
    assert answer.status_code == 422
    assert "no List of objects here" in answer.content.decode()


def test_an_imported_list_opens_and_is_named_after_what_it_holds(client: WebClient) -> None:
    answer = client.post(reverse("import"), {"text": LIST})
    design = Design.objects.get()
    assert design.name == "site"
    assert answer.headers["Location"] == reverse("design", args=[design.pk]) + "?at=0"
    assert "Unpack its 2 objects" in client.get(answer.headers["Location"]).content.decode()


def test_rows_are_added_changed_and_removed(client: WebClient, design: Design) -> None:
    at = index_of(design.documents, "Ingress")
    for path in (f"/{at}/spec/rules/0/http/paths", f"/{at}/spec/rules", f"/{at}/spec/tls"):
        assert send(client, design, "add-row", at=str(at), path=path).status_code == 200
    send(client, design, "set", at=str(at), path=f"/{at}/spec/rules/0/http/paths/1/path", value="/admin")
    send(client, design, "add-backend", at=str(at))
    port = f"/{at}/spec/defaultBackend/service/port/number"
    send(client, design, "backend-port", at=str(at), path=port, value="http")
    send(client, design, "unset", at=str(at), path=f"/{at}/spec/rules/1")
    spec = design.documents[at]["spec"]
    assert [path["path"] for path in spec["rules"][0]["http"]["paths"]] == ["/", "/admin"]
    assert (len(spec["rules"]), spec["tls"]) == (1, [{"secretName": "shop-tls"}])
    assert spec["defaultBackend"] == {"service": {"name": "shop", "port": {"name": "http"}}}
    html = form(client, design, at)
    assert all(f'value="{value}"' in html for value in ("/admin", "shop-tls", "http"))


def test_switches_turn_one_way_of_saying_into_the_other(client: WebClient, design: Design) -> None:
    documents = design.documents
    hpa, budget = index_of(documents, "HorizontalPodAutoscaler"), index_of(documents, "PodDisruptionBudget")
    binding = index_of(documents, "RoleBinding")
    target = f"/{hpa}/spec/metrics/0/resource/target"
    for verb, at, data in (
        ("metric-target", hpa, {"path": target, "value": "AverageValue"}),
        ("scale-kind", hpa, {"value": "StatefulSet"}),
        ("budget", budget, {"value": "minAvailable"}),
        ("subject-kind", binding, {"path": f"/{binding}/subjects/0", "value": "Group"}),
    ):
        answer = send(client, design, verb, at=str(at), **data)
        assert answer.status_code == 200, answer.content.decode()
        assert f'<input type="hidden" name="at" value="{at}">' in answer.content.decode()
    after = design.documents
    assert get(after, (hpa, "spec", "metrics", 0, "resource", "target")) == {
        "type": "AverageValue",
        "averageValue": "500m",
    }
    assert after[hpa]["spec"]["scaleTargetRef"]["kind"] == "StatefulSet"
    assert "minAvailable" in after[budget]["spec"]
    assert after[binding]["subjects"][0]["kind"] == "Group"


def test_a_claim_becomes_a_volume_of_a_pod(client: WebClient, design: Design) -> None:
    at = index_of(design.documents, "PersistentVolumeClaim")
    assert "+ Volume of Deployment shop" in form(client, design, at)
    assert send(client, design, "claim-volume", at=str(at), pod="0").status_code == 200
    volume = get(design.documents, (0, "spec", "template", "spec", "volumes", 0))
    assert volume["persistentVolumeClaim"] == {"claimName": name_of(design.documents[at])}
    html = form(client, design, at)
    assert 'data-go="0/volumes/0"' in html
    assert "+ Volume of Deployment shop" not in html


def test_a_policy_is_read_out(client: WebClient, design: Design) -> None:
    at = index_of(design.documents, "NetworkPolicy")
    said = "Pods with app=shop accept traffic from any pod of this namespace on TCP 80, and from nowhere else."
    assert said in form(client, design, at)
    send(client, design, "add-pair", at=str(at), path=f"/{at}/spec/ingress/0/from/0/podSelector/matchLabels")
    pair = f"/{at}/spec/ingress/0/from/0/podSelector/matchLabels/key"
    send(client, design, "rename-key", at=str(at), path=pair, value="role")
    send(client, design, "set-text", at=str(at), path=pair.replace("/key", "/role"), value="front")
    assert said.replace("any pod of this namespace", "pods with role=front") in form(client, design, at)


def test_other_metrics_and_backends_are_named_and_lead_to_all_fields(client: WebClient, make: Make) -> None:
    scaler = """\
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: h}
spec:
  maxReplicas: 3
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  metrics:
  - {type: Pods, pods: {metric: {name: hits}, target: {type: AverageValue, averageValue: 1k}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i}
spec:
  defaultBackend: {resource: {apiGroup: example.com, kind: Bucket, name: b}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: n}
spec:
  podSelector: {matchExpressions: [{key: app, operator: Exists}]}
"""
    design = make(SHOP + scaler)
    html = form(client, design, 2)
    assert "Pods: hits" in html
    assert 'data-field="/2/spec/metrics/0/0"' in html
    assert "sets replicas too" in html
    assert "leads to Bucket" in form(client, design, 3)
    assert 'data-field="/4/spec/podSelector/matchExpressions/0"' in form(client, design, 4)


@pytest.mark.parametrize("kind", ADD)
def test_a_form_of_odd_shapes_still_opens(client: WebClient, make: Make, kind: str) -> None:
    version = next(version for version, other in FORMS if other == kind)
    odd: list[Any] = [
        None,
        5,
        [1, {}],
        {"rules": [{"http": 7}], "metrics": [{"resource": 1}, 2], "ingress": [{"from": 3}]},
    ]
    for spec in odd:
        document = {"apiVersion": version, "kind": kind, "metadata": None, "spec": spec, "rules": spec, "subjects": odd}
        design = make(manifest_text.dump([document]))
        for tab in ("", "labels", "all", "yaml"):
            assert "tab-basics" in form(client, design, 0, tab)


@pytest.mark.cluster
def test_a_real_api_server_takes_what_is_added(cluster: ClusterClient, namespace: str) -> None:
    documents = manifest_text.parse(SHOP)
    for kind in (*ADD, *ADD):  # the second of each stands beside the first
        documents = add_companion(documents, kind, None).documents
    rows = {
        "Role": [("rules", "")],
        "ClusterRole": [("rules", "url")],
        "RoleBinding": [("subjects", "")],
        "ClusterRoleBinding": [("subjects", "")],
        "ServiceAccount": [("imagePullSecrets", "")],
        "Ingress": [("spec.rules", ""), ("spec.rules.0.http.paths", ""), ("spec.tls", "")],
        "NetworkPolicy": [
            *(("spec.ingress.0.from", what) for what in ("pods", "namespaces", "block")),
            *(("spec.ingress", ""), ("spec.ingress.0.ports", ""), ("spec.egress", "dns"), ("spec.egress", "")),
        ],
        "HorizontalPodAutoscaler": [("spec.metrics", "memory")],
    }
    for index, document in enumerate(documents):
        for place, what in rows.get(document["kind"], ()):
            path = (index, *(int(part) if part.isdecimal() else part for part in place.split(".")))
            documents = add_row(documents, path, what).documents
    alone = [kind for kind in ADD if kind != "HorizontalPodAutoscaler"]
    for design in (documents, [add_companion([], kind, None).documents[0] for kind in alone]):
        results = list(foresee(Target(cluster, namespace), design))
        assert [(r.kind, r.name, r.message, r.warnings) for r in results if r.action == "refused" or r.warnings] == []
        assert len(results) == len(design)
