"""The files of presets in a folder of this machine, and which folders may be read. Pure Python.

Links are followed within the folder only: what a ConfigMap is mounted as, and git-sync, make of links.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from patterns.sync import ENDINGS, File


class SourceError(Exception):
    """A source as a whole cannot be read; the message says why and what to do, and holds no credential."""


@dataclass(frozen=True)
class Limits:
    """How much is read of one source: `seconds` and `bytes` are those of a repository's download."""

    seconds: float = 90
    bytes: int = 256 * 1024 * 1024
    files: int = 2000
    file: int = 1024 * 1024
    all_files: int = 64 * 1024 * 1024


@dataclass(frozen=True)
class Tree:
    """What a source holds: its files, and of a repository the commit with the first line of its message. `dates` are
    those of a folder's files, seconds since 1970 by path."""

    files: list[File]
    commit: str = ""
    subject: str = ""
    dates: dict[str, float] = field(default_factory=dict)


def permitted(folder: str, allowed: Iterable[str] | None) -> Path:
    """The folder as it is really called. Raises SourceError where it is in none of those `allowed` (None: any may be
    read), told before anything is said of whether it is there."""
    path = Path(folder)
    if not path.is_absolute():
        raise SourceError(f"{folder} is no full path: write it from / on.")
    real = Path(os.path.realpath(path))
    if allowed is not None and not any(real.is_relative_to(os.path.realpath(one)) for one in allowed):
        raise SourceError(
            f"{folder} is not among the folders of this server that may be read. "
            "Whoever runs the designer names those in PPD_SYNC_FOLDERS."
        )
    return real


def inside(folder: str) -> str:
    """A folder within a source, without slashes at its ends. Raises SourceError for one that leads out of it."""
    parts = [part for part in folder.strip().split("/") if part not in ("", ".")]
    if ".." in parts or any(ord(letter) < 32 for letter in folder):
        raise SourceError(f"{folder} leads out of the source: write the folder's path within it.")
    return "/".join(parts)


def tree(folder: str, within: str, allowed: Iterable[str] | None, limits: Limits | None = None) -> Tree:
    """The YAML files in a folder and those below it; what begins with a dot is passed over. Raises SourceError."""
    limits = limits or Limits()
    root = permitted(folder, allowed)
    begin = Path(os.path.realpath(root / inside(within)))
    if not begin.is_relative_to(root):
        raise SourceError(f"{within} leads out of {folder}: write the folder's path within it.")
    if not begin.is_dir():
        raise SourceError(f"There is no folder {root / within if within else folder} on this server.")
    files: list[File] = []
    dates: dict[str, float] = {}
    room = limits.all_files
    for path in _yaml(begin):
        if len(files) == limits.files:
            raise SourceError(too_many(limits))
        name = called(path.relative_to(root).as_posix())
        file, date = _file(path, name, root, limits.file)
        room -= len(file.text)
        if room < 0:
            raise SourceError(too_much(limits))
        files.append(file)
        dates[name] = date
    return Tree(files, dates=dates)


def called(path: str) -> str:
    """A path as it is told and stored: a name may hold anything, what a terminal takes for a command among it."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in path[:1000])


def too_many(limits: Limits) -> str:
    return f"It has more than {limits.files:,} YAML files: name the folder within it that holds the presets."


def too_much(limits: Limits) -> str:
    most = limits.all_files // 1024 // 1024
    return f"Its YAML files have more than {most} MB: name the folder within it that holds the presets."


def text_of(path: str, raw: bytes) -> File:
    """A file from its bytes."""
    try:
        return File(path, raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return File(path, problem=f"line {line} is not UTF-8 text: save it as UTF-8")


def too_large(path: str, most: int) -> File:
    said = f"{most // 1024 // 1024} MB" if most >= 1024 * 1024 else f"{most} bytes"
    return File(path, problem=f"it is larger than {said}, more than a preset may be")


def _yaml(folder: Path) -> Iterator[Path]:
    def refused(error: OSError) -> None:
        raise SourceError(f"{error.filename} cannot be read: {error.strerror}.")

    for parent, folders, names in os.walk(folder, onerror=refused):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(ENDINGS) and not name.startswith("."):
                yield Path(parent, name)


def _file(path: Path, name: str, root: Path, most: int) -> tuple[File, float]:
    """A file with the seconds at which it was last written."""
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(root):
        return File(name, problem="it is a link that leads out of the folder, and is not followed"), 0
    try:
        # What is put there after the look is not followed, and a pipe is not waited for.
        handle = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                return File(name, problem="it is no file"), 0
            raw = file.read(most + 1)
    except OSError as error:
        return File(name, problem=f"it cannot be read: {error.strerror}"), 0
    return (too_large(name, most) if len(raw) > most else text_of(name, raw)), status.st_mtime
