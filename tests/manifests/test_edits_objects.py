from __future__ import annotations

import base64
from copy import deepcopy
from typing import Any

import pytest

from designer.manifests.edits.objects import (
    add_config_map,
    add_object,
    add_secret,
    add_service,
    data_keys,
    is_data_key,
    remove_config_data,
    remove_object,
    rename_data_key,
    rename_object,
    set_config_data,
    set_config_file,
)
from designer.manifests.types import Document, Documents, ManifestError, get


def thing(kind: str, name: str, api_version: str = "v1", **fields: Any) -> Document:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **fields}


def deployment(*containers: Any, labels: Any = None, **spec: Any) -> Document:
    template: Document = {"spec": {"containers": list(containers), **spec}}
    if labels:
        template["metadata"] = {"labels": labels}
    return thing("Deployment", "shop", "apps/v1", spec={"template": template})


def referring(config: str, secret: str, claim: str, account: str, web: str) -> Documents:
    """Everything that refers to an object by name, once."""
    env = [
        {"name": "A", "valueFrom": {"configMapKeyRef": {"name": config, "key": "a"}}},
        {"name": "B", "valueFrom": {"secretKeyRef": {"name": secret, "key": "a"}}},
        {"name": "C", "value": "one"},
    ]
    env_from = [{"configMapRef": {"name": config}}, {"secretRef": {"name": secret}}]
    sources = [{"configMap": {"name": config}}, {"secret": {"name": secret}}]
    workload = deployment(
        {"name": "one", "env": env},
        initContainers=[{"name": "two", "envFrom": env_from}],
        volumes=[
            {"name": "one", "configMap": {"name": config}},
            {"name": "b", "secret": {"secretName": secret}},
            {"name": "c", "persistentVolumeClaim": {"claimName": claim}},
            {"name": "d", "projected": {"sources": sources}},
        ],
        imagePullSecrets=[{"name": secret}],
        serviceAccountName=account,
    )
    backend = {"service": {"name": web, "port": {"number": 80}}}
    ingress = {
        "defaultBackend": backend,
        "tls": [{"secretName": secret}],
        "rules": [{"http": {"paths": [{"backend": backend}]}}],
    }
    subjects = [{"kind": "ServiceAccount", "name": account}, {"kind": "User", "name": "one"}]
    subjects.append({"kind": "ServiceAccount", "name": "one", "namespace": "elsewhere"})
    routes = [{"name": web, "port": 80}, {"name": "one", "kind": "Bucket"}]
    return [
        workload,
        thing("Ingress", "one", "networking.k8s.io/v1", spec=ingress),
        thing("RoleBinding", "one", "rbac.authorization.k8s.io/v1", subjects=subjects),
        thing("StatefulSet", "one", "apps/v1", spec={"serviceName": web}),
        thing("HTTPRoute", "one", "gateway.networking.k8s.io/v1", spec={"rules": [{"backendRefs": routes}]}),
        thing("ServiceAccount", account, secrets=[{"name": secret}]),
    ]


@pytest.mark.parametrize(
    ("kind", "argument"),
    [
        ("ConfigMap", "config"),
        ("Secret", "secret"),
        ("PersistentVolumeClaim", "claim"),
        ("Service", "web"),
    ],
)
def test_a_rename_takes_every_reference_with_it_and_no_other(kind: str, argument: str) -> None:
    names = {"config": "one", "secret": "one", "claim": "one", "account": "one", "web": "one"}
    before = [*referring(**names), thing(kind, "one")]
    kept = deepcopy(before)
    edited = rename_object(before, len(before) - 1, "two")
    assert edited.documents == [*referring(**{**names, argument: "two"}), thing(kind, "two")]
    assert edited.select == str(len(before) - 1)
    assert before == kept


def test_a_service_account_is_renamed_where_it_is_used_and_bound() -> None:
    before = referring("one", "one", "one", "one", "one")
    assert rename_object(before, 5, "two").documents == referring("one", "one", "one", "two", "one")


def test_references_of_another_namespace_stay() -> None:
    before = [deployment(serviceAccountName="one"), thing("ServiceAccount", "one")]
    before[1]["metadata"]["namespace"] = "elsewhere"
    assert rename_object(before, 1, "two").documents[0] is before[0]


