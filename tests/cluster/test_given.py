"""What an administrator may give of a cluster. A hostile kubeconfig runs nothing and reads no file."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from designer import vault
from designer.clusters import given
from designer.clusters.client import connect
from designer.clusters.errors import ClusterError
from designer.clusters.models import Cluster
from designer.clusters.open import client_of

PEM = base64.b64encode(b"-----BEGIN CERTIFICATE-----\nnot one\n-----END CERTIFICATE-----\n").decode()


def config(
    cluster: dict[str, Any] | None = None, user: dict[str, Any] | None = None, current: str = "it", **more: Any
) -> str:
    return yaml.safe_dump({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": current,
        "clusters": [{"name": "c", "cluster": {"server": "https://cluster.example:6443"} | (cluster or {})}],
        "users": [{"name": "u", "user": {"token": "a-t0ken"} if user is None else user}],
        "contexts": [{"name": "it", "context": {"cluster": "c", "user": "u", "namespace": "shop"}}],
        **more,
    })  # fmt: skip


def refused(text: str, context: str = "") -> str:
    with pytest.raises(ClusterError) as caught:
        given.from_kubeconfig(text, context)
    assert caught.value.kind == "credential"
    return str(caught.value)


def test_a_kubeconfig_with_a_token_is_taken_as_it_is() -> None:
    context = given.from_kubeconfig(config({"certificate-authority-data": PEM, "extensions": [1]}))
    assert (context.server, context.namespace) == ("https://cluster.example:6443", "shop")
    assert context.cluster == {"server": "https://cluster.example:6443", "certificate-authority-data": PEM}
    assert context.user == {"token": "a-t0ken"}


def test_an_embedded_certificate_is_taken_and_so_is_whom_to_impersonate() -> None:
    user = {"client-certificate-data": PEM, "client-key-data": PEM, "as": "app", "as-groups": ["dev"]}
    assert given.from_kubeconfig(config(user=user)).user == user


@pytest.mark.parametrize(
    ("cluster", "user", "said"),
    [
        pytest.param({}, {"exec": {"command": "/bin/sh"}}, "'exec', which is refused: it names a program", id="exec"),
        pytest.param({}, {"auth-provider": {"name": "gcp"}}, "'auth-provider'", id="auth-provider"),
        pytest.param({}, {"tokenFile": "/etc/passwd"}, "Put its content in as token", id="token file"),
        pytest.param({}, {"client-certificate": "/a", "client-key": "/b"}, "'client-certificate'", id="certificate"),
        pytest.param({}, {"client-key": "/b"}, "client-key-data", id="key file"),
        pytest.param({}, {"username": "me", "password": "p4ss"}, "no longer take passwords", id="password"),
        pytest.param({}, {}, "nothing to log in with", id="nobody"),
        pytest.param({}, {"client-certificate-data": PEM}, "nothing to log in with", id="no key"),
        pytest.param({}, {"token": "two\nlines"}, "not one line", id="a token of two lines"),
        pytest.param({}, {"token": ["a"]}, "not one line", id="a token that is a list"),
        pytest.param({"certificate-authority": "/etc/shadow"}, None, "--flatten", id="authority file"),
        pytest.param({"proxy-url": "http://proxy:3128"}, None, "'proxy-url'", id="proxy"),
        pytest.param({"insecure-skip-tls-verify": True}, None, "could read the credential", id="insecure"),
        pytest.param({"server": "http://cluster.example"}, None, "never sent in clear", id="no TLS"),
        pytest.param({"server": "https://me:pw@cluster.example"}, None, "not one like", id="a password in the address"),
        pytest.param({"server": "file:///etc/passwd"}, None, "not one like", id="a file as the address"),
        pytest.param({"server": 7}, None, "not one like", id="a number as the address"),
        pytest.param({"certificate-authority-data": "not base64!"}, None, "not a PEM text in base64", id="authority"),
    ],
)  # fmt: skip
def test_what_would_run_read_or_send_elsewhere_is_refused(cluster: Any, user: Any, said: str) -> None:
    assert said in refused(config(cluster, user))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no list of clusters"),
        ("[]", "no list of clusters"),
        ("clusters: 7", "no list of clusters"),
        ("clusters: [\n", "not YAML (line 2)"),
        ("!!python/object/apply:os.system ['true']", "not YAML"),
        ("clusters: [&a {}, *a]", "aliases"),
        ("x" * 300_000, "larger than 256 KiB"),
        (config(current="other"), "no context 'other': it has it"),
        (config(users=[]), "no user of the name 'u'"),
    ],
)
def test_what_is_no_kubeconfig_is_told(text: str, said: str) -> None:
    assert said in refused(text)


def test_a_refusal_never_quotes_a_credential() -> None:
    for text in (config(user={"token": "s3cr3t", "exec": {"command": "x"}}), "token: 's3cr3t\nclusters: ["):
        assert "s3cr3t" not in refused(text)


def test_a_hostile_kubeconfig_runs_nothing_and_reads_no_file(tmp_path: Path) -> None:
    """In a process of its own, in which Python reports each program that is started and each file that is opened."""
    ran, key = tmp_path / "ran", tmp_path / "key"
    key.write_text("-----BEGIN PRIVATE KEY-----\n")
    hostile = [
        config(user={"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": f"touch {ran}"}}),
        config(user={"token": "t", "tokenFile": str(key)}),
        config(user={"client-certificate": str(key), "client-key": str(key)}),
        config({"certificate-authority": str(key)}),
        config({"proxy-url": "http://127.0.0.1:9"}),
        config(user={"auth-provider": {"name": "gcp", "config": {"cmd-path": "touch", "cmd-args": str(ran)}}}),
    ]
    program = f"""
