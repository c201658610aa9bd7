"""The text of changed documents: the old text with only the bytes of what changed written anew.

Every byte that belongs to an unchanged value, a comment, a blank line, a quote, an indentation, an anchor or a document
marker stands as it stood. The result is always read again and compared with what it has to say; where an edit in place
failed, the smallest value around it is written anew, at worst its document.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from designer.manifests.types import Documents, ManifestError, Path, get, show
from designer.manifests.yamltext import chunks as cut
from designer.manifests.yamltext import emit, strings
from designer.manifests.yamltext.chunks import Chunk
from designer.manifests.yamltext.edit import Editor
from designer.manifests.yamltext.edits import Slot, apply
from designer.manifests.yamltext.layout import LayoutError, style_of
from designer.manifests.yamltext.match import match_documents, staying
from designer.manifests.yamltext.nodes import MAPPING, SEQUENCE, Node, ProblemError
from designer.manifests.yamltext.same import same

# How often a document is tried with one more value written anew before the whole of it is.
_ATTEMPTS = 8


@dataclass(frozen=True)
class Rewritten:
    """A text, and sentences about what in it could not be edited in its place and was written anew.

    `chunks` are the text read again, which is how it was proven to say what it should (see `text.Text.of`).
    """

    text: str
    notes: tuple[str, ...] = ()
    chunks: list[Chunk] = field(default_factory=list, repr=False, compare=False)


def rewrite(text: str | bytes, documents: Documents) -> Rewritten:
    """The text whose `parse` is exactly `documents`, with all that did not change as it stands in `text`.

    Raises ManifestError for a text that cannot be read, for documents that JSON cannot say (with a path), and where the
    new text would be beyond the limits of reading. To read a text once for several uses, see `text.Text`.
    """
    source = cut.decode(text)
    return rewrite_chunks(source, cut.read(source), documents)


def rewrite_chunks(text: str, chunks: list[Chunk], documents: Documents) -> Rewritten:
    """As `rewrite`, for a text already read."""
    for index, document in enumerate(documents):
        if type(document) is not dict:
            raise ManifestError("a document is a mapping", (index,))
        emit.check(document, (index,))
    return _Rewriter(text, chunks).rewrite(documents)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the new text: its marker line ("" for none), what is below, whether that is JSON, and whether it stood
    in the old text. Without a marker, what stood there followed JSON."""

    marker: str
    body: str
    json: bool
    old: bool = False


