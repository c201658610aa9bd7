"""Whom well-known programs reach by names that are no addresses: an instance of Cloud SQL, a bucket of rclone's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from designer.diagram.usual import image_name, words
from designer.manifests.pod import Container

_SQL_PROXY = re.compile(r"cloud-?sql-proxy|gce-proxy")
# PROJECT:REGION:INSTANCE, of a project of a domain DOMAIN:PROJECT (Cloud SQL, "Connect using the Auth Proxy").
_INSTANCE = re.compile(r"(?:-+instances=|,|^)(?P<name>(?:[a-z0-9.-]+:)?[a-z0-9-]+:[a-z0-9-]+:[a-z0-9-]+)(?=[?=,]|$)")
# RCLONE_CONFIG_NAME_TYPE makes a remote of that name (rclone, "Config file", environment variables).
_REMOTE = re.compile(r"env RCLONE_CONFIG_(?P<name>\w+)_TYPE")
_SCHEMES = {"s3": "s3", "google cloud storage": "gs", "azureblob": "azblob", "b2": "b2", "swift": "swift"}
_USED = re.compile(
    r"(?<![\w/:.-])(?P<remote>\w{1,60}):(?:\$\{?(?P<variable>\w{1,60})\}?|(?P<bucket>[a-z0-9][a-z0-9._-]{1,62}))"
)


def named(container: Container, read: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str, str, str]]:
    """(scheme or "", name, what it is, evidence) of each thing outside that a container's program is told by name.

    `read` is what `texts.said` gives for it.
    """
    if _SQL_PROXY.search(image_name(container)):
        for word in words(container):
            yield from (
                ("", found["name"], "Cloud SQL", f"its arguments say “{word[:120]}”")
                for found in _INSTANCE.finditer(word)
            )
    remotes = {
        match["name"].lower(): _SCHEMES[value.lower()]
        for where, value in read
        if (match := _REMOTE.fullmatch(where)) and value.lower() in _SCHEMES
    }
    variables = {where[4:]: value for where, value in read if where.startswith("env ")}
    for where, text in read if remotes else ():
        for found in _USED.finditer(text[:2_000]):
            bucket = found["bucket"] or variables.get(found["variable"] or "", "")
            bucket = bucket.strip("/").partition("/")[0]
            if found["remote"].lower() in remotes and bucket:
                yield remotes[found["remote"].lower()], bucket, "bucket", f"{where} says “{found[0]}”"
