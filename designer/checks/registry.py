"""All rules, in the order in which they are told, and the two questions: what is wrong, and is this still wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from designer.checks.facts import Facts, facts_of
from designer.checks.finding import SEVERITIES, Finding
from designer.checks.rules import (
    config_keys,
    container_names,
    env_names,
    host_port_clash,
    image_references,
    init_probes,
    invalid_names,
    missing_images,
    missing_volumes,
    mount_paths,
    no_containers,
    object_names,
    port_clash,
    port_names,
    probe_ports,
    service_selection,
    service_targets,
    unused_volumes,
    volume_names,
    workload_selectors,
)
from designer.manifests.types import Documents, Path


class Rule(Protocol):
    """A module of designer.checks.rules. Its docstring says the rule in words and where it comes from."""

    ID: str
    TITLE: str

    def check(self, facts: Facts) -> Iterator[Finding]: ...


RULES: tuple[Rule, ...] = (
    no_containers,
    missing_images,
    image_references,
    invalid_names,
    container_names,
    volume_names,
    object_names,
    workload_selectors,
    init_probes,
    port_clash,
    host_port_clash,
    port_names,
    probe_ports,
    missing_volumes,
    mount_paths,
    config_keys,
    service_targets,
    env_names,
    service_selection,
    unused_volumes,
)


def run(documents: Documents) -> list[Finding]:
    """Everything that the rules find: errors before warnings before hints, then by document, then by rule.

    Never raises, whatever the documents hold; the same documents give the same findings in the same order.
    """
    facts = facts_of(documents)
    found = [finding for rule in RULES for finding in rule.check(facts)]
    return sorted(found, key=lambda finding: (SEVERITIES.index(finding.severity), finding.path[:1]))


def find(documents: Documents, rule: str, path: Path) -> Finding | None:
    """The finding of a rule (its id) at a path, or None if it is not wrong (any more)."""
    for module in RULES:
        if rule == module.ID:
            return next((finding for finding in module.check(facts_of(documents)) if finding.path == path), None)
    return None
