"""kubectl as the judge of what a YAML text means: it reads files and prints them as JSON, offline.

The command is ``kubectl label --local``. A call costs some 50 ms however much it reads, so many cases go into one.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.binaries import kubectl

# Where the control plane is asked for, kubectl comes with it, and its want is a failure as the API server's is.
_required = os.environ.get("CI") == "true" or os.environ.get("PPD_REQUIRE_CONTROL_PLANE") == "1"
needs_kubectl = pytest.mark.skipif(
    kubectl() is None and not _required, reason="no kubectl: `make control-plane` builds one, or put one on the PATH"
)
_LABEL = "read-by"


def read(text: str) -> list[dict[str, Any]]:
    """The objects of one text, each with apiVersion, kind and name; the items of a List one by one. [] if refused."""
    printed, refused = _run([text])
    return [] if refused else printed


def read_fields(fields: Sequence[str]) -> list[dict[str, Any] | None]:
    """For each text, the top-level fields that it gives an object; None where kubectl refuses it.

    A text stands below an object's apiVersion, kind and metadata: block style, without indentation.
    """
    texts = [f"apiVersion: v1\nkind: Case\nmetadata:\n  name: case-{n}\n{field}" for n, field in enumerate(fields)]
    printed, refused = _run(texts)
    found = {int(each["metadata"]["name"].removeprefix("case-")): each for each in printed}
    assert found.keys() ^ refused == set(range(len(fields))), "kubectl answered for other cases"
    return [_without_header(found[n]) if n in found else None for n in range(len(fields))]


def _without_header(value: dict[str, Any]) -> dict[str, Any]:
    return {key: child for key, child in value.items() if key not in ("apiVersion", "kind", "metadata")}


def _run(texts: Sequence[str]) -> tuple[list[dict[str, Any]], set[int]]:
    program = kubectl()
    assert program
    with tempfile.TemporaryDirectory() as directory:
        for number, text in enumerate(texts):
            Path(directory, f"{number}.yaml").write_bytes(text.encode())
        command = [program, "label", "--local", "--dry-run=client", "-o", "json", "-f", directory, f"{_LABEL}=kubectl"]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    refused = {int(number) for number in re.findall(r"/(\d+)\.yaml: ", done.stderr)}
    return [_unlabelled(value) for value in _values(done.stdout)], refused


def _values(text: str) -> list[dict[str, Any]]:
    decoder, values, at = json.JSONDecoder(), [], 0
    while at < len(text.rstrip()):
        value, at = decoder.raw_decode(text, at + len(text[at:]) - len(text[at:].lstrip()))
        values.append(value)
    return values


def _unlabelled(value: dict[str, Any]) -> dict[str, Any]:
    labels = value["metadata"]["labels"]
    del labels[_LABEL]
    if not labels:
        del value["metadata"]["labels"]
    return value
