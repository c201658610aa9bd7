"""Tell the roles of containers: `manage.py detect FILE…`. Needs no database."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.core.management.base import CommandError

from designer.manifests.pod import Pod, containers, pods
from designer.web.management.commands._files import Filter, Objects, called, objects
from patterns.detect import roles

# Who is less sure than this says so.
_SURE = 0.8


class Command(Filter):
    help = (
        "Tell which pattern each container in FILE… plays (- is standard input), and why. What cannot be read is told "
        "on standard error, and after the other files the exit code is 2."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, files: list[str], format: str, **options: Any) -> None:
        found: list[dict[str, Any]] = []
        bad = 0
        for file in files:
            try:
                found += _rows(file, objects(file))
            except CommandError as error:
                bad += 1
                self.stderr.write(str(error))
        if format == "json":
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
        elif found:
            self.stdout.write("\n".join(_told(found)))
        elif bad < len(files):
            self.stderr.write(f"no container in {', '.join(files)}")
        if bad:
            # Each was told by now.
            raise SystemExit(2)


def _told(rows: list[dict[str, Any]]) -> Iterator[str]:
    """As a person reads it: the pod, its containers, and the reasons under each."""
    for (file, _, pod), inside in groupby(rows, key=lambda row: (row["file"], row["line"], row["pod"])):
        yield f"{file}: {pod}"
        for row in inside:
            like, share = "", row["likeness"]
            if row["preset"]:
                like = f", from {row['preset']}" if share == 1 else f", like {row['preset']} ({int(share * 100)} %)"
            unsure = f" ({int(row['confidence'] * 100)} % sure)" if row["confidence"] < _SURE else ""
            yield f"  {row['container']}: {row['role']}{unsure}{like}"
            yield from (f"    {sentence}" for sentence in row["evidence"])


def _rows(file: str, found: Objects) -> Iterator[dict[str, Any]]:
    """One for each container. `line` is where its pod begins in the file; `confidence` is that in the role and
    `likeness` that to the preset, each from 0 to 1; `preset` is null where none is known or alike enough."""
    known = roles(found.documents)
    inside = pods(found.documents)
    names = Counter(called(pod) for pod in inside)
    for pod in inside:
        name = _name(pod, found, names)
        for container in containers(pod):
            role = known[container.address]
            yield {
                "file": file,
                "pod": name,
                "line": found.line(pod.document),
                "container": container.name or f"{container.list}[{container.index}]",
                "role": role.role,
                "preset": role.preset or None,
                "confidence": role.confidence,
                "likeness": role.likeness,
                "evidence": role.evidence,
            }


def _name(pod: Pod, found: Objects, names: Counter[str]) -> str:
    """What the pod is called; with the line it begins at, where that is not one pod's alone in the file."""
    name = called(pod)
    alone = name and (pod.name or names[name] == 1)
    return name if alone else f"{name or pod.kind} at line {found.line(pod.document)}"
