"""Names as Kubernetes allows them, and names that are still free.

Each `*_problem` function takes a name and gives a plain sentence that says why Kubernetes would refuse it, or "".
The rules are those of "Object Names and IDs" in the Kubernetes documentation and of k8s.io/apimachinery's validation;
those of images are the grammar of github.com/distribution/reference, which the kubelet reads them with.
"""

from __future__ import annotations

import re
from collections.abc import Collection

LABEL_LENGTH = 63
SUBDOMAIN_LENGTH = 253
PORT_NAME_LENGTH = 15
# A CronJob's Jobs append 11 characters to its name, and a Job's name must stay a label (CronJob documentation).
CRON_JOB_LENGTH = 52

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(rf"{_LABEL.pattern}(\.{_LABEL.pattern})*")
_RFC_1035 = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_PORT = re.compile(r"(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_CONFIG_KEY = re.compile(r"[-._a-zA-Z0-9]+")

# A reference to an image: [registry[:port]/]repository[:tag][@digest].
IMAGE_PATH_LENGTH = 255
_REGISTRY_PART = "[a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*"
_REGISTRY = rf"(?:{_REGISTRY_PART}(?:\.{_REGISTRY_PART})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_PATH_PART = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_IMAGE_NAME = re.compile(rf"(?:{_REGISTRY}/)?{_PATH_PART}(?:/{_PATH_PART})*")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}")
_IMAGE_ID = re.compile("[0-9a-f]{64}")

# Kinds whose names are stricter, or freer, than a DNS subdomain (their own API pages).
_LABEL_KINDS = {"Namespace", "StatefulSet"}
_FREE_KINDS = {"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"}


def label_problem(name: str) -> str:
    """Why `name` is no RFC 1123 label (containers, volumes, namespaces), or ""."""
    if not name:
        return "a name is needed"
    if len(name) > LABEL_LENGTH:
        return f"at most {LABEL_LENGTH} characters are allowed; this has {len(name)}"
    if not _LABEL.fullmatch(name):
        return "only lowercase letters, digits and '-' are allowed, with a letter or digit at both ends"
    return ""


def subdomain_problem(name: str) -> str:
    """Why `name` is no RFC 1123 subdomain (most objects), or ""."""
    if not name:
        return "a name is needed"
    if len(name) > SUBDOMAIN_LENGTH:
        return f"at most {SUBDOMAIN_LENGTH} characters are allowed; this has {len(name)}"
    if not _SUBDOMAIN.fullmatch(name):
        return "only lowercase letters, digits, '-' and '.' are allowed, with a letter or digit at both ends"
    return ""


def service_problem(name: str) -> str:
    """Why `name` is no RFC 1035 label (Services), or ""."""
    if not label_problem(name) and not _RFC_1035.fullmatch(name):
        return "a Service's name starts with a letter"
    return label_problem(name)


def object_problem(kind: str, name: str) -> str:
    """Why an object of `kind` cannot be called `name`, or "". A kind we do not know is held to a DNS subdomain."""
    if kind in _FREE_KINDS:
        if not name:
            return "a name is needed"
        return "'/' and '%' are not allowed" if name in (".", "..") or "/" in name or "%" in name else ""
    if kind == "Service":
        return service_problem(name)
    if kind in _LABEL_KINDS:
        return label_problem(name)
    if kind == "CronJob" and len(name) > CRON_JOB_LENGTH:
        return f"a CronJob's name has at most {CRON_JOB_LENGTH} characters; this has {len(name)}"
    return subdomain_problem(name)


def port_problem(name: str) -> str:
    """Why `name` is no port name (IANA_SVC_NAME, RFC 6335), or ""."""
    if not name:
        return "a name is needed"
    if len(name) > PORT_NAME_LENGTH:
        return f"a port's name has at most {PORT_NAME_LENGTH} characters; this has {len(name)}"
    if not _PORT.fullmatch(name):
        return "only lowercase letters, digits and single '-' between them are allowed"
    if not re.search("[a-z]", name):
        return "a port's name has at least one letter"
    return ""


def config_key_problem(key: str) -> str:
    """Why `key` is no key of a ConfigMap or Secret, or ""."""
    if not key:
        return "a key is needed"
    if len(key) > SUBDOMAIN_LENGTH:
        return f"at most {SUBDOMAIN_LENGTH} characters are allowed; this has {len(key)}"
    if not _CONFIG_KEY.fullmatch(key) or key == "." or key.startswith(".."):
        return "only letters, digits, '-', '_' and '.' are allowed, and not '..' at the start"
    return ""


def image_problem(reference: str) -> str:
    """Why no image can be pulled by `reference`, or ""."""
    if not reference:
        return "an image is needed"
    if re.search(r"\s", reference):
        return "spaces are not allowed"
    if "://" in reference:
        return f"leave out {reference.partition('://')[0][:20]}://"
    if _IMAGE_ID.fullmatch(reference):
        return "64 hexadecimal digits are the ID of an image, which is not pulled by its ID"
    rest, at, digest = reference.partition("@")
    if at and not _DIGEST.fullmatch(digest):
        return "after '@' comes a digest: sha256: and 64 hexadecimal digits in lowercase"
    last = rest.rpartition("/")[2]
    colon = ":" in last
    name, tag = (rest[: len(rest) - len(last) + last.index(":")], last.partition(":")[2]) if colon else (rest, "")
    if colon and not tag:
        return "there is no tag after ':'"
    if colon and not _TAG.fullmatch(tag):
        return "a tag has at most 128 letters, digits, '_', '.' and '-', and does not start with '.' or '-'"
    if _IMAGE_NAME.fullmatch(name):
        first, _, behind = name.partition("/")
        # A registry looks like a host, or else the first part belongs to the path of a repository in the default one.
        registry = behind and (set(".:") & set(first) or first == "localhost" or first != first.lower())
        long = len(behind if registry else name) > IMAGE_PATH_LENGTH
        return f"a repository's name has at most {IMAGE_PATH_LENGTH} characters" if long else ""
    if _IMAGE_NAME.fullmatch(name.lower()):
        return "a repository's name is in lowercase"
    return "a repository's name has lowercase letters and digits, with '/', '.', '_' or '-' only between them"


def free(base: str, taken: Collection[str], limit: int = LABEL_LENGTH, separator: str = "-") -> str:
    """`base` if nobody has it, else ``base-2``, ``base-3`` …; a base that is numbered already is counted on.

    The result has at most `limit` characters: the base gives way, not the number.
    """
    name = base[:limit].rstrip("-")
    if name not in taken:
        return name
    numbered = re.fullmatch(rf"(.+){re.escape(separator)}([1-9]\d?)", base)
    stem, number = (numbered[1], int(numbered[2])) if numbered else (base, 1)
    while name in taken:
        number += 1
        ending = f"{separator}{number}"
        name = stem[: limit - len(ending)].rstrip("-") + ending
    return name


def label_from(text: str, default: str) -> str:
    """An RFC 1123 label made from any text ("Log Files" → "log-files"), or `default` where nothing is left of it."""
    made = re.sub("[^a-z0-9]+", "-", text.lower())[:LABEL_LENGTH].strip("-")
    return made or default