def test_a_workload_is_renamed_where_it_is_scaled() -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "shop"}
    scaler = thing("HorizontalPodAutoscaler", "h", "autoscaling/v2", spec={"scaleTargetRef": target})
    after = rename_object([deployment(), scaler], 0, "store").documents
    assert after[1]["spec"]["scaleTargetRef"] == {**target, "name": "store"}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("b", "this design has a ConfigMap 'b' already"),
        ("B", "'B' cannot be the name of a ConfigMap: only lowercase letters"),
        ("", "'' cannot be the name of a ConfigMap: a name is needed"),
    ],
)
def test_a_name_that_is_taken_or_invalid_is_refused(name: str, message: str) -> None:
    with pytest.raises(ManifestError) as error:
        rename_object([thing("ConfigMap", "a"), thing("ConfigMap", "b"), thing("Secret", "c")], 0, name)
    assert error.value.message.startswith(message)
    assert error.value.path == (0, "metadata", "name")


def test_a_service_has_every_declared_port_and_the_templates_labels() -> None:
    web = {"name": "web", "ports": [{"name": "http", "containerPort": 80}, {"containerPort": 53, "protocol": "UDP"}]}
    proxy = {"name": "proxy", "restartPolicy": "Always", "ports": [{"containerPort": 9901}, {"containerPort": 80}]}
    setup = {"name": "setup", "ports": [{"containerPort": 1}]}
    edited = add_service([deployment(web, labels={"app": "shop"}, initContainers=[setup, proxy])], 0)
    assert edited.documents[1] == thing(
        "Service",
        "shop",
        spec={
            "selector": {"app": "shop"},
            "ports": [
                {"name": "http", "port": 80, "targetPort": "http"},
                {"name": "port-53", "port": 53, "targetPort": 53, "protocol": "UDP"},
                {"name": "port-9901", "port": 9901, "targetPort": 9901},
            ],
        },
    )
    assert (edited.select, edited.notes) == ("1", ())


def test_a_pod_without_labels_gets_one_and_its_workload_the_selector() -> None:
    after = add_service([deployment({"name": "web", "ports": [{"containerPort": 80}]})], 0).documents
    assert after[0]["spec"]["selector"] == {"matchLabels": {"app": "shop"}}
    assert after[0]["spec"]["template"]["metadata"] == {"labels": {"app": "shop"}}
    assert after[1]["spec"] == {"selector": {"app": "shop"}, "ports": [{"port": 80, "targetPort": 80}]}
    pod = thing("Pod", "1st.pod", spec={"containers": []})
    after = add_service([pod], 0).documents
    assert after[0]["metadata"] == {"name": "1st.pod", "labels": {"app": "1st-pod"}}
    assert after[1]["metadata"]["name"] == "app-1st-pod"


def test_a_selector_is_preferred_to_all_labels_and_a_second_service_gets_a_free_name() -> None:
    workload = deployment(labels={"app": "shop", "version": "2"})
    workload["spec"]["selector"] = {"matchLabels": {"app": "shop"}}
    workload["metadata"]["namespace"] = "prod"
    edited = add_service(add_service([workload], 0).documents, 0)
    assert edited.documents[2]["metadata"] == {"name": "shop-2", "namespace": "prod"}
    assert edited.documents[2]["spec"]["selector"] == {"app": "shop"}
    assert edited.notes == (
        "No container declares a port, so the Service leads to port 80: set the port that is served.",
    )


def test_a_stateful_set_gets_the_headless_service_it_asks_for() -> None:
    workload = thing("StatefulSet", "db", "apps/v1", spec={"serviceName": "db-peers", "template": {"spec": {}}})
    after = add_service([workload], 0).documents
    assert (after[1]["metadata"]["name"], after[1]["spec"]["clusterIP"]) == ("db-peers", "None")
    assert "clusterIP" not in add_service(after, 0).documents[2]["spec"]


def test_config_maps_and_secrets_are_added_in_the_pods_namespace() -> None:
    workload = deployment()
    workload["metadata"]["namespace"] = "prod"
    documents = add_config_map([workload]).documents
    edited = add_config_map(documents, data={"a": "b"})
    assert edited.documents[2] == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "config-2", "namespace": "prod"},
        "data": {"a": "b"},
    }
    assert edited.select == "2"
    assert add_secret([], "login").documents == [thing("Secret", "login", type="Opaque", stringData={})]
    with pytest.raises(ManifestError, match="this design has a ConfigMap 'config' already"):
        add_config_map(documents, "config")


