"""Who we are to a cluster: the `user` of a kubeconfig, made into something that can be sent.

Follows client-go where the kubernetes package does not: tokenFile goes before token and is stripped; an exec plugin
(https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins) has a time
limit, never reads our standard input, and its failure is told instead of being logged and passed over.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from designer.clusters.errors import ClusterError, tidy_output
from designer.clusters.kubeconfig import Context

PLUGIN_SECONDS = 30.0
_PLUGIN_API = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
# client.authentication.k8s.io/v1 Cluster has these under the kubeconfig's own names.
_CLUSTER_INFO = ("server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority-data", "proxy-url")
# What a plugin gave us, until shortly before it expires: asking again costs a second or more, and may ask a person.
_given: dict[str, tuple[float, dict[str, Any]]] = {}


def resolve(context: Context) -> dict[str, Any]:
    """The context's user with only what is sent: token, username and password, or a client certificate and its key.

    Runs the exec plugin if there is one. Raises ClusterError ("plugin" or "kubeconfig").
    """
    user = context.user
    out = {key: value for key, value in user.items() if key.startswith(("client-certificate", "client-key"))}
    if user.get("tokenFile"):
        out["token"] = _token_in(context, user["tokenFile"])
    elif user.get("token"):
        out["token"] = user["token"]
    elif user.get("username") and user.get("password"):
        out["username"], out["password"] = user["username"], user["password"]
    elif user.get("exec"):
        out |= _ask_plugin(context, user["exec"])
    elif user.get("auth-provider"):
        out |= _auth_provider(context, user["auth-provider"])
    for key in ("token", "username", "password"):
        value = out.get(key)
        # A line break in a header is refused by http.client in words that quote the value: so it is looked for here.
        if value is not None and (not isinstance(value, str) or not re.fullmatch(r"[\x20-\x7e]*", value)):
            raise _odd(context, key)
    return out


def forget(context: Context) -> None:
    """Ask the plugin anew the next time: the cluster did not take what it gave us."""
    _given.pop(_key(context), None)


def _key(context: Context) -> str:
    return json.dumps([context.cluster, context.user], sort_keys=True, default=str)


def _odd(context: Context, key: str) -> ClusterError:
    return ClusterError(
        "kubeconfig",
        f"The user {context.user_name!r} has a {key} in the kubeconfig that cannot be sent: it is not a line of text.",
        "Log in to the cluster again.",
    )


def _token_in(context: Context, path: Any) -> str:
    try:
        return Path(path).read_text(encoding="ascii").strip()
    except (OSError, TypeError, ValueError):
        raise ClusterError(
            "kubeconfig",
            f"The token file of the user {context.user_name!r} cannot be read: {path}.",
            "Log in to the cluster again.",
        ) from None


def _auth_provider(context: Context, provider: Any) -> dict[str, Any]:
    name = provider.get("name") if isinstance(provider, dict) else None
    config = provider.get("config") if isinstance(provider, dict) else None
    if name == "oidc" and isinstance(config, dict) and config.get("id-token"):
        # kubectl renews this token and writes it into the kubeconfig; we only read.
        return {"token": config["id-token"]}
    raise ClusterError(
        "kubeconfig",
        f"The user {context.user_name!r} logs in through the auth provider {name!r}, which kubectl no longer has.",
        "Log in again with your provider's exec plugin.",
    )


def _ask_plugin(context: Context, run: Any) -> dict[str, Any]:
    key = _key(context)
    until, given = _given.get(key, (0.0, {}))
    if time.time() < until:
        return given
    status = _run_plugin(context, run)
    out = {}
    if status.get("token"):
        out["token"] = status["token"]
    for theirs, ours in (("clientCertificateData", "client-certificate-data"), ("clientKeyData", "client-key-data")):
        if isinstance(status.get(theirs), str) and status[theirs]:
            # A plugin gives PEM text, a kubeconfig base64 of it.
            out[ours] = base64.b64encode(status[theirs].encode()).decode()
    if not out:
        raise _failed(run, "answered without a token or a certificate")
    try:
        expires = datetime.fromisoformat(str(status.get("expirationTimestamp"))).timestamp()
    except (ValueError, OverflowError):
        return out
    _given[key] = (expires - 60, out)
    return out


def _run_plugin(context: Context, run: Any) -> dict[str, Any]:
    if not isinstance(run, dict) or not isinstance(run.get("command"), str) or run.get("apiVersion") not in _PLUGIN_API:
        raise ClusterError(
            "kubeconfig",
            f"The exec section of the user {context.user_name!r} is not one that kubectl would run.",
            f"It needs a command and one of the apiVersions {' and '.join(_PLUGIN_API)}.",
        )
    if run.get("interactiveMode") == "Always":
        raise _failed(run, "can only run in a terminal")
    spec: dict[str, Any] = {"interactive": False}
    if run.get("provideClusterInfo"):
        spec["cluster"] = {key: context.cluster[key] for key in _CLUSTER_INFO if context.cluster.get(key)}
    info = {"apiVersion": run["apiVersion"], "kind": "ExecCredential", "spec": spec}
    more = {str(item.get("name")): str(item.get("value")) for item in run.get("env") or [] if isinstance(item, dict)}
    command = [run["command"], *map(str, run.get("args") or [])]
    try:
        done = subprocess.run(  # noqa: S603 - the person's own kubeconfig names the program, as it does for kubectl
            command,
            env={**os.environ, **more, "KUBERNETES_EXEC_INFO": json.dumps(info)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PLUGIN_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _failed(run, f"did not answer within {PLUGIN_SECONDS:g} seconds") from None
    except FileNotFoundError:
        raise _failed(run, "is not installed (or not on the PATH of this server)") from None
    except (OSError, ValueError) as error:
        raise _failed(
            run, f"cannot be started: {getattr(error, 'strerror', None) or 'its arguments are odd'}"
        ) from None
    if done.returncode != 0:
        said = tidy_output(done.stderr.decode(errors="replace"))
        raise _failed(run, f"failed with exit code {done.returncode}" + (f": {said}" if said else ""))
    try:
        answer = json.loads(done.stdout)
        status = answer["status"]
    except (ValueError, TypeError, KeyError):
        raise _failed(run, "did not answer with an ExecCredential") from None
    if not isinstance(status, dict) or answer.get("apiVersion") != run["apiVersion"]:
        raise _failed(run, f"did not answer with an ExecCredential of {run['apiVersion']}")
    return status


def _failed(run: dict[str, Any], what: str) -> ClusterError:
    hint = run.get("installHint")
    return ClusterError(
        "plugin",
        f"The kubeconfig asks the program {run.get('command')!r} for credentials, and it {what}.",
        tidy_output(hint)
        if isinstance(hint, str) and hint
        else "Run `kubectl get namespaces` in a terminal: it uses the same program.",
    )
