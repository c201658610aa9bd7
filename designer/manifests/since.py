"""Which Kubernetes version brought a field, and which was the last that had it, without loading every version.

The answers stand in since.json, made from all versions of the schema by ``python -m designer.manifests.since``: for
each definition that is newer than the oldest version its first one, for each field that is newer than its definition
the field's; and the last version of what is gone. A test fails when the file is stale.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path as FilePath
from typing import Any

_FILE = FilePath(__file__).with_name("since.json")
Index = dict[str, dict[str, Any]]


@cache
def _index() -> Index:
    found: Index = json.loads(_FILE.read_bytes())
    return found


def since(definition: str, field: str) -> str:
    """The first version that has a field ("1.33"); "" if the oldest there is a schema for has it already."""
    index = _index()
    return str(index["fields"].get(definition, {}).get(field, "") or index["definitions"].get(definition, ""))


def last(definition: str, field: str) -> str:
    """The last version that had a field; "" if the newest still has it."""
    index = _index()
    return str(index["gone_fields"].get(definition, {}).get(field, "") or index["gone"].get(definition, ""))


def last_with_kind(api_version: str, kind: str) -> str:
    """The last version that had a kind; "" if the newest still has it, or none ever had."""
    return str(_index()["gone_kinds"].get(f"{api_version} {kind}", ""))


def last_with(names: Iterable[str]) -> list[str]:
    """The versions, newest first, that were the last to have some field with one of these names."""
    found = {version for name in names for version in _gone_names().get(name, ())}
    return sorted(found, key=_minor, reverse=True)


@cache
def _gone_names() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for fields in _index()["gone_fields"].values():
        for name, version in fields.items():
            found.setdefault(name, set()).add(version)
    return found


def _minor(version: str) -> int:
    return int(version.partition(".")[2])


def made() -> Index:
    """The index, from every version's schema (a second or two)."""
    from designer.manifests.schema import schema, versions  # it asks this module, but not while it is made

    first: dict[str, dict[str, str]] = {}
    latest: dict[str, dict[str, str]] = {}
    kinds: dict[str, str] = {}
    for version in versions():
        found = schema(version)
        kinds |= {f"{api_version} {kind}": version for api_version, kind in found.kinds()}
        for definition in found.definitions():
            for field in found.fields(definition):
                first.setdefault(definition, {}).setdefault(field, version)
                latest.setdefault(definition, {})[field] = version
    oldest, newest = versions()[0], versions()[-1]
    return {
        **_folded(first, "definitions", "fields", min, oldest),
        **_folded(latest, "gone", "gone_fields", max, newest),
        "gone_kinds": {kind: version for kind, version in sorted(kinds.items()) if version != newest},
    }


def _folded(found: dict[str, dict[str, str]], whole: str, part: str, pick: Any, usual: str) -> Index:
    """A definition's own version, and those of its fields that differ from it; what is as usual is left out."""
    definitions: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    for definition, each in sorted(found.items()):
        own = pick(each.values(), key=_minor)
        if own != usual:
            definitions[definition] = own
        if different := {name: version for name, version in each.items() if version != own}:
            fields[definition] = different
    return {whole: definitions, part: fields}


def text() -> str:
    """The file's text: a line a definition, so that a new version changes few lines."""
    parts = []
    for name, found in made().items():
        lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in found.items())
        parts.append(f"{json.dumps(name)}: {{\n{lines}\n}}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    _FILE.write_text(text(), encoding="utf-8")
