"""Searching presets by what people type: names, images, ports and words. Pure.

Every word of the query is looked for in every part of a preset (its title, tags, images …). A part has a weight, a word
that few presets have counts more, and a preset that has all words goes before one that has some. What was found is told
with where it was found: "image redis:7", with the hit marked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain
from typing import Any

from designer.manifests.types import Document, get
from patterns.needs import needs_met
from patterns.parameters import PORTS, Parameter
from patterns.preset import Preset

# How much a hit counts by where it is. The example is not what a preset brings, only what it suits.
_WEIGHTS = {
    "title": 10.0,
    "tag": 9.0,
    "image": 7.0,
    "port": 7.0,
    "brings": 4.0,
    "sets": 4.0,
    "summary": 5.0,
    "to": 5.0,
    "pattern": 4.0,
    "when": 3.0,
    "for image": 3.0,
    "for port": 2.0,
    "asks for": 1.5,
    "source": 1.0,
}
# Which field a reason names; the others speak for themselves.
_SILENT = {"title", "summary", "when"}
_WORD = re.compile(r"[a-z0-9](?:[a-z0-9._:/+-]*[a-z0-9])?")
_PART = re.compile(r"[a-z]+|[0-9]+(?:\.[0-9]+)*")
_STOP = frozenset(
    """
    a an and any are as at be before by can do does for from get have how i if in into is it its like me my need of on
    or our out over put request requests should so some something that the their them then there this through to up
    use using traffic want was we what when where which while will with without you your pod pods container containers
    kubernetes k8s app application
    """.split()  # noqa: SIM905 - ninety words in quotes are no easier to read
)
# Words whose last letter is no ending.
_WHOLE = frozenset(("https", "tls", "mtls", "dns", "aws", "gcs"))
# What people type, and how presets may say it.
_ALSO: dict[str, tuple[str, ...]] = {
    "ssl": ("tls",),
    "https": ("tls",),
    "tls": ("https",),
    "encrypt": ("tls", "https"),
    "certificate": ("tls",),
    "cert": ("certificate", "tls"),
    "auth": ("oauth", "jwt", "login", "authentication"),
    "authenticate": ("oauth", "jwt", "login", "auth"),
    "authentication": ("oauth", "jwt", "login"),
    "login": ("oauth",),
    "sso": ("oauth", "oidc"),
    "oidc": ("oauth",),
    "token": ("jwt",),
    "monitor": ("metrics", "prometheus"),
    "monitoring": ("metrics", "prometheus"),
    "metric": ("prometheus",),
    "scrape": ("metrics", "prometheus"),
    "exporter": ("metrics",),
    "postgres": ("postgresql",),
    "postgresql": ("postgres",),
    "pg": ("postgres", "postgresql"),
    "elastic": ("elasticsearch",),
    "db": ("database",),
    "sql": ("database",),
    "database": ("postgres", "sql"),
    "log": ("logging",),
    "tail": ("log", "stream"),
    "clone": ("git",),
    "repo": ("git", "repository"),
    "repository": ("git",),
    "github": ("git",),
    "bucket": ("s3", "gcs"),
    "s3": ("bucket", "aws"),
    "gcs": ("bucket",),
    "aws": ("s3",),
    "minio": ("s3",),
    "download": ("fetch", "s3"),
    "fetch": ("download",),
    "secret": ("vault",),
    "canary": ("weighted", "split"),
    "ab": ("split", "experiment"),
    "percent": ("split", "weighted"),
    "balance": ("weighted", "split"),
    "balancer": ("balancing", "weighted"),
    "config": ("configmap",),
    "configuration": ("configmap",),
    "restart": ("reload",),
    "watch": ("reload",),
    "kernel": ("sysctl",),
    "privileged": ("sysctl",),
    "migrate": ("migration",),
    "depend": ("dependency", "wait"),
    "dependency": ("wait",),
    "ready": ("wait",),
    "firewall": ("iptables",),
    "backup": ("ship", "storage"),
    "upload": ("ship", "storage"),
    "outside": ("outgoing",),
    "egress": ("outgoing", "outside"),
    "shard": ("sharding",),
    "web": ("http",),
    "speed": ("cache",),
    "faster": ("cache",),
}
_EXACT, _PREFIX, _OTHER, _INSIDE, _TYPO = 1.0, 0.75, 0.65, 0.4, 0.6
CLOSE = 0.75  # how much alike a word is to one that was mistyped (difflib's ratio)
_LEAST = 0.25  # of the best one's score; what has less is no answer
_SNIPPET = 90  # characters of a long text around the hit
_MOST_WORDS = 12


@dataclass(frozen=True)
class Part:
    """One text of a preset: where it stands, the text, and its words."""

    field: str
    text: str
    words: frozenset[str]


@dataclass(frozen=True)
class Indexed:
    """A preset, taken apart for searching."""

    preset: Preset
    parts: tuple[Part, ...]
    words: frozenset[str]


@dataclass(frozen=True)
class Found:
    """A preset that answers a query. `reason` says where it was found, as (text, is it a hit) in order."""

    preset: Preset
    score: float
    reason: tuple[tuple[str, bool], ...]


def indexed(preset: Preset) -> Indexed:
    """A preset taken apart. It is the same for the same preset: keep it where a preset is asked for often."""
    parts = tuple(Part(field, text, frozenset(words_of(text))) for field, text in _texts(preset) if text)
    return Indexed(preset, parts, frozenset(chain.from_iterable(part.words for part in parts)))


def search(query: str, presets: Sequence[Indexed], *, least: float = _LEAST) -> list[Found]:
    """The presets that answer what somebody typed, the best first; [] where nothing does, or nothing was asked.

    Words that are in no preset count for those they look like ("promethues"). Order among equals is that of `presets`.
    What has less than `least` of the best one's score is left out.
    """
    tokens = list(dict.fromkeys(_tokens(query)))[:_MOST_WORDS]
    vocabulary = frozenset(chain.from_iterable(one.words for one in presets))
    terms = [_term(token, vocabulary) for token in tokens]
    rarity = [_rarity(term, presets) for term in terms]
    wanted = sum(rarity)
    found = []
    for one in presets:
        gained, score, best = 0.0, 0.0, (0.0, one.parts[0])
        for term, rare in zip(terms, rarity, strict=True):
            if term.keys().isdisjoint(one.words):
                continue
            ranked = [(_points(term, part), part) for part in one.parts]
            points, part = max(ranked, key=lambda pair: pair[0])
            gained += rare
            score += rare * points
            # The title stands above the reason anyway: what else there is says more.
            best = max(best, _told(ranked, rare, points, part), key=lambda pair: pair[0])
        if score:
            score *= (gained / wanted) ** 2
            found.append(Found(one.preset, score, _reason(best[1], terms)))
    found.sort(key=lambda one: -one.score)
    return [one for one in found if one.score >= least * found[0].score]


def sought(query: str) -> list[list[str]]:
    """For each word of a query, what stands for it in the words of a preset (`words_of`, each between spaces): a preset
    that has one of them for every word answers. [] where there is none to look for."""
    found = []
    for token in list(dict.fromkeys(_tokens(query)))[:_MOST_WORDS]:
        typed = stem(token)
        others = {stem(other) for other in (*_ALSO.get(token, ()), *_ALSO.get(typed, ()))} - {typed}
        # As `_term` has it: any beginning counts, and from four letters on also what is inside of a word.
        found.append([typed if len(typed) >= 4 else f" {typed}", *(f" {other} " for other in sorted(others))])
    return found


# --- A preset's words ----------------------------------------------------------------------------------------------


def _texts(preset: Preset) -> Iterator[tuple[str, str]]:
    yield "title", f"{preset.title} ({preset.name})" if preset.title else preset.name
    yield "pattern", preset.pattern
    yield "summary", preset.summary
    yield from (("tag", tag) for tag in preset.tags)
    yield from (("to", one.words) for one in needs_met(preset))
    spec = preset.pod.get("spec", {})
    pointed = {f"${{{p.name}}}" for p in preset.parameters if p.type == "image"}
    images = [str(p.default) for p in preset.parameters if p.type == "image" and p.default]
    written = [image for image in _each(spec, "image") if isinstance(image, str) and image not in pointed]
    yield from (("image", image) for image in dict.fromkeys([*images, *written]) if "${" not in image)
    defaults = [p.default for p in preset.parameters if p.type in PORTS]
    ports = [*defaults, *_each(spec, "containerPort"), *(_service_ports(preset.objects))]
    yield from (("port", str(port)) for port in dict.fromkeys(ports) if isinstance(port, int))
    yield from (("brings", str(kind)) for kind in dict.fromkeys(o.get("kind") for o in preset.objects))
    yield from (("sets", name) for name in dict.fromkeys(_env(spec)) if "${" not in name)
    yield "when", preset.when
    example = list(preset.example)
    yield from (("for image", str(image)) for image in dict.fromkeys(map(str, _each(example, "image"))))
    yield from (("for port", str(port)) for port in dict.fromkeys(map(str, _each(example, "containerPort"))))
    yield from (("asks for", _asked(p)) for p in preset.parameters)
    yield "source", preset.source


def _asked(parameter: Parameter) -> str:
    named = f"{parameter.title} ({parameter.name})" if parameter.title else parameter.name
    return f"{named}: {parameter.help}" if parameter.help else named


def _service_ports(objects: Iterable[Document]) -> Iterator[Any]:
    for document in objects:
        if document.get("kind") == "Service":
            yield from _each(get(document, ("spec", "ports"), []), "port")


def _each(value: Any, key: str) -> Iterator[Any]:
    """What stands under a key, at any depth."""
    if isinstance(value, dict):
        if key in value and not isinstance(value[key], (dict, list)):
            yield value[key]
        for inner in value.values():
            yield from _each(inner, key)
    elif isinstance(value, list):
        for item in value:
            yield from _each(item, key)


def _env(spec: Any) -> Iterator[str]:
    for key in ("initContainers", "containers"):
        for container in get(spec, (key,), []):
            for item in get(container, ("env",), []):
                if isinstance(name := get(item, ("name",)), str):
                    yield name


def words_of(text: str) -> Iterator[str]:
    """The words of a text, stemmed: whole ("oliver006/redis_exporter:v1") and their parts ("redis", "exporter")."""
    for word in _WORD.findall(text.lower()):
        yield stem(word)
        parts = _PART.findall(word)
        if len(parts) > 1:
            yield from (stem(part) for part in parts if len(part) > 1)
            yield from (stem(part) for part in re.split(r"[/:]", word) if part)


def _tokens(query: str) -> Iterator[str]:
    for word in _WORD.findall(query.lower()[:400]):
        if word not in _STOP:
            yield word


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A word without its ending, roughly: what "metrics" and "metric", "encrypting" and "encrypt" have in common."""
    if not word.isalpha() or len(word) < 4 or word in _WHOLE:
        return word
    for ending, other in (("ies", "y"), ("ing", ""), ("ed", ""), ("sses", "ss"), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith(("ss", "us", "is")):
            return word[: -len(ending)] + other
    return word


# --- Matching ------------------------------------------------------------------------------------------------------

# The words that stand for one that was typed, each with how well.
_Term = dict[str, float]


def _term(token: str, vocabulary: frozenset[str]) -> _Term:
    typed = stem(token)
    term = {typed: _EXACT}
    for other in (*_ALSO.get(token, ()), *_ALSO.get(typed, ())):
        term.setdefault(stem(other), _OTHER)
    for word in vocabulary:
        if word not in term and len(typed) >= 2 and word.startswith(typed):
            term[word] = _PREFIX
        elif word not in term and len(typed) >= 4 and typed in word:
            term[word] = _INSIDE
    if not term.keys() & vocabulary:
        term.update(dict.fromkeys(get_close_matches(typed, vocabulary, 2, CLOSE), _TYPO))
        # "redis:6" is asked for where there is "redis:7" only.
        parts = [stem(part) for part in re.split(r"[^a-z0-9]+", token) if len(part) > 1 and part not in _STOP]
        term.update({part: _OTHER for part in parts if part in vocabulary})
    return term


def _rarity(term: _Term, presets: Sequence[Indexed]) -> float:
    """How much a word tells presets apart: that which few have counts more."""
    having = sum(not term.keys().isdisjoint(one.words) for one in presets)
    return math.log(1 + len(presets) / having) if having else 1.0


def _points(term: _Term, part: Part) -> float:
    common = term.keys() & part.words
    return _WEIGHTS[part.field] * max(term[word] for word in common) if common else 0.0


def _told(ranked: list[tuple[float, Part]], rare: float, points: float, part: Part) -> tuple[float, Part]:
    others = [pair for pair in ranked if pair[0] and pair[1].field not in ("title", "pattern")]
    if not others:
        return rare * points * 0.01, part
    points, part = max(others, key=lambda pair: pair[0])
    return rare * points, part


def _reason(part: Part, terms: list[_Term]) -> tuple[tuple[str, bool], ...]:
    """The text of a part, cut to what is around the first hit, with its hits marked."""
    hits = [
        match.span()
        for match in re.finditer(r"[A-Za-z0-9][A-Za-z0-9._:/+-]*", part.text)
        if any(word in term for word in words_of(match[0]) for term in terms)
    ]
    start, end = 0, len(part.text)
    if hits and end > _SNIPPET:
        start = max(0, hits[0][0] - _SNIPPET // 3)
        start = part.text.rfind(" ", 0, start + 1) + 1 if start else 0
        end = min(len(part.text), start + _SNIPPET)
        end = end if end == len(part.text) else max(part.text.rfind(" ", 0, end), hits[0][1])
    out: list[tuple[str, bool]] = []
    if part.field not in _SILENT:
        out.append((f"{part.field} ", False))
    if start:
        out.append(("… ", False))
    at = start
    for first, last in hits:
        if first >= at and last <= end:
            out += [(part.text[at:first], False), (part.text[first:last], True)]
            at = last
    out.append((part.text[at:end] + (" …" if end < len(part.text) else ""), False))
    return tuple((text, hit) for text, hit in out if text)
