"""The design's YAML as lines of HTML: coloured, numbered, each with the address of what it belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from designer.manifests import pod as manifest_pod
from designer.manifests.types import Documents, Path
from designer.manifests.where import Where

_LINE = re.compile(
    r"""(?P<lead>\s*(?:-\s+)*)
        (?:(?P<key>(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#:'"\[\]{},&*!|>][^:#]*?(?:\#[^:]*?)?))(?P<colon>:)(?=\s|$))?
        (?P<gap>\s*)(?P<value>.*)""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"[-+]?(?:0x[0-9a-fA-F]+|\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?)|true|false|null|~")
_COMMENT = re.compile(r"(?:^|\s)#")
_BLOCK = re.compile(r"[|>][-+0-9]*\s*(?:#.*)?$")


def lines(text: str, documents: Documents, where: Where) -> SafeString:
    """One ``<span class=l>`` a line of the text, with ``data-at`` (the address) and ``data-n`` (the line's number)."""
    out = []
    address = addresses(documents)
    block = -1  # the indentation of the key whose block scalar we are in
    for number, line in enumerate(text.splitlines(), 1):
        at = address(where.path(number))
        indent = len(line) - len(line.lstrip(" "))
        if block >= 0 and line.strip() and indent <= block:
            block = -1
        if block >= 0:
            body = _span("s", line)
        else:
            body = _colour(line)
            if (_BLOCK.search(line) and ":" in line) or line.strip().startswith(("- |", "- >")):
                block = indent
        out.append(f'<span class="l" data-n="{number}" data-at="{at}">{body or " "}</span>')
    return mark_safe("".join(out))  # noqa: S308 - every part of the text went through escape


def addresses(documents: Documents) -> Callable[[Path], str]:
    """`address_of` for many paths of the same documents: the pods are looked for once."""
    specs = {pod.document: pod.spec_path for pod in manifest_pod.pods(documents)}
    known: dict[Path, str] = {}

    def address(path: Path) -> str:
        if not path:
            return ""
        short = path[: len(specs.get(int(path[0]), ())) + 2]
        if short not in known:
            known[short] = manifest_pod.address_of(documents, short)
        return known[short]

    return address


# An edit leaves nearly all lines as they were.
@lru_cache(maxsize=20_000)
def _colour(line: str) -> str:
    stripped = line.lstrip()
    if stripped.startswith("#"):
        return _span("c", line)
    if stripped.startswith(("---", "...")):
        return _span("c", line)
    match = _LINE.fullmatch(line)
    if match is None:
        return str(escape(line))
    out = str(escape(match["lead"]))
    if match["key"] is not None:
        out += _span("k", match["key"]) + ":"
    out += match["gap"]
    value, comment = match["value"], ""
    if not value.startswith(("'", '"')) and (found := _COMMENT.search(value)):
        value, comment = value[: found.start()], value[found.start() :]
    if value:
        out += _span("n" if _NUMBER.fullmatch(value.strip()) else "s", value)
    return out + (_span("c", comment) if comment else "")


def _span(name: str, text: str) -> str:
    return f'<span class="{name}">{escape(text)}</span>'
