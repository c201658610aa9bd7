"""Where in a preset something of what was woven comes from. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designer.manifests.pod import pods
from designer.manifests.types import Document, Documents, Path, get
from patterns.parameters import fill
from patterns.preset import Preset

# What tells the items of Kubernetes' lists apart, the surest first.
_KEYS = ("name", "mountPath", "containerPort", "port", "ip", "key", "topologyKey")


def source(preset: Preset, values: Mapping[str, Any], woven: Documents, path: Path) -> Path:
    """The path in the preset of what stands at `path` in the woven documents (document index first), as far as the
    preset has it; () where it is nothing of the preset's. `values` are those that it was woven with."""
    document = woven[int(path[0])] if path and int(path[0]) < len(woven) else {}
    pod = next((one for one in pods(woven) if one.document == path[0]), None) if path else None
    if pod and path[1 : 1 + len(pod.path)] == pod.path:
        rest = path[1 + len(pod.path) :]
        return ("pod", *_follow(preset.pod, pod.template, rest, values)) if _meets(preset.pod, rest) else ()
    for index, one in enumerate(preset.objects):
        same = [fill(get(one, at), values) == get(document, at) for at in (("kind",), ("metadata", "name"))]
        if all(same):
            return ("objects", index, *_follow(one, document, path[1:], values))
    return ()


def _meets(patch: Document, path: Path) -> bool:
    """Whether the preset says anything of the part of the pod in which a path stands: of its containers, say."""
    return len(path) < 2 or path[1] in (patch.get(str(path[0])) or {})


def _follow(patch: Any, woven: Any, path: Path, values: Mapping[str, Any]) -> Path:
    """The path in `patch` of what is at `path` in `woven`, up to where they part."""
    out: list[str | int] = []
    for part in path:
        if isinstance(part, str) and isinstance(patch, dict) and isinstance(woven, dict) and part in patch:
            patch, woven = patch[part], woven.get(part)
        elif isinstance(part, int) and isinstance(patch, list) and isinstance(woven, list) and part < len(woven):
            woven = woven[part]
            at = next((n for n, item in enumerate(patch) if _same(item, woven, values)), -1)
            if at < 0:
                break
            patch, part = patch[at], at
        else:
            break
        out.append(part)
    return tuple(out)


def _same(item: Any, woven: Any, values: Mapping[str, Any]) -> bool:
    """Whether an item of a preset's list became this item of the woven one."""
    made = fill(item, values)
    if not isinstance(made, dict) or not isinstance(woven, dict):
        return bool(made == woven)
    key = next((one for one in _KEYS if one in made and one in woven), "")
    return made[key] == woven[key] if key else made == woven
