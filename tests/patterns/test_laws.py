"""Laws of weaving: order does not matter where presets touch different things, and what comes off leaves nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.manifests import text as manifest_text
from designer.manifests.match import same
from designer.manifests.text import Text
from designer.manifests.types import Document
from patterns import catalogue
from patterns.preset import Preset
from patterns.stack import Stacked, again, put_on, take_off
from tests.patterns.test_stack import find, named, off, text_of
from tests.patterns.test_weave import APP, deployment, preset


def apart(number: int, parts: frozenset[str]) -> Preset:
    """A preset that touches what no other one of another number does."""
    n = str(number)
    spec: Document = {"containers": [{"name": "${APP}"}]}
    app = spec["containers"][0]
    if "env" in parts:
        app["env"] = [{"name": f"E{n}", "value": "1"}]
    if "port" in parts:
        app["ports"] = [{"containerPort": 9000 + number}]
    if "volume" in parts:
        app["volumeMounts"] = [{"name": f"v{n}", "mountPath": f"/v{n}"}]
        spec["volumes"] = [{"name": f"v{n}", "emptyDir": {}}]
    if "container" in parts:
        spec["containers"].append({"name": f"c{n}", "image": "c"})
    if "init" in parts:
        spec["initContainers"] = [{"name": f"i{n}", "image": "i"}]
    objects = []
    if "object" in parts:
        objects.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"m{n}"}, "data": {"a": n}})
    patch: Document = {"spec": spec}
    if "label" in parts:
        patch["metadata"] = {"annotations": {f"a{n}": "1"}}
    return named(preset(patch, [APP], objects), f"p{n}")


_part = st.sampled_from(["env", "port", "volume", "container", "init", "object", "label"])
_several = st.lists(st.frozensets(_part, min_size=1), min_size=2, max_size=5)


@given(_several, st.randoms())
def test_presets_that_touch_different_things_commute_and_come_off_in_any_order(
    shapes: list[frozenset[str]], random: Any
) -> None:
    made = [apart(number, shape) for number, shape in enumerate(shapes)]

    def on(order: list[Preset]) -> Stacked:
        result = Stacked([deployment({"app": "web"})], [], 0)
        for number, one in enumerate(order, 1):
            result = put_on(result.worn, one, {}, result.documents, 0, find=lambda _: None, number=number)
            assert result.clashes == []
        return result

    first = on(made)
    order = list(made)
    random.shuffle(order)
    result = on(order)
    assert text_of(result.documents) == text_of(first.documents)
    for one in made:
        result = off(result, one.name)
    assert same(result.documents, [deployment({"app": "web"})])


TEXTS = [
    """\
# The shop's front.
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}   # flow
spec:
    containers:
        # the application
        - name: "app"   # quoted
          image: 'app:1'
          ports:
          - {containerPort: 8000}   # inside only
          env: []

        - image: busybox
          name: second
# the end
""",
    """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web

spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels:
        app: web # selects
    spec:
      containers: [{name: app, image: "app:1", ports: [{containerPort: 8000}]}]
---
# A Service.
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
    - port: 80
""",
    """\
{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "web"},
 "spec": {"template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [
   {"name": "app", "image": "app:1", "ports": [{"containerPort": 8000}]}]}}}}
