"""Values that do not suit the pod, or each other: names that something else has, and certificates without their key."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from designer.manifests.match import same
from designer.manifests.types import Document, Documents, ManifestError
from designer.web.made import certificate
from patterns import catalogue, pem
from patterns.preset import check
from patterns.stack import again, put_on
from patterns.weave import weave
from tests.patterns.test_weave import deployment, pod

TLS = catalogue.preset("tls-sidecar")
MADE, OTHER = certificate(["localhost"]), certificate(["localhost"])
GIVEN: dict[str, Any] = {"CERTIFICATE": MADE.certificate, "PRIVATE_KEY": MADE.key}


def wrong(documents: Documents | None = None, **values: Any) -> dict[str, str]:
    return check(TLS, values, documents or [pod(volumes=[{"name": "data", "emptyDir": {}}])], 0)


def test_a_name_that_something_else_has_is_refused() -> None:
    assert wrong(CONTAINER="app") == {"CONTAINER": "the pod has a container app: choose another name"}
    assert wrong(KEY_VOLUME="data") == {"KEY_VOLUME": "the pod has a volume data: choose another name"}
    workload = {**deployment({"app": "web"}), "kind": "StatefulSet"}
    workload["spec"] = {**workload["spec"], "volumeClaimTemplates": [{"metadata": {"name": "data"}}]}
    assert wrong([workload], KEY_VOLUME="data") == {
        "KEY_VOLUME": "the pod has a volume claim data: choose another name"
    }
    with pytest.raises(ManifestError, match="Name of the container: the pod has a container app"):
        weave(TLS, {"CONTAINER": "app"}, [pod()], 0)


def test_the_same_again_changes_nothing_and_a_change_keeps_its_names() -> None:
    first = weave(TLS, {"CONTAINER": "front"}, [pod()], 0)
    for values in ({"CONTAINER": "front"}, first.values):
        assert same(weave(TLS, values, first.documents, 0).documents, first.documents)
    find = {TLS.name: (TLS, TLS.version)}.get
    stacked = put_on([], TLS, {"CONTAINER": "front"}, [pod()], 0, find=find, version=TLS.version, number=1)
    (one,) = stacked.worn
    how: dict[str, Any] = {"find": find, "version": TLS.version}
    changed = again(stacked.worn, one, TLS, {**one.parameters, "IMAGE": "nginx:1"}, stacked.documents, **how)
    assert [c["name"] for c in changed.documents[0]["spec"]["containers"]] == ["app", "front"]
    assert changed.documents[0]["spec"]["containers"][1]["image"] == "nginx:1"
    with pytest.raises(ManifestError, match="the pod has a container app"):
        again(stacked.worn, one, TLS, {"CONTAINER": "app"}, stacked.documents, **how)


def test_what_was_woven_onto_a_volume_of_the_pod_before_that_was_refused_can_be_changed() -> None:
    bare = [pod(volumes=[{"name": "cert", "secret": {"secretName": "theirs"}}])]
    assert "CERTIFICATE_VOLUME" in check(TLS, {"CERTIFICATE_VOLUME": "cert"}, bare, 0)
    assert check(TLS, {"CERTIFICATE_VOLUME": "cert"}, bare, 0, standing={"CERTIFICATE_VOLUME": "cert"}) == {}


def test_one_name_for_two_things_is_refused() -> None:
    assert wrong(CERTIFICATE_VOLUME="key", KEY_VOLUME="key") == {
        "KEY_VOLUME": "“Volume with the certificate” is called key too: choose another name for one of them"
    }
    assert wrong(CERTIFICATE_SECRET="x", KEY_SECRET="x") == {}, "one Secret of the cluster may hold both"
    assert wrong(CERTIFICATE_SECRET="x", KEY_SECRET="x", **GIVEN) == {
        "KEY_SECRET": "“Secret with the certificate” is called x too: choose another name for one of them"
    }
    assert wrong(SERVICE="x", CONFIG_MAP="x") == {}, "objects of different kinds"
    shared = catalogue.preset("shared-volume")
    names = [p.name for p in shared.parameters if p.type == "containerName"]
    two = dict.fromkeys(names, "twin")
    assert list(check(shared, two, [pod()], 0)) == names[1:]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({}, "Pod web has no spec.containers: give it a container first"),
        ({"containers": []}, "Pod web has no container: spec.containers is empty"),
        ({"containers": {"name": "a"}}, "spec.containers of Pod web is no list"),
        ({"containers": [{"image": "a"}]}, "no container of Pod web has a name"),
    ],
)
def test_a_pod_without_a_container_to_choose_is_told_with_its_name(spec: Document, said: str) -> None:
    broken = {**pod(), "spec": spec}
    with pytest.raises(ManifestError, match=f"Web server: {said}"):
        weave(TLS, {}, [broken], 0)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (("", ""), ("", "")),
        ((MADE.certificate, MADE.key), ("", "")),
        ((MADE.certificate + OTHER.certificate, MADE.key), ("", "")),
        ((MADE.certificate, ""), ("", "the certificate has no private key")),
        (("", MADE.key), ("the key has no certificate", "")),
        (("hello", MADE.key), ("this is no PEM certificate", "")),
        ((MADE.key, MADE.key), ("this is a private key", "")),
        ((MADE.certificate, "hello"), ("", "this is no PEM key")),
        ((MADE.certificate, MADE.certificate), ("", "this is a certificate")),
        ((MADE.certificate[:200], MADE.key), ("the certificate cannot be read", "")),
        ((MADE.certificate, MADE.key[:100]), ("", "the key cannot be read")),
        ((MADE.certificate, OTHER.key), ("", "it does not belong to the certificate")),
    ],
)
def test_a_certificate_and_its_key(texts: tuple[str, str], said: tuple[str, str]) -> None:
    found = pem.problems(*texts)
    for told, wanted in zip(found, said, strict=True):
        assert told.startswith(wanted) if wanted else told == ""


def test_a_key_with_a_passphrase_is_told() -> None:
    key = serialization.load_pem_private_key(MADE.key.encode(), None)
    forms = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    locked = key.private_bytes(*forms, serialization.BestAvailableEncryption(b"hush")).decode()
    assert "passphrase" in pem.problems(MADE.certificate, locked)[1]


def test_a_preset_says_it_at_the_field() -> None:
    assert wrong(CERTIFICATE=MADE.certificate) == {
        "PRIVATE_KEY": "the certificate has no private key: give both, or neither"
    }
    assert wrong(CERTIFICATE="x", PRIVATE_KEY=MADE.key)["CERTIFICATE"].startswith("this is no PEM certificate")
    assert wrong(**GIVEN) == {}
