"""A Secret's plain values on a real API server: who owns them, when they go, and that no one reads them."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from designer.clusters.apply import apply_documents
from designer.clusters.client import Client
from designer.clusters.drift import drift
from designer.clusters.errors import ClusterError
from designer.clusters.preview import foresee
from designer.clusters.secret_values import as_sent, converted, hushed, place, restored
from designer.clusters.target import Target
from designer.manifests.types import Document
from tests.cluster.control_plane import ControlPlane

real = [pytest.mark.cluster]


def secret(data: dict[str, Any] | None = None, /, **plain: Any) -> Document:
    one: Document = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}}
    return one | ({"data": data} if data else {}) | ({"stringData": plain} if plain else {})


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.fixture
def target(client: Client, namespace: str) -> Target:
    return Target(client, namespace, "7")


def data_of(target: Target) -> dict[str, str]:
    live = target.client.get(secret(), target.namespace)
    assert live is not None
    return {key: base64.b64decode(value).decode() for key, value in (live.document.get("data") or {}).items()}


class TestOnAServer:
    pytestmark = real

    def test_keys_come_and_go_and_a_second_apply_changes_nothing(self, target: Target) -> None:
        def apply(document: Document) -> str:
            (one,) = apply_documents(target, [document])
            return one.action

        assert apply(secret(pw="one", other="two")) == "created"
        assert apply(secret(pw="one", other="two")) == "unchanged"
        assert next(foresee(target, [secret(pw="one", other="two")])).action == "unchanged"
        assert apply(secret(password="one", other="two")) == "configured"
        assert data_of(target) == {"password": "one", "other": "two"}
        assert apply(secret({"a": coded("in data")}, password="one")) == "configured"
        assert data_of(target) == {"password": "one", "a": "in data"}
        # What is said in both places is the plain text, as the server has it.
        assert apply(secret({"a": coded("in data")}, a="plain")) == "configured"
        assert data_of(target) == {"a": "plain"}

    def test_a_value_that_another_manager_changed_is_a_conflict(
        self, target: Target, control_plane: ControlPlane
    ) -> None:
        list(apply_documents(target, [secret(pw="ours")]))
        theirs = json.dumps({"data": {"pw": coded("theirs")}})
        control_plane.kubectl("patch", "secret", "s", "-n", target.namespace, "--type=merge", "-p", theirs)
        (planned,) = foresee(target, [secret(pw="ours")])
        (owner,) = planned.owners
        assert (planned.action, owner.path, owner.live) == ("conflict", ("stringData", "pw"), "••••")
        (failed,) = apply_documents(target, [secret(pw="ours")])
        assert (failed.action, data_of(target)) == ("failed", {"pw": "theirs"})
        assert [cause.path for cause in failed.causes] == [("stringData", "pw")]
        (drifted,) = drift(target, [secret(pw="ours")])
        assert [change.path for change in drifted.changes] == [("data", "pw")]

    def test_what_is_no_text_is_refused_without_saying_it(self, target: Target) -> None:
        documents: list[Document] = [
            secret(PIN=837261),
            secret({"PIN": 837261}),
            secret({"PIN": "8372 61"}),
            {**secret(), "stringData": "x837261x"},
            {**secret(), "data": ["x837261x"]},
            {**secret(), "type": {"x": 837261}},
        ]
        for document in documents:
            (one,) = foresee(target, [document])
            assert one.action == "refused"
            assert "837261" not in repr(one)
            assert coded("837261") not in repr(one)
            assert "&" not in repr(one)

    def test_the_words_about_other_kinds_have_no_go_in_them(self, target: Target) -> None:
        wrong = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"n": 5}}
        (one,) = foresee(target, [wrong])
        assert [(cause.path, cause.message) for cause in one.causes] == [(("data", "n"), "expected string")]
        assert "&value" not in one.message


def test_what_is_sent_and_the_way_back() -> None:
    said = secret({"b": coded("2")}, a="1", empty=None)
    sent = as_sent(said)
    assert sent == secret({"b": coded("2"), "a": coded("1"), "empty": ""})
    assert restored(sent, said) == said
    sent["data"]["a"] = coded("changed")
    assert restored(sent, said)["stringData"]["a"] == "changed"
    sent["data"]["a"] = "/w=="  # no text: it cannot be said plainly any more
    assert restored(sent, said)["data"]["a"] == "/w=="
    assert "a" not in restored(sent, said)["stringData"]
    assert converted(secret(a=5)) == secret(a=5)
    with pytest.raises(ClusterError) as caught:
        as_sent(secret(None, **{"a.b": 837261}))
    assert "837261" not in str(caught.value)
    assert place(caught.value.causes[0].field, secret(None, **{"a.b": 837261})) == ("stringData", "a.b")
    assert place("data[tls.key]", secret(None, **{"tls.key": "x"})) == ("stringData", "tls.key")
    assert place(".data.k", secret({"k": "eA=="}, other="x")) == ("data", "k")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("it is hunter22, so no", "it is ••••, so no"),
        (f"it is {coded('hunter22')}", "it is ••••"),
        ("a policy quotes hunter…", "a policy quotes ••••…"),
        ("it quotes first line second", "it quotes ••••"),
        ("at 7: no", "at •••• no"),
        ("17 of them", "17 of them"),
    ],
)
def test_values_are_taken_out_of_what_a_server_says(said: str, shown: str) -> None:
    assert hushed(said, secret(a="hunter22", b="first line\nsecond", c="7")) == shown
