# SPDX-License-Identifier: Apache-2.0
"""Minutes once, holds on the stop list and off again; refusals change nothing."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from nguon.base.audience import Mandate
from nguon.base.errors import NguonError
from nguon.base.time import HANOI
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.inspections import checklist, holds, queries, service
from nguon.inspections.errors import (
    InspectionFaultsError,
    InspectionForbiddenError,
    InspectionMovedError,
    UnknownInspectionError,
)
from nguon.inspections.model import Found, HoldOrder, Mark, Visit
from nguon.parties.keys import custody, naming
from nguon.registry.documents import Folder
from nguon.registry.errors import DocumentRefusedError
from nguon.signing import jws
from nguon.stoplist import queries as stops
from nguon.store import Store
from nguon.store.inspections_tables import inspection, officer_hold
from nguon.store.stoplist_tables import stop

LOT = "01/09521101000023/10/A1"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def today() -> date:
    return datetime.now(HANOI).date()


def somebody(organisation: int, *, officer: bool = True) -> Principal:
    kind = KeyKind.INSPECTOR if officer else KeyKind.MEMBER
    scopes = frozenset({Scope.READ, Scope.SUPERVISE if officer else Scope.CAPTURE})
    mandate = Mandate(provinces=frozenset({"01"})) if officer else None
    return Principal(
        organisation, f"key/{organisation}", kind, scopes, strict=False, mandate=mandate
    )


OFFICER, OTHER, SHOP = somebody(3), somebody(4), somebody(5, officer=False)


@pytest.fixture
def office(store: Store, tmp_path: Path) -> tuple[Store, Folder]:
    custody.attach(store, tmp_path / "party-keys.json")
    naming.attach(store, "https://nguon.example")
    return store, Folder(tmp_path / "files")


def visit(**changes: Any) -> Visit:
    [first, *_] = sorted(checklist.rules_of(today()))
    usual: dict[str, Any] = {
        "nonce": "nonce-of-a-form",
        "begun": datetime.now(UTC) - timedelta(minutes=5),
        "place": "Cửa hàng số 1",
        "codes": (f"https://id.gs1.org/{LOT}",),
        "marks": (Mark(first, Found.ABSENT),),
        "findings": "Thiếu nhãn.",
    }
    return Visit(**{**usual, **changes})


def counted(store: Store) -> list[int]:
    with store.reading() as connection:
        tables = (inspection, officer_hold, stop)
        return [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables
        ]


def order(**changes: Any) -> HoldOrder:
    usual: dict[str, Any] = {"codes": (LOT,), "reason": "Nghi ngờ"}
    until = today() + timedelta(days=changes.pop("days", 1))
    return HoldOrder(**{**usual, "until": until, **changes})


def test_recorded_once_and_seen_by_the_authority_alone(office: tuple[Store, Folder]) -> None:
    store, folder = office
    sent = visit()
    first = service.record(store, OFFICER, sent, [("a.png", PICTURE)], folder)
    again = service.record(store, OFFICER, sent, [("a.png", PICTURE)], folder)
    assert again == first
    assert (first.number, first.name, len(first.photos)) == (1, "BB-3-00001", 1)
    assert first.digest == service.digest_of(sent, first.photos)
    assert queries.photo(store, folder, OFFICER, first.id, 0) == ("image/png", PICTURE)
    assert [one.id for one in queries.listed(store, OFFICER)] == [first.id]
    assert queries.listed(store, OTHER) == []
    with pytest.raises(UnknownInspectionError):
        queries.find(store, OTHER, first.id)
    with pytest.raises(InspectionForbiddenError):
        queries.find(store, SHOP, first.id)
    assert queries.proof(store, first.digest) is not None
    assert queries.proof(store, "x" * 43) is None
    with pytest.raises(InspectionMovedError):
        service.record(store, OFFICER, msgspec.structs.replace(sent, place="Khác"), [], folder)
    assert counted(store) == [1, 0, 0]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"nonce": "x"}, "/nonce"),
        ({"place": ""}, "/place"),
        ({"begun": datetime(9000, 1, 1, tzinfo=UTC)}, "/begun"),
        ({"codes": (), "findings": ""}, "/codes"),
        ({"codes": ("1",) * 101}, "/codes"),
        ({"findings": "x" * 4001}, "/findings"),
        ({"marks": (Mark("no/rule", Found.RIGHT),)}, "/marks"),
    ],
    ids=["nonce", "place", "begun", "empty", "many", "long", "rule"],
)
def test_what_is_wrong_is_named(
    office: tuple[Store, Folder], changes: dict[str, Any], pointer: str
) -> None:
    store, folder = office
    with pytest.raises(InspectionFaultsError) as caught:
        service.record(store, OFFICER, visit(**changes), [], folder)
    assert [one.pointer for one in caught.value.faults] == [pointer]
    with pytest.raises(InspectionForbiddenError):
        service.record(store, SHOP, visit(), [], folder)
    with pytest.raises(DocumentRefusedError):
        service.record(store, OFFICER, visit(), [("a.svg", b"<svg/>")], folder)
    assert counted(store) == [0, 0, 0]


def test_a_hold_is_signed_stops_and_ends(office: tuple[Store, Folder]) -> None:
    store, folder = office
    found = service.record(store, OFFICER, visit(), [], folder)
    held = holds.place(store, OFFICER, order(inspection=found.id))
    stopped = stops.stopped(store, [LOT])[LOT]
    assert (stopped.source, stopped.mandatory) == (f"hold:{held.id}", True)
    key, _ = custody.custodian_of(store).platform()
    signed = jws.read(held.signed)
    signed.verify(key.public)
    told = msgspec.json.decode(signed.payload)
    assert (told["keys"], told["until"], told["hold"]) == ([LOT], held.until.isoformat(), held.id)
    refusals: list[tuple[type[NguonError], Principal, str]] = [
        (UnknownInspectionError, OTHER, "Xong"),
        (InspectionForbiddenError, SHOP, "Xong"),
        (InspectionFaultsError, OFFICER, " "),
    ]
    for refused, by, reason in refusals:
        with pytest.raises(refused):
            holds.lift(store, by, held.id, reason)
    assert set(stops.stopped(store, [LOT])) == {LOT}
    assert holds.lift(store, OFFICER, held.id, "Đạt").lift_reason == "Đạt"
    assert stops.stopped(store, [LOT]) == {}
    with pytest.raises(InspectionMovedError):
        holds.lift(store, OFFICER, held.id, "Đạt")
    later = holds.place(store, OFFICER, order(inspection=found.id))
    assert holds.lapse(store, later.until) == 0
    assert holds.lapse(store, later.until + timedelta(days=1)) == 1
    assert stops.stopped(store, [LOT]) == {}
    assert later.lifted is None


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"codes": ()}, InspectionFaultsError),
        ({"codes": ("01/09521101000023",)}, InspectionFaultsError),
        ({"codes": ("hello",)}, InspectionFaultsError),
        ({"reason": ""}, InspectionFaultsError),
        ({"days": -1}, InspectionFaultsError),
        ({"days": 92}, InspectionFaultsError),
        ({"codes": ("01/09521101000023/10/B9",)}, InspectionForbiddenError),
        ({"inspection": "none"}, UnknownInspectionError),
        ({"inspection": None}, InspectionForbiddenError),
    ],
    ids=["none", "product", "text", "reason", "past", "long", "foreign", "visit", "no-visit"],
)
def test_what_cannot_be_held(
    office: tuple[Store, Folder], changes: dict[str, Any], refused: type[NguonError]
) -> None:
    store, folder = office
    found = service.record(store, OFFICER, visit(), [], folder)
    with pytest.raises(refused):
        holds.place(store, OFFICER, order(**{"inspection": found.id, **changes}))
    with pytest.raises(InspectionForbiddenError):
        holds.place(store, SHOP, order(inspection=found.id))
    with pytest.raises(UnknownInspectionError):
        holds.place(store, OTHER, order(inspection=found.id))
    assert counted(store) == [1, 0, 0]


def test_the_checklist_is_that_of_the_day() -> None:
    lines = checklist.of_day(date(2026, 2, 1))
    assert {one.number for one, _ in lines} >= {"37/2026/NĐ-CP"}
    before = checklist.of_day(date(2020, 2, 1))
    assert {one.number for one, _ in before}.isdisjoint({"37/2026/NĐ-CP"})
    assert len({row.field for _, row in lines}) == len(lines)
