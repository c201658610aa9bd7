"""Draw manifests: `manage.py draw FILE|- -o picture.svg|.png|.mmd`. Needs no database."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from designer.manifests.types import Documents, ManifestError
from designer.web import pictures
from designer.web.management.commands._files import Filter, objects, refused
from designer.web.pictures import FORMATS, SCALES, THEMES, Format, Look


class Command(Filter):
    help = "Draw the objects in FILE (- is standard input) as an SVG, a PNG or Mermaid text."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument(
            "-o",
            "--output",
            required=True,
            metavar="PICTURE",
            help="where to write it (.svg, .png or .mmd); - is standard output",
        )
        parser.add_argument("--format", choices=FORMATS, help="what to write, where PICTURE does not end in it")
        parser.add_argument("--theme", choices=THEMES, default="light", help="auto (SVG only): as the reader's system")
        parser.add_argument("--transparent", action="store_true", help="without paper behind it")
        parser.add_argument(
            "--scale",
            type=int,
            choices=SCALES,
            default=2,
            help="pixels of a PNG for each of the picture's (default 2); a vast picture is drawn smaller",
        )

    def handle(self, *args: Any, file: str, output: str, **options: Any) -> None:
        kind = options["format"] or _ending(output)
        if kind == "png" and options["theme"] == "auto":
            raise refused("--theme auto: a PNG has one theme: choose light or dark")
        documents = objects(file).documents
        look = Look(options["theme"], not options["transparent"], options["scale"])
        try:
            content, notes = _drawn(documents, kind, look)
        except ManifestError as error:
            raise refused(f"{file}: {error}") from error
        for note in notes:
            self.stderr.write(f"{file}: {note}", self.style.WARNING)
        if output == "-":
            self.stdout.flush()
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
            return
        try:
            Path(output).write_bytes(content)
        except OSError as error:
            raise refused(f"{output}: {error.strerror}") from error


def _ending(output: str) -> Format:
    found = next((one for one in FORMATS if output.lower().endswith(f".{one}")), None)
    if found is None:
        raise refused(
            f"-o {output}: say what to write: --format {', '.join(FORMATS)}, or a name that ends in one of them"
        )
    return found


def _drawn(documents: Documents, kind: Format, look: Look) -> tuple[bytes, list[str]]:
    """The picture, and what to say of it."""
    if kind == "mmd":
        return pictures.as_mermaid(documents).encode(), []
    drawn = pictures.picture(documents)
    if kind == "svg":
        return f"{pictures.as_svg(drawn, look)}\n".encode(), []
    made = pictures.as_png(drawn, look)
    return made.content, made.notes(look.scale)
