"""Which values of documents are a Secret's, and the documents without them.

A value is shown as a placeholder, ``(hidden 3f9a1c07)``. Its digits are of a keyed HMAC-SHA256 (RFC 2104) of the value:
two placeholders differ where the values differ, so that a diff tells that one changed, a text that still has the
placeholder can be given the value back, and nobody without the key can try values against it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from designer.manifests.types import Documents, ManifestError, Path, get
from designer.manifests.yamltext.same import same

FIELDS = ("data", "stringData")
# kubectl apply keeps the whole object here as it was last applied, values and all.
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_DIGITS = 8
_TELLING = 6
_KIND = re.compile(r"(?i)s[ecrts]{2,6}")
# A Secret's kind in the text of documents: each expression starts with letters that a text is searched for fast.
_NAMED = re.compile(r"Secret(?<!\wSecret)")
_MISSPELT = re.compile(r"kind[\"']?[\s\ufeff]*(?:#|:[\s\ufeff]*(?:[\"']?(?i:s[ecrts]{2,6})\b|[&*!|>#]))")
# Written otherwise: by the escapes of a quoted scalar, in a line or at its end (YAML 1.2, 5.7 and 7.3.1), by an alias
# of the key, or in base64. The sign without which there is none of it goes before.
_OTHERWISE = (
    ("\\", re.compile(r"\\[xuU\r\n\x85\u2028\u2029]")),
    ("&", re.compile(r"&\S*\s+(?:!\S*\s+)?[\"']?kind\b")),
    ("!", re.compile(r"!\S*(?:binary|%)|%TAG")),
)
PLACEHOLDER = re.compile(rf"\(hidden [0-9a-f]{{{_DIGITS}}}\)")
ONLY_THERE = (
    "stands for a Secret's value, which can stand in a Secret's data or stringData only: "
    "refer to the Secret here, or type the value itself"
)
SHOWN = "this would show what a Secret hides: take its values out first, or leave them where they are"
UNKNOWN = "stands for a value that is not known here: type the value, or take the key out"
LEFT = "is what is left of a hidden value's placeholder: type the whole value, or undo"
MIXED = "is part of a longer text here: type the whole value"


class Slot(NamedTuple):
    """A value that is hidden, and the field of the Secret that holds it: data, stringData or LAST_APPLIED."""

    value: Any
    field: str


def slots(documents: Documents) -> dict[Path, Slot]:
    """Every hidden value by its path, document index first: the scalars under the data and stringData of whatever calls
    itself a Secret, in a List or anywhere else. An empty value hides nothing."""
    found: dict[Path, Slot] = {}
    for index, document in enumerate(documents):
        _walk(document, (index,), found)
    return found


def may_hold(text: str) -> bool:
    """Whether a text, YAML or JSON, may hold what `slots` finds: a quick no for that of most documents."""
    if "stringData" in text or _NAMED.search(text) or _MISSPELT.search(text):
        return True
    return any(sign in text and pattern.search(text) for sign, pattern in _OTHERWISE)


def in_secret(documents: Documents, path: Path) -> bool:
    """Whether a path leads to a Secret's data or stringData, or into it."""
    return any(_holds(get(documents, path[:n]), path[n]) for n in range(1, len(path)))


def _is_secret(value: Any) -> bool:
    """Whether an object is a Secret, also while its kind is being typed, or misspelt."""
    kind = value.get("kind") if isinstance(value, dict) else None
    return isinstance(kind, str) and (kind.startswith("Secret") or _KIND.fullmatch(kind) is not None)


def _holds(value: Any, key: str | int) -> bool:
    """Whether a field of an object holds what a Secret does. No other kind has stringData."""
    return key == "stringData" or (key == "data" and _is_secret(value))


def _walk(value: Any, path: Path, found: dict[Path, Slot], secret: bool = False) -> None:
    if isinstance(value, list):
        for index, item in enumerate(value):
            _walk(item, (*path, index), found)
        return
    if not isinstance(value, dict):
        return
    secret = secret or _is_secret(value)
    for key, child in value.items():
        at = (*path, key)
        if key == "stringData" or (secret and key == "data"):
            _leaves(child, at, str(key), found)
        elif secret and key == "metadata":
            applied = get(child, ("annotations", LAST_APPLIED))
            _leaves(applied, (*at, "annotations", LAST_APPLIED), LAST_APPLIED, found)
        elif key == "items" and value.get("kind") == "SecretList" and isinstance(child, list):
            for index, item in enumerate(child):
                _walk(item, (*at, index), found, secret=True)
        elif isinstance(child, dict | list):
            _walk(child, at, found)