def test_an_object_is_added_once() -> None:
    documents = add_object([], thing("Certificate", "a", "cert-manager.io/v1")).documents
    with pytest.raises(ManifestError, match="this design has a Certificate 'a' already"):
        add_object(documents, thing("Certificate", "a", "cert-manager.io/v1beta1"))
    with pytest.raises(ManifestError, match="an object needs apiVersion"):
        add_object([], {"kind": "Pod"})


def test_removing_an_object_says_who_still_refers_to_it() -> None:
    mount = {"name": "a", "configMap": {"name": "site"}}
    edited = remove_object([deployment(volumes=[mount, {**mount, "name": "b"}]), thing("ConfigMap", "site")], 1)
    assert len(edited.documents) == 1
    assert (edited.select, edited.notes) == ("", ("Deployment shop still refers to ConfigMap site.",))
    with pytest.raises(ManifestError, match="there is no such document any more"):
        remove_object([], 0)


def test_text_and_files_go_where_kubernetes_wants_them() -> None:
    documents = [thing("ConfigMap", "a"), thing("Secret", "b", data={"k": "b2xk"})]
    documents = set_config_data(documents, 0, "k", "text\n")
    documents = set_config_file(documents, 0, "utf8", "é".encode())
    documents = set_config_file(documents, 0, "png", b"\x89PNG")
    assert documents[0]["data"] == {"k": "text\n", "utf8": "é"}
    assert documents[0]["binaryData"] == {"png": base64.b64encode(b"\x89PNG").decode()}
    documents = set_config_data(documents, 0, "png", "now text")
    assert "binaryData" not in documents[0]
    documents = set_config_data(documents, 1, "k", "new")
    assert (documents[1]["data"], documents[1]["stringData"]) == ({}, {"k": "new"})
    documents = set_config_file(documents, 1, "k", b"file")
    assert (documents[1]["data"], documents[1]["stringData"]) == ({"k": "ZmlsZQ=="}, {})
    documents = remove_config_data(documents, 1, "k")
    assert get(documents[1], ("data", "k")) is None
    with pytest.raises(ManifestError, match="there is no key 'k' any more"):
        remove_config_data(documents, 1, "k")


@pytest.mark.parametrize(
    ("index", "key", "value", "message"),
    [
        (0, "a/b", "x", "'a/b' cannot be a key: only letters, digits"),
        (1, "a", "x", "document 2 is not a ConfigMap or Secret"),
        (0, "a", "x" * (1024 * 1024 + 1), "a is larger than the 1 MiB that Kubernetes keeps"),
        (2, "a", "x", "data is not a mapping: mend it in the YAML first"),
        (9, "a", "x", "there is no such document any more"),
    ],
)
def test_data_that_cannot_be_kept_is_told(index: int, key: str, value: str, message: str) -> None:
    documents = [thing("ConfigMap", "a"), thing("Service", "a"), thing("Secret", "c", data="x")]
    with pytest.raises(ManifestError) as error:
        set_config_data(documents, index, key, value)
    assert error.value.message.startswith(message)


def using(key: str, kind: str = "ConfigMap") -> Documents:
    """Everything that refers to key `key` of the object `site`, once, and values that only look as if they did."""
    reference, source, named = (
        ("configMapKeyRef", "configMap", "name") if kind == "ConfigMap" else ("secretKeyRef", "secret", "secretName")
    )
    other = "secretKeyRef" if kind == "ConfigMap" else "configMapKeyRef"
    env = [
        {"name": "A", "valueFrom": {reference: {"name": "site", "key": key, "optional": True}}},
        {"name": "B", "valueFrom": {reference: {"name": "other", "key": "a.conf"}}},
        {"name": "C", "valueFrom": {other: {"name": "site", "key": "a.conf"}}},
        {"name": "D", "value": "a.conf"},
    ]
    mounts = [
        {"name": "whole", "mountPath": "/a", "subPath": key},
        {"name": "whole", "mountPath": "/b", "subPath": "b.conf"},
        {"name": "some", "mountPath": "/c", "subPath": "a.conf"},
        {"name": "both", "mountPath": "/d", "subPath": key},
        {"name": "tmp", "mountPath": "/e", "subPath": "a.conf"},
    ]
    volumes = [
        {"name": "whole", source: {named: "site"}},
        {"name": "some", source: {named: "site", "items": [{"key": "b.conf", "path": "a.conf"}]}},
        {"name": "more", source: {named: "site", "items": [{"key": key, "path": "a.conf"}]}},
        {"name": "other", source: {named: "other", "items": [{"key": "a.conf", "path": "a.conf"}]}},
        {
            "name": "both",
            "projected": {"sources": [{source: {"name": "site"}}, {source: {"name": "site", "items": [{"key": key}]}}]},
        },
        {"name": "tmp", "emptyDir": {}},
    ]
    return [
        deployment({"name": "web", "env": env}, initContainers=[{"name": "setup", "volumeMounts": mounts}])
        | {"kind": "StatefulSet"},
        deployment({"name": "web"}, volumes=[volumes[2]], ephemeralContainers=[{"name": "debug", "env": env[:1]}]),
        deployment({"name": "web", "volumeMounts": mounts}, volumes=volumes),
    ]


