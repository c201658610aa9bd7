"""What is kept about a person, as a file: for themselves, and for an administrator who is asked for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.http import Http404, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from designer.teams import audit
from designer.web import access
from designer.web.access import Request
from designer.web.persondata import stream


@require_GET
@access.account
def own(request: Request) -> StreamingHttpResponse:
    """All that is kept about who asks."""
    return _file(request, request.user)


@require_GET
@access.administrator
def of_person(request: Request, person: int) -> StreamingHttpResponse:
    """All that is kept about a person, for an administrator to hand to them."""
    found = User.objects.filter(pk=person).first()
    if found is None:
        raise Http404
    return _file(request, found)


def _file(request: Request, person: User) -> StreamingHttpResponse:
    audit.record(request, request.user, "data-exported", account=person)
    pieces = stream(person)
    content: Any = _Async(pieces) if hasattr(request, "scope") else pieces
    answer = StreamingHttpResponse(content, content_type="application/zip")
    name = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in person.username)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{timezone.now():%Y-%m-%d}.zip"'
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Encoding"] = "identity"  # it is compressed as it is
    return answer


class _Async:
    """The pieces for an asynchronous server, which would otherwise have all of them made before it sends the first."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (piece := await sync_to_async(self._next)()) is not None:
            yield piece

    def _next(self) -> bytes | None:
        return next(self._pieces, None)
