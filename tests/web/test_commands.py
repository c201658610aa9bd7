"""The commands for scripts: run as scripts run them, in a process of their own, without a database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from designer.manifests import text
from designer.manifests.types import get
from designer.web.management.commands import detect, draw, export_design
from designer.web.management.commands import weave as weave_command
from designer.web.management.commands._files import Filter
from patterns import catalogue
from patterns.weave import weave

ROOT = Path(__file__).parent.parent.parent
POD = """\
apiVersion: v1
kind: Pod   # mine
metadata: {name: front}
spec:
  containers:
    - name: helper
      image: 'busybox'
    - name: web   # the site
      image: "nginx:1.29"
      ports: [{containerPort: 8080}]
"""


def run(folder: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """manage.py in a process of its own, with an empty data folder and a database that nobody can open."""
    env = {**os.environ, "PPD_DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder}/none/none.sqlite3"}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-W", "ignore", str(ROOT / "manage.py"), *words]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, env=env, cwd=ROOT, check=False)


def test_weave_writes_the_woven_text_and_keeps_the_bytes(tmp_path: Path) -> None:
    words = ["weave", "--preset", "tls-sidecar", "--container", "web", "--set", "tls-port=9443", "-"]
    done = run(tmp_path, *words, stdin=POD)
    assert done.returncode == 0, done.stderr
    for line in POD.splitlines()[3:]:
        assert f"{line}\n" in done.stdout
    assert "kind: Pod   # mine\n" in done.stdout
    pod, _, config = text.parse(done.stdout)
    assert get(pod, ("spec", "containers", 2, "ports", 0, "containerPort")) == 9443
    assert "proxy_pass http://127.0.0.1:8080;" in config["data"]["default.conf"]
    assert "Secret mycert is not part of this design" in done.stderr
    # What is woven already stays as it is.
    assert run(tmp_path, *words, stdin=done.stdout).stdout == done.stdout


def test_detect_tells_roles_in_json(tmp_path: Path) -> None:
    article = "tests/corpus/articles/004-sidecar.yaml"
    done = run(tmp_path, "detect", article, "--format", "json")
    assert done.returncode == 0, done.stderr
    app, exporter = json.loads(done.stdout)
    assert app == {
        "file": article,
        "pod": "Pod/sidecar-pod",
        "line": 1,
        "container": "app-container",
        "role": "application",
        "preset": None,
        "confidence": 0.94,
        "likeness": 0.0,
        "evidence": ["Its name says that it is the application."],
    }
    assert (exporter["role"], exporter["preset"]) == ("sidecar", "log-exporter")
    assert 0.6 <= exporter["likeness"] < 1
    assert 0.8 <= exporter["confidence"] < 1


@pytest.mark.parametrize(
    ("command", "said"),
    [(["detect"], ""), (["weave", "--preset", "tls-sidecar"], "CommandError: ")],
    ids=["detect", "weave"],
)
def test_what_cannot_be_read_ends_with_status_2_and_the_line(tmp_path: Path, command: list[str], said: str) -> None:
    done = run(tmp_path, *command, "-", stdin="kind: Pod\nspec: [\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{said}-: line 3, column 1: ")


def test_bad_files_do_not_throw_away_the_good_ones(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(POD)
    (tmp_path / "bad.yaml").write_text("a: [\n")
    files = [str(tmp_path / name) for name in ("bad.yaml", "good.yaml", "none.yaml")]
    done = run(tmp_path, "detect", *files, "--format", "json")
    assert done.returncode == 2
    assert [(row["file"], row["container"]) for row in json.loads(done.stdout)] == [
        (files[1], "helper"),
        (files[1], "web"),
    ]
    assert [line.split(": ")[:2] for line in done.stderr.splitlines()] == [
        [files[0], "line 2, column 1"],
        [files[2], "No such file or directory"],
    ]


GENERATED = """\
apiVersion: v1
kind: Pod
metadata: {generateName: gen-}
spec: {containers: [{image: nginx}]}
"""


def test_pods_without_a_name_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "pods.yaml"

    def told() -> list[str]:
        return [row["pod"] for row in json.loads(output(capsys, "detect", str(file), "--format", "json"))]

    file.write_text(GENERATED)
    assert told() == ["Pod/gen-*"]
    nameless = GENERATED.replace("generateName: gen-", "labels: {}")
    file.write_text("---\n".join([GENERATED, nameless, GENERATED]))
    assert told() == ["Pod/gen-* at line 1", "Pod at line 6", "Pod/gen-* at line 11"]
    lines = output(capsys, "detect", str(file)).splitlines()
    assert lines[:2] == [f"{file}: Pod/gen-* at line 1", "  containers[0]: application"]
    # In a List the place is that of the item.
    indented = [one.rstrip().replace("\n", "\n  ") for one in (GENERATED, nameless)]
    file.write_text("apiVersion: v1\nkind: List\nitems:\n" + "".join(f"- {one}\n" for one in indented))
    assert told() == ["Pod/gen-*", "Pod at line 8"]


TWO = f"{POD}---\n{POD.replace('name: front', 'name: back').replace('kind: Pod   # mine', 'kind: Pod')}"


def test_weave_says_which_pod_it_chose_and_takes_another(tmp_path: Path) -> None:
    file = tmp_path / "two.yaml"
    file.write_text(TWO)
    words = ["weave", "--preset", "redis-adapter", str(file)]
    done = run(tmp_path, *words)
    assert f"{file}: woven onto Pod/front; --pod KIND/NAME chooses another: Pod/back\n" in done.stderr
    front, back = text.parse(done.stdout)[:2]
    assert (len(front["spec"]["containers"]), len(back["spec"]["containers"])) == (3, 2)
    done = run(tmp_path, *words, "--pod", "pod/back", "--container", "web")
    assert "woven onto" not in done.stderr
    front, back = text.parse(done.stdout)[:2]
    assert (len(front["spec"]["containers"]), len(back["spec"]["containers"])) == (2, 3)
    done = run(tmp_path, *words, "--pod", "Pod/side")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{file}: there is no Pod/side; there are: Pod/front, Pod/back" in done.stderr


@pytest.mark.parametrize("command", ["weave --list", "detect {file}", "draw {file} -o - --format svg"])
def test_who_stops_reading_ends_a_command_quietly(tmp_path: Path, command: str) -> None:
    file = tmp_path / "pod.yaml"
    file.write_text(POD)
    env = {**os.environ, "PPD_DATA_DIR": str(tmp_path)}
    words = [sys.executable, "-W", "ignore", str(ROOT / "manage.py"), *command.format(file=file).split()]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(words, stdout=writer, stderr=subprocess.PIPE, text=True, env=env, cwd=ROOT, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_every_filter_ends_so() -> None:
    for module in (detect, draw, export_design, weave_command):
        assert issubclass(module.Command, Filter)


def output(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    call_command(*words)
    return capsys.readouterr().out


def test_without_a_file_the_example_is_woven(capsys: pytest.CaptureFixture[str]) -> None:
    preset = catalogue.preset("redis-adapter")
    written = output(capsys, "weave", "--preset", "redis-adapter", "--set", "Monitor=no", "--set", "prometheus=false")
    expected = weave(preset, {"MONITOR": False, "PROMETHEUS": False}, [], None)
    assert text.parse(written) == expected.documents


@pytest.mark.parametrize(("version", "where"), [("1.28", "containers"), ("1.29", "initContainers")])
def test_before_native_sidecars_one_is_written_as_an_ordinary_container(
    capsys: pytest.CaptureFixture[str], version: str, where: str
) -> None:
    [deployment] = text.parse(output(capsys, "weave", "--preset", "redis-cache", "--kubernetes", version))
    cache = get(deployment, ("spec", "template", "spec", where))[-1]
    assert (cache["name"], "restartPolicy" in cache) == ("redis-cache", version == "1.29")


def test_the_presets_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [line.split("\t") for line in output(capsys, "weave", "--list").splitlines()]
    assert rows == [[one.name, one.pattern, one.title] for one in catalogue.presets().values()]
    listed = json.loads(output(capsys, "weave", "--list", "--format", "json"))
    assert [[one["id"], one["pattern"], one["title"]] for one in listed] == rows
    asked = {one["id"]: [parameter["name"] for parameter in one["parameters"]] for one in listed}
    assert asked == {one.name: [p.name for p in one.parameters] for one in catalogue.presets().values()}


LIST = """\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: one}
  spec:
    containers: [{name: istio-proxy, image: istio/proxyv2, ports: [{containerPort: 15090}]}]   # first
