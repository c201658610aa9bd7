"""A pod's stop as lanes: hooks from the moment it is deleted, TERM in its order, KILL when the grace period is over."""

from __future__ import annotations

from collections.abc import Mapping

from designer.diagram.axis import Axis
from designer.diagram.lanes import Bar, Chart, Lane, Mark, between, named, step_words
from designer.manifests import startup_rules as rules
from designer.manifests.shutdown import Stop, Stopped
from designer.manifests.startup_rules import Rule
from designer.manifests.startup_times import seconds


def stop_chart(stop: Stop, roles: Mapping[str, str]) -> tuple[Chart, list[Rule]]:
    """The chart, and the rules that it follows."""
    hooks = [one.hook for one in stop.containers if one.hook]
    longest = min(max((hook.least for hook in hooks if hook.known), default=0), stop.grace)
    # A hook of unknown length is a stretch of its own; then a stretch for each turn in which TERM is sent.
    unknown = any(not hook.known for hook in hooks)
    axis = Axis([longest, *([None] if unknown else []), *([None] * stop.turns)], tail=4.0, fill=True)
    first = 2 if unknown else 1
    lanes = tuple(_lane(one, axis, first, longest, stop, roles) for one in stop.containers)
    used = [*(one.rule for one in stop.containers), rules.KILL]
    words = f"KILL at {seconds(stop.grace)}"
    return Chart(lanes, tuple(axis.ticks()), tuple(axis.breaks()), axis.end, words), used


def stop_words(stop: Stop) -> str:
    """How long a pod has to stop, as a sentence."""
    words = f"All of it within {seconds(stop.grace)} (terminationGracePeriodSeconds)"
    known = max((one.hook.least for one in stop.containers if one.hook), default=0)
    if known:
        left = stop.grace - known
        words += f"; the preStop hooks leave {seconds(left)} of it" if left > 0 else "; the preStop hooks use it up"
    return f"{words}."


def _lane(one: Stopped, axis: Axis, first: int, longest: int, stop: Stop, roles: Mapping[str, str]) -> Lane:
    bars = []
    hooked = 0.0
    if one.hook:
        hooked = axis.x(0, min(one.hook.least, longest)) if one.hook.known else axis.x(2)
        title = f"{step_words('preStop', one.hook)}. {one.rule.words}"
        bars.append(Bar("hook", 0.0, hooked, title, broken=not one.hook.known))
    term = max(hooked, axis.x(first + one.turn)) if one.turn else hooked
    if term > hooked:
        bars.append(Bar("on", hooked, between(hooked, term), "It runs on until its turn."))
    title = "It stops, however long that takes, within the grace period."
    bars.append(Bar("stopping", term, between(term, axis.x(first + one.turn + 1)), title, broken=True))
    mark = Mark("T", term, f"TERM. {one.rule.words}")
    why = f"{one.rule.words} ({one.rule.source})"
    return Lane(*named(one.container, roles), _words(one, stop.grace), why, tuple(bars), (mark,), one.cut)


def _words(one: Stopped, grace: int) -> str:
    if one.cut:
        return f"preStop takes longer than the {seconds(grace)} there are: it is cut off"
    takes = f" {seconds(one.hook.least)}" if one.hook and one.hook.known else ""
    before = f"preStop{takes}, then " if one.hook else ""
    if not one.turn:
        return f"{before}TERM" if before else "TERM at once"
    after = "the app containers have" if one.turn == 1 else "the native sidecar after it has"
    return f"{before}TERM when {after} ended"
