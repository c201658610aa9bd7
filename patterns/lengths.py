"""How long a preset's own texts may be: no longer than anybody reads, and than its pages can show. Pure."""

from __future__ import annotations

from typing import Any

from designer.manifests.types import Document, ManifestError, Path, show

# Characters, of lists those of each item.
METADATA = {
    "title": 80,
    "summary": 300,
    "when": 2000,
    "whenNot": 2000,
    "source": 2000,
    "proof": 2000,
    "deprecated": 300,
    "successor": 63,
    "tags": 60,
    "links": 2000,
    "steps": 1000,
}
PARAMETER = {"title": 120, "help": 1000}
# Items.
_LISTED = {"tags": 50, "links": 50, "steps": 50}
_PARAMETERS = 200


def check(document: Document) -> None:
    """Raise ManifestError, with the path, where a preset's document has a text or list of its own that is too long."""
    metadata = document["metadata"]
    for key, most in METADATA.items():
        value = metadata.get(key, "")
        if isinstance(value, str):
            _hold(len(value), most, "characters", ("metadata", key))
            continue
        _hold(len(value), _LISTED[key], "items", ("metadata", key))
        for index, said in enumerate(value):
            _hold(len(said), most, "characters", ("metadata", key, index))
    parameters: list[dict[str, Any]] = document.get("parameters", [])
    _hold(len(parameters), _PARAMETERS, "items", ("parameters",))
    for index, parameter in enumerate(parameters):
        for key, most in PARAMETER.items():
            _hold(len(parameter.get(key, "")), most, "characters", ("parameters", index, key))


def _hold(count: int, most: int, what: str, path: Path) -> None:
    if count > most:
        raise ManifestError(f"{show(path)} has {count} {what}: at most {most} are allowed, so shorten it", path)
