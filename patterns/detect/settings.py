"""What a pod's own settings and the configuration that is mounted say of a helper: one rule a function.

They are asked where the image and the name say nothing: where a host outside is named only in a ConfigMap, where the
pod sends its questions for names to localhost, where Prometheus is told of a port that nobody declares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from designer.manifests.types import get
from patterns.detect.facts import Facts, Member
from patterns.detect.role import SAYS, Sign

# A name with dots is a host where a scheme, a port or a domain's ending says so: site.wsgi is none.
_NAME = r"(?!127\.|localhost|0\.0\.0\.0)[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)"
HOST = re.compile(
    rf"://(?:[^\s/@]*@)?({_NAME}+)|(?:[=\s,@:]|^)({_NAME}+)(?=:\d)"
    rf"|(?:[=\s,@:]|^)({_NAME}*\.(?:com|net|org|io|dev|cloud|internal|local|svc|lan|corp))(?![\w.-])",
    re.IGNORECASE,
)
# What configurations call the other end that they carry things to.
_OTHER_END = re.compile(
    r"\b(address|remotes?|upstream|relay|relayhost|forward\w*|bridge|leafnodes?|smarthost|peer)\b", re.I
)
_COMMENT = re.compile(r"^\s*(?:#|//|;)")
# A setting for the form of what it gives, and not of its own log.
_FORM = re.compile(r"(?:^|\s)--?(?:output-?)?format[=\s](\S+)", re.IGNORECASE)
_FORM_VARIABLES = ("FORMAT", "OUTPUT_FORMAT", "TARGET_FORMAT")
_DNS = 53
# More of a file than this is data.
_MAX_LINES = 400


def host_in(found: re.Match[str]) -> str:
    return next(filter(None, found.groups()))


def beyond(facts: Facts, member: Member) -> str:
    """The host outside of the pod that a mounted ConfigMap of the design has it carry things to; "" for none."""
    for mount in member.mounts:
        config = facts.config_map(mount.volume)
        data = config.get("data") if config else None
        for text in data.values() if isinstance(data, dict) else ():
            for line in text.splitlines()[:_MAX_LINES] if isinstance(text, str) else ():
                word = None if _COMMENT.match(line) else _OTHER_END.search(line)
                outside = HOST.search(line, word.end()) if word else None
                if outside:
                    return host_in(outside)
    return ""


def form(member: Member) -> str:
    """The form that a setting has it give things in; "" for none."""
    flag = _FORM.search(member.command)
    return flag[1] if flag else next((member.env[name] for name in _FORM_VARIABLES if member.env.get(name)), "")


def is_scraped(facts: Facts, member: Member) -> bool:
    """Whether Prometheus is told to ask at a port that this one's settings have, and that no container declares."""
    port = facts.scraped
    if not port or any(port in other.numbers for other in facts.members):
        return False
    said = re.compile(rf"(?<![\w.]){port}(?!\w|\.\d)")
    return any(map(said.search, (member.command, *member.env.values())))


def answers_for_names(facts: Facts, member: Member) -> Iterator[Sign]:
    """The pod's dnsConfig sends all questions for names to localhost, and it listens where they arrive."""
    servers = get(facts.pod.spec, ("dnsConfig", "nameservers"))
    local = isinstance(servers, list) and any(str(one).startswith("127.") or one == "::1" for one in servers)
    if local and _DNS in member.numbers:
        yield Sign("ambassador", SAYS, "The pod's questions for names go through it (dnsConfig), on localhost:53.")
