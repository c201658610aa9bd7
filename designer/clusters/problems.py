"""What an API server or a broken connection says, told as a ClusterError. Pure: no request is made here.

An API server's refusal is a Status (API conventions, "Response Status Kind"); which of them means what was read off a
kube-apiserver 1.36 and is held by the tests that talk to one.
"""

from __future__ import annotations

import errno
import re
import ssl
from collections.abc import Iterator
from typing import Any

import urllib3.exceptions as broken

from designer.clusters.errors import Cause, ClusterError, Kind, Owner, tidy
from designer.manifests.types import get

_FORBIDDEN = re.compile(
    r'User "(?P<user>[^"]*)" cannot (?P<verb>\S+) resource "(?P<resource>[^"]*)" in API group "(?P<group>[^"]*)"'
    r'(?: in the namespace "(?P<namespace>[^"]*)")?'
)
# Server-side apply checks a patch against the schema before anything else, and answers with a 500 that has no reason.
_TYPED = re.compile(r"failed to (?:create typed patch object|convert new object) \([^)]*\)(?: to proper version)?: ")
_TYPED_FIELD = re.compile(
    r"\s*(?P<field>\.(?:[^\[\]:\s]|\[(?:\"(?:\\.|[^\"\\])*\"|[^\]\"])*\])*): (?P<message>.+)", re.DOTALL
)
# What it got stands there as Go prints a struct, the value of a Secret included.
_GOT = re.compile(r",? got &.*", re.DOTALL)
# A change that is refused may be told by a comparison of two Go structs, on the lines below the sentence.
_STRUCT = re.compile(r",?\s*\n\s*[&\[\]*]*\w+\.\w+\{.*", re.DOTALL)
_DUPLICATE = re.compile(r"duplicate entries for key (\[.*\])", re.DOTALL)
_STRICT = re.compile(r'(?P<what>(?:unknown|duplicate) field) "(?P<field>(?:\\.|[^"\\])*)"')
_MANAGER = re.compile(r'conflict with "((?:\\.|[^"\\])*)"')


def warnings(headers: list[str]) -> tuple[str, ...]:
    """The texts of Warning headers (RFC 7234 section 5.5) of code 299, which is what API servers send; each once."""
    found = re.findall(r'\b(\d{3}) \S+ "((?:\\.|[^"\\])*)"', ", ".join(headers))
    texts = [re.sub(r"\\(.)", r"\1", text) for code, text in found if code == "299"]
    return tuple(dict.fromkeys(texts))


def wait_seconds(status: int, header: str | None) -> float | None:
    """How long a server that has too much to do (429) asks to wait before the same request is sent again.

    None where it does not ask, or not in seconds (RFC 9110 section 10.2.3 allows a date; API servers send seconds).
    """
    if status != 429 or header is None or not re.fullmatch(r"\d{1,4}", header.strip()):
        return None
    return max(float(header), 0.1)


def refusal(status: int, answer: Any, what: str, context: str, warned: tuple[str, ...] = ()) -> ClusterError:
    """The error behind an HTTP status of 400 and up. `answer` is the body's JSON, or None where it was none.

    `what` is the thing asked for ("Pod web", "the namespaces"); `context` is the kubeconfig context it was asked of.
    """
    told = isinstance(answer, dict) and answer.get("kind") == "Status"
    said = answer.get("message") if told else ""
    said = tidy(_STRUCT.sub("", said)) if isinstance(said, str) else ""
    if not told and status not in (401, 404, 429) and status < 500:
        return ClusterError(
            "answer",
            f"The answer has the HTTP status {status}, but does not say why as an API server does.",
            "Is the address in the kubeconfig right, and is it https? A proxy or a login page may stand in between.",
            status=status,
        )
    kind, message, advice = _words(status, answer, said, what, context)
    causes = tuple(_causes(answer))
    owners: tuple[Owner, ...] = ()
    if status == 409:
        owners = tuple(Owner(m[1], cause.field) for cause in causes if (m := _MANAGER.match(cause.message)))
        if owners:
            fields = ", ".join(f"{owner.field.lstrip('.')} ({owner.manager})" for owner in owners[:5])
            message = f"{what} has fields that another manager owns and this would change: {fields}."
            advice = "Leave them as the owner has them, or apply with force to take them over."
    if kind == "invalid" and causes:
        more = f" (and {len(causes) - 1} more)" if len(causes) > 1 else ""
        first = ": ".join(part for part in (causes[0].field.lstrip("."), causes[0].message) if part)
        message = f"The cluster does not accept {what}: {first}{more}."
    return ClusterError(kind, message, advice, status=status, causes=causes, owners=owners, warnings=warned)


