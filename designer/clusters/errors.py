"""What went wrong between us and a cluster, in plain words. Every failure in this room is a ClusterError."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "kubeconfig",  # the kubeconfig is missing, broken, or names something that is not there
    "credential",  # what is stored of a cluster cannot be read, or is refused
    "plugin",  # the program that the kubeconfig asks for credentials is missing, failed, or answered nonsense
    "dns",
    "refused",
    "timeout",
    "tls",
    "network",  # any other way in which a connection breaks
    "unauthorized",  # 401
    "forbidden",  # 403
    "unknown-kind",  # 404: the API has no such kind (a CRD that is not installed)
    "namespace",  # 404: the namespace is not there
    "not-found",  # 404: the object is not there
    "conflict",  # 409
    "too-large",  # 413, or an answer larger than we read
    "invalid",  # 400, 422: the document
    "throttled",  # 429
    "server",  # 5xx
    "answer",  # not what an API server answers: not JSON, cut off, a redirect
]


@dataclass(frozen=True)
class Cause:
    """What the API server says about one field. `field` is as the server writes it; "" is the whole object."""

    field: str
    message: str


@dataclass(frozen=True)
class Owner:
    """Another manager of a field that an apply wanted to change (server-side apply's conflict)."""

    manager: str
    field: str


class ClusterError(Exception):
    """A failure told to a person: `message` says what is wrong, `advice` what to do; neither ever holds a credential.

    `kind` is for code to branch on. `causes` are the API server's words about single fields; `owners` are filled for a
    server-side apply conflict; `warnings` are the Warning headers that came with the refusal; `status` is the HTTP
    status, 0 where there was no answer.
    """

    def __init__(
        self,
        kind: Kind,
        message: str,
        advice: str = "",
        *,
        status: int = 0,
        causes: tuple[Cause, ...] = (),
        owners: tuple[Owner, ...] = (),
        warnings: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.advice = advice
        self.status = status
        self.causes = causes
        self.owners = owners
        self.warnings = warnings

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


# What looks like a credential wherever it stands: a key block, a JWT, an Authorization header.
_CREDENTIALS = re.compile(
    r"-----BEGIN [^-]*-----.*?(?:-----END [^-]*-----|\Z)"
    r"|\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}"
    r"|(?i:\bbearer\s+)[\w.~+/=-]{6,}"
    r"|(?i:\bauthorization[\"']?\s*[:=]\s*)[^\r\n,;]+",
    re.DOTALL,
)
# What programs print beside a name: token=…, "password": "…". Not for an API server's words, which speak of fields
# such as secretName all the time.
_NAMED = re.compile(
    r"(?i:[\w-]*(?:token|password|secret|api[_-]?key|credential)[\w-]*[\"']?\s*[:=]\s*)"
    r"(?:\"[^\"]*\"|'[^']*'|[^\s\"',;]+)"
)
_LONGEST = 600


def tidy(text: str) -> str:
    """`text` on one line, as long as a person reads, without what looks like a credential."""
    text = " ".join(_CREDENTIALS.sub("[hidden]", text).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def tidy_output(text: str) -> str:
    """As `tidy`, for what a program printed: values beside a name like token or password are taken out too."""
    return tidy(_NAMED.sub("[hidden]", text))
