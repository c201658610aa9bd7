"""A Secret's values on their way to a cluster and back: stringData as data, and what others say of them. Pure.

stringData is write-only: the server turns it into data, and managedFields then hold only ``f:stringData``, so that
nobody owns what came of it. Sent as data, a value has an owner, goes with its key, and is compared like any other.
https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from designer.clusters.errors import Cause, ClusterError
from designer.clusters.plan import field_path
from designer.manifests.types import Document, Path

HIDDEN = "••••"
# Shorter ones are only taken out where they stand alone: "1" is part of too many words.
_SHORT = 4


def is_secret(document: Document) -> bool:
    return document.get("kind") == "Secret" and document.get("apiVersion") == "v1"


def as_sent(document: Document) -> Document:
    """A Secret as it is sent: stringData in base64 in data, where it wins; other documents as they are.

    Raises ClusterError ("invalid") for values that are no text, without saying them.
    """
    wrong = [key for key, value in _plain(document).items() if not isinstance(value, str | None)]
    if wrong:
        words = "This is not text, as each value of a Secret must be: put it in quotes."
        causes = tuple(Cause(f'stringData["{key}"]', words) for key in wrong)
        raise ClusterError("invalid", f"stringData.{wrong[0]}: {words}", causes=causes)
    return converted(document)


def converted(document: Document) -> Document:
    """As `as_sent`, with what is no text left where it is."""
    plain = _plain(document)
    if not plain and "stringData" not in document:
        return document
    data = document.get("data") or {}
    if not is_secret(document) or not isinstance(document.get("stringData") or {}, dict) or not isinstance(data, dict):
        return document
    texts = {key: value or "" for key, value in plain.items() if isinstance(value, str | None)}
    encoded = {key: base64.b64encode(text.encode("utf-8", "surrogatepass")).decode() for key, text in texts.items()}
    out = {key: value for key, value in document.items() if key != "stringData"}
    if data or encoded:
        out["data"] = {**data, **encoded}
    if rest := {key: value for key, value in plain.items() if key not in texts}:
        out["stringData"] = rest
    return out


def restored(document: Document, said: Document) -> Document:
    """The way back from `converted`: values that `said` has in stringData are there again, as far as they are text."""
    if not is_secret(said) or document == converted(said):
        return said if document == converted(said) else document
    data = document.get("data")
    values = data if isinstance(data, dict) else {}
    texts = {key: text for key in _plain(said) if key in values and (text := decoded(values[key])) is not None}
    # What it says in both places was one value, and is.
    both = said.get("data") if isinstance(said.get("data"), dict) else {}
    rest = {key: value for key, value in values.items() if key not in texts or key in (both or {})}
    plain = {**texts, **_plain(document)}
    out = {**document, "data": rest, "stringData": plain}
    return {
        key: out[key]
        for key in dict.fromkeys([*said, *out])
        if key in out and (out[key] or key not in ("data", "stringData"))
    }


def decoded(value: Any) -> str | None:
    """The text that a value of data stands for; None where it is none."""
    try:
        return base64.b64decode(value, validate=True).decode()
    except (TypeError, ValueError):
        return None


def place(field: str, document: Document) -> Path:
    """Where in a design's document a field stands that the server names in what was sent (plan.field_path)."""
    if field.lstrip(".").startswith("stringData"):
        return field_path(field, document)
    path = field_path(field, converted(document))
    return ("stringData", *path[1:]) if path[:1] == ("data",) and path[1:2] and path[1] in _plain(document) else path


def hushed(text: str, document: Document) -> str:
    """What a server says about a Secret, without the values that the design gives it, also where they are cut off."""
    for form in sorted(set(_forms(document)), key=len, reverse=True):
        if len(form) >= _SHORT:
            text = text.replace(form, HIDDEN)
            if text.endswith("…"):
                cut = next((n for n in range(len(form) - 1, _SHORT - 1, -1) if text[:-1].endswith(form[:n])), 0)
                text = f"{text[: len(text) - 1 - cut]}{HIDDEN}…" if cut else text
        else:
            text = " ".join(HIDDEN if part.strip("\"'`()[]{},.:;") == form else part for part in text.split(" "))
    return text


def quiet(error: ClusterError, document: Document) -> ClusterError:
    """An error about a document; for a Secret, `hushed`."""
    if not is_secret(document):
        return error
    return ClusterError(
        error.kind,
        hushed(error.message, document),
        error.advice,
        status=error.status,
        causes=tuple(Cause(each.field, hushed(each.message, document)) for each in error.causes),
        owners=error.owners,
        warnings=warned(error.warnings, document),
    )


def warned(texts: tuple[str, ...], document: Document) -> tuple[str, ...]:
    """Warnings about a document; for a Secret, `hushed`."""
    return tuple(hushed(text, document) for text in texts) if is_secret(document) else texts


def _forms(document: Document) -> Iterator[str]:
    """How the values of a Secret may be written in words that are on one line."""
    held = [each for name in ("data", "stringData") if isinstance(each := document.get(name), dict)]
    for value in (value for each in held for value in each.values()):
        text = value if isinstance(value, str) else json.dumps(value, default=str)
        told = [
            text,
            str(value),
            base64.b64encode(text.encode("utf-8", "surrogatepass")).decode(),
            decoded(value) or "",
        ]
        for one in told:
            yield from (form for form in (" ".join(one.split()), json.dumps(one)[1:-1]) if form)
            yield from (line for line in map(str.strip, one.splitlines()) if len(line) >= _SHORT)


def _plain(document: Document) -> dict[str, Any]:
    found = document.get("stringData")
    return found if is_secret(document) and isinstance(found, dict) else {}
