"""Everything that can go wrong between us and an API server is a ClusterError in plain words, without a credential."""

from __future__ import annotations

import logging
import socket
import ssl
import traceback
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.clusters import client as client_module
from designer.clusters import problems
from designer.clusters.errors import ClusterError, tidy, tidy_output
from tests.cluster.control_plane import ControlPlane
from tests.cluster.documents import config_map
from tests.cluster.servers import TOKEN, answering, client_at, http, status

JSON = "Content-Type: application/json"
FINE = http("200 OK", b'{"gitVersion": "v9"}', JSON)


def trouble(url: str, seconds: float = 5.0, **cluster: Any) -> ClusterError:
    """What comes of asking the server at `url` for its version."""
    with pytest.raises(ClusterError) as caught:
        client_at(url, seconds, **cluster).version()
    error = caught.value
    assert error.message[-1] in ".…"
    assert TOKEN not in f"{error!r} {error.advice} {''.join(traceback.format_exception(error))}"
    return error


def test_an_answer_that_is_fine() -> None:
    asked: list[bytes] = []
    with answering(FINE, asked) as address:
        assert client_at(f"http://{address}").version() == "v9"
    # As kubectl: without TLS nobody is told who we are.
    assert TOKEN.encode() not in asked[0]


def test_nothing_is_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # taken, but nobody listens
        error = trouble(f"https://127.0.0.1:{free.getsockname()[1]}")
    assert error.kind == "refused"
    assert "the connection was refused" in error.message


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_it_takes_the_call_and_is_silent(scheme: str) -> None:
    with answering(None) as address:
        error = trouble(f"{scheme}://{address}", seconds=0.2)
    assert (error.kind, error.message) == ("timeout", f"The API server {scheme}://{address} does not answer in time.")


def test_an_answer_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "ANSWER_SECONDS", -1.0)
    with answering(FINE) as address:
        assert trouble(f"http://{address}").kind == "timeout"


def test_a_name_that_nobody_knows() -> None:
    error = trouble("https://api.cluster.invalid:6443")
    assert error.kind == "dns"
    assert "cannot be resolved" in error.message


@pytest.mark.parametrize("url", ["", "https://", "https://a b", "https://host:port", "ftp://host", "https://[::1"])
def test_an_address_that_is_none(url: str) -> None:
    assert trouble(url).kind in ("kubeconfig", "dns")


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "network", "did not speak HTTP"),
        (b"", "network", "broke off"),
        (http("200 OK", b"<html>Log in</html>"), "answer", "with a JSON object"),
        (http("200 OK", b"[]", JSON), "answer", "with a JSON object"),
        (http("200 OK", b"[" * 100_000, JSON), "answer", "with a JSON object"),
        (http("200 OK", b"\xff\xfe\x00", JSON), "answer", "with a JSON object"),
        (http("200 OK", b"\x1f\x8b\x00", JSON, "Content-Encoding: gzip"), "answer", "with a JSON object"),
        (http("200 OK", b'{"gitVersion": "v', JSON, length=500), "answer", "was cut off"),
        (http("200 OK", b'{"gitVersion": "v', JSON), "answer", "with a JSON object"),
        (http("302 Found", b"", "Location: https://login.example.org/"), "answer", "sends us on to another address"),
        (http("403 Forbidden", b"<html>no</html>"), "answer", "does not say why as an API server does"),
        (http("400 Bad Request", b"Client sent an HTTP request"), "answer", "HTTP status 400"),
        (http("502 Bad Gateway", b"<html>nginx</html>"), "server", "The API server failed (502)."),
        (status(401, "Unauthorized"), "unauthorized", "are wrong or have expired"),
        (status(413, "Request entity too large: limit is 3145728"), "too-large", "too large for the cluster"),
        (status(429, "Too many requests", details={"retryAfterSeconds": 1}), "throttled", "asks to wait"),
        (status(503, "etcd is gone"), "server", "The API server failed (503): etcd is gone."),
        (status(500, f"you sent Bearer {TOKEN} and {TOKEN}"), "server", "and [hidden]."),
        (status(418, "short and stout"), "answer", "HTTP status 418: short and stout."),
        (http("422 Odd", b'{"kind": "Status", "message": 5, "details": {"causes": [7, {}]}}'), "invalid", "version"),
        (http("404 Odd", b'{"kind": "Status", "details": "odd"}'), "unknown-kind", "does not know"),
    ],
)  # fmt: skip
def test_what_an_answer_means(answer: bytes, kind: str, words: str) -> None:
    with answering(answer) as address:
        error = trouble(f"http://{address}")
    assert error.kind == kind
    assert words in error.message


