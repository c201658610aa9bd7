"""Check files of presets: `manage.py check_presets FILE|FOLDER…`. Needs no database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from designer.manifests.types import ManifestError
from designer.web.authored import of_woven
from designer.web.management.commands._files import Filter, refused
from designer.web.tryout import tried
from patterns import catalogue, sources_folder, sync
from patterns.sources_folder import SourceError
from patterns.sync import File, Found, Problem


class Command(Filter):
    help = (
        "Check presets in files, and in the .yaml and .yml files of folders, as a source takes them; each preset is "
        "also woven onto its example. Other YAML is passed over. What is wrong is written as file:line: message. The "
        "exit status is 0 where nothing is wrong, 1 where something is, and 2 where a file cannot be read, or there is "
        "no preset."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")

    def handle(self, *args: Any, files: list[str], **options: Any) -> None:
        plan = sync.plan(_read(files), [], dict.fromkeys(catalogue.presets(), "in the built-in catalogue"))
        problems = sorted({*plan.problems, *(one for found in plan.new for one in _woven(found))})
        for one in problems:
            self.stdout.write(str(one))
        if problems:
            raise SystemExit(1)
        if not plan.new:
            raise refused(f"no preset in {', '.join(files)}: one has apiVersion podpatterns.dev/v1alpha1")
        self.stdout.write(f"{len(plan.new)} preset{'' if len(plan.new) == 1 else 's'}, nothing wrong")


def _read(files: list[str]) -> list[File]:
    """The files and those in the folders, each once, as they are called from here."""
    found: dict[str, File] = {}
    for name in files:
        path = Path(name)
        try:
            if path.is_dir():
                tree = sources_folder.tree(str(path.resolve()), "", None)
                inside = [File(str(path / one.path), one.text, one.problem) for one in tree.files]
            else:
                inside = [sources_folder.text_of(name, path.read_bytes())]
        except OSError as error:
            raise refused(f"{name}: {error.strerror}") from error
        except SourceError as error:
            raise refused(f"{name}: {error}") from error
        found |= {one.path: one for one in inside}
    return list(found.values())


def _woven(found: Found) -> list[Problem]:
    """What is wrong with what a preset makes of its example, at its lines in the file."""
    assert found.made is not None  # noqa: S101 - no text was known before
    try:
        shown = tried(found.made)
    except ManifestError as error:
        return [Problem(found.path, found.line, error.message)]
    if shown.problem:
        return [Problem(found.path, found.line, f"it cannot be woven onto its example: {shown.problem}")]
    above = found.first - 1
    said = [one for one in of_woven(found.made, shown, found.text) if one.severity == "error"]
    return [Problem(found.path, above + one.line if one.line else found.line, one.message) for one in said]
