"""Rows say exactly what the documents said, whatever these look like, before and after they were saved."""

from __future__ import annotations

import pytest
from hypothesis import given

from designer.designs import rows
from designer.designs.models import Container, Design, Mount
from designer.manifests.types import Document, Documents
from tests.designs.strategies import documents
from tests.people import owner


@given(documents)
def test_take_apart_and_assemble_give_the_documents_back(given_documents: Documents) -> None:
    taken = rows.take_apart(Design(), given_documents)
    assert repr_of(rows.assemble(taken)) == repr_of(given_documents)


def repr_of(value: object) -> str:
    """Tells 1 from True, and does not mind the order of keys."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key!r}:{repr_of(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(repr_of, value)) + "]"
    return repr(value)


@pytest.mark.django_db
@given(documents, documents)
def test_saved_rows_follow_from_any_design_to_any_other(first: Documents, second: Documents) -> None:
    design = Design.objects.create(owner=owner(), name="x")
    for step in (first, second):
        rows.save(rows.load(design), rows.take_apart(design, step))
        assert repr_of(rows.documents(design)) == repr_of(step)


@pytest.mark.django_db
def test_columns_hold_what_people_search_by() -> None:
    design = Design.objects.create(owner=owner(), name="x")
    document = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web"},
        "spec": {
            "containers": [
                {
                    "name": "nginx",
                    "image": "nginx:1",
                    "volumeMounts": [{"name": "html", "mountPath": "/srv", "readOnly": True}],
                }
            ],
            "volumes": [{"name": "html", "emptyDir": {}}],
        },
    }
    rows.save(rows.load(design), rows.take_apart(design, [document]))
    container = Container.objects.get(pod__design=design)
    assert (container.list, container.name, container.image, container.rest) == ("containers", "nginx", "nginx:1", {})
    mount = Mount.objects.get(container=container)
    assert (mount.volume, mount.mount_path, mount.rest) == ("html", "/srv", {"readOnly": True})


@pytest.mark.django_db
def test_an_unchanged_row_keeps_its_key() -> None:
    design = Design.objects.create(owner=owner(), name="x")
    before: Documents = [pod_of("a", "b"), {"kind": "Other"}]
    rows.save(rows.load(design), rows.take_apart(design, before))
    keys = list(Container.objects.order_by("position").values_list("pk", flat=True))
    rows.save(rows.load(design), rows.take_apart(design, [pod_of("a", "c", "d"), {"kind": "Other"}]))
    assert list(Container.objects.order_by("position").values_list("pk", flat=True))[:2] == keys


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 30])
def test_queries_do_not_depend_on_the_number_of_containers(count: int, django_assert_num_queries: object) -> None:
    design = Design.objects.create(owner=owner(), name="x")
    rows.save(rows.load(design), rows.take_apart(design, [pod_of(*map(str, range(count)))]))
    with django_assert_num_queries(5):  # type: ignore[operator]
        rows.documents(design)


def pod_of(*names: str) -> Document:
    return {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": name} for name in names]}}
