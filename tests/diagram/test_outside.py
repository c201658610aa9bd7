"""What stands around pods: whom they reach, what stands in front of them, the objects behind them, who guards them."""

from __future__ import annotations

from typing import Any

import pytest

from designer.diagram.layout import layout
from designer.diagram.model import Box, Picture
from designer.diagram.reach import reaches
from designer.manifests.pod import pods
from designer.manifests.types import Document, Documents
from tests.diagram.designs import bare_pod, config_map, container, deployment, service
from tests.diagram.geometry import faults
from tests.diagram.test_layout import box, edges, ends, words


def _variables(**values: str) -> Document:
    return {"env": [{"name": name, "value": value} for name, value in values.items()]}


def _object(kind: str, name: str, spec: Any, **metadata: str) -> Document:
    return {"kind": kind, "metadata": {"name": name, **metadata}, "spec": spec}


def _reached(fields: Document, *others: Document, **spec: Any) -> list[tuple[str, str]]:
    documents: Documents = [bare_pod("p", {"containers": [container("app", **fields)], **spec}), *others]
    return [(reach.host, reach.detail) for reach in reaches(documents, pods(documents)[0])]


def _hosts(picture: Picture) -> list[Box]:
    return [one for one in picture.boxes if one.kind == "host"]


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        (
            _variables(DATABASE_URL="postgres://u:p@db.example.com:5432/shop"),
            ("db.example.com", "postgres · 5432"),
        ),
        (_variables(API="https://api.example.com/v1"), ("api.example.com", "https")),
        (_variables(BUCKET="s3://uploads/pictures"), ("s3://uploads", "bucket")),
        (_variables(DSN="user:secret@tcp(mysql.example.com:3306)/shop"), ("mysql.example.com", "3306")),
        (_variables(DSN="host=pg.example.com user=shop port=5433"), ("pg.example.com", "5433")),
        (_variables(URL="jdbc:postgresql://pg.example.com:5432/shop"), ("pg.example.com", "postgresql · 5432")),
        (_variables(SMTP_HOST="mail.example.com"), ("mail.example.com", "")),
        (_variables(WAIT_HOST="database", WAIT_PORT="5432"), ("database", "5432")),
        (_variables(CACHE="redis://cache:6379/0"), ("cache", "redis · 6379")),
        (
            _variables(VAULT="https://vault.vault.svc.cluster.local:8200"),
            ("vault.vault", "in the cluster · https · 8200"),
        ),
        (_variables(IP="10.1.2.3:5432"), ("10.1.2.3", "5432")),
        ({"args": ["--upstream=https://api.example.com"]}, ("api.example.com", "https")),
        ({"args": ["--upstream", "api.example.com:443"]}, ("api.example.com", "443")),
        ({"command": ["sh", "-c", "wget -q https://api.example.com/x -O /x"]}, ("api.example.com", "https")),
        (
            {"command": ["sh", "-c", "socat TCP-LISTEN:15432,fork TCP:db.example.com:5432"]},
            ("db.example.com", "5432"),
        ),
        ({"command": ["socat", "TCP-LISTEN:15432,fork", "TCP4:db.example.com:5432"]}, ("db.example.com", "5432")),
        (_variables(OPENAI_BASE_URL="https://api.example.com/v1"), ("api.example.com", "https")),
    ],
)
def test_a_setting_that_names_a_host_reaches_it(fields: Document, target: tuple[str, str]) -> None:
    assert _reached(fields) == [target]


@pytest.mark.parametrize(
    "fields",
    [
        _variables(IMAGE="registry.example.com:5000/team/app:1.2"),
        _variables(NAMESPACE="http://www.w3.org/2001/XMLSchema", SCHEMA="https://json-schema.org/draft/2020-12/schema"),
        _variables(GROUP="rbac.authorization.k8s.io/v1", TYPE="apps/v1", ANNOTATION="prometheus.io/scrape"),
        _variables(EXTERNAL_URL="https://shop.example.com", OAUTH_REDIRECT_URL="https://shop.example.com/callback"),
        _variables(AT="12:30", RATIO="3:10", RANGE="10:20", NAME="app.js", VERSION="v1.2.3", MAIL="a@example.com"),
        _variables(LOCAL="http://localhost:9200", ME="127.0.0.1:80", ALL="0.0.0.0:80", NONE="http://$(HOST):80"),
        _variables(SOCKET="unix:///run/app.sock", FILE="file:///etc/app.conf", POSTGRES_HOST="database"),
        {"args": ["--listen=web.example.com:80", "--cors-origin=https://shop.example.com", 3, None]},
        {"command": ["socat", "TCP-LISTEN:15432,fork", "UNIX:/run/db"]},
        _variables(A="http://localhost.localdomain:80", B="ip6-localhost:8080", C="http://ip6-localhost:80"),
        _variables(BASE_URL="https://shop.example.com", APP_URL="https://shop.example.com"),
        _variables(DOC_URL="https://docs.example.com", HELP_URL="https://help.example.com"),
        {"args": ["--base-url=https://shop.example.com"]},
    ],
)
def test_what_is_only_named_is_not_reached(fields: Document) -> None:
    assert _reached(fields) == []


