"""That kubectl reads a rewritten text as the documents it was rewritten to."""

from __future__ import annotations

from random import Random

import pytest

from designer.manifests.rewrite import rewrite
from designer.manifests.text import parse
from designer.manifests.yamltext.same import same
from tests.manifests.kubectl_oracle import needs_kubectl, read_fields
from tests.manifests.yaml_edits import change
from tests.manifests.yaml_writer import Writer

pytestmark = [pytest.mark.kubectl, needs_kubectl]


def test_kubectl_reads_what_was_rewritten() -> None:
    texts, wanted = [], []
    for seed in range(400):
        chance = Random(seed)
        text = Writer(chance).text()
        # The oracle puts a header above a text: it takes one document in block style.
        if text[:1] in "{-\ufeff" or "\n---" in text:
            continue
        documents = parse(text)
        for _ in range(chance.choice([1, 3])):
            change(documents[0], chance)
        result = rewrite(text, documents)
        if documents[0] and "metadata" not in documents[0] and result.text[0] != "{":
            texts.append(result.text)
            wanted.append(documents[0])
    assert len(texts) > 50
    for text, document, theirs in zip(texts, wanted, read_fields(texts), strict=True):
        assert same(theirs, document), text
