# SPDX-License-Identifier: Apache-2.0
"""Who is in a chain of custody: “no” is said of a closed chain alone, whatever is recorded."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.codes.life import State
from nguon.listings import chain
from nguon.listings.chain import ON_THE_WAY, Chain, Handled
from nguon.listings.model import Answer, no, unknown

MAKER, BUYER, SELLER, OTHER = 1, 2, 3, 4
_records = st.builds(
    Handled,
    at=st.tuples(st.integers(0, 5), st.integers(0, 50)),
    submitter=st.integers(1, 4),
    step=st.sampled_from(["commissioning", "packing", "shipping", "receiving", "storing", ""]),
    disposition=st.sampled_from(["", "active", "in_transit", "in_progress"]),
    packs=st.booleans(),
    unpacks=st.booleans(),
    withdrawn=st.booleans(),
    unread=st.booleans(),
)
_chains = st.builds(
    Chain,
    serialised=st.booleans(),
    custodians=st.frozensets(st.integers(1, 4)),
    maker=st.none() | st.integers(1, 4),
    records=st.lists(_records, max_size=6).map(tuple),
    life=st.sampled_from(State),
)


def _at(number: int, submitter: int, step: str, **more: Any) -> Handled:
    return Handled((number, number), submitter, step, **more)


CLOSED = Chain(
    serialised=True,
    custodians=frozenset({MAKER, BUYER}),
    maker=MAKER,
    records=(_at(1, MAKER, "commissioning"), _at(2, MAKER, "shipping"), _at(3, BUYER, "receiving")),
    life=State.ACTIVE,
)


@given(_chains, st.frozensets(st.integers(1, 5), max_size=1))
def test_no_is_never_said_without_a_closed_chain(found: Chain, sellers: frozenset[int]) -> None:
    if chain.judged(found, sellers).answer is not Answer.NO:
        return
    counted = [one for one in found.records if not one.withdrawn]
    assert sellers
    assert found.serialised
    assert found.life is State.ACTIVE
    assert sellers.isdisjoint(found.custodians)
    assert not any(one.unread for one in found.records)
    assert {one.submitter for one in counted} <= found.custodians
    assert found.custodians - {found.maker} <= {one.submitter for one in counted}
    last = max(counted)
    assert last.step not in ON_THE_WAY
    assert last.disposition != "in_transit"
    packing = [one for one in sorted(counted) if one.packs or one.unpacks]
    assert not packing or not packing[-1].packs


@given(_chains, st.integers(1, 4))
def test_whoever_had_it_is_in_the_chain(found: Chain, seller: int) -> None:
    judged = chain.judged(found, {seller})
    assert (judged.answer is Answer.YES) is (seller in found.custodians)


def test_a_closed_chain() -> None:
    assert chain.gap(CLOSED) is None
    assert chain.judged(CLOSED, {BUYER}).answer is Answer.YES
    assert chain.judged(CLOSED, {SELLER}) == no("closed-chain")
    assert chain.judged(CLOSED, ()) == unknown("seller-not-known")
    assert chain.judged(None, {SELLER}) == unknown("not-recorded")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"serialised": False}, "not-serialised"),
        ({"life": State.SOLD}, "life-sold"),
        ({"life": State.ISSUED}, "life-issued"),
        ({"records": CLOSED.records[:2]}, "not-received"),
        ({"records": (*CLOSED.records, _at(4, BUYER, "shipping"))}, "on-the-way"),
        ({"records": (*CLOSED.records, _at(4, OTHER, "storing"))}, "contested"),
        ({"records": (*CLOSED.records, _at(4, BUYER, "packing", packs=True))}, "packed"),
        ({"records": (*CLOSED.records, _at(4, BUYER, "", unread=True))}, "erased"),
        ({"records": ()}, "not-recorded"),
    ],
)
def test_what_leaves_a_chain_open(changes: dict[str, Any], reason: str) -> None:
    found = CLOSED._replace(**changes)
    assert chain.gap(found) == reason
    assert chain.judged(found, {SELLER}) == unknown(reason)


def test_what_was_unpacked_is_at_hand_again() -> None:
    packed = (_at(4, BUYER, "packing", packs=True), _at(5, BUYER, "unpacking", unpacks=True))
    assert chain.gap(CLOSED._replace(records=(*CLOSED.records, *packed))) is None
