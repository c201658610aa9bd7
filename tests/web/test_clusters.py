"""The page of clusters: the kubeconfig's contexts in local mode, what administrators give to teams in team mode."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from designer import vault
from designer.clusters.models import Cluster, Grant
from designer.designs.models import Design
from designer.teams.audit import Entry
from designer.teams.models import Membership, Team
from tests.cluster.control_plane import ControlPlane

KUBECONFIG = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "kind",
    "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
    "users": [{"name": "u", "user": {"token": "a-s3cret-t0ken"}}],
    "contexts": [{"name": name, "context": {"cluster": "c", "user": "u"}} for name in ("kind", "shop")],
}


@pytest.fixture
def kubeconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config"
    path.write_text(yaml.safe_dump(KUBECONFIG))
    monkeypatch.setenv("KUBECONFIG", str(path))
    return path


# Local mode


@pytest.mark.usefixtures("kubeconfig")
def test_the_contexts_of_the_kubeconfig_are_there_and_their_stage_can_be_set(client: Client) -> None:
    page = client.get("/clusters/").content.decode()
    assert [name in page for name in ("<b>kind</b>", "<b>shop</b>", "current")] == [True] * 3
    assert "a-s3cret-t0ken" not in page
    shop = Cluster.objects.get(context="shop")
    said = client.post(f"/clusters/{shop.pk}/", {"stage": "production", "name": "mine"}).content.decode()
    assert "shop is marked Production" in said
    shop.refresh_from_db()
    assert (shop.stage, shop.name) == ("production", "shop")
    client.post(f"/clusters/{shop.pk}/", {"stage": "nonsense"})
    shop.refresh_from_db()
    assert shop.stage == "production"


def test_applying_begins_where_kubectl_would(client: Client, kubeconfig: Path, make: Callable[..., Design]) -> None:
    """In the context's namespace, or in the one that all objects say; then where somebody went last."""
    own = make("apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: own}\n")
    both = make("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n---\n" + own.text)

    def begins(design: Design) -> str:
        dialog = client.get(f"/designs/{design.pk}/apply/").content.decode()
        return dialog.partition('<input name="namespace" value="')[2].partition('"')[0]

    assert (begins(own), begins(both)) == ("own", "default")
    contexts = [{**one, "context": {**one["context"], "namespace": "team-a"}} for one in KUBECONFIG["contexts"]]  # type: ignore[index, dict-item]
    kubeconfig.write_text(yaml.safe_dump({**KUBECONFIG, "contexts": contexts}))
    assert (begins(own), begins(both)) == ("own", "team-a")
    Cluster.objects.update(namespace="last")
    assert (begins(own), begins(both)) == ("own", "last")


@pytest.mark.usefixtures("kubeconfig")
def test_local_mode_adds_no_clusters_of_its_own(client: Client) -> None:
    assert client.get("/clusters/add/").status_code == 404


def test_a_context_that_is_gone_is_not_there_and_a_missing_kubeconfig_is_told(client: Client, kubeconfig: Path) -> None:
    client.get("/clusters/")
    gone = Cluster.objects.get(context="shop").pk
    kubeconfig.write_text(yaml.safe_dump(KUBECONFIG | {"contexts": KUBECONFIG["contexts"][:1]}))
    assert "<b>shop</b>" not in client.get("/clusters/").content.decode()
    assert client.post(f"/clusters/{gone}/test/").status_code == 404
    kubeconfig.unlink()
    assert "There is no kubeconfig at" in client.get("/clusters/").content.decode()


@pytest.mark.usefixtures("kubeconfig")
def test_a_cluster_that_does_not_answer_is_told(client: Client) -> None:
    client.get("/clusters/")
    found = Cluster.objects.get(context="kind")
    assert "the connection was refused" in client.post(f"/clusters/{found.pk}/test/").content.decode()


