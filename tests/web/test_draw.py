"""`manage.py draw`: manifests in, a picture out, or a sentence and status 2."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.core.management import CommandError, call_command

from tests.web import png

ROOT = Path(__file__).parent.parent.parent
ARTICLE = "tests/corpus/articles/000-ambassador.yaml"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: nginx}]}\n"


def run(folder: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[bytes]:
    """manage.py in a process of its own, with a database that nobody can open."""
    env = {**os.environ, "PPD_DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder}/none/none.sqlite3"}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-W", "ignore", str(ROOT / "manage.py"), "draw", *words]
    return subprocess.run(command, input=stdin.encode(), capture_output=True, env=env, cwd=ROOT, check=False)


def test_a_file_becomes_a_picture_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "picture.SVG"
    done = run(tmp_path, ARTICLE, "-o", str(target), "--theme", "dark")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    text = target.read_text()
    assert 'aria-label="nginx-ambassador"' in text
    assert "#171e27" in text
    ET.fromstring(text)


def test_standard_input_becomes_a_png_on_standard_output(tmp_path: Path) -> None:
    done = run(tmp_path, "-", "-o", "-", "--format", "png", "--transparent", "--scale", "1", stdin=POD)
    assert done.returncode == 0, done.stderr
    image = png.read(done.stdout)
    assert image.at(0, 0)[3] == 0
    assert len(image.colours) > 20


def test_a_vast_picture_is_drawn_smaller_and_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target, said = tmp_path / "in.yaml", tmp_path / "out.png", StringIO()
    source.write_text(POD)
    monkeypatch.setattr("designer.web.pictures.MOST_PIXELS", 30_000)
    call_command("draw", str(source), "-o", str(target), "--scale", "1", stderr=said)
    found = re.search(r"drawn at (0\.\d+)×: at most", said.getvalue())
    assert found
    assert png.read(target.read_bytes()).width > 50


def test_mermaid_and_the_objects_of_a_list(tmp_path: Path) -> None:
    source, target = tmp_path / "list.yaml", tmp_path / "pod.mmd"
    indented = POD.replace("\n", "\n  ").rstrip()
    source.write_text(f"apiVersion: v1\nkind: List\nitems:\n- {indented}\n")
    call_command("draw", str(source), "-o", str(target))
    assert 'p0c0["web<br/>nginx<br/>application"]:::application' in target.read_text()


@pytest.mark.parametrize(
    ("text", "words", "message"),
    [
        ("a: [\n", ["-o", "OUT.svg"], "IN: line 2, column 1: "),
        ("", ["-o", "OUT.svg"], "IN: there is nothing to draw yet: the design has no object"),
        ("", ["-o", "OUT.mmd"], "IN: there is nothing to draw yet"),
        (POD, ["-o", "OUT.jpeg"], "say what to write: --format svg, png, mmd, or a name that ends in one of them"),
        (POD, ["-o", "-"], "-o -: say what to write"),
        (POD, ["-o", "/no/such/folder/x.svg"], "/no/such/folder/x.svg: No such file or directory"),
        (POD, ["-o", "OUT.png", "--theme", "auto"], "--theme auto: a PNG has one theme: choose light or dark"),
    ],
)
def test_what_cannot_be_drawn_is_told(tmp_path: Path, text: str, words: list[str], message: str) -> None:
    source = tmp_path / "in.yaml"
    source.write_text(text)
    with pytest.raises(CommandError) as refused:
        call_command("draw", str(source), *(word.replace("OUT", str(tmp_path / "out")) for word in words))
    assert message.replace("IN", str(source)) in str(refused.value)
    assert refused.value.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["in.yaml"]
