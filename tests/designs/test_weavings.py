"""The index of what designs wear follows every edit: weaving, undoing it, copying, and taking off."""

from __future__ import annotations

from typing import Any

import pytest

from designer.designs.change import redo, undo
from designer.designs.models import Design, Weaving
from patterns import catalogue, store
from patterns.weave import weave
from tests.people import owner

pytestmark = pytest.mark.django_db


def told(design: Design) -> list[Any]:
    return [(one.preset, one.version, one.pod) for one in Weaving.objects.filter(design=design).order_by("id")]


def test_it_says_what_the_pods_wear_now() -> None:
    design = Design.objects.create(owner=owner(), name="web")
    design.change(lambda _: [], by=owner(), summary="began")
    preset = catalogue.preset("git-sync")
    woven = weave(preset, {}, [], None)
    record = store.record(preset, woven, preset.version)
    design.change(lambda _: woven.documents, by=owner(), woven=[record])
    worn = [("git-sync", preset.version, record["pod"])]
    assert told(design) == worn
    undo(design, by=owner())
    assert told(design) == []
    redo(design, by=owner())
    assert told(design) == worn
    design.change(lambda now: now, by=owner(), woven=[{**record, "version": 7}])
    assert told(design) == [("git-sync", 7, record["pod"])]
    design.change(lambda now: now, by=owner(), woven=[])
    assert told(design) == []


def test_an_edit_that_weaves_nothing_asks_nothing_of_it(django_assert_num_queries: Any) -> None:
    from designer.designs.weavings import index

    design = Design.objects.create(owner=owner(), name="web")
    record = {"preset": "git-sync", "version": 2, "pod": "Pod/web", "parameters": {}}
    index(design, [record], [])
    with django_assert_num_queries(0):
        index(design, [{**record, "parameters": {"A": "b"}}], [record])
    assert told(design) == [("git-sync", 2, "Pod/web")]
