"""Who may read a design may not therefore look into the cluster that it was applied to."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client, RequestFactory

from designer import vault
from designer.clusters.models import ApplyRun, Cluster, Grant
from designer.designs.models import Design
from designer.teams.models import Membership, Team
from designer.web.views.watch import _may
from tests.people import owner


@pytest.fixture
def run(settings: Any, db: None) -> ApplyRun:
    """A run of a team's design, on a cluster that is no team's."""
    settings.LOCAL_MODE = False
    settings.CREDENTIALS_KEYS = [vault.new_key()]
    team = Team.objects.create(name="Shop", slug="shop")
    viewer = User.objects.create(username="viewer")
    Membership.objects.create(team=team, person=viewer, role="viewer")
    design = Design.objects.create(owner=owner(), team=team, name="web")
    cluster = Cluster.objects.create(name="prod", source="token", server="https://127.0.0.1:1", sealed="x")
    return ApplyRun.objects.create(
        design=design, cluster=cluster, revision=0, context="prod", namespace="shop", dry_run=False
    )


def read(person: str, path: str) -> str:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username=person))
    answer: Any = client.get(path)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


@pytest.mark.parametrize("path", ["watch/", "logs/?namespace=shop&pod=web&container=app"])
def test_a_viewer_of_the_design_who_may_not_use_the_cluster_is_told_so(run: ApplyRun, path: str) -> None:
    said = read("viewer", f"/designs/{run.design_id}/runs/{run.pk}/{path}")
    assert "is not one that you may use now" in said


def test_logs_are_read_only_where_the_run_went(run: ApplyRun) -> None:
    assert run.cluster is not None
    run.cluster.teams.set(Team.objects.all())
    path = f"/designs/{run.design_id}/runs/{run.pk}/logs/?namespace=kube-system&pod=etcd&container=etcd"
    assert "was not for the namespace kube-system" in read("viewer", path)


def test_who_loses_the_right_sees_no_more(run: ApplyRun) -> None:
    """Asked anew while a watch or a log is open: taken out of the team, deactivated, signed out, or not allowed."""
    assert run.cluster is not None
    run.cluster.teams.set(Team.objects.all())
    client = Client(SERVER_NAME="127.0.0.1")
    viewer = User.objects.get(username="viewer")

    def may(namespace: str = "shop") -> bool:
        request: Any = RequestFactory().get("/")
        request.user, request.session = viewer, client.session
        return _may(request, ApplyRun.objects.get(), namespace)

    client.force_login(viewer)
    assert may()
    Grant.objects.update(namespaces=["shop"])
    assert (may(), may("kube-system")) == (True, False)
    session = client.session
    client.logout()
    request: Any = RequestFactory().get("/")
    request.user, request.session = viewer, session
    assert not _may(request, run, "shop")
    client.force_login(viewer)
    assert may()
    for gone in (
        lambda: User.objects.filter(pk=viewer.pk).update(is_active=False),
        lambda: Design.objects.update(deleted=run.started),
        lambda: Grant.objects.all().delete(),
        lambda: Membership.objects.all().delete(),
    ):
        with transaction.atomic():
            gone()
            assert not may()
            transaction.set_rollback(True)
    assert may()
