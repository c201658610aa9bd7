"""A role that a person chose: it goes before what is recognised, and can be taken back."""

from __future__ import annotations

import pytest

from designer.manifests import text
from designer.manifests.text import Text
from designer.manifests.types import ManifestError
from patterns.detect import Hint, roles
from patterns.detect.by_hand import choose, renamed

SOURCE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop # the front door
spec:
  template:
    spec:
      initContainers:
      - {name: migrate, image: shop}
      containers:
      - {name: shop, image: shop}
      - {name: envoy, image: envoyproxy/envoy}
"""
SHOP, ENVOY, INIT = "0/containers/0", "0/containers/1", "0/initContainers/0"


def test_what_a_person_says_goes_before_all_and_says_so() -> None:
    documents = choose(text.parse(SOURCE), ENVOY, "sidecar")
    role = roles(documents, [Hint("Deployment/shop", "envoy", "ambassador", "log-exporter")])[ENVOY]
    assert (role.role, role.certain, role.by_hand) == ("sidecar", True, True)
    assert role.evidence == [
        "A person said so, with the annotation role.podpatterns.dev/envoy.",
        "Without that it would be ambassador: It was woven from the preset Log files over HTTP.",
    ]
    # The preset stays known, by name.
    assert (role.preset, role.preset_title, role.woven) == ("log-exporter", "Log files over HTTP", True)


def test_the_pod_template_stays_as_it_is_and_so_does_the_text() -> None:
    source = Text.read(SOURCE)
    documents = choose(source.documents, ENVOY, "adapter")
    assert documents[0]["spec"] == source.documents[0]["spec"]
    added = source.rewrite(documents).text
    assert added.replace("  annotations:\n    role.podpatterns.dev/envoy: adapter\n", "") == SOURCE
    back = Text.read(added)
    assert back.rewrite(choose(back.documents, ENVOY, "")).text == SOURCE


def test_taking_back_what_was_not_said_changes_nothing_and_others_stay() -> None:
    documents = text.parse(SOURCE)
    assert choose(documents, ENVOY, "") == documents
    both = choose(choose(documents, ENVOY, "adapter"), SHOP, "sidecar")
    assert choose(both, ENVOY, "") == choose(documents, SHOP, "sidecar")


def test_the_choice_goes_along_with_a_new_name() -> None:
    documents = choose(text.parse(SOURCE.replace("name: envoy", "name: edge")), ENVOY, "adapter")
    documents[0]["spec"]["template"]["spec"]["containers"][1]["name"] = "border"
    assert renamed(documents, ENVOY, "edge")[0]["metadata"]["annotations"] == {"role.podpatterns.dev/border": "adapter"}
    assert renamed(documents, SHOP, "nobody") == documents


@pytest.mark.parametrize(
    ("address", "role", "message"),
    [
        (ENVOY, "queen", "'queen' is not a role: application, sidecar, ambassador, adapter"),
        (INIT, "sidecar", "what migrate is follows from its list"),
        ("0/containers/9", "sidecar", "0/containers/9"),
    ],
)
def test_what_cannot_be_said_is_refused(address: str, role: str, message: str) -> None:
    with pytest.raises(ManifestError, match=message):
        choose(text.parse(SOURCE), address, role)


def test_odd_annotations_do_no_harm() -> None:
    documents = text.parse(SOURCE)
    documents[0]["metadata"]["annotations"] = {
        "role.podpatterns.dev/envoy": "queen",
        "role.podpatterns.dev/": "sidecar",
    }
    assert roles(documents)[ENVOY].role == "ambassador"
    documents[0]["metadata"]["annotations"] = ["odd"]
    assert not roles(documents)[ENVOY].by_hand
