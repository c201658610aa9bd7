"""What the states and events of pods mean, in plain words, and what to do about them. Pure.

The reasons are those of the kubelet, the scheduler and the controllers (kubernetes/kubernetes:
pkg/kubelet/images/types.go, pkg/kubelet/kuberuntime, pkg/kubelet/events/event.go, pkg/scheduler, pkg/controller); the
messages are theirs too, and are quoted where they name the thing that is missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Advice:
    """`words` say what is the matter, `do` what to do; either may be ""."""

    words: str
    do: str = ""

    @property
    def sentence(self) -> str:
        """`words` as a sentence of its own."""
        words = self.words.strip().rstrip(".")
        return f"{words[:1].upper()}{words[1:]}." if words else ""


_IMAGE_MISSING = re.compile(r"not found|manifest unknown|does not exist|no such host|404", re.I)
_IMAGE_DENIED = re.compile(r"unauthorized|denied|authentication required|401|403", re.I)
_MISSING_KEY = re.compile(r"couldn't find key (?P<key>\S+) in (?P<kind>ConfigMap|Secret) (?P<where>\S+?)/(?P<name>\S+)")
_MISSING_OBJECT = re.compile(r'(?P<kind>configmap|secret) "(?P<name>[^"]+)" not found', re.I)
_NON_ROOT = re.compile(r"runAsNonRoot and image (?:will run as root|has non-numeric user)")
# What a shell or the kernel means by an exit code: POSIX sh (126, 127), 128 and the number of a signal.
_EXITS = {
    1: ("the program ended with an error", "Its log says why."),
    2: ("the program did not understand how it was called", "Look at command and args, and at its log."),
    125: ("the container could not be run", ""),
    126: ("the command cannot be executed", "Is it a program, and may this user run it?"),
    127: ("the command is not in the image", "Look at command and args: names and paths are the image's."),
    134: ("it aborted itself (SIGABRT)", "Its log says why."),
    137: ("it was killed (SIGKILL)", "It took more memory than its limit, or did not end within the grace period."),
    139: ("it crashed (SIGSEGV)", "Its log may say where."),
    143: ("it was asked to end (SIGTERM)", ""),
}
_WAITING = {
    "ContainerCreating": Advice("the node prepares its image, volumes and network"),
    "PodInitializing": Advice("the init containers run first"),
    "ErrImageNeverPull": Advice(
        "the image is not on the node, and imagePullPolicy is Never", "Load it onto the node, or let it be pulled."
    ),
    "InvalidImageName": Advice("the image's name is not one", "Write it as registry/name:tag."),
    "ErrInvalidImageName": Advice("the image's name is not one", "Write it as registry/name:tag."),
    "CreateContainerError": Advice("the node cannot make the container"),
    "RunContainerError": Advice("the container cannot be started"),
    "PostStartHookError": Advice("its postStart hook failed", "The hook must end well for the container to stay."),
}
_REFUSALS = re.compile(r"exceeded quota: (?P<quota>[^,]+), requested: (?P<asked>[^,]+(?:,[^,]+)*?), used: .*")


def waiting(reason: str, message: str, image: str = "") -> Advice:
    """Why a container waits, by its state's reason and message."""
    if reason in ("ErrImagePull", "ImagePullBackOff"):
        return _pull(message, image)
    if reason == "CrashLoopBackOff":
        return Advice(
            "it ends again and again, and waits longer each time before it is started anew", "Its last log says why."
        )
    if reason in ("CreateContainerConfigError", "CreateContainerConfigErr"):
        return config(message)
    return _WAITING.get(reason, Advice(message or reason))


