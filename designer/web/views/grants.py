"""Giving a cluster to a team: in which of its namespaces, and who of the team may apply. Administrators do it."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from designer.clusters import reach
from designer.clusters.models import Cluster, Grant
from designer.teams import audit
from designer.teams.errors import TeamError
from designer.teams.models import Team
from designer.web import access
from designer.web.access import Request
from designer.web.views.clusters import page

audit.SENTENCES |= {
    "cluster-given": ("cluster", "gave the cluster {cluster} to {team}: {terms}"),
    "grant-changed": ("cluster", "changed for what {team} has the cluster {cluster}: {terms}; before: {before}"),
    "cluster-taken": ("cluster", "took the cluster {cluster} from {team}"),
}
_MOST = 200  # namespaces of a grant


@require_POST
@access.administrator
@transaction.atomic
def give(request: Request, cluster: int) -> HttpResponse:
    """Give the cluster to the team `team` (its slug), or change for what it has it: `least` of it may apply, in
    `namespaces`, and so may who is named in `people`."""
    found = access.cluster(request, cluster)
    if found.source == Cluster.Source.CONTEXT:
        raise Http404
    post = request.POST
    team = Team.objects.filter(slug=post.get("team", "")).first()
    try:
        if team is None:
            raise TeamError("Choose the team that the cluster is for.")
        if post.get("least") not in Grant.Least.values:
            raise TeamError(f"Choose who of {team.name} may apply.")
        namespaces = _namespaces(found, post.get("namespaces", ""))
        people = _members(team, post.get("people", ""))
    except TeamError as error:
        return page(request, found, 422, grant_problem=str(error), sent=post)
    grant = Grant.objects.filter(cluster=found, team=team).first()
    before = terms(grant) if grant else ""
    grant = grant or Grant(cluster=found, team=team)
    grant.least, grant.namespaces = post["least"], namespaces
    grant.save()
    grant.people.set(people)
    after = terms(grant)
    if not before:
        audit.record(request, request.user, "cluster-given", cluster=found, team=team, terms=after)
    elif after != before:
        audit.record(request, request.user, "grant-changed", cluster=found, team=team, terms=after, before=before)
    if after != before:
        messages.success(request, f"{team.name} has {found.name}: {after}.")
    return redirect("cluster", found.pk)


@require_POST
@access.administrator
@transaction.atomic
def take(request: Request, cluster: int, grant: int) -> HttpResponse:
    """Take the cluster from a team. What it applied stays there."""
    found = access.cluster(request, cluster)
    given = found.grants.select_related("team").filter(pk=grant).first()
    if given is None:
        raise Http404
    audit.record(request, request.user, "cluster-taken", cluster=found, team=given.team)
    given.delete()
    messages.success(request, f"{given.team.name} does not have {found.name} any more.")
    return redirect("cluster", found.pk)


def terms(grant: Grant) -> str:
    """What a grant says, in words: "its editors and owners apply, and vi, in shop and web"."""
    named = ", ".join(sorted(person.get_username() for person in grant.people.all()))
    where = f"in {', '.join(grant.namespaces)}" if grant.namespaces else "in every namespace that it has"
    return f"{reach.WHO[Grant.Least(grant.least)]} may apply{f', and {named}' if named else ''}, {where}"


def _namespaces(cluster: Cluster, sent: str) -> list[str]:
    names = list(dict.fromkeys(sent.replace(",", " ").split()))[:_MOST]
    for name in names:
        if why := reach.namespace_problem(cluster, name):
            raise TeamError(why)
    return names


def _members(team: Team, sent: str) -> list[int]:
    """The accounts that were named, which have to be in the team: who leaves it loses what it gave them."""
    names = {name.lower() for name in sent.replace(",", " ").split()}
    found = {one.person.get_username().lower(): one.person_id for one in team.memberships.select_related("person")}
    if strange := sorted(names - set(found)):
        raise TeamError(f"{', '.join(strange)} is not in {team.name}: only who is in the team can be named.")
    return [found[name] for name in names]
