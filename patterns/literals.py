"""A preset is for others, so that what its Secrets hold is no part of it: it is asked for when it is woven. Pure.

Every value in a Secret's data or stringData, in `data` as its base64, is made of parameters:

- At least one of them is ``secret: true``, and has no default, images or choices, which everybody would read. Others
  beside it say whose it is and where: ``postgres://${USER}:${PASSWORD}@${HOST}:5432/${DB}``.
- Text beside them is separators, words of letters and hosts, as an address or a configuration has them. A run of eight
  characters or more that is neither may be a password, and so is refused; so is text that a secret value is glued to,
  for it would be part of that. (A password of letters alone cannot be told from a word.) Defaults of the parameters
  that are not secret count as such text.
- Without a secret one there may stand: ports, quantities, yes or no; a certificate (``make: certificate``), whose
  private key is another parameter; and what Kubernetes' own types of Secrets hold in public, the user name of
  basic-auth, the certificates of tls (https://kubernetes.io/docs/concepts/configuration/secret/#secret-types).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from designer.manifests import secrets
from designer.manifests.types import Document, Documents, ManifestError, Path, get
from patterns.parameters import BUILT_IN, PORTS, WHEN, Parameter, pieces

_PARTS = ("pod", "objects", "example")
# Of these types is what a person may keep to themselves. The others name something of the pod, or are in the preset.
_HIDEABLE = frozenset({"string", "text", "file", "integer"})
_HARMLESS = PORTS | {"boolean", "quantity"}
_PUBLIC = frozenset(
    {
        ("kubernetes.io/basic-auth", "username"),
        ("kubernetes.io/tls", "tls.crt"),
        ("kubernetes.io/tls", "ca.crt"),
    }
)
_LONG = 8
_SEPARATORS = re.compile(r"[\s:/@?&=;,\"'`{}\[\]<>()|]+")
_WORDS = re.compile(r"[A-Za-z]+([._-][A-Za-z]+)*")
_LABEL = r"[A-Za-z]+([_-][A-Za-z]+)*([_-]?[0-9]{1,3})?"
_HOST = re.compile(rf"({_LABEL}\.)+[A-Za-z]+|[0-9]{{1,3}}(\.[0-9]{{1,3}}){{3}}")
_GLUED = re.compile(r"[\w~+*!%#^$-]")


class _Slot(NamedTuple):
    """A Secret's value as a preset writes it: its path there, the Secret's name, its pieces (see `parameters.pieces`),
    and whether it is of those that are public."""

    path: Path
    secret: str
    pieces: list[tuple[str, bool]]
    public: bool

    def asked(self, declared: Mapping[str, Parameter]) -> list[Parameter]:
        return [declared[text] for text, is_name in self.pieces if is_name and text in declared]


def reaching(document: Document, declared: Mapping[str, Parameter]) -> set[str]:
    """The parameters of a preset whose values are in what a Secret holds, public ones too."""
    return {parameter.name for slot in _slots(document, declared) for parameter in slot.asked(declared)}


def confidential(document: Document, declared: Mapping[str, Parameter]) -> set[str]:
    """The parameters of a preset whose values are a Secret's, whether they are marked ``secret: true`` or not."""
    found: set[str] = set()
    for slot in _slots(document, declared):
        asked = slot.asked(declared)
        if not slot.public and not any(parameter.secret for parameter in asked):
            found |= {p.name for p in asked if p.type in _HIDEABLE and p.make != "certificate"}
    return found


