"""Whether the process that carries out a run is still there, as far as this machine can tell."""

from __future__ import annotations

import os
import subprocess
import sys

from designer.clusters import lease


def test_one_of_this_process_has_not_ended_and_none_is_like_another() -> None:
    first, second = lease.new(), lease.new()
    assert (len(first), lease.ended(first), lease.ended(second), first == second) == (32, False, False, False)


def test_a_process_that_has_ended_is_known_at_once_and_one_that_runs_is_left_alone() -> None:
    told = "from designer.clusters import lease; print(lease.new(), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", told], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        theirs = child.stdout.readline().strip()
        assert not lease.ended(theirs)
        child.kill()
        # Its number is kept until somebody waits for it.
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        if sys.platform == "linux":
            assert lease.ended(theirs)
    assert lease.ended(theirs)
    # One before us that had our number, as the first process of a container has it each time.
    assert lease.ended(f"{theirs[:8]}{os.getpid():08x}{theirs[16:]}")


def test_what_is_not_of_this_machine_cannot_be_told() -> None:
    for odd in ("", "another", f"{'0' * 8}{lease.new()[8:16]}{'f' * 16}"):
        assert not lease.ended(odd)
