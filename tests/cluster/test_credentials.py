"""What is sent to a cluster for each way a kubeconfig names a person, exec plugins included."""

from __future__ import annotations

import base64
import json
import ssl
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from designer.clusters import credentials
from designer.clusters.client import connect
from designer.clusters.errors import ClusterError
from designer.clusters.kubeconfig import Context
from designer.web.made import certificate
from tests.cluster.control_plane import ControlPlane
from tests.cluster.servers import answering, client_at, http, status

V1 = "client.authentication.k8s.io/v1"
FINE = http("200 OK", b'{"gitVersion": "v9"}')


def context(user: Any, **cluster: Any) -> Context:
    return Context("here", "default", "c", "me", True, {"server": "https://x", **cluster}, user)


def plugin(script: str, **more: Any) -> dict[str, Any]:
    """A user whose exec plugin is a Python script."""
    return {"exec": {"apiVersion": V1, "command": sys.executable, "args": ["-c", script], **more}}


def giving(status: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = json.dumps({"apiVersion": V1, "kind": "ExecCredential", "status": status})
    return plugin(f"print({answer!r})", **more)


def headers_of(user: Any) -> bytes:
    """What a server is sent by this user; over TLS, without which nobody is told who they are."""
    asked: list[bytes] = []
    made = certificate(["127.0.0.1"])
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(made.certificate + made.key)
        file.flush()
        tls.load_cert_chain(file.name)
    authority: dict[str, Any] = {"certificate-authority-data": base64.b64encode(made.certificate.encode()).decode()}
    with answering(FINE, asked, tls) as address:
        client_at(f"https://{address}", user=user, **authority).version()
    return asked[0]


def test_token_and_password_and_impersonation(tmp_path: Path) -> None:
    assert b"Authorization: Bearer abc\r\n" in headers_of({"token": "abc"})
    assert b"Authorization: Basic bWU6b3Blbg==\r\n" in headers_of({"username": "me", "password": "open"})
    sent = headers_of({"token": "abc", "as": "jane", "as-groups": ["dev", "ops"]})
    assert b"Impersonate-User: jane\r\n" in sent
    assert b"dev" in sent
    assert b"ops" in sent
    assert b"Authorization" not in headers_of({"as": "jane"})
    # As in client-go, a token file goes before a token; the line break at its end is not part of it.
    (tmp_path / "token").write_text("from-file\n")
    user = {"token": "abc", "tokenFile": str(tmp_path / "token")}
    assert b"Authorization: Bearer from-file\r\n" in headers_of(user)


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ({"tokenFile": "/absent/token"}, "token file of the user 'me' cannot be read: /absent/token"),
        ({"token": "se\nsame"}, "has a token in the kubeconfig that cannot be sent"),
        ({"token": ["sesame"]}, "The token of the user 'me' in the kubeconfig is not of the right type."),
        ({"username": "u", "password": "sésame"}, "has a password in the kubeconfig that cannot be sent"),
        ({"client-certificate-data": 5}, "The client-certificate-data of the user 'me'"),
        ({"as-groups": "admins"}, "The as-groups of the user 'me'"),
        ({"auth-provider": {"name": "gcp", "config": {}}}, "auth provider 'gcp'"),
        ({"auth-provider": {"name": 5}}, "auth provider 5"),
        ({"exec": "aws"}, "The exec of the user 'me'"),
        ({"exec": {"apiVersion": V1, "command": ["aws"]}}, "is not one that kubectl would run"),
        (
            {"exec": {"apiVersion": "client.authentication.k8s.io/v1alpha1", "command": "aws"}},
            "is not one that kubectl",
        ),
    ],
)
def test_a_user_that_cannot_be_used(user: dict[str, Any], words: str) -> None:
    with pytest.raises(ClusterError) as caught:
        connect(context(user))
    assert caught.value.kind == "kubeconfig"
    assert words in caught.value.message
    assert "sesame" not in str(caught.value)


def test_an_oidc_token_is_used_and_never_renewed_here() -> None:
    user = {"auth-provider": {"name": "oidc", "config": {"id-token": "abc", "refresh-token": "r"}}}
    assert credentials.resolve(context(user)) == {"token": "abc"}


def test_broken_certificates_are_told_without_their_content(tmp_path: Path) -> None:
    for more in (
        {"certificate-authority-data": "bm90IGEgY2VydGlmaWNhdGU="},
        {"certificate-authority-data": "%%%"},
        {"certificate-authority": str(tmp_path / "absent")},
    ):
        with pytest.raises(ClusterError, match="The certificates or the server address") as caught:
            client_at("https://localhost", 5.0, None, **more)
        assert caught.value.kind == "kubeconfig"


