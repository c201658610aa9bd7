"""What becomes of a container that ends: the pod's restartPolicy, and from 1.34 on the container's own (KEP-5307)."""

from __future__ import annotations

from typing import Any

from designer.manifests import startup_rules as rules
from designer.manifests.pod import Container, Pod
from designer.manifests.startup_rules import Rule

# ContainerRestartRules: alpha, behind a feature gate, then beta and on by default (KEP-5307, Milestones).
_ALPHA, _BETA = 34, 35
_MOST_CODES = 6


def pod_policy(pod: Pod) -> str:
    """The pod's restartPolicy; Always where there is none, or none that Kubernetes knows."""
    policy = pod.spec.get("restartPolicy")
    return policy if isinstance(policy, str) and policy in rules.RESTART else "Always"


def own_policy(container: Container, version: str = "") -> str:
    """The container's own restartPolicy, "" where it has none or the version ("1.36"; "" for the newest) heeds none.
    That of a native sidecar is what makes it one, and is not counted."""
    policy = container.data.get("restartPolicy")
    if container.kind == "sidecar" or not isinstance(policy, str) or policy not in rules.OWN_RESTART:
        return ""
    return policy if _minor(version) >= _ALPHA else ""


def restarts(pod: Pod, container: Container, version: str = "") -> bool:
    """Whether a container that is killed for a failure is started again."""
    return container.kind == "sidecar" or (own_policy(container, version) or pod_policy(pod)) != "Never"


def restart_words(container: Container, version: str = "") -> str:
    """What a container's own restartPolicy and restartPolicyRules say, in a few words; "" where it has none of its own:
    "never restarted, but on exit code 42"."""
    policy = own_policy(container, version)
    if not policy:
        return ""
    words = {"Always": "always restarted", "OnFailure": "restarted on failure", "Never": "never restarted"}[policy]
    found = container.data.get("restartPolicyRules")
    told = [told for rule in (found if isinstance(found, list) else ()) if (told := _rule_words(rule))]
    return f"{words}, but {'; '.join(told)}" if told else words


def restart_notes(container: Container, version: str = "") -> list[tuple[str, Rule]]:
    """The same as notes on the pod, each with its rule."""
    words = restart_words(container, version)
    if not words:
        return []
    policy = own_policy(container, version)
    gate = "" if _minor(version) >= _BETA else f", where the cluster has the feature gate {rules.RESTART_GATE}"
    name = container.name or f"container {container.index + 1}"
    found = [(f"{name}: {words}{gate}", rules.OWN_RESTART[policy])]
    if " but " in words:
        found.append((f"{name}: restartPolicyRules come first", rules.RESTART_RULES))
    return found


def _rule_words(rule: Any) -> str:
    """ "restarted on exit code 42 or 43"; "" for a rule that says nothing that we know."""
    codes = rule.get("exitCodes") if isinstance(rule, dict) else None
    if not isinstance(codes, dict) or not isinstance(codes.get("values"), list):
        return ""
    values = [str(value) for value in codes["values"] if isinstance(value, int) and not isinstance(value, bool)]
    does = {"Restart": "restarted", "RestartAllContainers": "all containers restarted"}.get(str(rule.get("action")))
    on = {"In": "on exit code", "NotIn": "on any exit code but"}.get(str(codes.get("operator")))
    if not values or not does or not on:
        return ""
    shown = values[:_MOST_CODES]
    more = f" or {len(values) - len(shown)} more" if len(values) > len(shown) else ""
    last = "" if more or len(shown) == 1 else f" or {shown.pop()}"
    return f"{does} {on} {', '.join(shown)}{last}{more}"


def _minor(version: str) -> int:
    minor = version.rpartition(".")[2]
    return int(minor) if minor.isdecimal() else 10**6
