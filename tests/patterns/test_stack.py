"""stack: presets one upon another, in any order, changed, upgraded and taken off from the middle."""

from __future__ import annotations

import json
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from designer.manifests.pod import TEMPLATE_PATHS
from designer.manifests.schema import schema
from designer.manifests.types import Document, Documents, ManifestError, get
from patterns.preset import Preset
from patterns.stack import Stacked, again, following, kept, put_on, take_off
from patterns.weave import weave
from patterns.worn import Worn, index_of
from tests.patterns.test_weave import APP, LOGS, USED, deployment, pod, preset

PORT: Document = {"name": "PORT", "type": "containerPort", "default": "port", "of": "APP"}


def named(made: Preset, name: str) -> Preset:
    return replace(made, name=name, title=name)


# As an application, a proxy that takes its port over, an exporter that asks it, and others that are not concerned.
TLS = named(
    preset(
        {
            "spec": {
                "containers": [
                    {
                        "name": "${APP}",
                        "env": [{"name": "http.port", "value": "${INNER}"}],
                        "ports": [
                            {"containerPort": "${{PORT}}", "$patch": "delete"},
                            {"containerPort": "${{INNER}}"},
                        ],
                    },
                    {
                        "name": "proxy",
                        "image": "nginx",
                        "ports": [{"containerPort": "${{PORT}}"}],
                        "args": ["${INNER}"],
                    },
                ]
            }
        },
        [APP, PORT, {"name": "INNER", "type": "freePort", "default": 9201}],
    ),
    "tls",
)
EXPORTER = named(
    preset(
        {"spec": {"containers": [{"name": "exporter", "image": "exporter", "args": ["${URI}"]}]}},
        [APP, PORT, {"name": "URI", "default": "http://localhost:${PORT}"}],
    ),
    "exporter",
)
INIT = named(preset({"spec": {"initContainers": [{"name": "init", "image": "init"}]}}), "init")
SIDECAR = named(
    preset(
        {"spec": {"initContainers": [{"name": "side", "image": "s", "restartPolicy": "Always", "args": ["${PORT}"]}]}},
        [APP, PORT],
    ),
    "side",
)
FAMILY = {made.name: (made, 1) for made in (TLS, EXPORTER, named(LOGS, "logs"), INIT, SIDECAR)}
find = FAMILY.get


def worn_by(documents: Documents, names: Iterable[str], at: int = 0, **options: Any) -> Stacked:
    result = Stacked(documents, [], at)
    for number, name in enumerate(names, 1):
        result = put_on(result.worn, FAMILY[name][0], {}, result.documents, at, find=find, number=number, **options)
    return result


def off(result: Stacked, name: str) -> Stacked:
    return take_off(result.worn, next(one for one in result.worn if one.preset == name), result.documents, find=find)


def canonical(value: Any) -> Any:
    """A value with its lists of mappings in one order."""
    if isinstance(value, dict):
        return {key: canonical(inner) for key, inner in value.items()}
    if isinstance(value, list):
        items = [canonical(item) for item in value]
        return sorted(items, key=json.dumps) if all(isinstance(item, dict) for item in items) else items
    return value


def text_of(value: Any) -> str:
    return json.dumps(canonical(value), sort_keys=True)


@pytest.mark.broad
def test_in_any_order_five_presets_give_one_pod_and_come_off_in_any() -> None:
    before: Documents = [deployment({"app": "web"})]
    wanted = text_of(worn_by(before, FAMILY).documents)
    assert '"args": ["http://localhost:9201"]' in wanted
    for number, order in enumerate(permutations(FAMILY)):
        result = worn_by(before, order)
        assert text_of(result.documents) == wanted, order
        names = list(order)
        for name in (names, names[::-1], names[2:] + names[:2], names[1::2] + names[::2])[number % 4]:
            result = off(result, name)
        assert (result.documents, result.worn) == (before, []), order


