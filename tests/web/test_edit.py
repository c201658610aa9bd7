"""Edits as the forms send them: one request a verb, all panes back, errors at the field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from designer.designs.models import Design
from designer.manifests.types import get
from designer.web.verbs import VERBS
from tests.web.conftest import POD

Make = Callable[..., Design]
C0, C1, V0 = "0/containers/0", "0/containers/1", "0/volumes/0"
SPEC = "/0/spec/"


def send(client: Client, design: Design, verb: str, **data: Any) -> HttpResponse:
    answer: HttpResponse = client.post(reverse("edit", args=[design.pk, verb]), {"base": design.number, **data})  # type: ignore[assignment]
    design.refresh_from_db()
    return answer


# verb, what the form sends, where to look afterwards, what stands there
EDITS: list[tuple[str, dict[str, Any], tuple[str | int, ...], Any]] = [
    ("set", {"path": SPEC + "containers/0/image", "value": "nginx:2"}, ("spec", "containers", 0, "image"), "nginx:2"),
    ("set", {"path": SPEC + "containers/0/image", "value": ""}, ("spec", "containers", 0, "image"), None),
    (
        "set",
        {"path": SPEC + "terminationGracePeriodSeconds", "value": "5"},
        ("spec", "terminationGracePeriodSeconds"),
        5,
    ),
    ("set", {"path": SPEC + "hostNetwork", "value": "true"}, ("spec", "hostNetwork"), True),
    (
        "set",
        {"path": SPEC + "containers/0/args", "kind": "list", "value": "-c 'a b' $(X)"},
        ("spec", "containers", 0, "args"),
        ["-c", "a b", "$(X)"],
    ),
    (
        "set-lines",
        {"path": SPEC + "containers/0/args", "value": "-c\r\na b"},
        ("spec", "containers", 0, "args"),
        ["-c", "a b"],
    ),
    (
        "set",
        {"path": SPEC + "containers/0/resources", "kind": "yaml", "value": "limits:\n  example.com/gpu: 1\n"},
        ("spec", "containers", 0, "resources"),
        {"limits": {"example.com/gpu": 1}},
    ),
    (
        "role",
        {"at": C1, "value": "adapter"},
        ("metadata", "annotations", "role.podpatterns.dev/logs"),
        "adapter",
    ),
    ("set-text", {"path": "/0/metadata/labels/app", "value": ""}, ("metadata", "labels", "app"), ""),
    (
        "set-yaml",
        {"at": V0, "value": "name: logs\nemptyDir: {medium: Memory}\n"},
        ("spec", "volumes", 0, "emptyDir"),
        {"medium": "Memory"},
    ),
    ("unset", {"path": SPEC + "containers/0/ports/0"}, ("spec", "containers", 0, "ports"), None),
    ("add-pair", {"path": "/0/metadata/annotations"}, ("metadata", "annotations"), {"key": ""}),
    ("rename-key", {"path": "/0/metadata/labels/app", "value": "a.b/c"}, ("metadata", "labels"), {"a.b/c": "web"}),
    ("add-container", {"at": "0", "kind": "app"}, ("spec", "containers", 2, "name"), "container"),
    ("add-container", {"at": "0", "kind": "init"}, ("spec", "initContainers", 0), {"name": "container"}),
    ("add-container", {"at": "", "kind": "sidecar"}, ("spec", "initContainers", 0, "restartPolicy"), "Always"),
    ("rename-container", {"at": C0, "value": "front"}, ("spec", "containers", 0, "name"), "front"),
    ("duplicate-container", {"at": C0}, ("spec", "containers", 1, "image"), "nginx:1.29"),
    ("move-container", {"at": C1, "kind": "sidecar"}, ("spec", "initContainers", 0, "restartPolicy"), "Always"),
    ("move-container", {"at": C1, "kind": "init"}, ("spec", "initContainers", 0, "name"), "logs"),
    ("move-container", {"at": C1, "to": C0}, ("spec", "containers", 0, "name"), "logs"),
    ("step", {"at": C0, "by": "1"}, ("spec", "containers", 1, "name"), "nginx"),
    ("step", {"at": C0, "by": "-1"}, ("spec", "containers", 0, "name"), "nginx"),
    ("add-env", {"at": C0, "source": "value"}, ("spec", "containers", 0, "env"), [{"name": "NAME", "value": ""}]),
    (
        "add-env",
        {"at": C0, "source": "secretKeyRef"},
        ("spec", "containers", 0, "env", 0, "valueFrom"),
        {"secretKeyRef": {"name": "secret", "key": "key"}},
    ),
    (
        "add-env-from",
        {"at": C0, "source": "configMapRef"},
        ("spec", "containers", 0, "envFrom", 0, "configMapRef", "name"),
        "configmap",
    ),
    (
        "probe-handler",
        {"at": C0, "path": SPEC + "containers/0/readinessProbe", "handler": "httpGet"},
        ("spec", "containers", 0, "readinessProbe", "httpGet"),
        {"path": "/", "port": "http"},
    ),
    ("add-volume", {"at": C0, "source": "configMap"}, ("spec", "volumes", 1, "configMap"), {"name": "data"}),
    ("rename-volume", {"at": V0, "value": "out"}, ("spec", "containers", 1, "volumeMounts", 0, "name"), "out"),
    ("duplicate-volume", {"at": V0}, ("spec", "volumes", 1), {"name": "logs-2", "emptyDir": {}}),
    (
        "set",
        {"path": SPEC + "volumes/0/secret/defaultMode", "value": "0400"},
        ("spec", "volumes", 0, "secret", "defaultMode"),
        0o400,
    ),
    (
        "volume-source",
        {"at": V0, "source": "persistentVolumeClaim"},
        ("spec", "volumes", 0, "persistentVolumeClaim", "claimName"),
        "logs",
    ),
    ("mount", {"at": C0, "volume": "logs"}, ("spec", "containers", 0, "volumeMounts", 0, "mountPath"), "/logs"),
    (
        "mount",
        {"at": V0, "container": C0, "volume_at": V0},
        ("spec", "containers", 0, "volumeMounts", 0, "name"),
        "logs",
    ),
    ("mount-new", {"at": C0}, ("spec", "volumes", 1, "emptyDir"), {}),
    ("add-port", {"at": C1}, ("spec", "containers", 1, "ports", 0, "containerPort"), 8080),
    (
        "rename-port",
        {"at": C0, "path": SPEC + "containers/0/ports/0/name", "value": "web"},
        ("spec", "containers", 0, "ports", 0, "name"),
        "web",
    ),
    (
        "port-number",
        {"at": C0, "path": SPEC + "containers/0/ports/0/containerPort", "value": "81"},
        ("spec", "containers", 0, "ports", 0, "containerPort"),
        81,
    ),
    ("change-kind", {"at": "0", "kind": "Deployment"}, ("spec", "template", "spec", "containers", 0, "name"), "nginx"),
    ("rename-object", {"at": "0", "value": "site"}, ("metadata", "name"), "site"),
    ("remove", {"at": C1}, ("spec", "containers", 1), None),
    ("remove", {"at": V0}, ("spec", "containers", 1, "volumeMounts"), None),
]


@pytest.mark.parametrize(("verb", "data", "path", "expected"), EDITS, ids=[f"{e[0]}-{n}" for n, e in enumerate(EDITS)])
def test_a_verb_edits_the_design(
    client: Client, make: Make, verb: str, data: dict[str, Any], path: Any, expected: Any
) -> None:
    design = make()
    answer = send(client, design, verb, **data)
    assert answer.status_code == 200, answer.content.decode()
    assert get(design.documents, (0, *path)) == expected
    assert "# the front door" in design.text
    for pane in ("state", "status", "canvas", "findings", "inspector", "yaml-data"):
        assert f'hx-target="#{pane}"' in answer.content.decode()


@pytest.mark.parametrize(
    ("verb", "kind"),
    [
        ("add-workload", "Pod"),
        ("add-service", "Service"),
        ("add-config-map", "ConfigMap"),
        ("add-secret", "Secret"),
        ("duplicate-object", "Pod"),
    ],
)
def test_a_verb_adds_an_object_and_selects_it(client: Client, make: Make, verb: str, kind: str) -> None:
    design = make()
    answer = send(client, design, verb, at="0")
    assert [document["kind"] for document in design.documents] == ["Pod", kind]
    assert '<input type="hidden" name="at" value="1">' in answer.content.decode()


def test_every_verb_is_tried() -> None:
    elsewhere = {"add-workload", "add-service", "add-config-map", "add-secret", "duplicate-object"}
    own_test = {"add-item", "add-key", "set-data", "upload-data", "add-service-port", "env-source", "choose-one"}
    companions = {"add-object", "add-row", "add-backend", "backend-port", "subject-kind", "metric-target", "scale-kind"}
    companions |= {"budget", "claim-volume", "unpack"}  # in test_kinds
    companions |= {"expose"}  # in test_drop
    companions |= {"keep-values"}  # in test_secret_values
    assert {edit[0] for edit in EDITS} | elsewhere | own_test | companions == set(VERBS)


def test_config_map_keys_text_and_files(client: Client, make: Make) -> None:
    design = make()
    send(client, design, "add-config-map", at="0")
    send(client, design, "add-key", at="1")
    send(client, design, "set-data", at="1", path="/1/data/key", value="a\r\nb\r\n")
    send(client, design, "rename-key", at="1", path="/1/data/key", value="app.conf")
    files = [SimpleUploadedFile("logo.png", b"\x89PNG\xff"), SimpleUploadedFile("x.txt", b"hi")]
    send(client, design, "upload-data", at="1", files=files)
    document = design.documents[1]
    assert document["data"] == {"app.conf": "a\nb\n", "x.txt": "hi"}
    assert document["binaryData"] == {"logo.png": "iVBOR/8="}


def test_a_renamed_key_of_a_config_map_takes_its_references_with_it(client: Client, make: Make) -> None:
    design = make(POD.replace("emptyDir: {}", "configMap: {name: config, items: [{key: key, path: a}]}"))
    send(client, design, "add-config-map", at="0")
    send(client, design, "add-key", at="1")
    send(client, design, "add-env", at=C0, source="configMapKeyRef")
    answer = send(client, design, "rename-key", at="1", path="/1/data/key", value="app.conf")
    assert "2 references follow." in answer.content.decode()
    assert '<input type="hidden" name="at" value="1">' in answer.content.decode()
    reference = get(design.documents, (0, "spec", "containers", 0, "env", 0, "valueFrom", "configMapKeyRef"))
    assert reference == {"name": "config", "key": "app.conf"}
    assert get(design.documents, (0, "spec", "volumes", 0, "configMap", "items", 0, "key")) == "app.conf"
    files = [SimpleUploadedFile("two words.txt", b"hi")]
    for verb, data in (
        ("rename-key", {"path": "/1/data/app.conf", "value": "two words"}),
        ("upload-data", {"files": files}),
    ):
        refused = send(client, design, verb, at="1", **data)
        assert (refused.status_code, "only letters, digits" in refused.content.decode()) == (422, True)
    assert design.documents[1]["data"] == {"app.conf": ""}


def test_keys_beside_odd_data_are_refused_in_words(client: Client, make: Make) -> None:
    design = make(POD + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: 5\n")
    for verb, data in (
        ("add-key", {}),
        ("rename-key", {"path": "/1/data/a", "value": "b"}),
        ("set-data", {"path": "/1"}),
    ):
        assert send(client, design, verb, at="1", **data).status_code == 422


def test_what_was_removed_leaves_its_neighbour_selected(client: Client, make: Make) -> None:
    design = make()
    for at, selected in ((C1, C0), (V0, "0"), (C0, "0")):
        answer = send(client, design, "remove", at=at)
        assert f'<input type="hidden" name="at" value="{selected}">' in answer.content.decode()


def test_a_mode_in_decimal_is_told_in_octal(client: Client, make: Make) -> None:
    design = make()
    path = SPEC + "volumes/0/secret/defaultMode"
    told = send(client, design, "set", at=V0, path=path, value="400").content.decode()
    assert "400 without a leading zero is decimal: the mode is 0620." in told
    assert "decimal" not in send(client, design, "set", at=V0, path=path, value="0400").content.decode()


def test_a_second_mount_of_a_volume_is_said(client: Client, make: Make) -> None:
    answer = send(client, make(), "mount", at=C1, volume="logs")
    assert "logs is mounted in logs already; this is a second mount, at /logs-2." in answer.content.decode()


def test_a_service_gets_the_ports_that_its_pods_declare(client: Client, make: Make) -> None:
    design = make()
    send(client, design, "add-service", at="0")
    send(client, design, "add-service-port", at="1")
    ports = design.documents[1]["spec"]["ports"]
    assert len(ports) == 2
    assert all(port.get("name") for port in ports)


def test_a_service_gets_only_ports_that_its_own_pods_serve(client: Client, make: Make) -> None:
    """An init container's port is not served, and a pod of another namespace is not selected."""
    metadata = "metadata: {name: %s, namespace: %s, labels: {app: a}}"
    init = "initContainers: [{name: i, image: i, ports: [{containerPort: 1}]}]"
    serving = "containers: [{name: c, image: c, ports: [{containerPort: 53, protocol: UDP}, {containerPort: 53}]}]"
    other = "containers: [{name: c, image: c, ports: [{containerPort: 2}]}]"
    service = "spec: {selector: {app: a}, ports: [{port: 53, protocol: UDP}]}"
    head = "apiVersion: v1\nkind: "
    design = make(
        f"{head}Pod\n{metadata % ('b', 'other')}\nspec:\n  {other}\n---\n"
        f"{head}Pod\n{metadata % ('a', 'mine')}\nspec:\n  {init}\n  {serving}\n---\n"
        f"{head}Service\n{metadata % ('s', 'mine')}\n{service}\n"
    )
    for _ in range(2):
        assert send(client, design, "add-service-port", at="2").status_code == 200
    assert design.documents[2]["spec"]["ports"] == [
        {"name": "port-53", "port": 53, "protocol": "UDP"},
        {"name": "port-53-tcp", "port": 53, "targetPort": 53},
        {"name": "port-80", "port": 80},
    ]
    assert send(client, design, "add-service-port", at="1").status_code == 422


