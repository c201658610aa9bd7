"""Where the programs are that some tests need: the control plane's, kubectl, Chromium. Not every machine has them."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

_BUILD = Path(__file__).parent / "controlplane" / "build"


@cache
def assets() -> Path:
    """Where kube-apiserver, etcd and kubectl are: KUBEBUILDER_ASSETS, else where `make control-plane` puts them."""
    if found := os.environ.get("KUBEBUILDER_ASSETS"):
        return Path(found)
    done = subprocess.run([_BUILD], env={**os.environ, "PRINT_DIR": "1"}, capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


@cache
def kubectl() -> str | None:
    """The kubectl built with the control plane, else the one on the PATH, else None."""
    own = assets() / "kubectl"
    return str(own) if own.is_file() else shutil.which("kubectl")


@cache
def chromium() -> str | None:
    """CHROMIUM, else Chromium or Chrome on the PATH, else None. First without its windows, which costs less to run."""
    names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