def _words(status: int, answer: Any, said: str, what: str, context: str) -> tuple[Kind, str, str]:
    if status == 401:
        return (
            "unauthorized",
            f"The cluster does not accept the credentials of the context {context!r}: they are wrong or have expired.",
            "Log in to the cluster again.",
        )
    if status == 403:
        if m := _FORBIDDEN.search(said):
            resource = f"{m['resource']}.{m['group']}" if m["group"] else m["resource"]
            where = f"in the namespace {m['namespace']}" if m["namespace"] else "in the whole cluster"
            words = f"You may not {m['verb']} {resource} {where}; the cluster knows you as {m['user']}."
            return "forbidden", words, "Ask its administrator for a role that allows it."
        # Admission forbids too: Pod Security, a quota, a policy.
        return "forbidden", f"The cluster's policy refuses {what}: {said or 'it does not say why'}.", ""
    if status == 404:
        details = get(answer, ("details",), {})
        if get(details, ("kind",)) == "namespaces" and not what.startswith("Namespace "):
            return (
                "namespace",
                f"The cluster has no namespace {get(details, ('name',))!r}.",
                "Create it or choose another.",
            )
        if get(details, ("name",)):
            return "not-found", f"The cluster has no {what}.", ""
        return (
            "unknown-kind",
            f"The cluster does not know {what}.",
            "Its custom resource definition may not be installed.",
        )
    if status == 409:
        return "conflict", f"{what} was changed by someone else at the same time: {said}.", "Try again."
    if status == 413:
        return "too-large", f"{what} is too large for the cluster.", "Move large data out of the object."
    if status in (400, 422) or (status == 500 and _TYPED.match(said)):
        return (
            "invalid",
            f"The cluster does not accept {what}: {_GOT.sub('', _TYPED.sub('', said)) or 'it does not say why'}.",
            "",
        )
    if status == 429:
        return "throttled", "The cluster has too much to do and asks to wait.", "Try again in a few seconds."
    if status >= 500:
        return "server", f"The API server failed ({status})" + (f": {said}." if said else "."), "Try again later."
    return "answer", f"The API server answered with the HTTP status {status}" + (f": {said}." if said else "."), ""


def _causes(answer: Any) -> Iterator[Cause]:
    """The fields that a Status names: in details.causes, or only inside its message."""
    listed = get(answer, ("details", "causes"))
    if isinstance(listed, list) and listed:
        for cause in listed:
            if isinstance(cause, dict):
                yield Cause(str(cause.get("field") or ""), tidy(_STRUCT.sub("", str(cause.get("message") or ""))))
        return
    said = answer.get("message") if isinstance(answer, dict) else None
    if not isinstance(said, str):
        return
    if typed := _TYPED.match(said):
        rest = said[typed.end() :]
        for line in re.split(r"\n\s*", rest.removeprefix("errors:")) if rest.startswith("errors:") else [rest]:
            if m := _TYPED_FIELD.fullmatch(line):
                # Which entry is double stands in the message; the field names only the list.
                twice = _DUPLICATE.fullmatch(m["message"])
                yield Cause(m["field"] + (twice[1] if twice else ""), tidy(_GOT.sub("", m["message"])))
    elif "strict decoding error" in said:
        for m in _STRICT.finditer(said):
            yield Cause(m["field"], m["what"])


