# SPDX-License-Identifier: Apache-2.0
"""Figures of the loaded lots as following the log would have left them, without the hours."""

from bench.goods import gtin
from bench.large_goods import cooperative
from nguon.cli.workplace import operator
from nguon.registry import queries
from nguon.store import Store, projections

_NAME = "lots"
_PRODUCTS = 50
_EVENTS_OF_A_LOT = 20
_AT_ONCE = 5_000
_LACKING = ("", "product-image", "product-image maker-address")


def figured(store: Store) -> None:
    """A state for each lot that was loaded; what was recorded up to now is followed."""
    head = store.events.head().seq
    makers = [
        queries.organisation_by_code(store, operator(), cooperative(number))
        for number in range(_PRODUCTS)
    ]
    states = [
        {
            "lot": f"01/{gtin(number % _PRODUCTS)}/10/L{number // _EVENTS_OF_A_LOT}",
            "organisation": maker.id,
            "province": maker.unit.province.code,
            "ministry": "mae",
            "sector": "crops",
            "complete": 9,
            "missing": number % 3,
            "fields": _LACKING[number % 3],
            "seq": head,
        }
        for number in (n * 10 + n // 5 % 10 for n in range(min(head, 1_000_000) // 10))
        if (maker := makers[number % _PRODUCTS]) is not None and maker.unit is not None
    ]
    known = {str(state["lot"]): state for state in states}
    rows = list(known.values())
    for start in range(0, len(rows), _AT_ONCE):
        with store.transaction() as connection:
            projections.put_states(connection, rows[start : start + _AT_ONCE])
    with store.transaction() as connection:
        projections.move(connection, _NAME, projections.position(connection, _NAME), head)
