"""The frames around a pod's boxes, with their words and the shields of the policies that isolate the pod."""

from __future__ import annotations

from designer.diagram.cells import SMALL
from designer.diagram.fact_types import PodFacts
from designer.diagram.guards import Guard
from designer.diagram.ids import Ids
from designer.diagram.measure import fit, width
from designer.diagram.model import Badge, Frame, Rect, Text
from designer.diagram.summary import Spans

FRAME = 16
TITLE = 36
_LABEL = 11.5
_SHIELD = 16
_BADGE = 180
_MAY = {"ingress": "come in", "egress": "go out"}


def labels(facts: PodFacts) -> tuple[Text, ...]:
    """The words of the workload's frame and the pod's, or of the one frame that a bare Pod has; not placed yet."""
    pod = facts.pod
    notes = f" · {facts.notes}" if facts.notes else ""
    sign = (" !" if facts.bad else "", "bad")
    name = (fit(pod.called or "(no name)", _LABEL, 320, True), "strong")
    if pod.kind == "Pod":
        return (_label(("Pod · ", ""), name, (notes, ""), sign),)
    tail = f" · {fit(facts.label, _LABEL, 160)}" if facts.label else ""
    return _label((f"{pod.kind} · ", ""), name, (tail, ""), sign), _label(("Pod", ""), (notes, ""))


def room(facts: PodFacts) -> int:
    """How wide the frames must be at least for what stands in their first lines."""
    words = labels(facts)
    shields = sum(_SHIELD + 20 + round(width(_badge_words(guard), SMALL)) for guard in facts.guards)
    return max([*(label.width for label in words), words[-1].width + shields])


def frames(facts: PodFacts, ids: Ids, doc: str, outer: Rect, pod: Rect) -> list[Frame]:
    """The frames from the outside in: `outer` is the workload's, which a bare Pod has not."""
    words = labels(facts)
    name = f"{facts.pod.kind} {facts.pod.called or 'no name'}" + (f", {facts.label}" if facts.label else "")
    name += "".join(f", {_badge_words(guard)}" for guard in facts.guards)
    at, frame_id, made = facts.pod.address, ids.of("box", doc), []
    if len(words) == 2:
        label = _moved(words[0], outer.x + FRAME, outer.y + 23)
        made.append(Frame(frame_id, at, "workload", outer, label, name, name, facts.bad))
        frame_id = ids.of("box", doc, "pod")
    label = _moved(words[-1], pod.x + FRAME, pod.y + 23)
    badges = _badges(facts, ids, frame_id, pod)
    made.append(Frame(frame_id, at, "pod", pod, label, name, name, facts.bad, len(words) == 2, badges))
    return made


def _badges(facts: PodFacts, ids: Ids, frame_id: str, pod: Rect) -> tuple[Badge, ...]:
    """The shields of the directions in which policies isolate the pod, at the right end of its first line."""
    badges: list[Badge] = []
    right = pod.right - FRAME
    for guard in reversed(facts.guards):
        words = _badge_words(guard)
        need = round(width(words, SMALL))
        x = right - need - _SHIELD
        label = Text(x + _SHIELD, pod.y + 23, "badge", ((words, ""),), need, SMALL)
        title = badge_title(guard)
        badge_id = ids.of("badge", frame_id.removeprefix("box-"), guard.direction)
        badges.append(Badge(badge_id, Rect(x, pod.y + 12, _SHIELD + need, 16), label, title))
        right = x - 16
    return tuple(reversed(badges))


def badge_title(guard: Guard) -> str:
    """Everything about a shield: whose it is, and what may pass."""
    policies = f"NetworkPolicy {' and '.join(guard.policies)}"
    if not guard.rules:
        return f"{policies} lets nothing {_MAY[guard.direction]}"
    who = [peer or "anybody, on some ports" for peer in guard.peers]
    side = "from" if guard.direction == "ingress" else "to"
    if guard.words.endswith(" open"):
        return f"{policies} lets anything {_MAY[guard.direction]}"
    return f"{policies} says what may {_MAY[guard.direction]}: {side} {'; '.join(who)}. Nothing else may"


def _badge_words(guard: Guard) -> str:
    return fit(guard.words, SMALL, _BADGE)


def _label(*spans: tuple[str, str]) -> Text:
    return Text(0, 0, "frame", tuple(span for span in spans if span[0]), spans_width(spans, _LABEL), _LABEL)


def spans_width(spans: Spans, size: float) -> int:
    """How wide (text, class) pairs are, one after the other; those with a class are bold."""
    return round(sum(width(words, size, style != "") for words, style in spans)) + 1


def _moved(label: Text, x: int, y: int) -> Text:
    return Text(x, y, label.style, label.spans, label.width, label.size)
