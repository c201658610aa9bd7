"""The only module that speaks to a Kubernetes API: a few verbs on raw documents.

Objects go out and come in as plain data, never through the typed classes of the kubernetes package, which drop the
fields they do not know; of that package the kubeconfig loader and the REST transport are used (transport.py). Nothing
is sent twice but what the server asks to wait with (429), no redirect is followed, time and size of every answer are
bounded, and every failure is a ClusterError.
Paths and parameters: https://kubernetes.io/docs/reference/using-api/api-concepts/
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import urllib3

from designer.clusters import credentials, problems, transport
from designer.clusters.errors import Cause, ClusterError
from designer.clusters.kubeconfig import Context, require_usable
from designer.clusters.streams import Stream
from designer.clusters.transport import FIELD_MANAGER
from designer.manifests.types import Document, get

# Seconds to connect, between two packets of an answer, and for an answer as a whole.
CONNECT_SECONDS, READ_SECONDS, ANSWER_SECONDS = 5.0, 30.0, 60.0
MOST_BYTES = 32 * 1024 * 1024
MOST_OBJECTS, _PAGE = 10_000, 500
# How long the server holds a watch open.
WATCH_SECONDS = 290.0
# Seconds to wait in all where the server asks to (Retry-After), and how often it may ask.
WAIT_SECONDS, WAITS = 15.0, 4
_JSON = "application/json"
_NAMES_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1, application/json"


@dataclass(frozen=True)
class Resource:
    """What the API calls a kind: `name` is the plural in URLs and access rules."""

    group: str
    version: str
    name: str
    kind: str
    namespaced: bool

    @property
    def root(self) -> str:
        return (
            f"/apis/{quote(self.group, '')}/{quote(self.version, '')}"
            if self.group
            else f"/api/{quote(self.version, '')}"
        )


@dataclass(frozen=True)
class Answer:
    """An object as the API server has it now (or would have it, in a dry run). `warnings` are for people to read."""

    document: Document
    warnings: tuple[str, ...] = ()
    created: bool = False


@dataclass(frozen=True)
class Listed:
    """Objects, and the collection's resourceVersion at the time."""

    items: list[Document]
    version: str


def minor_version(said: str) -> str:
    """The minor version ("1.36") in what a server says of itself ("v1.36.3", "v1.29.4-eks-036c24b"); "" if none."""
    match = re.match(r"v?(1\.\d+)\b", said)
    return match[1] if match else ""


def connect(
    context: Context, *, connect_seconds: float = CONNECT_SECONDS, read_seconds: float = READ_SECONDS
) -> Client:
    """A client for a context of the kubeconfig. Runs the exec plugin if the context has one, but sends nothing yet.

    Raises ClusterError ("kubeconfig", "plugin", or "tls" where a certificate file is broken).
    """
    require_usable(context)
    address = transport.server(context)
    user = credentials.resolve(context)
    return Client(
        context,
        *transport.transport(context, address, user),
        urllib3.Timeout(connect=connect_seconds, read=read_seconds),
    )


