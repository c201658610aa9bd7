"""What is offered at the cursor, what it puts into the text, and what is told of a field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.manifests import text as texts
from designer.manifests.complete import LIMIT, Completion, complete, hover
from designer.manifests.cursor import place
from designer.manifests.schema import schema
from designer.manifests.types import Documents, get
from tests.manifests.test_cursor_laws import mangled
from tests.manifests.test_rewrite_laws import SEEDS, written
from tests.manifests.test_text import DOCUMENTS

SCHEMA = schema("1.36")
POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n"
DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n"
CLAIM = "apiVersion: v1\nkind: PersistentVolumeClaim\nspec:\n  accessModes:\n"
INGRESS = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec:\n"
CONTAINER = DEPLOYMENT + "  template:\n    spec:\n      containers:\n      - name: app\n"

DESIGN: Documents = texts.parse("""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop, tier: "1"}}
    spec:
      containers:
      - name: app
        ports: [{name: http, containerPort: 8080}, {containerPort: 9090}]
      - name: log
        ports: [{name: metrics, containerPort: 24231}]
      volumes:
      - name: logs
        emptyDir: {}
      - name: conf
        configMap: {name: settings}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers: [{name: one, ports: [{name: web, containerPort: 80}]}]
  volumes: [{name: data, emptyDir: {}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {color: red, size: "1"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: elsewhere, namespace: other}
---
apiVersion: v1
kind: Secret
metadata: {name: tls}
stringData: {tls.crt: x}
data: {tls.key: eA==}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: disk}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot}
---
apiVersion: v1
kind: Service
metadata: {name: front}
spec: {selector: {app: shop}, ports: [{name: http, port: 80, targetPort: http}]}
---
apiVersion: v1
kind: List
items:
- apiVersion: batch/v1
  kind: Job
  metadata: {name: once}
  spec: {template: {spec: {containers: [{name: run}], volumes: [{name: scratch}]}}}