@pytest.mark.parametrize("kind", ["ConfigMap", "Secret"])
def test_a_renamed_key_takes_every_reference_with_it_and_no_other(kind: str) -> None:
    def site(key: str) -> Document:
        return thing(kind, "site", data={"first": "1", key: "2", "b.conf": "3"})

    before = [*using("a.conf", kind), site("a.conf"), thing(kind, "other", data={"a.conf": ""})]
    # In the first workload the mounts are of volumes that it has not: they are nobody's.
    expected = using("new.conf", kind)
    get(expected[0], ("spec", "template", "spec", "initContainers", 0))["volumeMounts"] = get(
        before[0], ("spec", "template", "spec", "initContainers", 0, "volumeMounts")
    )
    kept = deepcopy(before)
    edited = rename_data_key(before, 3, "a.conf", "new.conf")
    assert edited.documents == [*expected, site("new.conf"), before[4]]
    assert list(edited.documents[3]["data"]) == ["first", "new.conf", "b.conf"]
    assert (edited.select, edited.notes) == ("3", ("7 references follow.",))
    assert before == kept


def test_a_key_is_not_followed_into_another_namespace() -> None:
    site = thing("ConfigMap", "site", data={"a.conf": ""})
    site["metadata"]["namespace"] = "elsewhere"
    before = [*using("a.conf"), site]
    edited = rename_data_key(before, 3, "a.conf", "b")
    assert (edited.documents[:3], edited.notes) == (before[:3], ())


def test_a_renamed_key_says_which_variables_are_called_otherwise() -> None:
    everything = [{"prefix": "APP_", "secretRef": {"name": "login"}}, {"configMapRef": {"name": "login"}}]
    variable = {"name": "A", "valueFrom": {"secretKeyRef": {"name": "login", "key": "USER"}}}
    login = thing("Secret", "login", data={"USER": "YQ=="}, stringData={"USER": "b"})
    edited = rename_data_key(
        [deployment({"name": "web", "envFrom": everything, "env": [variable]}), login], 1, "USER", "NAME"
    )
    assert (edited.documents[1]["data"], edited.documents[1]["stringData"]) == ({"NAME": "YQ=="}, {"NAME": "b"})
    assert edited.notes == ("1 reference follows.", "The variable APP_USER of web is now APP_NAME.")


@pytest.mark.parametrize(
    ("key", "new", "message"),
    [
        ("a", "b", "there is a key 'b' here already"),
        ("a", "png", "there is a key 'png' here already"),
        ("a", "x y", "'x y' cannot be a key: only letters, digits"),
        ("a", "", "'' cannot be a key: a key is needed"),
        ("gone", "c", "there is no key 'gone' any more: it may have been deleted"),
    ],
)
def test_a_key_that_is_taken_invalid_or_gone_is_told(key: str, new: str, message: str) -> None:
    documents = [thing("ConfigMap", "c", data={"a": "", "b": ""}, binaryData={"png": ""})]
    with pytest.raises(ManifestError) as error:
        rename_data_key(documents, 0, key, new)
    assert error.value.message.startswith(message)
    assert rename_data_key(documents, 0, "a", "a").documents is documents


def test_keys_are_told_from_other_fields() -> None:
    documents = [thing("ConfigMap", "c", data={"a": ""}, binaryData={"b": ""}), thing("Secret", "s", stringData=5)]
    assert [data_keys(documents, index) for index in (0, 1)] == [{"a", "b"}, set()]
    assert is_data_key(documents, (0, "data", "a"))
    assert not is_data_key(documents, (0, "metadata", "name"))
    assert not is_data_key(documents, (0, "data"))
    assert not is_data_key([thing("ConfigMap", "c", "example.com/v1")], (0, "data", "a"))
