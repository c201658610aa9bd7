"""What an author of a preset may want to know, beyond what makes it one: where it stands, and what to do. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designer.manifests.types import ManifestError, Path
from patterns.parameters import WHEN, condition_names
from patterns.preset import Preset
from patterns.weave import weave

_USED = re.compile(r"\$\{\{?([A-Z][A-Z0-9_]*)\}")


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
        yield ("example",), f"on its example, with its defaults: {error.message}"
        return
    if again.documents != made.documents:
        yield ("pod",), "woven twice with its defaults it is not the same as once: give what it adds names of its own"


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
