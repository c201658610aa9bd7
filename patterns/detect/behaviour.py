"""What a container does that makes it a helper, whatever it is called: one rule a function.

The rules of `OWN` look at a container alone; those of `BESIDE` at what it does with another one that looks like the
application, and so come second.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from patterns.detect.facts import Facts, Member
from patterns.detect.programs import STORES, WORK, repository, words
from patterns.detect.role import HELPS, SAYS, Sign
from patterns.detect.settings import HOST, answers_for_names, beyond, form, host_in, is_scraped

_CONFIGURED = ("/etc/nginx", "/etc/envoy", "/usr/local/etc/haproxy", "/etc/haproxy", "/etc/traefik", "/etc/caddy")
_PASSES_ON = re.compile(
    r"\b(proxy_pass|split_clients|upstream|reverse_proxy|tcp_proxy|use_backend|default_backend|grpc_pass|load_assignment)\b"
)
_OWN_CODE = re.compile(r"\b(fastcgi_pass|uwsgi_pass|scgi_pass)\b")
_METRICS_PORT = re.compile(r"(^|-)(metrics?|prom|prometheus|exporter|scrape)(-|$)")
_TAIL = re.compile(r"\btail\s+(?:-\S+\s+){0,3}?-?\S*(?:[fF]\b|--follow)")
_READS = re.compile(r"\b(tail|cat|read|while read|inotifywait)\b")
_TRANSFORMS = re.compile(r"\b(sed|awk|gawk|jq|cut|tr|perl|xmllint|xsltproc|mlr)\b")
_WRITES = re.compile(r">{1,2}\s*[\w$/.(]|\btee\s|\bof=")
_REPEATS = re.compile(
    r"\bwhile\b|\bsleep\s+\d|--daemon|--watch|--interval|--period|\bcrond\b|\binotifywait\b|\bwatch\s+-n"
)
_TASK = re.compile(
    r"(?<![\w/.-])(sync|rsync|backup|dump|pg_dump|mysqldump|xtrabackup|defrag|renew|rotate|prune|cleanup|compact|"
    r"git pull|git fetch|snapshot|reload|logrotate|rclone|refresh|mc mirror)\b"
)
_FORWARDS = re.compile(
    r"upstream|backend|target|proxy|forward|origin|destination|_pass\b|tunnel|reverse|load_assignment|socket_address",
    re.IGNORECASE,
)
_PROXIES = re.compile(r"\breverse[-_]?proxy\b|--?(?:upstream|backend|forward)", re.IGNORECASE)
_UPSTREAM = re.compile(r"(?P<key>-{0,2}\b(?:upstream|forward)[\w-]*)[=\s](?P<to>\S{1,200})", re.IGNORECASE)
_RELOADS = re.compile(r"reload|webhook|refresh|REQ_URL|quitquitquit", re.IGNORECASE)
_TUNNEL_COMMAND = re.compile(
    r"\bssh\b.*\s-\w*[LDR]\s*\S|\b(stunnel|socat|ghostunnel|kubectl port-forward|cloud_sql_proxy)\b"
)
_VAULT_AGENT = re.compile(r"\b(vault|bao) agent\b|^agent\b")
# Where exporters listen: the range of Prometheus' wiki of default ports, but for what others are known by
# (Elasticsearch, JetDirect, Zipkin, git, HTTPS, Logstash).
_EXPORTER_PORTS = {*range(9100, 10000)} - {9200, 9300, 9411, 9418, 9443, 9600, 9999}
_WELL_KNOWN_EXPORTERS = {9100, 9102, 9104, 9113, 9114, 9115, 9117, 9121, 9150, 9187, 9216, 9308, 9419}
_PROXY_VARIABLE = re.compile(r"\benv (https?_proxy|all_proxy)\b", re.IGNORECASE)
# What is read from a file goes to another host: a relay for a file, not for connections.
_SENDS = re.compile(r"\b(?:cat|tail)\b[^|;&]*\|\s*(socat|nc|ncat|netcat|kcat|kafkacat|curl|logger|mosquitto_pub)\b")
_SERVED = ("/usr/share/nginx/", "/var/www", "/usr/local/apache2/htdocs", "/srv", "/usr/share/caddy", "/htdocs")
_FASTCGI = re.compile(r"\b(php-?fpm|fpm|php|uwsgi|fastcgi)\b")
_CLIENTS = frozenset({"curl", "alpine", "busybox", "bash"})
_WEB_SERVERS = frozenset({"nginx", "httpd", "apache", "caddy", "openresty"})

Alone = Callable[[Facts, Member], Iterator[Sign]]
Beside = Callable[[Facts, Member, list[Member]], Iterator[Sign]]


def metrics_port(facts: Facts, member: Member) -> Iterator[Sign]:
    """All the ports it declares are for metrics."""
    found = member.ports
    if not found:
        return
    known = _WELL_KNOWN_EXPORTERS | {facts.scraped} if facts.scraped else _WELL_KNOWN_EXPORTERS
    if all(_METRICS_PORT.search(port.name) or port.number in known for port in found):
        port = found[0]
        yield Sign("adapter", HELPS, f"Its only port, {port.name or port.number}, is for metrics.")


def proxy_configuration(facts: Facts, member: Member) -> Iterator[Sign]:
    """A proxy's configuration is mounted; what it says counts for more, if the ConfigMap is part of the design."""
    for mount in member.mounts:
        volume = facts.volumes.get(mount.volume)
        if volume is None or volume.source != "configMap":
            continue
        config = facts.config_map(mount.volume)
        said = _texts(config.get("data")) if config else []
        if any(_OWN_CODE.search(text) for text in said):
            continue
        passes = next(filter(None, map(_PASSES_ON.search, said)), None)
        if mount.mount_path.startswith(_CONFIGURED) and (passes or not said):
            weight = HELPS if passes or "nginx" not in mount.mount_path else 2
            yield Sign("ambassador", weight, f"A proxy's configuration is mounted at {mount.mount_path}.")
        if passes:
            name = volume.object_name
            yield Sign("ambassador", HELPS, f"ConfigMap {name} has it pass requests on ({passes[1]}).")


