"""What web tests share: a client of the local person, and designs to work on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from designer.designs.models import Design
from designer.manifests import text as manifest_text
from tests.people import owner

if TYPE_CHECKING:
    from tests.web.crew import Crew

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web # the front door
  labels:
    app: web
spec:
  containers:
  - name: nginx
    image: "nginx:1.29"
    ports:
    - name: http
      containerPort: 80
  - name: logs
    image: busybox
    args: [tail, -f, /logs/access.log]
    volumeMounts:
    - name: logs
      mountPath: /logs
  volumes:
  - name: logs
    emptyDir: {}
"""


@pytest.fixture
def client(db: None) -> Client:
    return Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=False, headers={"hx-request": "true"})


@pytest.fixture
def make(db: None) -> Callable[..., Design]:
    """Make a design of the local person from YAML."""

    def make(text: str = POD, name: str = "web") -> Design:
        design = Design.objects.create(owner=owner(), name=name)
        documents = manifest_text.parse(text)
        design.change(lambda _: documents, by=owner(), text=text, summary="imported")
        return design

    return make


@pytest.fixture
def crew(db: None, settings: Any) -> Crew:
    """The people of a team and others, in team mode (crew.py)."""
    from tests.web.crew import gathered

    settings.LOCAL_MODE = False
    return gathered()
