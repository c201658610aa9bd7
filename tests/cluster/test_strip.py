"""A live object without what a server puts there: a real one must make the same object of what is left."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from designer.clusters.client import Client
from designer.clusters.compare import changes
from designer.clusters.strip import strip
from designer.manifests import text
from designer.manifests.schema import schema
from designer.manifests.types import Document
from patterns import catalogue
from patterns.weave import weave
from tests.cluster.documents import config_map, deployment, pod
from tests.patterns.test_named_presets import KINDS, workload

FULL = """\
apiVersion: v1
kind: Pod
metadata: {name: full, labels: {app: full}, annotations: {note: kept}}
spec:
  hostNetwork: true
  serviceAccountName: full
  restartPolicy: OnFailure
  tolerations:
  - {key: mine, operator: Exists}
  - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 5}
  initContainers:
  - name: proxy
    image: registry.example:5000/proxy
    restartPolicy: Always
    startupProbe: {grpc: {port: 9000}, periodSeconds: 3}
  containers:
  - name: app
    image: nginx:1.29@sha256:2d3fd2c4e9ae1c5a3b3a4a6d7a8a0d9b1f8b6f5c4d3e2f1a0b9c8d7e6f5a4b3c
    imagePullPolicy: Always
    ports: [{name: http, containerPort: 80}, {containerPort: 53, protocol: UDP}]
    env:
    - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
    resources: {requests: {cpu: 100m}}
    livenessProbe: {httpGet: {path: /alive, port: http, scheme: HTTPS}, failureThreshold: 5}
    readinessProbe: {httpGet: {port: http}}
    lifecycle: {preStop: {httpGet: {path: /bye, port: http}}}
    volumeMounts: [{name: all, mountPath: /all}, {name: keys, mountPath: /keys, readOnly: true}]
  volumes:
  - name: all
    projected:
      sources:
      - configMap: {name: settings}
      - serviceAccountToken: {path: token}
      - downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}
  - {name: keys, secret: {secretName: keys, defaultMode: 256}}
  - {name: node, hostPath: {path: /var/log}}
  - {name: claim, persistentVolumeClaim: {claimName: data}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80}, {name: tls, port: 443, targetPort: https}]
---
apiVersion: v1
kind: Service
metadata: {name: headless}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}], publishNotReadyAddresses: true}
---
apiVersion: v1
kind: Service
metadata: {name: fixed}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
---
apiVersion: v1
kind: Service
metadata: {name: outside}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: elsewhere}
spec: {type: ExternalName, externalName: db.example.org}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: headless
  selector: {matchLabels: {app: db}}
  updateStrategy: {rollingUpdate: {partition: 2}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "postgres:17"}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  strategy: {type: Recreate}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {serviceAccountName: web, terminationGracePeriodSeconds: 5, containers: [{name: web, image: nginx}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: 0 3 * * *
  jobTemplate:
    spec:
      backoffLimit: 2
      template:
        spec: {restartPolicy: Never, containers: [{name: backup, image: "backup:1"}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: migrate, image: "migrate:1"}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 5}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
  - http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
"""


def differences(client: Client, document: Document, namespace: str) -> list[Any]:
    """What a server makes otherwise of an object that it gave us and we stripped; and what we left of its own."""
    live = client.apply(document, namespace, dry_run=True).document
    left = strip(live)
    again = client.apply({**left, "metadata": {**left["metadata"], "name": "again"}}, namespace, dry_run=True).document
    again["metadata"]["name"] = live["metadata"]["name"]
    made = [change for change in changes(live, again, left) if not _by_name(change.path)]
    return [(change.path, change.old, change.new) for change in made]


def _by_name(path: tuple[Any, ...]) -> bool:
    # A Service's addresses and a Job's own labels are made anew for each object; the account that a Pod has by default
    # is given by an admission plugin that the API server of the tests does without.
    mine = {"clusterIP", "clusterIPs", "nodePort", "labels", "selector", "serviceAccountName", "serviceAccount"}
    return bool(mine & set(path))


EXAMPLES = text.parse(FULL)


@pytest.mark.cluster
@pytest.mark.parametrize("document", EXAMPLES, ids=lambda d: f"{d['kind']}-{d['metadata']['name']}")
def test_what_is_left_makes_the_same_object_and_is_what_was_written(
    client: Client, namespace: str, document: Document
) -> None:
    if get_node_ports(document):
        # The second object of a fixed node port is refused.
        assert strip(client.apply(document, namespace, dry_run=True).document)["spec"] == document["spec"]
        return
    assert differences(client, document, namespace) == []
    left = strip(client.apply(document, namespace, dry_run=True).document)
    left["metadata"].pop("namespace")
    assert [(c.path, c.old, c.new) for c in changes(written(document), left, left)] == []


def get_node_ports(document: Document) -> bool:
    return document["metadata"]["name"] == "fixed"


def written(document: Document) -> Document:
    """The document, without the one thing in it that is a default: how a StatefulSet with a partition is updated."""
    out = copy.deepcopy(document)
    if out["kind"] == "StatefulSet":
        out["spec"]["updateStrategy"]["type"] = "RollingUpdate"
    return out


@pytest.mark.cluster
@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_every_preset_comes_back_as_it_was_woven(client: Client, namespace: str, name: str) -> None:
    woven = weave(catalogue.preset(name), {}, [], None).documents
    for document in woven:
        if schema().definition_of(document["apiVersion"], document["kind"]) and document["kind"] != "Namespace":
            assert differences(client, document, namespace) == []


@pytest.mark.cluster
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_workload_comes_back(client: Client, namespace: str, kind: str) -> None:
    for document in text.parse(workload(kind)):
        assert differences(client, document, namespace) == []


@pytest.mark.cluster
def test_a_pod_that_ran_is_free_of_its_node_and_its_token(client: Client, namespace: str) -> None:
    client.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}}, namespace, False)
    live = client.apply(pod(), namespace, dry_run=False).document
    live["spec"]["nodeName"] = "node-1"
    left = strip(live)
    left["metadata"].pop("namespace")
    assert left == pod()


def test_the_input_is_not_changed_and_odd_shapes_pass() -> None:
    live = deployment() | {"status": {"replicas": 1}}
    before = copy.deepcopy(live)
    assert "status" not in strip(live)
    assert live == before
    odd: list[Document] = [
        {"kind": "Pod", "apiVersion": "v1", "metadata": 7, "spec": {"containers": "no", "volumes": 3}},
        {"kind": "Service", "apiVersion": "v1", "metadata": {}, "spec": {"ports": ["x", 7]}},
        {"kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"labels": []}, "spec": []},
        {"kind": "Pod", "apiVersion": "v1", "spec": {"containers": [7, {"env": [1], "ports": "x", "lifecycle": 2}]}},
    ]
    for document in odd:
        strip(document)


def test_annotations_and_labels_of_controllers_go_and_others_stay() -> None:
    live = config_map(a="b")
    live["metadata"] |= {
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "mine": "x"},
        "labels": {"pod-template-hash": "5", "app": "web"},
        "uid": "7",
    }
    assert strip(live)["metadata"] == {"name": "settings", "annotations": {"mine": "x"}, "labels": {"app": "web"}}
