"""The built-in presets, one YAML file each, read when they are first asked for. Pure."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from designer.manifests.types import ManifestError
from patterns.preset import Preset, read


@cache
def presets() -> dict[str, Preset]:
    """Every built-in preset by name, in the order of the names."""
    found = sorted(f.name for f in files(__name__).iterdir() if f.name.endswith(".yaml"))
    return {preset.name: preset for preset in (read(source(name.removesuffix(".yaml"))) for name in found)}


def preset(name: str) -> Preset:
    """The built-in preset of a name. Raises ManifestError if there is none."""
    if name not in presets():
        raise ManifestError(f"there is no built-in preset {name!r}: choose one of {', '.join(presets())}")
    return presets()[name]


def source(name: str) -> str:
    """The text of a built-in preset as it was written, comments and all."""
    return (files(__name__) / f"{name}.yaml").read_text(encoding="utf-8")
