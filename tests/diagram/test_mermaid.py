"""The Mermaid text of a picture: it says what the picture says, and no name can break out of its label.

Without Mermaid itself, the text is held to a grammar: the statements of a flowchart that its documentation gives
(https://mermaid.js.org/syntax/flowchart.html) and only those, with what its lexer does before it knows labels.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.diagram.mermaid import label, mermaid
from designer.manifests import text as manifest_text
from designer.manifests.types import Document, Documents
from tests.diagram.designs import bare_pod, config_map, container, deployment, designs, service

ARTICLES = sorted((Path(__file__).parent.parent / "corpus" / "articles").glob("*.yaml"))
# What begins a statement must not begin an id, nor be the whole of one.
RESERVED = {"end", "graph", "flowchart", "subgraph", "style", "linkStyle", "class", "classDef", "click", "default", "v"}
ID = r"(?P<id>[a-z][a-zA-Z0-9]*)"
LABEL = r'"[^"`\n]+"'
SHAPE = rf"(?:\[{LABEL}\]|\({LABEL}\)|\(\[{LABEL}\]\)|\[\({LABEL}\)\])"
NODE = re.compile(rf"^ *{ID}{SHAPE}:::(?P<mark>[a-z]+)$")
SUBGRAPH = re.compile(rf"^ *subgraph {ID}\[{LABEL}\]$")
END = re.compile(r"^ *end$")
EDGE = re.compile(
    rf"^ *{ID} (?:-->|---|-\.->|-\.-|==>)(?:\|{LABEL}\|)? (?P<to>[a-z][a-zA-Z0-9]*)(?:{SHAPE}:::(?P<mark>[a-z]+))?$"
)
CLASS = re.compile(r"^ *classDef (?P<id>[a-z]+) (?:[a-z-]+:(?:#[0-9a-f]{3,6}|\d+px|\d+ \d+)(?:,(?=[a-z])|$))+$")
# Mermaid's preparation (encodeEntities) and the one rule of its lexer that takes whole lines, labels and all.
STYLE_LIKE = [re.compile(r"style.*:\S*#.*;"), re.compile(r"classDef.*:\S*#.*;")]
LINE_TAKERS = re.compile(r"direction\s+(?:TB|BT|RL|LR)|%%|`")
ENTITY = re.compile(r"#(\w+);")


def check(text: str) -> dict[str, str]:
    """Parse strictly; the nodes' and subgraphs' labels by id. Fails where a statement is none or an end is no node."""
    lines = text.split("\n")
    assert lines[0] == "flowchart TB"
    assert lines[-1] == ""
    labels: dict[str, str] = {}
    wanted, marks, classes, depth = set(), set(), set(), 0
    for line in lines[1:-1]:
        assert not LINE_TAKERS.search(line), line
        assert not any(pattern.search(line) for pattern in STYLE_LIKE), line
        for found in re.findall(LABEL, line):
            decoded(found)
        if match := NODE.match(line):
            assert match["id"] not in labels, line
            labels[match["id"]] = decoded(re.findall(LABEL, line)[0])
            marks.add(match["mark"])
        elif match := SUBGRAPH.match(line):
            assert match["id"] not in labels, line
            labels[match["id"]] = decoded(re.findall(LABEL, line)[0])
            depth += 1
        elif END.match(line):
            depth -= 1
            assert depth >= 0
        elif match := CLASS.match(line):
            classes.add(match["id"])
        else:
            match = EDGE.match(line)
            assert match, f"this is no statement: {line}"
            wanted |= {match["id"], match["to"]}
            if match["mark"]:
                marks.add(match["mark"])
                labels[match["to"]] = decoded(re.findall(LABEL, line)[-1])
    assert depth == 0
    assert wanted <= labels.keys()
    assert marks == classes
    assert not RESERVED & labels.keys()
    return labels


def decoded(written: str) -> str:
    """What Mermaid shows of a quoted label; fails where Markdown or HTML would be made of it."""
    inside = written[1:-1].replace("<br/>", "\n")
    bare = ENTITY.sub("", inside)
    assert not set(bare) & set('<>&#"`*[]{}()|~$\\!@%^=+;?'), written
    for line in inside.split("\n"):
        assert not re.match(r"\s|[-+*>#]\s|\d+[.)]|={3}|-{3}", line), written
        assert not re.search(r"://|www\.|(?<![^\W_])_|_(?![^\W_])", line), written
    return ENTITY.sub(lambda match: chr(int(match[1])), inside)


@pytest.mark.parametrize("file", ARTICLES, ids=lambda file: file.stem)
def test_the_articles_are_flowcharts(file: Path) -> None:
    labels = check(mermaid(manifest_text.parse(file.read_text())))
    assert labels


def test_it_says_what_the_picture_says() -> None:
    pod = {
        "initContainers": [
            container("clone", "alpine/git", mounts=[("html", "/git")]),
            container("tail", restartPolicy="Always"),
        ],
        "containers": [
            container(
                "web",
                "nginx:1.29",
                ports=[80],
                mounts=[("html", "/usr/share/nginx/html", "ro", "site")],
                env=[{"name": "DB", "value": "postgres://me:hunter2@db.example.com/shop"}],
                envFrom=[{"secretRef": {"name": "db"}}],
            ),
            container("metrics", "exporter", ports=[9113], args=["-nginx.scrape-uri=http://localhost:80/status"]),
            container("lost", mounts=[("gone", "/gone")]),
        ],
        "volumes": [{"name": "html", "emptyDir": {}}],
    }
    selector = {"app": "web"}
    text = mermaid(
        [
            deployment("web", pod),
            service("web", selector, {"name": "http", "port": 8080, "targetPort": 80}),
            service("other", {"app": "none"}, {"port": 1}),
            config_map("settings"),
            ingress("web", "shop.example.com"),
        ],
        {"0/containers/1": "adapter"},
    )
    labels = check(text)
    assert labels["p0"] == "Deployment · web\n1 replica"
    assert labels["p0c0"].split("\n") == ["clone", "alpine/git"]
    assert labels["p0c2"].split("\n") == ["web", "nginx:1.29", "application", ":80"]
    assert labels["d0"] == "ConfigMap\nsettings"
    assert labels["n0"].split("\n")[:3] == ["Secret", "db", "not in this design"]
    assert labels["h0"].split("\n")[0] == "db.example.com"
    lines = [line.strip() for line in text.splitlines()]
    for line in (
        "p0c0 --> p0c1",
        "p0c1 --> p0run",
        'p0c3 ==>|"localhost:80"| p0c2',
        'p0c0 ---|"/git<br/>rw"| p0v0',
        'p0c2 ---|"/usr/share/nginx/html from site<br/>ro"| p0v0',
        'p0c4 -.-|"/gone<br/>rw"| p0m4x0[("gone<br/>no such volume")]:::wrong',
        's0 -->|"http 8080 to :80"| p0c2',
        "p0c2 -.-> h0",
        'd1 -->|"shop.example.com/"| s0',
    ):
        assert line in lines
    assert '["metrics<br/>exporter<br/>adapter<br/>:9113"]:::adapter' in text
    assert re.search(r's1\("Service · ClusterIP<br/>other<br/>selects no pod of this design"\):::wrong', text)

    assert "hunter2" not in text


def ingress(service_name: str, host: str) -> Document:
    backend = {"service": {"name": service_name, "port": {"number": 8080}}}
    rule = {"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "front"},
        "spec": {"rules": [rule]},
    }


def test_what_guards_a_pod_and_what_it_lacks_are_said() -> None:
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "quiet"},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
    }
    spec = {"containers": [container("web")], "volumes": [{"name": "settings", "configMap": {"name": "gone"}}]}
    text = mermaid([bare_pod("web", spec), policy])
    labels = check(text)
    assert labels["p0"].split("\n") == ["Pod · web", "no ingress, by quiet"]
    assert labels["p0v0"].split("\n") == ["settings", "ConfigMap · not in this design", "gone"]
    assert labels["d0"].split("\n")[:2] == ["NetworkPolicy", "quiet"]


def test_an_optional_object_that_is_not_there_is_not_wrong() -> None:
    volume = {"name": "extra", "secret": {"secretName": "gone", "optional": True}}
    text = mermaid([bare_pod("web", {"containers": [container("web")], "volumes": [volume]})])
    assert check(text)["p0v0"].split("\n") == ["extra", "Secret · optional", "gone"]
    assert "wrong" not in text


def test_objects_without_a_pod_are_drawn_too() -> None:
    assert check(mermaid([config_map("settings")])) == {"others": "objects", "d0": "ConfigMap\nsettings"}


HOSTILE = [
    'x"]:::evil',
    "end",
    "`**bold**`",
    "#quot;",
    "#35;",
    "direction TB",
    "redirection LR now",
    "%%{init: {}}%%",
    "lifestyle:#a;b",
    "classDef a:#b;",
    "<script>alert(1)</script>",
    "a--oB",
    "1. first",
    "- list",
    "_emphasis_ and snake_case",
    "https://example.org/x",
    "www.example.org",
    "$$x$$",
    "&amp;",
    "a\nb\r\nsubgraph",
    "‮reversed",
    "日本語 ñ",
    "\x00\x07",
    "\\n",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_in_its_label(name: str) -> None:
    spec = {
        "containers": [container(name, name, mounts=[(name, name)])],
        "volumes": [{"name": name, "configMap": {"name": name}}],
    }
    labels = check(mermaid([bare_pod(name, spec), config_map(name)]))
    assert decoded(label(name)) == (shown(name) or "no name")
    assert labels["p0c0"].split("\n")[0] == (shown(name) or "application")


def shown(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


@given(st.lists(st.text(max_size=100) | st.sampled_from(HOSTILE), min_size=1, max_size=3))
def test_any_text_is_shown_as_it_is(parts: list[str]) -> None:
    written = label(*parts)
    assert re.fullmatch(LABEL, written)
    assert decoded(written) == ("\n".join(shown(part) for part in parts if shown(part)) or "no name")


def test_a_long_text_is_cut() -> None:
    assert decoded(label("x" * 1_000_000)) == "x" * 119 + "…"


@given(designs)
def test_any_design_gives_a_flowchart(documents: Documents) -> None:
    check(mermaid(documents))
