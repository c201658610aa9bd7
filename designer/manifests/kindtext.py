"""The text of a workload that becomes another kind: its pod's lines stand deeper, or less deep, and stay as they are.

Without it the pod would be new to the rewriting of the text, since it has another path, and its comments would go.
"""

from __future__ import annotations

from designer.manifests.lines import split
from designer.manifests.pod import TEMPLATE_PATHS, pod_at
from designer.manifests.text import Text
from designer.manifests.types import ManifestError, Path

_STEP = 2


def with_kind(text: str, index: int, kind: str) -> str:
    """The text with the pod spec of document `index` where a workload of that kind has it.

    Only that is moved: what else the kind needs is for the rewriting to add. The text itself comes back where its pod
    is not written in block style, or where that would not read.
    """
    source = Text.read(text)
    pod = pod_at(source.documents, index)
    if pod is None or pod.kind not in TEMPLATE_PATHS or kind not in TEMPLATE_PATHS:
        return text
    old, new = (*pod.path, "spec"), (*TEMPLATE_PATHS[kind], "spec")
    block, outer = source.where.lines((index, *old)), source.where.lines((index, "spec"))
    if old == new or block is None or outer is None:
        return text
    lines = split(text)
    moved = _moved(lines[block[0] - 1 : block[1]], new)
    if moved is None:
        return text
    written = "".join([*lines[: outer[0] - 1], *moved, *lines[outer[1] :]])
    try:
        return written if Text.read(written).documents else text
    except ManifestError:
        return text


def _moved(block: list[str], path: Path) -> list[str] | None:
    """The lines of a pod's spec as those of the field at `path`; None for lines that have no common indentation."""
    indent = len(block[0]) - len(block[0].lstrip(" "))
    rest = [line for line in block if line.strip()]
    if not block[0].lstrip(" ").startswith("spec:") or any(not line.startswith(" " * indent) for line in rest):
        return None
    end = "\r\n" if block[0].endswith("\r\n") else "\n"
    keys = [f"{' ' * (_STEP * depth)}{key}:{end}" for depth, key in enumerate(path[:-1])]
    deeper = " " * (_STEP * (len(path) - 1))
    return [*keys, *(deeper + line[indent:] if line.strip() else line for line in block)]
