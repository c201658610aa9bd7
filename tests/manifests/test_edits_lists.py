from __future__ import annotations

from typing import Any

import pytest

from designer.manifests.edits.lists import packed, unpack
from designer.manifests.text import Text
from designer.manifests.types import Document, Documents, ManifestError

SITE: Document = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "site"}}
POD: Document = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}


def a_list(items: Any, kind: str = "List") -> Document:
    return {"apiVersion": "v1", "kind": kind, "items": items, "metadata": {"resourceVersion": ""}}


@pytest.mark.parametrize(
    ("document", "held"),
    [
        (a_list([SITE, POD]), [SITE, POD]),
        (a_list([POD], "PodList"), [POD]),
        (a_list([a_list([POD])]), [a_list([POD])]),
        (a_list([]), []),
        (a_list([{"metadata": {"name": "web"}}], "PodList"), None),
        (a_list([SITE, None]), None),
        (a_list({"a": SITE}), None),
        (a_list(None), None),
        ({**a_list([POD]), "kind": ["List"]}, None),
        (a_list([POD], "Basket"), None),
        (POD, None),
    ],
)
def test_a_list_holds_objects_that_say_what_they_are(document: Document, held: list[Document] | None) -> None:
    assert packed(document) == held


def test_the_objects_come_where_the_list_was_and_the_rest_keeps_its_text() -> None:
    others = "# before\nkind: A # a\napiVersion: v1\n", "# after\nkind: B # b\napiVersion: v1\n"
    items = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: C}\n- {apiVersion: v1, kind: D}\n"
    text = Text.read(f"{others[0]}---\n{items}---\n{others[1]}")
    edited = unpack(text.documents, 1)
    assert [document["kind"] for document in edited.documents] == ["A", "C", "D", "B"]
    assert edited.select == "1"
    written = text.rewrite(edited.documents).text
    assert written.startswith(others[0])
    assert written.endswith(others[1])


@pytest.mark.parametrize(
    ("documents", "index", "message"),
    [
        ([POD], 0, "no List of objects here any more"),
        ([a_list([POD])], 1, "no List of objects here any more"),
        ([a_list([])], 0, "this List holds no objects"),
    ],
)
def test_what_cannot_be_unpacked_is_told(documents: Documents, index: int, message: str) -> None:
    with pytest.raises(ManifestError, match=message):
        unpack(documents, index)
