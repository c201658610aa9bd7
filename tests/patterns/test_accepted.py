"""A real API server accepts every built-in preset, on its example and on every kind of workload, without a warning."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from designer.manifests import text
from designer.manifests.schema import schema
from designer.manifests.text import Text
from designer.manifests.types import Documents
from designer.web.made import certificate
from patterns import catalogue
from patterns.weave import unweave, weave
from tests.cluster.control_plane import ControlPlane
from tests.patterns.test_named_presets import KINDS, workload

pytestmark = pytest.mark.broad

MADE = certificate(["localhost"])
# What a preset brings only if it is asked to.
MORE: dict[str, dict[str, Any]] = {
    "tls-sidecar": {"CERTIFICATE": MADE.certificate, "PRIVATE_KEY": MADE.key, "HARDENED": True},
    "redis-adapter": {"ADDRESS": "redis://localhost:6380", "PASSWORD_SECRET": "redis"},
    "forward-ambassador": {"HOST": "api.example.org", "PORT": 8081},
    "postgres-adapter": {"PASSWORD": "hush"},
    "request-splitter": {"KEY": "$remote_addr", "DEMO": False},
    "weighted-ambassador": {"DEMO": False},
    "log-tailing": {"LOGGING": "", "VARIABLE": ""},
}


def accepted(plane: ControlPlane, namespace: str, designs: Iterable[Documents]) -> set[str]:
    """Try documents on the API server, where an unknown field and a warning are errors; the kinds it does not have."""
    documents = [document for design in designs for document in design]
    known = [d for d in documents if schema().definition_of(d["apiVersion"], d["kind"])]
    # The one namespace in a preset is that of the account which a binding names; the object's is the test's.
    how = ["--server-side", "--dry-run=server", "--validate=strict", "--warnings-as-errors"]
    plane.kubectl("apply", *how, f"--namespace={namespace}", "-f", "-", stdin=text.dump(known))
    return {document["kind"] for document in documents if document not in known}


@pytest.mark.cluster
@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_woven_with_defaults_it_is_accepted(name: str, control_plane: ControlPlane, namespace: str) -> None:
    """On its own example, and on every kind of workload; with and without native sidecars."""
    preset = catalogue.preset(name)
    example = [weave(preset, values, [], None).documents for values in ({}, MORE.get(name, {}))]
    before = [text.parse(workload(kind)) for kind in KINDS]
    woven = [weave(preset, {}, documents, 0).documents for documents in before]
    plain = [weave(preset, {}, before[KINDS.index("Deployment")], 0, native=False).documents]
    unknown = accepted(control_plane, namespace, [*example, *woven, *plain])
    assert unknown <= {"ServiceMonitor", "Prometheus"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_taken_off_it_leaves_the_text_as_it_was(name: str, kind: str) -> None:
    before = workload(kind)
    documents = text.parse(before)
    woven = weave(catalogue.preset(name), {}, documents, 0)
    standing = Text.read(before).rewrite(woven.documents).text
    assert standing != before
    assert text.parse(standing) == woven.documents
    off = unweave(documents, woven.documents, text.parse(standing))
    assert off.conflicts == []
    assert Text.read(standing).rewrite(off.value).text == before
