"""The timeline and the bars as they are drawn: on the axis, to scale, and whatever the documents hold."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.diagram.axis import Axis
from designer.diagram.bars import Bars, bars
from designer.diagram.lanes import Chart, Lane
from designer.diagram.timeline import Timeline, timeline
from designer.diagram.tracks import amount, scale, track, whole
from designer.manifests.pod import pods
from designer.manifests.types import Document, Documents
from tests.checks.shapes import documents_of_any_shape
from tests.manifests.test_startup import ASKS, READINESS, SLEEPS, STARTUP, box, made, pod, sidecar

STRETCHES = st.lists(st.none() | st.integers(0, 5000), max_size=12)


@given(STRETCHES, st.booleans())
def test_an_axis_runs_from_left_to_right_within_its_page(stretches: list[int | None], fill: bool) -> None:
    axis = Axis(stretches, fill=fill)
    edges = [axis.x(edge) for edge in range(len(stretches) + 1)]
    assert edges == sorted(edges)
    assert edges[0] == 0
    assert edges[-1] == axis.end <= 92.01
    for place in axis.breaks():
        assert 0 <= place <= axis.end
    for one, other in pairwise(axis.ticks()):
        assert one.x <= other.x


@given(STRETCHES)
def test_known_stretches_are_to_scale(stretches: list[int | None]) -> None:
    axis = Axis(stretches)
    for edge, stretch in enumerate(stretches):
        if stretch and stretch > 3:
            half = axis.x(edge, stretch // 2) - axis.x(edge)
            full = axis.x(edge, stretch) - axis.x(edge)
            assert half == pytest.approx(full * (stretch // 2) / stretch, abs=0.03)


def test_unknown_stretches_are_alike_and_take_no_seconds() -> None:
    axis = Axis([None, 30, None, 90])
    edges = [axis.x(edge) for edge in range(5)]
    widths = [round(b - a, 1) for a, b in pairwise(edges)]
    assert widths[0] == widths[2]
    assert widths[3] > 2 * widths[1]
    assert axis.x(0, 30) == axis.x(2)
    assert axis.x(2, 90) == axis.end
    first = axis.ticks()[0]
    assert (first.seconds, first.after) == (0, True)


def drawn(*containers: Document, **spec: Any) -> Timeline:
    template = pod(*containers, **spec)
    document = {"kind": template.kind, "spec": template.spec}
    return timeline([document], template, {})


def lane(chart: Chart, name: str) -> Lane:
    return next(one for one in chart.lanes if one.name == name)


def spans(one: Lane) -> dict[str, tuple[float, float]]:
    return {bar.kind: (bar.x, round(bar.x + bar.w, 2)) for bar in one.bars}


def test_each_starts_where_what_it_waits_for_ends() -> None:
    found = drawn(
        box("app", **ASKS, **STARTUP, **READINESS), initContainers=[box("one"), sidecar("mesh", **STARTUP), box("two")]
    ).start
    one, mesh, two, app = (spans(lane(found, name)) for name in ("one", "mesh", "two", "app"))
    assert one["run"][0] == 0
    assert mesh["wait"][1] == mesh["startup"][0] == one["run"][1]
    assert two["run"][0] == mesh["startup"][1] == mesh["on"][0]
    assert app["hook"][0] == two["run"][1]
    assert app["startup"][0] == app["hook"][1]
    assert app["readiness"][0] == app["startup"][1]
    assert found.line == app["readiness"][1] == app["on"][0]
    assert [bar.broken for bar in lane(found, "one").bars] == [True]


def test_what_is_unknown_is_broken_and_what_is_known_is_not() -> None:
    found = drawn(box("a", **SLEEPS), box("b", **ASKS), box("c", **READINESS))
    hooks = {one.name: bar.broken for one in found.start.lanes for bar in one.bars if bar.kind == "hook"}
    assert hooks == {"a": False, "b": True}
    (window,) = [bar for bar in lane(found.start, "c").bars if bar.kind == "readiness"]
    assert window.broken
    earliest, _, latest = found.ready.partition("; ")
    assert earliest == "Ready after 7 s at the earliest, plus however long b takes"
    assert latest == "no latest, as c may stay unready for ever."


def test_the_ready_line_says_the_latest() -> None:
    found = drawn(box(**STARTUP), initContainers=[box("one"), box("two")])
    assert found.ready == (
        "Ready at once at the earliest, and after 11 s at the latest, plus however long one and two take, if app "
        "starts in time. What has not started by then is killed and started again, after a growing wait."
    )
    assert lane(found.start, "app").words == "started in 0–11 s, else killed and restarted"
    assert (found.start.line_words, drawn(box()).ready) == ("Ready", "Ready as soon as its containers run.")


def test_the_latest_is_only_for_what_answers_once_started() -> None:
    found = drawn(box(**STARTUP, **READINESS))
    assert found.ready == (
        "Ready after 3 s at the earliest, and after 20 s at the latest, if app starts in time and it answers once "
        "started. What has not started by then is killed and started again, after a growing wait. One that does not "
        "answer stays unready for ever."
    )
    assert lane(found.start, "app").words.endswith("ready in 3–20 s if it answers once started")
    once = drawn(box("a", **STARTUP), box("b", **STARTUP, **READINESS), restartPolicy="Never")
    assert "if a and b start in time and b answers once started. What has not started by then is killed. " in once.ready


def test_a_container_has_a_restart_policy_of_its_own_where_the_version_knows_one() -> None:
    rule = {"action": "Restart", "exitCodes": {"operator": "In", "values": [42, 43]}}
    containers = [box("app", restartPolicy="Never", restartPolicyRules=[rule])]
    template = pod(*containers, initContainers=[box("once", restartPolicy="OnFailure")])
    document = {"kind": "Pod", "spec": template.spec}
    found = timeline([document], template, {})
    said = "never restarted, but restarted on exit code 42 or 43"
    assert [words for words, _ in found.notes] == [
        "restartPolicy Always",
        "once: restarted on failure",
        f"app: {said}",
        "app: restartPolicyRules come first",
    ]
    assert lane(found.start, "app").words == f"ready at once, {said}"
    assert lane(found.start, "once").words == "runs to its end, restarted on failure"
    alpha = timeline([document], template, {}, "1.34")
    assert (
        alpha.notes[1][0] == "once: restarted on failure, where the cluster has the feature gate ContainerRestartRules"
    )
    before = timeline([document], template, {}, "1.33")
    assert [words for words, _ in before.notes] == ["restartPolicy Always"]
    assert lane(before.start, "app").words == "ready at once"


def test_what_never_starts_again_is_killed() -> None:
    found = drawn(box("app", restartPolicy="Never", **STARTUP))
    assert lane(found.start, "app").words == "started in 0–11 s, else killed, never restarted"


def test_liveness_kills_on_the_axis_and_not_at_its_end() -> None:
    live = {"livenessProbe": {"tcpSocket": {"port": 80}, "initialDelaySeconds": 20}}
    found = drawn(box("app", **live, **READINESS)).start
    (mark,) = lane(found, "app").marks
    assert found.line is not None
    assert mark.x == next(tick.x for tick in found.ticks if tick.seconds == 40) < found.line
    alone = drawn(box("app", **live)).start
    assert alone.line == 0 < lane(alone, "app").marks[0].x


def test_they_stop_in_turn() -> None:
    hooked: Document = {"lifecycle": {"preStop": {"sleep": {"seconds": 10}}}}
    found = drawn(box("app", **hooked), box("log"), initContainers=[sidecar("a"), sidecar("b")])
    terms = {one.name: one.marks[0].x for one in found.stop.lanes}
    assert terms["log"] == 0 < terms["app"] < terms["b"] < terms["a"]
    assert spans(lane(found.stop, "b"))["stopping"][1] == terms["a"]
    assert found.stop.line_words == "KILL at 30 s"
    assert found.ends == "All of it within 30 s (terminationGracePeriodSeconds); the preStop hooks leave 20 s of it."


def test_a_job_is_complete_or_held() -> None:
    done = drawn(box("work"), kind="Job", initContainers=[sidecar("mesh")])
    assert done.start.line_words == "Complete"
    mesh, work = lane(done.start, "mesh"), lane(done.start, "work")
    assert [(bar.kind, bar.broken) for bar in mesh.bars] == [("on", True), ("stopping", True)]
    # They end together, after a time that nobody knows.
    assert spans(mesh)["on"][1] == spans(work)["on"][1] == done.start.line
    assert mesh.words == "stopped when the work ends"
    assert done.ready == "Its app containers run at once. The Job is complete when all of them have ended."
    waits = drawn(box("work"), kind="Job", initContainers=[box("get")])
    assert waits.ready.startswith("Its app containers run at once, plus however long get takes. ")
    held = drawn(box("work"), box("tail", command=["tail", "-f", "x"]), kind="Job")
    assert held.start.line is None
    assert lane(held.start, "tail").bad
    assert held.ready.endswith("The Job is not complete as long as tail runs.")


def everything(documents: Documents) -> tuple[list[Timeline], list[Bars]]:
    found = pods(documents)
    return [timeline(documents, one, {}) for one in found], [bars(documents, one, {}) for one in found]


def html(found: tuple[list[Timeline], list[Bars]]) -> str:
    out = []
    for one in found[0]:
        for chart in (one.start, one.stop):
            out += [scale(chart), *(track(each, chart) for each in chart.lanes)]
    for each in found[1]:
        out += [whole(bar) for bar in each.wholes]
        out += [amount(cell) for row in each.rows for cell in row.amounts]
    return "".join(out)


@given(documents_of_any_shape())
def test_whatever_the_documents_hold_they_are_drawn_within_the_page(documents: Documents) -> None:
    found = everything(documents)
    assert found == everything(documents)
    for place in re.findall(r'(?:x|cx|x1|x2|width)="([\d.]+)%"', html(found)):
        assert 0 <= float(place) <= 100.05


@given(made())
def test_bars_of_a_lane_follow_each_other(template: Any) -> None:
    found = timeline([{"spec": template.spec}], template, {})
    for chart in (found.start, found.stop):
        for one in chart.lanes:
            for before, after in pairwise(one.bars):
                assert before.x + before.w <= after.x + 0.02
            assert all(bar.w >= 0 and bar.x + bar.w <= 100.02 for bar in one.bars)


def test_names_are_escaped() -> None:
    found = everything([{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [box("<b>", **STARTUP)]}}])
    assert "<b>" not in html(found)


def test_who_asks_for_how_much() -> None:
    document: Document = {
        "apiVersion": "v1",
        "kind": "Pod",
        "spec": {
            "containers": [
                box("a", resources={"requests": {"cpu": "300m"}, "limits": {"memory": "64Mi"}}),
                box("b", resources={"requests": {"cpu": "100m"}, "limits": {"memory": "64Mi"}}),
            ],
            "initContainers": [box("one", resources={"requests": {"memory": "1Gi"}, "limits": {"memory": "1Gi"}})],
            "overhead": {"cpu": "100m"},
        },
    }
    found = everything([document])[1][0]
    cpu, memory = found.wholes
    assert [part.title for part in cpu.parts] == ["a: 300m", "b: 100m", "overhead of its runtime class: 100m"]
    assert [round(part.w / cpu.request, 2) for part in cpu.parts] == [0.6, 0.2, 0.2]
    assert (cpu.unbounded, cpu.open) == (True, "one, a and b have no cpu limit")
    assert memory.why == "set by init container one: 1Gi; what runs later needs 128Mi"
    assert [part.title for part in memory.parts] == ["one: 1Gi"]
    assert [amount.words for amount in found.rows[0].amounts] == ["not set", "1Gi"]
    assert [amount.words for amount in found.rows[1].amounts] == ["300m → no limit", "64Mi"]
    assert found.rows[0].amounts[0].field == "/0/spec/initContainers/0/resources/requests/cpu"
    assert found.sums[-1] == ("effective request", ("500m", "1Gi"))
