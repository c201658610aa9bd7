"""What came of one object, in a plan or in an apply: what both record and every screen shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from designer.clusters.compare import Change
from designer.clusters.objects import claim
from designer.manifests.pod import name_of
from designer.manifests.types import Document, Path

# What a plan says of an object. "waits": for what the design itself brings (its namespace, its kind). "conflict":
# another manager owns a field of it. "immutable": it would have to be deleted and created. "left": applied before, no
# longer in the design.
Foreseen = Literal["new", "changed", "unchanged", "immutable", "conflict", "refused", "waits", "left"]
# What came of an object that was applied or deleted; "gone" was not there any more.
Done = Literal["created", "configured", "unchanged", "recreated", "failed", "skipped", "pruned", "deleted", "gone"]
Action = Foreseen | Done
CHANGES: tuple[Action, ...] = ("new", "changed", "immutable", "conflict", "waits")
# A conflict's operation where not a field's manager but another design of ours holds the object.
BY_DESIGN = "Design"
# After these an object of the design stands on the cluster.
APPLIED: tuple[Action, ...] = ("created", "configured", "unchanged", "recreated")


@dataclass(frozen=True)
class FieldProblem:
    """What the API server says about a field. `path` is where it stands in the document, () for the whole of it."""

    field: str
    path: Path
    message: str


@dataclass(frozen=True)
class Conflict:
    """A field that another manager owns and the design would change. `path` is where it stands in the document (() if
    it does not), `live` and `wanted` are its values (masked, in a Secret).

    With the operation BY_DESIGN `manager` is what another design is called that applied the object, `live` its mark.
    """

    manager: str
    field: str
    path: Path = ()
    live: Any = None
    wanted: Any = None
    operation: str = ""
    time: str = ""

    @property
    def as_json(self) -> dict[str, Any]:
        return {**self.__dict__, "path": list(self.path)}


@dataclass(frozen=True)
class ObjectResult:
    """What came of one object. `index` is its place in the design, None for one that is not in it; `message` is for
    people, "" when all is well; `uid` tells an object from a later one of its name."""

    index: int | None
    api_version: str
    kind: str
    name: str
    namespace: str
    action: Action
    message: str = ""
    warnings: tuple[str, ...] = ()
    causes: tuple[FieldProblem, ...] = ()
    owners: tuple[Conflict, ...] = ()
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    uid: str = ""

    @property
    def key(self) -> str:
        return f"{self.api_version}/{self.kind}/{self.namespace}/{self.name}"


def result(index: int | None, document: Document, where: str, action: Action, message: str = "") -> ObjectResult:
    """A result that names the document."""
    named = (str(document.get("apiVersion") or ""), str(document.get("kind") or ""), name_of(document))
    return ObjectResult(index, *named, where, action, message)


def choices(key: str, owners: Iterable[dict[str, Any]]) -> list[str]:
    """What there is to take over of an object, as `apply_documents` wants it said: its fields, it from a design."""
    held = list(owners)
    fields = [key] if any(each["operation"] != BY_DESIGN for each in held) else []
    return fields + [claim(key, each["live"]) for each in held if each["operation"] == BY_DESIGN]
