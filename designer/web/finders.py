"""The static files that we use of packages that ship many more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

_ACE = "django_ace/ace/"
FILES = {
    # What its lists and pages use; nothing is typed there, so neither jQuery nor a calendar.
    "django.contrib.admin": [
        *("admin/css/base.css", "admin/css/dark_mode.css", "admin/css/nav_sidebar.css", "admin/css/responsive.css"),
        *("admin/css/changelists.css", "admin/css/forms.css", "admin/css/widgets.css", "admin/css/dashboard.css"),
        *("admin/js/actions.js", "admin/js/filters.js", "admin/js/nav_sidebar.js"),
        "admin/img/*.svg",
    ],
    "django_htmx": ["django_htmx/htmx-4.min.js"],
    "django_ace": [
        _ACE + "ace.js",
        _ACE + "mode-yaml.js",
        _ACE + "ext-language_tools.js",
        _ACE + "ext-searchbox.js",
        _ACE + "css/ace.css",
        _ACE + "css/main-*",  # what ace.css shows
    ],
}


class PackageFiles(BaseFinder):
    """Finds the files of FILES, and no others, in the packages' static folders."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storages = {package: FileSystemStorage(location=_folder(package)) for package in FILES}

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found: list[str] = [
            self.storages[package].path(path)
            for package, patterns in FILES.items()
            if any(fnmatch(path, pattern) for pattern in patterns) and self.storages[package].exists(path)
        ]
        return found if find_all else next(iter(found), None)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for package, patterns in FILES.items():
            root = Path(self.storages[package].location)
            for pattern in patterns:
                for path in sorted(root.glob(pattern)):
                    yield path.relative_to(root).as_posix(), self.storages[package]


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"the package {package} is not installed")
    return Path(spec.submodule_search_locations[0]) / "static"
