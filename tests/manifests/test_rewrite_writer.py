"""That the generated texts and edits reach what the laws are held on: every construct of YAML that kubectl reads."""

from __future__ import annotations

import re
from collections import Counter
from random import Random

import pytest

from designer.manifests.text import Text
from designer.manifests.types import ManifestError
from tests.manifests.yaml_edits import LIST_KINDS, MAPPING_KINDS, change
from tests.manifests.yaml_writer_odd import Odd

pytestmark = pytest.mark.broad

SEEDS = 1500
CONSTRUCTS = {
    "flow mapping in block": r"^ *\S[^#\n]*: \{ ?[\"'\w]",
    "flow list in block": r"^ *\S[^#\n]*: \[ ?[\"'\w]",
    "flow over several lines": r"[\[{] *(#[^\n]*)?\r?\n",
    "a comment inside brackets": r",  # t\d+\r?\n",
    "a comma before a closing bracket": r",[ \n]*[\]}]",
    "a literal block": r": +\|\r?\n",
    "a literal block that strips": r"\|[0-9]?-",
    "a literal block that keeps": r"\|[0-9]?\+",
    "a folded block": r": +>\r?\n",
    "a folded block that strips": r">[0-9]?-",
    "a folded block that keeps": r">[0-9]?\+",
    "a block with its indentation": r"[|>][-+]?[1-9]",
    "a comment beside a block's sign": r"[|>][-+0-9]*  # t",
    "an anchor": r"&a\d",
    "an anchor of a key": r"&k\d",
    "an anchor on a line of its own": r": &a\d *\r?\n",
    "an alias": r"[:-] +\*a\d",
    "a merge": r"<<: \*a\d",
    "a merge of several": r"<<: \[\*a\d, \{",
    "plain text over lines": r": (one|two|three|four)\r?\n\s+(one|two|three|four|5|é)\r?\n",
    "single quotes over lines": r"'one ?\r?\n",
    "double quotes over lines": r"\"one ?\r?\n",
    "an escaped line break": r"b\\\r?\n",
    "a comment at an odd column": r"\n( |   |     )# c\d",
    "Windows line ends": r"\r\n",
    "a byte order mark": "\ufeff",
    "a tab before a comment": r"\t# t",
    "a tab at the end of a line": r"\t\r?\n",
    "a tab in a block": r"\n +\ttab",
    "an explicit key": r"^ *\? ",
    "a comment beside an explicit key": r"^ *\? \S+  # t",
    "a tag": r"!!(str|int|binary|float)",
    "a tag of one's own": r"!foo",
    "the tag of nothing": r"! 1",
    "a marker of a document's end": r"^\.\.\.",
    "a comment beside a marker": r"^--- #",
    "an empty document": r"^---[^\n]*\n(\s*# nothing\s*)?(---|\Z)",
    "a null document": r"^(null|~)",
    "blanks at the end of a line": r"\w  \r?\n",
    "blanks on an empty line": r"\n   \r?\n",
    "no line break at the end": r"[^\n]\Z",
    "a very long line": r"(very long ){300}",
    "a key longer than a line may be": r"\? (long-key-){120}",
    "wide characters": "漢字",
    "emoji": "😀",
    "right to left": "עברית",
    "characters that join": "\u200d",
    "a next line": "\x85",
    "a line separator": "\u2028",
    "a paragraph separator": "\u2029",
    "a key that looks like a number": r"^ *(1|0x10|1\.5):",
    "a key that looks like a boolean": r"^ *(true|off):",
    "a key in quotes": r"^ *(\"d\"|'q'):",
    "blanks before a colon": r"\w :",
    "values set in columns": r"\w:  +\w",
    "a dash on its own": r"^ *-\r?\n",
    "dashes in a row": r"^ *- +- ",
    "an indented document": r"\A +\w+:",
    "JSON": r"\A\s*\{\"",
    "JSON objects in a row": r"\}\{\"",
    "JSON in tabs": r"\n\t\"",
}


@pytest.fixture(scope="module")
def texts() -> list[str]:
    found = []
    for seed in range(SEEDS):
        text = Odd(Random(seed)).text()
        try:
            Text.read(text)
        except ManifestError:
            continue
        found.append(text)
    return found


def test_most_texts_are_read(texts: list[str]) -> None:
    assert len(texts) > 0.85 * SEEDS


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_every_construct_is_reached(name: str, texts: list[str]) -> None:
    sought = re.compile(CONSTRUCTS[name], re.MULTILINE)
    assert sum(sought.search(text) is not None for text in texts) >= 3


def test_every_edit_is_reached(texts: list[str]) -> None:
    kinds: Counter[str] = Counter()
    for seed, text in enumerate(texts):
        kinds[change(Text.read(text).documents, Random(seed)).kind] += 1
    assert not [kind for kind in {*LIST_KINDS, *MAPPING_KINDS} - {"copy item"} if kinds[kind] < 5]


def test_few_edits_are_written_anew(texts: list[str]) -> None:
    """Of the edits of odd texts, all but a few are made in place, aliases and merges apart."""
    anew, told = 0, 0
    for seed, source in enumerate(texts):
        text = Text.read(source)
        documents = text.documents
        change(documents, Random(seed))
        notes = text.rewrite(documents).notes
        told += bool(notes)
        anew += any("written anew" in note for note in notes)
    assert anew <= 0.01 * len(texts)
    assert told <= 0.1 * len(texts)