import sys, os
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django; django.setup()
from designer.clusters import given
from designer.clusters.errors import ClusterError
seen = []
sys.addaudithook(lambda event, args: seen.append((event, args)) if event in
    ("open", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect", "os.listdir") else None)
for text in {hostile!r}:
    try:
        given.from_kubeconfig(text)
    except ClusterError:
        continue
    raise SystemExit("was taken: " + text)
names = [(event, str(args[0])) for event, args in seen if not str(args[0]).startswith(sys.prefix)
         and not str(args[0]).startswith(sys.base_prefix)]
assert not names, names
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    assert not ran.exists()


@pytest.fixture
def keys(settings: Any) -> list[str]:
    settings.CREDENTIALS_KEYS = [vault.new_key()]
    made: list[str] = settings.CREDENTIALS_KEYS
    return made


@pytest.mark.usefixtures("keys")
def test_what_is_sealed_comes_back_and_does_not_show() -> None:
    context = given.from_kubeconfig(config())
    stored = given.sealed(context)
    assert "a-t0ken" not in stored
    back = given.unsealed("it", stored)
    assert (back.cluster, back.user, back.namespace) == (context.cluster, context.user, "shop")
    assert "a-t0ken" not in repr(back)


@pytest.mark.usefixtures("keys")
def test_what_was_stored_behind_our_back_is_checked_again() -> None:
    hostile = vault.seal('[{"server": "https://c.example"}, {"exec": {"command": "/bin/sh"}}, ""]')
    with pytest.raises(ClusterError, match="'exec', which is refused"):
        given.unsealed("it", hostile)


def test_without_a_key_nothing_is_stored(settings: Any) -> None:
    settings.CREDENTIALS_KEYS = []
    with pytest.raises(ClusterError, match="credentials_key"):
        given.sealed(given.from_kubeconfig(config()))
    settings.CREDENTIALS_KEYS = ["too short"]
    with pytest.raises(ClusterError, match="does not hold keys"):
        given.sealed(given.from_kubeconfig(config()))


@pytest.mark.django_db
def test_keys_change_by_a_new_one_in_front_resealing_and_taking_the_old_away(settings: Any, keys: list[str]) -> None:
    cluster = Cluster.objects.create(
        name="it", source="kubeconfig", sealed=given.sealed(given.from_kubeconfig(config()))
    )
    old, new = keys[0], Fernet.generate_key().decode()
    settings.CREDENTIALS_KEYS = [new]
    with pytest.raises(CommandError, match="it: A stored credential cannot be read"):
        call_command("reseal")
    settings.CREDENTIALS_KEYS = [new, old]
    assert client_of(cluster).context.server == "https://cluster.example:6443"
    call_command("reseal")
    settings.CREDENTIALS_KEYS = [new]
    cluster.refresh_from_db()
    assert client_of(cluster).context.user == {"token": "a-t0ken"}


def test_the_service_account_of_our_own_pod(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("a-t0ken\n")
    (tmp_path / "ca.crt").write_text("-----BEGIN CERTIFICATE-----\n")
    environ = {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"}
    context = given.in_cluster("here", environ, tmp_path)
    assert (context.server, context.user) == ("https://[fd00::1]:443", {"token": "a-t0ken"})
    with pytest.raises(ClusterError, match="does not run in a pod"):
        given.in_cluster("here", {}, tmp_path)


def test_a_token_with_an_authority_makes_a_client() -> None:
    context = given.from_token("it", " https://cluster.example:6443/ ", "a-t0ken\n", "")
    assert connect(context).context.user == {"token": "a-t0ken"}