""")


def at(marked: str, documents: Documents = DESIGN) -> list[Completion]:
    above = marked.partition("|")[0]
    assert marked.count("|") == 1
    column = len(above) - above.rfind("\n") - 1
    return complete(marked.replace("|", ""), above.count("\n") + 1, column, SCHEMA, documents)


def labels(marked: str, documents: Documents = DESIGN) -> list[str]:
    return [choice.label for choice in at(marked, documents)]


# name, text, the labels that come first
FIRST: list[tuple[str, str, list[str]]] = [
    ("an empty document", "|", ["apiVersion", "kind"]),
    ("below a marker", "a: 1\n---\n|", ["apiVersion", "kind"]),
    ("the kind", "apiVersion: v1\n|", ["kind", "metadata"]),
    ("the keys of a kind without its version", "kind: Deployment\n|", ["apiVersion", "metadata", "spec"]),
    ("the keys of an object", POD + "|", ["status"]),
    ("required before all", DEPLOYMENT + "  |", ["selector", "template", "replicas"]),
    ("a pod's spec", POD + "  |", ["containers", "serviceAccountName"]),
    ("a container", CONTAINER + "        |", ["image", "imagePullPolicy"]),
    ("what begins so, before what has it inside", CONTAINER + "        po|", ["ports", "imagePullPolicy"]),
    ("whatever the case", CONTAINER + "        IMAGEP|", ["imagePullPolicy"]),
    ("an item", CONTAINER + "        ports:\n        - |", ["containerPort", "name"]),
    ("an item whose dash is missing", CONTAINER + "        ports:\n          |", ["containerPort", "name"]),
    ("between brackets", POD + "  containers: [{na|}]", ["name", "terminationMessagePath"]),
    ("in JSON", '{"apiVersion": "v1", "kind": "Pod", "spec": {"cont|"}}', ["containers"]),
    ("in a List", "kind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  spec:\n    |", ["type", "selector"]),
    ("a List", "apiVersion: v1\nkind: List\n|", ["items"]),
    ("a custom resource", "apiVersion: a.io/v1\nkind: A\n|", ["metadata"]),
    ("a custom resource's metadata", "apiVersion: a.io/v1\nkind: A\nmetadata:\n  |", ["name", "generateName"]),
    ("resources", CONTAINER + "        resources:\n          limits:\n            |", ["cpu", "memory"]),
    ("kinds", "kind: |", ["Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Service"]),
    ("kinds that begin so", "kind: S|", ["StatefulSet", "Service", "Secret", "ServiceAccount"]),
    ("kinds of a version", "apiVersion: batch/v1\nkind: |", ["Job", "CronJob"]),
    ("versions", "apiVersion: |", ["v1", "apps/v1", "batch/v1"]),
    ("versions of a kind", "apiVersion: |\nkind: HorizontalPodAutoscaler", ["autoscaling/v2", "autoscaling/v1"]),
    ("choices", CONTAINER + "        imagePullPolicy: |", ["Always", "IfNotPresent", "Never"]),
    ("choices of this field of this kind", DEPLOYMENT + "  strategy:\n    type: |", ["RollingUpdate", "Recreate"]),
    ("choices in a list", CLAIM + "  - |", ["ReadWriteOnce"]),
    ("choices in brackets", CLAIM.replace("\n  accessModes:\n", " {accessModes: [|]}"), ["ReadWriteOnce"]),
    ("the schema's own", POD + "  volumes:\n  - ephemeral:\n      volumeClaimTemplate:\n        spec:\n          "
     "volumeMode: |", ["Filesystem", "Block"]),
    ("a boolean", POD + "  hostNetwork: |", ["true", "false"]),
    ("a value on its own line", POD + "  restartPolicy:\n    N|", ["Never", "OnFailure"]),
    ("an empty object", POD + "  volumes:\n  - name: a\n    emptyDir: |", ["{}"]),
    ("a volume", CONTAINER + "        volumeMounts:\n        - name: |", ["logs", "conf"]),
    ("a volume of the pod meant", POD + "  containers:\n  - volumeMounts:\n    - name: |", ["data"]),
    ("a volume in a List", "---\n" * 8 + "a: 1\n---\nkind: List\nitems:\n- apiVersion: batch/v1\n  kind: Job\n"
     "  metadata: {name: once}\n  spec:\n    template:\n      spec:\n        containers:\n"
     "        - volumeMounts: [{name: |}]", ["scratch"]),
    ("a renamed pod is found by its place", CONTAINER.replace("shop", "new") + "        volumeMounts: [{name: |}]",
     ["logs", "conf"]),
    ("a ConfigMap of this namespace", POD + "  volumes:\n  - configMap:\n      name: |", ["settings"]),
    ("a ConfigMap for variables", CONTAINER + "        envFrom:\n        - configMapRef: {name: |}", ["settings"]),
    ("a Secret", POD + "  volumes:\n  - secret:\n      secretName: |", ["tls"]),
    ("a claim", POD + "  volumes:\n  - persistentVolumeClaim:\n      claimName: |", ["disk"]),
    ("a ServiceAccount", POD + "  serviceAccountName: r|", ["robot"]),
    ("a key of a ConfigMap", CONTAINER + "        env:\n        - valueFrom:\n            configMapKeyRef:\n"
     "              key: |\n              name: settings", ["color", "size"]),
    ("a key of a Secret", CONTAINER + "        env:\n        - valueFrom: {secretKeyRef: {name: tls, key: |}}",
     ["tls.key", "tls.crt"]),
    ("a key of no ConfigMap", CONTAINER + "        env: [{valueFrom: {configMapKeyRef: {name: no, key: |}}}]", []),
    ("a key of a volume's item", POD + "  volumes:\n  - configMap:\n      name: settings\n      items:\n      - key: |",
     ["color", "size"]),
    ("a probe's port", CONTAINER + "        livenessProbe:\n          httpGet:\n            port: |",
     ["http", "8080", "9090"]),
    ("a hook's port of another container", CONTAINER + "      - name: log\n        lifecycle: {preStop: {tcpSocket: "
     "{port: |}}}", ["metrics", "24231"]),
    ("a port that takes no names", CONTAINER + "        livenessProbe: {grpc: {port: |}}", ["8080", "9090"]),
    ("a Service's targetPort", "apiVersion: v1\nkind: Service\nmetadata: {name: front}\nspec:\n  ports:\n"
     "  - targetPort: |", ["http", "metrics", "8080"]),
    ("a new Service's targetPort", "apiVersion: v1\nkind: Service\nmetadata: {name: new}\nspec:\n  ports:\n"
     "  - targetPort: w|", ["web"]),
    ("a Service's selector", "apiVersion: v1\nkind: Service\nspec:\n  selector:\n    |",
     ["app: shop", "tier: 1", "app: web"]),
    ("a value of a selector", "apiVersion: v1\nkind: Service\nspec:\n  selector:\n    app: |", ["shop", "web"]),
    ("a workload's own labels", DEPLOYMENT + "  selector:\n    matchLabels:\n      |", ["app: shop", "tier: 1"]),
    ("a template's labels", DEPLOYMENT + "  template:\n    metadata:\n      labels:\n        |", ["app: shop"]),
    ("labels that are recommended", POD.replace("spec:\n", "  labels:\n    app|"), ["app.kubernetes.io/name"]),
    ("labels to stand beside", DEPLOYMENT + "  template:\n    spec:\n      affinity:\n        podAffinity:\n          "
     "requiredDuringSchedulingIgnoredDuringExecution:\n          - labelSelector:\n              matchLabels: {|}",
     ["app: shop", "tier: 1", "app: web"]),
    ("a namespace", POD.replace("spec:\n", "  namespace: |"), []),
    ("an Ingress' Service", INGRESS + "  rules:\n  - http:\n      paths:\n"
     "      - backend:\n          service:\n            name: |", ["front"]),
    ("its port", INGRESS + "  defaultBackend:\n    service:\n"
     "      name: front\n      port:\n        number: |", ["80"]),
    ("its port by name", INGRESS + "  defaultBackend:\n    service:\n"
     "      name: front\n      port:\n        name: |", ["http"]),
    ("what to scale", "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec:\n  scaleTargetRef:\n"
     "    kind: Deployment\n    name: |", ["shop"]),
    ("what else to scale", "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec:\n  scaleTargetRef:\n"
     "    kind: StatefulSet\n    name: |", []),
    ("a container for its resources", POD + "  volumes:\n  - downwardAPI:\n      items:\n      - resourceFieldRef:\n"
     "          containerName: |", ["one"]),
    ("a resource", CONTAINER + "        env:\n        - valueFrom: {resourceFieldRef: {resource: |}}", ["limits.cpu"]),
    ("downward API for variables", CONTAINER + "        env:\n        - valueFrom:\n            fieldRef:\n"
     "              fieldPath: |", ["metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName"]),
    ("downward API for labels", CONTAINER + "        env:\n        - valueFrom: {fieldRef: {fieldPath: metadata.l|}}",
     ["metadata.labels['app']", "metadata.labels['tier']"]),
    ("nothing in a comment", POD + "  # |", []),
    ("nothing for an object in brackets", "kind: List\nitems: [a|]", []),
    ("nothing for free text", CONTAINER + "        image: |", []),
    ("nothing below a scalar", POD + "  hostname: a\n    b|", []),
    ("nothing unknown", POD + "  nothing:\n    |", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "first"), [row[1:] for row in FIRST], ids=[row[0] for row in FIRST])
def test_first(text: str, first: list[str]) -> None:
    found = labels(text)
    assert found[: len(first)] == first
    assert bool(found) is bool(first)


# name, text, label, what is put in its place
PUT: list[tuple[str, str, str, str]] = [
    ("a scalar", CONTAINER + "        im|", "image", "image: "),
    ("an object", CONTAINER + "        res|", "resources", "resources:\n          "),
    ("an object, indented by four", "apiVersion: v1\nkind: Pod\nmetadata:\n    name: a\n|", "spec", "spec:\n    "),
    ("a list", CONTAINER + "        |", "ports", "ports:\n        - "),
    ("a list, indented", POD + "  volumes:\n    - name: a\n  |", "containers", "containers:\n    - "),
    ("a list as in the document above", "a:\n  - b\n---\n" + POD + "  |", "containers", "containers:\n    - "),
    ("a map", "apiVersion: v1\nkind: Pod\nmetadata:\n  |", "labels", "labels:\n    "),
    ("an item", POD + "  containers:\n  - |", "name", "name: "),
    ("an item's list", POD + "  containers:\n  - |", "ports", "ports:\n    - "),
    ("right behind the dash", POD + "  containers:\n  -|", "name", " name: "),
    ("an item without its dash", POD + "  containers:\n  - name: a\n  volumes:\n    |", "name", "- name: "),
    ("where the colon stands already", CONTAINER + "        im|: nginx", "image", "image"),
    ("in quotes", CONTAINER + '        "im|', "image", '"image": '),
    ("in quotes with a colon", CONTAINER + "        'im|age': x", "image", "'image'"),
    ("in JSON", '{"apiVersion": "v1", "kind": "Pod", "spec": {|}}', "containers", '"containers": []'),
    ("between brackets", POD + "  containers: [{|}]", "resources", "resources: {}"),
    ("a value", POD + "  restartPolicy: |", "Never", "Never"),
    ("right behind the colon", POD + "  restartPolicy:|", "Never", " Never"),
    ("a value in quotes", POD + '  restartPolicy: "N|"', "Never", '"Never"'),
    ("a value in JSON", '{"apiVersion": "v1", "kind": "Pod", "spec": {"restartPolicy": |}}', "Never", '"Never"'),
    ("an empty value", POD + "  volumes:\n  - emptyDir:\n      medium: |", '""', '""'),
    ("a word that YAML would not read as one", DEPLOYMENT + "  selector:\n    matchLabels:\n      tier: |", "1", '"1"'),
    ("a label", "apiVersion: v1\nkind: Service\nspec:\n  selector:\n    |", "tier: 1", 'tier: "1"'),
    ("a port's number", CONTAINER + "        livenessProbe: {tcpSocket: {port: |}}", "8080", "8080"),
    ("a boolean", POD + "  hostPID: t|", "true", "true"),
    ("a word of a list without its dash", CLAIM + "    |",
     "ReadWriteOnce", "- ReadWriteOnce"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "label", "value"), [row[1:] for row in PUT], ids=[row[0] for row in PUT])
def test_put(text: str, label: str, value: str) -> None:
    assert {choice.label: choice.value for choice in at(text)}[label] == value


def test_what_is_there_is_not_offered() -> None:
    found = labels(CONTAINER + "        |\n        image: x\n        env: []\n")
    assert not {"name", "image", "env"} & {*found}
    assert "command" in found
    assert "image" in labels(CONTAINER + "        im|age: x\n")
    assert labels("apiVersion: v1\nkind: Service\nspec:\n  selector:\n    app: shop\n    |") == ["tier: 1"]


def test_details() -> None:
    found = {choice.label: choice for choice in at(CONTAINER + "        |")}
    assert found["ports"].detail == "list of ContainerPort"
    assert found["command"].detail == "list of string"
    assert found["stdin"].detail == "boolean"
    assert found["resources"].detail == "ResourceRequirements"
    assert found["image"].description.startswith("Container image name.")
    found = {choice.label: choice for choice in at(POD + "  containers:\n  - |")}
    assert found["name"].detail == "string · required"
    probe = "        livenessProbe:\n          httpGet:\n            |"
    assert {c.label: c.detail for c in at(CONTAINER + probe)}["port"] == "integer or string · required"
    assert {c.label: c.detail for c in at("apiVersion: v1\nkind: Pod\nmetadata:\n  |")}["labels"] == "map of string"
    assert {c.label: c.detail for c in at(CONTAINER + "        volumeMounts: [{name: |}]")} == {
        "conf": "volume · configMap",
        "logs": "volume · emptyDir",
    }
    assert at("kind: Deploy|")[0].description.startswith("Deployment enables declarative updates")


def test_the_default_is_told() -> None:
    assert {c.label: c.detail for c in at(POD + "  restartPolicy: |")} == {
        "Always": "default",
        "OnFailure": "",
        "Never": "",
    }
    assert {c.label: c.detail for c in at(POD + "  hostNetwork: |")} == {"true": "", "false": "default"}


def test_rare_fields_come_last() -> None:
    found = labels("apiVersion: v1\nkind: Pod\nmetadata:\n  |")
    assert {*found[-8:]} >= {"uid", "managedFields", "creationTimestamp", "resourceVersion", "selfLink"}
    assert labels(POD.replace("spec:\n", "|"))[-1] == "status"
    assert labels(POD + "  |")[-1] == "serviceAccount"


def test_requests_are_no_kinds() -> None:
    found = labels("kind: |")
    assert not {"Eviction", "Scale", "TokenReview", "PodList", "Status", "Binding"} & {*found}
    assert len(found) == len({*found})
    assert len(labels("apiVersion: |")) <= LIMIT


HOVERS: list[tuple[str, str, tuple[str, str, int, int] | None]] = [
    ("a key", CONTAINER + "        im|age: x", ("image", "string", 8, 13)),
    ("a value", CONTAINER + "        image: ngi|nx", ("image", "string", 8, 13)),
    ("a list", CONTAINER + "        po|rts: []", ("ports", "list of ContainerPort", 8, 13)),
    ("a key in quotes", CONTAINER + '        "im|age": x', ("image", "string", 8, 15)),
    ("a key in brackets", CONTAINER + "        resources: {li|mits: {}}", ("limits", "map of quantity", 20, 26)),
    ("a label", POD.replace("spec:\n", "  labels:\n    a|pp: x"), ("labels", "map of string", 4, 7)),
    ("a label's value", POD.replace("spec:\n", "  labels:\n    app: |x"), ("labels", "map of string", 4, 7)),
    ("a word of a list", CONTAINER + "        args:\n        - --a|ll", ("args", "list of string", 10, 15)),
    ("a word of a list in brackets", CONTAINER + "        args: [--a|ll]", ("args", "list of string", 15, 20)),
    ("an item's key", POD + "  containers:\n  - na|me: x", ("name", "string · required", 4, 8)),
    ("the kind", "apiVersion: v1\nki|nd: Pod", ("kind", "string", 0, 4)),
    ("a custom resource's metadata", "kind: A\napiVersion: a/v1\nmeta|data: {}", ("metadata", "ObjectMeta", 0, 8)),
    ("an unknown field", POD + "  no|thing: 1", None),
    ("a custom resource's field", "kind: A\napiVersion: a/v1\nsp|ec: {}", None),
    ("a comment", POD + "  # ho|stname: a", None),
    ("an empty line", POD + "  |\n", None),
]


@pytest.mark.parametrize(("text", "told"), [row[1:] for row in HOVERS], ids=[row[0] for row in HOVERS])
def test_hover(text: str, told: tuple[str, str, int, int] | None) -> None:
    above = text.partition("|")[0]
    line, column = above.count("\n") + 1, len(above) - above.rfind("\n") - 1
    found = hover(text.replace("|", ""), line, column, SCHEMA)
    assert (found and (found.name, found.detail, found.start, found.end)) == told
    assert found is None or found.description


POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
RESIZE = CONTAINER + "        resizePolicy:\n        - resourceName: cpu\n"
LACKING = "Kubernetes {} does not have this field; "


@pytest.mark.parametrize(
    ("text", "version", "name", "says"),
    [
        (RESIZE.replace("sizeP", "si|zeP"), "1.25", "resizePolicy", LACKING + "it came with 1.27."),
        (RESIZE.replace("resourceN", "resou|rceN"), "1.26", "resourceName", LACKING + "it came with 1.27."),
        (RESIZE.replace("cpu", "c|pu"), "1.26", "resourceName", LACKING + "it came with 1.27."),
        (POLICY + "sta|tus: {}", "1.37", "status", LACKING + "it was removed, and 1.27 was the last to have it."),
        (RESIZE.replace("sizeP", "si|zeP"), "1.27", "resizePolicy", "Resources resize policy"),
        (POLICY + "sta|tus: {}", "1.27", "status", ""),
    ],
)
def test_a_field_of_another_version_is_told_as_that(text: str, version: str, name: str, says: str) -> None:
    above = text.partition("|")[0]
    line, column = above.count("\n") + 1, len(above) - above.rfind("\n") - 1
    found = hover(text.replace("|", ""), line, column, schema(version))
    assert found is not None
    assert found.name == name
    assert found.description.startswith(says.format(version))
    first, _, more = found.description.partition("\n\n")
    assert ("does not have this field" in first) == says.startswith(LACKING)
    assert not says.startswith(LACKING) or more


def test_the_kind_itself_is_told() -> None:
    found = hover("apiVersion: apps/v1\nkind: Deployment", 2, 8, SCHEMA)
    assert found is not None
    assert found.description.startswith("Deployment enables declarative updates")


@given(SEEDS, DOCUMENTS)
def test_no_text_and_no_design_is_too_strange(seed: int, documents: Documents) -> None:
    text, chance = written(seed)
    head = chance.choice(["", POD, CONTAINER, "apiVersion: v1\nkind: Service\nspec:\n  ", "kind: List\nitems:\n- "])
    text = mangled(head + text, chance)
    for line, content in enumerate(text.split("\n"), 1):
        column = chance.randint(0, len(content))
        found = complete(text, line, column, SCHEMA, documents)
        assert len(found) <= LIMIT
        assert [choice.score for choice in found] == sorted((choice.score for choice in found), reverse=True)
        told = hover(text, line, column, SCHEMA)
        assert told is None or 0 <= told.start < told.end <= len(content)


@given(st.sampled_from([row[1] for row in FIRST]), st.data())
def test_no_design_is_too_mangled(marked: str, data: st.DataObject) -> None:
    """Parts of the design are replaced by anything: the choices there are may go, nothing else happens."""
    documents: Any = texts.copy(DESIGN)
    for _ in range(3):
        around: Any = documents
        while isinstance(around, dict | list) and around and data.draw(st.integers(0, 5)):
            key = data.draw(st.sampled_from(sorted(around) if isinstance(around, dict) else range(len(around))))
            if data.draw(st.booleans()) and around is not documents:
                around[key] = data.draw(st.sampled_from([None, 1, "", "x", [], {}, [None], [1], {"a": 1}, True, 1.5]))
            around = around[key]
    assert len(labels(marked, documents)) <= LIMIT


def test_what_is_put_in_can_be_read() -> None:
    """Each key that is offered, put into the text with a value, gives a document that has it at the place's path."""
    above = POD + "  containers:\n  - name: a\n    livenessProbe:\n      "
    for choice in at(above + "|"):
        line = above.count("\n") + 1
        where = place(above, line, 6)
        read = texts.parse(above + choice.value + "x\n")
        assert get(read, (0, *where.path, choice.label)) in ("x", ["x"])
