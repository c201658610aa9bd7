"""Defaults read from descriptions, and the version that brought a field."""

from __future__ import annotations

import pytest

from designer.manifests import since
from designer.manifests.choices import choices
from designer.manifests.schema import schema, versions
from tests.manifests.test_schema_choices import fields, key

# Every default that is read from the descriptions of the newest version, checked by hand against the API reference.
DEFAULTS = {
    ("PodSpec", "dnsPolicy"): "ClusterFirst",
    ("PodSpec", "enableServiceLinks"): "true",
    ("PodSpec", "hostIPC"): "false",
    ("PodSpec", "hostNetwork"): "false",
    ("PodSpec", "hostPID"): "false",
    ("PodSpec", "hostUsers"): "true",
    ("PodSpec", "preemptionPolicy"): "PreemptLowerPriority",
    ("PodSpec", "restartPolicy"): "Always",
    ("PodSpec", "setHostnameAsFQDN"): "false",
    ("PodSpec", "shareProcessNamespace"): "false",
    ("PodSpec", "terminationGracePeriodSeconds"): "30",
    ("DeploymentSpec", "minReadySeconds"): "0",
    ("DeploymentSpec", "progressDeadlineSeconds"): "600",
    ("DeploymentSpec", "replicas"): "1",
    ("DeploymentSpec", "revisionHistoryLimit"): "10",
    ("StatefulSetSpec", "minReadySeconds"): "0",
    ("StatefulSetSpec", "podManagementPolicy"): "OrderedReady",
    ("StatefulSetSpec", "replicas"): "1",
    ("StatefulSetSpec", "revisionHistoryLimit"): "10",
    ("DaemonSetSpec", "minReadySeconds"): "0",
    ("DaemonSetSpec", "revisionHistoryLimit"): "10",
    ("ReplicaSetSpec", "minReadySeconds"): "0",
    ("ReplicaSetSpec", "replicas"): "1",
    ("JobSpec", "completionMode"): "NonIndexed",
    ("JobSpec", "suspend"): "false",
    ("CronJobSpec", "concurrencyPolicy"): "Allow",
    ("CronJobSpec", "failedJobsHistoryLimit"): "1",
    ("CronJobSpec", "successfulJobsHistoryLimit"): "3",
    ("CronJobSpec", "suspend"): "false",
    ("ServiceSpec", "allocateLoadBalancerNodePorts"): "true",
    ("ServiceSpec", "externalTrafficPolicy"): "Cluster",
    ("ServiceSpec", "internalTrafficPolicy"): "Cluster",
    ("ServiceSpec", "sessionAffinity"): "None",
    ("ServiceSpec", "type"): "ClusterIP",
    ("PersistentVolumeClaimSpec", "volumeMode"): "Filesystem",
    ("HorizontalPodAutoscalerSpec", "minReplicas"): "1",
    ("PodDisruptionBudgetSpec", "unhealthyPodEvictionPolicy"): "IfHealthyBudget",
    ("OwnerReference", "blockOwnerDeletion"): "false",
    ("Container", "stdin"): "false",
    ("Container", "stdinOnce"): "false",
    ("Container", "terminationMessagePath"): "/dev/termination-log",
    ("Container", "terminationMessagePolicy"): "File",
    ("Container", "tty"): "false",
    ("EphemeralContainer", "stdin"): "false",
    ("EphemeralContainer", "stdinOnce"): "false",
    ("EphemeralContainer", "terminationMessagePath"): "/dev/termination-log",
    ("EphemeralContainer", "terminationMessagePolicy"): "File",
    ("EphemeralContainer", "tty"): "false",
    ("PodSecurityContext", "fsGroupChangePolicy"): "Always",
    ("PodSecurityContext", "seLinuxChangePolicy"): "MountOption",
    ("PodSecurityContext", "supplementalGroupsPolicy"): "Merge",
    ("Toleration", "operator"): "Equal",
    ("TopologySpreadConstraint", "maxSkew"): "1",
    ("TopologySpreadConstraint", "nodeAffinityPolicy"): "Honor",
    ("TopologySpreadConstraint", "nodeTaintsPolicy"): "Ignore",
    ("TopologySpreadConstraint", "whenUnsatisfiable"): "DoNotSchedule",
    ("DeploymentStrategy", "type"): "RollingUpdate",
    ("StatefulSetOrdinals", "start"): "0",
    ("StatefulSetPersistentVolumeClaimRetentionPolicy", "whenDeleted"): "Retain",
    ("StatefulSetPersistentVolumeClaimRetentionPolicy", "whenScaled"): "Retain",
    ("StatefulSetUpdateStrategy", "type"): "RollingUpdate",
    ("DaemonSetUpdateStrategy", "type"): "RollingUpdate",
    ("ServicePort", "protocol"): "TCP",
    ("Probe", "failureThreshold"): "3",
    ("Probe", "periodSeconds"): "10",
    ("Probe", "successThreshold"): "1",
    ("Probe", "timeoutSeconds"): "1",
    ("ContainerPort", "protocol"): "TCP",
    ("ContainerResizePolicy", "restartPolicy"): "NotRequired",
    ("SecurityContext", "privileged"): "false",
    ("SecurityContext", "readOnlyRootFilesystem"): "false",
    ("VolumeMount", "mountPropagation"): "None",
    ("VolumeMount", "readOnly"): "false",
    ("VolumeMount", "recursiveReadOnly"): "Disabled",
    ("AWSElasticBlockStoreVolumeSource", "fsType"): "ext4",
    ("AzureDiskVolumeSource", "fsType"): "ext4",
    ("AzureDiskVolumeSource", "readOnly"): "false",
    ("AzureFileVolumeSource", "readOnly"): "false",
    ("CephFSVolumeSource", "path"): "/",
    ("CephFSVolumeSource", "readOnly"): "false",
    ("CephFSVolumeSource", "secretFile"): "/etc/ceph/user.secret",
    ("CephFSVolumeSource", "user"): "admin",
    ("CinderVolumeSource", "fsType"): "ext4",
    ("CinderVolumeSource", "readOnly"): "false",
    ("ConfigMapVolumeSource", "defaultMode"): "0644",
    ("CSIVolumeSource", "readOnly"): "false",
    ("DownwardAPIVolumeSource", "defaultMode"): "0644",
    ("EmptyDirVolumeSource", "mode"): "0777",
    ("FCVolumeSource", "fsType"): "ext4",
    ("FCVolumeSource", "readOnly"): "false",
    ("FlexVolumeSource", "readOnly"): "false",
    ("GCEPersistentDiskVolumeSource", "fsType"): "ext4",
    ("GCEPersistentDiskVolumeSource", "readOnly"): "false",
    ("GlusterfsVolumeSource", "readOnly"): "false",
    ("ISCSIVolumeSource", "fsType"): "ext4",
    ("ISCSIVolumeSource", "readOnly"): "false",
    ("NFSVolumeSource", "readOnly"): "false",
    ("PersistentVolumeClaimVolumeSource", "readOnly"): "false",
    ("PhotonPersistentDiskVolumeSource", "fsType"): "ext4",
    ("PortworxVolumeSource", "fsType"): "ext4",
    ("PortworxVolumeSource", "readOnly"): "false",
    ("QuobyteVolumeSource", "readOnly"): "false",
    ("RBDVolumeSource", "fsType"): "ext4",
    ("RBDVolumeSource", "keyring"): "/etc/ceph/keyring",
    ("RBDVolumeSource", "pool"): "rbd",
    ("RBDVolumeSource", "readOnly"): "false",
    ("RBDVolumeSource", "user"): "admin",
    ("ScaleIOVolumeSource", "fsType"): "xfs",
    ("ScaleIOVolumeSource", "readOnly"): "false",
    ("ScaleIOVolumeSource", "sslEnabled"): "false",
    ("ScaleIOVolumeSource", "storageMode"): "ThinProvisioned",
    ("SecretVolumeSource", "defaultMode"): "0644",
    ("StorageOSVolumeSource", "fsType"): "ext4",
    ("StorageOSVolumeSource", "readOnly"): "false",
    ("VsphereVirtualDiskVolumeSource", "fsType"): "ext4",
    ("RollingUpdateDeployment", "maxSurge"): "25%",
    ("RollingUpdateDeployment", "maxUnavailable"): "25%",
    ("RollingUpdateStatefulSetStrategy", "maxUnavailable"): "1",
    ("RollingUpdateStatefulSetStrategy", "partition"): "0",
    ("RollingUpdateDaemonSet", "maxSurge"): "0",
    ("RollingUpdateDaemonSet", "maxUnavailable"): "1",
    ("ClientIPConfig", "timeoutSeconds"): "10800",
    ("NetworkPolicyPort", "protocol"): "TCP",
    ("HPAScalingRules", "selectPolicy"): "Max",
    ("HTTPGetAction", "scheme"): "HTTP",
    ("PodFailurePolicyOnPodConditionsPattern", "status"): "True",
    ("ObjectFieldSelector", "apiVersion"): "v1",
    ("ResourceFieldSelector", "divisor"): "1",
    ("ServiceAccountTokenProjection", "expirationSeconds"): "3600",
}
# Their descriptions speak of a default that depends, or is none.
NONE = [
    *(("Container", "imagePullPolicy"), ("JobSpec", "backoffLimit"), ("PodSpec", "schedulerName")),
    *(("ServiceSpec", "loadBalancerClass"), ("HTTPGetAction", "protocol"), ("HPAScalingRules", "tolerance")),
    *(("Subject", "apiGroup"), ("EmptyDirVolumeSource", "sizeLimit"), ("SecurityContext", "runAsUser")),
    *(("Probe", "terminationGracePeriodSeconds"), ("HPAScalingRules", "stabilizationWindowSeconds")),
    *(("ServiceSpec", "trafficDistribution"), ("PodSpec", "hostname"), ("KeyToPath", "mode")),
]


