"""Workloads of one shape that call each other: they stand at equal heights, in many layers and in circles."""

from __future__ import annotations

import random

import pytest

from designer.diagram.layout import layout
from designer.manifests.types import Documents
from tests.diagram.designs import container, deployment, service
from tests.diagram.geometry import faults


def mesh(seed: int) -> Documents:
    """A Deployment and a Service for each of up to nine names, which call some of the others and a database."""
    rng = random.Random(seed)
    names = [f"service-{n}" for n in range(rng.randint(2, 9))]
    documents: Documents = []
    for name in names:
        called = [f"http://{other}:80" for other in rng.sample(names, rng.randint(0, min(3, len(names))))]
        called += ["db.example.com:5432"] if rng.random() < 0.4 else []
        env = [{"name": f"TARGET_{n}", "value": value} for n, value in enumerate(called)]
        beside = [container("metrics", ports=[9102])] if rng.random() < 0.5 else []
        documents.append(deployment(name, {"containers": [container(name, ports=[8080], env=env), *beside]}))
        documents.append(service(name, {"app": name}, {"port": 80, "targetPort": 8080}))
    paths = [{"path": f"/{name}", "backend": {"service": {"name": name, "port": {"number": 80}}}} for name in names[:3]]
    rules = [{"host": "shop.example.com", "http": {"paths": paths}}]
    front = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "shop"}}
    return [*documents, front | {"spec": {"rules": rules}}] if rng.random() < 0.5 else documents


@pytest.mark.parametrize("seed", range(60))
def test_workloads_that_call_each_other_read_well(seed: int) -> None:
    assert faults(layout(mesh(seed))) == []