class _Rewriter:
    def __init__(self, text: str, chunks: list[Chunk]) -> None:
        self.eol = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
        # A missing line break at the end is put in, and taken away again when the work is done.
        self.ended = not text or text.endswith("\n")
        self.text = text if self.ended else text + self.eol
        if chunks and not self.ended and chunks[-1].end == len(text):
            chunks = [*chunks[:-1], replace(chunks[-1], end=len(self.text))]
        self.chunks = chunks
        self.old = [chunk for chunk in chunks if chunk.root is not None]
        # {} alone may be YAML as well; among other objects in JSON it is not.
        self.row = sum(chunk.json for chunk in chunks) > 1
        self.json = bool(self.old) and all(map(self._is_json, self.old))
        self._style: emit.Style | None = None
        self.notes: list[str] = []
        self._careful = False

    @property
    def style(self) -> emit.Style:
        if self._style is None:
            self._style = style_of(self.text, [chunk.root for chunk in self.old if chunk.root is not None])
        return self._style

    def rewrite(self, documents: Documents) -> Rewritten:
        places = match_documents([chunk.value for chunk in self.old], documents)
        kept = {place: new for new, place in enumerate(places) if place is not None}
        bodies = {place: self._body(self.old[place], documents[new], new) for place, new in kept.items()}
        text = self._assemble(documents, places, bodies)
        read = _saying(text, documents)
        if read is None:
            # Now look into each document for the value that says something else, and write that anew.
            self._careful, self.notes = True, []
            bodies = {place: self._body(self.old[place], documents[new], new) for place, new in kept.items()}
            text = self._assemble(documents, places, bodies)
            read = _saying(text, documents)
        if read is None:
            # Only a document that means something else among others, as JSON and YAML may, comes here.
            text = dump_documents(documents).replace("\n", self.eol)
            self.notes.append("the text was written anew: its documents could not be kept as they stood")
            read = cut.read(cut.decode(text))
            if not same([chunk.value for chunk in read if chunk.root is not None], documents):
                raise ManifestError("these documents cannot be written so that they are read back the same")
        return Rewritten(text, tuple(dict.fromkeys(self.notes)), read)

    def _is_json(self, chunk: Chunk) -> bool:
        return chunk.json and (self.row or bool(chunk.value))

    # One document -----------------------------------------------------------------------------------------------------

    def _body(self, chunk: Chunk, value: Any, index: int) -> str:
        """The text of one chunk, saying `value`."""
        old = self.text[chunk.start : chunk.end]
        root = chunk.root
        if root is None or same(root.value, value):
            return old
        forced: dict[int, Path] = {}
        plain = "&" not in old
        for _ in range(_ATTEMPTS):
            editor = Editor(self.text, chunk.end, self.eol, self.style, self._is_json(chunk), plain, set(forced))
            editor.whole = (root, value)
            try:
                edits = editor.update(root, value, Slot("root", 0, chunk.start, ""), (index,))
                body = apply(self.text, edits, chunk.start, chunk.end)
            except LayoutError:
                forced = {id(root): ()}
                continue
            path = self._difference(body, chunk, value) if self._careful or forced else None
            if path is None:
                paths = dict.fromkeys(forced.values())
                anew = [path for path in paths if not any(path[:n] in paths for n in range(len(path)))]
                self._tell(index, value, [*map(_written_anew, anew), *editor.notes])
                return body
            node, depth = _node_at(root, path)
            while id(node) in forced and depth:
                depth -= 1
                node, depth = _node_at(root, path[:depth])
            forced = {**forced, id(node): path[:depth]}
        self._tell(index, value, [_written_anew(())])
        return self._new_body(value, self._is_json(chunk))

    def _tell(self, index: int, value: Any, notes: list[str]) -> None:
        """Notes about a document, with its name where it is one of several."""
        about = ""
        if len(self.old) > 1:
            name = get(value, ("metadata", "name"))
            about = f"{value.get('kind')} {name}: " if isinstance(name, str) else f"document {index + 1}: "
        self.notes += [about + note for note in notes]

    def _difference(self, body: str, chunk: Chunk, value: Any) -> Path | None:
        """Where a body says something else than it should: () for one that cannot be read, None for nowhere."""
        try:
            if self._is_json(chunk):
                root = cut.read(body)[0].root
            else:
                head = self.text[chunk.head : chunk.start] if chunk.head >= 0 else ""
                root = cut.compose_chunk(
                    head + body, Chunk(len(head), len(head) + len(body), -1, head=0 if head else -1)
                )
        except (ManifestError, ProblemError, IndexError):
            return ()
        return _difference(root.value if root is not None else None, value)

    def _new_body(self, value: Any, as_json: bool) -> str:
        if as_json:
            return strings.json_lines(value, 2).replace("\n", self.eol) + self.eol
        lines = emit.node_lines(value, 0, replace(self.style, keep=self.ended), "")
        return "".join(line + self.eol for line in lines)

    # All documents ----------------------------------------------------------------------------------------------------

    def _assemble(self, documents: Documents, places: list[int | None], bodies: dict[int, str]) -> str:
        """The documents in their new order, between the comments and empty documents, which stay where they are."""
        stay = staying(places)
        pieces: list[_Piece] = []
        at: dict[int, int] = {}  # after which piece the document of an old place stands
        header = ""
        old_index = -1
        for chunk in self.chunks:
            body = self.text[chunk.start : chunk.end]
            if chunk.root is None:
                pieces.append(_Piece(self._marker(chunk), body, False, old=True))
                continue
            old_index += 1
            if old_index in stay:
                pieces.append(_Piece(self._marker(chunk), bodies[old_index], chunk.json, old=True))
                at[old_index] = len(pieces) - 1
            elif not pieces and chunk.marker < 0 and not chunk.json:
                header = _header(body)
        inserts: dict[int, list[_Piece]] = {}
        after = -1
        if not stay and pieces:
            after = len(pieces) - 1
        elif at:
            # What stands above the first document (a comment with its own marker) stays above it.
            after = min(at.values()) - 1
        for index, place in enumerate(places):
            if place is not None and place in stay:
                after = at[place]
                continue
            if place is not None:
                chunk = self.old[place]
                body = bodies[place]
                if place == 0 and header:
                    body = body.removeprefix(header)
                piece = _Piece(self._marker(chunk), body, chunk.json, old=True)
            else:
                piece = _Piece("", self._new_body(documents[index], self.json), self.json)
            inserts.setdefault(after, []).append(piece)
        ordered = list(inserts.get(-1, []))
        for number, piece in enumerate(pieces):
            ordered += [piece, *inserts.get(number, [])]
        return self._joined(ordered, header)

    def _joined(self, pieces: list[_Piece], header: str) -> str:
        marked = bool(self.chunks) and self.chunks[0].marker >= 0
        out = (
            self.text[: min(self.chunks[0].start, self.chunks[0].marker) if marked else self.chunks[0].start]
            if self.chunks
            else cut.BOM * self.text.startswith(cut.BOM)
        )
        out += header
        parts = [out]
        before_json = False
        for index, piece in enumerate(pieces):
            marker = piece.marker
            if index == 0 and not marked:
                marker = ""
            elif not marker and not (piece.json and index == 0) and not (before_json and (piece.json or piece.old)):
                marker = "---" + self.eol
            if marker and parts[-1] and not parts[-1].endswith("\n"):
                parts.append(self.eol)
            parts += [marker, piece.body]
            before_json = piece.json
        text = "".join(parts)
        # After an empty line the last line break may belong to a block that keeps its line breaks.
        return text if self.ended or text.endswith(("\n\n", "\n\r\n")) else text.removesuffix(self.eol)

    def _marker(self, chunk: Chunk) -> str:
        return self.text[chunk.marker : chunk.start] if chunk.marker >= 0 else ""


