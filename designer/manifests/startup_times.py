"""How long hooks and probes take, as far as their fields tell: whole seconds, least and most."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from designer.manifests.types import get

ProbeKind = Literal["startupProbe", "readinessProbe", "livenessProbe"]
# What the API server fills in where a field is missing or 0 (API reference, Probe).
_DEFAULTS = {"periodSeconds": 10, "timeoutSeconds": 1, "successThreshold": 1, "failureThreshold": 3}
GRACE = 30  # terminationGracePeriodSeconds where it is not set (API reference, PodSpec)
LAST = 2  # seconds between TERM and KILL where the grace period is used up (kubelet)
_SLEEP = re.compile(r"\s*(?:/(?:usr/)?bin/)?sleep\s+(\d{1,6})s?\s*;?\s*", re.ASCII)
_SHELL = re.compile(r"(?:/(?:usr/)?bin/)?(?:ba|da|a)?sh")


@dataclass(frozen=True)
class Length:
    """How long something takes, in seconds; `most` is None where nothing bounds it."""

    least: int
    most: int | None

    @property
    def known(self) -> bool:
        return self.least == self.most


UNKNOWN = Length(0, None)


@dataclass(frozen=True)
class Probe:
    """The timing fields of a probe, with the API server's defaults."""

    kind: ProbeKind
    delay: int
    period: int
    timeout: int
    success: int
    failure: int

    @property
    def step(self) -> int:
        """Seconds from one try to the next, where a try takes all of its time."""
        return max(self.period, self.timeout)

    @property
    def first(self) -> int:
        """When it can first count as succeeded, in seconds after the container began to run."""
        return self.delay + (self.success - 1) * self.period

    @property
    def gives_up(self) -> int:
        """When it has failed for good at the latest, if it has not succeeded. The first try comes up to one period
        after the delay, as the kubelet's clock for it runs already."""
        return max(self.delay + self.failure * self.step, self.first) + self.timeout

    @property
    def fails_first(self) -> int:
        """When it can have failed for good at the earliest: so long the container has to answer."""
        return self.delay + (self.failure - 1) * self.period

    @property
    def notices(self) -> int:
        """How long it takes at most from the container's first good answer to success."""
        return self.success * self.step + self.timeout

    @property
    def words(self) -> str:
        """ "after 5 s, every 10 s, 3 failures, timeout 1 s"."""
        often = f"every {seconds(self.period)}"
        needs = f", {self.success} successes in a row" if self.success > 1 else ""
        after = f"after {seconds(self.delay)}, " if self.delay else ""
        fails = f"{self.failure} failure{'' if self.failure == 1 else 's'} in a row"
        return f"{after}{often}{needs}, gives up after {fails}, timeout {seconds(self.timeout)}"


def probe(container: Mapping[str, Any], kind: ProbeKind) -> Probe | None:
    """A container's probe, None where it has none."""
    found = container.get(kind)
    if not isinstance(found, dict) or not found:
        return None
    period, timeout, success, failure = (_number(found, name) or default for name, default in _DEFAULTS.items())
    return Probe(kind, _number(found, "initialDelaySeconds"), period, timeout, success, failure)


def hook(container: Mapping[str, Any], name: Literal["postStart", "preStop"]) -> Length | None:
    """How long a lifecycle hook takes, None where there is none. Known for the sleep action and for a command that is
    nothing but sleep; what other commands and requests do nobody can tell."""
    handler = get(container, ("lifecycle", name))
    if not isinstance(handler, dict) or not handler:
        return None
    told = get(handler, ("sleep", "seconds"), 0) if isinstance(handler.get("sleep"), dict) else None
    if told is None:
        told = _slept(get(handler, ("exec", "command")))
    return Length(told, told) if isinstance(told, int) and not isinstance(told, bool) and told >= 0 else UNKNOWN


def grace(spec: Mapping[str, Any]) -> int:
    """The pod's terminationGracePeriodSeconds; below zero counts as 1, as the API server has it."""
    found = spec.get("terminationGracePeriodSeconds")
    if not isinstance(found, int) or isinstance(found, bool):
        return GRACE
    return found if found >= 0 else 1


def seconds(count: int) -> str:
    """A time as people say it: "45 s", "5 min", "1 min 30 s", "2 h"."""
    if count < 120 and count != 60:
        return f"{count} s"
    hours, rest = divmod(count, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def _slept(command: Any) -> int | None:
    if not isinstance(command, list) or not all(isinstance(word, (str, int)) for word in command):
        return None
    words = [str(word) for word in command]
    if len(words) == 3 and _SHELL.fullmatch(words[0]) and words[1] == "-c":
        words = words[2:]
    found = _SLEEP.fullmatch(" ".join(words))
    return int(found[1]) if found else None


def _number(found: Mapping[str, Any], name: str) -> int:
    value = found.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
