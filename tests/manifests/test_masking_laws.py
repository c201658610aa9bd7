"""The laws of hiding a Secret's values, on generated texts in many styles.

1. What is hidden says all that the text said, with a placeholder for each value, and holds the bytes of all the rest.
2. Given back, it is the first text, byte for byte.
3. Where keys are moved and renamed in between, their values go with them.
"""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from designer.manifests import secrets
from designer.manifests.masking import masked, restored
from designer.manifests.secrets import Marks
from designer.manifests.text import Text
from designer.manifests.types import ManifestError
from designer.manifests.yamltext.same import same
from tests.manifests.yaml_writer import Writer
from tests.manifests.yaml_writer_odd import Odd

SEEDS = st.integers(0, 2**32 - 1)
MARKS = Marks(b"k" * 32)


class Plain(Writer):
    """Half of whose mappings are Secrets."""

    def mapping(self, depth: int) -> dict[str, Any]:
        found = super().mapping(depth)
        if self.chance.random() < 0.5:
            held = {field: super(Plain, self).mapping(0) for field in secrets.FIELDS if self.chance.random() < 0.7}
            found = {**found, "kind": "Secret", **held}
        return found


class Strange(Odd):
    """The same in YAML's stranger constructs."""

    def _odd_mapping(self, out: list[str], column: int, depth: int, inline: bool) -> None:
        if depth > 1 and self.chance.random() < 0.7:
            pad = " " * column
            out.append(f"{pad}kind: Secret")
            value = self._odd_value(column, 1, "pair")
            out += [f"{pad}stringData:{value[0]}", *value[1:]]
            inline = False
        super()._odd_mapping(out, column, depth, inline)


def text(seed: int, odd: bool) -> Text:
    chance = Random(seed)
    try:
        return Text.read((Strange if odd else Plain)(chance).text())
    except ManifestError:
        assume(False)
        raise


@given(SEEDS, st.booleans())
@example(0, False)
@example(13, True)
def test_what_is_hidden_comes_back_to_the_byte(seed: int, odd: bool) -> None:
    first = text(seed, odd)
    hidden = masked(first, MARKS)
    assert "*" in first.source or same(hidden.documents, MARKS.hide(first.documents))
    assert not [slot for slot in secrets.slots(hidden.documents).values() if not secrets.is_marked(slot.value)]
    assert restored(hidden, MARKS, [first]).source == first.source


@given(SEEDS)
def test_what_is_moved_takes_its_values_along(seed: int) -> None:
    first = text(seed, odd=False)
    hidden = masked(first, MARKS)
    moved = []
    for document in hidden.documents:
        turned = dict(reversed(document.items()))
        for field in secrets.FIELDS:
            if document.get("kind") == "Secret" and isinstance(document.get(field), dict):
                turned[field] = {f"moved-{key}": value for key, value in reversed(document[field].items())}
        moved.append(turned)
    typed = Text.read(hidden.rewrite(moved[::-1]).text)
    back = restored(typed, MARKS, [first])
    for document, before in zip(reversed(back.documents), first.documents, strict=True):
        for field in secrets.FIELDS:
            if before.get("kind") == "Secret" and isinstance(before.get(field), dict):
                wanted = {f"moved-{key}": value for key, value in before[field].items()}
                assert same(document[field], wanted)
