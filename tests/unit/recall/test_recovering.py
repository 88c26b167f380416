# SPDX-License-Identifier: Apache-2.0
"""What is recovered: never more than all of it, and nothing said beyond it goes unnoticed."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.base.quantity import Quantity
from nguon.recall import amounts
from nguon.recall.model import Quantities, Site, SiteState
from nguon.recall.recovering import recovery

BOX, BAG = "01/09521101000016", "01/09521101000023"
WHEN = datetime(2026, 8, 24, tzinfo=UTC)


def _of(amount: str | int, unit: str = "H87", product: str | None = BOX) -> Quantities:
    return ((product, Quantity(Decimal(amount), unit)),)


def _site(**said: Any) -> Site:
    nothing: dict[str, Any] = dict.fromkeys(
        ("told", "sold_before", "found", "held", "sold", "disposed"), ()
    )
    blank: dict[str, Any] = dict.fromkeys(
        ("organisation", "party", "place", "province", "seen_at", "answered_at", "due", "words")
    )
    counts: dict[str, Any] = dict.fromkeys(("things", "version", "reminded", "released", "seen"), 0)
    more: dict[str, Any] = {"id": "a-1", "recall": "a", "state": SiteState.HELD, "told_at": WHEN}
    return Site(**nothing | blank | counts | more | {"escalated": None} | said)


@pytest.mark.parametrize(
    ("sites", "shipped", "figures", "over"),
    [
        ([{"told": _of(10), "held": _of(9999)}], _of(10), (100.0, 100.0), _of(9989)),
        (
            [{"told": _of(10), "held": _of(20)}, {"told": _of(10)}],
            _of(20),
            (50.0, 50.0),
            _of(10),
        ),
        ([{"told": _of(10), "held": _of(5, "KGM")}], _of(10), (0.0, 0.0), _of(5, "KGM")),
        ([{"told": _of(10), "held": _of(10, product=BAG)}], _of(10), (0.0, 0.0),
         _of(10, product=BAG)),
        ([{"told": _of(9999), "held": _of(9998)}], _of(9999), (99.9, 99.9), ()),
        ([{"told": _of(99999), "held": _of(1)}], _of(99999), (0.1, 0.1), ()),
        (
            [{"told": _of(6), "sold_before": _of(4), "held": _of(5), "sold": _of(1)}],
            _of(10),
            (100.0, 50.0),
            (),
        ),
        ([{"told": _of(6), "sold_before": _of(4), "held": _of(6), "sold": _of(1)}], _of(10),
         (100.0, 60.0), _of(1)),
        ([{"told": (*_of(2), *_of("0.3", "KGM")), "held": (*_of(1), *_of("0.3", "KGM"))}],
         (*_of(2), *_of("0.3", "KGM")), (75.0, 75.0), ()),
        ([{"told": _of(5), "held": _of(5)}, {"told": _of(5), "held": _of(5)}], _of(5),
         (100.0, 100.0), _of(5)),
        ([], _of(3), (0.0, 0.0), ()),
        ([{"held": _of(3)}], (), (None, None), _of(3)),
    ],
    ids=["more", "elsewhere", "unit", "product", "one-missing", "one-there", "sold-before",
         "sold-beyond", "both-units", "told-twice", "nobody", "nothing-shipped"],
)  # fmt: skip
def test_figures(
    sites: list[dict[str, Any]],
    shipped: Quantities,
    figures: tuple[float | None, float | None],
    over: Quantities,
) -> None:
    found = recovery([_site(**one) for one in sites], shipped)
    assert (found.accounted, found.recovered) == figures
    assert found.over == over


AMOUNTS = st.dictionaries(
    st.tuples(st.sampled_from([BOX, BAG]), st.sampled_from(["H87", "KGM"])),
    st.decimals(0, 50, places=1, allow_nan=False),
    max_size=3,
).map(lambda each: tuple((key[0], Quantity(amount, key[1])) for key, amount in each.items()))
SITES = st.lists(
    st.fixed_dictionaries(dict.fromkeys(("told", "sold_before", "held", "sold"), AMOUNTS)),
    max_size=4,
)


@given(SITES)
@settings(max_examples=80, deadline=None)
def test_never_more_than_all_unnoticed(said: list[dict[str, Quantities]]) -> None:
    sites = [_site(**one) for one in said]
    shipped = amounts.summed(*(amounts.summed(one.told, one.sold_before) for one in sites))
    found = recovery(sites, shipped)
    shares = [one for one in (found.accounted, found.recovered) if one is not None]
    assert all(0 <= one <= 100 for one in shares)
    held = amounts.summed(*(one.held for one in sites))
    sold = amounts.summed(*(amounts.summed(one.sold, one.sold_before) for one in sites))
    claimed = amounts.summed(held, sold)
    if amounts.beyond(claimed, shipped):
        assert found.over
    if not found.over:
        assert not amounts.beyond(claimed, shipped)
        whole = not amounts.beyond(shipped, claimed)
        assert (found.accounted == 100.0) is (whole and bool(shipped))
