"""What reading, rewriting and finding places in a text cost, by its size and its shape."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from designer.manifests.text import Text, copy
from designer.manifests.types import Path, get

SIZES = (10, 100, 1000, 10_000)
# For each shape: a text of about so many lines, and the collection in it that is edited.
Shape = tuple[Callable[[int], str], Path]


def pods(lines: int) -> str:
    """Objects with a list of containers each, a text of at most 400 objects."""
    count = max(1, min(400, lines // 10))
    each = max(1, (lines // count - 6) // 4)
    containers = "".join(f"  - name: c{n}\n    image: app:{n}\n    args:\n    - a\n" for n in range(each))
    head = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p{}\nspec:\n  containers:\n"
    return "---\n".join(head.format(n) + containers for n in range(count))


def one_list(lines: int) -> str:
    return "kind: Pod\nspec:\n" + "".join(f"- name: c{n}\n  image: app:{n}\n" for n in range(lines // 2))


def comments(lines: int) -> str:
    each = "- name: c{0}   # beside\n  # about it\n  image: app:{0}\n\n# above\n"
    return "kind: Pod\nspec:\n" + "".join(each.format(n) for n in range(lines // 5)) + "- name: last\n  image: x\n"


def deep(lines: int) -> str:
    """Chains of keys 45 deep (100 are read)."""
    chain = "".join("  " * depth + "k:\n" for depth in range(1, 44)) + "  " * 44 + "k: v\n"
    return "kind: Pod\nspec:\n" + "".join(f"- name: c{n}\n  image: x\n{chain}" for n in range(max(1, lines // 46)))


def flow_list(lines: int) -> str:
    items = ",\n".join(f"  {{name: c{n}, image: 'app:{n}'}}" for n in range(lines))
    return f"kind: Pod\nspec: [\n{items}\n]\n"


def one_line(lines: int) -> str:
    """As `flow_list`, all on one line."""
    return flow_list(lines).replace(",\n  ", ", ")


def anchors(lines: int) -> str:
    merged = "".join(f"- <<: *base\n  name: c{n}\n" for n in range(lines // 2))
    return f"base: &base\n  image: x\nspec:\n{merged}"


def block_scalar(lines: int) -> str:
    """A ConfigMap with a file of 1 MB (at the largest size)."""
    file = ("    " + "a line of a file, as long as such lines are " * 2 + "\n") * lines
    return f"kind: ConfigMap\nspec:\n- name: a\n  image: |\n{file}- name: b\n  image: x\n"


SHAPES: dict[str, Shape] = {
    "objects": (pods, (-1, "spec", "containers")),
    "one list": (one_list, (0, "spec")),
    "comments": (comments, (0, "spec")),
    "deep": (deep, (0, "spec")),
    "flow list": (flow_list, (0, "spec")),
    "one line": (one_line, (0, "spec")),
    "merges": (anchors, (0, "spec")),
    "1 MB scalar": (block_scalar, (0, "spec")),
}


def set_value(items: Any) -> None:
    items[-1]["image"] = "other:2"


def add_item(items: Any) -> None:
    items.insert(len(items) // 2, {"name": "new", "image": "new:1"})


def remove_item(items: Any) -> None:
    del items[len(items) // 2]


def best(call: Callable[[], Any], times: int = 3) -> float:
    """The shortest of several runs, in milliseconds of this process: others on the machine do not count."""
    found = float("inf")
    for _ in range(times):
        start = time.process_time()
        call()
        found = min(found, time.process_time() - start)
    return found * 1000


def measure(make: Callable[[int], str], path: Path, lines: int) -> list[float]:
    """Milliseconds for the columns of the table. A rewritten text is read again, to prove it, in its time."""
    source = make(lines)
    text = Text.read(source)
    found = [best(lambda: Text.read(source))]
    for edit in (set_value, add_item, remove_item):
        documents = copy(text.documents)
        edit(get(documents[path[0]], path[1:]))
        found.append(best(lambda documents=documents: text.rewrite(documents)))  # type: ignore[misc]
    where = [Text.read(source).where for _ in range(3)]
    found.append(best(lambda: where.pop().path(1)))
    return found


def table() -> None:
    print("\na text read, rewritten (which reads the new text too) and its fields found, in ms")
    print(f"{'':>11} {'lines':>6} {'kB':>5} {'read':>7} {'one value':>9} {'item put in':>11} {'out':>7} {'where':>7}")
    for name, (make, path) in SHAPES.items():
        for size in SIZES:
            source = make(size)
            read, value, put, out, where = measure(make, path, size)
            print(
                f"{name:>11} {source.count(chr(10)):>6} {len(source) / 1000:>5.0f} {read:>7.1f} {value:>9.1f}"
                f" {put:>11.1f} {out:>7.1f} {where:>7.1f}"
            )
