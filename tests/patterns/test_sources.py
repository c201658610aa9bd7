"""Reading a source: real git repositories, and folders; what is refused, and what is said when it does not work."""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from patterns import sources_folder, sources_git
from patterns.sources_folder import Limits, SourceError, Tree
from tests.patterns.repository import Repository, needs_git, served

pytestmark = pytest.mark.broad


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "presets")
    made.commit("Begin", presets__one="one\n", presets__deep__two="two\n", other="other\n")
    return made


def fetched(
    where: Repository | str,
    branch: str = "",
    folder: str = "",
    *,
    token: str = "",
    allowed: list[str] | None = None,
    limits: Limits | None = None,
) -> Tree:
    address = str(where.path) if isinstance(where, Repository) else where
    return sources_git.tree(address, branch, folder, allowed=allowed, token=token, limits=limits)


def texts(tree: Tree) -> dict[str, str]:
    return {file.path: file.text or file.problem for file in tree.files}


def refused(*args: object, **more: object) -> str:
    with pytest.raises(SourceError) as found:
        fetched(*args, **more)  # type: ignore[arg-type]
    return str(found.value)


@needs_git
def test_the_files_of_a_branch_or_tag_and_of_a_folder(repository: Repository) -> None:
    found = fetched(repository)
    assert texts(found) == {"other.yaml": "other\n", "presets/deep/two.yaml": "two\n", "presets/one.yaml": "one\n"}
    assert (found.commit, found.subject) == (repository.git("rev-parse", "HEAD"), "Begin")
    assert set(texts(fetched(repository, folder="/presets/"))) == {"presets/deep/two.yaml", "presets/one.yaml"}
    repository.git("tag", "-a", "v1", "-m", "first")
    repository.git("checkout", "--quiet", "-b", "next/things")
    repository.commit("Change one", presets__one="more\n")
    assert texts(fetched(repository, "next/things", "presets"))["presets/one.yaml"] == "more\n"
    assert texts(fetched(repository, "v1", "presets"))["presets/one.yaml"] == "one\n"
    # What was written over is followed as any other change.
    repository.git("commit", "--quiet", "--amend", "-m", "Begin anew")
    assert fetched(repository, "next/things").subject == "Begin anew"


@needs_git
def test_links_submodules_hidden_and_large_files_are_not_read(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("secret\n")
    (repository.path / "out.yaml").symlink_to("../secret.yaml")
    (repository.path / "etc").symlink_to("/etc")
    other = Repository(tmp_path / "module")
    other.commit("Inside", inside="inside\n")
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.path), "module")
    (repository.path / "latin.yaml").write_bytes(b"a: 1\nb: \xe4\n")
    repository.put("More", {".github/workflow.yaml": "on: push\n", "big.yml": "#" * 2000, "README.md": "# Hello\n"})
    assert texts(fetched(repository, limits=Limits(file=1000))) == {
        "big.yml": "it is larger than 1000 bytes, more than a preset may be",
        "latin.yaml": "line 2 is not UTF-8 text: save it as UTF-8",
        "other.yaml": "other\n",
        "out.yaml": "it is a link, which is not followed",
        "presets/deep/two.yaml": "two\n",
        "presets/one.yaml": "one\n",
    }


@needs_git
def test_what_is_wrong_with_a_repository_is_said(repository: Repository, tmp_path: Path) -> None:
    assert refused(repository, "gone") == "There is no branch or tag gone in it."
    assert refused(repository, folder="gone").startswith("There is no folder gone in the repository at ")
    assert refused(repository, folder="other.yaml").startswith("There is no folder other.yaml")
    assert refused(str(tmp_path / "none")).startswith("There is no repository at file://")
    assert refused("https://designer.invalid/a/b").startswith("There is no host designer.invalid: ")
    assert refused("https://127.0.0.1:1/a/b").startswith("127.0.0.1 does not answer: ")
    empty = Repository(tmp_path / "empty")
    assert refused(empty) == "The repository has no commit yet."
    assert "more than 0 MB in one commit" in refused(repository, limits=Limits(bytes=1000))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"https://127.0.0.1:{silent.getsockname()[1]}/a"
        assert "longer than 0.4 seconds" in refused(address, limits=Limits(seconds=0.4))
    assert "more than 2 YAML files" in refused(repository, limits=Limits(files=2))
    assert "name the folder" in refused(repository, limits=Limits(all_files=8))


def test_without_the_program_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused("https://github.com/a/b") == "This server has no program git: install it, or use a folder."


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://host/a", "use https"),
        ("git://host/a", "as git clone takes it"),
        ("ext::sh -c id", "without spaces"),
        ("ext::sh", "as git clone takes it"),
        ("--upload-pack=id", "as git clone takes it"),
        ("-oProxyCommand=id@host:a", "as git clone takes it"),
        ("git@-oProxyCommand:a", "as git clone takes it"),
        ("git@host:-a", "as git clone takes it"),
        ("ssh://-oProxyCommand=id/a", "as git clone takes it"),
        ("https://me:s3cret@host/a", "everyone would see"),
        ("https://host/a?x", "ends with ?"),
        ("https://host", "as git clone takes it"),
        ("https://[host/a", "as git clone takes it"),
        ("/etc", "not among the folders"),
        ("file:///etc", "not among the folders"),
        ("/srv/presets/../../etc", "not among the folders"),
        ("../presets", "as git clone takes it"),
    ],
)
def test_addresses_that_are_refused(address: str, words: str) -> None:
    said = refused(address, allowed=["/srv/presets"])
    assert words in said
    assert "s3cret" not in said


