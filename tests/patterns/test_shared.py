"""Objects that several weavings bring: shared where they are the same, apart where they differ, gone with the last."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from designer.manifests.types import Document, Documents
from patterns import catalogue
from patterns.preset import Preset
from patterns.stack import Stacked, again, put_on, take_off
from patterns.worn import Worn
from tests.patterns.test_stack import named
from tests.patterns.test_weave import deployment, pod, preset

# Any text stands for a certificate here: whether that and a key belong together is not what is looked at.
_TLS = catalogue.preset("tls-sidecar")
TLS = replace(_TLS, parameters=tuple(replace(p, make="", key="", names=()) for p in _TLS.parameters))
KNOWN = {"tls-sidecar": (TLS, TLS.version)}


def two() -> Documents:
    second = deployment({"app": "two"})
    return [deployment({"app": "web"}), {**second, "metadata": {"name": "two"}}]


def on(result: Stacked, made: Preset, at: int, **values: Any) -> Stacked:
    number = len(result.worn) + 1
    return put_on(result.worn, made, values, result.documents, at, find=KNOWN.get, number=number)


def off(result: Stacked, one: Worn) -> Stacked:
    worn = next(other for other in result.worn if other.number == one.number)
    return take_off(result.worn, worn, result.documents, find=KNOWN.get)


def names(documents: Documents, kind: str) -> list[str]:
    return [one["metadata"]["name"] for one in documents if one["kind"] == kind]


def held(documents: Documents, name: str) -> Document:
    return next(one for one in documents if one["kind"] == "Secret" and one["metadata"]["name"] == name)


def test_a_second_tls_sidecar_has_secrets_of_its_own() -> None:
    first = on(Stacked(two(), [], 0), TLS, 0, CERTIFICATE="one", PRIVATE_KEY="key one")
    both = on(first, TLS, 1, CERTIFICATE="two", PRIVATE_KEY="key two")
    assert names(both.documents, "Secret") == ["mycert", "mykey", "mycert-2", "mykey-2"]
    assert held(both.documents, "mykey")["stringData"] == {"MyKey.key": "key one"}
    assert held(both.documents, "mykey-2")["stringData"] == {"MyKey.key": "key two"}
    volumes = both.documents[1]["spec"]["template"]["spec"]["volumes"]
    assert [v["secret"]["secretName"] for v in volumes if "secret" in v] == ["mycert-2", "mykey-2"]
    assert names(both.documents, "ConfigMap") == ["nginx-config"], "it says the same: one is enough"
    assert both.notes == []


def test_a_name_that_the_person_insists_on_is_told() -> None:
    first = on(Stacked(two(), [], 0), TLS, 0, CERTIFICATE="one", PRIVATE_KEY="key one")
    both = on(first, TLS, 1, CERTIFICATE="one", PRIVATE_KEY="key two", KEY_SECRET="mykey")
    assert both.notes == ["Secret mykey is in the design already, and this changes it: MyKey.key: changed"]
    assert "key two" not in str(both.notes)


def test_a_secret_of_the_cluster_is_not_written_over() -> None:
    first = on(Stacked(two(), [], 0), TLS, 0)
    both = on(first, TLS, 1, CERTIFICATE="two", PRIVATE_KEY="key two")
    assert names(both.documents, "Secret") == ["mycert-2", "mykey-2"]


def test_equal_content_is_shared_and_the_last_takes_it_along() -> None:
    start = two()
    first = on(Stacked(start, [], 0), TLS, 0, CERTIFICATE="one", PRIVATE_KEY="key")
    both = on(first, TLS, 1, CERTIFICATE="one", PRIVATE_KEY="key")
    assert names(both.documents, "Secret") == ["mycert", "mykey"]
    for order in permutations(both.worn):
        one = off(both, order[0])
        assert names(one.documents, "Secret") == ["mycert", "mykey"], "the other needs them"
        assert one.conflicts == []
        assert off(one, order[1]).documents == start


def test_who_comes_to_say_something_else_leaves_what_is_shared_to_the_other() -> None:
    start = two()
    result = on(Stacked(start, [], 0), TLS, 0, CERTIFICATE="one", PRIVATE_KEY="key")
    result = on(result, TLS, 1, CERTIFICATE="one", PRIVATE_KEY="key")
    for changed in (0, 1):
        values = {"PRIVATE_KEY": "other"}
        now = again(result.worn, result.worn[changed], TLS, values, result.documents, find=KNOWN.get, version=2)
        assert held(now.documents, "mykey")["stringData"] == {"MyKey.key": "key"}
        assert held(now.documents, "mykey-2")["stringData"] == {"MyKey.key": "other"}
        for order in permutations(now.worn):
            assert off(off(now, order[0]), order[1]).documents == start


SERVICE: Document = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "${POD_NAME}"},
    "spec": {"selector": "${{POD_LABELS}}", "ports": [{"port": 80}]},
}


def serving(name: str, port: int) -> Preset:
    service = {**SERVICE, "spec": {**SERVICE["spec"], "ports": [{"port": 80}, {"port": port}]}}
    container = {"name": name, "image": "c"}
    return named(preset({"spec": {"containers": [container]}}, [], [service]), name)


@pytest.mark.parametrize("order", list(permutations(["a", "b", "c"])))
def test_a_service_of_three_goes_with_its_last(order: tuple[str, ...]) -> None:
    start: Documents = [{**deployment(), "spec": {"template": {"spec": pod()["spec"]}}}]
    result = Stacked(start, [], 0)
    for name, port in (("a", 81), ("b", 82), ("c", 81)):
        result = on(result, serving(name, port), 0)
    assert [p["port"] for p in result.documents[1]["spec"]["ports"]] == [80, 81, 82]
    ports = {"a": {80, 81}, "b": {80, 82}, "c": {80, 81}}
    left = ["a", "b", "c"]
    for name in order:
        result = off(result, next(one for one in result.worn if one.preset == name))
        left.remove(name)
        wanted = set().union(*(ports[other] for other in left))
        if left:
            assert {p["port"] for p in result.documents[1]["spec"]["ports"]} == wanted
            labels = result.documents[0]["spec"]["template"]["metadata"]["labels"]
            assert labels == result.documents[1]["spec"]["selector"], "a Service that stays selects its pod"
    assert result.documents == start


PLAIN = {"cache": named(preset({"spec": {"containers": [{"name": "cache", "image": "c"}]}}, []), "cache")}


def with_backend() -> Preset:
    """A preset with a pod of its own beside the one that it is woven onto."""
    backend = {**deployment({"app": "backend"}), "metadata": {"name": "backend"}}
    return named(preset({"spec": {"containers": [{"name": "split", "image": "s"}]}}, [], [backend]), "splitter")


@pytest.mark.parametrize("labelled", [False, True], ids=["a container", "a Service, by the pod's labels"])
def test_a_pod_that_a_preset_brought_wears_others_and_takes_them_off(labelled: bool) -> None:
    upper = serving("cache", 81) if labelled else PLAIN["cache"]
    start = [deployment({"app": "web"})]
    first = on(Stacked(start, [], 0), with_backend(), 0)
    both = on(first, upper, 1)
    # The one that came last first: nothing of it is left.
    again_first = off(both, both.worn[1])
    assert again_first.documents == first.documents
    assert off(again_first, first.worn[0]).documents == start
    # The one that brought the pod first: the pod stays whole, as somebody put something on it, and that is said.
    left = off(both, both.worn[0])
    assert names(left.documents, "Deployment") == ["web", "backend"]
    assert left.documents[0] == start[0]
    assert left.documents[1] == both.documents[1]
    assert left.notes == ["Deployment backend stays: cache is on it"]
    assert off(left, left.worn[0]).documents == [*start, first.documents[1]]
