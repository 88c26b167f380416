# SPDX-License-Identifier: Apache-2.0
"""The life of a serial: every deed in every state, and corrections."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.codes.life import Deed, Done, State, deed_of, follow
from nguon.epcis.codec import decode_raw_event
from nguon.epcis.items import Role

_TABLE = {
    (State.ISSUED, Deed.ACTIVATE): (State.ACTIVE, None),
    (State.ISSUED, Deed.HANDLE): (State.ISSUED, "codes.not-active"),
    (State.ISSUED, Deed.SELL): (State.SOLD, "codes.not-active"),
    (State.ISSUED, Deed.GIVE_BACK): (State.RETURNED, "codes.not-active"),
    (State.ISSUED, Deed.END): (State.ENDED, "codes.not-active"),
    (State.PRINTED, Deed.ACTIVATE): (State.ACTIVE, None),
    (State.PRINTED, Deed.SELL): (State.SOLD, "codes.not-active"),
    (State.ACTIVE, Deed.ACTIVATE): (State.ACTIVE, "codes.active-already"),
    (State.ACTIVE, Deed.HANDLE): (State.ACTIVE, None),
    (State.ACTIVE, Deed.SELL): (State.SOLD, None),
    (State.ACTIVE, Deed.GIVE_BACK): (State.RETURNED, "codes.not-sold"),
    (State.ACTIVE, Deed.END): (State.ENDED, None),
    (State.SOLD, Deed.ACTIVATE): (State.SOLD, "codes.active-already"),
    (State.SOLD, Deed.HANDLE): (State.SOLD, None),
    (State.SOLD, Deed.SELL): (State.SOLD, "codes.sold-already"),
    (State.SOLD, Deed.GIVE_BACK): (State.RETURNED, None),
    (State.SOLD, Deed.END): (State.ENDED, None),
    (State.RETURNED, Deed.SELL): (State.SOLD, None),
    (State.RETURNED, Deed.GIVE_BACK): (State.RETURNED, "codes.not-sold"),
    (State.RETURNED, Deed.END): (State.ENDED, None),
    **{(State.ENDED, deed): (State.ENDED, "codes.after-end") for deed in Deed},
}


@pytest.mark.parametrize(("before", "deed"), _TABLE)
def test_what_may_follow_what(before: State, deed: Deed) -> None:
    told = follow(before, [Done(deed, (1, 1))])
    after, code = _TABLE[before, deed]
    assert told.state is after
    assert [one for _, one in told.wrong] == ([] if code is None else [code])


@given(st.lists(st.tuples(st.sampled_from(Deed), st.integers(0, 50)), max_size=12))
def test_the_order_of_recording_does_not_matter(deeds: list[tuple[Deed, int]]) -> None:
    lives = [Done(deed, (at, number)) for number, (deed, at) in enumerate(deeds)]
    assert follow(State.ISSUED, lives) == follow(State.ISSUED, reversed(lives))


def test_what_was_declared_wrong_does_not_count() -> None:
    made = Done(Deed.ACTIVATE, (1, 1), "a")
    sold = Done(Deed.SELL, (2, 2), "b")
    undone = Done(Deed.SELL, (2, 3), "b", correction=True)
    assert follow(State.ISSUED, [made, sold]).state is State.SOLD
    assert follow(State.ISSUED, [made, sold, undone]).state is State.ACTIVE


@pytest.mark.parametrize(
    ("members", "role", "deed"),
    [
        ({"bizStep": "commissioning", "action": "ADD"}, Role.EPC, Deed.ACTIVATE),
        (
            {"bizStep": "https://ref.gs1.org/cbv/BizStep-commissioning", "action": "ADD"},
            Role.EPC,
            Deed.ACTIVATE,
        ),
        ({"bizStep": "encoding"}, Role.EPC, None),
        ({"bizStep": "shipping"}, Role.EPC, Deed.HANDLE),
        ({"bizStep": "retail_selling"}, Role.EPC, Deed.SELL),
        ({"bizStep": "dispensing"}, Role.EPC, Deed.SELL),
        ({"disposition": "retail_sold"}, Role.EPC, Deed.SELL),
        ({"bizStep": "receiving", "disposition": "returned"}, Role.EPC, Deed.GIVE_BACK),
        ({"bizStep": "decommissioning", "action": "DELETE"}, Role.EPC, Deed.END),
        ({"bizStep": "destroying", "disposition": "destroyed"}, Role.EPC, Deed.END),
        ({}, Role.CHILD, Deed.HANDLE),
        ({}, Role.INPUT, Deed.END),
        ({}, Role.OUTPUT, Deed.ACTIVATE),
    ],
)
def test_what_events_do_to_a_piece(members: dict[str, str], role: Role, deed: Deed | None) -> None:
    raw = {
        "type": "ObjectEvent",
        "eventTime": "2026-08-01T08:00:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "epcList": ["https://id.gs1.org/01/09521101000016/21/1"],
        **members,
    }
    assert deed_of(decode_raw_event(json.dumps(raw).encode()), role) is deed
