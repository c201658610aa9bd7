"""The files of presets in a git repository, read with the program `git`. Pure Python.

A repository that others write to is not trusted: nothing of it is checked out, so that no link, hook, filter, submodule
or path of it ever touches this machine's files. One commit is fetched into a bare repository in a temporary folder
(`--depth=1`), and the files are read out of that by their object ids. Neither this machine's configuration of git nor
its user's is read; redirects are not followed, so that a token goes to the host it is for and no other.

https://git-scm.com/docs/git#_environment_variables and https://git-scm.com/docs/git-config
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from patterns.sources_folder import (
    Limits,
    SourceError,
    Tree,
    called,
    inside,
    permitted,
    text_of,
    too_large,
    too_many,
    too_much,
)
from patterns.sync import ENDINGS, File

# user@host:path, as ssh has it; a colon after a slash belongs to a path.
_SCP = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]*@)?(?P<host>[A-Za-z0-9][A-Za-z0-9.-]*):(?P<path>[^:\s\\-][^\s]*)")
# What no ref may hold (git-check-ref-format), and what git would read as something else than one.
_NO_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|\.lock(?:/|$)|^[-/.+]|[/.]$")
_CONFIG = {
    "advice.detachedHead": "false",
    "core.bigFileThreshold": "2m",  # what is larger is not held in memory
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "credential.helper": "",
    "fetch.recurseSubmodules": "false",
    "fetch.unpackLimit": "1",
    "gc.auto": "0",
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "20",
    "maintenance.auto": "false",
    "pack.threads": "1",
}
# Of our own environment only how to reach others: the way through a proxy, whom to trust, who answers for a key.
_PASSED: tuple[str, ...] = (
    "PATH",
    "SSH_AUTH_SOCK",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
)
_PASSED += ("https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY")
# What git, curl and ssh say, in the order to look for it, and what it means.
_SAID: tuple[tuple[str, str], ...] = (
    (r"Could not resolve host", "There is no host {host}: look at the address, or at this server's name service."),
    (r"redirect|returned error: 30\d", "{host} sends this address elsewhere: give the address that it leads to."),
    (
        r"Host key verification failed|host key is known",
        "This server does not know {host}'s key: add it to the known_hosts file of the user that the designer runs as.",
    ),
    (
        r"Authentication failed|could not read (?:Username|Password)|Permission denied|returned error: 40[13]",
        "{host} did not let us in: {credential}.",
    ),
    (r"ind remote ref", "There is no branch or tag {branch} in it."),
    (r"certificate|handshake", "{host} shows a certificate that this server does not trust."),
    (r"dubious ownership", "The repository belongs to another user of this server, and git reads only its user's own."),
    (
        r"not found|does not appear to be a git repo|returned error: 404|not exist|No such file",
        "There is no repository at {address}, or not for us to see: {credential}.",
    ),
    (
        r"Failed to connect|Couldn.t connect|Connection (?:refused|timed out|reset|closed)|No route|unreachable"
        r"|timed out|too slow|terminated",
        "{host} does not answer: look at the address, or try again later.",
    ),
    (r"cannot run ssh", "This server has no program ssh, which the address needs: install it, or use https."),
)


@dataclass(frozen=True)
class Remote:
    """Where a repository is: the `url` as git takes it, its host ("this server" for a folder), and git's protocol."""

    url: str
    host: str
    protocol: str


def remote(address: str, allowed: Iterable[str] | None) -> Remote:
    """What an address says: https, ssh, or a repository on this server, in one of the folders `allowed` (None: any).
    Raises SourceError for any other."""
    address = address.strip()
    if any(ord(letter) < 33 for letter in address) or len(address) > 500:
        raise SourceError("The address is one line without spaces, of at most 500 characters.")
    if address.startswith(("/", "file://")):
        path = permitted(address.removeprefix("file://"), allowed)
        return Remote(f"file://{quote(str(path))}", "this server", "file")
    if "://" not in address:
        if not (found := _SCP.fullmatch(address)):
            raise SourceError(_ADDRESS)
        return Remote(address, found["host"], "ssh")
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise SourceError(_ADDRESS) from None
    if parts.scheme == "http":
        raise SourceError("http lets anyone on the way change what presets say: use https.")
    if parts.scheme not in ("https", "ssh") or not host or parts.netloc.startswith("-") or parts.path in ("", "/"):
        raise SourceError(_ADDRESS)
    if parts.password or (parts.scheme == "https" and parts.username):
        raise SourceError("The address holds a name or password, which everyone would see: give the token by itself.")
    if parts.query or parts.fragment:
        raise SourceError("The address ends with ? or #: give that of the repository, as git clone takes it.")
    return Remote(address, host, parts.scheme)


