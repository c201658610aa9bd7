"""The audit log for administrators: filtered, a page at a time, and as a file."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from designer.teams import audit
from designer.teams.audit import Entry
from designer.web import access
from designer.web.access import Request

_SHOWN = 100
_COLUMNS = ["at", "who", "sentence", "what", "group", "address", "agent", "about"]


@require_GET
@access.administrator
def index(request: Request) -> HttpResponse:
    """The newest entries that the filter lets through; `before` goes on from an entry."""
    found, asked = _filtered(request)
    before = request.GET.get("before", "")
    rows = list((found.filter(pk__lt=int(before)) if before.isdecimal() else found)[: _SHOWN + 1])
    query = request.GET.copy()
    query.pop("before", None)
    values = {
        "entries": rows[:_SHOWN],
        "older": rows[_SHOWN - 1].pk if len(rows) > _SHOWN else None,
        "groups": sorted({group for group, _ in audit.SENTENCES.values()}),
        "asked": asked,
        "query": query.urlencode(),
        "paged": bool(before),
    }
    return render(request, "accounts/audit.html", values)


@require_GET
@access.administrator
def export(request: Request, format: str) -> HttpResponse:
    """All that the filter lets through, the oldest first, as CSV or JSON."""
    found, _ = _filtered(request)
    rows = [
        {name: getattr(entry, name) for name in _COLUMNS} | {"at": entry.at.isoformat()}
        for entry in found.order_by("id").iterator(chunk_size=2000)
    ]
    text = _csv(rows) if format == "csv" else json.dumps(rows, indent=1, ensure_ascii=False)
    audit.record(request, request.user, "audit-exported", format=format.upper(), count=len(rows))
    kind = "text/csv" if format == "csv" else "application/json"
    name = f"audit-{timezone.now():%Y-%m-%d}.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(text, content_type=f"{kind}; charset=utf-8", headers=headers)


def _filtered(request: Request) -> tuple[QuerySet[Entry], dict[str, str]]:
    """The entries that the address asks for, and what it asks."""
    asked = {name: request.GET.get(name, "").strip()[:100] for name in ("q", "group", "from", "to")}
    found: QuerySet[Entry] = Entry.objects.all()
    for word in asked["q"].split()[:8]:
        found = found.filter(Q(who__icontains=word) | Q(sentence__icontains=word) | Q(address__startswith=word))
    if asked["group"]:
        found = found.filter(group=asked["group"])
    if start := _day(asked["from"]):
        found = found.filter(at__gte=start)
    if end := _day(asked["to"]):
        found = found.filter(at__lt=end + timedelta(days=1))
    return found, asked


def _day(text: str) -> datetime | None:
    """When a day of the form 2026-11-21 begins (UTC); None where it is none."""
    try:
        return timezone.make_aware(datetime.combine(date.fromisoformat(text), time.min))
    except ValueError:
        return None


def _csv(rows: list[dict[str, Any]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    for row in rows:
        row["about"] = json.dumps(row["about"], ensure_ascii=False)
        writer.writerow([_cell(str(row[name])) for name in _COLUMNS])
    return file.getvalue()


def _cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