def log_command(facts: Facts, member: Member) -> Iterator[Sign]:
    """Its command follows a file, or rewrites what it reads into another file."""
    command = member.command
    rewrites = _TRANSFORMS.search(command)
    if rewrites and _READS.search(command) and _WRITES.search(command):
        yield Sign(
            "adapter", SAYS, f"Its command puts what it reads into another form ({rewrites[1]}) and writes it out."
        )
    elif sends := _SENDS.search(command):
        yield Sign("sidecar", 2 * SAYS, f"Its command sends what it reads from a file to another host ({sends[1]}).")
    elif _TAIL.search(command):
        yield Sign("sidecar", 4, "Its command follows a log file (tail -f).")


def repeated_task(facts: Facts, member: Member) -> Iterator[Sign]:
    """Its command does a chore over and over."""
    task = _TASK.search(member.command)
    if task and _REPEATS.search(member.command):
        yield Sign("sidecar", 4, f"Its command repeats a task for the others ({task[1]}).")


def secrets_agent(facts: Facts, member: Member) -> Iterator[Sign]:
    if words(repository(member.image)) & {"vault", "openbao"} and _VAULT_AGENT.search(member.command):
        yield Sign("sidecar", 5, "Its command keeps secrets from Vault fresh (vault agent).")


def tunnel_command(facts: Facts, member: Member) -> Iterator[Sign]:
    found = _TUNNEL_COMMAND.search(member.command)
    if found and not _SENDS.search(member.command):
        yield Sign("ambassador", 6, f"Its command keeps a connection to another host open ({found[0].split()[0]}).")


def goes_on(facts: Facts, member: Member) -> Iterator[Sign]:
    """It listens, and a setting names another host that it goes on to."""
    if not member.ports:
        return
    said = (member.command, *(f"{name}={value}" for name, value in member.env.items()))
    found = next(filter(None, map(_UPSTREAM.search, said)), None)
    if found and (outside := HOST.search(found["to"])):
        what = f"It listens on {_port(member)} and goes on to {host_in(outside)} ({found['key']})."
        yield Sign("ambassador", 4, what)


