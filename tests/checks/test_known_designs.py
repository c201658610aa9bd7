"""What the project ships and quotes fits Kubernetes' schema, so that the rules of the schema are silent about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from designer.checks import run
from designer.checks.registry import SCHEMA_RULES
from designer.manifests import text
from designer.manifests.types import Documents
from designer.web.starters import begin, starters
from patterns import catalogue
from patterns.weave import weave

CORPUS = Path(__file__).parents[1] / "corpus"
MANIFESTS = sorted([*CORPUS.glob("articles/*"), *CORPUS.glob("styles/*")])
# What the API server refuses as well: a field that only holds an anchor.
TRUE = {"anchors.yaml": ["Pod web has a field 'x-base', which Kubernetes 1.37 does not have."]}
IDS = {rule.ID for rule in SCHEMA_RULES}


def told(documents: Documents) -> list[str]:
    return [finding.message for finding in run(documents, "1.37") if finding.rule in IDS]


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_a_preset_woven_onto_its_example(name: str) -> None:
    preset = catalogue.preset(name)
    assert told(list(preset.example)) == []
    assert told(weave(preset, {}, [], None).documents) == []


@pytest.mark.parametrize("starter", starters(), ids=lambda starter: starter.id)
def test_a_starter(starter: Any) -> None:
    assert told(begin(starter.id)[1]) == []


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_a_manifest_from_elsewhere(path: Path) -> None:
    documents = text.parse(path.read_text(encoding="utf-8"))
    assert told(documents) == TRUE.get(path.name, [])