@pytest.mark.parametrize(
    "branch", ["-x", "a b", "a..b", "a:b", "+a", "a^", "@{1}", "a\x00b", "a/", "*", "/a", "a.lock"]
)
def test_branches_and_folders_that_are_refused(branch: str) -> None:
    assert "no name of a branch" in refused("https://host/a", branch)
    assert "leads out" in refused("https://host/a", folder="a/../../b")


@needs_git
def test_a_token_goes_to_its_host_alone_and_is_never_told(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(tmp_path, tmp_path, "s3cret") as host:
        address = f"{host}/presets/.git"
        assert "does not trust" in refused(address, token="s3cret")
        monkeypatch.setenv("GIT_SSL_CAINFO", str(tmp_path / "ca.pem"))
        assert fetched(address, token="s3cret").subject == "Begin"
        assert refused(address) == "127.0.0.1 did not let us in: give a token that may read it."
        assert refused(address, token="wr0ng") == (
            "127.0.0.1 did not let us in: look at its token, which may have expired."
        )
        assert refused(f"{host}/none/.git", token="s3cret").startswith("There is no repository at https://127")
        assert "sends this address elsewhere" in refused(f"{host}/moved/presets/.git", token="s3cret")
    there = sources_git.remote("https://host:8443/a", None)
    env = sources_git.environment("/tmp", there, "", "s3cret")
    assert "http.https://host:8443/.extraHeader" in env.values()
    assert not any("s3cret" in value for value in env.values())


@needs_git
def test_nothing_of_this_machine_is_read_or_run(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f'[url "/nowhere"]\n\tinsteadOf = {repository.path}\n')
    hook = repository.path / ".git/hooks/post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {ran}\n")
    hook.chmod(0o755)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert fetched(repository).subject == "Begin"
    assert not ran.exists()


def test_where_a_file_is_shown() -> None:
    def page(address: str) -> str:
        return sources_git.page_of(address, "3f9a1c", "a/b c.yaml")

    assert page("https://github.com/o/r.git") == "https://github.com/o/r/blob/3f9a1c/a/b%20c.yaml"
    assert page("git@gitlab.example.org:g/s/r.git") == "https://gitlab.example.org/g/s/r/-/blob/3f9a1c/a/b%20c.yaml"
    assert page("ssh://git@gitlab.com/g/r") == "https://gitlab.com/g/r/-/blob/3f9a1c/a/b%20c.yaml"
    assert page("https://git.example.org/r") == page("/srv/r") == page("javascript:alert") == ""


# Folders


def test_a_folder_is_read_with_links_that_stay_in_it(tmp_path: Path) -> None:
    root = tmp_path / "presets"
    (root / "..data").mkdir(parents=True)
    (root / "..data/a.yaml").write_text("a\n")
    # As a ConfigMap is mounted.
    (root / "a.yaml").symlink_to("..data/a.yaml")
    (tmp_path / "out.yaml").write_text("secret\n")
    (root / "out.yaml").symlink_to("../out.yaml")
    (root / "dangling.yaml").symlink_to("nowhere")
    os.mkfifo(root / "pipe.yaml")
    (root / "deep").mkdir()
    (root / "deep/b.yml").write_text("b\n")
    (root / "deep/big.yml").write_text("b" * 2000)
    (root / "README.md").write_text("hello")
    (root / "odd\x1b[31m\udcff.yaml").write_text("odd\n")
    found = sources_folder.tree(str(root), "", [str(tmp_path)], Limits(file=1000))
    assert texts(found) == {
        "a.yaml": "a\n",
        "dangling.yaml": "it cannot be read: No such file or directory",
        "deep/b.yml": "b\n",
        "deep/big.yml": "it is larger than 1000 bytes, more than a preset may be",
        "odd\ufffd[31m\ufffd.yaml": "odd\n",
        "out.yaml": "it is a link that leads out of the folder, and is not followed",
        "pipe.yaml": "it is no file",
    }
    assert found.dates["a.yaml"] == (root / "a.yaml").stat().st_mtime
    assert set(texts(sources_folder.tree(str(root), "deep", None))) == {"deep/b.yml", "deep/big.yml"}


def test_folders_that_are_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "link").symlink_to("/etc")
    (tmp_path / "in/link").symlink_to("/etc")

    def said(folder: str, within: str = "", limits: Limits | None = None) -> str:
        with pytest.raises(SourceError) as found:
            sources_folder.tree(folder, within, [str(tmp_path)], limits)
        return str(found.value)

    assert "PPD_SYNC_FOLDERS" in said("/etc")
    assert "PPD_SYNC_FOLDERS" in said(str(tmp_path / "link"))
    assert "PPD_SYNC_FOLDERS" in said(f"{tmp_path}x")
    assert "leads out" in said(str(tmp_path / "in"), "link")
    assert "leads out" in said(str(tmp_path / "in"), "../..")
    assert "no full path" in said("presets")
    assert said(str(tmp_path / "none")) == f"There is no folder {tmp_path}/none on this server."
    (tmp_path / "a.yaml").write_text("a")
    assert "more than 0 YAML files" in said(str(tmp_path), limits=replace(Limits(), files=0))