@pytest.mark.cluster
def test_a_cluster_says_its_version_and_what_we_may_do(
    client: Client, control_plane: ControlPlane, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))
    client.get("/clusters/")
    admin = Cluster.objects.get(context=control_plane.admin)
    said = client.post(f"/clusters/{admin.pk}/test/", {"namespace": namespace}).content.decode()
    assert "Kubernetes v1." in said
    assert f"In the namespace {namespace} you" in said
    assert ("✗" in said, said.count("✓")) == (False, 9)
    admin.refresh_from_db()
    assert admin.version.startswith("1.")
    if control_plane.reader:
        reader = Cluster.objects.get(context=control_plane.reader)
        said = client.post(f"/clusters/{reader.pk}/test/", {"namespace": namespace}).content.decode()
        assert said.count("✗") == 9


# Team mode


@pytest.fixture
def team_mode(settings: Any, db: None) -> None:
    settings.LOCAL_MODE = False
    settings.CREDENTIALS_KEYS = [vault.new_key()]


def signed_in(name: str, *, administrator: bool = False, team: Team | None = None) -> Client:
    person = User.objects.create(username=name, is_superuser=administrator)
    if team:
        Membership.objects.create(team=team, person=person)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(person)
    return client


def sent(**more: Any) -> dict[str, Any]:
    return {
        "name": "dev",
        "stage": "dev",
        "source": "kubeconfig",
        "kubeconfig": yaml.safe_dump(KUBECONFIG),
        "context": "shop",
        "namespaces": "shop\nshop-test",
    } | more


@pytest.mark.usefixtures("team_mode")
def test_an_administrator_adds_a_cluster_for_a_team_and_only_they_use_it() -> None:
    team = Team.objects.create(name="Shop", slug="shop")
    admin = signed_in("admin", administrator=True)
    mate, other = signed_in("mate", team=team), signed_in("other")
    assert admin.post("/clusters/add/", sent()).status_code == 302
    made = Cluster.objects.get()
    assert "<b>dev</b>" not in mate.get("/clusters/").content.decode()
    admin.post(f"/clusters/{made.pk}/grants/", {"team": "shop", "least": "editor"})
    assert (made.server, made.namespaces, made.source) == ("https://127.0.0.1:1", ["shop", "shop-test"], "kubeconfig")
    assert "a-s3cret-t0ken" not in made.sealed
    assert "<b>dev</b>" in mate.get("/clusters/").content.decode()
    assert "<b>dev</b>" not in other.get("/clusters/").content.decode()
    assert other.post(f"/clusters/{made.pk}/test/").status_code == 404
    for path in ("/clusters/add/", f"/clusters/{made.pk}/", f"/clusters/{made.pk}/delete/"):
        assert mate.post(path, sent()).status_code == 404
    assert Client(SERVER_NAME="127.0.0.1").get("/clusters/").headers["Location"] == "/sign-in/?next=/clusters/"


@pytest.mark.usefixtures("team_mode")
def test_a_credential_is_never_shown_again_and_stays_when_none_is_sent() -> None:
    admin = signed_in("admin", administrator=True)
    admin.post("/clusters/add/", sent())
    made = Cluster.objects.get()
    page = admin.get(f"/clusters/{made.pk}/").content.decode()
    assert "a-s3cret-t0ken" not in page
    assert made.sealed not in page
    assert admin.post(f"/clusters/{made.pk}/", sent(kubeconfig="", name="dev 2")).status_code == 302
    again = Cluster.objects.get()
    assert (again.name, again.sealed) == ("dev 2", made.sealed)


@pytest.mark.usefixtures("team_mode")
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"kubeconfig": ""}, "has no list of clusters"),
        ({"kubeconfig": yaml.safe_dump(KUBECONFIG | {"users": [{"name": "u", "user": {"exec": {"command": "x"}}}]})},
         "would run on this server"),
        ({"name": " "}, "has no name"),
        ({"namespaces": "Shop"}, "“Shop” is not a namespace"),
        ({"source": "token", "server": "https://c.example", "token": ""}, "nothing to log in with"),
        ({"source": "token", "server": "c.example", "token": "a-s3cret-t0ken"}, "not one like https://"),
        ({"source": "token", "server": "https://c.example", "token": "a-s3cret-t0ken", "authority": "-----BEGIN C"},
         ""),
        ({"source": "in-cluster"}, "does not run in a pod"),
    ],
)  # fmt: skip
def test_what_is_refused_is_said_and_what_was_typed_stays_but_for_the_credential(
    more: dict[str, Any], said: str
) -> None:
    admin = signed_in("admin", administrator=True)
    answer = admin.post("/clusters/add/", sent(**more))
    page = answer.content.decode()
    if not said:
        assert (answer.status_code, Cluster.objects.get().source) == (302, "token")
        return
    assert (answer.status_code, Cluster.objects.count()) == (422, 0)
    assert said in page.replace("&#x27;", "'")
    assert "a-s3cret-t0ken" not in page
    assert "shop-test" in page or "namespaces" in more