def test_a_redirect_is_not_followed_and_the_token_stays_here() -> None:
    elsewhere: list[bytes] = []
    with (
        answering(FINE, elsewhere) as other,
        answering(http("307 Odd", b"", f"Location: http://{other}/version")) as address,
    ):
        assert trouble(f"http://{address}").kind == "answer"
    assert elsewhere == []


def test_nothing_is_asked_twice() -> None:
    asked: list[bytes] = []
    with answering(status(503, "busy", details={"retryAfterSeconds": 0}), asked) as address:
        trouble(f"http://{address}")
    assert len(asked) == 1


def test_an_answer_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "MOST_BYTES", 1 << 20)
    with answering(http("200 OK", b'"' + b"x" * (2 << 20) + b'"', JSON)) as address:
        assert trouble(f"http://{address}").kind == "too-large"


def test_a_port_that_does_not_speak_tls() -> None:
    with answering(FINE) as address:
        error = trouble(f"https://{address}")
    assert (error.kind, error.message) == ("tls", f"https://{address} does not speak TLS.")


def test_the_token_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with answering(status(401, f"bad token {TOKEN}")) as address:
        trouble(f"http://{address}")
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy"])
def test_a_cluster_on_this_machine_is_never_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:1")
    with answering(FINE) as address:
        assert client_at(f"http://{address}").version() == "v9"


def test_the_environments_proxy_is_used_for_a_cluster_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    error = trouble("https://cluster.example.org")
    assert error.kind == "network"
    assert "The proxy on the way" in error.message


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.DependencyWarning")
def test_a_socks_proxy_is_told_and_not_passed_by() -> None:
    assert "SOCKS proxy" in trouble("https://cluster.example.org", 1.0, **{"proxy-url": "socks5://127.0.0.1:1"}).message


def test_a_clusters_own_proxy_is_used_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    with answering(FINE) as proxy:
        client = client_at("http://cluster.example.org", 5.0, None, **{"proxy-url": f"http://{proxy}"})
        assert client.version() == "v9"


def test_a_value_that_json_cannot_say() -> None:
    kinds = b'{"resources": [{"name": "configmaps", "kind": "ConfigMap", "namespaced": true}]}'
    with answering(http("200 OK", kinds, JSON)) as address, pytest.raises(ClusterError) as caught:
        client_at(f"http://{address}").apply(config_map(n=float("nan")), "default", dry_run=True)
    assert caught.value.kind == "invalid"


@pytest.mark.parametrize(
    ("code", "words"),
    [(10, "has expired"), (9, "not valid yet"), (18, "does not trust"), (19, "does not trust"), (62, "another name")],
)
def test_what_is_wrong_with_a_certificate(code: int, words: str) -> None:
    failed = ssl.SSLCertVerificationError(1, "certificate verify failed")
    failed.verify_code = code
    error = problems.connection(failed, "https://user:password@host")
    assert error.kind == "tls"
    assert words in error.message
    assert "password" not in error.message


ODD = st.sampled_from([None, True, 5, 1.5, "", "x", "a\nb", "/absent", "ünïcode", [], ["x"], {}, {"name": "x"}, "eA=="])
CLUSTER_KEYS = "certificate-authority certificate-authority-data insecure-skip-tls-verify tls-server-name proxy-url"
USER_KEYS = (
    "token tokenFile username password client-certificate client-certificate-data client-key client-key-data "
    "auth-provider exec as as-groups as-uid"
)


