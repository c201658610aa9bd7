"""Weave a preset onto manifests: `manage.py weave --preset ID [FILE|-]`. Needs no database."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from designer.manifests import text as manifest_text
from designer.manifests.pod import containers, pods
from designer.manifests.schema import schema, versions
from designer.manifests.types import Documents, ManifestError
from designer.web.management.commands._files import Filter, called, objects, refused
from patterns import catalogue
from patterns.detect import aimed
from patterns.jobs import has_native_sidecars
from patterns.parameters import Values
from patterns.preset import Preset, parse_values, to_document
from patterns.weave import weave


class Command(Filter):
    help = (
        "Weave a built-in preset onto the pod in FILE (- is standard input; the preset's own example without it), and "
        "write the result to standard output; what the preset does not change stays to the byte."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--preset", metavar="ID")
        what.add_argument("--list", action="store_true", help="list the presets: id, pattern, title")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="of --list")
        parser.add_argument(
            "--set", action="append", default=[], metavar="NAME=VALUE", dest="values", help="a parameter, in any case"
        )
        parser.add_argument(
            "--container", metavar="NAME", help="the application, if it is not the one that detect tells"
        )
        parser.add_argument("--pod", metavar="KIND/NAME", help="the pod or workload, if it is not the first in FILE")
        parser.add_argument(
            "--kubernetes",
            metavar="VERSION",
            choices=versions(),
            help="as 1.28, the newest by default: before 1.29 a native sidecar comes as an ordinary container",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            self._list(options["format"])
            return
        try:
            preset = catalogue.preset(options["preset"])
        except ManifestError as error:
            raise refused(str(error)) from error
        values = _values(preset, options["values"])
        source = objects(options["file"]) if options["file"] else None
        documents = source.documents if source else []
        where = options["file"] or f"the example of {preset.name}"
        try:
            at, note = _pod(documents or list(preset.example), options["pod"], options["container"], where)
            values = _with_application(preset, options["container"], documents, at) | values
            using = schema(options["kubernetes"] or "")
            onto = at if source else None
            woven = weave(preset, values, documents, onto, native=has_native_sidecars(using.version), using=using)
            written = source.rewritten(woven.documents, at) if source else manifest_text.dump(woven.documents)
        except ManifestError as error:
            if asked := _asked(preset, str(error)):
                raise refused(f"{where}: {asked}") from error
            lines = source.text.where.lines(source.place(error.path)) if source and error.path else None
            raise refused(f"{where}: {f'line {lines[0]}: ' if lines else ''}{error}") from error
        self.stdout.write(written, ending="")
        for line in filter(None, [note, *woven.notes]):
            self.stderr.write(line)

    def _list(self, format: str) -> None:
        presets = catalogue.presets().values()
        if format == "json":
            rows = [
                {
                    "id": one.name,
                    "pattern": one.pattern,
                    "title": one.title,
                    "parameters": to_document(one)["parameters"],
                }
                for one in presets
            ]
            self.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False))
            return
        self.stdout.write("\n".join(f"{one.name}\t{one.pattern}\t{one.title}" for one in presets))


def _values(preset: Preset, given: list[str]) -> Values:
    """What --set says, by the parameter's name; case does not matter, and - is _."""
    names = {_plain(parameter.name): parameter.name for parameter in preset.parameters}
    raw = {}
    for pair in given:
        word, equals, value = pair.partition("=")
        if not equals:
            raise refused(f"--set {pair}: write NAME=VALUE")
        name = names.get(_plain(word))
        if name is None:
            there = ", ".join(names.values()) or "none"
            raise refused(f"--set {pair}: {preset.name} has no parameter {word}; there are: {there}")
        parameter = preset.parameter(name)
        no = parameter is not None and parameter.type == "boolean" and value.lower() in ("no", "off", "0")
        raw[name] = "false" if no else value
    return parse_values(preset, raw)


def _asked(preset: Preset, said: str) -> str:
    """What is wrong with a parameter, with how to give it another value; "" where it is about none."""
    parameter = next((one for one in preset.parameters if said.startswith(f"{one.label}: ")), None)
    if parameter is None:
        return ""
    return f"{parameter.label} (--set {parameter.name}=…){said.removeprefix(parameter.label)}"


def _plain(name: str) -> str:
    return name.strip().replace("-", "_").upper()


def _pod(documents: Documents, asked: str | None, container: str | None, where: str) -> tuple[int, str]:
    """The index of the document to weave onto, and what to say of the choice: the pod that was asked for, else the
    first, of those that have the container."""
    found = pods(documents)
    if not found:
        raise refused(f"{where}: line 1: there is no pod in it, nor a workload with one")
    names = {pod.document: called(pod) or pod.kind for pod in found}
    fit = [pod for pod in found if asked is None or names[pod.document].lower() == asked.lower()]
    if not fit:
        raise refused(f"{where}: there is no {asked}; there are: {', '.join(names.values())}")
    inside = {pod.document: [one.name for one in containers(pod)] for pod in fit}
    fit = [pod for pod in fit if container is None or container in inside[pod.document]]
    if not fit:
        there = ", ".join(name for listed in inside.values() for name in listed)
        raise refused(f"{where}: no container is called {container}; there are: {there}")
    chosen = fit[0].document
    others = ", ".join(names[pod.document] for pod in fit[1:])
    note = f"{where}: woven onto {names[chosen]}; --pod KIND/NAME chooses another: {others}" if others else ""
    return chosen, note


def _with_application(preset: Preset, container: str | None, documents: Documents, at: int) -> Values:
    """The parameter that stands for the application: the container that was named for it, else the one in the file
    that does the pod's work."""
    parameter = next((p for p in preset.parameters if p.type == "container"), None)
    if parameter and container:
        return {parameter.name: container}
    return aimed(preset, documents, at) if documents else {}
