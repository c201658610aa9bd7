"""Which Kubernetes versions have a field that the one at hand has not."""

from __future__ import annotations

from functools import lru_cache

from designer.manifests import since
from designer.manifests.schema import Field, schema, versions


@lru_cache(maxsize=4096)
def history(definition: str, name: str) -> tuple[Field, str, str] | None:
    """A field as the newest version has it that does, the first version with it ("" for the oldest there is), and the
    last ("" for the newest). None where none ever had it.

    An older version is loaded only where the index says that it was the last to have such a field.
    """
    last = since.last(definition, name)
    field = schema(last or versions()[-1]).fields(definition).get(name)
    return (field, since.since(definition, name), last) if field else None
