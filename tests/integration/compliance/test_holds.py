# SPDX-License-Identifier: Apache-2.0
"""Legal holds on lots, records and organisations: who may, until when, and what they forbid."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import msgspec
import pytest

from nguon.base.time import HANOI
from nguon.cli.workplace import operator
from nguon.compliance import holds
from nguon.compliance.errors import ComplianceError, HoldError
from nguon.compliance.holds import Kind, Order
from nguon.registry import queries
from nguon.store import Store
from nguon.store.erasure import organisation_key
from nguon.store.errors import HeldError
from tests.integration.compliance.conftest import Member

LOT = "01/09521202000182/10/SR260817"
TODAY = datetime.now(HANOI).date()
ORDER = Order(
    kind=Kind.LOT, subject=LOT, body="Cục QLCL", reason="residue found", order_number="12/QĐ"
)


def _with(**changes: object) -> Order:
    return msgspec.structs.replace(ORDER, **changes)


def test_a_lot_is_held_until_it_is_released(goods: Store, member: Member) -> None:
    officer, maker = member("tram-kiem-dich", officer=True), member("mi-song-tien")
    with pytest.raises(ComplianceError):
        holds.place(goods, maker, ORDER)
    assert holds.held(goods, [LOT]) == {}
    made = holds.place(goods, officer, ORDER)
    assert (made.key, made.until, made.released) == (LOT, None, None)
    assert holds.held(goods, [LOT, "01/09521202000182/10/OTHER"]) == {LOT: made}
    assert made in holds.placed(goods, officer)
    for by, reason in (
        (maker, "x"),
        (member("thu-nghiem-tay-nguyen", officer=True), "x"),
        (officer, ""),
    ):
        with pytest.raises(ComplianceError):
            holds.release(goods, by, made.id, reason)
    assert holds.held(goods, [LOT]) == {LOT: made}
    holds.release(goods, officer, made.id, "clean after all")
    holds.release(goods, officer, made.id, "a second time")
    assert holds.held(goods, [LOT]) == {}
    [ended] = [one for one in holds.placed(goods, officer) if one.id == made.id]
    assert ended.release_reason == "clean after all"


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"reason": "", "order_number": ""}, ["/reason", "/order_number"]),
        ({"body": "x" * 201}, ["/body"]),
        ({"until": TODAY - timedelta(days=1)}, ["/until"]),
        ({"subject": "01/09521202000182/10/NEVER"}, ["/subject"]),
        ({"subject": "no code at all"}, ["/subject"]),
        ({"kind": Kind.EVENT, "subject": "urn:uuid:none"}, ["/subject"]),
        ({"kind": Kind.ORGANISATION, "subject": "nobody"}, ["/subject"]),
    ],
)
def test_an_order_that_cannot_stand(
    goods: Store, member: Member, change: dict[str, object], fields: list[str]
) -> None:
    officer = member("tram-kiem-dich", officer=True)
    before = holds.placed(goods, officer)
    with pytest.raises(HoldError) as refused:
        holds.place(goods, officer, _with(**change))
    assert [fault.pointer for fault in refused.value.faults] == fields
    assert holds.placed(goods, officer) == before


def test_only_what_is_in_the_mandate(goods: Store, member: Member) -> None:
    elsewhere = member("tram-kiem-dich", officer=True, provinces={"01"})
    for change in ({}, {"kind": Kind.ORGANISATION, "subject": "cao-nguyen-xanh"}):
        with pytest.raises(HoldError):
            holds.place(goods, elsewhere, _with(**change))
    there = member("tram-kiem-dich", officer=True, provinces={"66"})
    made = holds.place(goods, there, _with(kind=Kind.ORGANISATION, subject="cao-nguyen-xanh"))
    holds.release(goods, there, made.id, "test")


def test_a_hold_ends_with_its_last_day(
    goods: Store, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = member("tram-kiem-dich", officer=True)
    monkeypatch.setattr(holds, "_today", lambda: TODAY)
    made = holds.place(goods, officer, _with(until=TODAY))
    assert holds.held(goods, [LOT]) == {LOT: made}
    monkeypatch.setattr(holds, "_today", lambda: TODAY + timedelta(days=1))
    assert holds.held(goods, [LOT]) == {}
    assert not made.stands(date.max)


@pytest.mark.parametrize("kind", [Kind.LOT, Kind.EVENT, Kind.ORGANISATION])
def test_what_is_held_is_not_erased(goods: Store, member: Member, kind: Kind) -> None:
    officer = member("tram-kiem-dich", officer=True)
    [event] = goods.events.by_items(operator(), [LOT], limit=1)
    maker = queries.organisation(goods, operator(), event.submitter)
    assert maker is not None
    assert event.event.event_id is not None
    subject = {Kind.LOT: LOT, Kind.EVENT: event.event.event_id, Kind.ORGANISATION: maker.code}
    made = holds.place(goods, officer, _with(kind=kind, subject=subject[kind]))
    assert (made.key == organisation_key(maker.id)) is (kind is Kind.ORGANISATION)

    def held(keys: Mapping[int, frozenset[str]]) -> list[int]:
        kept = holds.held(goods, sorted(set().union(*keys.values())))
        return [number for number, own in keys.items() if not own.isdisjoint(kept)]

    with pytest.raises(HeldError):
        goods.erasure.erase([event.id], reason="test", by="test", held=held)
    assert goods.events.by_ids(operator(), [event.id]) == [event]
    holds.release(goods, officer, made.id, "test")