def _port(member: Member) -> str:
    return str(member.ports[0].number or member.ports[0].name)


def reads_files(facts: Facts, member: Member, applications: list[Member]) -> Iterator[Sign]:
    """It mounts, to read only, a volume that the application writes to."""
    for mount in member.mounts:
        if not mount.read_only:
            continue
        writers = facts.writers.get(mount.volume, ())
        writer = next((w for w in writers if w is not member and w in applications), None)
        if writer and not serves_code(member, writer):
            what = "the logs" if facts.is_log(mount) else "files"
            yield Sign("sidecar", HELPS, f"It reads volume {mount.volume}: {what} that {writer.called} writes.")
            return


def calls_it(facts: Facts, member: Member, applications: list[Member]) -> Iterator[Sign]:
    """It calls the application on localhost: to pass requests on, to ask for metrics, or to tell it something."""
    for callee, call in facts.calls.get(member.address, ()):
        other = next((a for a in applications if a.address == callee), None)
        if other is None:
            continue
        said = call.evidence.partition(": ")[2]
        if _OWN_CODE.search(said):
            continue
        if _RELOADS.search(said):
            yield Sign("sidecar", HELPS, f"It tells {other.called} on localhost:{call.port} that something changed.")
        elif any(True for _ in metrics_port(facts, member)):
            yield Sign("adapter", 4, f"It calls {other.called} on localhost:{call.port}.")
        elif is_scraped(facts, member):
            what = f"It calls {other.called} on localhost:{call.port}, and Prometheus is to ask it on {facts.scraped}."
            yield Sign("adapter", 4, what)
        elif member.ports and (other_form := form(member)):
            what = f"It calls {other.called} on localhost:{call.port}, and gives what that says as {other_form}."
            yield Sign("adapter", SAYS, what)
        elif member.numbers and member.numbers <= _EXPORTER_PORTS:
            at = min(member.numbers)
            yield Sign(
                "adapter", 4, f"It calls {other.called} on localhost:{call.port}, and listens on {at} as exporters do."
            )
        elif (_FORWARDS.search(said) or _PROXIES.search(member.command)) and (
            member.ports or HOST.search(member.command)
        ):
            port = f"It listens on {member.ports[0].number or member.ports[0].name} and" if member.ports else "It"
            yield Sign("ambassador", 4, f"{port} passes on to {other.called} on localhost:{call.port}.")
        elif _only_asks(facts, member) and call.declared:
            what = f"It calls {other.called} on localhost:{call.port}, and offers nothing itself."
            yield Sign("sidecar", HELPS, what)
        else:
            continue
        return
    # What an exporter measures need not look like the application: a proxy has one as well.
    if "exporter" in words(repository(member.image)) | words(member.name):
        for callee, call in facts.calls.get(member.address, ())[:1]:
            called = facts.at[callee].called if callee in facts.at else "another container"
            yield Sign("adapter", 1, f"It calls {called} on localhost:{call.port}.")


def is_called(facts: Facts, member: Member, applications: list[Member]) -> Iterator[Sign]:
    """The application calls it on localhost: for what it keeps there, or to be taken to another host."""
    for calling, call in facts.called.get(member.address, ()):
        caller = next((a for a in applications if a.address == calling), None)
        said = call.evidence.partition(": ")[2]
        through = _PROXY_VARIABLE.search(said)
        if caller is not None and through:
            what = f"{caller.called} sends its requests through it ({through[1]}), on localhost:{call.port}."
            yield Sign("ambassador", SAYS, what)
            return
        if caller is None or _OWN_CODE.search(said) or _FORWARDS.search(said):
            continue
        said_so = HOST.search(member.command) or next(filter(None, map(HOST.search, member.env.values())), None)
        carries = beyond(facts, member)
        outside = host_in(said_so) if said_so else carries
        if any(True for _ in metrics_port(facts, member)):
            yield Sign("adapter", 4, f"{caller.called} gives it what it measures, on localhost:{call.port}.")
        elif words(repository(member.image)) & STORES and not carries:
            if any(facts.lasts(mount.volume) for mount in member.mounts):
                return  # a database of its own, and no cache: the two do the work together
            yield Sign("sidecar", 4, f"{caller.called} keeps data in it, on localhost:{call.port}.")
        elif outside:
            what = f"{caller.called} calls it on localhost:{call.port}, and it goes on to {outside}."
            yield Sign("ambassador", 4, what)
        elif not words(member.name) & WORK and (facts.owner is caller or not _one_maker(member, caller)):
            yield Sign("sidecar", HELPS, f"{caller.called} calls it on localhost:{call.port}.")
        return


