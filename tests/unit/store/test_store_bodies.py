# SPDX-License-Identifier: Apache-2.0
"""Bodies and item lists come back as they went in."""

import json

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.epcis.items import ItemRef, Role
from nguon.store import bodies
from nguon.store.errors import CorruptBodyError
from nguon.store.packing import pack_items, unpack_items
from tests.records import CONTEXT, event_json


@settings(max_examples=60)
@given(st.binary(max_size=2000), st.none() | st.binary(max_size=300))
def test_a_body_comes_back(raw: bytes, context: bytes | None) -> None:
    assert bodies.unpack(bodies.pack(raw, context)) == (raw, context)


def test_a_body_names_its_dictionary() -> None:
    body = bodies.pack(b"{}", None)
    assert zstandard.get_frame_parameters(body).dict_id == bodies.CURRENT


def test_an_event_is_packed_to_less_than_half() -> None:
    raw = json.dumps(event_json(1, count=5)).encode()
    assert len(bodies.pack(raw, CONTEXT)) < len(raw + CONTEXT) / 2.5


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not zstandard",
        bodies.pack(b"x" * 100, None)[:-5],
        zstandard.compress(b"no dictionary, and no head"),
        zstandard.compress(b""),
        bodies.pack(b"x", None).replace(
            bodies.CURRENT.to_bytes(2, "little"), (40999).to_bytes(2, "little")
        ),
    ],
    ids=["empty", "text", "cut", "length", "headless", "dictionary"],
)
def test_a_damaged_body_is_named(body: bytes) -> None:
    with pytest.raises(CorruptBodyError) as caught:
        bodies.unpack(body)
    assert caught.value.code == "store.body"


items = st.builds(
    ItemRef,
    key=st.text(min_size=1, max_size=60),
    role=st.sampled_from(Role),
    quantity=st.none() | st.decimals(allow_nan=False, allow_infinity=False).map(str),
    unit=st.none() | st.sampled_from(["KGM", "H87"]),
    of=st.none() | st.integers(0, 50),
)


@settings(max_examples=60)
@given(st.lists(items, max_size=30).map(tuple))
def test_an_item_list_comes_back(some: tuple[ItemRef, ...]) -> None:
    assert unpack_items(pack_items(some)) == some


def test_long_item_lists_are_compressed() -> None:
    some = tuple(ItemRef(f"01/09521101000016/21/{n:08d}", Role.CHILD) for n in range(1000))
    packed = pack_items(some)
    assert unpack_items(packed) == some
    assert len(packed) < 8_000
