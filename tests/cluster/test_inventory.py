"""What a design holds where, from the results of its runs. Nothing here needs a cluster."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from designer.clusters import inventory
from designer.clusters.models import ApplyRun, Cluster
from designer.clusters.results import Action, ObjectResult
from designer.designs.models import Design
from tests.people import owner

Step = tuple[str, str]  # the name of an object, and what came of it
STEPS = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.sampled_from(
                ["created", "configured", "unchanged", "recreated", "failed", "skipped", "pruned", "deleted", "gone"]
            ),
        ),
        max_size=4,
    ),
    max_size=4,
)


def key(name: str) -> str:
    return f"v1/ConfigMap/shop/{name}"


class Place:
    """A design and a cluster, and runs to it."""

    def __init__(self) -> None:
        self.design = Design.objects.create(owner=owner(), name="shop")
        self.cluster = Cluster.objects.create(name="dev")
        self.count = 0

    def run(self, *steps: Step, namespace: str = "shop", dry: bool = False, where: str = "shop") -> ApplyRun:
        self.count += 1
        run = ApplyRun.objects.create(
            design=self.design,
            cluster=self.cluster,
            context="dev",
            namespace=namespace,
            revision=self.count,
            dry_run=dry,
            started=timezone.now() + timedelta(seconds=self.count),
        )
        for name, action in steps:
            made: Action = action  # type: ignore[assignment]
            run.record(ObjectResult(0, "v1", "ConfigMap", name, where, made, uid=f"uid-{self.count}"))
        return run

    def held(self, namespace: str = "shop") -> set[str]:
        return set(inventory.held(self.design, self.cluster, namespace))


class Histories(TestCase):
    @given(STEPS)
    def test_what_is_held_is_what_was_applied_last_and_not_deleted_since(self, runs: list[list[Step]]) -> None:
        place = Place()
        expected: set[str] = set()
        for steps in runs:
            place.run(*steps)
            place.run(*steps, dry=True)
            for name, action in steps:
                if action in ("created", "configured", "unchanged", "recreated"):
                    expected.add(key(name))
                elif action in ("pruned", "deleted", "gone"):
                    expected.discard(key(name))
        assert place.held() == expected


@pytest.mark.django_db
def test_an_object_is_the_one_that_was_applied_last() -> None:
    place = Place()
    place.run(("a", "created"), ("b", "created"))
    last = place.run(("a", "recreated"))
    found = inventory.held(place.design, place.cluster, "shop")
    assert list(found) == [key("b"), key("a")]
    assert (found[key("a")].uid, found[key("a")].run, found[key("a")].revision) == ("uid-2", last.pk, 2)
    left = inventory.leftover(place.design, place.cluster, "shop", {key("b")})
    assert [each.key for each in left] == [key("a")]


@pytest.mark.django_db
def test_other_places_are_other_places() -> None:
    place = Place()
    place.run(("a", "created"))
    place.run(("a", "created"), namespace="other", where="other")
    place.run(("role", "created"), where="")
    place.run(("role", "unchanged"), namespace="other", where="")
    assert place.held("other") == {"v1/ConfigMap/other/a", "v1/ConfigMap//role"}
    # What stands in no namespace is the other one's too.
    assert [each.key for each in inventory.leftover(place.design, place.cluster, "shop", set())] == [key("a")]
    another = Cluster.objects.create(name="another")
    assert inventory.held(place.design, another, "shop") == {}


@pytest.mark.django_db
def test_the_run_that_says_what_should_be_there() -> None:
    place = Place()
    assert inventory.last_run(place.design, place.cluster, "shop") is None
    good = place.run(("a", "created"))
    place.run(("a", "failed"))
    place.run(("a", "unchanged"), dry=True)
    assert inventory.last_run(place.design, place.cluster, "shop") == good


@pytest.mark.django_db
def test_two_contexts_of_one_server_are_one_place() -> None:
    place = Place()
    Cluster.objects.update(server="https://one:6443")
    twin = Cluster.objects.create(name="admin@dev", context="admin@dev", server="https://one:6443")
    other = Cluster.objects.create(name="other", context="other", server="https://two:6443")
    place.cluster.refresh_from_db()
    place.run(("a", "created"), ("b", "created"))
    assert list(inventory.held(place.design, twin, "shop")) == [key("a"), key("b")]
    assert [each.key for each in inventory.leftover(place.design, twin, "shop", {key("a")})] == [key("b")]
    assert inventory.last_run(place.design, twin, "shop") is not None
    assert inventory.held(place.design, other, "shop") == {}
    nameless = Cluster.objects.create(name="x", context="x")
    assert list(inventory.same(nameless)) == [nameless]
