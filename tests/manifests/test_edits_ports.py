from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from designer.manifests.edits.ports import add_port, change_port_number, free_port, rename_port
from designer.manifests.pod import pods
from designer.manifests.types import Documents, ManifestError, get


def deployment(*containers: Any, name: str = "shop", **spec: Any) -> dict[str, Any]:
    template = {
        "metadata": {"labels": {"app": "shop", "tier": "web"}},
        "spec": {"containers": list(containers), **spec},
    }
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": {"template": template}}


def service(*ports: Any, selector: Any = None, **metadata: str) -> dict[str, Any]:
    spec = {"selector": {"app": "shop"} if selector is None else selector, "ports": list(ports)}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "shop", **metadata}, "spec": spec}


def policy(selector: Any, *ports: Any) -> dict[str, Any]:
    spec = {"podSelector": selector, "ingress": [{"ports": list(ports)}, {}]}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p"}, "spec": spec}


def served(port: Any, name: Any = "http") -> dict[str, Any]:
    """A container that names and numbers its port everywhere it can."""
    return {
        "name": "web",
        "ports": [{"containerPort": port, "name": name}],
        "livenessProbe": {"httpGet": {"port": name}},
        "readinessProbe": {"grpc": {"port": port}},
        "startupProbe": {"tcpSocket": {"port": port}},
        "lifecycle": {"postStart": {"httpGet": {"port": port}}, "preStop": {"tcpSocket": {"port": name}}},
        "env": [{"name": "PORT", "value": "8080"}],
    }


