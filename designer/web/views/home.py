"""The designs of a person's spaces: search, start one, bring one in, duplicate, delete and take that back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from designer.clusters import inventory
from designer.designs.copied import renumbered
from designer.designs.models import Design, Pod, Revision
from designer.designs.spaces import Space, spaces
from designer.manifests import secrets
from designer.manifests import text as manifest_text
from designer.manifests.bundle import join
from designer.manifests.edits.lists import packed
from designer.manifests.pod import name_of
from designer.manifests.types import ManifestError
from designer.teams import audit
from designer.web import access, masked
from designer.web.access import Request, Role
from designer.web.into import into
from designer.web.panes import partial
from designer.web.people import called
from designer.web.starters import begin, starters
from designer.web.verbs.data import BIGGEST_FILE
from designer.web.weaving import standing
from patterns import literals, preset, store

_SHOWN = 48
_WIDE = 50  # spaces that hold a good part of all designs, together
_TABS = 12  # spaces that stand beside each other


@dataclass(frozen=True)
class Row:
    """A design as the list shows it: `what` is in it, `who` changed it last, "" where there is only one person."""

    design: Design
    space: Space
    what: str
    who: str

    @property
    def editable(self) -> bool:
        return self.space.editable

    @property
    def owned(self) -> bool:
        """Whether the person may delete it and move it elsewhere."""
        return self.space.role == Role.OWNER


def _spaces(request: Request) -> list[Space]:
    return [Space(request.user, None, Role.OWNER)] if settings.LOCAL_MODE else spaces(request.user)


def _list(request: Request, words: str, key: str) -> dict[str, Any]:
    """What the list's template needs: the newest designs that match in the space `key`, or in all ("")."""
    mine = _spaces(request)
    here = next((one for one in mine if one.key == key), None)
    if key and here is None:
        raise Http404
    found = here.designs if here else Design.objects.of(request.user)
    found = found.kept().search(words, most=not here and len(mine) > _WIDE)
    shown = list(found.defer("text")[: _SHOWN + 1])
    more, shown = len(shown) > _SHOWN, shown[:_SHOWN]
    who = {} if settings.LOCAL_MODE else _last_by(shown)
    what = _what(shown)
    of_team = {one.team.pk if one.team else None: one for one in mine}
    rows = [
        Row(one, of_team[one.team_id], what[one.pk], called(who.get(one.pk), request.user))
        for one in shown
        if one.team_id in of_team
    ]
    return {
        "rows": rows,
        "more": more,
        "q": words,
        "spaces": mine,
        "here": here,
        "into": here if here else mine[0],
        "moves": sum(one.editable for one in mine) > 1,
    }


def _last_by(designs: list[Design]) -> dict[int, User | None]:
    """Who made each design's current revision. Two queries."""
    last = Revision.objects.filter(design__in=[one.pk for one in designs], number=F("design__number"))
    by = dict(last.order_by().values_list("design", "by"))
    people = User.objects.in_bulk({pk for pk in by.values() if pk})
    return {design: people.get(pk) if pk else None for design, pk in by.items()}


def _what(designs: list[Design]) -> dict[int, str]:
    """The pods of each design and their containers, as its line says it. One query, which reads no manifest."""
    rows = Pod.objects.filter(design__in=[one.pk for one in designs]).order_by("position", "containers__pk")
    pods: dict[int, dict[str, list[str]]] = {one.pk: {} for one in designs}
    for design, position, kind, name, container in rows.values_list(
        "design", "position", "kind", "name", "containers__name"
    ):
        names = pods[design].setdefault(f"{position}/{kind} {name}", [])
        names += [container] if container is not None else []
    return {
        design: " · ".join(
            _few([f"{pod.partition('/')[2]}: {', '.join(_few(names, 6))}" for pod, names in of.items()], 3)
        )
        or "no pod yet"
        for design, of in pods.items()
    }


def _few(all_: list[str], most: int) -> list[str]:
    """All of them, or where they are many the first, and how many more there are."""
    return all_ if len(all_) <= most + 1 else [*all_[:most], f"and {len(all_) - most} more"]


