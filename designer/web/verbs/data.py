"""What a request brings to a verb, read with bounds and with sentences for what does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from designer.designs.change import Side
from designer.manifests import pod as manifest_pod
from designer.manifests import pointer
from designer.manifests.edits.tree import Edited
from designer.manifests.types import Documents, ManifestError, Path

_NUMBER = re.compile(r"[+-]?\d{1,19}", re.ASCII)
BIGGEST_FILE = 1024 * 1024  # a ConfigMap or Secret may hold 1 MiB in all (API documentation)


@dataclass(frozen=True)
class Data:
    """The fields and files of a request. `at` is the address of what is selected."""

    fields: QueryDict
    files: MultiValueDict[str, UploadedFile[bytes]]

    @property
    def at(self) -> str:
        return self.fields.get("at", "")

    def text(self, name: str, default: str = "") -> str:
        """A field as it was typed, but with the line ends of a manifest: browsers send CRLF."""
        return self.fields.get(name, default).replace("\r\n", "\n")

    def word(self, name: str, default: str = "") -> str:
        return self.text(name, default).strip()

    def number(self, name: str, default: int = 0) -> int:
        """A whole number, of at most 64 bits as in every field of Kubernetes' API."""
        raw = self.word(name)
        if not raw:
            return default
        if not _NUMBER.fullmatch(raw) or not -(2**63) <= int(raw) < 2**63:
            raise ManifestError(f"{name} must be a whole number: got {raw[:40]!r}")
        return int(raw)

    @property
    def window(self) -> str:
        """The browser window that sends it, by a name it gave itself when it was opened."""
        return self.word("window")[:40]

    @property
    def side(self) -> Side:
        """Whose version stands where two edits meet: the person's choice in the conflict's dialog."""
        sides: dict[str, Side] = {"mine": "mine", "theirs": "theirs"}
        return sides.get(self.word("over"), "")

    def path(self, documents: Documents, name: str = "path") -> Path:
        """The path that a pointer in the field `name` means; what is selected where there is none."""
        raw = self.word(name)
        return pointer.read(documents, raw) if raw else manifest_pod.resolve(documents, self.at)

    def document(self, documents: Documents) -> int:
        """The document that the selection is in; the only pod's where nothing is selected."""
        if self.at:
            return int(manifest_pod.resolve(documents, self.at)[0])
        pods = manifest_pod.pods(documents)
        if len(pods) == 1:
            return pods[0].document
        raise ManifestError(
            "select the pod first: this design has several" if pods else "this design has no pod yet: start with one"
        )

    def pod(self, documents: Documents) -> int:
        """The document of the pod that a new container or volume goes to."""
        pods = manifest_pod.pods(documents)
        if self.at:
            document = int(manifest_pod.resolve(documents, self.at)[0])
            if any(pod.document == document for pod in pods):
                return document
        if len(pods) == 1:
            return pods[0].document
        raise ManifestError(
            "select the pod first: this design has several" if pods else "this design has no pod yet: start with one"
        )

    def uploads(self, name: str = "files") -> list[tuple[str, bytes]]:
        """(name, content) of each file sent. Raises ManifestError for one that no object could hold."""
        found = []
        for file in self.files.getlist(name):
            if (file.size or 0) > BIGGEST_FILE:
                raise ManifestError(
                    f"{file.name} is larger than 1 MiB, which is the most that a ConfigMap or Secret may hold"
                )
            file.seek(0)
            found.append((str(file.name), file.read()))
        return found


Verb: TypeAlias = Callable[[Documents, Data], Edited]