def connection(error: Exception, server: str) -> ClusterError:
    """The error behind a connection that broke or never came to be. `server` is the URL from the kubeconfig."""
    server = re.sub(r"//[^/@]*@", "//", server)
    chain = list(_chain(error))
    tls = next((each for each in chain if isinstance(each, ssl.SSLError)), None)
    if tls is not None or any(isinstance(each, broken.SSLError) for each in chain):
        return _tls(tls or error, server)
    if any(isinstance(each, broken.ProxyError) for each in chain):
        return ClusterError(
            "network",
            f"The proxy on the way to {server} does not let us through.",
            "Check HTTPS_PROXY, NO_PROXY and the kubeconfig's proxy-url.",
        )
    if any(isinstance(each, broken.NameResolutionError) for each in chain):
        return ClusterError(
            "dns", f"The name of the API server {server} cannot be resolved.", "Check the address, your network or VPN."
        )
    if any(isinstance(each, ConnectionRefusedError) for each in chain):
        return ClusterError(
            "refused",
            f"Nothing answers at {server}: the connection was refused.",
            "Is the cluster running, and is the port right?",
        )
    if any(isinstance(each, broken.TimeoutError | TimeoutError) for each in chain):
        return ClusterError(
            "timeout",
            f"The API server {server} does not answer in time.",
            "Check your network or VPN, and whether the cluster is up.",
        )
    if any(isinstance(each, broken.IncompleteRead) for each in chain):
        return ClusterError("answer", f"The answer of {server} was cut off.", "Try again.")
    if any(isinstance(each, broken.LocationParseError | broken.URLSchemeUnknown) for each in chain):
        return ClusterError(
            "kubeconfig",
            f"The kubeconfig's server {server!r} is not an address.",
            "It should look like https://name:6443.",
        )
    number = next((each.errno for each in chain if isinstance(each, OSError) and each.errno), None)
    if number in (errno.EHOSTUNREACH, errno.ENETUNREACH):
        return ClusterError("network", f"There is no way to {server} from here.", "Check your network or VPN.")
    return ClusterError(
        "network", f"The connection to {server} broke off or did not speak HTTP.", "Is it an API server, and is it up?"
    )


def _tls(error: Exception, server: str) -> ClusterError:
    # The numbers are OpenSSL's X509_V_ERR_*.
    code = error.verify_code if isinstance(error, ssl.SSLCertVerificationError) else 0
    if code == 10:
        return ClusterError(
            "tls", f"The certificate of {server} has expired.", "The cluster's certificates must be renewed."
        )
    if code == 9:
        return ClusterError(
            "tls", f"The certificate of {server} is not valid yet.", "Check the clocks of this machine and the cluster."
        )
    if code in (18, 19, 20, 21):
        return ClusterError(
            "tls",
            f"The certificate of {server} is signed by an authority that the kubeconfig does not trust.",
            "Get a new kubeconfig: the cluster may have been set up anew.",
        )
    if code in (62, 63, 64):
        return ClusterError(
            "tls",
            f"The certificate of {server} is made out to another name.",
            "Check the address, or set tls-server-name in the kubeconfig.",
        )
    reason = getattr(error, "reason", None) or ""
    if reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"):
        return ClusterError(
            "tls",
            f"{server} does not speak TLS.",
            "Is the port right? The address may need http:// instead of https://.",
        )
    return ClusterError(
        "tls",
        f"No secure connection to {server} could be made"
        + (f" ({reason})." if isinstance(reason, str) and reason else "."),
        "Check the certificates in the kubeconfig.",
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and those behind it: causes, contexts, and what urllib3 hands on as an argument or a reason."""
    waiting: list[Any] = [error]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [
                each.__cause__,
                each.__context__,
                getattr(each, "reason", None),
                getattr(each, "original_error", None),
                *each.args,
            ]
