"""What an author of a preset may want to know, beyond what makes it one: where it stands, and what to do. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from designer.manifests.types import ManifestError, Path
from patterns.parameters import BUILT_IN, WHEN, condition_names
from patterns.preset import Preset
from patterns.weave import weave

_USED = re.compile(r"\$\{\{?([A-Z][A-Z0-9_]*)\}")
_MEANT = re.compile(r"(?<!\$)\$\{(\{?)([A-Z][A-Z0-9_]*)\}\}?")
# Where ${NAME} may well be a variable of a shell or a program, which has to stay as it is written.
_SCRIPTS = {"command", "args", "data", "stringData", "value"}


def advice(preset: Preset) -> list[tuple[Path, str]]:
    """(path in the preset, sentence) of each thing that could be better; [] where nothing is to be said."""
    return list(_advice(preset))


def _advice(preset: Preset) -> Iterator[tuple[Path, str]]:
    used = set(_names([preset.pod, list(preset.objects)]))
    for index, one in enumerate(preset.parameters):
        elsewhere = [other for other in preset.parameters if other is not one]
        said = [text for other in elsewhere for text in (str(other.default), other.key, other.of, *other.names)]
        if one.name not in used and one.name not in said and not any(f"${{{one.name}}}" in text for text in said):
            yield (
                ("parameters", index),
                f"{one.name} is asked for and never used: put ${{{one.name}}} in, or leave it out",
            )
    declared = [*(one.name for one in preset.parameters), *BUILT_IN]
    for part, value in (("pod", preset.pod), ("objects", list(preset.objects))):
        for path, text in _texts(value, (part,)):
            yield from ((path, words) for words in _undeclared(text, path, declared))
    if not preset.title:
        yield ("metadata",), "it has no title: give metadata.title the few words that lists show"
    if not preset.summary:
        yield ("metadata",), "it has no summary: say in a line what it is good for"
    if not preset.when:
        yield ("metadata",), "it does not say when to use it: metadata.when, and whenNot"
    if not preset.example:
        yield (), "it has no example: with one, somebody can start a design with it and see it at work"
        return
    try:
        made = weave(preset, {}, [], None)
        again = weave(preset, {}, made.documents, made.pod)
    except ManifestError as error:
        yield ("pod", *error.path), f"it cannot be woven onto its example, with its defaults: {error.message}"
        return
    if again.documents != made.documents:
        yield ("pod",), "woven twice with its defaults it is not the same as once: give what it adds names of its own"


def _undeclared(text: str, path: Path, declared: list[str]) -> Iterator[str]:
    """A sentence about each placeholder that looks like one of a parameter, and is of none."""
    for match in _MEANT.finditer(text):
        name, near = match[2], get_close_matches(match[2], declared, 1, 0.75)
        script = _SCRIPTS.intersection(path) and not match[1] and not near
        if name in declared or script or (text != match[0] and not match[1] and not near):
            continue
        mend = f"did you mean ${{{near[0]}}}?" if near else "declare it, or write what it stands for"
        yield f"{name} is no parameter, so {match[0]} stays as it is written: {mend}"


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text in a value, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*path, key))


def _names(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from _USED.findall(value)
    elif isinstance(value, list):
        for item in value:
            yield from _names(item)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield condition_names(inner) if key == WHEN else ""
            yield from _names(key)
            yield from _names(inner)