- apiVersion: v1
  kind: Pod
  metadata: {name: two}   # second
  spec:
    containers:
    - {name: istio-proxy, image: istio/proxyv2, ports: [{containerPort: 15090}]}
    - {name: web, image: nginx, ports: [{containerPort: 8080}]}
"""


def test_weave_looks_into_lists_and_finds_the_application(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "list.yaml"
    file.write_text(LIST)
    words = ["weave", "--preset", "tls-sidecar", "--pod", "Pod/two", str(file)]
    written = output(capsys, *words)
    assert all(f"{line}\n" in written for line in LIST.splitlines() if line != "  metadata: {name: two}   # second")
    [whole] = text.parse(written)
    assert [one["kind"] for one in whole["items"]] == ["Pod", "Pod", "Service", "ConfigMap"]
    assert "proxy_pass http://127.0.0.1:8080;" in whole["items"][3]["data"]["default.conf"]
    file.write_text(written)
    assert output(capsys, *words) == written
    # Where the file holds more than the List, a companion stands where its pod does; and a place in it has its line.
    file.write_text(f"{POD}---\n{LIST}")
    both = text.parse(output(capsys, "weave", "--preset", "redis-adapter", "--container", "web", str(file)))
    assert (both[1]["kind"], len(both[1]["items"]), both[2]["kind"]) == ("List", 2, "Service")
    with pytest.raises(CommandError, match=r"Its HTTP port \(--set APP_PORT=…\): one line is needed|a whole number"):
        call_command("weave", "--set", "APP_PORT=x", *words[1:])


def test_detect_tells_a_person_and_looks_into_lists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "list.yaml"
    indented = "".join(f"  {line}\n" for line in POD.splitlines()[1:])
    file.write_text(f"apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n{indented}")
    assert output(capsys, "detect", str(file)).splitlines() == [
        f"{file}: Pod/front",
        "  helper: sidecar",
        "    Its name says helper: it helps the others.",
        "  web: application",
        "    Nothing says that it helps another container.",
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--preset", "nothing"], "there is no built-in preset 'nothing': choose one of "),
        (["--preset", "log-adapter", "--set", "colour=red"], "no parameter colour; there are: APP, DIRECTORY, LOG"),
        (["--preset", "log-adapter", "--set", "LOG"], "--set LOG: write NAME=VALUE"),
        (
            ["--preset", "tls-sidecar", "--set", "TLS_PORT=99999", "--container", "web", "POD"],
            "at most 65535 is allowed",
        ),
        (
            ["--preset", "tls-sidecar", "--container", "api", "POD"],
            "no container is called api; there are: helper, web",
        ),
        (["--preset", "tls-sidecar", "NOTHING"], "line 1: there is no pod in it, nor a workload with one"),
        (["--preset", "tls-sidecar", "/no/such/file"], "/no/such/file: No such file or directory"),
        (["--preset", "tls-sidecar", "BINARY"], "line 2: this is not UTF-8 text"),
    ],
)
def test_what_does_not_do_is_told_in_a_sentence(tmp_path: Path, words: list[str], message: str) -> None:
    contents = {"POD": POD.encode(), "NOTHING": b"apiVersion: v1\nkind: ConfigMap\n", "BINARY": b"a: 1\nb: \xff\n"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError) as refused:
        call_command("weave", *(str(tmp_path / word) if word in contents else word for word in words))
    assert message in str(refused.value)
    assert refused.value.returncode == 2
