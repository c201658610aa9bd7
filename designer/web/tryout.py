"""A preset tried out: woven onto something, as a picture, as changes in words, as a diff and as YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from designer.diagram.layout import layout
from designer.diagram.svg import svg
from designer.manifests import diff
from designer.manifests import text as manifest_text
from designer.manifests.edits.starter import new_workload
from designer.manifests.pod import containers, pods
from designer.manifests.text import Text
from designer.manifests.types import Documents, ManifestError
from designer.web.diffs import diff_lines
from designer.web.weaving import ghost
from patterns.detect import Hint, roles
from patterns.parameters import Values
from patterns.preset import Preset, check, defaults, read
from patterns.weave import weave

_TOLD = 60  # changes in words


@dataclass(frozen=True)
class Tried:
    """What came of trying a preset out.

    `base` is what it was woven onto and `text` what came of it, as YAML; `changes` are (object, sentences about it), of
    which `untold` more are not told; `values` are those of every parameter and `problems` what is wrong with them.
    Where it could not be woven, `problem` says why and the rest is that of the base.
    """

    base: str
    text: str
    documents: Documents
    picture: SafeString
    changes: list[tuple[str, list[str]]] = field(default_factory=list)
    untold: int = 0
    diff: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    values: Values = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    problem: str = ""


@lru_cache(maxsize=256)
def shown(text: str) -> Tried:
    """The preset in a YAML text, tried out with its defaults. Kept by the text: the same is drawn once."""
    return tried(read(text, kept=True))


def tried(preset: Preset, values: Mapping[str, Any] | None = None, onto: str = "", pod: int | None = None) -> Tried:
    """A preset woven onto a pod of the YAML `onto` (document `pod`, or the first), or onto its example; a preset
    without one is tried on a web server. `values` are the parameters' that were given. Raises ManifestError where
    `onto` cannot be read or has no pod."""
    source = onto or (manifest_text.dump(list(preset.example)) if preset.example else _anything())
    base = Text.read(source)
    found = [one.document for one in pods(base.documents)]
    if not found:
        raise ManifestError("there is no pod in it to weave the preset onto: choose another design")
    at = pod if pod in found else found[0]
    full: Values = dict(values or {})
    problems: dict[str, str] = {}
    try:
        full = {**defaults(preset, base.documents, at, full), **full}
        problems = check(preset, full, base.documents, at)
        woven = weave(preset, full, base.documents, at)
        after = base.rewrite(woven.documents)
    except ManifestError as error:
        drawn = picture(base.documents, base.documents, [])
        return Tried(source, source, base.documents, drawn, values=full, problems=problems, problem=error.message)
    told = [diff.line(one) for one in diff.diff(base.documents, woven.documents)]
    return Tried(
        source,
        after.text,
        woven.documents,
        picture(base.documents, woven.documents, _hints(preset, woven.documents, woven.pod, woven.added)),
        [(name, [line for _, line in lines]) for name, lines in groupby(told[:_TOLD], lambda one: one[0])],
        max(0, len(told) - _TOLD),
        diff_lines(source, after.text),
        woven.notes,
        full,
        problems,
    )


def picture(before: Documents, after: Documents, hints: list[Hint]) -> SafeString:
    """The diagram of documents, to be looked at only, with what is new since `before` marked."""
    drawn = layout(after, {address: role.role for address, role in roles(after, hints).items()})
    return mark_safe(svg(drawn, ghost=ghost(before, after)))  # noqa: S308 - the drawing escapes every text


def _hints(preset: Preset, documents: Documents, pod: int, added: list[str]) -> list[Hint]:
    chosen = next(one for one in pods(documents) if one.document == pod)
    names = {container.name for container in containers(chosen)}
    where = f"{chosen.kind}/{chosen.name}"
    return [Hint(where, name, preset.pattern, preset.title or preset.name) for name in added if name in names]


def _anything() -> str:
    return manifest_text.dump([new_workload("Deployment", "web", "nginx:1.29")])