def test_what_follows_a_port_is_woven_again_and_told() -> None:
    result = worn_by([pod()], ["exporter", "tls"])
    exporter = result.documents[0]["spec"]["containers"][1]
    assert exporter["args"] == ["http://localhost:9201"]
    assert result.notes == ["exporter was woven again: Port is 9201 now"]
    assert result.worn[0].parameters["URI"] == "http://localhost:9201"
    back = off(result, "tls")
    assert back.documents[0]["spec"]["containers"][1]["args"] == ["http://localhost:8000"]
    assert back.notes == ["exporter was woven again: Port is 8000 now"]


def test_one_of_an_older_version_is_not_woven_anew_but_told() -> None:
    result = worn_by([pod()], ["exporter"])
    newer = {**FAMILY, "exporter": (EXPORTER, 2)}
    after = put_on(result.worn, TLS, {}, result.documents, 0, find=newer.get, number=2)
    assert after.documents[0]["spec"]["containers"][1]["args"] == ["http://localhost:8000"]
    assert after.notes == ["exporter still uses the port that moved: upgrade it to v2"]


def test_a_port_that_a_person_chose_stays_and_so_does_what_they_edited() -> None:
    chosen = put_on([], EXPORTER, {"URI": "http://other:1"}, [pod()], 0, find=find, number=1)
    assert chosen.worn[0].chosen == ["URI"]
    after = put_on(chosen.worn, TLS, {}, chosen.documents, 0, find=find, number=2)
    assert after.documents[0]["spec"]["containers"][1]["args"] == ["http://other:1"]
    edited = deepcopy(worn_by([pod()], ["exporter"]))
    edited.documents[0]["spec"]["containers"][1]["image"] = "exporter:2"
    after = put_on(edited.worn, TLS, {}, edited.documents, 0, find=find, number=2)
    exporter = after.documents[0]["spec"]["containers"][1]
    assert (exporter["image"], exporter["args"]) == ("exporter:2", ["http://localhost:9201"])


def test_weaving_the_same_again_is_no_second_layer() -> None:
    result = worn_by([pod()], ["logs"])
    twice = put_on(result.worn, LOGS_NAMED, {}, result.documents, 0, find=find, number=2)
    assert (twice.documents, twice.worn) == (result.documents, result.worn)


LOGS_NAMED = FAMILY["logs"][0]


def setting(name: str, value: str) -> Preset:
    env = [{"name": "MODE", "value": value}]
    return named(preset({"spec": {"containers": [{"name": "${APP}", "env": env}]}}, [APP]), name)


def test_where_two_presets_meet_it_is_told_and_taking_off_the_lower_keeps_the_upper() -> None:
    first = put_on([], setting("a", "1"), {}, [pod()], 0, find=find, number=1)
    second = put_on(first.worn, setting("b", "2"), {}, first.documents, 0, find=find, number=2)
    assert [(title, clash.theirs, clash.mine) for title, clash in second.clashes] == [("a", "1", "2")]
    assert second.clashes[0][1].named[-2:] == ("MODE", "value")
    without = off(second, "a")
    assert without.documents[0]["spec"]["containers"][0]["env"] == [{"name": "MODE", "value": "2"}]
    assert off(without, "b").documents == [pod()]
    assert off(second, "b").documents == first.documents


def test_a_volume_of_a_preset_that_is_gone_goes_with_the_one_that_still_uses_it() -> None:
    mount = {"name": "${VOLUME}", "mountPath": "/in"}
    config = {"name": "CONFIG", "type": "volume", "default": "logs"}
    reader = named(
        preset(
            {
                "spec": {
                    "containers": [{"name": "reader", "image": "r", "volumeMounts": [mount]}],
                    "volumes": [{"name": "${VOLUME}", "emptyDir": {"sizeLimit": "1Gi"}}],
                }
            },
            [{**config, "name": "VOLUME"}],
        ),
        "reader",
    )
    result = worn_by([pod()], ["logs"])
    result = put_on(result.worn, reader, {}, result.documents, 0, find=find, number=2)
    assert result.notes == []
    assert result.documents[0]["spec"]["volumes"] == [{"name": "logs", "emptyDir": {"sizeLimit": "1Gi"}}]
    below = off(result, "logs")
    assert [c["name"] for c in below.documents[0]["spec"]["containers"]] == ["app", "reader"]
    assert below.documents[0]["spec"]["volumes"][0]["name"] == "logs"
    assert off(below, "reader").documents == [pod()]
    alone = put_on([], reader, {}, [pod()], 0, find=find, number=1)
    assert alone.documents[0]["spec"]["volumes"] == [{"name": "logs", "emptyDir": {"sizeLimit": "1Gi"}}]


