"""Random edits of documents, each made in place and told of: what was done, and to what path."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from designer.manifests.text import copy
from designer.manifests.types import Path, get
from tests.manifests.yaml_writer import KEYS, WORDS, Writer


@dataclass(frozen=True)
class Done:
    """An edit: its kind, and the path (in the old data) of the value it was made to, the collection's for a new entry.

    `key` is the new key or index of what was put in, renamed or moved.
    """

    kind: str
    path: Path
    key: Any = None


def collections(value: Any, path: Path = ()) -> list[Path]:
    """The paths of every list and mapping in a value, itself included."""
    if not isinstance(value, dict | list):
        return []
    found = [path]
    for key, child in value.items() if isinstance(value, dict) else enumerate(value):
        found += collections(child, (*path, key))
    return found


def scalars(value: Any, path: Path = ()) -> list[Path]:
    """The paths of every scalar in a value."""
    if not isinstance(value, dict | list):
        return [path]
    children = value.items() if isinstance(value, dict) else enumerate(value)
    return [found for key, child in children for found in scalars(child, (*path, key))]


def change(documents: Any, chance: Random) -> Done:
    """Makes one edit. Documents are put in, taken out and moved too, as the items of the list they are."""
    path = chance.choice(collections(documents))
    target = get(documents, path)
    if isinstance(target, list):
        return change_list(target, path, chance)
    return change_mapping(target, path, chance)


def change_list(target: list[Any], path: Path, chance: Random) -> Done:
    make = Writer(chance, False)
    kind = chance.choice(LIST_KINDS) if target else "insert item"
    if not path and kind in ("set item", "nest item", "empty", "set scalar item"):
        kind = chance.choice(["insert item", "remove item", "move item"])
    at = chance.randrange(len(target)) if target else 0
    if kind == "insert item":
        value = make.value(2) if path else make.mapping(2)
        at = chance.randint(0, len(target))
        target.insert(at, value)
        return Done(kind, path, at)
    if kind == "copy item":
        value = copy(target[at])
        if isinstance(value, dict) and isinstance(value.get("name"), str):
            value["name"] += "-2"
        target.insert(at + 1, value)
        return Done("insert item", path, at + 1)
    if kind == "remove item":
        target.pop(at)
    elif kind == "move item":
        to = chance.randrange(len(target))
        target.insert(to, target.pop(at))
        return Done(kind, (*path, at), to)
    elif kind == "shuffle":
        chance.shuffle(target)
        return Done(kind, path)
    elif kind == "nest item":
        target[at] = chance.choice([{"nested": target[at]}, [target[at]]])
    elif kind == "empty":
        target.clear()
        return Done(kind, path)
    else:
        target[at] = make.value(2) if kind == "set item" else make.scalar()
    return Done(kind, (*path, at))


def change_mapping(target: dict[str, Any], path: Path, chance: Random) -> Done:
    make = Writer(chance, False)
    kind = chance.choice(MAPPING_KINDS) if target else "insert key"
    key = chance.choice(list(target)) if target else ""
    own = (*path, key)
    if kind == "insert key":
        new = next((name for name in chance.sample(KEYS, len(KEYS)) if name not in target), "a new key")
        put_key(target, new, make.value(2), chance.randint(0, len(target)) if chance.random() < 0.5 else len(target))
        return Done(kind, path, new)
    if kind == "remove key":
        del target[key]
    elif kind == "rename key":
        new = chance.choice(["renamed-" + key, "8080", "a: b", "true", "renamed"])
        if new in target:
            new = "renamed-" + key
        pairs = [(new if name == key else name, child) for name, child in target.items()]
        target.clear()
        target.update(pairs)
        return Done(kind, own, new)
    elif kind == "reorder keys":
        pairs = list(target.items())
        chance.shuffle(pairs)
        target.clear()
        target.update(pairs)
        return Done(kind, path)
    elif kind == "swap values":
        other = chance.choice(list(target))
        target[key], target[other] = target[other], target[key]
        return Done(kind, path)
    elif kind == "unnest":
        child = target[key]
        inner = list(child.values()) if isinstance(child, dict) else child
        if not isinstance(inner, list) or not inner:
            target[key] = {"nested": child}
            return Done("nest value", own)
        target[key] = inner[0]
    elif kind == "nest value":
        target[key] = chance.choice([{"nested": target[key]}, [target[key]]])
    elif kind == "set word":
        target[key] = chance.choice([word for word in WORDS if "\n" not in word]) + "!"
    else:
        target[key] = make.value(2) if kind == "set value" else make.scalar()
    return Done(kind, own)


def put_key(target: dict[str, Any], key: str, value: Any, at: int) -> None:
    """A new key in a mapping at a place."""
    pairs = list(target.items())
    pairs.insert(at, (key, value))
    target.clear()
    target.update(pairs)


LIST_KINDS = [
    "insert item",
    "insert item",
    "copy item",
    "remove item",
    "remove item",
    "move item",
    "shuffle",
    "set item",
    "set scalar item",
    "nest item",
    "empty",
]
MAPPING_KINDS = [
    "insert key",
    "insert key",
    "remove key",
    "remove key",
    "rename key",
    "reorder keys",
    "swap values",
    "unnest",
    "nest value",
    "set value",
    "set scalar",
    "set word",
]