""",
]


@pytest.mark.parametrize("text", TEXTS, ids=["pod", "deployment", "job"])
@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_weaving_and_unweaving_gives_the_first_text_back(text: str, name: str) -> None:
    documents = manifest_text.parse(text)
    result = put_on([], catalogue.preset(name), {}, documents, 0, find=find, number=1)
    woven = Text.read(text).rewrite(result.documents).text
    assert manifest_text.parse(woven) == result.documents
    gone = take_off(result.worn, result.worn[0], manifest_text.parse(woven), find=find)
    assert gone.documents == documents
    assert Text.read(woven).rewrite(gone.documents).text == text


@given(_several, st.sampled_from(TEXTS))
def test_a_stack_that_is_taken_off_from_below_gives_the_first_text_back(
    shapes: list[frozenset[str]], text: str
) -> None:
    result = Stacked(manifest_text.parse(text), [], 0)
    standing = text
    for number, shape in enumerate(shapes, 1):
        made = apart(number, shape)
        result = put_on(result.worn, made, {}, result.documents, 0, find=lambda _: None, number=number)
        standing = Text.read(standing).rewrite(result.documents).text
    while result.worn:
        result = take_off(result.worn, result.worn[0], result.documents, find=lambda _: None)
        standing = Text.read(standing).rewrite(result.documents).text
    assert standing == text


# Names, values and kinds that presets have in common, so that they meet in objects.
_meeting = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["ConfigMap", "Service", "Role"]),
        "key": st.sampled_from("ab"),
        "value": st.sampled_from("12"),
    }
)


def sharing(number: int, brings: list[dict[str, str]], fixed: bool) -> Preset:
    """A preset with a container and objects that others bring too, under a name that is fixed or may give way."""
    objects: list[Document] = []
    for one in brings:
        document: Document = {
            "apiVersion": "v1",
            "kind": one["kind"],
            "metadata": {"name": "it" if fixed else "${NAME}"},
        }
        if one["kind"] == "Service":
            document["spec"] = {"selector": "${{POD_LABELS}}", "ports": [{"port": 80, "targetPort": int(one["value"])}]}
        elif one["kind"] == "Role":
            document = {**document, "apiVersion": "rbac.authorization.k8s.io/v1", one["key"]: one["value"]}
        else:
            document["data"] = {one["key"]: one["value"], "${KEY}": "x"}
        if all(other["kind"] != one["kind"] for other in objects):
            objects.append(document)
    patch = {
        "spec": {
            "containers": [{"name": f"c{number}", "image": "c", "envFrom": [{"configMapRef": {"name": "${NAME}"}}]}]
        }
    }
    parameters = [{"name": "NAME", "type": "objectName", "default": "it"}, {"name": "KEY", "default": "k"}]
    return named(preset(patch, parameters, objects), f"s{number}")


_steps = st.lists(
    st.tuples(
        st.sampled_from(["weave", "weave", "change", "off"]),
        st.integers(0, 3),
        st.integers(0, 1),
        st.sampled_from("kl"),
    ),
    max_size=8,
)


@given(st.lists(st.tuples(st.lists(_meeting, max_size=3), st.booleans()), min_size=4, max_size=4), _steps, st.randoms())
def test_after_all_are_off_the_text_is_the_first(shapes: Any, steps: Any, random: Any) -> None:
    family = [sharing(number, *shape) for number, shape in enumerate(shapes)]
    second = deployment({"app": "two"}) | {"metadata": {"name": "two"}}
    text = manifest_text.dump([deployment({"app": "web"}), second])
    known = {made.name: (made, 1) for made in family}
    result, standing, number = Stacked(manifest_text.parse(text), [], 0), text, 0

    def stand(now: Stacked) -> None:
        nonlocal result, standing
        result, standing = now, Text.read(standing).rewrite(now.documents).text
        assert same(manifest_text.parse(standing), now.documents)

    for what, which, where, key in steps:
        made = family[which]
        here = [one for one in result.worn if one.preset == made.name]
        if what == "weave" and not any(one.pod.endswith(("web", "two")[where]) for one in here):
            number += 1
            stand(put_on(result.worn, made, {"KEY": key}, result.documents, where, find=known.get, number=number))
        elif what == "change" and here:
            stand(again(result.worn, here[0], made, {"KEY": key}, result.documents, find=known.get))
        elif what == "off" and here:
            stand(take_off(result.worn, here[-1], result.documents, find=known.get))
    while result.worn:
        stand(take_off(result.worn, random.choice(result.worn), result.documents, find=known.get))
    assert standing == text
