# SPDX-License-Identifier: Apache-2.0
"""What a provincial mandate opens: records in the province, and ways of things that touch it."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

import pytest

from nguon.base.audience import Audience, AudienceKind, Disclosure, Mandate
from nguon.epcis.items import ItemRef, Role
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import PUBLIC, KeyKind, audience_for, decide
from nguon.store import Store
from nguon.store.values import EventRecord, Submitter
from tests.records import make_record

DAK_LAK, HA_NOI, HUNG_YEN, HCMC = "66", "01", "33", "79"
FARMER, PACKER, SHOP, OTHER_SHOP = (Submitter(number, "k") for number in (11, 12, 13, 14))
SEATS = {11: DAK_LAK, 12: HUNG_YEN, 13: HA_NOI, 14: HCMC}
FIELD, HOUSE, SHELF, ELSEWHERE = (f"414/{number}" for number in (1, 2, 3, 4))
PLACES = {FIELD: DAK_LAK, HOUSE: HUNG_YEN, SHELF: HA_NOI, ELSEWHERE: HCMC}
LOT1, LOT2 = "01/09521234543213/10/L1", "01/09521234543220/10/L2"
BOX, BOX2 = "01/09521234543220/21/B1", "01/09521234543220/21/B2"
INPUT = ((LOT1, Role.INPUT),)
PALLET, CRATE = "00/095212345432100015", "8003/09521234543213C1"


def located(
    keys: Collection[str], organisations: Collection[int]
) -> tuple[Mapping[str, str], Mapping[int, str]]:
    return (
        {key: PLACES[key] for key in keys if key in PLACES},
        {number: SEATS[number] for number in organisations if number in SEATS},
    )


def record(number: int, *items: tuple[str, Role] | tuple[str, Role, int]) -> EventRecord:
    refs = tuple(ItemRef(key, role, of=rest[0] if rest else None) for key, role, *rest in items)
    made = make_record(number)
    return EventRecord(
        **{name: getattr(made, name) for name in made.__struct_fields__ if name != "items"},
        items=refs,
    )


def boxed(key: str, role: Role, at: int) -> tuple[tuple[str, Role], tuple[str, Role, int]]:
    """A piece of the second lot, as the item at an index."""
    return (key, role), (LOT2, Role.MEMBER, at)


@pytest.fixture
def chain(store: Store) -> dict[str, int]:
    """Field in Đắk Lắk → house in Hưng Yên → one box to Hà Nội, its sibling to the South."""
    store.hooks.located = located
    records = {
        "harvest": (FARMER, record(1, (LOT1, Role.EPC), (FIELD, Role.READ_POINT))),
        "pack": (
            PACKER,
            record(
                2, (LOT1, Role.INPUT), *boxed(BOX, Role.OUTPUT, 1), *boxed(BOX2, Role.OUTPUT, 3)
            ),
        ),
        "load": (PACKER, record(3, (PALLET, Role.PARENT), *boxed(BOX, Role.CHILD, 1))),
        "sell": (SHOP, record(4, *boxed(BOX, Role.EPC, 0), (SHELF, Role.BIZ_LOCATION))),
        "sell other": (
            OTHER_SHOP,
            record(5, *boxed(BOX2, Role.EPC, 0), (ELSEWHERE, Role.BIZ_LOCATION)),
        ),
        "ship pallet": (PACKER, record(6, (PALLET, Role.EPC), (HOUSE, Role.READ_POINT))),
        "crate": (PACKER, record(7, (CRATE, Role.PARENT), *boxed(BOX, Role.CHILD, 1))),
        "crate again": (OTHER_SHOP, record(8, (CRATE, Role.EPC), (ELSEWHERE, Role.READ_POINT))),
    }
    return {
        name: store.writer.submit([one], by).result(20)[0].event
        for name, (by, one) in records.items()
    }


def officer(*provinces: str) -> Audience:
    mandate = Mandate(frozenset(provinces))
    return Audience(
        AudienceKind.INSPECTOR, 99, decide, frozenset(), PUBLIC.reduce, PUBLIC.reduce_items, mandate
    )


def opened(store: Store, reader: Audience, chain: dict[str, int]) -> set[str]:
    names = {number: name for name, number in chain.items()}
    shown = store.events.by_ids(reader, list(names))
    return {names[one.id] for one in shown if one.disclosure is Disclosure.FULL}


def test_from_the_shelf_back_to_the_field(store: Store, chain: dict[str, int]) -> None:
    assert opened(store, officer(HA_NOI), chain) == {
        "harvest", "pack", "load", "sell", "ship pallet", "crate",
    }  # fmt: skip


def test_from_the_field_on_to_every_shelf(store: Store, chain: dict[str, int]) -> None:
    assert opened(store, officer(DAK_LAK), chain) == {
        "harvest", "pack", "load", "sell", "sell other", "ship pallet", "crate",
    }  # fmt: skip


def test_a_sibling_and_a_returning_crate_open_nothing(store: Store, chain: dict[str, int]) -> None:
    seen = opened(store, officer(HCMC), chain)
    assert seen == {"harvest", "pack", "sell other", "crate again"}
    assert "sell" not in seen


def test_elsewhere_and_everywhere(store: Store, chain: dict[str, int]) -> None:
    assert opened(store, officer("22"), chain) == set()
    assert opened(store, officer(), chain) == set()
    assert opened(store, officer("22", HA_NOI), chain) == opened(store, officer(HA_NOI), chain)
    national = Audience(AudienceKind.INSPECTOR, 99, decide)
    assert opened(store, national, chain) == set(chain)


def test_every_read_agrees(store: Store, chain: dict[str, int]) -> None:
    reader = officer(HA_NOI)
    expected = opened(store, reader, chain)
    names = {number: name for name, number in chain.items()}
    streamed = store.events.candidates(reader, [])
    assert {names[e.id] for e in streamed if e.disclosure is Disclosure.FULL} == expected
    about = store.events.by_items(reader, [BOX, LOT1], limit=20)
    assert {names[e.id] for e in about if e.disclosure is Disclosure.FULL} == expected - {
        "ship pallet"
    }


def test_what_lies_beyond_the_bounds_opens_nothing(
    store: Store, chain: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    harvest = {"harvest": chain["harvest"]}
    with monkeypatch.context() as near:
        near.setattr("nguon.store.ways.DEPTH", 1)
        assert opened(store, officer(HA_NOI), harvest) == set()
    with monkeypatch.context() as few:
        few.setattr("nguon.store.ways.RECORDS", 0)
        assert opened(store, officer(HA_NOI), chain) == {"sell"}
    assert opened(store, officer(HA_NOI), harvest) == {"harvest"}


def test_a_store_without_registers_opens_nothing(store: Store) -> None:
    [receipt] = store.writer.submit([make_record(1)], FARMER).result(20)
    [shown] = store.events.by_ids(officer(HA_NOI), [receipt.event])
    assert shown.disclosure is Disclosure.PUBLIC


def test_a_mandate_that_does_not_run_is_the_public() -> None:
    today = date.today()  # noqa: DTZ011 - days around today are far enough apart
    for first, last, runs in (
        (None, today - timedelta(days=2), False),
        (today + timedelta(days=2), None, False),
        (today - timedelta(days=2), today + timedelta(days=2), True),
    ):
        mandate = Mandate(frozenset({HA_NOI}), None, first, last)
        principal = Principal(
            99, "k", KeyKind.INSPECTOR, frozenset({Scope.READ}), strict=False, mandate=mandate
        )
        assert (audience_for(principal) is PUBLIC) is not runs