def test_a_claim_of_a_stateful_set_is_used_as_it_is() -> None:
    workload = {**deployment({"app": "web"}), "kind": "StatefulSet"}
    workload["spec"] = {**workload["spec"], "volumeClaimTemplates": [{"metadata": {"name": "logs"}}]}
    made = weave(USED, {"VOLUME": "logs"}, [workload], 0)
    assert "volumes" not in made.documents[0]["spec"]["template"]["spec"]
    assert made.notes == ["volume logs is a claim of the StatefulSet and is used as it is"]


@pytest.mark.parametrize("kind", sorted(TEMPLATE_PATHS))
def test_on_every_workload_and_on_the_second_of_two_pods(kind: str) -> None:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod()["spec"]}
    versions = {
        "Pod": "v1",
        "PodTemplate": "v1",
        "ReplicationController": "v1",
        "Job": "batch/v1",
        "CronJob": "batch/v1",
    }
    document: Document = {"apiVersion": versions.get(kind, "apps/v1"), "kind": kind, "metadata": {"name": "web"}}
    path = TEMPLATE_PATHS[kind]
    inner = document
    for key in path[:-1]:
        inner = inner.setdefault(str(key), {})
    if path:
        inner[str(path[-1])] = template
    else:
        document = {**document, "spec": template["spec"]}
    documents: Documents = [pod("other"), document]
    result = worn_by(documents, FAMILY, at=1)
    assert result.documents[0] == documents[0]
    spec = get(result.documents[1], (*path, "spec"))
    brought = [c["name"] for key in ("initContainers", "containers") for c in spec[key] if c["name"] != "app"]
    assert sorted(brought) == ["exporter", "init", "proxy", "side", "tail"]
    # On a Job an ordinary container would run on for ever.
    job = kind in ("Job", "CronJob")
    assert [c["name"] for c in spec["containers"]] == ["app", *([] if job else ["proxy", "exporter", "tail"])]
    for name in ("exporter", "tls", "side", "logs", "init"):
        result = off(result, name)
    assert result.documents == documents


def test_where_there_are_no_native_sidecars_one_is_an_ordinary_container() -> None:
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "web"}, "spec": {"template": pod()}}
    made = weave(SIDECAR, {}, [job], 0, native=False)
    spec = made.documents[0]["spec"]["template"]["spec"]
    assert spec["containers"][1] == {"name": "side", "image": "s", "args": ["8000"]}
    assert "initContainers" not in spec
    assert made.notes == [
        "side is an ordinary container here: it starts beside the others, not before them; "
        "the Job will not complete by itself while it runs"
    ]
    result = worn_by([pod()], ["side", "tls"], native=False)
    assert [c["name"] for c in result.documents[0]["spec"]["containers"]] == ["app", "side", "proxy"]
    changed = again(result.worn, result.worn[0], SIDECAR, {}, result.documents, find=find, native=True)
    assert [c["name"] for c in changed.documents[0]["spec"]["initContainers"]] == ["side"]
    assert [c["name"] for c in changed.documents[0]["spec"]["containers"]] == ["app", "proxy"]


