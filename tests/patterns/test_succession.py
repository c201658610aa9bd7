"""succession: a preset that a pod wears, replaced by the one that its author says to use instead."""

from __future__ import annotations

from typing import Any

import pytest

from designer.manifests.types import Document, Documents, ManifestError
from patterns.stack import put_on, take_off
from patterns.succession import handed_down, succeed
from tests.patterns.test_stack import named
from tests.patterns.test_weave import APP, pod, preset

SECRET: Document = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "${STORE}"},
    "stringData": {"password": "${PASSWORD}"},
}
ASKED: list[Document] = [
    APP,
    {"name": "IMAGE", "type": "image", "default": "old:1"},
    {"name": "LEVEL", "type": "choice", "choices": ["info", "loud"], "default": "info"},
    {"name": "PORT", "type": "freePort", "default": 9000},
    {"name": "STORE", "type": "objectName", "default": "old-store"},
    {"name": "PASSWORD", "default": "x", "secret": True},
    {"name": "EXTRA", "default": ""},
]


def container(name: str) -> Document:
    args = ["${LEVEL}", "${PORT}"]
    return {"spec": {"containers": [{"name": name, "image": "${IMAGE}", "args": args}]}}


OLD = named(preset(container("old"), ASKED, [SECRET]), "old")
NEW = named(
    preset(
        container("new"),
        [
            APP,
            {"name": "IMAGE", "type": "image", "default": "new:2"},
            {"name": "LEVEL", "type": "choice", "choices": ["info", "debug"], "default": "debug"},
            {"name": "PORT", "type": "freePort", "default": 7000},
            {"name": "STORE", "type": "objectName", "default": "new-store"},
            {"name": "PASSWORD", "default": "y", "secret": True},
        ],
        [SECRET],
    ),
    "new",
)
find = {"old": (OLD, 3), "new": (NEW, 2)}.get


def wearing(**values: Any) -> tuple[Any, Documents]:
    done = put_on([], OLD, values, [pod()], 0, find=find, version=3, number=1)
    return done.worn, done.documents


def test_what_was_chosen_goes_over_and_the_rest_follows_the_new_one() -> None:
    worn, documents = wearing(IMAGE="mine:5", PASSWORD="s3cret", PORT=9400)
    done = succeed(worn, worn[0], NEW, documents, find=find, version=2).result
    (new,) = done.worn
    assert (new.preset, new.version, new.number) == ("new", 2, 0)
    app, brought = done.documents[0]["spec"]["containers"]
    assert app == pod()["spec"]["containers"][0]
    assert brought == {"name": "new", "image": "mine:5", "args": ["debug", "9400"]}
    # The Secret keeps its name and what is in it, which stands in no record.
    assert done.documents[1]["metadata"]["name"] == "old-store"
    assert done.documents[1]["stringData"] == {"password": "s3cret"}
    assert "s3cret" not in str(new.write())
    assert new.chosen == ["IMAGE", "PORT", "STORE"]
    assert done.notes == []
    # It comes off again as if the old one had never been there.
    assert take_off(done.worn, new, done.documents, find=find).documents == [pod()]


def test_what_does_not_do_is_left_to_its_default_and_told() -> None:
    worn, documents = wearing(LEVEL="loud", EXTRA="more")
    done = succeed(worn, worn[0], NEW, documents, find=find).result
    assert done.documents[0]["spec"]["containers"][1]["args"] == ["debug", "9000"]
    assert done.notes == [
        "new does not ask for EXTRA (more)",
        "Level has its default: what it was does not do (choose one of info, debug)",
    ]


def test_a_secret_is_given_to_no_parameter_that_is_not_one() -> None:
    worn, documents = wearing(PASSWORD="s3cret")
    asked = [{**one, "secret": False} if one["name"] == "PASSWORD" else one for one in ASKED]
    plain = named(preset(container("plain"), asked), "plain")  # no Secret that it would go into
    assert "PASSWORD" not in handed_down(worn[0], plain, documents)
    done = succeed(worn, worn[0], plain, documents, find=find).result
    assert "s3cret" not in str((done.worn[0].write(), done.documents, done.notes))
    assert done.notes == ["plain does not ask for PASSWORD"]


def test_edits_by_hand_are_told_by_what_was_taken_off_and_what_is_needed_is_asked_for() -> None:
    worn, documents = wearing()
    documents[0]["spec"]["containers"][1]["image"] = "by-hand:1"
    assert succeed(worn, worn[0], NEW, documents, find=find).between.conflicts
    needy = named(preset(container("needy"), [*ASKED[:5], {"name": "TOKEN", "required": True}]), "needy")
    with pytest.raises(ManifestError, match="Token"):
        succeed(worn, worn[0], needy, documents, find=find)
