"""What merge keys (``<<``) bring to a mapping, now that the anchors they name may say something else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from designer.manifests.yamltext.nodes import ALIAS, Node, merge_sources
from designer.manifests.yamltext.same import same


@dataclass(frozen=True, slots=True)
class Merged:
    """A mapping with merges as it stands: `data` is what it says, `own` the index of each key that a merge does not
    override, and `silent` that of each key that one below it does."""

    data: dict[str, Any]
    own: dict[str, int]
    silent: dict[str, int]
    inherited: set[str]


def merged(node: Node, anchored: Mapping[int, Any], unbound: Collection[int] = ()) -> Merged | None:
    """A mapping's keys and what its merges bring; None where one brings nothing more, because its anchor is gone
    or stands below.

    `anchored` holds what anchors say now, by the id of their node, `unbound` the aliases that stand above their anchor
    now. A merge overrides the keys above it and is overridden by those below: so go-yaml v2 does it.
    """
    found = Merged({}, {}, {}, set())
    for index, (key, child) in enumerate(node.pairs):
        if not key.is_merge:
            found.own[key.value] = index
            found.data[key.value] = child.value
            continue
        for source in merge_sources(child):
            brought = anchored.get(id(source.target), source.value) if source.kind is ALIAS else source.value
            if not isinstance(brought, dict) or id(source) in unbound:
                return None
            for name, each in brought.items():
                found.inherited.add(name)
                found.data[name] = each
                if name in found.own:
                    found.silent[name] = found.own.pop(name)
    return found


def can_say(now: Merged, before: Merged, value: dict[str, Any]) -> bool:
    """Whether keys of its own, changed, added or taken out, make a mapping with these merges say `value`."""
    if now.silent.keys() != before.silent.keys() or any(name not in value for name in now.inherited):
        return False
    # Where a key above the merge is overridden by it, a second one below would be a duplicate.
    return all(same(now.data[name], value[name]) for name in now.silent)