def test_other_values_keep_what_was_edited_and_an_edit_against_them_is_a_choice() -> None:
    result = worn_by([pod()], ["exporter", "logs"])
    documents = deepcopy(result.documents)
    exporter = documents[0]["spec"]["containers"][1]
    exporter["env"] = [{"name": "LEVEL", "value": "debug"}]
    one = result.worn[0]
    assert kept(one, EXPORTER, documents) == {"APP": "app", "PORT": 8000, "URI": "http://localhost:8000"}
    changed = again(result.worn, one, EXPORTER, {"URI": "http://b"}, documents, find=find)
    assert changed.documents[0]["spec"]["containers"][1] == {**exporter, "args": ["http://b"]}
    assert changed.conflicts == []
    assert off(off(changed, "exporter"), "logs").documents == [pod()]
    exporter["args"] = ["http://mine"]
    met = again(result.worn, one, EXPORTER, {"URI": "http://b"}, documents, find=find)
    assert met.documents[0]["spec"]["containers"][1]["args"] == ["http://mine"]
    assert [(c.base, c.ours, c.theirs) for c in met.conflicts] == [
        (["http://localhost:8000"], ["http://mine"], ["http://b"])
    ]
    paths = [met.conflicts[0].path]
    taken = again(result.worn, one, EXPORTER, {"URI": "http://b"}, documents, find=find, theirs=paths)
    assert (taken.documents[0]["spec"]["containers"][1]["args"], taken.conflicts) == (["http://b"], [])
    with pytest.raises(ManifestError, match="at most 65535"):
        again(result.worn, one, EXPORTER, {"PORT": 99999}, documents, find=find)


def test_an_upgrade_keeps_values_and_edits_and_lets_go_of_what_the_new_version_lacks() -> None:
    first = setting("mode", "1")
    result = put_on([], first, {}, [pod()], 0, find=find, number=1)
    result.documents[0]["spec"]["containers"][0]["image"] = "app:2"
    patch = {"spec": {"containers": [{"name": "${APP}", "env": [{"name": "LEVEL", "value": "2"}]}]}}
    second = named(preset(patch, [APP, {"name": "NEW", "default": "x"}]), "mode")
    done = again(result.worn, result.worn[0], second, {}, result.documents, find=find, version=2)
    app = done.documents[0]["spec"]["containers"][0]
    assert (app["image"], app["env"]) == ("app:2", [{"name": "LEVEL", "value": "2"}])
    assert (done.worn[0].version, done.worn[0].parameters) == (2, {"APP": "app", "NEW": "x"})
    back = take_off(done.worn, done.worn[0], done.documents, find=find).documents
    assert "env" not in back[0]["spec"]["containers"][0]


def test_a_record_follows_its_pod_to_another_name_and_kind_and_survives_json() -> None:
    result = worn_by([deployment({"app": "web"})], ["tls", "exporter"])
    documents = deepcopy(result.documents)
    job = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "nightly", "namespace": "ops"},
        "spec": {"jobTemplate": {"spec": {"template": documents[0]["spec"]["template"]}}},
    }
    worn = [Worn.read({**json.loads(json.dumps(one.write())), "pod": "CronJob/nightly"}) for one in result.worn]
    done = Stacked([job], worn, 0)
    for name in ("tls", "exporter"):
        done = off(done, name)
    assert (
        done.documents[0]["spec"]["jobTemplate"]["spec"]["template"] == deployment({"app": "web"})["spec"]["template"]
    )


PASSWORD: Document = {"name": "PASSWORD", "secret": True}
SECRET = named(
    preset(
        {"spec": {"containers": [{"name": "db", "image": "${IMAGE}", "envFrom": [{"secretRef": {"name": "db"}}]}]}},
        [PASSWORD, {"name": "IMAGE", "type": "image", "default": "db:1"}],
        [
            {
                "$when": "PASSWORD",
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {"name": "db"},
                "stringData": {"url": "db://me:${PASSWORD}@localhost"},
            }
        ],
    ),
    "secret",
)


def test_secrets_are_not_recorded_and_stay_when_the_rest_is_changed() -> None:
    result = put_on([], SECRET, {"PASSWORD": "hunter2"}, [pod()], 0, find=find, number=1)
    assert result.documents[1]["stringData"] == {"url": "db://me:hunter2@localhost"}
    assert "hunter2" not in json.dumps(result.worn[0].write())
    changed = again(result.worn, result.worn[0], SECRET, {"IMAGE": "db:2"}, result.documents, find=find)
    assert changed.documents[0]["spec"]["containers"][1]["image"] == "db:2"
    assert changed.documents[1] == result.documents[1]
    other = again(changed.worn, changed.worn[0], SECRET, {"PASSWORD": "*"}, changed.documents, find=find)
    assert other.documents[1]["stringData"] == {"url": "db://me:*@localhost"}
    gone = take_off(other.worn, other.worn[0], other.documents, find=find)
    assert (gone.documents, gone.conflicts) == ([pod()], [])


