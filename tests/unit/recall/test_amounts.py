# SPDX-License-Identifier: Apache-2.0
"""Quantities by product: units are never mixed, nothing is lost in keeping them."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.base.quantity import Quantity
from nguon.recall import amounts
from nguon.recall.model import Quantities

BOX, BAG = "01/09521101000016", "01/09521101000023"


def _of(amount: str, unit: str = "H87", product: str | None = BOX) -> Quantities:
    return ((product, Quantity(Decimal(amount), unit)),)


QUANTITIES = st.lists(
    st.tuples(
        st.sampled_from([BOX, BAG, None]),
        st.builds(
            Quantity,
            st.decimals(0, 10**6, places=3, allow_nan=False),
            st.sampled_from(["H87", "KGM"]),
        ),
    ),
    max_size=6,
).map(tuple)


def test_units_are_not_mixed() -> None:
    both = amounts.summed(_of("3"), _of("2", "KGM"), _of("4"), _of("1", product=BAG))
    assert both == (*_of("7"), *_of("2", "KGM"), *_of("1", product=BAG))
    assert amounts.less(both, _of("2")) == (*_of("5"), *_of("2", "KGM"), *_of("1", product=BAG))
    assert amounts.less(_of("1"), _of("2")) == ()
    assert amounts.greatest(_of("1"), (*_of("2"), *_of("3", "KGM"))) == (
        *_of("2"),
        *_of("3", "KGM"),
    )


def test_beyond() -> None:
    assert not amounts.beyond(_of("2"), _of("2"))
    assert amounts.beyond(_of("2.001"), _of("2"))
    assert amounts.beyond(_of("1", product=BAG), _of("5"))
    assert not amounts.beyond((), _of("5"))


def test_share() -> None:
    assert amounts.share(_of("1"), ()) is None
    assert amounts.share(_of("1"), _of("3")) == 33.3
    assert amounts.share((*_of("3"), *_of("5", "KGM")), (*_of("3"), *_of("10", "KGM"))) == 75.0
    assert amounts.share(_of("9"), _of("3")) == 100.0


@given(QUANTITIES)
@settings(max_examples=60)
def test_kept_and_read_again(quantities: Quantities) -> None:
    assert amounts.unpacked(amounts.packed(quantities)) == amounts.summed(quantities)


@given(QUANTITIES, QUANTITIES)
@settings(max_examples=60)
def test_what_is_left_and_what_was_taken_are_the_whole(whole: Quantities, part: Quantities) -> None:
    if not amounts.beyond(part, whole):
        again = amounts.summed(amounts.less(whole, part), part)
        assert sorted(again, key=str) == sorted(amounts.summed(whole), key=str)


def test_faults() -> None:
    wrong: Quantities = (
        *_of("-1"),
        *_of("1", "TOOLONG"),
        *_of("NaN"),
        *_of("1"),
    )
    assert [one.pointer for one in amounts.faults_in(wrong, "held")] == [
        "/held/0",
        "/held/1",
        "/held/2",
    ]
