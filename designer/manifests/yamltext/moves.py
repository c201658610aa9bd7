"""Items that leave one list of a document for another, as an init container that becomes a container."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from designer.manifests.yamltext.match import alike, match
from designer.manifests.yamltext.nodes import MAPPING, SEQUENCE, Node
from designer.manifests.yamltext.same import identical


@dataclass
class Moves:
    """What left the lists of a document (each with its list and index), and what came to them, both by name."""

    left: dict[str, list[tuple[Node, int]]] = field(default_factory=dict)
    came: list[dict[str, Any]] = field(default_factory=list)

    def origins(self) -> dict[int, tuple[Node, int]]:
        """For each mapping that came, by its id: the list and the index that it left."""
        found: dict[int, tuple[Node, int]] = {}
        for value in self.came:
            places = self.left.get(value["name"], [])
            place = next((each for each in places if alike(each[0].items[each[1]].value, value)), None)
            if place is not None:
                places.remove(place)
                found[id(value)] = place
        return found

    def compare(self, node: Node, value: Any) -> None:
        """Looks through a node and the data it is to say."""
        if identical(node.value, value):
            return
        if node.kind is MAPPING and isinstance(value, dict):
            own = {key.value: child for key, child in node.pairs if not key.is_merge}
            for key, child in own.items():
                if key in value:
                    self.compare(child, value[key])
                else:
                    self._leave(child, range(len(child.items)))
            for key, each in value.items():
                if key not in own and isinstance(each, list):
                    self._come(each)
        elif node.kind is SEQUENCE and isinstance(value, list):
            places = match(node.value, value)
            self._leave(node, sorted(set(range(len(node.items))).difference(p for p in places if p is not None)))
            self._come([each for each, place in zip(value, places, strict=True) if place is None])
            for each, place in zip(value, places, strict=True):
                if place is not None:
                    self.compare(node.items[place], each)

    def _leave(self, node: Node, indexes: Iterable[int]) -> None:
        for index in indexes:
            item = node.items[index]
            name = item.value.get("name") if isinstance(item.value, dict) else None
            # What an anchor names, or what names one, is bound to its place.
            bound = any(each.anchor is not None for each in item.walk())
            if node.style == item.style == "block" and isinstance(name, str) and not bound:
                self.left.setdefault(name, []).append((node, index))

    def _come(self, values: list[Any]) -> None:
        self.came += [each for each in values if isinstance(each, dict) and isinstance(each.get("name"), str)]