def secret(field: str, **values: Any) -> Document:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, field: values}


# As presets were, before what goes into a Secret had to be marked.
OLD = named(
    preset(
        {"spec": {"containers": [{"name": "db", "image": "${IMAGE}"}]}},
        [
            {"name": "PASSWORD", "required": True},
            {"name": "PIN", "type": "integer"},
            {"name": "CODE", "type": "integer"},
            {"name": "IMAGE", "type": "image", "default": "db:1"},
        ],
        [secret("stringData", password="${PASSWORD}", pin="${PIN}", port="${{CODE}}")],
    ),
    "secret",
)


def test_what_goes_into_a_secret_is_secret_whatever_the_preset_says() -> None:
    def find_old(_: str) -> tuple[Preset, int]:
        return OLD, 2

    result = put_on(
        [], OLD, {"PASSWORD": "hunter2", "PIN": 471147, "CODE": 471148}, [pod()], 0, find=find_old, number=1
    )
    (one,) = result.worn
    assert result.documents[1] == secret("stringData", password="hunter2", pin="471147", port=471148)
    assert not any(value in json.dumps(one.write()) for value in ("hunter2", "4711"))
    assert (one.secrets, list(one.parameters), one.chosen) == (["CODE", "PASSWORD", "PIN"], ["IMAGE"], [])
    changed = again([one], one, OLD, {"IMAGE": "db:2"}, result.documents, find=find_old, version=2)
    assert changed.documents[0]["spec"]["containers"][1]["image"] == "db:2"
    assert changed.documents[1] == result.documents[1]
    other = again(changed.worn, changed.worn[0], OLD, {"PASSWORD": "new", "CODE": 5}, changed.documents, find=find_old)
    assert other.documents[1] == secret("stringData", password="new", pin="471147", port=5)
    gone = take_off(other.worn, other.worn[0], other.documents, find=find_old)
    assert (gone.documents, gone.conflicts) == ([pod()], [])


@pytest.mark.parametrize("standing", ["their-own", ""])
def test_what_a_secret_held_before_is_not_recorded_and_what_stands_there_stays(standing: str) -> None:
    theirs = secret("stringData", password=standing, other="untouched")
    result = put_on([], OLD, {"PASSWORD": "hunter2"}, [pod(), theirs], 0, find=find, number=1)
    assert result.documents[1]["stringData"]["password"] == "hunter2"
    record = json.dumps(result.worn[0].write())
    assert not any(value in record for value in ("their-own", "hunter2", "untouched"))
    (one,) = [Worn.read(json.loads(record))]
    changed = again([one], one, OLD, {"IMAGE": "db:2"}, result.documents, find=find)
    assert (changed.documents[1], changed.conflicts) == (result.documents[1], [])
    other = again(changed.worn, changed.worn[0], OLD, {"PASSWORD": "new"}, changed.documents, find=find)
    assert other.documents[1]["stringData"]["password"] == "new"
    gone = take_off(other.worn, other.worn[0], other.documents, find=find)
    kept = "new" if standing else ""
    assert gone.documents == [pod(), secret("stringData", password=kept, other="untouched")], "no other key is left"
    edited = deepcopy(other.documents)
    edited[1]["stringData"]["password"] = "by hand"
    gone = take_off(other.worn, other.worn[0], edited, find=find)
    assert gone.documents[1]["stringData"]["password"] == ("by hand" if standing else "")