class Client:
    """The verbs. Every one of them raises ClusterError and nothing else."""

    def __init__(
        self,
        context: Context,
        server: str,
        pool: urllib3.PoolManager,
        headers: Mapping[str, str],
        timeout: urllib3.Timeout,
    ) -> None:
        self.context = context
        self._server = server
        self._pool = pool
        self._headers = headers
        self._timeout = timeout
        self._resources: dict[str, dict[str, Resource]] = {}

    def version(self) -> str:
        """The API server's version, as it says it: "v1.36.3"."""
        return str(self._call("GET", "/version", what="its version").document.get("gitVersion", ""))

    def namespaces(self) -> list[str]:
        """The names of all namespaces. Raises "forbidden" for people who may only use some."""
        answer = self._call("GET", "/api/v1/namespaces", {"limit": "2000"}, what="the namespaces", accept=_NAMES_ONLY)
        return sorted(str(get(item, ("metadata", "name"), "")) for item in _items(answer.document))

    def can(self, verb: str, group: str, resource: str, namespace: str = "", name: str = "") -> bool:
        """Whether we may do `verb` (get, patch, delete …) on a resource ("pods", "pods/log") of an API group.

        Namespace "" asks about all of them.

        `name` asks about one object: a role may be for some names only.

        https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/
        """
        resource, _, subresource = resource.partition("/")
        attributes = {"verb": verb, "group": group, "resource": resource, "namespace": namespace}
        if subresource:
            attributes["subresource"] = subresource
        attributes |= {"name": name} if name else {}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        }
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        answer = self._call("POST", path, body=review, what="what you may do")
        return get(answer.document, ("status", "allowed")) is True

    def resource_of(self, api_version: str, kind: str) -> Resource:
        """How the API calls a kind, by discovery; what it found is kept. Raises "unknown-kind"."""
        # Asked again for a kind that was not there: its definition may have been applied since.
        if kind not in self._resources.get(api_version, ()):
            group, _, version = api_version.rpartition("/")
            root = Resource(group, version, "", "", False).root
            what = f"the kind {kind} in {api_version}"
            try:
                listed = self._call("GET", root, what=what).document.get("resources")
            except ClusterError as error:
                if error.status == 404:
                    raise _unknown(api_version, kind) from None
                raise
            self._resources[api_version] = {
                str(item.get("kind")): Resource(
                    group, version, str(item.get("name")), str(item.get("kind")), item.get("namespaced") is True
                )
                for item in (listed if isinstance(listed, list) else [])
                # "pods/status" and the like are subresources, some of a kind that is also a resource's.
                if isinstance(item, dict) and "/" not in str(item.get("name"))
            }
        if kind not in self._resources[api_version]:
            raise _unknown(api_version, kind)
        return self._resources[api_version][kind]

    def get(self, document: Document, namespace: str) -> Answer | None:
        """The live object of the document's apiVersion, kind and name; None where there is none."""
        path, what = self._address(document, namespace)
        try:
            return self._call("GET", path, what=what)
        except ClusterError as error:
            if error.kind in ("not-found", "namespace"):
                return None
            raise

    def apply(self, document: Document, namespace: str, dry_run: bool, force: bool = False) -> Answer:
        """Server-side apply with strict field validation. `force` takes fields over that another manager owns.

        Raises "invalid" with causes, "conflict" with owners, "namespace", "forbidden" …
        https://kubernetes.io/docs/reference/using-api/server-side-apply/
        """
        path, what = self._address(document, namespace)
        query = {"fieldManager": FIELD_MANAGER, "fieldValidation": "Strict", "force": "true" if force else "false"}
        if dry_run:
            query["dryRun"] = "All"
        # An object taken from a cluster has managedFields, and an apply that sends any is refused.
        metadata = {key: value for key, value in document["metadata"].items() if key != "managedFields"}
        body = {**document, "metadata": metadata}
        return self._call("PATCH", path, query, body=body, content="application/apply-patch+yaml", what=what)

    def delete(self, document: Document, namespace: str, dry_run: bool = False, uid: str = "") -> bool:
        """Delete the object and, in the background, what it owns. False where there was none.

        With `uid` only that very object: "conflict" where another one has come to have its name.
        """
        path, what = self._address(document, namespace)
        query = {"propagationPolicy": "Background"} | ({"dryRun": "All"} if dry_run else {})
        try:
            only = {"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": {"uid": uid}} if uid else None
            self._call("DELETE", path, query, body=only, what=what)
        except ClusterError as error:
            if error.kind in ("not-found", "namespace"):
                return False
            raise
        return True

    def list_pods(self, namespace: str, selector: str) -> list[Document]:
        """The pods of a namespace that a label selector (in kubectl's writing) takes, at most 500."""
        path = f"/api/v1/namespaces/{quote(namespace, '')}/pods"
        answer = self._call("GET", path, {"labelSelector": selector, "limit": "500"}, what="the pods")
        return _items(answer.document)

    def list_objects(self, resource: Resource, namespace: str = "", **selectors: str) -> Listed:
        """All objects of a resource in a namespace ("": in all of them), and the version to watch on from.

        `selectors` are the API's own: labelSelector, fieldSelector. At most MOST_OBJECTS are read, page by page.
        """
        path, what = _collection(resource, namespace), f"the {resource.name}"
        named = {"apiVersion": f"{resource.group}/{resource.version}".lstrip("/"), "kind": resource.kind}
        items: list[Document] = []
        more = ""
        while True:
            query = {"limit": str(_PAGE), **selectors} | ({"continue": more} if more else {})
            page = self._call("GET", path, query, what=what).document
            # In a list, objects say neither their kind nor their apiVersion.
            items += [{**named, **item} for item in _items(page)]
            more = str(get(page, ("metadata", "continue")) or "")
            if not more or len(items) >= MOST_OBJECTS:
                return Listed(items, str(get(page, ("metadata", "resourceVersion"), "")))

    def watch(self, resource: Resource, namespace: str, version: str, **selectors: str) -> Stream:
        """The changes of a resource's objects since `version`, as they come, as JSON lines {type, object}.

        The server ends it after some minutes: list anew and go on. `bookmark` lines only say a newer version.
        https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
        """
        query = {
            "watch": "true",
            "resourceVersion": version,
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(int(WATCH_SECONDS)),
            **selectors,
        }
        return self._stream(_collection(resource, namespace), query, f"the {resource.name}", WATCH_SECONDS + 30)

    def logs(
        self, namespace: str, pod: str, container: str, *, previous: bool = False, follow: bool = False, tail: int = 500
    ) -> Stream:
        """What a container wrote, line by line, from its last `tail` lines on. `previous`: before its last restart.

        `follow` goes on as it writes. Raises "invalid" where the container has not started yet.
        """
        query = {"container": container, "tailLines": str(tail), "limitBytes": str(MOST_BYTES)}
        query |= {key: "true" for key, wanted in (("previous", previous), ("follow", follow)) if wanted}
        path = f"/api/v1/namespaces/{quote(namespace, '')}/pods/{quote(pod, '')}/log"
        # A container that writes nothing for an hour is no failure.
        return self._stream(path, query, f"the log of {container} in {pod}", 3600.0)

    def _stream(self, path: str, query: Mapping[str, str], what: str, silence: float) -> Stream:
        timeout = urllib3.Timeout(connect=self._timeout.connect_timeout, read=silence)
        headers = urllib3.HTTPHeaderDict(self._headers)
        headers["Accept"] = "application/json, */*"
        response = self._send("GET", path, query, None, headers, timeout)
        # 204: of a pod that no node has seen there is no log yet.
        if response.status not in (200, 204):
            try:
                text = self._read(response)
            except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                raise problems.connection(error, self._server) from None
            finally:
                response.close()
            self._understand(response, text, what)
            raise ClusterError("answer", f"{self._server} did not answer with {what}.", status=response.status)
        return Stream(response, self._server, nothing=response.status == 204)

    def _address(self, document: Document, namespace: str) -> tuple[str, str]:
        """The URL path of an object, and what to call it when talking to a person."""
        api_version, kind, name = document.get("apiVersion"), document.get("kind"), get(document, ("metadata", "name"))
        if not (isinstance(api_version, str) and isinstance(kind, str) and isinstance(name, str) and name):
            raise ClusterError("invalid", *_nameless(document))
        # The API server's own rule for names in URLs: quoting is no help, since it takes paths apart after unquoting.
        for part, label in ((name, "metadata.name"), (namespace, "metadata.namespace")):
            if part in (".", "..") or "/" in part or "%" in part:
                words = f"{part!r} cannot be a name: it may not be '.' or '..' and may not hold '/' or '%'"
                raise ClusterError("invalid", f"{kind}: {words}.", causes=(Cause(label, words),))
        resource = self.resource_of(api_version, kind)
        where = f"/namespaces/{quote(namespace, '')}" if resource.namespaced else ""
        return f"{resource.root}{where}/{resource.name}/{quote(name, '')}", f"{kind} {name}"

    def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        what: str,
        body: Document | None = None,
        content: str = _JSON,
        accept: str = _JSON,
    ) -> Answer:
        headers = urllib3.HTTPHeaderDict(self._headers)
        headers["Accept"] = accept
        if body is not None:
            headers["Content-Type"] = content
        try:
            data = json.dumps(body, allow_nan=False).encode() if body is not None else None
        except (TypeError, ValueError):
            raise ClusterError("invalid", f"{what} holds a value that JSON cannot say.") from None
        left = WAIT_SECONDS
        for turn in range(WAITS + 1):
            response = self._send(method, path, query, data, headers, self._timeout)
            try:
                try:
                    text = self._read(response)
                finally:
                    response.close() if response.status >= 300 else response.release_conn()
            except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                raise problems.connection(error, self._server) from None
            wait = problems.wait_seconds(response.status, response.headers.get("Retry-After"))
            # What is throttled was not looked at, so that any request may be sent again.
            if wait is None or wait > left or turn == WAITS:
                break
            time.sleep(wait)
            left -= wait
        return self._understand(response, text, what)

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        data: bytes | None,
        headers: Mapping[str, str],
        timeout: urllib3.Timeout,
    ) -> urllib3.BaseHTTPResponse:
        url = self._server + path + (f"?{urlencode(query)}" if query else "")
        try:
            return self._pool.request(
                method, url, body=data, headers=headers, timeout=timeout,
                retries=False, redirect=False, preload_content=False,
            )  # fmt: skip
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise problems.connection(error, self._server) from None

    def _read(self, response: urllib3.BaseHTTPResponse) -> bytes:
        until = time.monotonic() + ANSWER_SECONDS
        out = bytearray()
        for piece in response.stream(64 * 1024):
            out += piece
            if len(out) > MOST_BYTES:
                response.close()
                raise ClusterError("too-large", f"The answer of {self._server} is larger than {MOST_BYTES >> 20} MiB.")
            if time.monotonic() > until:
                response.close()
                raise ClusterError(
                    "timeout", f"The API server {self._server} takes too long to answer.", "Try again later."
                )
        return bytes(out)

    def _understand(self, response: urllib3.BaseHTTPResponse, text: bytes, what: str) -> Answer:
        status = response.status
        warned = problems.warnings(response.headers.getlist("Warning"))
        # Of a server without TLS, which is not told who we are, the token is no less a secret.
        sent = self._headers.get("Authorization", "").partition(" ")[2]
        for credential in (sent, self.context.user.get("token")):
            if status >= 400 and isinstance(credential, str) and credential:
                text = text.replace(credential.encode(), b"[hidden]")
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            document = None
        if status == 401:
            credentials.forget(self.context)
        if status >= 400:
            raise problems.refusal(status, document, what, self.context.name, warned)
        if 300 <= status < 400:
            raise ClusterError(
                "answer",
                f"{self._server} sends us on to another address instead of answering.",
                "Is it an API server, or a login page in front of one?",
                status=status,
            )
        if not isinstance(document, dict):
            raise ClusterError(
                "answer",
                f"{self._server} did not answer with a JSON object, as an API server does.",
                "Is the address in the kubeconfig right? A proxy or a login page may stand in between.",
                status=status,
            )
        return Answer(document, warned, created=status == 201)


def _collection(resource: Resource, namespace: str) -> str:
    where = f"/namespaces/{quote(namespace, '')}" if resource.namespaced and namespace else ""
    return f"{resource.root}{where}/{resource.name}"


def _items(document: Document) -> list[Document]:
    items = document.get("items")
    return [item for item in (items if isinstance(items, list) else []) if isinstance(item, dict)]


def _nameless(document: Document) -> tuple[str, str]:
    """Why a document cannot be spoken of to a server, and what to do."""
    if str(document.get("kind")).endswith("List") and "items" in document:
        return "A List is no object of its own.", "Unpack it in the design: its form offers that."
    if get(document, ("metadata", "generateName")):
        return "It has generateName and no name.", "Give it a name: applied again, it could not be found."
    return "An object needs an apiVersion, a kind and a name to be applied.", ""


def _unknown(api_version: str, kind: str) -> ClusterError:
    return ClusterError(
        "unknown-kind",
        f"The cluster knows no kind {kind} in {api_version}.",
        "Install its custom resource definition first, or correct the apiVersion.",
        status=404,
    )
