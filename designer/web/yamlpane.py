"""What the YAML editor is told with every answer: the text, whose lines are whose, and what is wrong at which line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from designer.checks import Finding
from designer.designs.models import Draft
from designer.manifests import lines as manifest_lines
from designer.manifests import pod as manifest_pod
from designer.manifests import text as manifest_text
from designer.manifests.masking import Clear
from designer.manifests.types import Documents, ManifestError, Path, show
from designer.manifests.where import Where

# In HTML the five of these would be read as something else than text.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def state(
    text: str, number: int, where: Where, documents: Documents, findings: Iterable[Finding], *, typed: str | None = None
) -> dict[str, Any]:
    """The state of the editor after an answer.

    ``text`` with line ends as LF (None if it is what was `typed`), ``base`` the revision's number, ``runs`` as
    ``[first line, address]`` for each stretch of lines that belong together, ``marks`` as ``[line, severity, message]``
    for the findings. Lines count from 1.
    """
    plain = as_lines(text)
    return {
        "text": None if typed is not None and plain == typed else plain,
        "base": number,
        "runs": runs(plain.count("\n") + 1, documents, where),
        "marks": marks(where, findings),
    }


def broken(error: ManifestError, typed: str, base: int) -> dict[str, Any]:
    """The state of the editor where what was typed does not parse: the problem, and what it is about."""
    return {"problem": {"line": error.line or 1, "message": error.message}, "draft": typed, "base": base}


def met(error: ManifestError, read: manifest_text.Text, base: int) -> dict[str, Any]:
    """The state of the editor where what was typed meets an edit made elsewhere: at which line, and that one can
    choose. Nobody is asked before they say so: they may be in the middle of a word."""
    lines = read.where.lines(error.path)
    field = show(error.path[1:]) or "the whole object"
    message = f"Not in the design yet: {field} was changed elsewhere meanwhile."
    typed = as_lines(read.source)
    return {
        "problem": {"line": lines[0] if lines else 0, "message": message, "again": True},
        "draft": typed,
        "base": base,
    }


def drafted(draft: Draft) -> dict[str, Any]:
    """The state of the editor for text that was left as it did not parse, or met someone else's edit. It is as its
    writer left it: with placeholders for what they were not shown."""
    try:
        manifest_text.parse(draft.text)
    except ManifestError as error:
        return broken(error, as_lines(draft.text), draft.base)
    return {"draft": as_lines(draft.text), "base": draft.base}


def clear_lines(where: Where, clear: Clear) -> list[list[int]]:
    """The first and last line of each value of a Secret that the editor has in clear, because it was just typed."""
    found = (where.lines(path) for path, _ in clear)
    return sorted([list(lines) for lines in found if lines])


def as_json(value: dict[str, Any]) -> SafeString:
    """JSON that stands in HTML as it is."""
    return mark_safe(json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES))  # noqa: S308


def as_lines(text: str) -> str:
    """A text as the editor has it: every line ends in LF."""
    return text if "\r" not in text else "".join(_lf(line) for line in manifest_lines.split(text))


def _lf(line: str) -> str:
    bare = line.rstrip("\r\n")
    return bare if bare == line else bare + "\n"


def runs(count: int, documents: Documents, where: Where) -> list[list[Any]]:
    """Each stretch of lines with one address: its first line and the address ("" outside of every object)."""
    address = addresses(documents)
    found: list[list[Any]] = []
    for number in range(1, count + 1):
        at = address(where.path(number))
        if not found or found[-1][1] != at:
            found.append([number, at])
    return found


def marks(where: Where, findings: Iterable[Finding]) -> list[list[Any]]:
    """The line of each finding that stands in the text."""
    lined = ((line_of(where, finding.path), finding) for finding in findings)
    return [[line, finding.severity, finding.message] for line, finding in lined if line]


def line_of(where: Where, path: Path) -> int:
    """The line of a field, or of the nearest field around it that is written; 0 for none."""
    lines = where.lines(path)
    while lines is None and len(path) > 1:
        path = path[:-1]
        lines = where.lines(path)
    return lines[0] if lines else 0


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
