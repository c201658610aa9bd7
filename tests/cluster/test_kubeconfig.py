"""Which contexts there are: as kubectl sees them, and in plain words where a kubeconfig is missing or broken."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from designer.clusters import kubeconfig
from designer.clusters.client import connect
from designer.clusters.errors import ClusterError
from tests import binaries

NAMES = st.sampled_from(["a", "b", "c"])


def entry(kind: str, values: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    one = st.builds(lambda name, value: {"name": name, kind: value}, NAMES, values)
    return st.lists(one, max_size=3, unique_by=lambda item: str(item["name"]))


TEXTS = st.text("xyz", min_size=1, max_size=3)
CONTEXTS = st.fixed_dictionaries({"cluster": NAMES, "user": NAMES}, optional={"namespace": TEXTS})
FILES = st.fixed_dictionaries(
    {},
    optional={
        "clusters": entry("cluster", st.fixed_dictionaries({"server": TEXTS})),
        "users": entry("user", st.fixed_dictionaries({}, optional={"token": TEXTS, "username": TEXTS})),
        "contexts": entry("context", CONTEXTS),
        "current-context": NAMES | st.just(""),
    },
)


def write(folder: Path, *files: dict[str, Any]) -> dict[str, str]:
    """The environment in which these files, and one that is not there, are the kubeconfig."""
    paths = [folder / "absent"]
    for number, data in enumerate(files):
        paths.append(folder / f"config-{number}")
        paths[-1].write_text(json.dumps({"apiVersion": "v1", "kind": "Config", **data}))
    return {"KUBECONFIG": os.pathsep.join(map(str, paths))}


@pytest.mark.kubectl
@settings(max_examples=30)
@given(st.lists(FILES, min_size=1, max_size=3))
@example([{"current-context": ""}, {"current-context": "b"}, {"current-context": "c"}])
def test_files_are_merged_as_kubectl_merges_them(files: list[dict[str, Any]]) -> None:
    program = binaries.kubectl()
    if program is None:
        pytest.skip("kubectl is not there: `make control-plane` builds it")
    with TemporaryDirectory() as folder:
        environ = write(Path(folder), *files)
        command = [program, "config", "view", "--raw", "-o", "json"]
        done = subprocess.run(command, env={**os.environ, **environ}, capture_output=True, check=True)
        ours = kubeconfig.contexts(environ)
    theirs = json.loads(done.stdout)
    by_name = {
        kind: {i["name"]: i[kind[:-1]] for i in theirs[kind] or []} for kind in ("clusters", "users", "contexts")
    }
    assert [c.name for c in ours] == sorted(by_name["contexts"])
    assert {c.name for c in ours if c.current} == {theirs["current-context"]} & set(by_name["contexts"])
    for context in ours:
        expected = by_name["contexts"][context.name]
        assert context.namespace == expected.get("namespace", "default")
        assert (context.cluster_name, context.user_name) == (expected["cluster"], expected["user"])
        assert context.server == by_name["clusters"].get(context.cluster_name, {}).get("server", "")
        assert context.user == by_name["users"].get(context.user_name, {})


def test_file_names_are_relative_to_the_file_they_stand_in(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    user = {
        "client-certificate": "me.crt",
        "client-key": "/keys/me.key",
        "tokenFile": "../token",
        "exec": {"command": "bin/login"},
    }
    environ = write(
        tmp_path / "sub",
        {
            "contexts": [{"name": "a", "context": {"cluster": "c", "user": "u"}}],
            "clusters": [{"name": "c", "cluster": {"server": "https://x", "certificate-authority": "ca.crt"}}],
            "users": [{"name": "u", "user": user}],
        },
    )
    context = kubeconfig.context("a", environ)
    sub = tmp_path / "sub"
    assert context.cluster["certificate-authority"] == str(sub / "ca.crt")
    assert context.user["client-certificate"] == str(sub / "me.crt")
    assert context.user["client-key"] == "/keys/me.key"
    assert context.user["tokenFile"] == str(sub / "../token")
    assert context.user["exec"]["command"] == str(sub / "bin/login")


def test_a_program_without_a_slash_is_looked_for_on_the_path(tmp_path: Path) -> None:
    context = {"name": "a", "context": {"cluster": "c", "user": "u"}}
    environ = write(tmp_path, {"contexts": [context], "users": [{"name": "u", "user": {"exec": {"command": "aws"}}}]})
    assert kubeconfig.context("a", environ).user["exec"]["command"] == "aws"


def test_without_kubeconfig_it_is_the_file_at_home(tmp_path: Path) -> None:
    assert kubeconfig.paths({"HOME": str(tmp_path)}) == [tmp_path / ".kube" / "config"]
    assert kubeconfig.paths({"HOME": "/h", "KUBECONFIG": ""}) == [Path("/h/.kube/config")]
    assert kubeconfig.paths({"KUBECONFIG": os.pathsep.join(["/a", "", "/b", "/a"])}) == [Path("/a"), Path("/b")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [1", "is not YAML (line "),
        ("\x00", "is not YAML"),
        ("- 1", "is not a kubeconfig"),
        ("just words", "is not a kubeconfig"),
        ("contexts: {a: b}", "contexts is not a list"),
        ("contexts: [a]", "contexts[0] has no name"),
        ("users: [{name: 5}]", "users[0] has no name"),
        ("users: [{name: u, user: text}]", "users[0].user is not a mapping"),
        ("clusters: [{name: a}, {name: a}]", "has two clusters of the name 'a'"),
        ("current-context: [a]", "current-context is not a text"),
        ("[" * 5000, "is not YAML"),
        ("a: &a [*a, *b]", "is not YAML"),
    ],
)
def test_a_broken_file_is_told_with_its_name(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "config"
    path.write_text(text)
    with pytest.raises(ClusterError) as caught:
        kubeconfig.contexts({"KUBECONFIG": str(path)})
    assert caught.value.kind == "kubeconfig"
    assert caught.value.message.startswith(f"The kubeconfig {path} ")
    assert words in caught.value.message


def test_the_words_about_a_broken_file_do_not_quote_it(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("users:\n- name: u\n  user:\n    token: sesame: open\n")
    with pytest.raises(ClusterError) as caught:
        kubeconfig.contexts({"KUBECONFIG": str(path)})
    assert "line 4" in caught.value.message
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("what", ["folder", "large", "unreadable"])
def test_a_file_that_cannot_be_read(tmp_path: Path, what: str) -> None:
    path = tmp_path / "config"
    if what == "folder":
        path.mkdir()
    elif what == "large":
        path.write_bytes(b" " * (5 * 1024 * 1024))
    else:
        path.symlink_to(path)
    with pytest.raises(ClusterError, match=r"too large|cannot be read"):
        kubeconfig.contexts({"KUBECONFIG": str(path)})


def test_no_file_at_all_says_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(ClusterError) as caught:
        kubeconfig.contexts({"HOME": str(tmp_path)})
    assert caught.value.message == f"There is no kubeconfig at {tmp_path}/.kube/config."


def test_a_context_that_is_not_there(tmp_path: Path) -> None:
    one = {"contexts": [{"name": "a", "context": {"cluster": "c"}}]}
    with pytest.raises(ClusterError, match=r"no context 'b'.* It has: a\."):
        kubeconfig.context("b", write(tmp_path, one))
    with pytest.raises(ClusterError, match=r"names no current context.* Choose one of a "):
        kubeconfig.context("", write(tmp_path, one))
    with pytest.raises(ClusterError, match="has no contexts"):
        kubeconfig.context("", write(tmp_path, {}))


def test_a_context_that_names_what_is_not_there(tmp_path: Path) -> None:
    environ = write(tmp_path, {"contexts": [{"name": "a", "context": {"cluster": "c", "user": "u"}}]})
    with pytest.raises(ClusterError) as caught:
        connect(kubeconfig.context("a", environ))
    words = "The context 'a' names the cluster 'c' and the user 'u', not to be found in the kubeconfig."
    assert (caught.value.kind, caught.value.message) == ("kubeconfig", words)


def test_credentials_are_in_no_repr(tmp_path: Path) -> None:
    environ = write(
        tmp_path,
        {
            "contexts": [{"name": "a", "context": {"cluster": "c", "user": "u"}}],
            "users": [{"name": "u", "user": {"token": "sesame"}}],
        },
    )
    context = kubeconfig.context("a", environ)
    assert context.user["token"] == "sesame"
    assert "sesame" not in repr(context)