def config(message: str) -> Advice:
    """What a container's configuration refers to and is not there."""
    if found := _MISSING_KEY.search(message):
        kind, name, key = found["kind"], found["name"], found["key"]
        return Advice(f"{kind} {name} has no key {key}", f"Add {key} to {kind} {name}, or name a key that it has.")
    if found := _MISSING_OBJECT.search(message):
        kind = "ConfigMap" if found["kind"].lower() == "configmap" else "Secret"
        return Advice(f"there is no {kind} {found['name']}", f"Make it, or add it to the design: + Object → {kind}.")
    if _NON_ROOT.search(message):
        return Advice(
            "it must not run as root, and its image does",
            "Set runAsUser to a number other than 0, or take an image that runs as another user.",
        )
    return Advice(message or "its configuration cannot be made")


def ended(reason: str, code: int, message: str = "") -> Advice:
    """How a container ended, by its state's reason and exit code."""
    if reason == "OOMKilled":
        return Advice(
            "it took more memory than its limit and was killed (OOMKilled)",
            "Raise limits.memory, or make it need less.",
        )
    if reason == "Completed" or code == 0:
        return Advice("it has done its work")
    if reason == "DeadlineExceeded":
        return Advice("it took longer than activeDeadlineSeconds")
    if reason in ("ContainerCannotRun", "StartError"):
        return Advice(f"it could not be started: {message}".rstrip(": "), "Look at command and args.")
    words, do = _EXITS.get(code, ("", ""))
    if not words and code > 128:
        words = f"it was ended by signal {code - 128}"
    return Advice(f"exit code {code}" + (f": {words}" if words else ""), do or "Its last log says why.")


def pod(reason: str, message: str) -> Advice:
    """Why a pod as a whole is where it is: not scheduled, evicted, not admitted by its node."""
    if reason in ("Unschedulable", "FailedScheduling"):
        return _unschedulable(message)
    if reason == "Evicted":
        return Advice(
            f"its node ran short: {message}", "Ask for what it needs in requests, and give the node more room."
        )
    if reason in ("NodeLost", "NodeAffinity", "NodeShutdown", "Terminated"):
        return Advice(message or f"its node went away ({reason})")
    if reason in ("OutOfcpu", "OutOfmemory", "OutOfpods"):
        return Advice(f"its node has no room left: {message}")
    return Advice(message or reason)


_SHORT = re.compile(r"Insufficient ([\w./-]*\w)")


def _unschedulable(message: str) -> Advice:
    short = list(dict.fromkeys(_SHORT.findall(message)))
    if short:
        names = " and ".join(short)
        return Advice(f"no node has enough {names} left: {message}", f"Ask for less {names} in requests, or add nodes.")
    if "persistentvolumeclaim" in message:
        missing = re.search(r'persistentvolumeclaim "([^"]+)" not found', message)
        if missing:
            return Advice(f"there is no PersistentVolumeClaim {missing[1]}", "Make it, or add it to the design.")
        return Advice(
            "a PersistentVolumeClaim of it has no volume yet",
            "Does its StorageClass exist, and can it make volumes here?",
        )
    if "taint" in message:
        return Advice(f"the nodes keep it away by taints: {message}", "Give the pod a toleration, or a nodeSelector.")
    if "node affinity" in message or "node selector" in message:
        return Advice(f"no node fits its nodeSelector or affinity: {message}", "Look at the nodes' labels.")
    return Advice(f"no node takes it: {message}")


def _pull(message: str, image: str) -> Advice:
    what = image or "the image"
    if _IMAGE_DENIED.search(message):
        return Advice(
            f"the registry does not give {what} to this cluster",
            "Is its name right? A private one needs imagePullSecrets with a login.",
        )
    if _IMAGE_MISSING.search(message):
        return Advice(f"{what} is not in its registry", "Look at the name and the tag.")
    return Advice(f"{what} cannot be pulled" + (f": {message}" if message else ""), "The node tries again by itself.")


