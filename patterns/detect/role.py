"""The words of recognition: a role with its evidence, what is known beforehand, and one sign of a role."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

RoleName = Literal["application", "sidecar", "ambassador", "adapter", "init", "ephemeral"]
ROLES: tuple[RoleName, ...] = get_args(RoleName)
# What a person may say that a container is (patterns/detect/by_hand.py): who is an init container, the kubelet says.
CHOOSABLE: tuple[RoleName, ...] = ("application", "sidecar", "ambassador", "adapter")


@dataclass(frozen=True)
class Role:
    """The role of a container, and the sentences that say why, weightiest first.

    A `certain` one is not a guess. `confidence` is how far what speaks for the role outweighs what speaks for the next
    one, from 0 to 1: a half where both weigh the same, 1 for what is certain. `preset` is the name of the preset that
    the container came from or resembles, "" for none, `preset_title` its title, and `likeness` how much of what the
    preset says is there, from 0 to 1: 1 for one that is known to have brought the container. `by_hand` is true where a
    person said so.
    """

    role: RoleName
    evidence: list[str] = field(default_factory=list)
    certain: bool = False
    preset: str = ""
    preset_title: str = ""
    confidence: float = 0.0
    likeness: float = 0.0
    by_hand: bool = False

    @property
    def woven(self) -> bool:
        """Whether the preset is known to have brought the container; else it resembles it only."""
        return bool(self.preset) and self.likeness == 1

    @property
    def percent(self) -> int:
        """The likeness for a person to read, rounded down: only what is known is 100 %."""
        return int(self.likeness * 100)


@dataclass(frozen=True)
class Hint:
    """What is known of a container because a preset brought it: the pod ("Deployment/web"), its name, the pattern, and
    the preset's name or title."""

    pod: str
    container: str
    pattern: RoleName
    preset: str = ""


@dataclass(frozen=True)
class Sign:
    """Something in a manifest that speaks for a role, how much so, and the sentence that tells a person."""

    role: RoleName
    weight: int
    evidence: str


# A sign of this weight makes a helper of a container beside an application; one of the second is a plain word.
HELPS = 3
SAYS = 8
