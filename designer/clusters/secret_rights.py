"""The values of Secrets between a design and a cluster: who may send them there, and who may read them there.

Who may edit a design may read what its Secrets hold, and send it where they may apply. Who only looks at it may apply
it as it stands in what its own team has: another team's cluster would hand them the values. The other way round, who
may apply in a namespace can read its Secrets by a pod that mounts them; who may look into it cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from designer.clusters import reach, secret_values
from designer.clusters.errors import ClusterError
from designer.clusters.models import Cluster
from designer.clusters.plan import namespace_of
from designer.designs.models import Design, Role
from designer.manifests import secrets
from designer.manifests.pod import name_of
from designer.manifests.types import Document, Documents

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def held(*objects: Document) -> bool:
    """Whether one of these is a Secret, or holds what a Secret holds (manifests/secrets.py)."""
    return any(map(secret_values.is_secret, objects)) or bool(secrets.slots(list(objects)))


@dataclass(frozen=True)
class Sending:
    """What a person may send to clusters of what the Secrets of a design hold: all, where they may edit it; else what
    `own`, their reach by the design's own team alone, lets them."""

    edits: bool
    own: reach.Reach

    def why_not(self, verb: reach.Verb, cluster: Cluster, document: Document, where: str) -> str:
        """Why an object may not go to a namespace with what it holds, in words; "" where it may."""
        only = None if self.edits else self.own.namespaces(verb, cluster)
        if only is None or where in only or not secrets.slots([document]):
            return ""
        does = "lets you apply" if verb == "apply" else "lets you look"
        what = f"{document.get('kind')} {name_of(document)}"
        return (
            f"What {what} holds is not yours to send to {cluster.name}/{where}: you may look at this design and not "
            f"edit it, and it is not its own team that {does} there. Ask somebody who may edit it."
        )

    def refusal(self, cluster: Cluster, namespace: str, documents: Callable[[], Documents]) -> str:
        """Why they may not apply documents of the design with `namespace` chosen for it, in words; "" where they may.
        The documents are asked for only where that depends on them."""
        if self.edits or self.own.namespaces("apply", cluster) is None:
            return ""
        try:
            found = documents()
        except ClusterError:  # its revision is not kept: nothing of it can go anywhere
            return ""
        each = ((namespace_of(one, namespace) or namespace, one) for one in found)
        return next((why for where, one in each if (why := self.why_not("apply", cluster, one, where))), "")


def sending(person: User | None, design: Design) -> Sending:
    """What a person (None: an account that was erased) may send of a design's Secrets. Up to two queries."""
    role = design.role_of(person) if person is not None else None
    if settings.LOCAL_MODE or (role is not None and role >= Role.EDITOR):
        return Sending(True, reach.Reach(all=True))
    return Sending(False, reach.by_team(person, design.team_id) if role is not None else reach.Reach(all=False))


def unread(person: User | None, cluster: Cluster, where: str, *objects: Document) -> str:
    """Why a person may not take into a design what these objects hold in a namespace of a cluster, in words; "" where
    they may, or where no Secret is among them."""
    why = reach.reach(person).refusal("apply", cluster, where) if held(*objects) else ""
    return f"What a Secret holds there is taken only by who may apply there. {why}" if why else ""
