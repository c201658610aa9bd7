"""Typing through the door: a burst is one revision unless someone relied on a step; texts of two come together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from designer.designs import change
from designer.designs.models import Design, Revision
from designer.manifests import text as manifest_text
from designer.manifests.edits.fields import set_field
from tests.people import owner

pytestmark = pytest.mark.django_db

TEXT = """\
# the web pod
kind: Pod
apiVersion: v1
metadata: {name: web}
spec:
  containers:
  - name: nginx
    image: nginx:1
  - name: logs
    image: busybox
"""


@pytest.fixture
def design() -> Design:
    made = Design.objects.create(owner=owner(), name="web")
    documents = manifest_text.parse(TEXT)
    made.change(lambda _: documents, by=owner(), text=TEXT)
    return made


def typed(design: Design, text: str, *, window: str = "mine", base: int = 0) -> Revision:
    documents = manifest_text.parse(text)
    how = {"base": base or design.number, "window": window}
    return design.change(lambda _: documents, by=owner(), text=text, typing=True, **how).revision  # type: ignore[arg-type]


def listed(design: Design) -> list[int]:
    return [revision.number for revision in design.revisions.filter(passing=False)]


def test_a_burst_is_one_revision_that_says_all_of_it(design: Design) -> None:
    for version in ("nginx:1.", "nginx:1.2", "nginx:1.29"):
        typed(design, TEXT.replace("nginx:1", version))
    last = typed(design, TEXT.replace("nginx:1", "nginx:1.29").replace("busybox", "busybox:2"))
    assert listed(design) == [5, 1]
    assert last.back == 1
    assert "nginx" in last.summary
    assert "logs" in last.summary
    change.undo(design, by=owner())
    assert design.text == TEXT
    change.redo(design, by=owner())
    assert design.text == TEXT.replace("nginx:1", "nginx:1.29").replace("busybox", "busybox:2")


def test_a_burst_that_ends_where_it_began_says_so(design: Design) -> None:
    typed(design, TEXT.replace("nginx:1", "nginx:12"))
    last = typed(design, TEXT)
    assert last.summary == "typed, and took it back"


def test_a_rest_another_edit_or_another_window_ends_a_burst(design: Design) -> None:
    typed(design, TEXT.replace("nginx:1", "nginx:2"))
    Revision.objects.filter(number=2).update(at=Revision.objects.get(number=2).at - timedelta(seconds=6))
    typed(design, TEXT.replace("nginx:1", "nginx:3"))
    design.change(lambda d: set_field(d, (0, "spec", "hostname"), "a"), by=owner(), window="mine")
    text = design.text
    typed(design, text.replace("nginx:3", "nginx:4"))
    typed(design, text.replace("nginx:3", "nginx:5"), window="other")
    assert listed(design) == [6, 5, 4, 3, 2, 1]


def test_a_step_that_someone_relies_on_stays(design: Design) -> None:
    change.keep(typed(design, TEXT.replace("nginx:1", "nginx:2")))
    last = typed(design, TEXT.replace("nginx:1", "nginx:3"))
    assert listed(design) == [3, 2, 1]
    assert last.back == 2


def test_steps_go_once_they_rested(design: Design) -> None:
    typed(design, TEXT.replace("nginx:1", "nginx:2"))
    typed(design, TEXT.replace("nginx:1", "nginx:3"))
    old = Revision.objects.filter(design=design, passing=True)
    assert old.count() == 1
    old.update(at=old.get().at - timedelta(minutes=3))
    typed(design, TEXT.replace("nginx:1", "nginx:4"))
    assert [one.number for one in design.revisions.all()] == [4, 3, 1]


def test_what_was_typed_meets_what_was_written_elsewhere_line_by_line(design: Design) -> None:
    theirs = TEXT.replace("- name: logs", "# reads the log\n  - name: logs").replace("busybox", "busybox:1")
    typed(design, theirs, window="theirs")
    mine = TEXT.replace("# the web pod", "# the pod of the shop").replace("nginx:1", "nginx:2 # pinned")
    typed(design, mine, base=1)
    both = theirs.replace("# the web pod", "# the pod of the shop").replace("nginx:1", "nginx:2 # pinned")
    assert design.text == both


def test_where_lines_meet_but_fields_do_not_both_values_stand(design: Design) -> None:
    flow = TEXT.replace("metadata: {name: web}", "metadata: {name: web, namespace: theirs}")
    typed(design, flow, window="theirs")
    typed(design, TEXT.replace("metadata: {name: web}", "metadata: {name: web, generateName: mine}"), base=1)
    assert design.documents[0]["metadata"] == {"name": "web", "namespace": "theirs", "generateName": "mine"}


def test_the_same_field_typed_by_two_is_refused_until_one_chooses(design: Design) -> None:
    typed(design, TEXT.replace("nginx:1", "nginx:theirs"), window="theirs")
    mine = TEXT.replace("nginx:1", "nginx:mine").replace("# the web pod", "# mine")
    documents = manifest_text.parse(mine)
    with pytest.raises(change.ConflictError):
        design.change(lambda _: documents, by=owner(), text=mine, base=1, window="mine", typing=True)
    design.change(lambda _: documents, by=owner(), text=mine, base=1, window="mine", typing=True, over="theirs")
    assert design.text == TEXT.replace("nginx:1", "nginx:theirs").replace("# the web pod", "# mine")


def test_a_large_paste_or_deletion_is_a_step_of_its_own(design: Design) -> None:
    typed(design, TEXT.replace("nginx:1", "nginx:12"))
    short = TEXT[: TEXT.index("spec:")]
    typed(design, short)
    typed(design, short + "# a")
    assert listed(design) == [4, 3, 2, 1]
    change.undo(design, by=owner())
    assert design.text == short
    change.undo(design, by=owner())
    assert design.text == TEXT.replace("nginx:1", "nginx:12")


def test_undo_goes_past_typing_that_was_taken_back(design: Design) -> None:
    design.change(lambda d: set_field(d, (0, "spec", "hostname"), "a"), by=owner(), window="mine")
    text = design.text
    typed(design, text.replace("busybox", "busyboxx"))
    typed(design, text)
    change.undo(design, by=owner())
    assert design.text == TEXT


def test_undo_and_redo_name_what_they_take_back_and_bring(design: Design) -> None:
    for image in ("nginx:a", "nginx:b", "nginx:c"):
        design.change(lambda d, image=image: set_field(d, (0, "spec", "containers", 0, "image"), image), by=owner())  # type: ignore[misc]
    steps = [change.undo, change.undo, change.undo, change.redo, change.redo]
    said = [(step(design, by=owner()) or Revision()).summary for step in steps]
    assert [(words.split(":")[0], words[-1]) for words in said] == [
        ("undo", "c"),
        ("undo", "b"),
        ("undo", "a"),
        ("redo", "a"),
        ("redo", "b"),
    ]
