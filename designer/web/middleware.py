"""What every answer gets: a strict content security policy, and a plain page or sentence when something went wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from designer.designs.change import ConflictError
from designer.manifests.types import ManifestError
from designer.vault import VaultError

_log = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]

# No inline script or style, nothing from elsewhere. htmx runs without eval: no hx-on, js: values or trigger filters.
_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)


def content_security_policy(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


class problems:  # noqa: N801 - Django names middleware by path; this one needs process_exception
    """A ManifestError that no view answered itself becomes a sentence on the screen, with status 422. So does a lost
    key, with status 503; the log says it too, to whoever can put it back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, ManifestError | VaultError):
            return None
        status = 422
        if isinstance(error, VaultError):
            _log.error("%s: %s", request.path, error)
            error, status = ManifestError(str(error)), 503
        if request.headers.get("HX-Request"):
            from designer.web import panes

            if isinstance(error, ConflictError):
                return panes.conflict(request, error)  # type: ignore[arg-type]
            return panes.problem(request, error, status=status)
        return render(request, "problem.html", {"error": error}, status=status)
