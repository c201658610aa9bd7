"""The plan: try a design on a cluster and show what would change; settle a conflict by an edit of the design."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from designer.clusters import reach, runs, secret_rights, secret_values
from designer.clusters.errors import ClusterError
from designer.clusters.models import ApplyRun, Cluster
from designer.clusters.open import client_of
from designer.clusters.plan import field_path, namespace_of
from designer.clusters.results import BY_DESIGN
from designer.clusters.target import Target
from designer.designs.change import Changed
from designer.designs.models import Design
from designer.manifests.pod import name_of
from designer.manifests.text import copy
from designer.manifests.types import Document, Documents, ManifestError, Path, get, show
from designer.web import access
from designer.web.access import Request, Role
from designer.web.applied import note_taken
from designer.web.panes import edited
from designer.web.views.apply import refused, unusable
from designer.web.views.runs import found_run, homeless, told


@require_POST
@access.person
def plan(request: Request, pk: int) -> HttpResponse:
    """Start a try of the design as it is now, or of what the run `of` applied; the answer asks for more by itself.
    It changes nothing: who may look at the design and into the cluster may see what would come of it."""
    design = access.design(request, pk, Role.READER)
    verb = request.POST.get("verb", "")
    of = found_run(request, design, request.POST.get("of", ""))
    if verb not in ApplyRun.Verb.values or (verb != ApplyRun.Verb.APPLY and (of is None or of.dry_run)):
        raise Http404
    number = request.POST.get("cluster", "")
    cluster = of.cluster_id if of else int(number) if number.isascii() and number.isdecimal() else 0
    namespace = of.namespace if of else request.POST.get("namespace", "").strip() or "default"
    if why := unusable(request, "look", cluster, namespace):
        return refused(request, why)
    if not design.documents and verb == ApplyRun.Verb.APPLY:
        return refused(request, "This design is empty: there is nothing to apply.")
    return told(request, design, _planned(request, design, cluster or 0, namespace, verb, of))


def _planned(
    request: Request, design: Design, cluster: int, namespace: str, verb: str, of: ApplyRun | None
) -> ApplyRun:  # fmt: skip
    found = reach.cluster(request.user, cluster)
    if found is None:
        raise Http404
    revision = of.revision if of and verb == ApplyRun.Verb.ROLL_BACK else design.number
    order = runs.Order(found, namespace, revision, verb=verb, of=of, dry_run=True)
    return runs.start(design, order, request.user)


@require_POST
@access.person
def settle(request: Request, pk: int, run: int) -> HttpResponse:
    """Settle a conflict of the plan `run` in the design: `give` the field up, or `share` it by saying what is there;
    or add the `namespace` that it needs and the cluster does not have.

    The design gets a revision, and a new plan begins. A value that a Secret holds there is shared only by who may apply
    there, who could read it anyhow.
    """
    design = access.design(request, pk, Role.EDITOR)
    planned = found_run(request, design, str(run))
    if planned is None or not planned.dry_run or planned.cluster is None:
        raise Http404
    if planned.revision != design.number:
        return refused(request, "The design was edited since this plan. Plan again, then choose.")
    if request.POST.get("choice") == "namespace":
        return _with_namespace(request, design, planned)
    result = planned.results.filter(action="conflict", pk=request.POST.get("result", "0")).first()
    place = request.POST.get("field", "")
    owners = [each for each in result.owners if each["operation"] != BY_DESIGN] if result else []
    owner = next((each for each in owners if each["field"] == place), None)
    if result is None or result.document is None or owner is None:
        raise Http404
    index = result.document
    document = design.documents[index]
    where = namespace_of(document, planned.namespace) or planned.namespace
    if why := unusable(request, "look", planned.cluster_id, where):
        return refused(request, why)
    path = secret_values.place(place, document)
    share = request.POST.get("choice") == "share"
    if share and (why := secret_rights.unread(request.user, planned.cluster, where, document)):
        return refused(request, why, 403)
    try:
        live = _live(request, planned, planned.cluster, document) if share else {}
        value = _there(live, document, place) if share else None
    except ClusterError as error:
        return refused(request, str(error))
    what = f"{show(path)} of {name_of(document)}"
    words = f"took {what} as {planned.context} has it" if share else f"gave {what} up to {owner['manager']}"
    changed = design.change(
        lambda documents: _settled(documents, index, place, value),
        by=request.user,
        base=planned.revision,
        summary=words,
    )
    if share and secret_rights.held(document, live):
        note_taken(request, request.user, design, f"{planned.context}/{where}", secrets=True)
    return _again(request, design, planned, changed)


def _with_namespace(request: Request, design: Design, planned: ApplyRun) -> HttpResponse:
    name = request.POST.get("field", "")
    if name not in {each.namespace for each in planned.results.all() if homeless(each)}:
        raise Http404
    if why := unusable(request, "look", planned.cluster_id, planned.namespace):
        return refused(request, why)
    made = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    changed = design.change(
        lambda documents: [*documents, made], by=request.user, base=planned.revision, summary=f"added Namespace {name}"
    )
    return _again(request, design, planned, changed)


def _again(request: Request, design: Design, planned: ApplyRun, changed: Changed) -> HttpResponse:
    """The edited design, and a new plan of it to the same place."""
    again = _planned(request, design, planned.cluster_id or 0, planned.namespace, planned.verb, planned.of)
    answer = edited(request, design, changed)
    answer.write(told(request, design, again).content.decode())
    return answer


def _live(request: Request, planned: ApplyRun, cluster: Cluster, document: Document) -> Document:
    """The object as the cluster has it, asked for again: what is shown of it may be masked."""
    client, where = client_of(cluster), namespace_of(document, planned.namespace)
    only = reach.reach(request.user).namespaces("look", cluster) or []
    if why := Target(client, planned.namespace, allowed=only).outside(document, where):
        raise ClusterError("forbidden", why)
    found = client.get(document, where)
    if not found:
        raise ClusterError("not-found", f"{name_of(document)} is not on the cluster any more.", "Plan again.")
    if why := secret_rights.unread(request.user, cluster, where or planned.namespace, found.document):
        raise ClusterError("forbidden", why)
    return found.document


def _there(live: Document, document: Document, place: str) -> Any:
    """The value of a field of the live object."""
    value = get(live, field_path(place, live))
    if value is None:
        raise ClusterError("not-found", f"{name_of(document)} does not have this field there any more.", "Plan again.")
    return value


def _settled(documents: Documents, index: int, place: str, value: Any) -> Documents:
    """The documents with the field set to `value`, or, with None, without it and the maps that held nothing else."""
    out = copy(documents)
    one = secret_values.converted(out[index])
    path = field_path(place, one)
    holder = get(one, path[:-1])
    if not path or get(one, path) is None:
        raise ManifestError("this field does not stand in the design, so it cannot be given up there", (index,))
    if value is not None:
        holder[path[-1]] = value
    else:
        _without(one, path)
    out[index] = secret_values.restored(one, documents[index])
    return out


def _without(document: Document, path: Path) -> None:
    del get(document, path[:-1])[path[-1]]
    while path[:-1] and get(document, path[:-1]) == {}:
        path = path[:-1]
        del get(document, path[:-1])[path[-1]]
