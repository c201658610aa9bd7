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
    front_backends,
    grace_periods,
    host_port_clash,
    image_references,
    init_probes,
    invalid_names,
    job_sidecars,
    missing_fields,
    missing_images,
    missing_objects,
    missing_volumes,
    mount_paths,
    newer_fields,
    no_containers,
    object_names,
    out_of_range,
    port_clash,
    port_names,
    probe_ports,
    role_annotations,
    service_selection,
    service_targets,
    start_deadlines,
    startup_deadlocks,
    unknown_fields,
    unused_volumes,
    volume_names,
    workload_selectors,
    wrong_types,
)
from designer.manifests.types import Documents, Path


class Rule(Protocol):
    """A module of designer.checks.rules. Its docstring says the rule in words and where it comes from."""

    ID: str
    TITLE: str

    def check(self, facts: Facts) -> Iterator[Finding]: ...


# Those that hold every field to Kubernetes' schema. Where another rule has an error to tell of the same place, or of
# what is missing below it, that one knows more about it.
SCHEMA_RULES: tuple[Rule, ...] = (unknown_fields, newer_fields, missing_fields, wrong_types, out_of_range)

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
    startup_deadlocks,
    missing_volumes,
    mount_paths,
    config_keys,
    service_targets,
    front_backends,
    env_names,
    service_selection,
    job_sidecars,
    grace_periods,
    start_deadlines,
    unused_volumes,
    missing_objects,
    role_annotations,
    *SCHEMA_RULES,
)


def run(documents: Documents, version: str = "") -> list[Finding]:
    """Everything that the rules find: errors before warnings before hints, then by document, then by rule.

    `version` is the Kubernetes version that the documents are for ("1.36"), by default the newest. Never raises,
    whatever the documents hold; the same documents give the same findings in the same order.
    """
    facts = facts_of(documents, version)
    found = [finding for rule in RULES if rule not in SCHEMA_RULES for finding in rule.check(facts)]
    if facts.misfits:
        errors = [finding.path for finding in found if finding.severity == "error"]
        told = {path[:length] for path in errors for length in range(1, len(path) + 1)}
        found += [one for rule in SCHEMA_RULES for one in rule.check(facts) if one.path not in told]
    return sorted(found, key=lambda finding: (SEVERITIES.index(finding.severity), finding.path[:1]))


def find(documents: Documents, rule: str, path: Path, version: str = "") -> Finding | None:
    """The finding of a rule (its id) at a path that `run` gives, or None if it is not wrong (any more)."""
    return next((finding for finding in run(documents, version) if (finding.rule, finding.path) == (rule, path)), None)
