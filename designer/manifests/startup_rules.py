"""The rules by which a pod starts and stops, in words, each with where Kubernetes says so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """A rule as a person reads it, and its source: a page of the Kubernetes documentation or a section of a KEP."""

    words: str
    source: str


INIT = Rule(
    "Init containers run one after another: each has to end well before the next one starts.",
    "Init Containers, Understanding init containers",
)
SIDECAR = Rule(
    "A native sidecar starts in its turn among the init containers and runs on; the next starts once it has started.",
    "Sidecar Containers, Sidecar containers and Pod lifecycle; KEP-753",
)
SIDECAR_GATE = Rule(
    "What comes after a native sidecar waits until its startup probe has succeeded; its other probes hold nothing up.",
    "Sidecar Containers, Sidecar containers and Pod lifecycle; KEP-753",
)
TOGETHER = Rule(
    "App containers start when the init containers have ended and the native sidecars have started. "
    "The kubelet starts them in the order in which they stand and waits for none of them to become ready.",
    "Init Containers, Detailed behavior; kubelet, SyncPod",
)
POST_START = Rule(
    "postStart runs beside the container's own command, at no fixed time to it. The container is not running, and not "
    "probed, before the hook ends, and the kubelet starts the next container only then. If it fails, the container is "
    "killed.",
    "Container Lifecycle Hooks, Hook handler execution; kubelet, SyncPod",
)
STARTUP = Rule(
    "Until the startup probe has succeeded once there are no other probes. If it fails failureThreshold times in a "
    "row, the container is killed and, as its restartPolicy says, started again after a growing wait (back-off); the "
    "probe then begins anew.",
    "Configure Liveness, Readiness and Startup Probes, Protect slow starting containers with startup probes",
)
READINESS = Rule(
    "A container is ready once its readiness probe has succeeded successThreshold times in a row; failing never kills "
    "it. The pod is Ready, and gets traffic from Services, when all its containers and native sidecars are.",
    "Liveness, Readiness, and Startup Probes; Pod Lifecycle, Pod conditions",
)
READY_AT_ONCE = Rule(
    "Without a readiness probe a container is ready as soon as it has started.",
    "Pod Lifecycle, Container probes",
)
LIVENESS = Rule(
    "If the liveness probe fails failureThreshold times in a row, the container is killed and restarted; it does not "
    "wait for readiness.",
    "Liveness, Readiness, and Startup Probes, Liveness probe",
)
JOB_RUN = Rule(
    "A pod of a Job is complete when all its app containers have ended well; native sidecars are stopped then.",
    "Jobs; Sidecar Containers, Jobs with sidecar containers; KEP-753",
)
JOB_HELD = Rule(
    "An app container that never ends keeps a Job from completing. As a native sidecar it would be stopped when the "
    "others have ended.",
    "Sidecar Containers, Jobs with sidecar containers; KEP-753",
)
JOB_DEADLINE = Rule(
    "activeDeadlineSeconds ends the Job and its pods whatever they do; it comes before backoffLimit.",
    "Jobs, Job termination and cleanup",
)
POD_DEADLINE = Rule(
    "activeDeadlineSeconds fails the pod and kills its containers this long after it began, init containers included.",
    "Init Containers, Detailed behavior",
)
RESTART = {
    "Always": Rule(
        "A container that ends is started again, whatever it ended with: after 10 s, 20 s, 40 s … at most 5 min; ten "
        "minutes without an end begin anew. A failed init container is run again in the same way.",
        "Pod Lifecycle, Container restart policy",
    ),
    "OnFailure": Rule(
        "A container that fails is started again: after 10 s, 20 s, 40 s … at most 5 min; ten minutes without a "
        "failure begin anew. So is an init container; a native sidecar is always started again.",
        "Pod Lifecycle, Container restart policy; KEP-753",
    ),
    "Never": Rule(
        "A container that ends stays ended, and an init container that fails fails the pod. A native sidecar is "
        "started again all the same.",
        "Pod Lifecycle, Container restart policy; KEP-753",
    ),
}
RESTART_GATE = "ContainerRestartRules"
_OWN = "Pod Lifecycle, Individual container restart policy and rules; KEP-5307"
OWN_RESTART = {
    "Always": Rule(
        "This container has a restartPolicy of its own, which stands before the pod's: it is started again whatever it "
        "ended with, after the same waits. In a Job it never lets the pod complete.",
        _OWN,
    ),
    "OnFailure": Rule(
        "This container has a restartPolicy of its own, which stands before the pod's: it is started again if it "
        "fails, after the same waits.",
        _OWN,
    ),
    "Never": Rule(
        "This container has a restartPolicy of its own, which stands before the pod's: it is not started again. An "
        "init container that fails then fails the pod.",
        _OWN,
    ),
}
RESTART_RULES = Rule(
    "restartPolicyRules are asked first, in their order, with the exit code: the first that fits decides, else the "
    "container's restartPolicy. Native sidecars ignore them.",
    _OWN,
)
TERM = Rule(
    "When the pod is deleted the grace period begins, and every app container with a preStop hook runs it; TERM comes "
    "when the hook has ended. Those without get TERM at once, in no fixed order.",
    "Pod Lifecycle, Termination of Pods; Container Lifecycle Hooks",
)
SIDECAR_TERM = Rule(
    "A native sidecar gets TERM when all app containers and the native sidecars after it have ended: the last one "
    "started stops first. Its preStop hook begins with those of the others, when the pod is deleted.",
    "Termination of Pods, Pod termination flow; KEP-753, Termination of containers",
)
KILL = Rule(
    "What still runs when the grace period is over is killed. A preStop hook that still runs then is cut off: TERM "
    "comes, and KILL 2 s later. Native sidecars whose turn has not come by then get no more than those 2 s.",
    "Termination of Pods, Pod termination flow; KEP-753, Termination of containers",
)
MIN_READY = Rule(
    "A pod counts as available, and a rollout goes on, when it has been Ready for minReadySeconds without a container "
    "failing.",
    "Deployments, Min Ready Seconds",
)
BACKOFF = Rule(
    "When its pods failed more often than backoffLimit (6 where it is not set), the Job has failed; it tries again "
    "after 10 s, 20 s, 40 s … at most 6 min. With restartPolicy OnFailure the restarts of containers count too.",
    "Jobs, Pod backoff failure policy",
)
GATES = Rule(
    "The pod becomes Ready only when something outside of it sets its readiness gates.",
    "Pod Lifecycle, Pod readiness",
)
SCHEDULE = Rule(
    "A CronJob makes a Job each time its schedule comes, about once: it may be twice or not at all, so the Job should "
    "bear that. Without timeZone the schedule is in the time zone of kube-controller-manager.",
    "CronJob, Schedule syntax; Time zones; CronJob limitations",
)
SUSPENDED = Rule(
    "suspend: true keeps it from starting further Jobs; those that run go on. What it misses counts as missed.",
    "CronJob, Schedule suspension",
)
STARTING_DEADLINE = Rule(
    "startingDeadlineSeconds: a Job that could not be started by then is skipped, and counts as missed. Below 10 s it "
    "may never be started, as the controller looks every 10 s.",
    "CronJob, Deadline for delayed Job start",
)
CONCURRENCY = {
    "Allow": Rule(
        "concurrencyPolicy Allow, the default: a Job is started although the one before it still runs.",
        "CronJob, Concurrency policy",
    ),
    "Forbid": Rule(
        "concurrencyPolicy Forbid: while a Job of it runs, the next is skipped; startingDeadlineSeconds may still let "
        "it start late.",
        "CronJob, Concurrency policy",
    ),
    "Replace": Rule(
        "concurrencyPolicy Replace: a Job that still runs when the next is due is replaced by it.",
        "CronJob, Concurrency policy",
    ),
}
