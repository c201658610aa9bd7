"""The designer's template tags: fields and buttons of the inspector, and paths."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import template
from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from designer.checks import Finding
from designer.manifests import pod as manifest_pod
from designer.manifests import pointer as pointers
from designer.manifests.types import Path, get, show
from designer.web import allfields, controls, yamlpane
from designer.web.controls import Control, control
from designer.web.screen import ROLE_LETTERS, Screen

register = template.Library()
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@register.simple_tag(takes_context=True)
def field(
    context: dict[str, Any], relative: str, label: str = "", at: Path | None = None, look: str = "f", **options: Any
) -> SafeString:
    """A labelled control for the field at `relative` (dotted) under what is selected, or under the path `at`."""
    screen: Screen = context["screen"]
    path = (*(screen.path if at is None else at), *_parts(relative))
    for name in ("choices", "suggest"):
        if isinstance(options.get(name), str):
            options[name] = options[name].split()
    aria = options.pop("aria", "")
    return _drawn(screen, control(screen, path, label=label, **options), look, aria)


@register.simple_tag(takes_context=True)
def control_of(context: dict[str, Any], made: Control) -> SafeString:
    """A control that was made elsewhere."""
    return _drawn(context["screen"], made, "f", "")


def _drawn(screen: Screen, made: Control, look: str, aria: str) -> SafeString:
    vals = json.dumps({"path": made.pointer, "kind": made.kind, **dict(made.sent)})
    values = {"c": made, "screen": screen, "look": look, "aria": aria, "vals": vals}
    return SafeString(get_template("designs/_field.html").render(values))


@register.simple_tag
def newer_found(screen: Screen) -> list[tuple[str, str]]:
    """What All fields looks for and only a newer Kubernetes version has: (dotted name, what to know)."""
    return allfields.found_newer(screen, getattr(screen, "q", ""))


@register.simple_tag(takes_context=True)
def action(context: dict[str, Any], verb: str, label: str, css: str = "", aria: str = "", **values: Any) -> SafeString:
    """A button that makes one edit. `values` go with it; a path is sent as a pointer."""
    screen: Screen = context["screen"]
    sent = {name: pointers.write(value) if isinstance(value, tuple) else str(value) for name, value in values.items()}
    # Morphing keeps the button that was pressed, and the focus on it, by its id: the verb and what it acts on. A
    # container that steps takes its address along.
    acts_on = "" if verb == "step" else screen.at
    marks = {"unset": " data-removes"}.get(verb, " data-adds" if verb.startswith(("add-", "mount")) else "")
    return format_html(
        '<button type="button" id="{}" class="{}" hx-post="{}" hx-vals="{}"{}{}>{}</button>',
        "-".join(["a", verb, *(controls.slug(part) for part in (acts_on, *sent.values()))]),
        css or "small",
        reverse("edit", args=[screen.design.pk, verb]),
        json.dumps(sent),
        SafeString(marks),
        format_html(' aria-label="{}" title="{}"', aria, aria) if aria else "",
        label,
    )


@register.simple_tag
def options(found: Iterable[tuple[Any, str]], chosen: Any = "") -> SafeString:
    """The options of a select, each from its value and its words; in one go, as there may be hundreds."""
    asked = str(chosen)
    pairs = ((str(value), words) for value, words in found)
    made = ((value, SafeString(" selected") if value == asked else "", words) for value, words in pairs)
    return format_html_join("", '<option value="{}"{}>{}</option>', made)


@register.filter
def step(path: Path, part: Any) -> Path:
    """A path one step further; dotted keys are several steps."""
    return (*path, *((part,) if isinstance(part, int) else _parts(part)))


@register.filter
def key(path: Path, part: str) -> Path:
    """A path one key further, dots and all."""
    return (*path, part)


@register.filter
def value_at(screen: Screen, path: Path) -> Any:
    return get(screen.documents, path)


@register.filter
def items_at(screen: Screen, path: Path) -> list[tuple[int, Any]]:
    """The items of a list that are mappings, with their indexes; [] for anything else."""
    found = get(screen.documents, path)
    return [(i, item) for i, item in enumerate(found) if isinstance(item, dict)] if isinstance(found, list) else []


@register.filter
def pointer(path: Path) -> str:
    return pointers.write(path)


@register.filter
def shown_path(path: Path) -> str:
    """A path as a person reads it, inside its document."""
    return show(path[1:])


@register.filter
def problem_at(screen: Screen, path: Path) -> str:
    """What is wrong with the whole of what stands at a path, such as a probe or a selector."""
    # A selector's finding stands at the selector, its labels are edited one step further in.
    return screen.problems.get(path) or (screen.problems.get(path[:-1], "") if path[-1] == "matchLabels" else "")


@register.filter
def finding_address(finding: Finding, screen: Screen) -> str:
    return manifest_pod.address_of(screen.documents, finding.path)


@register.filter
def finding_line(finding: Finding, screen: Screen) -> int:
    """The line of the YAML that a finding is about, 0 for none."""
    return yamlpane.line_of(screen.where, finding.path)


@register.filter
def fix_values(finding: Finding) -> str:
    return json.dumps({"rule": finding.rule, "path": pointers.write(finding.path)})


@register.filter
def letter(role: str) -> str:
    return ROLE_LETTERS.get(role, "")


@register.filter
def ago(moment: datetime) -> str:
    """How long ago something was, in its largest unit."""
    past = timesince(moment, depth=1)
    return "just now" if past.startswith("0") else f"{past} ago"


@register.filter
def starts(text: Any, prefix: str) -> bool:
    return str(text).startswith(prefix)


@register.filter
def slug(pointer: str) -> str:
    """A pointer as a part of an element's id."""
    return controls.slug(pointer)


@register.filter
def path_vals(path: Path) -> str:
    return json.dumps({"path": pointers.write(path)})


@register.filter
def row_of(index: int, control_id: str) -> str:
    """A part of the ids of a map's row: of which control, and its place."""
    return f"{control_id}-{index}"


@register.filter
def breakable(name: str) -> SafeString:
    """A name in camelCase with places to break a line at: before its capitals."""
    return SafeString(_CAPITAL.sub("<wbr>", escape(name))) if " " not in name else SafeString(escape(name))


@register.filter
def prefix(text: str, before: str) -> str:
    return before + str(text)


@register.filter
def env_source(env: dict[str, Any]) -> str:
    """Where a variable's value comes from: value, or the key of its valueFrom."""
    source = env.get("valueFrom")
    return next(iter(source), "value") if isinstance(source, dict) else "value"


@register.filter
def probe_handler(probe: Any) -> str:
    handlers = ("httpGet", "tcpSocket", "exec", "grpc")
    return next((name for name in handlers if name in probe), "") if isinstance(probe, dict) else ""


def _parts(relative: str) -> Path:
    return tuple(int(part) if part.isdecimal() else part for part in relative.split(".")) if relative else ()
