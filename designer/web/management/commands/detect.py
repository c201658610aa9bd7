"""Tell the roles of containers: `manage.py detect FILE…`. Needs no database."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from designer.manifests.pod import containers, pods
from designer.manifests.types import Documents
from designer.web.management.commands._files import read
from patterns.detect import roles


class Command(BaseCommand):
    help = "Tell which pattern each container in FILE… plays (- is standard input), and why."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, files: list[str], format: str, **options: Any) -> None:
        found = [row for file in files for row in _rows(file, _flat(read(file).documents))]
        if format == "json":
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
            return
        if found:
            self.stdout.write("\n".join(_told(found)))
        else:
            self.stderr.write(f"no container in {', '.join(files)}")


def _told(rows: list[dict[str, Any]]) -> Iterator[str]:
    """As a person reads it: the pod, its containers, and the reasons under each."""
    heading = ""
    for row in rows:
        if heading != (heading := f"{row['file']}: {row['pod']}"):
            yield heading
        like = ""
        if row["preset"]:
            sure = row["confidence"] == 1
            like = f", {'from' if sure else 'like'} {row['preset']}"
            like += "" if sure else f" ({int(row['confidence'] * 100)} %)"
        yield f"  {row['container']}: {row['role']}{like}"
        yield from (f"    {sentence}" for sentence in row["evidence"])


def _rows(file: str, documents: Documents) -> Iterator[dict[str, Any]]:
    """One for each container. `preset` is null where none is known or alike enough; `confidence` is the preset's, from
    0 to 1."""
    found = roles(documents)
    for pod in pods(documents):
        for container in containers(pod):
            role = found[container.address]
            yield {
                "file": file,
                "pod": f"{pod.kind}/{pod.name}",
                "container": container.name,
                "role": role.role,
                "preset": role.preset or None,
                "confidence": role.confidence,
                "evidence": role.evidence,
            }


def _flat(documents: Documents) -> Documents:
    """With the items of Lists, as `kubectl get -o yaml` writes them, in their place."""
    out: Documents = []
    for document in documents:
        items = document.get("items")
        if document.get("kind") == "List" and isinstance(items, list):
            out += _flat([item for item in items if isinstance(item, dict)])
        else:
            out.append(document)
    return out