def feeds(facts: Facts, member: Member, applications: list[Member]) -> Iterator[Sign]:
    """It offers nothing by itself, and writes the files that the application reads or serves."""
    if member.ports or member.address in facts.called or member.only_local or _fastcgi(member):
        return
    for mount in member.mounts:
        if mount.read_only or facts.is_log(mount) or not facts.shared(mount.volume):
            continue
        for other in (a for a in applications if a.ports or words(repository(a.image)) & _WEB_SERVERS):
            at = next((m for m in other.mounts if m.volume == mount.volume), None)
            if at and (at.read_only or at.mount_path.startswith(_SERVED)) and not facts.is_log(at):
                yield Sign("sidecar", HELPS, f"It writes to volume {mount.volume}, which {other.called} reads.")
                return


def stands_in_front(facts: Facts, member: Member, applications: list[Member]) -> Iterator[Sign]:
    """It can be reached from outside the pod, and the application only on localhost."""
    hidden = next((a for a in applications if a.only_local), None)
    if hidden and hidden.local_port in member.numbers:
        # An address that another container declares is one to call.
        if all(callee != member.address for callee, _ in facts.calls.get(hidden.address, ())):
            yield Sign("sidecar", HELPS, f"{hidden.called} calls it on localhost:{hidden.local_port}.")
        return
    if hidden and _open(facts, member) and not any(_open(facts, o) for o in facts.members if o is not member):
        port = member.ports[0].number or member.ports[0].name
        yield Sign("ambassador", HELPS, f"It listens on {port}, and {hidden.called} only on localhost.")


def _open(facts: Facts, member: Member) -> bool:
    """Whether it offers a port to others, and that is not for metrics or where a program keeps data."""
    if not member.ports or words(repository(member.image)) & STORES:
        return False
    return not any(True for _ in metrics_port(facts, member))


OWN: tuple[Alone, ...] = (
    metrics_port,
    proxy_configuration,
    log_command,
    repeated_task,
    secrets_agent,
    tunnel_command,
    goes_on,
    answers_for_names,
)
BESIDE: tuple[Beside, ...] = (reads_files, calls_it, is_called, feeds, stands_in_front)


def serves_code(member: Member, other: Member) -> bool:
    """Whether it is a web server in front of code that another container runs, by FastCGI: the two are one."""
    return bool(words(repository(member.image)) & _WEB_SERVERS) and _fastcgi(other)


def _fastcgi(member: Member) -> bool:
    """Whether it runs code behind a web server, so that the two are one application."""
    said = (member.name, member.image.rpartition("/")[2], member.command, *(port.name for port in member.ports))
    return any(_FASTCGI.search(text) for text in said)


def _only_asks(facts: Facts, member: Member) -> bool:
    """Whether it is a shell or a client that offers no port and that nobody calls."""
    return not member.ports and member.address not in facts.called and bool(words(repository(member.image)) & _CLIENTS)


def _one_maker(one: Member, other: Member) -> bool:
    """Whether their images come from one place: two of one maker that call each other are parts of one application."""
    made = [member.image.rpartition("/")[0] for member in (one, other) if member.image]
    return len(made) == 2 and made[0] == made[1]


def _texts(data: Any) -> list[str]:
    return [value for value in data.values() if isinstance(value, str)] if isinstance(data, dict) else []
