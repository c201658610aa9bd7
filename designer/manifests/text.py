"""YAML and JSON texts read into documents as kubectl reads them, and documents written the way Kubernetes people write.

The rules of reading are those of sigs.k8s.io/yaml (see yamltext/scalars.py) and of kubectl's cutting of a text into
documents (yamltext/chunks.py); the tests compare both with kubectl itself.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from designer.manifests.rewrite import Rewritten, dump_documents, rewrite_chunks
from designer.manifests.types import Documents
from designer.manifests.where import Where
from designer.manifests.yamltext import chunks
from designer.manifests.yamltext.chunks import Chunk


def parse(text: str | bytes) -> Documents:
    """The documents of a YAML or JSON text, with string keys and JSON's values only; empty documents are left out.

    A ``kind: List`` stays one document. Raises ManifestError, with line and column, for a text that kubectl cannot
    read, for duplicate keys, for a document that is not a mapping, and beyond the limits of yamltext/limits.py.
    """
    return Text.read(text).documents


def dump(documents: Documents) -> str:
    """The documents as YAML that kubectl (and `parse`) read back as the same data; "" for none.

    Block style, two spaces, list items under the column of their key, keys in the order Kubernetes people write them
    (apiVersion, kind, metadata, spec …; unknown ones stay in their order), ``---`` between documents. Raises
    ManifestError with a path for what JSON cannot say (a key that is no string, infinity, half of a surrogate pair).
    """
    return dump_documents(documents)


class Text:
    """A text that was read once: its documents, where they stand in it, and its rewriting to other documents."""

    def __init__(self, source: str, read: list[Chunk]) -> None:
        self.source = source
        self._chunks = read

    @classmethod
    def read(cls, text: str | bytes) -> Text:
        """Reads a text; raises ManifestError as `parse` does."""
        source = chunks.decode(text)
        return cls(source, chunks.read(source))

    @classmethod
    def of(cls, rewritten: Rewritten) -> Text:
        """A rewritten text, which was read in the making."""
        return cls(rewritten.text, rewritten.chunks)

    @property
    def documents(self) -> Documents:
        """The documents, a copy of their own each time: changing them changes nothing here."""
        return [copy(chunk.value) for chunk in self._chunks if chunk.root is not None]

    @property
    def chunks(self) -> list[Chunk]:
        """The parts of the text, with their nodes: to be read only."""
        return self._chunks

    @cached_property
    def where(self) -> Where:
        return Where(self.source, self._chunks)

    def rewrite(self, documents: Documents) -> Rewritten:
        """The text with only what changed written anew (see rewrite.py)."""
        return rewrite_chunks(self.source, self._chunks, documents)


def copy(value: Any) -> Any:
    """A copy of plain data that shares nothing with it."""
    if type(value) is dict:
        return {key: copy(child) for key, child in value.items()}
    if type(value) is list:
        return [copy(child) for child in value]
    return value
