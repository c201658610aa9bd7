"""What an administrator gives us of a cluster: a kubeconfig, or an address with a token and an authority.

A kubeconfig can name programs to run and files to read. Those of a person's own machine may (kubeconfig.py); one that
is given to a server may not: only what stands in the text itself is taken, everything else is refused with the reason.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from designer import vault
from designer.clusters.errors import ClusterError
from designer.clusters.kubeconfig import Context

MOST_BYTES = 256 * 1024
# What is taken, and why the rest is refused. Keys that are neither (extensions, disable-compression) say nothing of
# how a cluster is reached, and are left behind.
_CLUSTER = ("server", "certificate-authority-data", "tls-server-name")
_USER = ("token", "client-certificate-data", "client-key-data", "as", "as-uid", "as-groups")
_READS = "it names a file, which would be read on this server"
_REFUSED = {
    "exec": "it names a program, which would run on this server",
    "auth-provider": "it runs code on this server to log in, and kubectl no longer has it",
    "proxy-url": "it sends every request of this server through an address of its own",
    "insecure-skip-tls-verify": "anyone between this server and the cluster could read the credential",
    "certificate-authority": _READS,
    "client-certificate": _READS,
    "client-key": _READS,
    "tokenFile": _READS,
    "username": "API servers no longer take passwords",
    "password": "API servers no longer take passwords",
}
_INSTEAD = {
    "certificate-authority": "certificate-authority-data",
    "client-certificate": "client-certificate-data",
    "client-key": "client-key-data",
    "tokenFile": "token",
    "insecure-skip-tls-verify": "certificate-authority-data",
}
SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")


def from_kubeconfig(text: str, context: str = "") -> Context:
    """A context of a kubeconfig's text, by default the current one, else the only one.

    Raises ClusterError ("credential") where it is no kubeconfig, or holds what is refused (`_REFUSED`).
    """
    config = _mapping(text)
    names = [str(item.get("name")) for item in _list(config, "contexts")]
    chosen = context or str(config.get("current-context") or "") or (names[0] if len(names) == 1 else "")
    if chosen not in names:
        which = f"no context {chosen!r}" if chosen else "several contexts and no current-context"
        raise _refuse(f"The kubeconfig has {which}: it has {', '.join(names) or 'none'}.", "Say which one to use.")
    both = _named(config, "contexts", chosen, "context")
    cluster = _named(config, "clusters", str(both.get("cluster")), "cluster")
    user = _named(config, "users", str(both.get("user")), "user")
    for kind, data in (("cluster", cluster), ("user", user)):
        _check(kind, data)
    namespace = both.get("namespace")
    return _context(chosen, cluster, user, namespace if isinstance(namespace, str) else "")


def from_token(name: str, server: str, token: str, authority: str) -> Context:
    """An API server's address, a bearer token, and the PEM text of its authority ("" for the system's own)."""
    cluster = {"server": server.strip()}
    if authority.strip():
        cluster["certificate-authority-data"] = base64.b64encode(authority.strip().encode() + b"\n").decode()
    return _context(name, cluster, {"token": token.strip()}, "")


def in_cluster(name: str, environ: Mapping[str, str] = os.environ, folder: Path = SERVICE_ACCOUNT) -> Context:
    """The service account of the pod that the designer itself runs in.

    https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ Raises ClusterError where it runs in none.
    """
    host, port = environ.get("KUBERNETES_SERVICE_HOST"), environ.get("KUBERNETES_SERVICE_PORT")
    try:
        if not host or not port:
            raise FileNotFoundError
        token, authority = ((folder / part).read_text(encoding="ascii") for part in ("token", "ca.crt"))
    except (OSError, ValueError):
        raise ClusterError(
            "credential",
            "The designer does not run in a pod with a service account: there is none to use.",
            "Give a kubeconfig or a token instead.",
        ) from None
    return from_token(name, f"https://{f'[{host}]' if ':' in host else host}:{port}", token, authority)


def sealed(context: Context) -> str:
    """A context as it is stored. Raises ClusterError ("credential") where there is no key."""
    try:
        return vault.seal(json.dumps([context.cluster, context.user, context.namespace]))
    except vault.VaultError as error:
        raise ClusterError("credential", str(error)) from None


def unsealed(name: str, token: str) -> Context:
    """What `sealed` stored. Raises ClusterError ("credential") where no key fits."""
    try:
        cluster, user, namespace = json.loads(vault.unseal(token))
    except vault.VaultError as error:
        raise ClusterError("credential", str(error)) from None
    # Checked again: what is stored is trusted no more than what is given.
    for kind, data in (("cluster", cluster), ("user", user)):
        _check(kind, data)
    return _context(name, cluster, user, namespace)


def _context(name: str, cluster: Mapping[str, Any], user: Mapping[str, Any], namespace: str) -> Context:
    cluster = {key: cluster[key] for key in _CLUSTER if cluster.get(key)}
    user = {key: user[key] for key in _USER if user.get(key)}
    _check_server(cluster.get("server"))
    for kind, data in (("cluster", cluster), ("user", user)):
        for key in data:
            if key.endswith("-data"):
                _check_pem(kind, key, data[key])
    certificate = "client-certificate-data" in user and "client-key-data" in user
    if "token" not in user and not certificate:
        raise _refuse(
            "There is nothing to log in with: it needs a token, or client-certificate-data with client-key-data.",
            "`kubectl create token` makes a token for a service account.",
        )
    token = user.get("token", "")
    if not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]*", token):
        raise _refuse("The token is not one line of text without spaces.", "Give it as it was printed.")
    return Context(name, namespace or "default", "it", "we", False, cluster, user)


def _check(kind: str, data: Mapping[str, Any]) -> None:
    for key, why in _REFUSED.items():
        if data.get(key):
            advice = f"Put its content in as {_INSTEAD[key]}." if key in _INSTEAD else "Give a token instead."
            if key == "proxy-url":
                advice = "Give an address that this server reaches by itself."
            if key in ("tokenFile", "certificate-authority", "client-certificate", "client-key"):
                advice += " `kubectl config view --flatten --minify` writes files into the text."
            raise _refuse(f"The kubeconfig's {kind} has {key!r}, which is refused: {why}.", advice)


def _check_server(server: Any) -> None:
    try:
        parts = urlsplit(server if isinstance(server, str) else "")
        good = parts.scheme == "https" and parts.hostname and parts.port != 0 and not parts.username and not parts.query
        good = good and not {".", ".."} & set(parts.path.split("/")) and "%" not in parts.path
    except ValueError:
        good = False
    if not good:
        raise _refuse(
            "The server's address is not one like https://name:6443.",
            "It must be https: a credential is never sent in clear.",
        )


def _check_pem(kind: str, key: str, value: Any) -> None:
    try:
        good = isinstance(value, str) and b"-----BEGIN " in base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        good = False
    if not good:
        raise _refuse(f"{key} of the {kind} is not a PEM text in base64.", "Give it as kubectl writes it.")


def _mapping(text: str) -> dict[str, Any]:
    if len(text.encode()) > MOST_BYTES:
        raise _refuse(f"This is larger than {MOST_BYTES >> 10} KiB, which no kubeconfig is.", "")
    # An alias makes a small text large: kubectl writes none.
    try:
        events = yaml.parse(text, Loader=yaml.SafeLoader)
        if any(isinstance(event, yaml.AliasEvent) for event in events):
            raise _refuse("A kubeconfig with YAML aliases is refused: they make a small text large.", "")
        config = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        # Not the parser's own words: they may quote the line, and so a credential.
        raise _refuse(
            f"This is not YAML{where}.", "Paste the whole file, or what `kubectl config view --raw` prints."
        ) from None
    if not isinstance(config, dict) or not isinstance(config.get("clusters"), list):
        raise _refuse("This is not a kubeconfig: it has no list of clusters.", "It begins with `kind: Config`.")
    return config


def _list(config: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = config.get(key)
    return [item for item in (value if isinstance(value, list) else []) if isinstance(item, dict)]


def _named(config: Mapping[str, Any], key: str, name: str, what: str) -> dict[str, Any]:
    for item in _list(config, key):
        if str(item.get("name")) == name and isinstance(item.get(what), dict):
            found: dict[str, Any] = item[what]
            return found
    raise _refuse(f"The kubeconfig has no {what} of the name {name!r}.", "")


def _refuse(message: str, advice: str) -> ClusterError:
    return ClusterError("credential", message, advice)
