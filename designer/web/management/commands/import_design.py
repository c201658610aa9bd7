"""Import manifests as a design: `manage.py import_design FILE… --name NAME`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from designer.designs.models import Design
from designer.manifests import text as manifest_text
from designer.manifests.bundle import join
from designer.manifests.types import ManifestError
from designer.teams import audit
from designer.web import masked
from designer.web.management.commands import _who

audit.SENTENCES["imported"] = ("designs", "imported r{revision} of {design} from a shell")


class Command(BaseCommand):
    help = "Read manifests from FILE… (- is standard input) into a new design, or into the one of that name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--name", required=True, help="the design's name; one that exists gets a new revision")
        _who.add_arguments(parser)

    def handle(self, *args: Any, files: list[str], name: str, **options: Any) -> None:
        texts = [self._read(file) for file in files]
        text = join(texts)
        who = _who.person(options)
        space = _who.into(options, who)
        if not name.strip() or len(name) > 200:
            raise CommandError("a design's name has from 1 to 200 characters")
        design = space.designs.kept().filter(name=name).first()
        try:
            text = masked.taken_in(design, text)
        except ManifestError as error:
            raise CommandError(str(error)) from error
        documents = manifest_text.parse(text)
        with transaction.atomic():
            design = design or Design.objects.create(owner=who, team=space.team, name=name)
            summary = f"imported from {', '.join(files)}"
            changed = design.change(lambda _: documents, by=who, text=text, summary=summary)
            if not settings.LOCAL_MODE:
                audit.record(None, who, "imported", design=design, revision=changed.revision.number)
        self.stdout.write(f"{name}: r{changed.revision.number}, {len(documents)} object{'s' * (len(documents) != 1)}")

    def _read(self, file: str) -> str:
        try:
            raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
            text = raw.decode()
            manifest_text.parse(text)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file}: not UTF-8 text") from error
        except ManifestError as error:
            raise CommandError(f"{file}: {error}") from error
        return text