def test_two_that_write_over_one_secret_leave_what_stands_in_any_order() -> None:
    second = named(
        preset(
            {"spec": {"containers": [{"name": "more", "image": "more:1"}]}},
            [{"name": "TOKEN", "secret": True}],
            [secret("stringData", password="${TOKEN}")],
        ),
        "second",
    )
    theirs = secret("stringData", password="their-own")
    start = put_on([], SECRET, {}, [pod(), theirs], 0, find=find, number=1)
    one = put_on(start.worn, OLD, {"PASSWORD": "first"}, start.documents, 0, find=find, number=2)
    both = put_on(one.worn, second, {"TOKEN": "second"}, one.documents, 0, find=find, number=3)
    assert both.documents[1]["stringData"]["password"] == "second"
    for order in ((1, 2), (2, 1)):
        left = both
        for number in order:
            gone = next(worn for worn in left.worn if worn.number == number + 1)
            left = take_off(left.worn, gone, left.documents, find=find)
        assert left.documents[1] == secret("stringData", password="second"), order


def test_a_record_from_before_puts_no_old_value_back() -> None:
    result = put_on([], OLD, {"PASSWORD": "hunter2"}, [pod(), secret("data", a="b")], 0, find=find, number=1)
    written = result.worn[0].write()
    written["before"] = [secret("stringData", password="their-own", was="gone")]
    assert "their-own" not in json.dumps(Worn.read(written).write())


def test_what_was_left_at_a_default_follows_the_new_versions_default() -> None:
    def version(image: str) -> Preset:
        patch = {"spec": {"containers": [{"name": "${NAME}", "image": "${IMAGE}", "args": ["${LEVEL}"]}]}}
        parameters = [
            {"name": "IMAGE", "type": "image", "default": image},
            {"name": "LEVEL", "default": "info" if image == "a:1" else "debug"},
            {"name": "NAME", "type": "containerName", "default": "helper" if image == "a:1" else "renamed"},
        ]
        return named(preset(patch, parameters), "mine")

    result = put_on([], version("a:1"), {"LEVEL": "warn", "IMAGE": "a:1"}, [pod()], 0, find=find, number=1)
    one = result.worn[0]
    assert following(one, version("a:2"), 2) == ["IMAGE"]
    assert following(one, version("a:2"), 1) == [], "the same version says nothing anew"
    done = again(result.worn, one, version("a:2"), {}, result.documents, find=find, version=2)
    helper = done.documents[0]["spec"]["containers"][1]
    assert helper == {"name": "helper", "image": "a:2", "args": ["warn"]}
    assert done.worn[0].chosen == ["LEVEL"]
    kept_image = again(result.worn, one, version("a:2"), {"IMAGE": "a:1"}, result.documents, find=find, version=2)
    assert kept_image.documents[0]["spec"]["containers"][1]["image"] == "a:1", "unless the person asks for the old one"


def test_a_list_is_merged_as_the_designs_version_has_it() -> None:
    claims = named(preset({"spec": {"resourceClaims": [{"name": "b"}]}}), "claims")
    start: Documents = [pod(resourceClaims=[{"name": "a"}])]
    for release, expected in (("1.25", [{"name": "b"}]), ("1.37", [{"name": "a"}, {"name": "b"}])):
        result = put_on([], claims, {}, start, 0, find=find, number=1, using=schema(release))
        assert result.documents[0]["spec"]["resourceClaims"] == expected
        assert off(result, "claims").documents == start


def test_two_pods_of_one_name_in_two_namespaces_have_records_of_their_own() -> None:
    start: Documents = [{**pod(), "metadata": {"name": "web", "namespace": home}} for home in ("a", "b")]
    result = put_on([], LOGS_NAMED, {}, start, 1, find=find, number=1)
    assert result.worn[0].pod == "Pod/b/web"
    both = put_on(result.worn, LOGS_NAMED, {}, result.documents, 0, find=find, number=2)
    assert both.documents[0]["spec"] == both.documents[1]["spec"]
    one = take_off(both.worn, both.worn[0], both.documents, find=find)
    assert one.documents == [both.documents[0], start[1]]
    older = replace(result.worn[0], pod="Pod/web")
    with_one = [pod(), result.documents[1]]
    assert take_off([older], older, [result.documents[1]], find=find).documents == [start[1]], (
        "as records had it before"
    )
    assert index_of(with_one, "Pod/web") == 0