def test_where_a_variable_comes_from_can_be_changed(client: Client, make: Make) -> None:
    design = make()
    send(client, design, "add-env", at=C0)
    for source in ("configMapKeyRef", "fieldRef", "resourceFieldRef", "value"):
        send(client, design, "env-source", at=C0, path=SPEC + "containers/0/env/0", source=source)
        env = design.documents[0]["spec"]["containers"][0]["env"][0]
        assert env["name"] == "NAME"
        assert source in env.get("valueFrom", env)


@pytest.mark.parametrize(
    ("verb", "data", "words"),
    [
        ("port-number", {"path": SPEC + "containers/0/ports/0/containerPort", "value": "web"}, "whole number"),
        ("port-number", {"path": SPEC + "containers/0/ports/0/containerPort", "value": "99999"}, "65535"),
        ("port-number", {"path": SPEC + "containers/0/ports/0/containerPort", "value": "9" * 5000}, "whole number"),
        ("step", {"by": "9" * 5000}, "whole number"),
        ("set", {"path": SPEC + "volumes/0/secret/defaultMode", "value": "644"}, "starts with a zero: 0644"),
        ("set", {"path": SPEC + "volumes/0/secret/items/0/mode", "value": "01000"}, "from 0000 to 0777"),
        ("rename-container", {"value": "Not A Name"}, "lowercase"),
        ("rename-container", {"value": "logs"}, "already"),
        ("set", {"path": SPEC + "containers/0/resources", "kind": "yaml", "value": "a: [1"}, "["),
        ("set", {"path": SPEC + "containers/0/resources/limits/cpu", "value": "lots"}, "lots"),
        ("set", {"path": "/9/spec", "value": "x"}, "not in the design"),
        ("set", {"path": "nonsense", "value": "x"}, "where"),
        ("set", {"path": SPEC + "containers/0/args", "kind": "list", "value": "'open"}, "quot"),
        ("remove", {"at": "0/containers/9"}, "select it again"),
        ("mount", {"volume": "none"}, "none"),
    ],
)
def test_what_cannot_be_done_is_said_at_the_field(
    client: Client, make: Make, verb: str, data: dict[str, Any], words: str
) -> None:
    design = make()
    url = reverse("edit", args=[design.pk, verb])
    answer = client.post(url, {"base": 1, "at": C0, **data}, headers={"hx-source": "input#f-1"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert 'hx-target="#f-1-problem"' in answer.content.decode()
    design.refresh_from_db()
    assert (design.text, design.number) == (POD, 1)


def test_an_unknown_verb_is_not_found(client: Client, make: Make) -> None:
    assert send(client, make(), "explode").status_code == 404


@pytest.mark.parametrize(
    ("path", "value", "where", "expected"),
    [
        (SPEC + "volumes/0/name", "out", ("spec", "containers", 1, "volumeMounts", 0, "name"), "out"),
        (
            SPEC + "containers/0/ports/0/name",
            "web",
            ("spec", "containers", 0, "readinessProbe", "httpGet", "port"),
            "web",
        ),
        (
            SPEC + "containers/0/name",
            "front",
            ("metadata", "annotations", "kubectl.kubernetes.io/default-container"),
            "front",
        ),
        ("/0/metadata/name", "site", ("metadata", "name"), "site"),
    ],
)
def test_what_refers_to_a_name_follows_from_any_form(
    client: Client, make: Make, path: str, value: str, where: tuple[str | int, ...], expected: str
) -> None:
    text = POD.replace("  labels:", "  annotations:\n    kubectl.kubernetes.io/default-container: nginx\n  labels:")
    design = make(text.replace("    ports:", "    readinessProbe: {httpGet: {port: http}}\n    ports:"))
    assert send(client, design, "set", at="0", path=path, value=value, kind="text").status_code == 200
    assert get(design.documents, (0, *where)) == expected


def test_undo_and_redo_answer_with_the_panes(client: Client, make: Make) -> None:
    design = make()
    send(client, design, "set", path=SPEC + "containers/0/image", value="nginx:2")
    for name, image in (("undo", "nginx:1.29"), ("redo", "nginx:2")):
        answer = client.post(reverse(name, args=[design.pk]))
        assert image in answer.content.decode()
    design.refresh_from_db()
    assert design.documents[0]["spec"]["containers"][0]["image"] == "nginx:2"


def test_a_finding_is_mended_by_its_fix(client: Client, make: Make) -> None:
    design = make(POD.replace("mountPath: /logs", "mountPath: /logs\n    - name: gone\n      mountPath: /gone"))
    page = client.get(reverse("design", args=[design.pk])).content.decode()
    assert "gone" in page
    rule = (
        page.split('"rule": "' if '"rule": "' in page else "&quot;rule&quot;: &quot;")[1]
        .split("&quot;")[0]
        .split('"')[0]
    )
    answer = client.post(
        reverse("fix", args=[design.pk]), {"rule": rule, "path": "/0/spec/containers/1/volumeMounts/1"}
    )
    if answer.status_code == 422:
        answer = client.post(
            reverse("fix", args=[design.pk]), {"rule": rule, "path": "/0/spec/containers/1/volumeMounts/1/name"}
        )
    assert answer.status_code == 200, answer.content.decode()
    design.refresh_from_db()
    assert "gone" in [volume["name"] for volume in design.documents[0]["spec"]["volumes"]]


def test_yaml_is_added_with_its_comments(client: Client, make: Make) -> None:
    design = make()
    added = "# ours\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c # short\n"
    answer = client.post(reverse("import-into", args=[design.pk]), {"text": added})
    assert answer.status_code == 200
    design.refresh_from_db()
    assert design.text.startswith(POD)
    assert "# ours\napiVersion: v1" in design.text
    assert "# short" in design.text


def test_download_is_the_text_itself(client: Client, make: Make) -> None:
    answer = client.get(reverse("download", args=[make(name="My design / 1").pk]))
    assert answer.content.decode() == POD
    assert answer.headers["Content-Disposition"] == 'attachment; filename="My-design-1.yaml"'


@pytest.mark.parametrize("count", [1, 20])
def test_the_queries_of_an_edit_do_not_depend_on_the_containers(
    client: Client, make: Make, django_assert_max_num_queries: Any, count: int
) -> None:
    containers = "".join(f"  - name: c{n}\n    image: x\n" for n in range(count))
    design = make(f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n{containers}")
    with django_assert_max_num_queries(18):
        assert send(client, design, "set", path=SPEC + "containers/0/image", value="y").status_code == 200


def test_a_number_that_is_none_is_refused(client: Client, make: Make) -> None:
    design = make()
    answer = client.post(reverse("yaml", args=[design.pk]), {"text": POD, "from": "9" * 5000})
    assert answer.status_code == 422


def test_another_kind_keeps_the_pods_comments_and_quotes(client: Client, make: Make) -> None:
    design = make(
        POD.replace('"nginx:1.29"', "'nginx:1.29'   # pinned").replace(
            "- name: logs\n    image", "# tails\n  - name: logs\n    image"
        )
    )
    before = design.text
    send(client, design, "change-kind", at="0", kind="Deployment")
    design.refresh_from_db()
    for words in (
        "image: 'nginx:1.29'   # pinned",
        "# tails",
        "# the front door",
        "args: [tail, -f, /logs/access.log]",
    ):
        assert words in design.text
    send(client, design, "change-kind", at="0", kind="Pod")
    design.refresh_from_db()
    assert design.text == before