@given(
    st.sampled_from(["http", "https"]),
    st.dictionaries(st.sampled_from(CLUSTER_KEYS.split()), ODD, max_size=3),
    st.dictionaries(st.sampled_from(USER_KEYS.split()), ODD, max_size=4),
)
def test_whatever_a_kubeconfig_holds_the_failure_is_told(scheme: str, cluster: dict, user: dict) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(ClusterError):
            client_at(f"{scheme}://127.0.0.1:{free.getsockname()[1]}", 1.0, user or {"as": 1}, **cluster).version()


@pytest.mark.cluster
class TestARealServer:
    """The same, said by a real API server."""

    @pytest.fixture(autouse=True)
    def _own(self, control_plane: ControlPlane) -> None:
        if not control_plane.own:
            pytest.skip("needs the address and the authority of our own API server")

    def test_an_authority_that_is_not_trusted(self, control_plane: ControlPlane) -> None:
        error = trouble(control_plane.url)
        assert error.kind == "tls"
        assert "an authority that the kubeconfig does not trust" in error.message

    def test_a_certificate_for_another_name(self, control_plane: ControlPlane) -> None:
        more: dict[str, Any] = {"certificate-authority": str(control_plane.ca), "tls-server-name": "example.org"}
        assert "made out to another name" in trouble(control_plane.url, 5.0, **more).message

    def test_an_authority_that_is_not_asked_for(self, control_plane: ControlPlane) -> None:
        # Trust is waived, as the kubeconfig says; the token is still a wrong one.
        assert trouble(control_plane.url, 5.0, **{"insecure-skip-tls-verify": True}).kind == "unauthorized"

    def test_a_token_that_is_not_known(self, control_plane: ControlPlane) -> None:
        error = trouble(control_plane.url, 5.0, **{"certificate-authority": str(control_plane.ca)})
        assert (error.kind, error.status) == ("unauthorized", 401)
        assert "context 'somewhere'" in error.message

    def test_http_where_it_speaks_https(self, control_plane: ControlPlane) -> None:
        assert trouble(control_plane.url.replace("https", "http")).kind == "answer"


@given(st.lists(st.tuples(st.sampled_from(["299", "199"]), st.text(st.characters(codec="latin-1"), max_size=30))))
def test_warning_headers_come_back_as_they_were_written(written: list[tuple[str, str]]) -> None:
    """RFC 7230 section 3.2.6: a quoted-string, in which a quote and a backslash are escaped."""
    headers = ['{} - "{}"'.format(code, text.replace("\\", "\\\\").replace('"', '\\"')) for code, text in written]
    expected = tuple(dict.fromkeys(text for code, text in written if code == "299"))
    assert problems.warnings(headers) == expected
    assert problems.warnings([", ".join(headers)]) == expected


@pytest.mark.parametrize(
    "text",
    [
        "error: Bearer sesame-open-12",
        "got eyJhbGciOiJSUzI1NiJ9.eyJzZXNhbWUiOjF9.sesame_x",
        'authorization: "Basic sesame="',
        "-----BEGIN RSA PRIVATE KEY-----\nsesame\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nsesame cut off",
    ],
)
def test_what_looks_like_a_credential_is_hidden(text: str) -> None:
    assert "[hidden]" in tidy(text)
    assert "sesame" not in tidy(text)
    assert "sesame" not in tidy(text.upper())


@pytest.mark.parametrize("text", ["refresh_token=sesame", '{"password": "sesame"}', "AWS_SECRET_ACCESS_KEY: sesame"])
def test_what_a_program_prints_beside_a_telling_name_is_hidden(text: str) -> None:
    assert "sesame" not in tidy_output(text)


def test_the_names_of_fields_are_not_taken_for_credentials() -> None:
    said = 'spec.volumes[0].secret.secretName: Required value, spec.serviceAccountToken: Invalid value: "x"'
    assert tidy(said) == said
