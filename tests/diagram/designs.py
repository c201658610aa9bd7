"""Designs to draw: short ways to write one down, and a strategy for any number of odd ones."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from designer.manifests.types import Document, Documents


def container(
    name: str,
    image: str = "busybox:1.36",
    ports: Sequence[Any] = (),
    mounts: Sequence[tuple[Any, ...]] = (),
    **fields: Any,
) -> Document:
    """`ports` are numbers or items; `mounts` are (volume, path) and, if wanted, "ro" or "rw", and a subPath."""
    made: Document = {"name": name, "image": image}
    if ports:
        made["ports"] = [{"containerPort": port} if isinstance(port, int) else port for port in ports]
    if mounts:
        made["volumeMounts"] = [
            {"name": volume, "mountPath": path}
            | ({"readOnly": True} if rest[:1] == ["ro"] else {})
            | ({"subPath": rest[1]} if len(rest) > 1 else {})
            for volume, path, *rest in mounts
        ]
    return made | fields


def deployment(name: str, spec: Document, labels: dict[str, str] | None = None, kind: str = "Deployment") -> Document:
    template = {"metadata": {"labels": labels or {"app": name}}, "spec": spec}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {"replicas": 1, "template": template},
    }


def bare_pod(name: str, spec: Document, labels: dict[str, str] | None = None) -> Document:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels or {"app": name}},
        "spec": spec,
    }


def service(name: str, selector: dict[str, str], *ports: Document, **fields: Any) -> Document:
    spec = {"selector": selector, "ports": list(ports), **fields}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def config_map(name: str, **data: str) -> Document:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name},
        "data": {k.replace("_", "."): v for k, v in data.items()},
    }


HOSTILE = (
    "<script>alert(1)</script>",
    "\"'&<>",
    "x" * 300,
    "日本語のとても長いコンテナの名前",
    "a\x00b\ud800",
    "",
    "-",
)


def generated(seed: int, most_containers: int = 30, most_volumes: int = 40) -> Documents:
    """A design for a seed: some pods of any shape, Services that reach them or not, other objects."""
    rng = random.Random(seed)
    documents: Documents = []
    for number in range(rng.choice((1, 1, 1, 2, 4))):
        volumes = [_volume(rng, f"volume-{n}") for n in range(rng.randint(0, rng.choice((0, 3, 8, most_volumes))))]
        names = [volume["name"] for volume in volumes]
        running = [
            _container(rng, n, names, "app") for n in range(rng.randint(1, rng.choice((1, 4, 8, most_containers))))
        ]
        steps = [_container(rng, n, names, "step") for n in range(rng.choice((0, 0, 1, 2, 6)))]
        for step in steps:
            if rng.random() < 0.4:
                step["restartPolicy"] = "Always"
        spec = {"containers": running, "volumes": volumes, "initContainers": steps}
        name = _name(rng, f"pod-{number}")
        labels = {"app": f"pod-{number}", "all": "yes"}
        documents.append(bare_pod(name, spec, labels) if rng.random() < 0.3 else deployment(name, spec, labels))
    for number in range(rng.choice((0, 1, 2, 5))):
        selector = rng.choice(({"app": "pod-0"}, {"all": "yes"}, {"app": "pod-1"}, {"app": "none"}, {}))
        ports = [
            {"port": 80 + n, "name": f"p{n}", "targetPort": rng.choice((8000, 8001, 8005, "http", "nowhere", 1))}
            for n in range(rng.randint(0, 4))
        ]
        documents.append(service(_name(rng, f"service-{number}"), selector, *ports))
    documents += [config_map(_name(rng, f"config-{n}"), key="value") for n in range(rng.choice((0, 1, 12)))]
    documents += [_front(rng, n) for n in range(rng.choice((0, 0, 1, 3)))]
    documents += [_policy(rng, n) for n in range(rng.choice((0, 0, 1, 2)))]
    if rng.random() < 0.2:
        documents.append(service("away", {}, type="ExternalName", externalName="db.example.com"))
    rng.shuffle(documents)
    return documents


def _name(rng: random.Random, usual: str) -> str:
    return rng.choice(HOSTILE) if rng.random() < 0.08 else usual


def _volume(rng: random.Random, name: str) -> Document:
    sources: list[Document] = [
        {"emptyDir": {}},
        {"configMap": {"name": "settings" * rng.randint(1, 9)}},
        {"secret": {"secretName": "s"}},
    ]
    return {"name": name} | rng.choice(sources)


def _front(rng: random.Random, number: int) -> Document:
    """An Ingress or HTTPRoute to Services that may be there."""
    names = [f"service-{rng.randint(0, 5)}" for _ in range(rng.randint(1, 5))]
    if rng.random() < 0.3:
        rules: list[Any] = [{"matches": [{"path": {"value": f"/{n}"}}], "backendRefs": [{"name": n}]} for n in names]
        return _object("HTTPRoute", f"route-{number}", {"hostnames": ["shop.example.com"], "rules": rules})
    paths = [
        {"path": f"/{n}", "backend": {"service": {"name": name, "port": {"number": 80 + rng.randint(0, 2)}}}}
        for n, name in enumerate(names)
    ]
    return _object("Ingress", f"front-{number}", {"rules": [{"host": "shop.example.com", "http": {"paths": paths}}]})


def _policy(rng: random.Random, number: int) -> Document:
    selector = rng.choice(({"matchLabels": {"app": "pod-0"}}, {}, {"matchLabels": {"all": "no"}}))
    types = rng.choice((["Ingress"], ["Egress"], ["Ingress", "Egress"]))
    return _object("NetworkPolicy", f"policy-{number}", {"podSelector": selector, "policyTypes": types})


def _object(kind: str, name: str, spec: Document) -> Document:
    return {"apiVersion": "networking.k8s.io/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


_TARGETS = (
    "http://service-0",
    "http://service-1:81",
    "http://service-2",
    "http://service-3:80/path",
    "https://api.example.com",
    "postgres://u:p@db.example.com:5432/x",
    "s3://bucket",
    "away:5432",
    *(f"https://host-{n}.example.com" for n in range(8)),
)


def _container(rng: random.Random, number: int, volumes: list[str], kind: str) -> Document:
    mounts = [
        (
            rng.choice(volumes) if volumes and rng.random() < 0.93 else "missing",
            "/" + "/".join(["data", "etc", "a-long-directory-name"][: rng.randint(1, 3)]) + str(n),
            rng.choice(("ro", "rw")),
            *(["part.conf"] if rng.random() < 0.1 else []),
        )
        for n in range(rng.randint(0, rng.choice((0, 1, 3, 9))))
    ]
    ports: list[int | Document] = [8000 + rng.randint(0, 12) for _ in range(rng.choice((0, 1, 1, 2, 5)))]
    if rng.random() < 0.1:
        ports.append({"containerPort": 9999, "name": "http"})
    made = container(_name(rng, f"{kind}-{number}"), f"registry.example.com/team/image:{number}", ports, mounts)
    if rng.random() < 0.4:
        made["args"] = [f"--upstream=http://localhost:{8000 + rng.randint(0, 14)}" for _ in range(rng.randint(1, 3))]
    if rng.random() < 0.15:
        values = [rng.choice(_TARGETS) for _ in range(rng.randint(1, 3))]
        made["env"] = [{"name": f"TARGET_{n}", "value": value} for n, value in enumerate(values)]
    if rng.random() < 0.1:
        made["envFrom"] = [{"secretRef": {"name": "elsewhere"}}, {"configMapRef": {"name": "config-0"}}]
    if volumes and rng.random() < 0.05:
        made["volumeDevices"] = [{"name": rng.choice(volumes), "devicePath": "/dev/xvda"}]
    if rng.random() < 0.2:
        made["securityContext"] = {"privileged": True}
    return made


designs = st.integers(min_value=0, max_value=2**32).map(generated)