@pytest.mark.usefixtures("team_mode")
def test_a_kubeconfig_comes_as_a_file_too_and_without_a_key_nothing_is_kept(settings: Any) -> None:
    admin = signed_in("admin", administrator=True)
    file = SimpleUploadedFile("config", yaml.safe_dump(KUBECONFIG).encode())
    settings.CREDENTIALS_KEYS = []
    answer = admin.post("/clusters/add/", sent(kubeconfig="", file=file))
    assert answer.status_code == 422
    assert "credentials_key" in answer.content.decode()
    settings.CREDENTIALS_KEYS = [vault.new_key()]
    file.seek(0)
    assert admin.post("/clusters/add/", sent(kubeconfig="", file=file)).status_code == 302


@pytest.mark.cluster
@pytest.mark.usefixtures("team_mode")
def test_a_given_token_reaches_a_real_api_server(control_plane: ControlPlane) -> None:
    if not control_plane.tokens:
        pytest.skip("needs a token, which only our own API server gives")
    token, authority = control_plane.tokens[control_plane.admin], control_plane.ca.read_text()
    admin = signed_in("admin", administrator=True)
    more = {"source": "token", "server": control_plane.url, "token": token, "authority": authority}
    assert admin.post("/clusters/add/", sent(namespaces="", **more)).status_code == 302
    said = admin.post(f"/clusters/{Cluster.objects.get().pk}/test/").content.decode()
    assert "Kubernetes v1." in said


@pytest.mark.usefixtures("team_mode")
def test_the_audit_log_says_what_was_done_to_a_cluster_and_holds_no_credential() -> None:
    team = Team.objects.create(name="Shop", slug="shop")
    admin = signed_in("admin", administrator=True)
    signed_in("mate", team=team)
    admin.post("/clusters/add/", sent())
    pk = Cluster.objects.get().pk
    admin.post(f"/clusters/{pk}/", sent(stage="production", kubeconfig=""))
    admin.post(f"/clusters/{pk}/", sent(stage="production"))
    given = {"team": "shop", "least": "owner", "namespaces": "shop, shop-test"}
    admin.post(f"/clusters/{pk}/grants/", given)
    admin.post(f"/clusters/{pk}/grants/", given)
    admin.post(f"/clusters/{pk}/grants/", {"team": "shop", "least": "nobody", "people": "Mate"})
    admin.post(f"/clusters/{pk}/grants/{Grant.objects.get().pk}/delete/")
    admin.post(f"/clusters/{pk}/delete/")
    entries = list(Entry.objects.filter(group="cluster").order_by("id"))
    assert [str(entry) for entry in entries] == [
        "admin added the cluster dev, reached by a kubeconfig that was given",
        "admin changed the cluster dev: its stage",
        "admin changed the cluster dev: its credential",
        "admin gave the cluster dev to Shop: its owners may apply, in shop, shop-test",
        "admin changed for what Shop has the cluster dev: only who is named may apply, and mate, in every namespace "
        "that it has; before: its owners may apply, in shop, shop-test",
        "admin took the cluster dev from Shop",
        "admin removed the cluster dev",
    ]
    assert not any("a-s3cret-t0ken" in str(entry.about) for entry in entries)


@pytest.mark.usefixtures("team_mode")
def test_removing_a_cluster_takes_its_credential_with_it() -> None:
    admin = signed_in("admin", administrator=True)
    admin.post("/clusters/add/", sent())
    admin.post(f"/clusters/{Cluster.objects.get().pk}/delete/")
    assert not Cluster.objects.exists()
