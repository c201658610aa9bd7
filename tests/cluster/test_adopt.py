"""Take workloads of a real cluster into a design, with what belongs to them and nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client as Browser

from designer.clusters import adopt
from designer.clusters.adopt import workloads
from designer.clusters.client import Client
from designer.clusters.errors import ClusterError
from designer.clusters.models import Cluster
from designer.clusters.objects import key_of
from designer.clusters.plan import order
from designer.designs.models import Design
from designer.manifests import text
from designer.manifests.types import Document
from tests.cluster.control_plane import ControlPlane
from tests.people import owner

pytestmark = pytest.mark.cluster

SHOP = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, annotations: {note: kept}}
spec:
  replicas: 2
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop, tier: web}}
    spec:
      serviceAccountName: shop
      initContainers: [{name: proxy, image: "envoy:1.35", restartPolicy: Always}]
      containers:
      - name: app
        image: shop:1
        envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: passwords}}]
        env: [{name: MISSING, valueFrom: {configMapKeyRef: {name: nowhere, key: a, optional: true}}}]
        volumeMounts: [{name: data, mountPath: /data}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {tier: web}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  tls: [{secretName: certificate}]
  rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}}]
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {a: b}}
---
{apiVersion: v1, kind: Secret, metadata: {name: passwords}, stringData: {a: b}}
---
{apiVersion: v1, kind: Secret, metadata: {name: certificate}, stringData: {a: b}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: shop}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shop}
spec: {podSelector: {matchLabels: {app: shop}}, policyTypes: [Ingress]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: shop}
spec: {minAvailable: 1, selector: {matchLabels: {app: shop}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: shop}
spec: {maxReplicas: 4, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}}
"""
OTHERS = """\
{apiVersion: v1, kind: ConfigMap, metadata: {name: others}, data: {a: b}}
---
{apiVersion: v1, kind: Service, metadata: {name: other}, spec: {selector: {app: other}, ports: [{port: 80}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all}
spec: {podSelector: {}, policyTypes: [Ingress]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: 0 3 * * *
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: backup, image: "b:1"}]}}}}
"""


@pytest.fixture
def shop(client: Client, namespace: str) -> list[Document]:
    documents = text.parse(SHOP) + text.parse(OTHERS)
    for index in order(documents):
        client.apply(documents[index], namespace, dry_run=False)
    made_by_shop: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "shop-1",
            "ownerReferences": [
                {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "shop-1", "uid": "1", "controller": True}
            ],
        },
        "spec": {"containers": [{"name": "app", "image": "shop:1"}]},
    }
    client.apply(made_by_shop, namespace, dry_run=False)
    return text.parse(SHOP)


@pytest.mark.usefixtures("shop")
def test_workloads_are_listed_without_those_that_another_made(client: Client, namespace: str) -> None:
    found, problems = workloads(client, namespace)
    assert [(one.id, one.containers, one.ready) for one in found] == [
        ("Deployment/shop", ("proxy", "app"), "0 of 2"),
        ("CronJob/nightly", ("backup",), ""),
    ]
    assert problems == []


def test_a_workload_comes_with_what_belongs_to_it_as_it_was_written(
    client: Client, namespace: str, shop: list[Document]
) -> None:
    taken = adopt.adopt(client, namespace, [("Deployment", "shop")])
    written = {key_of(document, "x"): document for document in shop if document["kind"] != "Secret"}
    assert {key_of(document, "x"): document for document in taken.documents} == written
    assert sorted(taken.left) == [
        "ConfigMap nowhere is referred to, and is not there.",
        "Secret certificate stays where it is: the design refers to it.",
        "Secret passwords stays where it is: the design refers to it.",
    ]


@pytest.mark.usefixtures("shop")
def test_secrets_come_only_when_asked_for(client: Client, namespace: str) -> None:
    taken = adopt.adopt(client, namespace, [("Deployment", "shop")], secrets=True)
    secrets = {document["metadata"]["name"]: document for document in taken.documents if document["kind"] == "Secret"}
    assert set(secrets) == {"passwords", "certificate"}
    assert secrets["passwords"]["data"] == {"a": "Yg=="}


@pytest.mark.usefixtures("shop")
def test_a_workload_that_is_gone_is_told(client: Client, namespace: str) -> None:
    with pytest.raises(ClusterError, match="no Deployment other"):
        adopt.adopt(client, namespace, [("Deployment", "other")])


def test_the_marks_of_helm_do_not_come_along(client: Client, namespace: str) -> None:
    document = text.parse(SHOP)[0]
    document["metadata"] |= {
        "annotations": {
            "meta.helm.sh/release-name": "rel",
            "meta.helm.sh/release-namespace": namespace,
            "note": "kept",
        },
        "labels": {"app.kubernetes.io/managed-by": "Helm", "helm.sh/chart": "shop-1", "app": "shop"},
    }
    client.apply(document, namespace, dry_run=False)
    taken = adopt.adopt(client, namespace, [("Deployment", "shop")])
    assert taken.documents[0]["metadata"] == {
        "name": "shop", "annotations": {"note": "kept"}, "labels": {"app": "shop"},
    }  # fmt: skip
    assert any("Helm release rel" in words for words in taken.left)


def test_who_may_do_nothing_is_told_what(reader: Client, namespace: str) -> None:
    found, problems = workloads(reader, namespace)
    assert (found, len(problems)) == ([], 7)
    assert "You may not list deployments.apps" in problems[0]


@pytest.mark.usefixtures("shop")
@pytest.mark.django_db
def test_on_the_page(control_plane: ControlPlane, namespace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))
    browser = Browser(SERVER_NAME="127.0.0.1", headers={"hx-request": "true"})
    assert "Asking the cluster" in browser.get("/import/cluster/").content.decode()
    cluster = Cluster.objects.get(context=control_plane.admin)
    asked = {"cluster": str(cluster.pk), "namespace": namespace}
    listed = browser.get("/import/cluster/workloads/", asked).content.decode()
    assert re.findall(r'name="workload" value="([^"]*)"', listed) == ["Deployment/shop", "CronJob/nightly"]
    sent: dict[str, Any] = {**asked, "workload": ["Deployment/shop"]}
    page = browser.post("/import/cluster/", sent).content.decode()
    assert "Secret passwords stays where it is" in page
    design = Design.objects.get(owner=owner())
    assert (design.name, design.revision.summary) == (
        "shop",
        f"taken from {control_plane.admin}, namespace {namespace}",
    )
    assert design.documents[0]["kind"] == "Deployment"
    assert browser.post("/import/cluster/", sent | {"workload": ["CronJob/nightly"]}).status_code == 302
    nothing = browser.post("/import/cluster/", sent | {"workload": []})
    assert (nothing.status_code, "No workload is chosen" in nothing.content.decode()) == (422, True)
    for odd in ("", "999999", "x", "1" * 40):
        said = browser.get("/import/cluster/workloads/", asked | {"cluster": odd}).content.decode()
        assert "not there any more" in said