def _numbers(request: Request) -> dict[int | None, int]:
    """How many designs each space has, by its team's id (None: the person's own). One query."""
    counted = Design.objects.of(request.user).kept().order_by().values_list("team").annotate(Count("pk"))
    return dict(counted)


def _tabs(spaces: list[Space], numbers: dict[int | None, int]) -> list[tuple[Space, int]]:
    return [(one, numbers.get(one.team.pk if one.team else None, 0)) for one in spaces]


def _page(request: Request, words: str = "", key: str = "") -> dict[str, Any]:
    """What the whole page needs: the list, how many designs each space has, and what to start from. Who is in many
    teams has their own space and the one they look at beside each other, and the others in a menu."""
    values = {**_list(request, words, key), "starters": starters()}
    if not settings.LOCAL_MODE:
        numbers, all_, here = _numbers(request), values["spaces"], values["here"]
        many = len(all_) > _TABS
        beside = [all_[0], *([here] if here and here.team else [])] if many else all_
        values |= {"tabs": _tabs(beside, numbers), "all": sum(numbers.values()), "teams": len(all_) - 1 if many else 0}
    return values


def _teams(request: Request, words: str) -> dict[str, Any]:
    """The teams that the person is in and whose names have each of the words, for the menu of many."""
    sought = words.lower().split()
    found = [one for one in _spaces(request)[1:] if all(word in one.name.lower() for word in sought)]
    return {"tabs": _tabs(found, _numbers(request)), "words": words}


@require_GET
@access.person
def home(request: Request) -> HttpResponse:
    words, key = request.GET.get("q", "")[:200], request.GET.get("space", "")[:100]
    if request.htmx and "teams" in request.GET:
        return partial(request, "#teams", "designs/_teams.html", _teams(request, request.GET["teams"][:100]))
    if request.htmx:
        return partial(request, "#designs", "designs/_list.html", _list(request, words, key), swap="innerMorph")
    return render(request, "designs/home.html", _page(request, words, key))


@require_POST
@access.person
def new(request: Request) -> HttpResponse:
    """Start a design from a starter, or an empty one."""
    space = into(request)
    id = request.POST.get("starter", "")
    name, documents, woven = begin(id) if id else ("untitled", [], [])
    design = Design.objects.create(owner=request.user, team=space.team, name=free_name(request, name))
    design.change(
        lambda _: documents, by=request.user, woven=woven, summary=f"started from {id}" if id else "started empty"
    )
    return redirect("design", design.pk)


@require_POST
@access.person
def import_(request: Request) -> HttpResponse:
    """A new design from pasted YAML and files. Where it cannot be read, the pasted text comes back with the reason."""
    space = into(request)
    try:
        text, names = read_sent(request)
        text = masked.taken_in(None, text)
        documents = manifest_text.parse(text)
        if not documents:
            raise ManifestError("there is nothing in it: paste at least one manifest, or choose a file")
    except ManifestError as error:
        text = request.POST.get("text", "")
        values = {**_page(request, key=request.POST.get("space", "")), "problem": str(error), "text": text}
        return render(request, "designs/home.html", values, status=422)
    objects = [one for document in documents for one in (document, *(packed(document) or ()))]
    name = next(filter(None, map(name_of, objects)), "") or (names[0] if names else "imported")
    with transaction.atomic():  # no empty design stays where it is refused
        design = Design.objects.create(owner=request.user, team=space.team, name=free_name(request, name))
        design.change(lambda _: documents, by=request.user, text=text, summary="imported")
    # A List opens first: its form says what it is, and offers to unpack it.
    lists = [index for index, document in enumerate(documents) if packed(document)]
    return redirect(reverse("design", args=[design.pk]) + (f"?at={lists[0]}" if lists else ""))