def design(port: int, name: str) -> Documents:
    return [
        deployment(served(port, name), {"name": "log", "livenessProbe": {"httpGet": {"port": "http"}}}),
        service({"port": 80, "targetPort": name}, {"port": 81, "targetPort": port}),
        policy({"matchLabels": {"tier": "web"}}, {"port": name}, {"port": port}),
        service({"port": 80, "targetPort": "http"}, selector={"app": "other"}),
        service({"port": 80, "targetPort": 8080}, selector={}),
        service({"port": 80, "targetPort": "http"}, namespace="elsewhere"),
        service({"port": 80, "targetPort": "http", "protocol": "UDP"}),
        policy({"matchLabels": {"tier": "db"}}, {"port": "http"}),
        policy({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, {"port": 8080}),
    ]


def test_a_rename_takes_probes_hooks_services_and_policies_with_it() -> None:
    before = design(8080, "http")
    kept = deepcopy(before)
    edited = rename_port(before, "0/containers/0", 0, "web")
    assert edited.documents == design(8080, "web")
    assert (edited.select, edited.notes) == ("0/containers/0", ())
    assert before == kept


def test_a_number_takes_probes_hooks_services_and_policies_with_it() -> None:
    assert change_port_number(design(8080, "http"), "0/containers/0", 0, 9090).documents == design(9090, "http")


def test_without_a_name_references_become_numbers() -> None:
    before = [deployment(served(8080)), service({"port": 80, "targetPort": "http"})]
    after = rename_port(before, "0/containers/0", 0, "").documents
    container = get(after[0], ("spec", "template", "spec", "containers", 0))
    assert container["ports"] == [{"containerPort": 8080}]
    assert container["livenessProbe"]["httpGet"]["port"] == 8080
    assert after[1]["spec"]["ports"] == [{"port": 80, "targetPort": 8080}]


def test_a_service_without_a_target_port_gets_one() -> None:
    before = [deployment({"name": "web", "ports": [{"containerPort": 80}]}), service({"port": 80})]
    after = change_port_number(before, "0/containers/0", 0, 8080).documents
    assert after[1]["spec"]["ports"] == [{"port": 80, "targetPort": 8080}]


def test_a_service_stays_with_the_container_that_keeps_the_port() -> None:
    port = {"containerPort": 9200}
    before = [deployment({"name": "proxy", "ports": [port]}, {"name": "es", "ports": [port]}), service({"port": 9200})]
    after = change_port_number(before, "0/containers/1", 0, 9201).documents
    assert after[1] is before[1]
    assert get(after[0], ("spec", "template", "spec", "containers", 1, "ports", 0)) == {"containerPort": 9201}


def test_a_service_follows_the_first_container_that_has_the_name_sidecars_last() -> None:
    port = {"name": "http", "containerPort": 80}
    sidecar = {"name": "proxy", "restartPolicy": "Always", "ports": [port]}
    before = [
        deployment({"name": "web", "ports": [port]}, initContainers=[sidecar]),
        service({"port": 80, "targetPort": "http"}),
    ]
    assert rename_port(before, "0/initContainers/0", 0, "web").documents[1] is before[1]
    after = rename_port(before, "0/containers/0", 0, "web").documents
    assert after[1]["spec"]["ports"][0]["targetPort"] == "web"


def test_the_host_port_of_a_pod_on_the_hosts_network_follows() -> None:
    port = {"containerPort": 80, "hostPort": 80}
    for host_network, expected in ((True, 81), (False, 80)):
        before = [deployment({"name": "web", "ports": [port]}, hostNetwork=host_network)]
        after = change_port_number(before, "0/containers/0", 0, 81).documents
        path = ("spec", "template", "spec", "containers", 0, "ports", 0)
        assert get(after[0], path) == {"containerPort": 81, "hostPort": expected}


def test_a_note_says_which_other_pod_a_service_loses() -> None:
    port = {"name": "http", "containerPort": 80}
    web = {"name": "web", "ports": [port]}
    before = [deployment(web), deployment(web, name="canary"), service({"port": 80, "targetPort": "http"})]
    edited = rename_port(before, "0/containers/0", 0, "web")
    assert edited.notes == ("Service shop also selects Deployment canary, which has no port 'web'.",)


def test_a_new_port_is_the_next_that_no_container_has() -> None:
    before = [deployment({"name": "a", "ports": [{"containerPort": 8080}]}, {"name": "b"})]
    after = add_port(before, "0/containers/1", name="http").documents
    after = add_port(after, "0/containers/1", protocol="UDP").documents
    assert get(after[0], ("spec", "template", "spec", "containers", 1, "ports")) == [
        {"name": "http", "containerPort": 8081},
        {"containerPort": 8082, "protocol": "UDP"},
    ]


def test_the_search_for_a_free_port_ends() -> None:
    (found,) = pods([deployment({"name": "a", "ports": [{"containerPort": 65535}, {"containerPort": 1}]})])
    assert free_port(found, 65535) == 2
    assert free_port(found, 2**62) == 2
    assert free_port(found, -5) == 2
    (full,) = pods([deployment({"name": "a", "ports": [{"containerPort": n} for n in range(1, 65536)]})])
    assert free_port(full) == 0
    with pytest.raises(ManifestError, match="every port of this pod is taken"):
        add_port([deployment(*full.spec["containers"])], "0/containers/0")


@pytest.mark.parametrize(
    ("verb", "arguments", "message"),
    [
        (add_port, {"number": 0}, "a port is a whole number from 1 to 65535: got 0"),
        (change_port_number, {"index": 0, "number": 70000}, "a port is a whole number from 1 to 65535: got 70000"),
        (rename_port, {"index": 0, "name": "x"}, "web has a port 'x' already"),
        (rename_port, {"index": 0, "name": "a" * 16}, "'aaaaaaaaaaaaaaaa' cannot be a port's name: a port's name has"),
        (rename_port, {"index": 2, "name": "y"}, "web has no such port any more: it may have been deleted"),
    ],
)
def test_what_cannot_be_done_is_told(verb: Any, arguments: Any, message: str) -> None:
    documents = [deployment({"name": "web", "ports": [{"containerPort": 80}, {"containerPort": 81, "name": "x"}]})]
    with pytest.raises(ManifestError) as error:
        verb(documents, "0/containers/0", **arguments)
    assert error.value.message.startswith(message)