def dump_documents(documents: Documents) -> str:
    """See text.dump."""
    return "---\n".join(emit.write_document(document, (index,)) for index, document in enumerate(documents))


def _saying(text: str, documents: Documents) -> list[Chunk] | None:
    """The text read, if it says `documents`."""
    try:
        read = cut.read(cut.decode(text))
    except ManifestError:
        return None
    return read if same([chunk.value for chunk in read if chunk.root is not None], documents) else None


def _written_anew(path: Path) -> str:
    return f"{show(path) or 'the document'} was written anew: it could not be edited in its place"


def _difference(one: Any, other: Any) -> Path | None:
    """The path of the first value that differs, of the collection itself where its keys or length do."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key, value in one.items():
            if (path := _difference(value, other[key])) is not None:
                return (key, *path)
        return None
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, value in enumerate(one):
            if (path := _difference(value, other[index])) is not None:
                return (index, *path)
        return None
    return None if same(one, other) else ()


def _node_at(root: Node, path: Path) -> tuple[Node, int]:
    """The deepest node on a path in the old text, and how much of the path leads to it."""
    node = root
    for depth, part in enumerate(path):
        child = None
        if node.kind is MAPPING:
            child = next((value for key, value in node.pairs if key.value == part and not key.is_merge), None)
        elif node.kind is SEQUENCE and isinstance(part, int) and part < len(node.items):
            child = node.items[part]
        if child is None:
            return node, depth
        node = child
    return node, len(path)


def _header(body: str) -> str:
    """The comment at the top of a file that a blank line sets apart from the first document: it is the file's."""
    lines = body.splitlines(keepends=True)
    end = next((i for i, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")), len(lines))
    blank = max((i for i in range(end) if not lines[i].strip()), default=-1)
    top = "".join(lines[: blank + 1])
    return top if "#" in top else ""
