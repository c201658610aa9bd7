"""Fields whose rows hold what may be values of a Secret as tokens of the vault, and anything else as it is.

A model reads and writes texts and documents as with Django's own fields, and the columns are of the same types. What is
written decides: what may hold values of a Secret is stored sealed (vault.py), so that a copy of the database tells
nobody; ordinary rows stay readable, fast, and there without a key. Rows of before are read as they are, and sealed by
`manage.py reseal`. Nothing can be looked up in such a column: a token is another one each time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models

from designer import vault
from designer.manifests import secrets

if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
    _TextField = models.TextField[str, str]
else:  # which are generic for the type checker only
    _Field, _TextField = models.Field, models.TextField

# More than is hidden on screens (manifests/secrets.py): a kind while it is typed or deleted, and those that end so.
_KIND = re.compile(r"Secret(?:List)?\b")
_TYPED = re.compile(
    r"kind(?:\W{1,8}[sS](?:e(?:c(?:r(?:e(?:ts?)?)?)?)?)?\b|[\"']?:\s*(?:\"\"|''|null\b|~|\Z)|:[ \t]*\r?\n)"
)
_DATA = '"data": '
_PREFIX = "ppd-sealed:1:"
_SEALED = _PREFIX + "gAAAAA"  # how every token of Fernet begins: its version, and the upper half of the time
_DUMPED = "ppd-sealed"


def may_hold(text: str) -> bool:
    """Whether a text, YAML or JSON, may hold values of a Secret: rather said once too often."""
    if "tringData" in text or "tringdata" in text or _KIND.search(text) or _TYPED.search(text):
        return True
    return secrets.may_hold(text)


def token_in(stored: Any) -> str:
    """The vault's token in what a column holds; "" where that is not sealed."""
    return stored.removeprefix(_PREFIX) if isinstance(stored, str) and stored.startswith(_SEALED) else ""


def sealed(text: str) -> str:
    """A text as a column holds it, sealed. Raises VaultError where there is no key."""
    return _sealed(text, tuple(settings.CREDENTIALS_KEYS))


def unsealed(token: str) -> str:
    """The text of a token. Raises VaultError, in the words that a page says, where no key fits."""
    return _unsealed(token, tuple(settings.CREDENTIALS_KEYS))


# An edit writes the same text into the design and its revision; what is open is read again and again.
@lru_cache(maxsize=4)
def _sealed(text: str, _keys: tuple[str, ...]) -> str:
    return _PREFIX + vault.seal(text)


@lru_cache(maxsize=32)
def _unsealed(token: str, _keys: tuple[str, ...]) -> str:
    try:
        return vault.unseal(token)
    except vault.VaultError:
        raise vault.VaultError(
            "A Secret in this is sealed with a key that is not here. Whoever runs the designer can put that key back, "
            "behind the others in PPD_CREDENTIALS_KEYS or as a line of the file credentials-key in the data folder, "
            "and start it again. Designs without Secrets open without it."
        ) from None


class Stored:
    """A value in the form that its column holds, whatever that is: it is not looked at again."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Sealing(_Field):
    """What both fields do. `beside` names the field of the model that tells the kind of object this one holds the rest
    of."""

    def __init__(self, *args: Any, beside: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.beside = beside

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "beside": self.beside} if self.beside else kwargs

    def written(self, value: Any) -> str:
        """A value as the text that is sealed."""
        return str(value)

    def read(self, text: str) -> Any:
        """The way back."""
        return text

    def kind(self, row: models.Model) -> str | None:
        """What is beside it in a row."""
        return str(getattr(row, self.beside)) if self.beside else None

    def stored(self, value: Any, kind: str | None = None) -> Any:
        """A value as its column holds it. `kind` is what is beside it; it may be a Secret where that is not known.

        Raises VaultError where it is to be sealed and there is no key.
        """
        if isinstance(value, Stored):
            return value.value
        if not value:
            return value
        text = self.written(value)
        # Who typed a token of elsewhere must not have it opened when it is read.
        holds = may_hold(text) or (isinstance(value, str) and value.startswith(_PREFIX))
        if self.beside and not holds:
            holds = may_hold(f"kind: {kind}") if kind is not None else _DATA in text
        return sealed(text) if holds else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if not self.beside or hasattr(value, "resolve_expression"):
            return value
        return Stored(self.stored(value, self.kind(model_instance)))

    def get_prep_value(self, value: Any) -> Any:
        return value if hasattr(value, "resolve_expression") else self.stored(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        above: Any = getattr(super(), "from_db_value", None)
        value = above(value, expression, connection) if above else value
        token = token_in(value)
        return self.read(unsealed(token)) if token else value

    def value_to_string(self, obj: models.Model) -> Any:
        """For a dump of the data (JSON or YAML), which is a copy of the database like any other."""
        value = self.stored(self.value_from_object(obj), self.kind(obj))
        return {_DUMPED: token} if (token := token_in(value)) else value

    def to_python(self, value: Any) -> Any:
        # What was dumped comes back as an object, which no form sends: a token that somebody sends stays one.
        if isinstance(value, dict) and value.keys() == {_DUMPED}:
            return self.read(unsealed(value[_DUMPED]))
        return super().to_python(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.model.__name__}.{self.name} may be sealed: nothing can be looked up in it")

    def get_transform(self, lookup_name: str) -> Any:
        return None


class SealedTextField(Sealing, _TextField):
    """A text that is stored sealed where it may hold values of a Secret."""

    if TYPE_CHECKING:

        def __get__(self, instance: Any, owner: Any) -> str: ...  # type: ignore[override]


class SealedJSONField(Sealing, models.JSONField):
    """Plain data that is stored sealed, as a JSON string, where it may hold values of a Secret."""

    def written(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, cls=self.encoder)

    def read(self, text: str) -> Any:
        return json.loads(text, cls=self.decoder)


class SealingQuerySet(models.QuerySet[Any]):
    """The rows of a model whose sealed fields go by the one `beside` them, which an update in bulk would not ask."""

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        rows, names = list(objs), list(fields)
        found = [self.model._meta.get_field(name) for name in names]
        asking = [field for field in found if isinstance(field, Sealing) and field.beside]
        held = [(row, field.attname, getattr(row, field.attname)) for field in asking for row in rows]
        try:
            for field in asking:
                for row in rows:
                    setattr(row, field.attname, models.Value(field.pre_save(row, False), output_field=field))
            return super().bulk_update(rows, names, batch_size)
        finally:
            for row, name, value in held:
                setattr(row, name, value)
