"""Starts the processes of a pod as the kubelet would, from its manifest.

Init containers run one after another to completion, native sidecars start in their place and stay, the others start
together after them. All are in one network namespace; each has a file system of its own with the pod's volumes in it
(bubblewrap), the user and the rights that the manifest leaves it. Probes are asked as the kubelet asks them. Images are
stood in for: see images.py. What is not here: restarts, resource limits, lifecycle hooks, volumes from outside.
"""

from __future__ import annotations

import subprocess
from base64 import b64decode
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from designer.manifests.pod import Pod, name_of, pods
from designer.manifests.types import Document, Documents, get
from tests.proofs.container import Container, Mounted, expand, until
from tests.proofs.images import stand_in
from tests.proofs.network import Network

_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount"


class Cluster:
    """The objects of a design, and the pods of it that run. `node` holds the settings of the node's kernel; `trusted`
    are the certificates (PEM) that images know as those of authorities."""

    def __init__(self, documents: Documents, stack: ExitStack, folder: Path) -> None:
        self.documents, self.folder = documents, folder
        self.network = Network(stack, folder)
        self._stack = stack
        self.trusted = ""
        self.node = {"vm/max_map_count": "65530"}
        for path, value in self.node.items():
            (folder / "node" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "node" / path).write_text(f"{value}\n")

    def pod(self, name: str) -> RunningPod:
        """Place a pod of the design, by the name of its workload, on the network. It is started by `start`."""
        found = next(pod for pod in pods(self.documents) if pod.name == name)
        placed = RunningPod(self, found)
        self._stack.callback(placed.stop)
        return placed

    def serve(self, *names: str) -> None:
        """Open the Services of these names (all, if none is given) to the pods that have been placed."""
        for document in self.documents:
            if document["kind"] == "Service" and (name_of(document) in names or not names):
                self.network.serve(document)

    def object(self, kind: str, name: str) -> Document:
        return next(d for d in self.documents if (d["kind"], name_of(d)) == (kind, name))

    def files(self, kind: str, name: str) -> dict[str, bytes]:
        """What a ConfigMap or Secret holds, by key."""
        found = self.object(kind, name)
        plain = {key: str(value).encode() for key, value in {**found.get("data", {})}.items()}
        if kind == "Secret":
            plain = {key: b64decode(value) for key, value in plain.items()}
        plain |= {key: b64decode(value) for key, value in found.get("binaryData", {}).items()}
        return plain | {key: str(value).encode() for key, value in found.get("stringData", {}).items()}


