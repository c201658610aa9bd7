"""What the tables of the rules are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from designer.manifests.types import Document, Documents


@dataclass(frozen=True)
class Found:
    """A finding as a table has it: its field as Kubernetes writes paths, after the document's index."""

    severity: str
    message: str
    at: str
    fix: str | None = None


@dataclass(frozen=True)
class Row:
    """Documents that are for a Kubernetes version ("" for the newest), and what a rule finds in them."""

    documents: Documents
    found: list[Found] = field(default_factory=list)
    version: str = ""


def pod(*containers: Any, **spec: Any) -> Document:
    """A bare Pod `shop` with the label ``app: shop``."""
    metadata = {"name": "shop", "labels": {"app": "shop"}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": list(containers), **spec}}


def web(**fields: Any) -> Document:
    """A container `web`."""
    return {"name": "web", "image": "nginx", **fields}


def log(**fields: Any) -> Document:
    """A container `log`."""
    return {"name": "log", "image": "fluent-bit", **fields}


def port(number: int, name: str = "", **fields: Any) -> Document:
    return {**({"name": name} if name else {}), "containerPort": number, **fields}


def thing(kind: str, name: str, api_version: str = "v1", **fields: Any) -> Document:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **fields}


def workload(kind: str = "Deployment", labels: Any = None, **spec: Any) -> Document:
    """A workload `shop` with one container, template labels and other fields of its spec."""
    template: Document = {"spec": {"containers": [web()]}}
    if labels is not None:
        template["metadata"] = {"labels": labels}
    return thing(kind, "shop", "apps/v1", spec={**spec, "template": template})


def service(*ports: Any, **spec: Any) -> Document:
    """A Service `shop` that selects ``app: shop``."""
    return thing("Service", "shop", spec={"selector": {"app": "shop"}, "ports": list(ports), **spec})
