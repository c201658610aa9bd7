"""Whom a container reaches outside its pod: Services of the design, and hosts and buckets anywhere else.

Read from the same texts as the calls on localhost (texts.py), and as good a guess: each comes with its evidence. Names
of Services are resolved as the cluster's DNS does (DNS for Services and Pods: ``name``, ``name.namespace``,
``name.namespace.svc``). What names a thing without calling it is left out: images, XML namespaces and schemas, web
pages, the address that others call the container at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from designer.diagram.texts import COMMENT, MAX_LINE, MAX_TEXT, Said, said, without_password
from designer.diagram.tools import named
from designer.manifests.pod import Container, Pod, containers
from designer.manifests.types import Document, Documents, get

_NAME = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = rf"{_NAME}(?:\.{_NAME}){{0,8}}"
_URL = re.compile(
    rf"(?<![\w.+-])(?P<scheme>[a-z][a-z0-9+.-]{{0,20}})://(?:[^\s/@\"'<>]{{0,200}}@)?"
    rf"(?P<host>{_HOST})(?![\w.-]*[\w$%{{(<])(?::(?P<port>\d{{1,5}})(?!\d))?",
    re.IGNORECASE,
)
# user:password@tcp(db:3306)/name, as Go's MySQL driver has it.
_DSN = re.compile(rf"@tcp\((?P<host>{_HOST}):(?P<port>\d{{1,5}})\)", re.IGNORECASE)
# host=db.example.com port=5432, as libpq has it.
_KEYWORDS = re.compile(rf"\bhost=(?P<host>{_HOST})(?![\w.-])(?:.{{0,80}}?\bport=(?P<port>\d{{1,5}}))?", re.IGNORECASE)
_HOST_PORT = re.compile(rf"(?<![\w.:/@$-])(?P<host>{_HOST}):(?P<port>\d{{2,5}})(?![\w.:-])", re.IGNORECASE)
# server web1:8080 weight=3; in nginx, HAProxy and the like.
_SERVER = re.compile(
    rf"^\s*server\s+(?:{_NAME}\s+)?(?P<host>{_HOST})(?::(?P<port>\d{{1,5}}))?(?=[\s;]|$)", re.IGNORECASE
)
# address: db.example.com, port_value: 5432, as Envoy has it.
_ADDRESS = re.compile(
    rf"\baddress:\s*[\"']?(?P<host>{_HOST})(?![\w.:-])[\"']?(?:,\s*port_value:\s*(?P<port>\d{{1,5}}))?", re.IGNORECASE
)
# TCP:db.example.com:5432, as socat has it; what it listens on is TCP-LISTEN:5432.
_SOCAT = re.compile(
    rf"(?<![\w-])(?:TCP|UDP|OPENSSL|SSL)[46]?(?:-CONNECT)?:(?P<host>{_HOST}):(?P<port>\d{{1,5}})(?!\d)", re.IGNORECASE
)
_SOCAT_WORDS = re.compile(r"(?:tcp|udp|sctp|openssl|ssl|unix|vsock)[46]?(?:-[a-z]+)?")
_HOST_VARIABLE = re.compile(r"(?:HOST|HOSTNAME|SERVER|ADDR|ADDRESS|ENDPOINT|SERVICE|BACKEND|UPSTREAM)S?$")
_CLUSTER = ".svc.cluster.local"
_BUCKETS = ("s3", "gs", "gcs", "azblob", "wasb", "abfs", "b2", "swift")
_NO_CALL = re.compile(
    r"image|registry|xmlns|schema|doctype|@context|listen|bind|redirect|callback|cors|origin|cookie|advertis|version|"
    r"(?<![a-z])(?:external|public|root|site|canonical|docs?|help|support)[-_.]?url|server_name|allowed|trusted|"
    # APP_URL is one's own name, API_BASE_URL somebody else's.
    r"(?:^|\s)-{0,2}(?:app[-_.]?|(?:app[-_.])?base[-_.]?)url|(?<![\w-])issuer[\"']?\s*[:=]|"
    r"\b(?:see|docs?|documentation|homepage|license)\b",
    re.IGNORECASE,
)
# Names that stand for a vocabulary, or for nobody (RFC 6761).
_NO_HOSTS = ("w3.org", "json-schema.org", "schema.org", "xmlsoap.org", "localhost", "localdomain", "invalid")
# What /etc/hosts of most images calls the machine itself.
_SELF = ("localhost", "localhost4", "localhost6", "ip6-localhost", "ip6-loopback")
_PAGE = re.compile(r"\s*<(?:!doctype|html|svg|\?xml)", re.IGNORECASE)
_IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


@dataclass(frozen=True)
class Reach:
    """`caller` reaches `host`, which is the Service in document `service` or (None) something outside the design.

    `host` is as people would say it, a bucket with its scheme; `detail` is the scheme and the port, as far as known.
    """

    caller: Container
    host: str
    detail: str
    service: int | None
    evidence: str


@dataclass(frozen=True)
class Names:
    """What names mean within a design: `services` by document, with namespace and name, and the `hosts` of its own."""

    services: Mapping[int, tuple[str, str]]
    hosts: frozenset[str]


def names_in(documents: Documents) -> Names:
    """The names of a design, read once for all of its pods."""
    return Names(_services(documents), frozenset(_own_hosts(documents)))


def reaches(
    documents: Documents, pod: Pod, namespace: str = "", read: Said | None = None, names: Names | None = None
) -> list[Reach]:
    """Whom the containers of a pod reach outside it: one for each caller and target, in the callers' order.

    `namespace` is the pod's; `read` is what `texts.said` gives for the pod and `names` what `names_in` gives for the
    documents, where that is known already.
    """
    names = names or names_in(documents)
    services, own_hosts = names.services, names.hosts
    read = said(documents, pod) if read is None else read
    found: dict[tuple[str, str], Reach] = {}
    for caller in containers(pod):
        for scheme, host, port, evidence in _hosts(read[caller.address], services, namespace):
            service = _service(host, services, namespace)
            if service is None and host in own_hosts:
                continue
            name = f"{scheme}://{host}" if scheme in _BUCKETS else host
            if service is not None:
                name = services[service][1]
            key = (caller.address, f"{service}" if service is not None else name)
            if key not in found:
                words = [scheme] if scheme and scheme not in _BUCKETS else ["bucket"] if scheme else []
                if name.endswith(_CLUSTER):
                    name, words = name.removesuffix(_CLUSTER), ["in the cluster", *words]
                detail = " · ".join([*words, *([str(port)] if port else [])])
                sentence = f"{caller.name} reaches {name}: {evidence}"
                found[key] = Reach(caller, name, detail, service, sentence)
        for scheme, thing, what, evidence in named(caller, read[caller.address]):
            name = f"{scheme}://{thing}" if scheme else thing
            found.setdefault(
                (caller.address, name), Reach(caller, name, what, None, f"{caller.name} reaches {name}: {evidence}")
            )
    return list(found.values())


def _services(documents: Documents) -> dict[int, tuple[str, str]]:
    """Document → namespace and name of each Service."""
    found = {}
    for index, document in enumerate(documents):
        name, space = get(document, ("metadata", "name")), get(document, ("metadata", "namespace"))
        if get(document, ("kind",)) == "Service" and isinstance(name, str) and name:
            found[index] = (space if isinstance(space, str) else "", name)
    return found


def _own_hosts(documents: Documents) -> set[str]:
    """The names that an Ingress gives what is in the design: an address that others call it at."""
    found: set[str] = set()
    for document in documents:
        rules = get(document, ("spec", "rules"))
        for rule in rules if isinstance(rules, list) and get(document, ("kind",)) == "Ingress" else ():
            host = get(rule, ("host",))
            found |= {host} if isinstance(host, str) else set()
        names = get(document, ("spec", "hostnames"))
        found |= {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()
    return found


def _service(host: str, services: Mapping[int, tuple[str, str]], namespace: str) -> int | None:
    """The Service that a host name means to a pod of `namespace`, if it is one of the design's."""
    name, _, rest = host.partition(".")
    space, _, domain = rest.partition(".")
    if domain not in ("", "svc", "svc.cluster.local"):
        return None
    for index, (own, known) in services.items():
        here = not space and (not own or not namespace or own == namespace)
        if known == name and (here or space == (own or space)):
            # name.example (a host outside) is no name.namespace where nothing says what the namespace is.
            if space and not own and not domain and namespace != space:
                continue
            return index
    # redis-0.redis: a pod of a headless Service.
    return _service(rest, services, namespace) if rest and "." not in space and not domain else None


