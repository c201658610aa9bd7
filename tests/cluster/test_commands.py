"""`manage.py plan` and `manage.py apply` on a real API server, with kubectl diff's exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from designer.clusters.models import ApplyRun, Cluster
from designer.designs.models import Design
from designer.web.management.commands import plan
from tests.cluster.control_plane import ControlPlane
from tests.cluster.documents import config_map, deployment, pod
from tests.people import owner

pytestmark = [pytest.mark.cluster, pytest.mark.django_db(transaction=True)]
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(
    control_plane: ControlPlane, namespace: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """A command's exit code and what it says on both outputs."""
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))

    def run(command: str, *more: str, design: str = "shop") -> tuple[int, str]:
        capsys.readouterr()
        code, words = 0, ""
        try:
            call_command(command, design, "--context", control_plane.admin, "--namespace", namespace, *more)
        except SystemExit as end:
            code = int(end.code or 0)
        except CommandError as problem:
            code, words = problem.returncode, str(problem)
        return code, capsys.readouterr().out + words

    return run


@pytest.fixture
def design(control_plane: ControlPlane) -> Design:
    design = Design.objects.create(owner=owner(), name="shop")
    design.change(lambda _: [config_map(colour="red"), deployment()], by=owner())
    return design


def test_none_changes_and_errors_have_codes_of_their_own(run: Run, design: Design) -> None:
    code, words = run("plan")
    assert code == 1
    assert "+ ConfigMap settings in " in words
    assert "    +   colour: red" in words
    assert "dnsPolicy" not in words
    assert "dnsPolicy: ClusterFirst" in run("plan", "--defaults")[1]
    assert "colour" not in run("plan", "--summary")[1]

    assert run("apply")[0] == 1
    assert run("plan") == (0, "")
    code, words = run("apply")
    assert (code, words.count("unchanged")) == (0, 2)

    design.change(lambda _: [deployment(image="nginx:2")], by=owner())
    code, words = run("plan")
    assert code == 1
    assert "? ConfigMap settings" in words
    assert "-   image: nginx:1\n" in words
    assert "+   image: nginx:2\n" in words
    assert run("apply", "--prune")[0] == 1
    assert run("plan") == (0, "")
    # An earlier revision, as it was.
    assert run("plan", "--revision", "1")[0] == 1
    assert ApplyRun.objects.filter(dry_run=False).count() == 3


def test_what_is_refused_or_wrong_is_an_error(run: Run, design: Design, control_plane: ControlPlane) -> None:
    design.change(lambda _: [deployment(image="")], by=owner())
    code, words = run("plan")
    assert code == 2
    assert "1 of 1 object cannot be applied" in words
    assert run("apply")[0] == 2
    assert run("plan", "--namespace", "No Name")[0] == 2
    assert run("plan", "--context", "none")[0] == 2
    assert run("plan", "--revision", "99") == (2, "shop has no r99")
    Design.objects.all().delete()
    assert run("plan") == (2, "there is no design called 'shop'")


def test_what_came_of_an_object_is_said_at_once_even_if_nobody_reads_on(
    control_plane: ControlPlane, design: Design, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))
    told: list[tuple[str, str]] = []

    class Pipe(StringIO):
        """Whoever reads goes away after the first line."""

        def write(self, line: str) -> int:
            told.append((line.strip(), ApplyRun.objects.get().state))
            raise BrokenPipeError

    with pytest.raises(SystemExit, match="1"):
        call_command("apply", "shop", "--context", control_plane.admin, "--namespace", namespace, stdout=Pipe())
    assert told[0] == (f"+ ConfigMap settings in {namespace}: created", "running")
    assert len(told) == 2
    assert ApplyRun.objects.get().state == "done"


def test_what_fails_in_itself_does_not_end_as_a_difference_does(tmp_path: Path) -> None:
    """Python ends with 1 then, which a script would take for a plan."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "designer.settings",
        "PPD_DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/none/none.sqlite3",
    }
    command = [sys.executable, "manage.py", "plan", "shop", "--namespace", "shop"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("The database cannot be used: unable to open")


def test_a_conflict_is_an_error_until_it_is_taken_over(
    run: Run, design: Design, control_plane: ControlPlane, namespace: str
) -> None:
    theirs = json.dumps(config_map(colour="theirs"))
    control_plane.kubectl("apply", "--server-side", "--field-manager=them", "-n", namespace, "-f", "-", stdin=theirs)
    code, words = run("plan")
    assert code == 1
    assert ".data.colour is owned by them: 'theirs' there, 'red' here" in words
    assert run("apply")[0] == 2
    assert run("apply", "--take-over")[0] == 1
    assert run("plan") == (0, "")


def test_what_cannot_change_in_place_is_made_anew_where_that_is_said(run: Run, design: Design) -> None:
    design.change(lambda _: [pod()], by=owner())
    assert run("apply")[0] == 1
    design.change(lambda _: [pod(args=["-v"])], by=owner())
    assert "it has to be deleted and created anew" in run("plan")[1]
    code, words = run("apply")
    assert code == 2
    assert "it has to be deleted and created anew" in words
    assert "--recreate" in words
    assert "PodSpec" not in words
    code, words = run("apply", "--recreate")
    assert (code, "± Pod web" in words) == (1, True)
    assert run("plan") == (0, "")


def test_data_goes_only_where_that_is_said(run: Run, design: Design, control_plane: ControlPlane) -> None:
    def claim(name: str) -> dict[str, Any]:
        spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
        metadata = {"name": "data"}
        kind = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata}
        return {**kind, "spec": {**spec, "storageClassName": name}}

    design.change(lambda _: [claim("a")], by=owner())
    assert run("apply")[0] == 1
    design.change(lambda _: [claim("b")], by=owner())
    code, words = run("apply", "--recreate")
    assert (code, "--delete-data" in words) == (2, True)
    assert ApplyRun.objects.filter(dry_run=False).count() == 1


def test_an_object_of_another_design_is_taken_over_where_that_is_said(run: Run, design: Design) -> None:
    other = Design.objects.create(owner=owner(), name="first")
    other.change(lambda _: [config_map(colour="red")], by=owner())
    assert run("apply", design="first")[0] == 1
    code, words = run("plan")
    assert (code, "It was applied by the design “first”" in words) == (1, True)
    assert run("apply")[0] == 2
    assert run("apply", "--take-over")[0] == 1
    assert run("plan") == (0, "")
    assert "the design “shop”" in run("plan", design="first")[1]


def test_who_reads_may_stop_before_the_end(
    run: Run, design: Design, control_plane: ControlPlane, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    closed = os.fdopen(writing, "w")
    argv = ["manage.py", "plan", "shop", "--context", control_plane.admin, "--namespace", namespace]
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", closed)
        with pytest.raises(SystemExit) as end:
            plan.Command(stdout=closed).run_from_argv(argv)
    assert end.value.code == 128 + 13
    # What is written at Python's own end goes nowhere, and is no error.
    closed.close()


def test_production_asks_for_the_namespace_again(run: Run, design: Design, namespace: str) -> None:
    run("plan")
    Cluster.objects.update(stage="production")
    code, words = run("apply")
    assert (code, words) == (
        2,
        f"{Cluster.objects.get(name='designer-admin')} is production: say --confirm {namespace}",
    )
    assert run("apply", "--confirm", namespace)[0] == 1
