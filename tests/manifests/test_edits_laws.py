"""What holds for every edit, whatever the documents look like."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.manifests.edits.containers import (
    add_container,
    duplicate_container,
    move_container,
    remove_container,
    rename_container,
)
from designer.manifests.edits.kinds import KINDS, change_kind
from designer.manifests.edits.objects import (
    add_config_map,
    add_secret,
    add_service,
    remove_config_data,
    remove_object,
    rename_data_key,
    rename_object,
    set_config_data,
    set_config_file,
)
from designer.manifests.edits.ports import add_port, change_port_number, rename_port
from designer.manifests.edits.tree import Edited
from designer.manifests.edits.volumes import (
    SOURCES,
    add_volume,
    duplicate_volume,
    mount,
    remove_volume,
    rename_volume,
    set_volume_source,
    unmount,
)
from designer.manifests.pod import resolve
from designer.manifests.types import Documents, ManifestError
from tests.checks.shapes import documents_of_any_shape

INDEX = st.integers(0, 2)
NAME = st.sampled_from(["a", "b", "fresh", "Not Valid", ""])
CONTAINER = st.builds("{}/{}/{}".format, INDEX, st.sampled_from(["containers", "initContainers"]), INDEX)
VOLUME = st.builds("{}/volumes/{}".format, INDEX, INDEX)
LIST = st.sampled_from(["containers", "initContainers", "ephemeralContainers"])
PORT = st.sampled_from([0, 80, 9090])
EDITS: list[tuple[Callable[..., Edited | Documents], tuple[st.SearchStrategy[Any], ...]]] = [
    (add_container, (INDEX, LIST)),
    (rename_container, (CONTAINER, NAME)),
    (duplicate_container, (CONTAINER,)),
    (remove_container, (CONTAINER,)),
    (move_container, (CONTAINER, LIST, INDEX, st.booleans())),
    (add_volume, (INDEX, st.sampled_from(SOURCES), st.none() | NAME)),
    (rename_volume, (VOLUME, NAME)),
    (set_volume_source, (VOLUME, st.sampled_from(SOURCES))),
    (duplicate_volume, (VOLUME,)),
    (remove_volume, (VOLUME,)),
    (mount, (CONTAINER, NAME)),
    (unmount, (CONTAINER, NAME)),
    (add_port, (CONTAINER,)),
    (rename_port, (CONTAINER, INDEX, NAME)),
    (change_port_number, (CONTAINER, INDEX, PORT)),
    (add_service, (INDEX,)),
    (add_config_map, ()),
    (add_secret, ()),
    (remove_object, (INDEX,)),
    (rename_object, (INDEX, NAME)),
    (set_config_data, (INDEX, NAME, NAME)),
    (set_config_file, (INDEX, NAME, st.binary(max_size=3))),
    (remove_config_data, (INDEX, NAME)),
    (rename_data_key, (INDEX, st.sampled_from(["name", "data", "a"]), NAME)),
    (change_kind, (INDEX, st.sampled_from(KINDS))),
]


@pytest.mark.parametrize(("verb", "strategies"), EDITS, ids=lambda value: getattr(value, "__name__", ""))
@given(data=st.data())
def test_an_edit_is_made_or_told_and_leaves_its_input_alone(
    verb: Callable[..., Edited | Documents], strategies: tuple[st.SearchStrategy[Any], ...], data: st.DataObject
) -> None:
    documents = data.draw(documents_of_any_shape())
    arguments = [data.draw(strategy) for strategy in strategies]
    before = deepcopy(documents)
    try:
        edited = verb(documents, *arguments)
    except ManifestError as error:
        assert error.message  # noqa: PT017 - either outcome is right, and both are looked at
    else:
        if isinstance(edited, Edited):
            assert edited.select == "" or resolve(edited.documents, edited.select)
    assert documents == before
