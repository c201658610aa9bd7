"""The contexts of the kubeconfig that kubectl would use.

Rules: https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/ (KUBECONFIG is a list of
files; the first file that sets a value or a name wins; relative file names are relative to the file they stand in).
Files are only ever read: nothing here, and nothing that is called with it, writes a kubeconfig back.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from designer.clusters.errors import ClusterError

# A kubeconfig is a few kilobytes; a file of another kind under that name is not read into memory whole.
_MOST_BYTES = 4 * 1024 * 1024
_LISTS = {"clusters": "cluster", "users": "user", "contexts": "context"}
_FILES = {
    "clusters": ("certificate-authority",),
    "users": ("client-certificate", "client-key", "tokenFile"),
    "contexts": (),
}


@dataclass(frozen=True)
class Context:
    """A named pair of cluster and user, with the namespace that kubectl would take when none is said.

    `cluster` and `user` are the kubeconfig's own mappings, with file names made absolute; they hold credentials and
    never show in a repr. `missing` says what the context names and the kubeconfig does not have.
    """

    name: str
    namespace: str
    cluster_name: str
    user_name: str
    current: bool
    cluster: dict[str, Any] = field(repr=False, compare=False)
    user: dict[str, Any] = field(repr=False, compare=False)
    missing: tuple[str, ...] = ()

    @property
    def server(self) -> str:
        return str(self.cluster.get("server") or "")


def paths(environ: Mapping[str, str] = os.environ) -> list[Path]:
    """The files to read, in order: those of KUBECONFIG, each once, else ~/.kube/config."""
    named = [part for part in environ.get("KUBECONFIG", "").split(os.pathsep) if part]
    if named:
        return [Path(part) for part in dict.fromkeys(named)]
    home = environ.get("HOME") or str(Path("~").expanduser())
    return [Path(home) / ".kube" / "config"]


def contexts(environ: Mapping[str, str] = os.environ) -> list[Context]:
    """Every context, sorted by name. Raises ClusterError ("kubeconfig") where there is none or a file is broken."""
    files = paths(environ)
    merged: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in _LISTS}
    current = ""
    found = False
    for path in files:
        config = _read(path)
        if config is None:
            continue
        found = True
        current = current or _text(path, config, "current-context")
        for name in _LISTS:
            for key, value in _entries(path, config, name).items():
                merged[name].setdefault(key, value)
    if not found:
        raise ClusterError(
            "kubeconfig",
            f"There is no kubeconfig at {' or '.join(map(str, files))}.",
            "Put one there, or set KUBECONFIG to where it is, as for kubectl.",
        )
    return [_context(name, value, merged, name == current) for name, value in sorted(merged["contexts"].items())]


def context(name: str = "", environ: Mapping[str, str] = os.environ) -> Context:
    """The context of that name, by default the current one. Raises ClusterError ("kubeconfig") where there is none."""
    every = contexts(environ)
    for each in every:
        if each.name == name or (not name and each.current):
            return each
    names = ", ".join(each.name for each in every)
    if not every:
        raise ClusterError(
            "kubeconfig", "The kubeconfig has no contexts.", "Add one with `kubectl config set-context`."
        )
    if name:
        raise ClusterError("kubeconfig", f"The kubeconfig has no context {name!r}.", f"It has: {names}.")
    raise ClusterError(
        "kubeconfig",
        "The kubeconfig names no current context.",
        f"Choose one of {names} (`kubectl config use-context`).",
    )


_TYPES: dict[str, type] = {"insecure-skip-tls-verify": bool, "as-groups": list, "exec": dict, "auth-provider": dict}
_TEXTS = frozenset({
    "server", "tls-server-name", "proxy-url", "certificate-authority", "certificate-authority-data",
    "client-certificate", "client-certificate-data", "client-key", "client-key-data", "token", "tokenFile",
    "username", "password", "as", "as-uid",
})  # fmt: skip


def require_usable(context: Context) -> None:
    """Raise ClusterError ("kubeconfig") where a context names what is not there, or a field is of a wrong type."""
    advice = "Mend the kubeconfig, or choose another context."
    if context.missing:
        words = (
            f"The context {context.name!r} names {' and '.join(context.missing)}, not to be found in the kubeconfig."
        )
        raise ClusterError("kubeconfig", words, advice)
    for where, mapping in (
        (f"cluster {context.cluster_name!r}", context.cluster),
        (f"user {context.user_name!r}", context.user),
    ):
        for key, value in mapping.items():
            expected = str if key in _TEXTS else _TYPES.get(key, object)
            if value is not None and not isinstance(value, expected):
                words = f"The {key} of the {where} in the kubeconfig is not of the right type."
                raise ClusterError("kubeconfig", words, advice)


def _context(name: str, value: dict[str, Any], merged: dict[str, dict[str, dict[str, Any]]], current: bool) -> Context:
    cluster, user = (str(value.get(key) or "") for key in ("cluster", "user"))
    named = (("clusters", cluster), ("users", user))
    return Context(
        name=name,
        namespace=str(value.get("namespace") or "default"),
        cluster_name=cluster,
        user_name=user,
        current=current,
        cluster=merged["clusters"].get(cluster, {}),
        user=merged["users"].get(user, {}),
        missing=tuple(f"the {_LISTS[kind]} {key!r}" for kind, key in named if key and key not in merged[kind]),
    )


def _read(path: Path) -> dict[str, Any] | None:
    """The file as data; None where it is not there (kubectl passes over those too); {} where it is empty."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise _broken(path, "is too large to be a kubeconfig")
        config = yaml.load(data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _broken(path, f"cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # PyYAML's own words quote the line, and the line may hold a token: only where it stands is told.
        mark = getattr(error, "problem_mark", None)
        raise _broken(
            path, "is not YAML" + (f" (line {mark.line + 1}, column {mark.column + 1})" if mark else "")
        ) from None
    if config is None:
        return {}
    if not isinstance(config, dict):
        raise _broken(path, "is not a kubeconfig: a mapping with clusters, users and contexts is expected")
    return config


def _entries(path: Path, config: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    """The mappings under `clusters`, `users` or `contexts` by name, with file names made absolute."""
    items = config.get(name)
    if items is None:
        return {}
    if not isinstance(items, list):
        raise _broken(path, f"is not a kubeconfig: {name} is not a list")
    out: dict[str, dict[str, Any]] = {}
    for number, item in enumerate(items):
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            raise _broken(path, f"is not a kubeconfig: {name}[{number}] has no name")
        value = item.get(_LISTS[name])
        if value is not None and not isinstance(value, dict):
            raise _broken(path, f"is not a kubeconfig: {name}[{number}].{_LISTS[name]} is not a mapping")
        if item["name"] in out:
            raise _broken(path, f"has two {name} of the name {item['name']!r}")
        out[item["name"]] = _absolute(path, value or {}, _FILES[name])
    return out


def _absolute(path: Path, value: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    value = dict(value)
    folder = path.parent.absolute()
    for key in keys:
        if isinstance(value.get(key), str) and value[key]:
            value[key] = str(folder / value[key])
    run = value.get("exec")
    # A command with a slash is a file beside the kubeconfig; one without is looked for on the PATH.
    if isinstance(run, dict) and isinstance(run.get("command"), str) and os.sep in run["command"]:
        value["exec"] = {**run, "command": str(folder / run["command"])}
    return value


def _text(path: Path, config: dict[str, Any], key: str) -> str:
    value = config.get(key) or ""
    if not isinstance(value, str):
        raise _broken(path, f"is not a kubeconfig: {key} is not a text")
    return value


def _broken(path: Path, what: str) -> ClusterError:
    return ClusterError(
        "kubeconfig", f"The kubeconfig {path} {what}.", "`kubectl config view` shows what kubectl makes of it."
    )
