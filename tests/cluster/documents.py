"""Small objects to apply, made anew for each call so that a test may change them."""

from __future__ import annotations

from typing import Any


def pod(name: str = "web", **container: Any) -> dict[str, Any]:
    """A Pod with one container `app`; keyword arguments are fields of the container."""
    containers = [{"name": "app", "image": "nginx:1", **container}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": containers}}


def deployment(name: str = "web", **container: Any) -> dict[str, Any]:
    """A Deployment of such a pod, labelled `app: NAME`."""
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": pod(**container)["spec"]}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


def config_map(name: str = "settings", **data: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}