def check(document: Document) -> None:
    """Raise ManifestError, with the path in a preset's document (which can be read), where it would tell what a Secret
    holds, or would not know that a parameter is to be kept secret."""
    raw = [one for one in document.get("parameters") or [] if isinstance(one, dict)]
    declared = {
        one["name"]: Parameter(
            **{**one, "choices": tuple(one.get("choices", ())), "names": tuple(one.get("names", ()))}
        )
        for one in raw
    }
    places: dict[str, Path] = {one["name"]: ("parameters", index) for index, one in enumerate(raw)}
    for slot in _slots(document, declared):
        asked = slot.asked(declared)
        if not asked:
            raise ManifestError(
                f"{slot.path[-1]} of Secret {slot.secret} would be told to everybody who has this preset: write "
                "${PASSWORD} in its place and declare that parameter with secret: true, or leave it empty",
                slot.path,
            )
        _check_text(slot, declared)
        hidden = [parameter for parameter in asked if parameter.secret]
        for parameter in asked:
            where = places[parameter.name]
            if not hidden and not slot.public and parameter.type not in _HARMLESS and parameter.make != "certificate":
                raise ManifestError(_unmarked(parameter, slot.secret), where)
            _check_given(parameter, slot.secret, where)


def _unmarked(parameter: Parameter, secret: str) -> str:
    if parameter.type in _HIDEABLE:
        return f"mark {parameter.name} secret: true, as its value goes into Secret {secret}"
    return (
        f"{parameter.name} goes into Secret {secret}, and a {parameter.type} is not kept secret: "
        "give it type: string and secret: true"
    )


def _check_text(slot: _Slot, declared: Mapping[str, Parameter]) -> None:
    """Raise ManifestError for text that may be part of what is to be secret."""
    for index, (text, is_name) in enumerate(slot.pieces):
        if is_name:
            continue
        before, after = slot.pieces[index - 1 : index], slot.pieces[index + 1 : index + 2]
        glued = [
            text
            for beside, sign in ((before, text[:1]), (after, text[-1:]))
            if beside and (found := declared.get(beside[0][0])) and found.secret and _GLUED.match(sign)
        ]
        telling = next(iter(glued), None) or _telling(text)
        if telling:
            raise ManifestError(
                f"“{telling.strip()}” in {slot.path[-1]} of Secret {slot.secret} may be part of a password, and would "
                "be told to everybody who has this preset: ask for all of it, in a parameter with secret: true",
                slot.path,
            )


def _check_given(parameter: Parameter, secret: str, where: Path) -> None:
    """Raise ManifestError for what a preset gives a parameter by itself and that may be a Secret's value."""
    given: dict[str, Collection[Any]] = {
        "default": [parameter.default],
        "images": parameter.images.values(),
        "choices": parameter.choices,
    }
    for key, values in given.items():
        for value in values:
            if value in (None, "") or not (parameter.secret or _telling(str(value))):
                continue
            way = "let a person give it, or have it made with make: password" if parameter.secret else "mark it secret"
            raise ManifestError(
                f"{key} of {parameter.name} goes into Secret {secret} and would be told to everybody who has this "
                f"preset: take it out and {way}",
                (*where, key),
            )


def _telling(text: str) -> str:
    """What of a text may be confidential, or ""."""
    long = (token for token in _SEPARATORS.split(text) if len(token) >= _LONG)
    return next((token for token in long if not (_WORDS.fullmatch(token) or _HOST.fullmatch(token))), "")


def _slots(document: Document, declared: Mapping[str, Parameter]) -> Iterator[_Slot]:
    names = {*declared, *BUILT_IN}
    for part in _PARTS:
        listed = document.get(part)
        listed = [listed] if isinstance(listed, dict) else listed
        held: Documents = _named([one for one in listed if isinstance(one, dict)]) if isinstance(listed, list) else []
        for path, slot in secrets.slots(held).items():
            if WHEN in path:
                continue
            name = get(held[int(path[0])], ("metadata", "name")) or "without a name"
            kind = get(held, (*path[:-2], "type"))
            text = slot.value if isinstance(slot.value, str) else ""
            at = (part, *path[1:]) if part == "pod" else (part, *path)
            yield _Slot(at, str(name), pieces(text, names), (kind, path[-1]) in _PUBLIC)


def _named(value: Any) -> Any:
    """Objects whose kind a parameter says as if that were a Secret, which it may be."""
    if isinstance(value, list):
        return [_named(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("kind")
    turned = {"kind": "Secret"} if isinstance(kind, str) and "${" in kind else {}
    return {**{key: _named(inner) for key, inner in value.items()}, **turned}