def test_what_a_mounted_file_names_by_its_keys() -> None:
    pooled = config_map("c", ini="[databases]\n* = host=postgresql port=5432 user=x\n")
    volumes = [{"name": "v", "configMap": {"name": "c"}}]
    mounts = [{"name": "v", "mountPath": "/etc/x"}]
    assert _reached({"volumeMounts": mounts}, pooled, volumes=volumes) == [("postgresql", "5432")]
    issuer = config_map("c", yaml='providers:\n- issuer: "https://accounts.example.com"\n')
    assert _reached({"volumeMounts": mounts}, issuer, volumes=volumes) == []


def test_comments_pages_and_the_ingress_s_own_host_do_not_count() -> None:
    text = "# see https://docs.example.com\nresolver dns.example.com:53;\nproxy_pass http://pool;\nserver_name a.com;"
    files = config_map("files", nginx_conf=text, index_html='<!DOCTYPE html>\n<a href="https://page.example.com">')
    volumes = [{"name": "files", "configMap": {"name": "files"}}]
    mounts = {"volumeMounts": [{"name": "files", "mountPath": "/etc/nginx"}]}
    assert _reached(mounts, files, volumes=volumes) == [("dns.example.com", "53")]
    front = _object("Ingress", "front", {"rules": [{"host": "shop.example.com"}]})
    assert _reached(_variables(URL="https://shop.example.com"), front) == []


def test_the_evidence_says_where_and_hides_a_password() -> None:
    documents: Documents = [
        bare_pod("p", {"containers": [container("app", **_variables(DB="postgres://u:secret@db.example.com/shop"))]})
    ]
    (reach,) = reaches(documents, pods(documents)[0])
    assert reach.evidence == "app reaches db.example.com: env DB says “postgres://u:…@db.example.com/shop”"


def _two(*settings: str, **other: Any) -> Documents:
    front = deployment("front", {"containers": [container("front", args=list(settings))]})
    back = deployment("back", {"containers": [container("back", ports=[80])]})
    target = service("back", {"app": "back"}, {"port": 80})
    target["metadata"] |= other
    return [front, back, target]


@pytest.mark.parametrize("host", ["back", "back.shop.svc", "back.shop.svc.cluster.local", "back-0.back"])
def test_a_call_by_a_service_s_name_is_drawn_to_its_box(host: str) -> None:
    documents = _two(f"--upstream=http://{host}:80", **({"namespace": "shop"} if "shop" in host else {}))
    picture = layout(documents)
    assert ends(picture, "reach") == [("0/containers/0", "2")]
    (edge,) = edges(picture, "reach")
    assert f"http://{host}:80" in edge.title
    front, service_box, back = (box(picture, at).rect for at in ("0/containers/0", "2", "1/containers/0"))
    assert front.right < service_box.x < service_box.right < back.x
    assert faults(picture) == []


def test_two_that_call_each_other_and_one_that_calls_itself_are_drawn_too() -> None:
    documents = _two("http://back", "http://front")
    documents[1]["spec"]["template"]["spec"]["containers"][0]["args"] = ["http://front"]
    documents.append(service("front", {"app": "front"}, {"port": 80}))
    picture = layout(documents)
    assert sorted(ends(picture, "reach")) == [("0/containers/0", "2"), ("1/containers/0", "3")]
    assert faults(picture) == []


def test_a_host_is_drawn_once_and_more_than_eight_are_told_in_one_box() -> None:
    containers_ = [container(f"c{n}", **_variables(DB="db.example.com:5432")) for n in range(3)]
    picture = layout([bare_pod("p", {"containers": containers_})])
    (host,) = _hosts(picture)
    assert words(host) == ["5432", "db.example.com"]
    assert (host.at, host.name) == ("", host.title.replace("\n", ", "))
    assert len(edges(picture, "reach")) == 3
    many = _variables(**{f"URL_{n}": f"https://host-{n}.example.com" for n in range(12)})
    picture = layout([bare_pod("p", {"containers": [container("c", **many)]})])
    assert [words(one)[-1] for one in _hosts(picture)][-2:] == ["host-6.example.com", "and 5 more"]
    assert "host-11.example.com" in _hosts(picture)[-1].title
    assert faults(picture) == []