def event(reason: str, message: str) -> Advice | None:
    """What an event means; None for the ones that only say that all goes its way."""
    if reason in ("FailedScheduling",):
        return _unschedulable(message)
    if reason == "Unhealthy":
        return _unhealthy(message)
    if reason in ("BackOff", "Failed") and "image" in message.lower():
        return _pull(message, _quoted(message))
    if reason == "BackOff":
        return Advice("it ended and is started again, later each time", "Its last log says why.")
    if reason == "Failed" and message.startswith("Error: "):
        said = message.removeprefix("Error: ")
        return waiting(said, "") if said in ("ErrImagePull", "ImagePullBackOff") else config(said)
    if reason == "FailedMount":
        return _mount(message)
    if reason == "FailedAttachVolume":
        return Advice(f"a volume cannot be attached to the node: {message}")
    if reason == "FailedCreate":
        return _refused(message)
    if reason in ("FailedCreatePodSandBox", "FailedCreatePodSandbox"):
        return Advice(
            f"the node cannot make the pod's network: {message}", "This is the cluster's trouble, not the design's."
        )
    if reason == "ProvisioningFailed":
        return Advice(f"no volume could be made: {message}", "Look at the claim's StorageClass.")
    if reason in ("FailedPostStartHook", "FailedPreStopHook"):
        hook = "postStart" if "PostStart" in reason else "preStop"
        return Advice(f"the {hook} hook failed: {message}")
    if reason == "Evicted":
        return pod(reason, message)
    if reason == "BackoffLimitExceeded":
        return Advice("the Job gave up: its pods failed as often as backoffLimit allows", "The pods' logs say why.")
    if reason == "ProgressDeadlineExceeded":
        return Advice("the rollout took longer than progressDeadlineSeconds", "The pods say why they are not ready.")
    return None


def _unhealthy(message: str) -> Advice:
    found = re.match(r"(Liveness|Readiness|Startup) probe (failed|errored)[^:]*:? ?(.*)", message, re.DOTALL)
    if not found:
        return Advice(message)
    probe, why = found[1].lower(), " ".join(found[3].split())
    what = {
        "liveness": "when it fails failureThreshold times in a row, the container is restarted",
        "readiness": "until it passes, no Service sends anything here",
        "startup": "until it passes, the other probes wait, and what starts after it too",
    }[probe]
    do = "Is the port right, and does the program listen by then?" if "refused" in why else ""
    if "deadline exceeded" in why or "Timeout" in why or "timeout" in why:
        do = "Raise timeoutSeconds, or make the answer quicker."
    if code := re.search(r"statuscode: (\d+)", why):
        do = f"The program answers with {code[1]}: is the path right?"
    return Advice(f"the {probe} probe fails ({why or 'it does not say why'}); {what}", do)


def _mount(message: str) -> Advice:
    if found := _MISSING_OBJECT.search(message):
        return config(found[0])
    if found := re.search(r"references non-existent (?:config|secret) key: (\S+)", message):
        volume = re.search(r'volume "([^"]+)"', message)
        where = f" of volume {volume[1]}" if volume else ""
        return Advice(
            f"the key {found[1]}{where} is not there", f"Add {found[1]}, or take it out of the volume's items."
        )
    return Advice(f"a volume cannot be mounted: {message}")


def _refused(message: str) -> Advice:
    """Why the API server does not let a controller make pods."""
    if found := _REFUSALS.search(message):
        return Advice(
            f"the quota {found['quota']} has no room for {found['asked']}", "Ask for less, or have the quota raised."
        )
    if "violates PodSecurity" in message:
        said = message[message.index("violates PodSecurity") :]
        return Advice(
            f"the namespace's Pod Security level does not allow it: it {said}",
            "The designer's findings offer mends for most of these.",
        )
    if found := re.search(r'serviceaccount "([^"]+)" not found', message):
        return Advice(f"there is no ServiceAccount {found[1]}", "Make it, or add it to the design.")
    return Advice(f"its pods are refused: {message}")


def _quoted(message: str) -> str:
    found = re.search(r'"([^"]+)"', message)
    return found[1] if found else ""