class RunningPod:
    """A pod on the network. `started` names its containers in the order in which they were started."""

    def __init__(self, cluster: Cluster, pod: Pod) -> None:
        self._cluster, self.pod, self.spec = cluster, pod, pod.spec
        self._folder = cluster.folder / pod.name
        self.containers: dict[str, Container] = {}
        named = {
            port["name"]: port["containerPort"]
            for container in self._all()
            for port in container.get("ports", [])
            if "name" in port
        }
        self.ports: dict[str, int] = named
        self.network, self.address = cluster.network.join(pod.labels, named)
        self._volumes = {volume["name"]: self._volume(volume) for volume in self.spec.get("volumes", [])}

    def _all(self) -> list[Document]:
        return [*self.spec.get("initContainers", []), *self.spec.get("containers", [])]

    # --- Starting ------------------------------------------------------------------------------------------------

    def start(self, ready: bool = True) -> RunningPod:
        """Start all containers in order, and wait until the probes say that they are ready."""
        for spec in self.spec.get("initContainers", []):
            container = self._begin(spec)
            if spec.get("restartPolicy") == "Always":
                self._until_probed(container, "startupProbe")
            else:
                code = container.wait()
                assert code == 0, f"init container {container.name} ended with {code}: {container.log}"
        for spec in self.spec["containers"]:
            self._begin(spec)
        for container in self.running() if ready else ():
            self._until_probed(container, "readinessProbe")
        return self

    @property
    def started(self) -> list[str]:
        return list(self.containers)

    def running(self) -> list[Container]:
        """The containers that should be running: all but those that are run to completion."""
        ends = {c["name"] for c in self.spec.get("initContainers", []) if c.get("restartPolicy") != "Always"}
        return [container for name, container in self.containers.items() if name not in ends]

    def stop(self) -> None:
        for container in self.containers.values():
            container.kill()

    def _begin(self, spec: Document) -> Container:
        pod = {"hostname": self.pod.name, **self.spec}
        env = self._env(spec)
        mounts = [*self._mounts(spec), *self._given(spec)]
        etc = {"hosts": self._cluster.network.hosts(), "ssl/certs/ca-certificates.crt": self._cluster.trusted}
        folder = self._folder / "containers" / spec["name"]
        container = Container(spec, pod, stand_in(spec["image"]), env, mounts, self.network, etc, folder)
        self.containers[spec["name"]] = container
        return container

    # --- Probes --------------------------------------------------------------------------------------------------

    def _until_probed(self, container: Container, which: str) -> None:
        probe = container.spec.get(which)
        if probe is None:
            return

        def answered() -> bool:
            assert container.code is None, f"{container.name} ended with {container.code}: {container.log}"
            return self._probed(container, probe)

        try:
            until(answered, f"the {which} of {container.name}")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{container.log[-3000:]}") from None

    def _probed(self, container: Container, probe: Document) -> bool:
        if "exec" in probe:
            return container.run(*probe["exec"]["command"]).returncode == 0
        handler = probe.get("httpGet") or probe["tcpSocket"]
        port = self.ports.get(handler["port"], handler["port"])
        # The kubelet asks from outside, at the pod's address.
        if "tcpSocket" in probe:
            asked = ["bash", "-c", f"exec 3<>/dev/tcp/{self.address}/{port}"]
        else:
            url = f"{handler.get('scheme', 'HTTP').lower()}://{self.address}:{port}{handler.get('path', '/')}"
            # It does not look at the certificate.
            asked = ["curl", "-fsSk", "--noproxy", "*", "--max-time", "5", "-o", "/dev/null", url]
        command = self._cluster.network.hub.command(*asked)
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    # --- Environment and files -----------------------------------------------------------------------------------

    def _env(self, spec: Document) -> dict[str, str]:
        env: dict[str, str] = {}
        for source in spec.get("envFrom", []):
            kind = "ConfigMap" if "configMapRef" in source else "Secret"
            reference = source.get("configMapRef") or source["secretRef"]
            prefix = source.get("prefix", "")
            files = self._cluster.files(kind, reference["name"])
            env |= {f"{prefix}{key}": value.decode() for key, value in files.items()}
        for item in spec.get("env", []):
            env[item["name"]] = self._from(item["valueFrom"]) if "valueFrom" in item else expand(item["value"], env)
        return env

    def _from(self, source: Document) -> str:
        for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            if key in source:
                return self._cluster.files(kind, source[key]["name"])[source[key]["key"]].decode()
        known: dict[str, Any] = {
            "metadata.name": self.pod.name,
            "metadata.namespace": "default",
            "status.podIP": self.address,
            "status.hostIP": "10.0.0.1",
            "spec.serviceAccountName": self.spec.get("serviceAccountName", "default"),
        }
        return str(known[source["fieldRef"]["fieldPath"]])

    def _volume(self, volume: Document) -> Path:
        place = self._folder / "volumes" / volume["name"]
        place.mkdir(parents=True)
        place.chmod(0o755)
        if "emptyDir" in volume:
            place.chmod(0o777)
            return place
        kind = "ConfigMap" if "configMap" in volume else "Secret"
        source = volume.get("configMap") or volume["secret"]
        files = self._cluster.files(kind, source.get("name") or source["secretName"])
        wanted = source.get("items") or [{"key": key, "path": key} for key in files]
        for item in wanted:
            path = place / item["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[item["key"]])
            path.chmod(item.get("mode", source.get("defaultMode", 0o644)))
        return place

    def _mounts(self, spec: Document) -> list[Mounted]:
        out = []
        kinds = {volume["name"]: volume for volume in self.spec.get("volumes", [])}
        for mount in spec.get("volumeMounts", []):
            source, shared = self._volumes[mount["name"]], "emptyDir" in kinds[mount["name"]]
            if "subPath" in mount:
                source = source / expand(mount["subPath"], self._env(spec))
                if shared and not source.exists():
                    source.mkdir(parents=True)
                    source.chmod(0o777)
            # ConfigMaps and Secrets are never written to, whatever the mount says.
            out.append(Mounted(source, mount["mountPath"], mount.get("readOnly", False) or not shared))
        return out

    def _given(self, spec: Document) -> list[Mounted]:
        """What the kubelet mounts by itself, and the node's kernel settings, which the pod shares with its node."""
        node = self._cluster.folder / "node"
        out = [Mounted(node / path, f"/proc/sys/{path}", False) for path in self._cluster.node]
        if get(self.spec, ("automountServiceAccountToken",), True):
            token = self._folder / "token"
            if not token.exists():
                token.mkdir(parents=True)
                (token / "token").write_text(self.token)
            out.append(Mounted(token, _TOKEN, True))
        return out

    @property
    def token(self) -> str:
        return f"jwt-of-{self.spec.get('serviceAccountName', 'default')}"

    # --- Looking -------------------------------------------------------------------------------------------------

    def listens(self, port: int) -> None:
        """Wait until somebody listens on a port of the pod's localhost."""
        asked = self.network.command("bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{port}")

        def open_() -> bool:
            for container in self.running():
                assert container.code is None, f"{container.name} ended with {container.code}: {container.log}"
            return subprocess.run(asked, capture_output=True, check=False).returncode == 0

        until(open_, f"port {port} of {self.pod.name}")

    def curl(self, *args: str) -> str:
        """What curl prints, called inside the pod, on its localhost."""
        return self.network.run("curl", "-sS", "--max-time", "20", "--noproxy", "*", *args)
