"""What the API reference lists in words, the forms offer."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from designer.manifests.choices import CHOICES, SUGGESTIONS, Key, choices, suggestions
from designer.manifests.schema import Field, Schema, schema, versions

# The kinds whose every field the forms offer.
KINDS = (
    ("v1", "Pod"),
    *(("apps/v1", kind) for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")),
    *(("batch/v1", kind) for kind in ("Job", "CronJob")),
    *(("v1", kind) for kind in ("Service", "ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount")),
    *(("rbac.authorization.k8s.io/v1", kind) for kind in ("Role", "RoleBinding")),
    *(("networking.k8s.io/v1", kind) for kind in ("Ingress", "NetworkPolicy")),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("policy/v1", "PodDisruptionBudget"),
)

LISTS_VALUES = re.compile(
    r"\b[Oo]ne of [A-Z\"`]|[Vv]alid (options|values|operators|policies|types) are|[Vv]alid values:|[Oo]ptions are|"
    r"[Pp]ossible values?|[Ss]upported values|[Aa]llowed values|[Ss]upports \"|[Cc]an be [\"`]|can be one of|"
    r"[Ss]hould be one of|expected values|Values defined by|[Mm]ust be [A-Z]\w+(,| or )|currently supported|"
    r"alternative policy|The default policy of|indicates whether the storage|is [A-Z]\w+, [A-Z]\w+, or [A-Z]\w+"
)
# Their descriptions list examples or refer to other fields; they take any text.
FREE = {
    ("ObjectMeta", "namespace"),  # "Must be a DNS_LABEL"
    ("ServiceSpec", "clusterIP"),  # None, empty or any IP address
    ("ServiceSpec", "clusterIPs"),
    ("IngressRule", "host"),  # precise, or with a wildcard
    ("ServicePort", "appProtocol"),  # suggested, not closed
    ("PodResourceClaim", "resourceClaimName"),
    ("PodResourceClaim", "resourceClaimTemplateName"),
}


def fields(found: Schema) -> Iterator[Field]:
    """Every field of every definition under the kinds, but for what the server writes."""
    waiting, seen = [found.definition_of(*kind) for kind in KINDS], set()
    while waiting:
        definition = waiting.pop()
        if definition in seen:
            continue
        seen.add(definition)
        for field in found.fields(definition).values():
            if field.name != "managedFields" and not (field.name == "status" and field.of):
                yield field
                waiting += [field.of] if field.of else []


def key(field: Field) -> tuple[str, str]:
    return field.owner.rpartition(".")[2], field.name


@pytest.mark.parametrize("version", versions())
def test_values_that_a_description_lists_are_offered(version: str) -> None:
    texts = [f for f in fields(schema(version)) if "string" in (f.type, f.item) and f.type != "map"]
    listed = [field for field in texts if LISTS_VALUES.search(field.description)]
    assert len(listed) > 30
    assert [key(field) for field in listed if not choices(field) and key(field) not in FREE] == []


def test_every_entry_is_a_field_that_there_is() -> None:
    there: set[Key] = set()
    for version in versions():
        for field in fields(schema(version)):
            there |= {field.name, key(field)}
    assert set(CHOICES) | set(SUGGESTIONS) | FREE <= there


def test_a_listed_value_is_in_the_table() -> None:
    """Words that descriptions put in quotes after "valid values are" are among the choices."""
    lists = re.compile(r"(?:[Vv]alid (?:values|options) are|[Oo]ne of|Supports) ([\"'`\w, ]+)\.")
    for field in fields(schema()):
        found = lists.search(field.description) if choices(field) else None
        for word in re.findall(r"[A-Z]\w+", found[1]) if found else ():
            assert word in choices(field), key(field)


@pytest.mark.parametrize(
    ("definition", "name", "values"),
    [
        ("io.k8s.api.core.v1.ServiceSpec", "type", ("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")),
        ("io.k8s.api.core.v1.Container", "imagePullPolicy", ("Always", "IfNotPresent", "Never")),
        ("io.k8s.api.core.v1.SELinuxOptions", "type", ()),
        ("io.k8s.api.core.v1.HTTPGetAction", "protocol", ()),
        ("io.k8s.api.core.v1.EphemeralContainer", "restartPolicy", ()),
        ("io.k8s.api.core.v1.Pod", "kind", ("Pod",)),
    ],
)
def test_a_name_that_means_different_things_is_told_apart(definition: str, name: str, values: tuple[str, ...]) -> None:
    assert choices(schema().fields(definition)[name]) == values


def test_open_fields_have_suggestions() -> None:
    volume = schema().fields("io.k8s.api.core.v1.CSIVolumeSource")["fsType"]
    assert choices(volume) == ()
    assert "ext4" in suggestions(volume)