def test_defaults_are_read_from_the_words_and_no_others() -> None:
    found = {key(field): field.default for field in fields(schema()) if field.default}
    assert found == DEFAULTS
    assert not set(NONE) & set(found)


@pytest.mark.parametrize("version", versions())
def test_a_default_is_a_value_that_the_field_can_have(version: str) -> None:
    for field in fields(schema(version)):
        if field.default and choices(field):
            assert field.default in choices(field), key(field)


def test_the_index_of_versions_is_what_the_schemas_say() -> None:
    assert since._FILE.read_text(encoding="utf-8") == since.text(), "run python -m designer.manifests.since"


@pytest.mark.parametrize(
    ("definition", "field", "first", "last"),
    [
        ("io.k8s.api.core.v1.PodSpec", "containers", "", ""),
        ("io.k8s.api.core.v1.PodSpec", "hostnameOverride", "1.34", ""),
        ("io.k8s.api.core.v1.PodSpec", "workloadRef", "1.35", "1.35"),
        ("io.k8s.api.core.v1.Container", "restartPolicy", "1.28", ""),
        ("io.k8s.api.core.v1.SleepAction", "seconds", "1.29", ""),
        ("io.k8s.api.core.v1.ClaimSource", "resourceClaimName", "1.26", "1.30"),
        ("io.example.Nothing", "field", "", ""),
    ],
)
def test_when_a_field_came_and_went(definition: str, field: str, first: str, last: str) -> None:
    assert schema().since(definition, field) == first
    assert schema().last(definition, field) == last
    for version in versions():
        there = field in schema(version).fields(definition)
        minor = int(version[2:])
        known = definition != "io.example.Nothing"
        assert there == (known and minor >= int(first[2:] or 0) and minor <= int(last[2:] or 99)), version
