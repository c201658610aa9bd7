"""What a check found, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from designer.manifests.edits.tree import Edited
from designer.manifests.types import Documents, Path, Transform

Severity = Literal["error", "warning", "hint"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "hint")


@dataclass(frozen=True)
class Fix:
    """A transform that mends a finding. The label says what it does: "Move elasticsearch to 9201"."""

    label: str
    transform: Transform = field(repr=False, compare=False)


def edit(verb: Callable[..., Edited | Documents], *arguments: Any, **named: Any) -> Transform:
    """A verb of designer.manifests.edits with its arguments, as the transform of a fix."""

    def transform(documents: Documents) -> Documents:
        done = verb(documents, *arguments, **named)
        return done.documents if isinstance(done, Edited) else done

    return transform


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong (error), likely wrong (warning) or worth a look (hint).

    `path` is the field it stands at, document index first; with `rule` it names the finding, so that the fix is found
    again when its button is pressed. `addresses` are the boxes to light.
    """

    rule: str
    severity: Severity
    title: str
    message: str
    path: Path
    addresses: tuple[str, ...]
    fix: Fix | None = None
