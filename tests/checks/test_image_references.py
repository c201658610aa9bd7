"""What the grammar of images allows is allowed, in every combination of its parts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from designer.manifests.names import image_problem

REGISTRY = st.sampled_from(
    ["", "localhost/", "quay.io/", "My-Registry.example:5000/", "10.0.0.1:80/", "[2001:db8::1]/"]
)
PATH = st.from_regex(r"[a-z0-9]{1,3}([._]|__|-{1,3})?[a-z0-9](/[a-z0-9]{1,3}){0,2}", fullmatch=True)
TAG = st.just("") | st.from_regex(r":[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", fullmatch=True)
DIGEST = st.just("") | st.from_regex(r"@sha256:[0-9a-f]{64}|@sha512:[0-9a-f]{128}", fullmatch=True)


@given(REGISTRY, PATH, TAG, DIGEST)
def test_every_combination_of_good_parts_is_an_image(registry: str, path: str, tag: str, digest: str) -> None:
    assert image_problem(registry + path + tag + digest) == ""


@given(
    REGISTRY, PATH, TAG, DIGEST, st.sampled_from([" ", "\n", "\t", "é", "%", "::", "@@", "//", ":/", "$"]), st.data()
)
def test_a_character_that_no_part_has_is_told(
    registry: str, path: str, tag: str, digest: str, odd: str, data: st.DataObject
) -> None:
    image = registry + path + tag + digest
    at = data.draw(st.integers(len(registry), len(image)))
    assert image_problem(image[:at] + odd + image[at:])


@given(st.text() | st.text(alphabet="aA0-_./:@[]", max_size=400))
def test_any_text_is_answered(image: str) -> None:
    assert isinstance(image_problem(image), str)