def test_what_an_init_container_reaches_leaves_it_upwards() -> None:
    steps = [container(f"step-{n}", **_variables(A=f"https://a{n}.example.com", B="https://b.com")) for n in range(3)]
    picture = layout([bare_pod("p", {"initContainers": steps, "containers": [container("app")]})])
    assert len(edges(picture, "reach")) == 6
    assert faults(picture) == []


def test_an_external_name_stands_at_the_right_where_it_is_reached() -> None:
    away = service("db", {}, type="ExternalName", externalName="db.example.com")
    app = container("app", **_variables(DB="postgres://db/shop"))
    picture = layout([bare_pod("p", {"containers": [app]}), away])
    assert ends(picture, "reach") == [("0/containers/0", "1")]
    assert words(box(picture, "1")) == ["Service · ExternalName", "db", "→ db.example.com"]
    assert box(layout([bare_pod("p", {"containers": [container("app")]}), away]), "1").kind == "companion"


def _fronted(kind: str, spec: Any) -> Picture:
    app = bare_pod("p", {"containers": [container("app", ports=[8080])]})
    return layout(
        [app, service("web", {"app": "p"}, {"port": 80, "targetPort": 8080, "name": "http"}), _object(kind, "f", spec)]
    )


def _path(to: str, path: str, **port: Any) -> Document:
    return {"path": path, "backend": {"service": {"name": to, "port": port}}}


def test_an_ingress_stands_in_front_of_its_services_with_a_row_for_each_path() -> None:
    paths = [_path("web", "/", name="http"), _path("web", "/api", number=80)]
    picture = _fronted("Ingress", {"rules": [{"host": "a.com", "http": {"paths": paths}}]})
    assert words(box(picture, "2")) == ["Ingress", "f", "a.com/", "a.com/api"]
    assert ends(picture, "front") == [("2", "1"), ("2", "1")]
    assert box(picture, "2").rect.right < box(picture, "1").rect.x
    assert not box(picture, "2").bad
    assert faults(picture) == []


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        (_path("gone", "/", number=80), "no Service gone in this design"),
        (_path("web", "/", number=81), "Service web has no port 81"),
        (_path("web", "/", name="https"), "Service web has no port https"),
    ],
)
def test_a_way_in_that_leads_nowhere_is_broken(path: Document, problem: str) -> None:
    picture = _fronted("Ingress", {"rules": [{"http": {"paths": [path]}}]})
    assert [edge.broken for edge in edges(picture, "front")] == [True]
    assert problem in words(box(picture, "2"))
    assert faults(picture) == []


