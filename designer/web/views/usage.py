"""What every space holds, for administrators: a table that can be sorted and searched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from designer.teams.models import Team
from designer.web import access, usage
from designer.web.access import Request
from designer.web.usage import Key, Usage

_SHOWN = 60  # rows of a page
# The columns: what each is called, and what it sorts by first when it is chosen (numbers: the most).
COLUMNS = {
    "name": ("Space", "up"),
    "designs": ("Designs", "down"),
    "binned": ("In the bin", "down"),
    "revisions": ("Revisions", "down"),
    "bytes": ("Text", "down"),
    "presets": ("Presets", "down"),
    "runs": ("Runs, 30 days", "down"),
    "people": ("People", "down"),
    "last": ("Last change", "down"),
}


@dataclass(frozen=True)
class Row:
    """A space in the table."""

    name: str
    usage: Usage
    team: str = ""  # its slug
    person: int = 0
    active: bool = True

    @property
    def address(self) -> str:
        return reverse("team", args=[self.team]) if self.team else reverse("person", args=[self.person])


@require_GET
@access.administrator
def index(request: Request) -> HttpResponse:
    """`sort` is a column, with a - before it from the most to the least; `of` is "teams" or "people", else both; `q` is
    looked for in names, `start` the row from which a page goes on. Text is counted only where it is sorted by."""
    asked = {name: request.GET.get(name, "").strip()[:100] for name in ("q", "of", "sort", "start")}
    if asked["sort"].removeprefix("-") not in COLUMNS:
        asked["sort"] = ""
    sort = asked["sort"] or "-designs"
    by, down = sort.removeprefix("-"), sort.startswith("-")
    held = usage.of_all(text=by == "bytes")
    rows = sorted(_rows(held, asked["q"].lower(), asked["of"]), key=lambda row: _key(row, by), reverse=down)
    start = int(asked["start"]) if asked["start"].isdecimal() and len(asked["start"]) < 7 else 0
    query = request.GET.copy()
    query.pop("start", None)
    total = Usage(people=0)
    for row in rows:
        total.add(vars(row.usage))
    values: dict[str, Any] = {
        "rows": rows[start : start + _SHOWN],
        "count": len(rows),
        "first": start + 1,
        "last": min(start + _SHOWN, len(rows)),
        "before": max(0, start - _SHOWN) if start else None,
        "after": start + _SHOWN if start + _SHOWN < len(rows) else None,
        "query": query.urlencode(),
        "total": total,
        "asked": asked,
        "text": by == "bytes",
        "columns": [
            {"words": words, "by": name, "now": name == by, "down": down, "next": _next(name, first, by, down)}
            for name, (words, first) in COLUMNS.items()
        ],
    }
    return render(request, "accounts/usage.html", values)


def _next(name: str, first: str, by: str, down: bool) -> str:
    """What the head of a column sorts by: turned round where it does already."""
    return f"-{name}" if (not down if name == by else first == "down") else name


def _key(row: Row, by: str) -> Any:
    if by == "name":
        return row.name.lower()
    value = getattr(row.usage, by)
    return (value.timestamp() if isinstance(value, datetime) else value or 0, row.name.lower())


def _rows(held: dict[Key, Usage], q: str, of: str) -> list[Row]:
    """The spaces whose name has `q` in it, in two queries."""
    rows: list[Row] = []
    if of != "people":
        for pk, name, slug in Team.objects.order_by("pk").values_list("pk", "name", "slug"):
            rows.append(Row(name, held.get((pk, None), Usage(people=0)), team=slug))
    if of != "teams":
        for pk, name, active in User.objects.order_by("pk").values_list("pk", "username", "is_active"):
            rows.append(Row(name, held.get((None, pk), Usage()), person=pk, active=active))
    return [row for row in rows if q in row.name.lower()]
