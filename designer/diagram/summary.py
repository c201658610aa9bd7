"""What goes on between the containers of a pod, in a line of words below them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from designer.diagram.facts import PodFacts
from designer.diagram.measure import fit

Spans = tuple[tuple[str, str], ...]
_NAME = 140


def summary(facts: PodFacts, entered: Collection[int], size: float) -> list[Spans]:
    """Sentences as (text, class) pairs: through whom traffic comes in, and who shares which volume.

    `entered` are the containers that a Service reaches and no NetworkPolicy closes to it, by place among the steps and
    then the running ones.
    """
    every = (*facts.steps, *facts.running)
    sentences: list[Spans] = []
    if entered and len(facts.running) > 1:
        names = [every[place].container.name for place in sorted(entered)]
        only = "only " if len(names) == 1 else ""
        sentences.append(((f"traffic enters {only}through ", ""), (_names(names, size), "strong")))
    for place, volume in enumerate(facts.volumes):
        modes: dict[str, set[str]] = {}
        for fact in every:
            for mount in fact.mounts:
                if mount.volume == place:
                    modes.setdefault(fact.container.name, set()).add(mount.mode)
        writers = [name for name, found in modes.items() if "rw" in found]
        readers = [name for name in modes if name not in writers]
        if len(modes) < 2 or not writers:
            continue
        name = (fit(volume.name.removeprefix("and ") if volume.hidden else volume.name, size, _NAME, True), "strong")
        if readers:
            verbs = " writes " if len(writers) == 1 else " write "
            reads = " reads it" if len(readers) == 1 else " read it"
            sentences.append(((_names(writers, size) + verbs, ""), name, (f", {_names(readers, size)}{reads}", "")))
        else:
            sentences.append(((_names(writers, size) + " share ", ""), name))
    return sentences


def _names(names: Sequence[str], size: float) -> str:
    if len(names) > 3:
        return f"{len(names)} containers"
    short = [fit(name, size, _NAME, True) for name in names]
    return short[0] if len(short) == 1 else f"{', '.join(short[:-1])} and {short[-1]}"