def test_a_plugin_gives_a_token_or_a_certificate() -> None:
    assert credentials.resolve(context(giving({"token": "abc"}))) == {"token": "abc"}
    given = credentials.resolve(context(giving({"clientCertificateData": "C", "clientKeyData": "K"})))
    assert given == {"client-certificate-data": "Qw==", "client-key-data": "Sw=="}


def test_a_plugin_is_told_about_the_cluster_and_its_own_environment() -> None:
    script = (
        "import json, os; info = json.loads(os.environ['KUBERNETES_EXEC_INFO']);"
        "token = info['spec']['cluster']['server'] + os.environ['EXTRA'] + str(info['spec']['interactive']);"
        "print(json.dumps({'apiVersion': info['apiVersion'], 'kind': 'ExecCredential', 'status': {'token': token}}))"
    )
    user = plugin(script, provideClusterInfo=True, env=[{"name": "EXTRA", "value": "+"}])
    assert credentials.resolve(context(user)) == {"token": "https://x+False"}


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ({"exec": {"apiVersion": V1, "command": "no-such-login-program"}}, "it is not installed"),
        ({"exec": {"apiVersion": V1, "command": "/"}}, "it cannot be started: Permission denied"),
        ({"exec": {"apiVersion": V1, "command": "x\0"}}, "it cannot be started"),
        (
            plugin("import sys; sys.exit('please log in, token=sesame')"),
            "failed with exit code 1: please log in, [hidden]",
        ),
        (plugin("print('hello')"), "did not answer with an ExecCredential"),
        (plugin("print('[]')"), "did not answer with an ExecCredential"),
        (plugin('print(\'{"apiVersion": "other", "status": {}}\')'), f"did not answer with an ExecCredential of {V1}"),
        (giving({}), "answered without a token"),
        (giving({"token": "abc"}, interactiveMode="Always"), "can only run in a terminal"),
        (plugin("input()"), "failed with exit code 1"),  # our standard input is not the plugin's
    ],
)
def test_a_plugin_that_fails(user: dict[str, Any], words: str) -> None:
    with pytest.raises(ClusterError) as caught:
        credentials.resolve(context(user))
    assert caught.value.kind == "plugin"
    assert words in caught.value.message
    assert "sesame" not in str(caught.value)
    assert "kubectl get namespaces" in caught.value.advice


def test_a_plugin_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "PLUGIN_SECONDS", 0.3)
    with pytest.raises(ClusterError, match="did not answer within"):
        credentials.resolve(context(plugin("import time; time.sleep(60)")))


def test_how_to_install_a_plugin_is_the_kubeconfigs_own_hint() -> None:
    user = {"exec": {"apiVersion": V1, "command": "no-such-login-program", "installHint": "brew install it"}}
    with pytest.raises(ClusterError) as caught:
        credentials.resolve(context(user))
    assert caught.value.advice == "brew install it"


def test_what_a_plugin_gave_is_kept_until_it_expires_or_is_refused(tmp_path: Path) -> None:
    def counting(expires: datetime) -> dict[str, Any]:
        script = (
            f"import json; log = open({str(tmp_path / 'log')!r}, 'a+'); log.write('x'); log.seek(0);"
            f"status = {{'token': log.read(), 'expirationTimestamp': {expires.isoformat()!r}}};"
            f"print(json.dumps({{'apiVersion': {V1!r}, 'kind': 'ExecCredential', 'status': status}}))"
        )
        return plugin(script)

    user = counting(datetime.now(UTC) + timedelta(hours=1))
    assert credentials.resolve(context(user)) == credentials.resolve(context(user)) == {"token": "x"}
    with answering(status(401, "Unauthorized")) as address:
        for _ in range(2):  # the second time the plugin is asked anew
            with pytest.raises(ClusterError, match="wrong or have expired"):
                client_at(f"http://{address}", user=user).version()
    assert credentials.resolve(context(user, other=1)) == {"token": "xxxx"}
    (tmp_path / "log").unlink()
    soon = counting(datetime.now(UTC) + timedelta(seconds=5))
    assert [credentials.resolve(context(soon))["token"] for _ in range(2)] == ["x", "xx"]


@pytest.mark.cluster
def test_a_plugin_logs_in_to_a_real_server(control_plane: ControlPlane) -> None:
    if not control_plane.own:
        pytest.skip("needs a token of our own API server")
    user = giving({"token": control_plane.tokens[control_plane.admin]})
    client = client_at(control_plane.url, 5.0, user, **{"certificate-authority": str(control_plane.ca)})
    assert client.can("delete", "", "namespaces")
