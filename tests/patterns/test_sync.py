"""Files of presets kept elsewhere: what is a preset, what is wrong with it, and what has to be done here."""

from __future__ import annotations

import pytest

from patterns.sync import File, Known, Plan, Problem, counted, plan, read

PRESET = """\
apiVersion: podpatterns.dev/v1alpha1
kind: Preset
metadata:
  name: {name}
  title: {title}
  pattern: sidecar
pod:
  spec:
    containers:
    - name: {name}
      image: busybox:1.37
"""


def preset(name: str = "tail", title: str = "Tail") -> str:
    return PRESET.format(name=name, title=title)


def planned(files: dict[str, str], *known: Known, taken: dict[str, str] | None = None) -> Plan:
    return plan([File(path, text) for path, text in files.items()], known, taken or {})


def named(found: list) -> list[tuple[str, str]]:
    return [(one.name, one.path) for one in found]


def test_presets_are_found_among_other_yaml() -> None:
    other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    helm = "{{- if .Values.x }}\nkind: Deployment\n{{- end }}\n"
    several = f"# of the house\n---\n{preset('one')}---\n{other}--- # and\n{preset('two')}"
    seen = read([File("a.yaml", preset()), File("k.yml", other), File("t/helm.yaml", helm), File("s.yaml", several)])
    assert named(seen.found) == [("tail", "a.yaml"), ("one", "s.yaml"), ("two", "s.yaml")]
    assert (seen.ignored, seen.problems) == (3, [])
    # As it is written, and where its name stands in the file.
    assert [(one.text, one.line) for one in seen.found] == [(preset(), 4), (preset("one"), 6), (preset("two"), 22)]
    assert read([File("empty.yaml", "# nothing\n---\n")]).found == []


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (preset().replace("sidecar", "wagon"), 6, "metadata.pattern is 'wagon'"),
        (preset().replace("title: Tail", "titel: Tail"), 5, "titel"),
        (preset().replace("v1alpha1", "v2"), 2, "this is no preset"),
        (preset().replace("kind: Preset", "kind: Pattern"), 2, "this is no preset"),
        (preset() + "  bad: }\n", 12, ""),
        (f"{preset('one')}---\n{preset().replace('Tail', 'T' * 90)}", 17, "metadata.title has 90 characters"),
    ],
)
def test_a_problem_has_the_line_in_its_file(text: str, line: int, words: str) -> None:
    (problem,) = read([File("a.yaml", text)]).problems
    assert (problem.file, problem.line) == ("a.yaml", line)
    assert words in problem.message
    assert str(problem).startswith(f"a.yaml:{line}: ")


def test_a_file_that_cannot_be_read_is_told_as_a_whole() -> None:
    seen = read([File("a.yaml", problem="it is larger than 1 MB")])
    assert seen.problems == [Problem("a.yaml", 0, "it is larger than 1 MB")]
    assert str(seen.problems[0]) == "a.yaml:1: it is larger than 1 MB"


def test_what_is_to_be_done() -> None:
    known = [
        Known("same", "same.yaml", preset("same")),
        Known("other", "other.yaml", preset("other")),
        Known("moved", "before.yaml", preset("moved")),
        Known("lost", "lost.yaml", preset("lost")),
        Known("long-lost", "x.yaml", preset("long-lost"), gone=True),
        Known("returned", "y.yaml", preset("returned"), gone=True),
    ]
    files = {
        "same.yaml": preset("same"),
        "other.yaml": preset("other", "Another"),
        "now.yaml": preset("moved"),
        "y.yaml": preset("returned"),
        "new.yaml": preset("new"),
    }
    done = planned(files, *known)
    assert named(done.new) == [("new", "new.yaml")]
    assert named(done.changed) == [("other", "other.yaml")]
    assert named(done.moved) == [("moved", "now.yaml")]
    assert (done.back, done.gone, done.problems) == (["returned"], ["lost"], [])
    assert counted(done) == "1 new, 2 changed, 1 back, 1 gone"
    assert counted(planned({"same.yaml": preset("same")}, known[0])) == "nothing changed"
    # A text that was read before is not read again.
    assert [one.made for one in read([File("same.yaml", preset("same"))], known).found] == [None]


def test_a_file_of_another_name_holds_the_same_preset_changed_or_not() -> None:
    known = Known("tail", "a.yaml", preset())
    done = planned({"b/c.yaml": preset(title="Tail -f")}, known)
    assert (named(done.changed), done.new, done.gone) == ([("tail", "b/c.yaml")], [], [])


def test_a_preset_of_another_name_is_another_one() -> None:
    done = planned({"a.yaml": preset("follow")}, Known("tail", "a.yaml", preset()))
    assert (named(done.new), done.gone) == ([("follow", "a.yaml")], ["tail"])


def test_a_broken_file_keeps_what_it_had() -> None:
    known = [Known("tail", "a.yaml", preset()), Known("head", "a.yaml", preset("head"))]
    done = planned({"a.yaml": preset() + "---\nmetadata: [\n", "b.yaml": preset("b")}, *known)
    assert (done.gone, done.changed, named(done.new)) == ([], [], [("b", "b.yaml")])
    (problem,) = done.problems
    assert problem.file == "a.yaml"
    assert problem.message.endswith(". Until then head stays as it was")


def test_of_two_with_one_name_the_one_that_had_it_goes_on() -> None:
    files = {"a.yaml": preset(title="New"), "b.yaml": preset()}
    done = planned(files)
    assert named(done.new) == [("tail", "a.yaml")]
    assert done.problems == [
        Problem("b.yaml", 4, "two presets are called tail, the other at a.yaml, line 4: rename one")
    ]
    done = planned(files, Known("tail", "b.yaml", preset()))
    assert (done.new, done.changed) == ([], [])
    assert [one.file for one in done.problems] == ["a.yaml"]
    done = planned({"a.yaml": f"{preset()}---\n{preset()}"})
    assert done.problems == [Problem("a.yaml", 16, "two presets are called tail, the other at line 4: rename one")]


def test_a_name_that_somebody_else_has_is_refused_at_its_line() -> None:
    done = planned({"a.yaml": preset(), "b.yaml": preset("b")}, taken={"tail": "in Shop, made here"})
    assert named(done.new) == [("b", "b.yaml")]
    words = "there is a preset tail already, in Shop, made here: choose another name"
    assert done.problems == [Problem("a.yaml", 4, words)]


def test_windows_line_ends_and_a_byte_order_mark_are_no_change() -> None:
    text = "\ufeff" + preset().replace("\n", "\r\n")
    assert planned({"a.yaml": text}, Known("tail", "a.yaml", preset())) == Plan()
