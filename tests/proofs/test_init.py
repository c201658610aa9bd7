"""The init containers of the articles do what the catalogue says of them."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from designer.manifests.types import Documents
from patterns import catalogue
from patterns.weave import weave
from tests.proofs.conftest import Prove, woven
from tests.proofs.container import until

pytestmark = pytest.mark.proof
_STUBS = Path(__file__).parent / "stubs"


def test_git_clone_init(prove: Prove, tmp_path: Path) -> None:
    """The cloned index.html is what nginx serves."""
    work, served = tmp_path / "work", tmp_path / "served"
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    for command in (["init", "-q", str(work)], ["-C", str(work), "commit", "-q", "--allow-empty", "-m", "Begin"]):
        subprocess.run([*git, *command], check=True)
    (work / "index.html").write_text("<h1>from git</h1>\n")
    subprocess.run([*git, "-C", str(work), "add", "."], check=True)
    subprocess.run([*git, "-C", str(work), "commit", "-q", "-m", "Add the page"], check=True)
    subprocess.run([*git, "clone", "-q", "--bare", str(work), str(served / "demo.git")], check=True)
    subprocess.run([*git, "-C", str(served / "demo.git"), "update-server-info"], check=True)
    cluster = prove(woven("git-clone-init", REPOSITORY="http://git.example/demo.git"))
    cluster.network.start(str(_STUBS / "files.py"), "10.0.0.1:80", str(served))
    cluster.network.name("git.example", "10.0.0.1")
    pod = cluster.pod("init").start()
    assert pod.started == ["clone-github", "nginx-1"]
    pod.listens(80)
    assert cluster.network.curl(f"http://{pod.address}:80/") == "<h1>from git</h1>\n"


def test_git_clone_init_that_fails_holds_the_pod(prove: Prove) -> None:
    cluster = prove(woven("git-clone-init", REPOSITORY="http://git.example/demo.git"))
    pod = cluster.pod("init")
    with pytest.raises(AssertionError, match="init container clone-github ended with 128"):
        pod.start()
    assert pod.started == ["clone-github"]


def test_node_sysctl_init(prove: Prove) -> None:
    """The app starts after it; only the init container is privileged."""
    cluster = prove(woven("node-sysctl-init"))
    setting = cluster.folder / "node" / "vm" / "max_map_count"
    pod = cluster.pod("elasticsearch").start()
    assert pod.started == ["update-sysctl", "elasticsearch"]
    assert setting.read_text().strip() == "262144"
    app = pod.containers["elasticsearch"]
    until(lambda: "vm.max_map_count is 262144" in app.log, "the application's own look at the setting")
    write = "echo 1 > /proc/sys/vm/max_map_count"
    assert app.run("bash", "-c", write).returncode != 0, "the application may not"
    assert setting.read_text().strip() == "262144"


def test_node_sysctl_init_lowers_nothing(prove: Prove) -> None:
    cluster = prove(woven("node-sysctl-init"))
    setting = cluster.folder / "node" / "vm" / "max_map_count"
    setting.write_text("1048576\n")
    cluster.pod("elasticsearch").start()
    assert setting.read_text() == "1048576\n"


def application_that_needs(path: str) -> Documents:
    """A design whose application reads a file as the first thing it does, and ends if it is not there."""
    command = ["sh", "-c", f"cat {path} || exit 1; exec sleep 3600"]
    container = {"name": "myapp", "image": "busybox", "command": command}
    labels = {"app": "myapp"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    return [{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "myapp"}, "spec": spec}]


def test_vault_init(prove: Prove) -> None:
    """The file is there before the app starts, read from Vault as the pod's own service account."""
    values = {"ADDRESS": "http://vault.example:8200"}
    design = weave(catalogue.preset("vault-init"), values, application_that_needs("/secrets/my-secret"), 0).documents
    cluster = prove(design)
    pod = cluster.pod("myapp")
    cluster.network.start(str(_STUBS / "vault_server.py"), "myapp", pod.token)
    cluster.network.name("vault.example", "10.0.0.1")
    pod.start()
    assert pod.started == ["get-secret", "myapp"]
    app = pod.containers["myapp"]
    until(lambda: "from-vault" in app.log, "the secret in the application")
    assert app.run("sh", "-c", "echo x > /secrets/my-secret").returncode != 0, "the application may only read it"
    assert app.run("ls", "/secrets").stdout == "my-secret\n"


def test_vault_init_that_may_not_log_in_holds_the_pod(prove: Prove) -> None:
    values = {"ADDRESS": "http://vault.example:8200", "ROLE": "another"}
    design = weave(catalogue.preset("vault-init"), values, application_that_needs("/secrets/my-secret"), 0).documents
    cluster = prove(design)
    pod = cluster.pod("myapp")
    cluster.network.start(str(_STUBS / "vault_server.py"), "myapp", pod.token)
    cluster.network.name("vault.example", "10.0.0.1")
    with pytest.raises(AssertionError, match="init container get-secret ended with 1"):
        pod.start()
    assert pod.started == ["get-secret"]


def test_init_containers_run_one_after_another(prove: Prove) -> None:
    """What the other proofs stand on: each is through before the next begins, and the application comes last."""
    design = application_that_needs("/shared/second")
    spec = design[0]["spec"]["template"]["spec"]
    spec["volumes"] = [{"name": "shared", "emptyDir": {}}]
    mount = [{"name": "shared", "mountPath": "/shared"}]
    spec["containers"][0]["volumeMounts"] = mount
    scripts = {"first": "sleep 0.5; date > /shared/first", "second": "cat /shared/first > /shared/second"}
    spec["initContainers"] = [
        {"name": name, "image": "busybox", "command": ["sh", "-c", script], "volumeMounts": mount}
        for name, script in scripts.items()
    ]
    begun = time.monotonic()
    pod = prove(design).pod("myapp").start()
    assert pod.started == ["first", "second", "myapp"]
    assert pod.containers["myapp"].started - begun >= 0.5
    until(lambda: ":" in pod.containers["myapp"].log, "the file in the application")
