"""Choosing in All fields: what is chosen begins as an API server takes it, and what must be there stays."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from designer.designs.models import Design
from designer.manifests.types import Document, ManifestError
from tests.people import owner
from tests.web.test_allfields import bare, send


def test_a_source_is_chosen_as_on_the_tab_of_the_volume() -> None:
    documents = bare()
    documents[0]["spec"]["volumes"] = [{"emptyDir": {}, "name": "v"}]
    documents.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "site"}})
    after = send(documents, "choose-one", value="configMap", path="/0/spec/volumes/0", group="Source")
    assert after[0]["spec"]["volumes"] == [{"name": "v", "configMap": {"name": "site"}}]
    assert list(after[0]["spec"]["volumes"][0]) == ["name", "configMap"]
    assert after == send(documents, "volume-source", at="0/volumes/0", source="configMap")


@pytest.mark.parametrize(
    ("ports", "handler", "made"),
    [
        ([{"name": "http", "containerPort": 80}], "httpGet", {"path": "/", "port": "http"}),
        ([{"containerPort": 81}], "tcpSocket", {"port": 81}),
        ([{"name": "http", "containerPort": 80}], "grpc", {"port": 80}),
        ([], "httpGet", {"path": "/", "port": 8080}),
    ],
)
def test_a_probe_asks_the_first_port_and_goes_when_it_asks_in_no_way(
    ports: list[Document], handler: str, made: Document
) -> None:
    documents = bare()
    documents[0]["spec"]["containers"][0]["ports"] = ports
    path = "/0/spec/containers/0/livenessProbe"
    chooser = {"path": path, "group": "Asks by"}
    after = send(documents, "choose-one", value=handler, **chooser)
    assert after[0]["spec"]["containers"][0]["livenessProbe"] == {handler: made}
    assert send(after, "choose-one", value="", **chooser) == documents
    timed = send(after, "set", path=f"{path}/periodSeconds", value="5")
    kept = send(timed, "choose-one", value="", **chooser)
    assert kept[0]["spec"]["containers"][0]["livenessProbe"] == {"periodSeconds": 5}


def test_a_hook_begins_as_a_probe_does_and_goes_with_its_last_way() -> None:
    documents = bare()
    chooser = {"path": "/0/spec/containers/0/lifecycle/preStop", "group": "Does"}
    for handler, made in (("httpGet", {"path": "/", "port": 8080}), ("sleep", {"seconds": 5})):
        after = send(documents, "choose-one", value=handler, **chooser)
        assert after[0]["spec"]["containers"][0]["lifecycle"] == {"preStop": {handler: made}}
        assert send(after, "choose-one", value="", **chooser) == documents


def test_what_is_required_has_no_empty_choice_once_it_is_set(client: Client) -> None:
    design = Design.objects.create(owner=owner(), name="d")
    term = {"key": "zone", "operator": "Exists"}
    documents = bare()
    documents[0]["spec"]["affinity"] = {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [term, {}]}]}
        }
    }
    design.change(lambda _: documents, by=owner())
    terms = "/0/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0"

    def options(item: int) -> str:
        values = {"at": "0", "tab": "all", "in": f"{terms}/matchExpressions/{item}"}
        html = client.get(reverse("inspect", args=[design.pk]), values).content.decode()
        return html[html.index("<select") : html.index("</select>")]

    assert '<option value="">' not in options(0)
    assert "<option selected>Exists</option>" in options(0)
    assert '<option value="">choose…</option>' in options(1)


def test_what_an_object_is_is_shown_and_not_edited(client: Client) -> None:
    design = Design.objects.create(owner=owner(), name="d")
    design.change(lambda _: bare(), by=owner())
    html = client.get(reverse("inspect", args=[design.pk]), {"at": "0", "tab": "all"}).content.decode()
    assert '<output id="f-0-kind" class="mono" aria-describedby="f-0-kind-means">Pod</output>' in html
    assert "The Workload tab changes it." in html
    assert '<output id="f-0-apiVersion" class="mono">v1</output>' in html
    for name in ("kind", "apiVersion"):
        with pytest.raises(ManifestError, match=f"an object needs its {name}"):
            send(bare(), "set", path=f"/0/{name}", value="")
