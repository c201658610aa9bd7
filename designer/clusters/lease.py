"""Which process carries out a run, and whether it is still there.

A lease names a machine, a process and a thread of it. Of a process on this machine one can ask at once whether it has
ended; of one elsewhere only the silence tells (runs.SILENT).
"""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

# Of this process, since the next one may get its number.
_PROCESS = secrets.token_hex(4)
_LENGTH = 32


def new() -> str:
    """A lease of this process: 32 characters, none like another."""
    return f"{_machine()}{os.getpid():08x}{_PROCESS}{secrets.token_hex(4)}"


def ended(lease: str) -> bool:
    """Whether the process that has the lease is known to have ended. False also where that cannot be told."""
    if len(lease) != _LENGTH or lease[:8] != _machine() or os.name != "posix":
        return False
    number = int(lease[8:16], 16)
    if number == os.getpid():
        return lease[16:24] != _PROCESS
    try:
        os.kill(number, 0)  # sends nothing: https://pubs.opengroup.org/onlinepubs/9699919799/functions/kill.html
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        return False
    # One that nobody has waited for keeps its number: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    with suppress(OSError):
        state = Path(f"/proc/{number}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[0]
        return state in ("Z", "X")
    return False


@cache
def _machine() -> str:
    """What tells apart where process numbers are counted: the machine since it started, and a container of it."""
    try:
        parts = [Path("/proc/sys/kernel/random/boot_id").read_text("ascii"), os.readlink("/proc/self/ns/pid")]
    except OSError:
        parts = [socket.gethostname()]
    return sha256(" ".join(parts).encode()).hexdigest()[:8]
