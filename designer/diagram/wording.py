"""What sentences and rows beside the picture call a container: in the timeline and in the bars of resources alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from designer.manifests.pod import Container

# As many names in a sentence are read; of more, the first few and how many others.
_MOST, _FEW = 4, 3
_ROLES = {"init": "init", "sidecar": "sidecar"}


def called(container: Container) -> str:
    """A container's name, or which one it is in its list."""
    return container.name or f"container {container.index + 1}"


def part_of(container: Container, roles: Mapping[str, str]) -> str:
    """The role that a container plays: as `roles` has it by its address, else as where it stands says."""
    return roles.get(container.address, _ROLES.get(container.kind, "application"))


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them: "a", "a and b", "a, b and c", "a, b, c and 2 others". There is one at least."""
    if len(names) > _MOST:
        return f"{', '.join(names[:_FEW])} and {len(names) - _FEW} others"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
