# SPDX-License-Identifier: Apache-2.0
"""Forms that are sent twice at once, or say what no form says: nothing twice, nothing broken."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest

from nguon.inspections import checklist, holds, service
from nguon.inspections.errors import InspectionFaultsError, UnknownInspectionError
from nguon.inspections.model import Found, Mark
from nguon.parties.keys import custody, naming
from nguon.registry.documents import Folder
from nguon.stoplist import queries as stops
from nguon.store import Store
from tests.integration.inspections.test_inspections import (
    LOT,
    OFFICER,
    counted,
    office,
    order,
    today,
    visit,
)
from tests.integration.stoplist.test_containers import CASE, PALLET, PIECE, packed

__all__ = ["office"]


def test_the_same_order_is_one_hold_while_it_stands(office: tuple[Store, Folder]) -> None:
    store, folder = office
    found = service.record(store, OFFICER, visit(), [], folder)
    first = holds.place(store, OFFICER, order(inspection=found.id))
    assert holds.place(store, OFFICER, order(inspection=found.id)) == first
    assert counted(store) == [1, 1, 1]
    other = holds.place(store, OFFICER, order(inspection=found.id, reason="Lý do khác"))
    assert other.id != first.id
    for one in (first, other):
        assert set(stops.stopped(store, [LOT])) == {LOT}
        holds.lift(store, OFFICER, one.id, "Đạt")
    assert stops.stopped(store, [LOT]) == {}
    assert holds.place(store, OFFICER, order(inspection=found.id)).id not in {first.id, other.id}


def test_a_form_that_is_sent_many_times_at_once(
    office: tuple[Store, Folder], reopened: Callable[[], Store]
) -> None:
    store, folder = office
    stores = [store, reopened()]
    sent = visit()
    with ThreadPoolExecutor(8) as threads:
        made = list(
            threads.map(
                lambda at: service.record(stores[at % 2], OFFICER, sent, [], folder), range(8)
            )
        )
    assert all(one == made[0] for one in made)
    with ThreadPoolExecutor(8) as threads:
        held = list(
            threads.map(
                lambda _: holds.place(store, OFFICER, order(inspection=made[0].id)), range(8)
            )
        )
    assert all(one == held[0] for one in held)
    assert counted(store) == [1, 1, 1]


@pytest.mark.parametrize(
    "changes",
    [
        {"begun": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))},
        {"begun": datetime(1, 1, 1, tzinfo=UTC)},
        {"nonce": "nonce\0of-a-form"},
        {"place": "   "},
        {"place": "Cửa\0hàng"},
        {"marks": (Mark("x", Found.RIGHT, "y" * 5000),)},
        {"marks": (Mark("", Found.RIGHT),) * 2},
    ],
    ids=["overflow", "year one", "zero", "blank", "zero place", "long words", "twice"],
)
def test_what_no_form_says(office: tuple[Store, Folder], changes: dict[str, Any]) -> None:
    store, folder = office
    if marks := changes.get("marks"):
        [rule, *_] = sorted(checklist.rules_of(today()))
        changes = {"marks": tuple(msgspec.structs.replace(one, rule=rule) for one in marks)}
    with pytest.raises(InspectionFaultsError):
        service.record(store, OFFICER, visit(**changes), [], folder)
    assert counted(store) == [0, 0, 0]


def test_orders_that_no_form_gives(office: tuple[Store, Folder]) -> None:
    store, folder = office
    found = service.record(store, OFFICER, visit(), [], folder)
    with pytest.raises(InspectionFaultsError):
        holds.place(store, OFFICER, order(inspection=found.id, reason="a\0b"))
    with pytest.raises(UnknownInspectionError):
        holds.place(store, OFFICER, order(inspection="a\0b"))
    held = holds.place(store, OFFICER, order(inspection=found.id))
    with pytest.raises(InspectionFaultsError):
        holds.lift(store, OFFICER, held.id, "a\0b")
    assert counted(store) == [1, 1, 1]


def test_a_pallet_is_held_with_what_lies_in_it(store: Store, tmp_path: Path) -> None:
    custody.attach(store, tmp_path / "party-keys.json")
    naming.attach(store, "https://nguon.example")
    packed(store, CASE, PIECE, minute=1)
    packed(store, PALLET, CASE, minute=2)
    folder = Folder(tmp_path / "files")
    found = service.record(store, OFFICER, visit(codes=(PALLET,)), [], folder)
    held = holds.place(store, OFFICER, order(inspection=found.id, codes=(PALLET,)))
    assert held.keys == (PALLET,)
    assert set(stops.stopped(store, [PALLET, CASE, PIECE])) == {PALLET, CASE, PIECE}
    packed(store, PALLET, CASE, minute=3, action="DELETE")
    assert set(stops.stopped(store, [PALLET, CASE, PIECE])) == {PALLET, CASE, PIECE}
    holds.lift(store, OFFICER, held.id, "Đạt")
    assert stops.stopped(store, [PALLET, CASE, PIECE]) == {}
