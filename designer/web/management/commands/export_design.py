"""Write a design's YAML: `manage.py export_design NAME`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from designer.designs.models import Design
from designer.designs.worn import ANNOTATION, annotated
from designer.manifests.text import Text
from designer.web.local import person
from designer.web.management.commands._files import Filter


class Command(Filter):
    help = "Write the YAML of the design NAME to standard output, as `kubectl apply -f -` takes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME")
        parser.add_argument(
            "--annotations", action="store_true", help=f"write what its pods wear into the annotation {ANNOTATION}"
        )

    def handle(self, *args: Any, name: str, annotations: bool = False, **options: Any) -> None:
        found = Design.objects.filter(owner=person(), name=name, deleted=None).first()
        if found is None:
            raise CommandError(f"there is no design called {name!r}")
        text = found.text
        if annotations:
            text = Text.read(text).rewrite(annotated(found.documents, found.revision.woven)).text
        self.stdout.write(text, ending="" if text.endswith("\n") else "\n")
