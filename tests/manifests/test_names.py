from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.manifests import names

ENDS = "with a letter or digit at both ends"


@pytest.mark.parametrize("name", ["a", "web-2", "0", "a" * 63])
def test_a_label_is_fine(name: str) -> None:
    assert names.label_problem(name) == ""
    assert names.subdomain_problem(name) == ""


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "a name is needed"),
        ("a" * 64, "at most 63 characters are allowed; this has 64"),
        *(
            (name, "only lowercase letters, digits and '-' are allowed, with a letter or digit at both ends")
            for name in ("Web", "-a", "a-", "a.b", "a_b", "a\n", "é")
        ),
    ],
)
def test_a_label_is_not(name: str, problem: str) -> None:
    assert names.label_problem(name) == problem


@pytest.mark.parametrize(
    ("kind", "name", "problem"),
    [
        ("Deployment", "a.b", ""),
        (
            "Deployment",
            "a..b",
            "only lowercase letters, digits, '-' and '.' are allowed, with a letter or digit at both ends",
        ),
        (
            "StatefulSet",
            "a.b",
            "only lowercase letters, digits and '-' are allowed, with a letter or digit at both ends",
        ),
        ("Service", "1a", "a Service's name starts with a letter"),
        ("Service", "a1", ""),
        ("ConfigMap", "", "a name is needed"),
        ("ConfigMap", "a" * 254, "at most 253 characters are allowed; this has 254"),
        ("CronJob", "a" * 53, "a CronJob's name has at most 52 characters; this has 53"),
        ("ClusterRole", "system:node", ""),
        ("Role", "a/b", "'/' and '%' are not allowed"),
    ],
)
def test_object_names(kind: str, name: str, problem: str) -> None:
    assert names.object_problem(kind, name) == problem


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("http", ""),
        ("h2c-1", ""),
        ("", "a name is needed"),
        ("http-management", ""),
        ("http-management1", "a port's name has at most 15 characters; this has 16"),
        ("8080", "a port's name has at least one letter"),
        ("a--b", "only lowercase letters, digits and single '-' between them are allowed"),
        ("HTTP", "only lowercase letters, digits and single '-' between them are allowed"),
    ],
)
def test_port_names(name: str, problem: str) -> None:
    assert names.port_problem(name) == problem


@pytest.mark.parametrize(
    ("key", "fine"),
    [("nginx.conf", True), ("_A-1", True), ("..a", False), (".", False), ("a/b", False), ("", False)],
)
def test_config_keys(key: str, fine: bool) -> None:
    assert (names.config_key_problem(key) == "") is fine


@pytest.mark.parametrize(
    ("base", "taken", "name"),
    [
        ("web", [], "web"),
        ("web", ["web"], "web-2"),
        ("web", ["web", "web-2"], "web-3"),
        ("web-2", ["web-2"], "web-3"),
        ("a" * 63, ["a" * 63], "a" * 61 + "-2"),
        ("node-2024", ["node-2024"], "node-2024-2"),
    ],
)
def test_a_free_name(base: str, taken: list[str], name: str) -> None:
    assert names.free(base, taken) == name


@given(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,70}[a-z0-9])?", fullmatch=True), st.integers(0, 30))
def test_a_free_name_is_free_and_valid(base: str, crowd: int) -> None:
    taken = {base}
    for _ in range(crowd):
        name = names.free(base, taken)
        assert name not in taken
        assert names.label_problem(name) == ""
        taken.add(name)


@given(st.text())
def test_any_text_makes_a_label(text: str) -> None:
    assert names.label_problem(names.label_from(text, "data")) == ""
    assert re.fullmatch("[a-z0-9-]+", names.label_from("Log Files!", "data"))