def _leaves(value: Any, path: Path, field: str, found: dict[Path, Slot]) -> None:
    if isinstance(value, dict):
        for key, child in value.items():
            _leaves(child, (*path, key), field, found)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            _leaves(child, (*path, index), field, found)
    elif value is not None and value != "":
        found[path] = Slot(value, field)


def moved(slot: Slot, field: str) -> Any:
    """The value of a slot as another field of a Secret holds it: ``data`` in base64, ``stringData`` as text.

    Raises ManifestError for what is no text and goes to stringData."""
    if slot.field == field or not isinstance(slot.value, str) or LAST_APPLIED in (slot.field, field):
        return slot.value
    if field == "data":
        return base64.b64encode(slot.value.encode("utf-8", "surrogatepass")).decode()
    try:
        return base64.b64decode(slot.value, validate=True).decode()
    except ValueError:
        raise ManifestError("this value is no text, which is all that stringData takes: keep it in data") from None


@dataclass(frozen=True)
class Marks:
    """Placeholders under one key, 32 bytes that nobody else knows: the same value has the same one."""

    key: bytes

    def of(self, value: Any) -> str:
        """The placeholder of a scalar."""
        said = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return f"(hidden {hmac.new(self.key, said, hashlib.sha256).hexdigest()[:_DIGITS]})"

    def hide(self, documents: Documents) -> Documents:
        """The documents with a placeholder for every hidden value; those without any are the same objects."""
        return put(documents, {path: self.of(slot.value) for path, slot in slots(documents).items()})

    def hide_at(self, documents: Documents, path: Path, value: Any) -> Any:
        """A value that stands, stood or will stand at a path of documents, as it may be shown: these say what is a
        Secret. A whole object says it of itself."""
        if len(path) == 1 or not path:
            return self.hide([value])[0] if isinstance(value, dict) else value
        if in_secret(documents, path):
            return self._hidden(value)
        if isinstance(value, dict | list):
            return self.hide([{"": value}])[0][""]
        inside = path[-1] == LAST_APPLIED and _is_secret(get(documents, path[:-3]))
        return self._hidden(value) if inside else value

    def _hidden(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._hidden(child) for key, child in value.items()}
        if isinstance(value, list):
            return [self._hidden(child) for child in value]
        return value if value is None or value == "" else self.of(value)

    def give_back(self, documents: Documents, before: Documents, said: Collection[str] = ()) -> Documents:
        """`documents`, made of `before` by an edit that says `said`, with the values that placeholders stand for.

        Raises ManifestError, with a path, for a placeholder of no known value, for one outside of a Secret, and for an
        edit that puts a hidden value where it would show.
        """
        held, found = slots(before), slots(documents)
        marked = {path: slot for path, slot in found.items() if is_marked(slot.value)}
        _check_outside(documents, before, {slot.value for slot in held.values() if _telling(slot.value)}, said)
        _check_left(documents, before, (held, found), said)
        known = self.known([held])
        for path, slot in found.items():
            if is_left(slot.value, known):
                raise ManifestError(f"{slot.value} {LEFT}", path)
        return put(documents, {path: self.value(slot, path, known) for path, slot in marked.items()})

    def known(self, held: Iterable[Mapping[Path, Slot]]) -> dict[str, list[Slot]]:
        """The values that each placeholder may stand for."""
        found: dict[str, list[Slot]] = {}
        for each in held:
            for slot in each.values():
                found.setdefault(self.of(slot.value), []).append(slot)
        return found

    def value(self, slot: Slot, path: Path, known: Mapping[str, list[Slot]]) -> Any:
        """The value that the placeholder in a slot stands for. Raises ManifestError where that is not one value."""
        if not PLACEHOLDER.fullmatch(slot.value):
            raise ManifestError(f"{PLACEHOLDER.findall(slot.value)[0]} {MIXED}", path)
        found = known.get(slot.value, [])
        chosen = next((one for one in found if one.field == slot.field), found[0] if found else None)
        if chosen is None or any(not same(one.value, found[0].value) for one in found):
            raise ManifestError(f"{slot.value} {UNKNOWN}", path)
        try:
            return moved(chosen, slot.field)
        except ManifestError as error:
            raise ManifestError(error.message, path) from None


