"""What of a design goes into a preset of one's own, and what of it is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from designer.manifests.pod import pod_at
from designer.manifests.text import parse
from designer.manifests.types import Documents, ManifestError
from patterns.preset import Preset
from patterns.selection import candidates, choices, selected
from patterns.weave import weave

DESIGN = parse("""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - name: shop
        image: shop:1
        ports: [{containerPort: 8080}]
        volumeMounts: [{name: logs, mountPath: /var/log}]
      - name: shipper
        image: shipper:2
        env:
        - {name: TARGET, value: "https://logs.example.com"}
        - {name: API_TOKEN, value: hunter2}
        - {name: FROM, valueFrom: {configMapKeyRef: {name: shipper, key: from}}}
        ports: [{containerPort: 9000}]
        livenessProbe: {httpGet: {path: /, port: 9000}}
        volumeMounts:
        - {name: logs, mountPath: /logs}
        - {name: settings, mountPath: /etc/shipper}
      volumes:
      - {name: logs, emptyDir: {}}
      - {name: settings, configMap: {name: shipper}}
      - {name: spare, emptyDir: {}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shipper}
data: {from: "${HOME}"}
---
apiVersion: v1
kind: Service
metadata: {name: shipper-metrics}
spec:
  selector: {app: shop}
  ports: [{port: 9000, targetPort: 9000}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
---
apiVersion: v1
kind: Secret
metadata: {name: key}
stringData: {key: hunter2}
""")
SHIPPER = ["0/containers/1"]
OTHER = parse("""\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: nginx}]}
""")


def made(**options: Any) -> Preset:
    return selected(DESIGN, SHIPPER, name="shipper", title="Shipper", pattern="sidecar", **options)


def woven(preset: Preset, **values: Any) -> Documents:
    return weave(preset, values, OTHER, 0).documents


def shipper(documents: Documents) -> dict[str, Any]:
    found: dict[str, Any] = next(c for c in documents[0]["spec"]["containers"] if c["name"] == "shipper")
    return found


def test_what_the_containers_need_is_chosen() -> None:
    pod = pod_at(DESIGN, 0)
    assert pod
    volumes, objects = choices(DESIGN, made(), pod)
    assert [(one.id, one.needed) for one in volumes] == [("logs", True), ("settings", True), ("spare", False)]
    assert [(one.id, one.needed) for one in objects] == [
        ("ConfigMap/shipper", True),
        ("Service/shipper-metrics", True),
        ("ConfigMap/other", False),
    ]


def test_a_volume_that_is_left_out_is_not_mounted() -> None:
    preset = made(volumes=["settings"], objects=["ConfigMap/shipper"])
    documents = woven(preset)
    assert [mount["name"] for mount in shipper(documents)["volumeMounts"]] == ["settings"]
    assert [volume["name"] for volume in documents[0]["spec"]["volumes"]] == ["settings"]
    assert [document["kind"] for document in documents] == ["Pod", "ConfigMap"]
    assert "volumeMounts" not in documents[0]["spec"]["containers"][0]
    assert not preset.parameter("APP"), "nothing is left that it would be for"
    assert not preset.parameter("LOGS_VOLUME")


def test_without_volumes_there_are_none() -> None:
    documents = woven(made(volumes=[], objects=[]))
    assert "volumes" not in documents[0]["spec"]
    assert "volumeMounts" not in shipper(documents)


def test_other_volumes_and_objects_come_along_if_they_are_chosen() -> None:
    documents = woven(made(volumes=["logs", "settings", "spare"], objects=["ConfigMap/other", "Secret/key"]))
    assert {volume["name"] for volume in documents[0]["spec"]["volumes"]} == {"logs", "settings", "spare"}
    assert [document["metadata"]["name"] for document in documents] == ["web", "other"]
    assert "hunter2" not in str(documents[1:]), "the values of a Secret never go into a preset"


def test_what_could_be_asked_for() -> None:
    found = {one.id: (one.what, one.type, one.value, one.name, len(one.places)) for one in candidates(made(asked={}))}
    assert found == {
        "env:shipper/TARGET": ("variable TARGET of shipper", "string", "https://logs.example.com", "TARGET", 1),
        "env:shipper/API_TOKEN": ("variable API_TOKEN of shipper", "string", "hunter2", "API_TOKEN", 1),
        "port:9000": ("port 9000", "freePort", 9000, "PORT_9000", 3),
    }


def test_a_value_that_is_asked_for_is_put_in_wherever_it_stands() -> None:
    preset = made(asked={"port:9000": "PORT", "name:shipper": "SETTINGS", "env:shipper/TARGET": "TARGET"})
    assert woven(preset) == woven(made()), "by default it is what it was"
    documents = woven(preset, PORT=9100, SETTINGS="mine", TARGET="http://x")
    container = shipper(documents)
    assert container["ports"] == [{"containerPort": 9100}]
    assert container["livenessProbe"]["httpGet"]["port"] == 9100
    assert container["env"][0]["value"] == "http://x"
    assert container["env"][2]["valueFrom"]["configMapKeyRef"]["name"] == "mine"
    (settings,) = [v for v in documents[0]["spec"]["volumes"] if "configMap" in v]
    assert settings["configMap"]["name"] == "mine"
    (service,) = [d for d in documents if d["kind"] == "Service"]
    assert service["spec"]["ports"] == [{"port": 9000, "targetPort": 9100}], "clients call what they called"
    assert "mine" in [d["metadata"]["name"] for d in documents if d["kind"] == "ConfigMap"]


def test_what_looks_like_a_password_is_asked_for_without_a_default() -> None:
    preset = made(asked={"env:shipper/API_TOKEN": "API_TOKEN"})
    parameter = preset.parameter("API_TOKEN")
    assert parameter
    assert (parameter.secret, parameter.default, parameter.required) == (True, None, True)
    assert "hunter2" not in str(preset)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"port:9000": "port"}, "cannot be a parameter's name"),
        ({"port:9000": ""}, "cannot be a parameter's name"),
        ({"port:9000": "IMAGE"}, "two parameters are called IMAGE"),
        ({"port:9000": "X", "env:shipper/TARGET": "X"}, "two parameters are called X"),
    ],
)
def test_names_that_cannot_be_are_refused(asked: dict[str, str], said: str) -> None:
    with pytest.raises(ManifestError, match=said):
        made(asked=asked)


def test_what_is_not_there_any_more_is_not_asked_for() -> None:
    assert made(asked={"port:1": "ONE"}).parameters == made(asked={}).parameters


def test_the_names_of_what_comes_along_give_way() -> None:
    preset = made()
    names = [(p.name, p.type, p.default, p.advanced) for p in preset.parameters if p.type == "objectName"]
    assert names == [
        ("CONFIG_MAP_NAME", "objectName", "shipper", True),
        ("SERVICE_NAME", "objectName", "shipper-metrics", True),
    ]
    theirs = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "shipper"}, "data": {"other": "1"}}
    documents = weave(preset, {}, [*OTHER, theirs], 0).documents
    assert [one["metadata"]["name"] for one in documents] == ["web", "shipper", "shipper-2", "shipper-metrics"]
    assert shipper(documents)["env"][2]["valueFrom"]["configMapKeyRef"]["name"] == "shipper-2"


def test_a_port_is_asked_for_wherever_the_containers_speak_of_it() -> None:
    design = parse("""\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: nginx}
  - name: helper
    image: helper
    command: [helper, "-p", "80"]
    args: ["--listen=0.0.0.0:9000", "--timeout=80", "--id=19000", "--version=1.9000.2", "9000"]
    env:
    - {name: LISTEN, value: "80"}
    - {name: RETRIES, value: "80"}
    - {name: SELF, value: "http://localhost:9000/x and 80"}
    ports: [{containerPort: 9000}, {containerPort: 80}]
    livenessProbe: {exec: {command: [curl, "localhost:9000/healthz"]}}
    readinessProbe: {httpGet: {port: 9000}}
