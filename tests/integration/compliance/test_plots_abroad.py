# SPDX-License-Identifier: Apache-2.0
"""Boundaries of households go into a file for a buyer abroad with their consent only."""

import json
from datetime import date
from decimal import Decimal

from nguon.compliance import plots
from nguon.identity import consents
from nguon.identity.consents import Means, Purpose, Sheet
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.registry import queries
from nguon.registry.land.model import Corner, Shape
from nguon.registry.land.service import Draft, keep
from nguon.registry.service import import_csv
from nguon.store import Store
from nguon.store.registry import organisation_ids

ORGANISATIONS = """mã,loại,tên,xã,thuộc
htx,hợp tác xã,HTX,24490,
ho-1,hộ,Hộ Một,24490,htx
ho-2,hộ,Hộ Hai,24490,htx
"""
PLACES = """key,kind,name_vi,holder,commune
414/9521101000016,farm,Vườn chung,htx,24490
414/9521101000023,farm,Vườn Một,ho-1,24490
414/9521101000030,farm,Vườn Hai,ho-2,24490
"""
COMMON, FIRST, SECOND = (f"414/95211010000{tail}" for tail in (16, 23, 30))


def _square(east: int) -> Shape:
    x, y, side = Decimal("108.3") + Decimal(east) / 100, Decimal("12.7"), Decimal("0.001")
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    return Shape(((tuple(Corner(one, two) for one, two in corners),),))


def _sent(store: Store, by: Principal) -> set[str]:
    found = json.loads(plots.geojson(store, by.audience, [COMMON, FIRST, SECOND]))
    return {one["properties"]["plot_id"] for one in found["features"]}


def test_without_consent_a_households_plot_stays_here(store: Store) -> None:
    assert import_csv(store, "organisation", ORGANISATIONS).done
    assert import_csv(store, "place", PLACES).done
    with store.reading() as connection:
        ids = organisation_ids(connection, ["htx", "ho-1", "ho-2"])
    scopes = frozenset({Scope.READ, Scope.CAPTURE, Scope.REGISTRY})
    cooperative, second = (
        Principal(ids[code], "k", KeyKind.MEMBER, scopes, strict=False) for code in ("htx", "ho-2")
    )
    for east, key in enumerate((COMMON, FIRST, SECOND)):
        looked = keep(store, cooperative, Draft(place=key, shape=_square(east)), confirmed=True)
        assert looked.examined.ok, looked.examined.faults
    assert _sent(store, cooperative) == {COMMON}
    assert _sent(store, second) == {SECOND}
    agreed = [(ids["ho-1"], Purpose.ABROAD), (ids["ho-2"], Purpose.NAME)]
    sheet = Sheet(agreed, Means.PAPER, date(2026, 8, 1), "sheet 7")
    assert consents.record(store, sheet, recorder=ids["htx"], by="k") == 2
    assert _sent(store, cooperative) == {COMMON, FIRST}
    places = queries.places(store, cooperative.audience, [COMMON, FIRST, SECOND])
    assert plots.unagreed(store, cooperative.audience, places) == {SECOND}
    [given] = [
        one for one in consents.of_subjects(store, [ids["ho-1"]]) if one.purpose is Purpose.ABROAD
    ]
    consents.withdraw(store, given, by="k")
    assert _sent(store, cooperative) == {COMMON}
