# SPDX-License-Identifier: Apache-2.0
"""A household with several plots: each row of the sheet says which, the last one offered."""

from datetime import datetime
from decimal import Decimal

from nguon.base.quantity import Quantity
from nguon.base.time import HANOI
from nguon.entries.desk import Desk, Household
from nguon.entries.fields import Fields
from nguon.entries.forms.deliveries import defaults, read
from nguon.entries.model import Harvest
from nguon.entries.service import Recorded
from nguon.registry.model import (
    Organisation,
    OrganisationKind,
    Place,
    PlaceKind,
    Product,
    Words,
)

NOW = datetime(2026, 7, 28, 9, tzinfo=HANOI)
FRUIT, AREA, HOUSE = "01/09521101000016", "414/9521101000030", "414/9521101000016"
FIRST, SECOND = "414/9521101002010", "414/9521101002027"


def _organisation(number: int) -> Organisation:
    return Organisation(
        id=number,
        code=f"to-{number}",
        kind=OrganisationKind.HOUSEHOLD,
        name=Words(f"H\u1ed9 {number}"),
    )


def _place(key: str, kind: PlaceKind, holder: int) -> Place:
    return Place(key=key, kind=kind, name=Words(key), holder=holder)


def _desk(*last: Harvest) -> Desk:
    plots = tuple(_place(key, PlaceKind.PLOT, 2) for key in (FIRST, SECOND))
    return Desk(
        owner=_organisation(1),
        now=NOW,
        places=(
            _place(AREA, PlaceKind.PLANTING_AREA, 1),
            _place(HOUSE, PlaceKind.PACKING_HOUSE, 1),
        ),
        households=(
            Household(_organisation(2), plots),
            Household(_organisation(3), (_place("414/9521101002034", PlaceKind.PLOT, 3),)),
        ),
        products=(Product(key=FRUIT, name=Words("Nh\u00e3n"), maker=1),),
        partners=(),
        last={"deliveries": Recorded(1, NOW, last)} if last else {},
    )


def _harvested(desk: Desk, **changes: str) -> tuple[list[Harvest], list[tuple[str, str]]]:
    texts = {**defaults(desk), "kg-2": "10", "kg-3": "5", **changes}
    fields = Fields(texts, NOW)
    sheet = read(fields, desk)
    harvests = [entry for entry in sheet.entries if isinstance(entry, Harvest)]
    return harvests, [(fault.field, fault.code) for fault in fields.faults]


def test_the_plot_used_last_is_offered_and_another_can_be_chosen() -> None:
    assert {name: key for name, key in defaults(_desk()).items() if name.startswith("plot-")} == {
        "plot-2": FIRST
    }
    last = Harvest(
        at=NOW, grower=2, area=AREA, plot=SECOND, product=FRUIT, lot="H01",
        quantity=Quantity(Decimal(1), "KGM"),
    )  # fmt: skip
    desk = _desk(last)
    assert defaults(desk)["plot-2"] == SECOND
    harvests, faults = _harvested(desk)
    assert ([one.plot for one in harvests], faults) == ([SECOND, "414/9521101002034"], [])
    harvests, faults = _harvested(desk, **{"plot-2": FIRST})
    assert ([one.plot for one in harvests], faults) == ([FIRST, "414/9521101002034"], [])


def test_the_plot_of_another_is_refused_at_its_row() -> None:
    harvests, faults = _harvested(_desk(), **{"plot-2": "414/9521101002034"})
    assert [one.grower for one in harvests] == [3]
    assert faults == [("plot-2", "entries.land-missing")]
