"""What is typed to find a preset, read: words and qualifiers; and what a preset is searched by."""

from __future__ import annotations

import pytest

from patterns import catalogue, listed
from patterns.finding import indexed, search, sought
from patterns.query import Query, holds, parse, reason


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Query()),
        ("redis metrics", Query("redis metrics", asked=True)),
        ("image:nginx", Query(image=("nginx",), asked=True)),
        ("Image:Nginx logs", Query("logs", image=("nginx",), asked=True)),
        ("image:a image:b", Query(image=("a", "b"), asked=True)),
        ("parameter:PORT pattern:side", Query(parameter=("port",), pattern=("side",), asked=True)),
        ('team:"Web shop" x', Query("x", team=("web shop",), asked=True)),
        ('team:"Web sh', Query(team=("web sh",), asked=True)),
        ("image:", Query()),
        ("owner:ada", Query("owner:ada", asked=True)),
        ("localhost:9121", Query("localhost:9121", asked=True)),
        ("images:nginx", Query("images:nginx", asked=True)),
    ],
)
def test_a_query_is_words_and_qualifiers(text: str, query: Query) -> None:
    assert parse(text) == query


def test_a_flood_of_qualifiers_is_bounded() -> None:
    assert len(parse("image:a " * 100).image) == 8
    assert len(sought("word " * 100 + " ".join(f"w{n}" for n in range(100)))) <= 12


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("image:redis_exporter", {"redis-adapter"}),
        ("image:nothing-like-it", set()),
        ("team:payments", set()),
        ("pattern:init image:git", {"git-clone-init"}),
        ("parameter:no_such_thing", set()),
    ],
)
def test_a_built_in_preset_has_to_hold_all_of_it(text: str, found: set[str]) -> None:
    query = parse(text)
    assert {name for name, one in catalogue.presets().items() if holds(query, indexed(one))} == found


def test_the_reason_marks_what_was_found() -> None:
    told = [("title", "X"), ("image", "docker.io/Nginx:1.29"), ("asks for", "Listen on (PORT): nginx listens here")]
    said = reason(parse("image:nginx parameter:port"), told)
    assert said == (
        ("image ", False),
        ("docker.io/", False),
        ("Nginx", True),
        (":1.29", False),
        (" · asks for ", False),
        ("Listen on (", False),
        ("PORT", True),
        (")", False),
    )
    assert reason(parse("image:other"), told) == ()


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_what_a_row_repeats_finds_what_the_preset_itself_is_found_by(name: str) -> None:
    made = catalogue.preset(name)
    row, told = listed.words(made), listed.told(made)
    for text in (made.name, made.title, made.pattern, *made.tags, *(one.name for one in made.parameters)):
        for term in sought(text):
            assert any(each in row["words"] for each in term), (text, term)
    assert len(row["words"]) <= 2002
    assert listed.tags(told) == made.tags[:60]
    (found,) = search(made.title, [listed.taken_apart(made, told)])
    assert found.preset == made
    assert "".join(text for text, _ in found.reason)