""")
    asked = {"port:9000": "PORT", "port:80": "HTTP"}
    preset = selected(design, ["0/containers/1"], name="h", title="H", pattern="sidecar", asked=asked)
    documents = weave(preset, {"PORT": 9100, "HTTP": 81}, OTHER, 0).documents
    helper = documents[0]["spec"]["containers"][1]
    assert helper["command"] == ["helper", "-p", "81"]
    assert helper["args"] == ["--listen=0.0.0.0:9100", "--timeout=80", "--id=19000", "--version=1.9000.2", "9100"]
    values = [one["value"] for one in helper["env"]]
    assert values == ["81", "80", "http://localhost:9100/x and 80"]
    assert [port["containerPort"] for port in helper["ports"]] == [9100, 81]
    assert helper["livenessProbe"]["exec"]["command"] == ["curl", "localhost:9100/healthz"]
    assert helper["readinessProbe"]["httpGet"]["port"] == 9100


FRONT = parse("""\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers:
  - {name: web, image: httpd, ports: [{containerPort: 80}, {containerPort: 9100}]}
  - name: front
    image: nginx
    args: ["--metrics=http://localhost:9100/", "--other=http://shop.example.com:80"]
    env: [{name: UPSTREAM, value: "127.0.0.1:80"}]
    ports: [{containerPort: 443}]
    volumeMounts: [{name: conf, mountPath: /etc/nginx/conf.d}]
  volumes: [{name: conf, configMap: {name: front}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: front}
data:
  default.conf: |
    server { listen 443 ssl; keepalive_timeout 443; location / { proxy_pass http://127.0.0.1:80; } }
---
apiVersion: v1
kind: Service
metadata: {name: front}
spec: {selector: {app: web}, ports: [{port: 443}]}
""")


def test_what_it_listens_on_gives_way_and_what_it_calls_is_a_port_of_the_pod() -> None:
    front = selected(FRONT, ["0/containers/1"], name="front", title="Front", pattern="sidecar")
    asked = {p.name: (p.type, p.default, p.of) for p in front.parameters if p.type in ("freePort", "containerPort")}
    assert asked == {
        "PORT_443": ("freePort", 443, ""),
        "APP_PORT": ("containerPort", "port", "APP"),
        "APP_PORT_2": ("containerPort", 9100, "APP"),
    }
    assert [p.name for p in front.parameters if p.type == "container"] == ["APP"]
    other = parse("""\
apiVersion: v1
kind: Pod
metadata: {name: shop, labels: {app: shop}}
spec:
  containers:
  - {name: shop, image: shop, ports: [{containerPort: 8000}]}
  - {name: tls, image: tls, ports: [{containerPort: 443}]}
""")
    pod, config, service = weave(front, {}, other, 0).documents
    made = pod["spec"]["containers"][2]
    assert made["ports"] == [{"containerPort": 8443}]
    assert made["env"] == [{"name": "UPSTREAM", "value": "127.0.0.1:8000"}]
    assert made["args"] == ["--metrics=http://localhost:9100/", "--other=http://shop.example.com:80"]
    said = "server { listen 8443 ssl; keepalive_timeout 443; location / { proxy_pass http://127.0.0.1:8000; } }"
    assert config["data"]["default.conf"].strip() == said
    assert service["spec"]["ports"] == [{"port": 443, "targetPort": 8443}]


def test_a_whole_design_keeps_its_ports() -> None:
    whole = selected(FRONT, ["0"], name="front", title="Front", pattern="sidecar")
    assert not [p for p in whole.parameters if p.type in ("freePort", "containerPort", "container")]
