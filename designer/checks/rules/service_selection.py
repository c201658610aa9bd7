"""A Service of the design selects a pod of the design.

Only a hint: the pods may come from elsewhere. A Service without a selector has its endpoints made by hand, and an
ExternalName Service has none. Source: ServiceSpec.selector in the API reference.
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts, object_title, title
from designer.checks.finding import Finding, Fix, edit
from designer.manifests.edits.selection import namespace
from designer.manifests.edits.tree import put
from designer.manifests.types import get

ID = "service-selects-nothing"
TITLE = "Service without pods"


def check(facts: Facts) -> Iterator[Finding]:
    for index, service in facts.services:
        selector = get(service, ("spec", "selector"))
        if not isinstance(selector, dict) or not selector or get(service, ("spec", "type")) == "ExternalName":
            continue
        if facts.selected(service):
            continue
        path = (index, "spec", "selector")
        near = [
            found.pod
            for found in facts.pods
            if found.pod.labels and namespace(facts.documents[found.pod.document]) == namespace(service)
        ]
        fix = None
        if len(near) == 1:
            own = get(facts.documents, (near[0].document, "spec", "selector", "matchLabels"))
            fits = isinstance(own, dict) and own and all(near[0].labels.get(key) == value for key, value in own.items())
            labels = own if fits else near[0].labels
            fix = Fix(f"Select {title(near[0])}", edit(put, path, dict(labels)))
        message = f"{object_title(service)} selects nothing in this design."
        yield Finding(ID, "hint", TITLE, message, path, (str(index),), fix)
