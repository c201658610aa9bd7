"""The picture of a design: what is wrong in it, and its drawing on the screen. One that cannot be drawn leaves the rest
of the screen as it is."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from designer.checks import Finding
from designer.diagram.layout import layout
from designer.diagram.svg import svg
from designer.manifests.types import Documents

_log = logging.getLogger(__name__)


def drawn(documents: Documents, roles: Mapping[str, str], bad: Collection[str]) -> SafeString:
    """The diagram as `layout` has it; where drawing fails, which is a fault of ours and goes to the log, a few words
    in its place: who cannot see a design can still read, edit and undo it."""
    try:
        return mark_safe(svg(layout(documents, roles, bad)))  # noqa: S308 - the drawing escapes every text
    except Exception:
        _log.exception("A design could not be drawn")
        return render_to_string("designs/_undrawn.html")


def wrong(findings: Iterable[Finding]) -> set[str]:
    """The addresses of what has errors, as `layout` takes them: also of a port, where it is a port's."""
    bad: set[str] = set()
    for finding in findings:
        if finding.severity == "error":
            bad |= {*finding.addresses, *_ports(finding)}
    return bad


def _ports(finding: Finding) -> Iterable[str]:
    """ "0/containers/1/ports/0" for a finding about a field of that port."""
    path = finding.path
    if "ports" not in path[3:]:
        return
    at = path.index("ports", 3)
    container = f"{path[0]}/{path[at - 2]}/{path[at - 1]}"
    if len(path) > at + 1 and container in finding.addresses:
        yield f"{container}/ports/{path[at + 1]}"