def _hosts(
    read: Sequence[tuple[str, str]], services: Mapping[int, tuple[str, str]], namespace: str
) -> Iterator[tuple[str, str, int, str]]:
    """(scheme, host, port or 0, evidence) of each host in texts."""
    variables = {where[4:]: text for where, text in read if where.startswith("env ")}
    for where, text in read:
        settings = "\n" in text or where.startswith("ConfigMap")
        if _PAGE.match(text):
            continue
        if where.startswith("env ") and _HOST_VARIABLE.search(where) and re.fullmatch(_HOST, text, re.IGNORECASE):
            host, beside = text.lower(), variables.get(_HOST_VARIABLE.sub("PORT", where[4:]), "")
            port = int(beside) if re.fullmatch(r"\d{1,5}", beside) else 0
            known = _service(host, services, namespace) is not None
            if known or _is_host(host) or (port and _is_target("", host, port, False)):
                yield "", host, port, f"{where} is “{text}”"
            continue
        if not (":" in text or "server" in text or "host=" in text):
            continue
        for number, whole in enumerate(text[:MAX_TEXT].splitlines(), 1):
            line = whole[:MAX_LINE]
            if settings and COMMENT.match(line):
                continue
            for pattern, match in _matches(line):
                groups = match.groupdict()
                scheme, host = (groups.get("scheme") or "").lower(), match["host"].lower()
                port = int(match["port"] or 0)
                known = _service(host, services, namespace) is not None
                context = line[: match.start()] if settings else f"{where.partition(' ')[2]} {line[: match.start()]}"
                if port > 65535 or (pattern is not _SOCAT and _NO_CALL.search(context)):
                    continue
                # What libpq's and socat's words name is no name that the text itself gives.
                own = settings and not (port and pattern in (_KEYWORDS, _SOCAT))
                if not known and not _is_target(scheme, host, port, own):
                    continue
                place = f"{where}, line {number}" if "\n" in text else where
                short = line.strip()
                yield scheme, host, port, f"{place} says “{without_password(short if len(short) <= 120 else match[0])}”"


