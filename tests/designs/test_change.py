"""The one door: what it keeps, merges, refuses and undoes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.designs import change
from designer.designs.models import Design
from designer.manifests import text as manifest_text
from designer.manifests.edits.fields import set_field
from designer.manifests.types import Documents, ManifestError, Path, Transform
from tests.designs.strategies import documents as any_documents
from tests.people import owner

pytestmark = pytest.mark.django_db

TEXT = """\
# the web pod
apiVersion: v1
kind: Pod
metadata: {name: web}   # in one line
spec:
  x-ours: kept
  containers:
    - image: 'nginx:1'   # pinned
      name: nginx
    - {name: logs, image: busybox}
"""
IMAGE: Path = (0, "spec", "containers", 0, "image")


@pytest.fixture
def design() -> Design:
    made = Design.objects.create(owner=owner(), name="web")
    documents = manifest_text.parse(TEXT)
    made.change(lambda _: documents, by=owner(), text=TEXT)
    return made


def put(path: Path, value: Any) -> Transform:
    return lambda documents: set_field(documents, path, value)


def test_only_the_bytes_of_the_changed_value_change(design: Design) -> None:
    design.change(put(IMAGE, "nginx:2"), by=owner())
    assert design.text == TEXT.replace("'nginx:1'", "'nginx:2'")
    assert design.documents == manifest_text.parse(design.text)


def test_every_edit_is_a_revision_with_a_sentence(design: Design) -> None:
    changed = design.change(put(IMAGE, "nginx:2"), by=owner())
    assert (changed.changed, changed.revision.number, changed.revision.by) == (True, 2, owner())
    assert changed.revision.summary == "set image of nginx to nginx:2"


def test_an_edit_that_changes_nothing_is_no_revision(design: Design) -> None:
    changed = design.change(put(IMAGE, "nginx:1"), by=owner())
    assert (changed.changed, design.number) == (False, 1)


def test_true_and_one_are_not_the_same(design: Design) -> None:
    design.change(put((0, "spec", "hostNetwork"), 1), by=owner())
    assert design.change(put((0, "spec", "hostNetwork"), True), by=owner()).changed
    assert design.documents[0]["spec"]["hostNetwork"] is True


def test_a_transform_that_raises_leaves_all_as_it_was(design: Design) -> None:
    def fail(documents: Documents) -> Documents:
        raise ManifestError("no")

    with pytest.raises(ManifestError, match="no"):
        design.change(fail, by=owner())
    design.refresh_from_db()
    assert (design.text, design.number, design.revisions.count()) == (TEXT, 1, 1)


def test_a_typed_text_is_kept_to_the_byte(design: Design) -> None:
    text = TEXT.replace("# pinned", "# for now").replace("kept", "changed")
    documents = manifest_text.parse(text)
    design.change(lambda _: documents, by=owner(), text=text)
    assert design.text == text


def test_a_text_with_other_comments_only_is_an_edit_too(design: Design) -> None:
    text = TEXT + "# the end\n"
    documents = manifest_text.parse(text)
    assert design.change(lambda _: documents, by=owner(), text=text).changed
    assert design.text == text


def test_edits_of_different_fields_merge(design: Design) -> None:
    design.change(put(IMAGE, "nginx:2"), by=owner(), base=1)
    design.change(put((0, "spec", "containers", 1, "image"), "busybox:9"), by=owner(), base=1)
    images = [container["image"] for container in design.documents[0]["spec"]["containers"]]
    assert images == ["nginx:2", "busybox:9"]


def test_an_edit_based_on_an_older_order_finds_its_container(design: Design) -> None:
    def put_in_front(documents: Documents) -> Documents:
        spec = documents[0]["spec"]
        return [{**documents[0], "spec": {**spec, "containers": [{"name": "new"}, *spec["containers"]]}}]

    design.change(put_in_front, by=owner(), base=1)
    design.change(put(IMAGE, "nginx:2"), by=owner(), base=1)
    containers = design.documents[0]["spec"]["containers"]
    assert [(c["name"], c.get("image")) for c in containers] == [
        ("new", None),
        ("nginx", "nginx:2"),
        ("logs", "busybox"),
    ]


def test_edits_of_the_same_field_conflict_and_lose_nothing(design: Design) -> None:
    design.change(put(IMAGE, "nginx:2"), by=owner(), base=1)
    with pytest.raises(change.ConflictError) as caught:
        design.change(put(IMAGE, "nginx:3"), by=owner(), base=1)
    conflict = caught.value.conflicts[0]
    assert {conflict.base, conflict.ours, conflict.theirs} == {"nginx:1", "nginx:2", "nginx:3"}
    assert design.documents[0]["spec"]["containers"][0]["image"] == "nginx:2"


def test_undo_and_redo_give_the_texts_back(design: Design) -> None:
    texts = [design.text]
    for version in ("2", "3"):
        design.change(put(IMAGE, f"nginx:{version}"), by=owner())
        texts.append(design.text)
    for expected in (texts[1], texts[0]):
        assert change.undo(design, by=owner())
        assert design.text == expected
        assert design.documents == manifest_text.parse(expected)
    assert change.undo(design, by=owner()) is None
    for expected in texts[1:]:
        assert change.redo(design, by=owner())
        assert design.text == expected
    assert change.redo(design, by=owner()) is None
    change.undo(design, by=owner())
    design.change(put(IMAGE, "nginx:4"), by=owner())
    assert change.redo(design, by=owner()) is None
    change.undo(design, by=owner())
    assert design.text == texts[1]


def test_undo_takes_the_record_of_a_weaving_along(design: Design) -> None:
    design.change(put(IMAGE, "nginx:2"), by=owner(), woven=[{"preset": "x"}])
    assert design.revision.woven == [{"preset": "x"}]
    change.undo(design, by=owner())
    assert design.revision.woven == []
    change.redo(design, by=owner())
    assert design.revision.woven == [{"preset": "x"}]


@given(st.lists(any_documents.map(manifest_text.dump), min_size=1, max_size=4))
def test_rows_and_text_agree_after_any_edits(texts: list[str]) -> None:
    design = Design.objects.create(owner=owner(), name="x")
    for text in texts:
        documents = manifest_text.parse(text)
        design.change(lambda _, documents=documents: documents, by=owner())  # type: ignore[misc]
        assert design.documents == documents
        assert manifest_text.parse(design.text) == documents
    for _ in range(design.number - 1):
        change.undo(design, by=owner())
    assert design.documents == manifest_text.parse(texts[0]) or manifest_text.parse(texts[0]) == []
