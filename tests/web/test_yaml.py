"""What the YAML editor sends and is told."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from designer.designs.models import Design, Draft
from tests.web.conftest import POD
from tests.web.test_edit import SPEC, send

Make = Callable[..., Design]


def post(client: Client, design: Design, text: str, base: int = 1, **more: Any) -> HttpResponse:
    sent = {"text": text, "from": base, "window": "w1", **more}
    return client.post(reverse("yaml", args=[design.pk]), sent)  # type: ignore[return-value]


def told(answer: HttpResponse) -> dict[str, Any]:
    """The state that an answer, or a page, gives the editor."""
    found = re.search(r'yaml-data"[^>]*>(.*?)</(?:hx-partial|div)>', answer.content.decode(), re.S)
    assert found
    state: dict[str, Any] = json.loads(html.unescape(found[1]))
    return state


def test_what_is_typed_becomes_the_design(client: Client, make: Make) -> None:
    design = make()
    text = POD.replace("1.29", "1.30")
    state = told(post(client, design, text))
    assert state["text"] is None, "the editor has it"
    assert state["base"] == 2
    assert [9, "0/containers/0"] in state["runs"]
    design.refresh_from_db()
    assert design.text == text


def test_other_edits_tell_the_editor_the_new_text(client: Client, make: Make) -> None:
    design = make()
    answer = send(client, design, "set", path=SPEC + "containers/0/image", value="nginx:<1>&2")
    state = told(answer)
    design.refresh_from_db()
    assert state["text"] == design.text
    assert "nginx:<1>&2" in state["text"]


def test_text_that_does_not_parse_is_kept_as_a_draft(client: Client, make: Make) -> None:
    design = make()
    broken = POD + "  oops: [\n"
    answer = post(client, design, broken)
    assert answer.status_code == 200
    state = told(answer)
    assert state["problem"]["line"] == 24
    assert state["draft"] == broken
    design.refresh_from_db()
    assert (design.text, design.number) == (POD, 1)
    page = told(client.get(reverse("design", args=[design.pk])))  # type: ignore[arg-type]
    assert page["draft"] == broken
    assert page["problem"]["line"] == 24
    assert page["text"] == POD
    post(client, design, POD + "  dnsPolicy: Default\n", window="another that never saw the draft")
    assert Draft.objects.exists()
    post(client, design, POD + "  dnsPolicy: Default\n", held=1)
    assert not Draft.objects.exists()


def test_a_draft_goes_on_from_the_revision_it_was_typed_at(client: Client, make: Make) -> None:
    design = make()
    post(client, design, POD + "bro")
    send(client, design, "set", path=SPEC + "containers/0/image", value="nginx:1.30")
    page = told(client.get(reverse("design", args=[design.pk])))  # type: ignore[arg-type]
    assert page["base"] == 1
    state = told(post(client, design, POD + "# done\n", base=page["base"]))
    assert state["text"] == POD.replace("1.29", "1.30") + "# done\n"


def test_a_draft_is_let_go_on_request(client: Client, make: Make) -> None:
    design = make()
    post(client, design, "kind: [")
    state = told(client.post(reverse("yaml", args=[design.pk]), {"discard": 1}))  # type: ignore[arg-type]
    assert state["text"] == POD
    assert "problem" not in state
    assert not Draft.objects.exists()


def test_text_that_meets_anothers_edit_is_kept_too(client: Client, make: Make) -> None:
    design = make()
    send(client, design, "set", path=SPEC + "containers/0/image", value="nginx:theirs")
    mine = POD.replace("nginx:1.29", "nginx:mine")
    problem = told(post(client, design, mine))["problem"]
    assert (problem["line"], problem["again"]) == (10, True)
    assert "spec.containers[0].image was changed elsewhere" in problem["message"]
    assert post(client, design, mine, ask=1).status_code == 409
    page = told(client.get(reverse("design", args=[design.pk])))  # type: ignore[arg-type]
    assert (page["draft"], page["base"]) == (mine, 1)
    assert "problem" not in page
    post(client, design, mine, over="mine", held=1)
    assert not Draft.objects.exists()


def test_a_draft_is_of_one_person(client: Client, make: Make) -> None:
    design = make()
    post(client, design, "kind: [")
    post(client, design, "kind: [[")
    assert [draft.text for draft in design.drafts.all()] == ["kind: [["]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_are_those_of_the_design(client: Client, make: Make, end: str) -> None:
    design = make(POD.replace("\n", end))
    page = told(client.get(reverse("design", args=[design.pk])))  # type: ignore[arg-type]
    assert page["text"] == POD
    state = told(post(client, design, POD.replace("busybox\n", "busybox:1\n    tty: true\n").replace("\n", "\r\n")))
    assert state["text"] is None
    design.refresh_from_db()
    assert design.text == POD.replace("busybox\n", "busybox:1\n    tty: true\n").replace("\n", end)


def test_what_looks_like_html_is_text(client: Client, make: Make) -> None:
    design = make(POD + "# </div><script>alert(1)</script> &amp; \u2028# x\n")
    page = client.get(reverse("design", args=[design.pk]))
    assert "<script>alert" not in page.content.decode()
    assert told(page)["text"].endswith("# </div><script>alert(1)</script> &amp; \u2028# x\n")  # type: ignore[arg-type]


def test_findings_name_their_lines(client: Client, make: Make) -> None:
    design = make()
    state = told(post(client, design, POD.replace("name: logs\n    image", "name: nginx\n    image")))
    assert any(line in (9, 14) and severity == "error" for line, severity, _ in state["marks"])


def test_an_unknown_revision_keeps_the_text(client: Client, make: Make) -> None:
    design = make()
    send(client, design, "set", path=SPEC + "containers/0/image", value="nginx:1.30")
    design.revisions.filter(number=1).delete()
    state = told(post(client, design, POD + "# mine\n", base=1))
    assert "reload" in state["problem"]["message"]
    assert Draft.objects.get().text == POD + "# mine\n"


def test_another_window_that_sees_a_step_of_typing_keeps_it(client: Client, make: Make) -> None:
    design = make()
    post(client, design, POD.replace("1.29", "1.3"))
    client.get(reverse("design", args=[design.pk]))
    post(client, design, POD.replace("1.29", "1.30"), base=2)
    post(client, design, POD.replace("1.29", "1.31"), base=3)
    assert [one.number for one in design.revisions.filter(passing=False)] == [4, 2, 1]


def test_ones_own_typing_is_no_conflict_while_another_window_edits_elsewhere(client: Client, make: Make) -> None:
    design = make()
    first, second = POD.replace("busybox", "busybox:1"), POD.replace("busybox", "busybox:12")
    send(client, design, "set", path=SPEC + "containers/0/image", value="nginx:theirs", window="theirs")
    merged = told(post(client, design, first))
    assert merged["text"] == first.replace("nginx:1.29", "nginx:theirs")
    state = told(post(client, design, second, was=first))
    assert state["text"] == second.replace("nginx:1.29", "nginx:theirs")
    problem = told(post(client, design, second.replace("1.29", "mine"), was=second))["problem"]
    assert "containers[0].image" in problem["message"]
