"""The selector of a Deployment, StatefulSet, DaemonSet or ReplicaSet selects the pods of its own template.

Source: `selector` in the API reference of each ("It must match the pod template's labels"). The fix changes the labels:
the selector of an object that is applied already cannot be changed.
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts, title
from designer.checks.finding import Finding, Fix, edit
from designer.manifests.edits.objects import SELECTING, with_labels
from designer.manifests.edits.selection import matches
from designer.manifests.edits.tree import put, the_pod
from designer.manifests.types import Documents, Path, get

ID = "workload-selector"
TITLE = "Selector does not match"


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        pod = found.pod
        if pod.kind not in SELECTING:
            continue
        path: Path = (pod.document, "spec", "selector")
        selector = get(facts.documents, path)
        wanted = get(selector, ("matchLabels",))
        fix = None
        if not get(selector, ("matchExpressions",)) and (not isinstance(wanted, dict) or not wanted):
            message = f"{title(pod)} has no selector, so it cannot find its own pods."
            if pod.labels or get(pod.template, ("metadata", "labels")) in (None, {}):
                fix = Fix("Select the pods of its template", edit(_selected, pod.document))
        elif matches(selector, pod.labels):
            continue
        else:
            message = f"{title(pod)} does not select its own pods: their labels do not match its selector."
            labels = get(pod.template, ("metadata", "labels"))
            if (
                isinstance(wanted, dict)
                and all(isinstance(value, str) for value in wanted.values())
                and matches({**selector, "matchLabels": {}}, {**pod.labels, **wanted})
                and (labels is None or isinstance(labels, dict))
            ):
                given = ", ".join(f"{key}: {value}" for key, value in wanted.items() if pod.labels.get(key) != value)
                place = (pod.document, *pod.path, "metadata", "labels")
                fix = Fix(
                    f"Label the pods {given}",
                    edit(put, place, {**(labels or {}), **wanted}),
                )
        yield Finding(ID, "error", TITLE, message, path, (pod.address,), fix)


def _selected(documents: Documents, document: int) -> Documents:
    return with_labels(documents, the_pod(documents, document))[0]
