"""What the editor is offered at its cursor, over HTTP: from the design's own version and its own names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from designer.designs.models import Design
from tests.web.conftest import POD

Make = Callable[..., Design]


def ask(client: Client, design: Design, what: str, text: str) -> Any:
    """The answer for the place that `|` marks in `text`."""
    before = text[: text.index("|")]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n") - 1
    sent = {"text": text.replace("|", ""), "line": line, "column": column}
    return client.post(reverse(what, args=[design.pk]), sent).json()["found"]


def labels(found: Any) -> list[str]:
    return [one["label"] for one in found]


def test_fields_of_the_designs_version_are_offered(client: Client, make: Make) -> None:
    design = make()
    at = POD.replace("  volumes:", "  resour|\n  volumes:")
    assert "resources" in labels(ask(client, design, "complete", at))
    Design.objects.filter(pk=design.pk).update(version="1.25")
    assert "resources" not in labels(ask(client, design, "complete", at))


def test_names_of_the_design_are_offered(client: Client, make: Make) -> None:
    found = ask(client, make(), "complete", POD.replace("    - name: logs", "    - name: |"))
    assert labels(found) == ["logs"]
    assert (found[0]["start"], found[0]["end"]) == (12, 12)


def test_a_word_is_explained_or_not_known(client: Client, make: Make) -> None:
    design = make()
    found = ask(client, design, "hover", POD.replace("mountPath", "mou|ntPath"))
    assert (found["name"], found["start"]) == ("mountPath", 6)
    assert "mounted" in found["description"]
    assert ask(client, design, "hover", POD.replace("args", "no|nsense")) is None


def test_nonsense_is_answered_with_nothing(client: Client, make: Make) -> None:
    design = make()
    url = reverse("complete", args=[design.pk])
    assert client.post(url, {"text": "\x00: [", "line": 10**9, "column": -5}).json() == {"found": []}
    assert client.post(url, {"line": "x"}).status_code == 422
