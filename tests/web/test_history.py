"""The list of revisions, what each changed, and going back to one."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from designer.designs import change
from designer.designs.models import Design
from designer.manifests.edits.fields import set_field
from tests.people import owner
from tests.web.conftest import POD


def edit(design: Design, image: str) -> None:
    design.change(lambda now: set_field(now, (0, "spec", "containers", 0, "image"), image), by=owner())


def test_every_revision_says_what_changed_and_can_be_gone_back_to(client: Client, make: Callable[..., Design]) -> None:
    design = make()
    edit(design, "nginx:2")
    edit(design, "nginx:3")
    page = client.get(reverse("history", args=[design.pk])).content.decode()
    assert all(word in page for word in ("imported", "nginx:2", "nginx:3", "r1", "r3"))
    diff = client.get(reverse("change", args=[design.pk, 2])).content.decode()
    assert '<span class="add">+' in diff
    assert "nginx:2" in diff
    assert client.post(reverse("restore-revision", args=[design.pk, 1])).status_code == 200
    design.refresh_from_db()
    assert (design.text, design.number) == (POD, 4)
    change.undo(design, by=owner())
    assert "nginx:3" in design.text


def test_a_revision_that_is_none_is_not_there(client: Client, make: Callable[..., Design]) -> None:
    design = make()
    assert client.get(reverse("change", args=[design.pk, 9])).status_code == 404
    assert client.post(reverse("restore-revision", args=[design.pk, 9])).status_code == 404


def test_a_long_history_takes_a_constant_number_of_queries(
    client: Client, make: Callable[..., Design], django_assert_max_num_queries: Callable[[int], object]
) -> None:
    design = make()
    for number in range(12):
        edit(design, f"nginx:{number}")
    with django_assert_max_num_queries(4):  # type: ignore[attr-defined]
        client.get(reverse("history", args=[design.pk]))