_ADDRESS = "Write the address as git clone takes it: https://host/path, or git@host:path for ssh."


def ref(branch: str) -> str:
    """A branch or tag as it is fetched; the remote's own choice for "". Raises SourceError for what is none."""
    branch = branch.strip()
    if _NO_REF.search(branch) or len(branch) > 200:
        raise SourceError(f"{branch[:60]} is no name of a branch or tag.")
    return branch or "HEAD"


def tree(
    address: str,
    branch: str,
    folder: str,
    *,
    allowed: Iterable[str] | None,
    account: str = "",
    token: str = "",
    limits: Limits | None = None,
) -> Tree:
    """The YAML files in a folder of a repository, at the newest commit of a branch or tag. `account` and `token` are
    for https only. Raises SourceError that says what went wrong and what to do."""
    limits = limits or Limits()
    where, what, within = remote(address, allowed), ref(branch), inside(folder)
    if shutil.which("git") is None:
        raise SourceError("This server has no program git: install it, or use a folder.")
    token = token if where.protocol == "https" else ""
    with tempfile.TemporaryDirectory(prefix="ppd-git-") as place:
        git = _Git(Path(place), environment(place, where, account, token), limits)
        git.run("init", "--quiet", "--bare", "--template=", ".")
        try:
            git.run(
                "fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance", "--",
                where.url, what,
            )  # fmt: skip
        except _Failed as failed:
            raise SourceError(_told(failed.said, where, branch, bool(token))) from None
        try:
            return _read(git, within, limits)
        except _Failed as failed:
            raise SourceError(f"git could not read what it fetched: {_last(failed.said)}.") from None


def environment(place: str, where: Remote, account: str = "", token: str = "") -> dict[str, str]:
    """The whole environment that git runs in."""
    config = dict(_CONFIG)
    if token:
        # Not in the command's line, where every user of the machine could read it, and for this host alone.
        pair = b64encode(f"{account or 'git'}:{token}".encode()).decode()
        parts = urlsplit(where.url)
        config[f"http.{parts.scheme}://{parts.netloc}/.extraHeader"] = f"Authorization: Basic {pair}"
    said: dict[str, str] = {name: os.environ[name] for name in _PASSED if name in os.environ}
    said |= {
        "HOME": place,
        "LC_ALL": "C",
        "GIT_ALLOW_PROTOCOL": where.protocol,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o ConnectTimeout=15",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_COUNT": str(len(config)),
    }
    for number, (key, value) in enumerate(config.items()):
        said |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return said


class _Failed(Exception):  # noqa: N818 - what git said, which is made an error by who knows what was asked
    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class _Git:
    """The program, in a folder of its own, for so long and for so many bytes altogether."""

    def __init__(self, place: Path, env: Mapping[str, str], limits: Limits) -> None:
        self._place, self._env, self._limits = place, env, limits
        self._end = time.monotonic() + limits.seconds

    def run(self, *command: str, send: bytes = b"") -> bytes:
        """What a command writes. Raises _Failed with what it says of its failure, SourceError beyond the limits."""
        with tempfile.TemporaryFile(dir=self._place) as out, tempfile.TemporaryFile(dir=self._place) as said:
            with tempfile.TemporaryFile(dir=self._place) as into:
                into.write(send)
                into.seek(0)
                process = subprocess.Popen(  # noqa: S603 - no shell; every word is ours or was checked
                    ["git", *command],  # noqa: S607 - where PATH has it
                    cwd=self._place,
                    env=dict(self._env),
                    stdin=into,
                    stdout=out,
                    stderr=said,
                    start_new_session=True,
                )
                try:
                    self._wait(process, (out.fileno(), said.fileno()))
                finally:
                    _end(process)
            if process.returncode:
                said.seek(0)
                raise _Failed(said.read(64 * 1024).decode(errors="replace"))
            out.seek(0)
            return out.read()

    def _wait(self, process: subprocess.Popen[bytes], writes: Sequence[int]) -> None:
        while True:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
            # Nameless files are in no folder: they are asked for by themselves.
            size = _size(self._place) + sum(os.fstat(one).st_size for one in writes)
            if size > self._limits.bytes:
                most = self._limits.bytes // 1024 // 1024
                raise SourceError(
                    f"The repository has more than {most} MB in one commit: keep the presets in one of their own."
                )
            if process.returncode is not None:
                return
            if time.monotonic() > self._end:
                raise SourceError(
                    f"It took longer than {self._limits.seconds:g} seconds and was given up: try again later, or keep "
                    "the presets in a smaller repository."
                )


