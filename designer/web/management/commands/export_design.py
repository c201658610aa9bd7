"""Write a design's YAML: `manage.py export_design NAME`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings

from designer.designs.worn import ANNOTATION, annotated
from designer.manifests.text import Text
from designer.teams import audit
from designer.web import masked
from designer.web.management.commands import _who
from designer.web.management.commands._files import Filter

audit.SENTENCES["exported"] = (
    "designs",
    "exported r{revision} of {design} from a shell, without what its Secrets hold",
)


class Command(Filter):
    help = (
        "Write the YAML of the design NAME to standard output. The values of its Secrets are hidden; with "
        "--with-secrets they are not, as `kubectl apply -f -` takes it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME")
        parser.add_argument(
            "--annotations", action="store_true", help=f"write what its pods wear into the annotation {ANNOTATION}"
        )

        _who.add_arguments(parser)
        parser.add_argument("--with-secrets", action="store_true", help="with the values that its Secrets hold")

    def handle(
        self, *args: Any, name: str, annotations: bool = False, with_secrets: bool = False, **options: Any
    ) -> None:
        who = _who.person(options)
        found = _who.design(options, who, name)
        if with_secrets and found.only_read:
            raise _who.refused(f"{who} may only look at {name}, and not at what its Secrets hold")
        text = found.text
        if annotations:
            text = Text.read(text).rewrite(annotated(found.documents, found.revision.woven)).text
        if with_secrets:
            audit.record(None, who, "secrets-exported", design=found, how="with manage.py export_design")
        elif (hidden := masked.exported(found, text)) != text:
            self.stderr.write("The values of its Secrets are hidden: --with-secrets gives them.")
            text = hidden
        if not with_secrets and not settings.LOCAL_MODE:
            audit.record(None, who, "exported", design=found, revision=found.number)
        self.stdout.write(text, ending="" if text.endswith("\n") else "\n")