def test_a_route_s_hosts_paths_and_weights_are_shown() -> None:
    refs = [{"name": "web", "port": 80, "weight": 3}, {"name": "web", "port": 80, "weight": 1}]
    rules = [{"matches": [{"path": {"value": "/shop"}}], "backendRefs": refs}]
    picture = _fronted("HTTPRoute", {"hostnames": ["a.com", "b.com"], "rules": rules})
    assert words(box(picture, "2")) == ["HTTPRoute", "f", "a.com +1/shop · 3", "a.com +1/shop · 1"]
    picture = _fronted("Ingress", {"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}})
    assert words(box(picture, "2"))[-1] == "any host"


def _expression(key: str, operator: str, *values: str) -> Any:
    return {"podSelector": {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}}


def _guards(spec: Any, **metadata: str) -> list[str]:
    policy = _object("NetworkPolicy", "n", spec, **metadata)
    pod = bare_pod("p", {"containers": [container("app")]}, {"app": "p", "tier": "web"})
    pod["metadata"]["namespace"] = "here"
    return [badge.label.text for frame in layout([pod, policy]).frames for badge in frame.badges]


@pytest.mark.parametrize(
    ("spec", "badges"),
    [
        ({"podSelector": {}}, ["no ingress"]),
        ({"podSelector": {}, "egress": [{}]}, ["no ingress", "egress open"]),
        ({"podSelector": {}, "policyTypes": ["Egress"]}, ["no egress"]),
        ({"podSelector": {"matchLabels": {"app": "p"}}}, ["no ingress"]),
        ({"podSelector": {"matchLabels": {"app": "q"}}}, []),
        (
            {"podSelector": {"matchExpressions": [{"key": "tier", "operator": "In", "values": ["web"]}]}},
            ["no ingress"],
        ),
        ({"podSelector": {"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["web"]}]}}, []),
        ({"podSelector": {"matchExpressions": [{"key": "x", "operator": "DoesNotExist"}]}}, ["no ingress"]),
        ({"podSelector": {"matchExpressions": [{"key": "x", "operator": "Exists"}]}}, []),
        ({}, []),
    ],
)
def test_a_policy_that_selects_a_pod_isolates_it(spec: Any, badges: list[str]) -> None:
    assert _guards(spec) == badges
    assert _guards(spec, namespace="elsewhere") == []


def test_objects_say_who_uses_them_and_absent_ones_are_drawn_as_absent() -> None:
    sources = [{"configMapRef": {"name": "there"}}, {"secretRef": {"name": "keys"}}]
    spec = {
        "containers": [container("app", mounts=[("a", "/a"), ("b", "/b"), ("c", "/c")], envFrom=sources)],
        "volumes": [
            {"name": "a", "configMap": {"name": "there"}},
            {"name": "b", "configMap": {"name": "lost"}},
            {"name": "c", "projected": {"sources": [{"secret": {"name": "token"}}, {"downwardAPI": {}}]}},
        ],
    }
    picture = layout([bare_pod("p", spec), config_map("there")])
    there = box(picture, "1")
    assert words(there) == ["ConfigMap", "there", "volume a", "env of app"]
    assert there.used == ("0/volumes/0", "0/containers/0")
    assert [box(picture, f"0/volumes/{n}").absent for n in range(3)] == [False, True, True]
    assert words(box(picture, "0/volumes/1")) == ["b", "ConfigMap · not in this design", "lost"]
    assert words(box(picture, "0/volumes/2")) == ["c", "projected · not in this design", "token, downwardAPI"]
    assert "Secret token is not in this design, which is usual for a Secret" in box(picture, "0/volumes/2").title
    absent = {
        "secret": {"secretName": "s"},
        "persistentVolumeClaim": {"claimName": "s"},
        "configMap": {"name": "s", "optional": True},
    }
    bare = [{"name": key, key: value} for key, value in absent.items()]
    drawn = layout([bare_pod("p", {"containers": [container("app")], "volumes": bare})])
    assert [words(box(drawn, f"0/volumes/{n}"))[1] for n in range(3)] == [
        "Secret · not in this design",
        "PVC · not in this design",
        "ConfigMap · optional",
    ]
    assert [box(drawn, f"0/volumes/{n}").absent for n in range(3)] == [True, True, False]
    assert "is not in this design, which is optional" in box(drawn, "0/volumes/2").title
    (keys,) = [one for one in picture.boxes if one.absent and one.kind == "companion"]
    assert words(keys) == ["Secret", "keys", "not in this design", "env of app"]
    assert (keys.at, keys.bad) == ("", False)


def test_a_block_device_is_a_line_of_its_own() -> None:
    disk = {"name": "disk", "persistentVolumeClaim": {"claimName": "disk"}}
    app = container("app", volumeDevices=[{"name": "disk", "devicePath": "/dev/xvda"}])
    (edge,) = edges(layout([bare_pod("p", {"containers": [app], "volumes": [disk]})]), "mount")
    assert edge.label is not None
    assert edge.label.text == "/dev/xvda device"
    assert edge.title == "app has disk as a block device at /dev/xvda"


def test_pods_that_do_not_know_each_other_stand_on_shelves() -> None:
    documents = [deployment(f"web-{n}", {"containers": [container("app", ports=[80])]}) for n in range(12)]
    picture = layout(documents)
    assert 0.8 < picture.width / picture.height < 4
    assert len({frame.rect.y for frame in picture.frames if frame.kind == "workload"}) > 1
    assert faults(picture) == []


def test_many_containers_stand_in_rows_that_share_one_network() -> None:
    made = [container(f"c{n}", ports=[8000 + n], args=[f"http://localhost:{8000 + (n + 10) % 20}"]) for n in range(20)]
    picture = layout([bare_pod("p", {"containers": made})])
    rows = sorted({one.rect.y for one in picture.boxes})
    assert len(rows) > 2
    assert picture.width <= 1_200
    *bands, trunk = picture.bands
    assert len(bands) == len(rows)
    assert all(band.rect.right == trunk.rect.right for band in bands)
    assert len(edges(picture, "call")) == 20
    assert len({one.rect.y for one in layout([bare_pod("p", {"containers": made[:6]})]).boxes}) == 1