def _end(process: subprocess.Popen[bytes]) -> None:
    """With all that it started: git runs programs of its own to reach others."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _size(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # it is gone since
                total += os.lstat(os.path.join(parent, name)).st_size
    return total


def _read(git: _Git, within: str, limits: Limits) -> Tree:
    commit = git.run("rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}").decode().strip()
    subject = git.run("show", "-s", "--format=%s", commit).decode(errors="replace").strip()
    root = f"{commit}:{within}"
    try:
        kind = git.run("cat-file", "-t", root).decode().strip()
    except _Failed:
        kind = ""
    if kind != "tree":
        raise SourceError(f"There is no folder {within} in the repository at {commit[:7]}.")
    files: list[File] = []
    blobs: list[tuple[str, str, int]] = []
    for entry in git.run("ls-tree", "-r", "-z", "-l", root).split(b"\0"):
        head, _, raw = entry.partition(b"\t")
        name = raw.decode(errors="replace")
        if not name.lower().endswith(ENDINGS) or any(part.startswith(".") for part in name.split("/")):
            continue
        mode, kind, blob, size = head.decode().split()
        path = called(f"{within}/{name}" if within else name)
        if kind != "blob":
            continue
        if mode == "120000":
            files.append(File(path, problem="it is a link, which is not followed"))
        elif int(size) > limits.file:
            files.append(too_large(path, limits.file))
        else:
            blobs.append((path, blob, int(size)))
        if len(files) + len(blobs) > limits.files:
            raise SourceError(too_many(limits))
    if sum(size for _, _, size in blobs) > limits.all_files:
        raise SourceError(too_much(limits))
    held = git.run("cat-file", "--batch", send="".join(f"{blob}\n" for _, blob, _ in blobs).encode())
    at = 0
    for path, _, length in blobs:
        at = held.index(b"\n", at) + 1
        files.append(text_of(path, held[at : at + length]))
        at += length + 1
    return Tree(files, commit, subject)


def _told(said: str, where: Remote, branch: str, token: bool) -> str:
    """What git said of a fetch, in words that say what to do."""
    if not branch and re.search(r"ind remote ref HEAD", said):
        return "The repository has no commit yet."
    asks = {
        "https": "look at its token, which may have expired" if token else "give a token that may read it",
        "ssh": "give the key of the user that the designer runs as leave to read it",
        "file": "look at the path",
    }
    for pattern, words in _SAID:
        if re.search(pattern, said):
            credential = asks[where.protocol]
            return words.format(host=where.host, branch=branch, address=where.url, credential=credential)
    return f"git could not fetch it: {_last(said)}."


def _last(said: str) -> str:
    """The last line of what git said that says something, without what it begins with."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return re.sub(r"^(?:fatal|error|remote): ", "", lines[-1])[:300].rstrip(".") if lines else "it says nothing"


def page_of(address: str, commit: str, path: str) -> str:
    """Where a file of a commit is shown by the host of a repository: GitHub's and GitLab's form of address, and ""
    where the host is of neither kind."""
    with suppress(SourceError):
        where = remote(address, [])
        if where.protocol == "ssh" and "://" not in where.url:
            way = where.url.partition(":")[2]
        else:
            way = urlsplit(where.url).path
        way = way.strip("/").removesuffix(".git")
        between = {"github": "blob", "gitlab": "-/blob"}
        kind = next((kind for kind in between if kind in where.host.split(".")), "")
        if kind and commit and path:
            return f"https://{where.host}/{quote(way)}/{between[kind]}/{commit}/{quote(path)}"
    return ""