@require_POST
@access.person
def duplicate(request: Request, pk: int) -> HttpResponse:
    """A copy in the person's own space, whoever's the original is. Who may only look at that gets it without what its
    Secrets hold; that anybody else has it with that is written down."""
    original = access.design(request, pk, Role.READER)
    text = masked.without_values(original.text) if original.only_read else original.text
    documents = manifest_text.parse(text)
    hides = " without the values of its Secrets" if text != original.text else ""
    woven = [one.write() for one in standing(original, documents)]
    if original.only_read:
        held = original.documents
        woven = [masked.record_without_values(one, _in_secrets(request, one["preset"]), held) for one in woven]
    elif secrets.may_hold(text) and secrets.slots(documents):
        audit.record(request, request.user, "secrets-exported", design=original, how="into a copy of their own")
    copy = Design.objects.create(owner=request.user, name=free_name(request, original.name), version=original.version)
    copy.change(
        lambda _: documents,
        by=request.user,
        text=text,
        woven=renumbered(woven),
        summary=f"copied from {original.name}{hides}",
    )
    return redirect("design", copy.pk)


def _in_secrets(request: Request, ref: str) -> set[str]:
    """The parameters that a preset writes into Secrets."""
    found = store.find(request.user, ref)
    if found is None:
        return set()
    return literals.reaching(preset.to_document(found[0]), {one.name: one for one in found[0].parameters})


@require_POST
@access.person
def delete(request: Request, pk: int) -> HttpResponse:
    """Put a design in the bin; the answer offers to take it back. Of one that clusters still have objects of, it asks
    first whether those are to stay there (`stay`): with the design goes the way to delete them."""
    design = access.design(request, pk, Role.OWNER)
    if "stay" not in request.POST and (still := inventory.places(design)):
        return partial(request, "#dialog", "clusters/_still_there.html", {"design": design, "places": still})
    design.deleted = timezone.now()
    design.save(update_fields=["deleted"])
    answer = listed(request, f"Deleted “{design.name}”.", reverse("restore", args=[pk]))
    answer.write('<hx-partial hx-target="#dialog" hx-swap="innerHTML"></hx-partial>')
    return answer


@require_POST
@access.person
def restore(request: Request, pk: int) -> HttpResponse:
    design = access.design(request, pk, Role.OWNER, deleted=True)
    design.deleted = None
    design.save(update_fields=["deleted"])
    return listed(request, f"“{design.name}” is back.")


def listed(request: Request, words: str, undo: str = "") -> HttpResponse:
    """The list of designs anew, and a word about what was done to it."""
    values = _list(request, request.POST.get("q", "")[:200], request.POST.get("space", "")[:100])
    shown = partial(request, "#designs", "designs/_list.html", values, swap="innerMorph")
    word = partial(request, "#toast", "designs/_toast.html", {"words": words, "undo": undo})
    return HttpResponse(shown.content + word.content)


def free_name(request: Request, name: str) -> str:
    """`name`, or the first of "name 2", "name 3" … that this person has not used."""
    name = name[:180] or "untitled"
    taken = set(Design.objects.of(request.user).kept().filter(name__startswith=name).values_list("name", flat=True))
    number = 2
    found = name
    while found in taken:
        found, number = f"{name} {number}", number + 1
    return found


def read_sent(request: Request) -> tuple[str, list[str]]:
    """The YAML that a form brings, pasted and in files, as one text; and the files' names without their endings."""
    texts = [request.POST.get("text", "").replace("\r\n", "\n")]
    names = []
    for file in request.FILES.getlist("files"):
        if (file.size or 0) > 2 * BIGGEST_FILE:
            raise ManifestError(f"{file.name} is larger than 2 MB, more than a manifest should be")
        try:
            texts.append(file.read().decode())
        except UnicodeDecodeError:
            raise ManifestError(f"{file.name} is not UTF-8 text: save it as UTF-8 and try again") from None
        names.append(str(file.name).rpartition(".")[0] or str(file.name))
        try:
            manifest_text.parse(texts[-1])
        except ManifestError as error:
            raise ManifestError(f"{file.name}: {error}", line=None) from error
    return join([text for text in texts if text.strip()]), names
