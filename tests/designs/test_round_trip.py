"""What comes in goes out: imported, exported and imported again, a design is the same data and the same text."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.designs.models import Design
from designer.manifests.text import dump, parse
from designer.manifests.types import Documents
from tests.designs.strategies import deployment, other, pod
from tests.people import owner

pytestmark = pytest.mark.django_db
ARTICLES = sorted((Path(__file__).parent.parent / "corpus" / "articles").glob("*.yaml"))


def exported(name: str) -> str:
    out = StringIO()
    call_command("export_design", name, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_an_articles_manifests_come_back_to_the_byte(path: Path, tmp_path: Path) -> None:
    call_command("import_design", str(path), name="first", stdout=StringIO())
    text = exported("first")
    assert text == path.read_text()
    (tmp_path / "again.yaml").write_text(text)
    call_command("import_design", str(tmp_path / "again.yaml"), name="second", stdout=StringIO())
    first, second = Design.objects.get(name="first"), Design.objects.get(name="second")
    assert first.documents == second.documents == parse(path.read_bytes())


def test_two_thousand_generated_documents_come_back() -> None:
    count = 0

    @settings(max_examples=700)
    @given(st.lists(pod | deployment | other.filter(bool), min_size=3, max_size=3))
    def check(documents: Documents) -> None:
        nonlocal count
        design = Design.objects.create(owner=owner(), name="x")
        text = dump(documents)
        design.change(lambda _: documents, by=None, text=text)
        assert design.text == text
        assert design.documents == parse(design.text) == documents
        count += len(documents)

    check()
    assert count >= 2000


def test_several_files_and_a_name_that_exists(tmp_path: Path) -> None:
    one, two = ARTICLES[0], ARTICLES[1]
    out = StringIO()
    call_command("import_design", str(one), str(two), name="both", stdout=out)
    assert "r1" in out.getvalue()
    call_command("import_design", str(one), name="both", stdout=out)
    assert "r2" in out.getvalue()
    assert Design.objects.get(name="both").documents == parse(one.read_bytes())


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("a: [1\n")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    for name, words in (("bad.yaml", "line"), ("binary.yaml", "UTF-8"), ("none.yaml", "No such file")):
        with pytest.raises(CommandError, match=words):
            call_command("import_design", str(tmp_path / name), name="x")
    assert not Design.objects.exists()
    with pytest.raises(CommandError, match="no design"):
        call_command("export_design", "x")


def test_a_byte_order_mark_comes_back(tmp_path: Path) -> None:
    raw = b"\xef\xbb\xbfkind: Pod\r\napiVersion: v1\r\n"
    (tmp_path / "bom.yaml").write_bytes(raw)
    call_command("import_design", str(tmp_path / "bom.yaml"), name="bom", stdout=StringIO())
    assert Design.objects.get(name="bom").text.encode() == raw
