"""Erasing a person, by themselves or an administrator: what would go and what would stay, counted; then the deed."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from designer.teams import erase
from designer.teams.errors import TeamError
from designer.web import access, leaving
from designer.web.access import Request


@require_http_methods(["GET", "POST"])
@access.account
def own(request: Request) -> HttpResponse:
    """One's own account; a POST takes the user name typed and, where there is one, the password."""
    person = User.objects.get(pk=request.user.pk)
    if request.method == "GET":
        return _page(request, person)
    try:
        _typed(request, person)
        if person.has_usable_password():
            if not ratelimit.consume(request, action="change_password", user=person):
                raise TeamError("Too many tries. Wait a minute, then write your password again.")
            if not person.check_password(request.POST.get("password", "")):
                raise TeamError("This is not your password. Nothing is erased.")
        name = person.username
        leaving.erase_person(request, person, person)
    except TeamError as error:
        return _page(request, User.objects.get(pk=request.user.pk), str(error), 422)
    request.session.flush()
    request.user = AnonymousUser()  # type: ignore[assignment]
    return render(request, "accounts/erased.html", {"name": name})


@require_http_methods(["GET", "POST"])
@access.administrator
def of_person(request: Request, person: int) -> HttpResponse:
    """Somebody else's account; a POST takes the user name typed."""
    found = User.objects.filter(pk=person).first()
    if found is None:
        raise Http404
    if found == request.user:
        return redirect("erase-account")
    if request.method == "GET":
        return _page(request, found)
    try:
        _typed(request, found)
        name = found.username
        leaving.erase_person(request, request.user, found)
    except TeamError as error:
        return _page(request, User.objects.get(pk=person), str(error), 422)
    messages.success(request, f"{name} is erased. What they made in teams is still there.")
    return redirect("people")


def _typed(request: Request, person: User) -> None:
    if request.POST.get("name", "").strip() != person.username:
        raise TeamError(f"Nothing is erased: type the user name, {person.username}, to confirm.")


def _page(request: Request, person: User, problem: str = "", status: int = 200) -> HttpResponse:
    in_the_way = erase.problem(person)
    values: dict[str, Any] = {
        "person": person,
        "own": person == request.user,
        "in_the_way": in_the_way,
        "teams": erase.left_without_owner(person) if in_the_way else [],
        "goes": [part for part in leaving.goes(person) if part.count],
        "stays": [part for part in leaving.stays(person) if part.count],
        "password": person == request.user and person.has_usable_password(),
        "problem": "" if problem == in_the_way else problem,
    }
    return render(request, "accounts/erase.html", values, status=status)