def _matches(line: str) -> Iterator[tuple[re.Pattern[str], re.Match[str]]]:
    spans: list[tuple[int, int]] = []
    for pattern in (_SOCAT, _URL, _DSN, _KEYWORDS, _SERVER, _ADDRESS, _HOST_PORT):
        for match in pattern.finditer(line):
            if not any(start < match.end() and match.start() < end for start, end in spans):
                spans.append(match.span())
                yield pattern, match


def _is_target(scheme: str, host: str, port: int, settings: bool) -> bool:
    """Whether something that looks like a host is one that is called."""
    if scheme in _BUCKETS:
        return True
    if scheme in ("file", "unix", "tel", "about", "data", "urn", "oci", "docker"):
        return False
    if "." in host:
        return _is_host(host) and bool(scheme or port)
    if host in _SELF or _SOCAT_WORDS.fullmatch(host) or not host[0].isalpha():
        return False
    # A bare name is somebody's Service elsewhere; in a longer text it may be a name that the text itself gives.
    return bool(scheme and port) or (not settings and bool(scheme or port))


def _is_host(host: str) -> bool:
    if any(host == name or host.endswith(f".{name}") for name in _NO_HOSTS):
        return False
    if _IP.fullmatch(host):
        return not host.startswith(("127.", "0.", "255."))
    top = host.rpartition(".")[2]
    return "." in host and top.isalpha() and len(top) > 1


def external_name(document: Document) -> str:
    """Where an ExternalName Service leads (Service API, spec.externalName); "" for any other."""
    name: Any = get(document, ("spec", "externalName"))
    kind = get(document, ("spec", "type"))
    return name if kind == "ExternalName" and isinstance(name, str) else ""