def is_marked(value: Any) -> bool:
    """Whether a value is, or holds, a placeholder."""
    return isinstance(value, str) and PLACEHOLDER.search(value) is not None


def is_left(value: Any, marks: Collection[str]) -> bool:
    """Whether a value is one of these placeholders with some of its signs deleted, an end of it still there."""
    if not isinstance(value, str) or not (value.startswith("(") or value.endswith(")")):
        return False
    if value.startswith("(hid") and not PLACEHOLDER.search(value):
        return True
    return any(len(value) < len(mark) and _is_within(value, mark) for mark in marks)


def _is_within(part: str, whole: str) -> bool:
    signs = iter(whole)
    return all(sign in signs for sign in part)


def placeholder(documents: Documents) -> Path | None:
    """Where documents that came from elsewhere hold a placeholder for a Secret's value; None for nowhere."""
    return next((path for path, slot in slots(documents).items() if is_marked(slot.value)), None)


def put(documents: Documents, values: Mapping[Path, Any]) -> Documents:
    """The documents with other values at some paths; what is around them is copied, all else shared."""
    out = list(documents)
    copied: dict[Path, Any] = {(): out}
    for path, value in values.items():
        for length in range(1, len(path)):
            if path[:length] not in copied:
                inner: Any = copied[path[: length - 1]][path[length - 1]]
                copied[path[:length]] = copied[path[: length - 1]][path[length - 1]] = (
                    dict(inner) if isinstance(inner, dict) else list(inner)
                )
        copied[path[:-1]][path[-1]] = value
    return out


def _telling(value: Any) -> bool:
    """Whether a value that turns up elsewhere comes from where it was hidden: many a field says "true" or "80"."""
    return isinstance(value, str) and len(value) >= _TELLING


def _check_outside(documents: Documents, before: Documents, held: Collection[str], said: Collection[str]) -> None:
    """No placeholder, and no value that was a Secret's, where it would show."""
    stood: set[str] | None = None
    for index, document in enumerate(documents):
        if any(document is one for one in before):
            continue
        inside = slots([document])
        for path, value in _strings(document, ()):
            if (0, *path) in inside or not (value in held or is_marked(value)):
                continue
            if stood is None:
                hidden = slots(before)
                stood = {text for at, text in _strings(before, ()) if at not in hidden}
            if value in stood:
                continue
            if is_marked(value):
                raise ManifestError(f"{PLACEHOLDER.findall(value)[0]} {ONLY_THERE}", (index, *path))
            if not any(value in one for one in said):
                raise ManifestError(SHOWN, (index, *path))


def _check_left(
    documents: Documents,
    before: Documents,
    hidden: tuple[Mapping[Path, Slot], Mapping[Path, Slot]],
    said: Collection[str],
) -> None:
    """No value outside that is hidden no longer, since a key above it was renamed, its object made no Secret, or it was
    moved: no coincidence where its own key comes along, however short it is. `hidden` are the slots before and after.
    """
    held, found = hidden
    left = _keyed({path: slot.value for path, slot in held.items()})
    left -= _keyed({path: slot.value for path, slot in found.items()})
    if not left:
        return
    stood = dict(_shown(before, held))
    shown = dict(_shown(documents, found))
    new = _keyed(shown) - _keyed(stood)
    for path, value in shown.items():
        key = _key(path, value)
        if key not in left or key not in new or (path in stood and same(stood[path], value)):
            continue
        # Who writes the whole object anew says both.
        if not any(str(path[-1]) in one and str(value) in one for one in said):
            raise ManifestError(SHOWN, path)


def _shown(documents: Documents, hidden: Collection[Path]) -> Iterator[tuple[Path, Any]]:
    return ((path, value) for path, value in _scalars(documents, ()) if path not in hidden)


def _scalars(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _scalars(child, (*path, key))
    else:
        yield path, value


def _keyed(values: Mapping[Path, Any]) -> Counter[tuple[str, str]]:
    """How often each key has each value."""
    return Counter(_key(path, value) for path, value in values.items())


def _key(path: Path, value: Any) -> tuple[str, str]:
    return str(path[-1]), json.dumps(value)


def _strings(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from _strings(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _strings(child, (*path, index))
