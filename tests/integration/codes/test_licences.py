# SPDX-License-Identifier: Apache-2.0
"""Licences and numbers: who may give which out, how often, and to whom it is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from nguon.base.audience import Mandate
from nguon.codes import gtins, licences, lot_numbers, numbers
from nguon.codes.blocks import order
from nguon.codes.errors import (
    IssuingConflictError,
    IssuingError,
    IssuingForbiddenError,
    IssuingUnknownError,
)
from nguon.codes.model import LicenceKind, LicenceStatus, OrderAsked
from nguon.identity.model import Principal, Role
from nguon.identity.visibility import KeyKind
from nguon.store import Store, registry_tables
from nguon.store import registry as registers
from tests.integration.codes import world
from tests.integration.codes.world import (
    BODY,
    DAY,
    MAKER,
    OPERATOR,
    OTHER,
    PREFIX,
    SINGLE,
    THEIRS,
    clerk,
    manager,
)


@pytest.fixture(autouse=True)
def _people(store: Store, tmp_path: Path) -> None:
    world.people(store, tmp_path)


def _officer(*provinces: str) -> Principal:
    role = Role.OFFICER
    mandate = Mandate(frozenset(provinces) or None)
    return Principal(BODY, "officer", KeyKind.INSPECTOR, role.scopes, strict=False, mandate=mandate)


def test_a_declared_licence_gives_no_numbers_until_it_is_checked(store: Store) -> None:
    one = licences.declare(store, manager(MAKER), world.asked())
    assert one.status is LicenceStatus.DECLARED
    assert licences.declare(store, manager(MAKER), world.asked()) == one
    with pytest.raises(IssuingForbiddenError) as refused:
        gtins.allocate(store, manager(MAKER), "Nh\u00e3n", "1")
    assert refused.value.code == "codes.no-prefix"
    with pytest.raises(IssuingForbiddenError):
        licences.judge(store, manager(MAKER), one.id, LicenceStatus.CHECKED, "mine")
    with pytest.raises(IssuingUnknownError):
        licences.judge(store, manager(OTHER), one.id, LicenceStatus.CHECKED, "theirs")
    with pytest.raises(IssuingUnknownError):
        licences.judge(store, _officer("66"), one.id, LicenceStatus.CHECKED, "elsewhere")
    checked = licences.judge(store, _officer("33"), one.id, LicenceStatus.CHECKED, "GS1 seen")
    assert [step.status for step in checked.steps] == ["declared", "checked"]
    assert checked.steps[1].organisation == BODY
    given = gtins.allocate(store, manager(MAKER), "Nh\u00e3n", "1")
    assert given.gtin == "09521101000009"


def test_a_withdrawn_or_ended_licence_gives_no_more(store: Store) -> None:
    one = world.licensed(store)
    number = world.product(store)
    licences.judge(store, OPERATOR, one.id, LicenceStatus.WITHDRAWN, "not paid")
    with pytest.raises(IssuingForbiddenError):
        gtins.allocate(store, manager(MAKER), "x", "2")
    with pytest.raises(IssuingForbiddenError):
        world.block(store, number)
    with pytest.raises(IssuingConflictError) as stands:
        licences.judge(store, OPERATOR, one.id, LicenceStatus.WITHDRAWN, "again")
    assert stands.value.code == "codes.licence-stands"
    licences.judge(store, OPERATOR, one.id, LicenceStatus.CHECKED, "paid")
    assert world.block(store, number).quantity == 10


@pytest.mark.parametrize("value", [PREFIX, PREFIX[:-2], PREFIX + "1"])
def test_nobody_issues_under_a_prefix_of_another(store: Store, value: str) -> None:
    world.licensed(store)
    with pytest.raises(IssuingConflictError) as declared:
        licences.declare(store, manager(OTHER), world.asked(value=value))
    with pytest.raises(IssuingConflictError) as added:
        world.licensed(store, OTHER, value)
    assert declared.value.code == added.value.code == "codes.prefix-of-another"
    assert [one.organisation for one in licences.licences(store, OPERATOR.audience)] == [MAKER]


@pytest.mark.parametrize(
    ("kind", "value"),
    [(LicenceKind.GTIN, "09521101000009"), (LicenceKind.GLN, "9521101000009")],
)
def test_single_numbers_and_prefixes_exclude_each_other(
    store: Store, kind: LicenceKind, value: str
) -> None:
    world.licensed(store, OTHER, value, kind=kind)
    with pytest.raises(IssuingConflictError) as wide:
        world.licensed(store)
    assert wide.value.code == "codes.prefix-of-another"
    world.licensed(store, MAKER, THEIRS)
    inside = value.replace("1101000009", "1102000008")
    with pytest.raises(IssuingConflictError) as single:
        world.licensed(store, OTHER, inside, kind=kind)
    assert single.value.code == "codes.prefix-of-another"


def test_two_claims_on_a_prefix_are_both_kept_and_one_is_checked(store: Store) -> None:
    ours = licences.declare(store, manager(MAKER), world.asked())
    theirs = licences.declare(store, manager(OTHER), world.asked())
    licences.judge(store, OPERATOR, theirs.id, LicenceStatus.CHECKED, "seen")
    with pytest.raises(IssuingConflictError):
        licences.judge(store, OPERATOR, ours.id, LicenceStatus.CHECKED, "seen")
    refused = licences.judge(store, OPERATOR, ours.id, LicenceStatus.REFUSED, "theirs")
    assert refused.status is LicenceStatus.REFUSED


def test_serials_and_lots_of_anothers_product_are_refused(store: Store) -> None:
    world.licensed(store)
    number = world.product(store)
    with pytest.raises(IssuingForbiddenError) as serials:
        order(store, manager(OTHER), OrderAsked(gtin=number, quantity=1, request="1"))
    assert serials.value.code == "codes.prefix-of-another"
    with pytest.raises(IssuingConflictError):
        lot_numbers.following(store, manager(OTHER), number, "L{n}", "1", day=DAY)
    with pytest.raises(IssuingForbiddenError):
        gtins.set_control(store, manager(OTHER), number, controlled=True)


def test_a_single_number_is_enough_with_lots_and_cartons(store: Store) -> None:
    world.licensed(store, value=SINGLE, kind=LicenceKind.GTIN)
    with pytest.raises(IssuingForbiddenError):
        gtins.allocate(store, manager(MAKER), "more", "1")
    with pytest.raises(IssuingError) as unknown:
        world.block(store, SINGLE)
    assert unknown.value.code == "codes.product-unknown"
    values = {"key": f"01/{SINGLE}", "name_vi": "Nh\u00e3n", "maker": MAKER, "updated": 0}
    with store.transaction() as connection:
        registers.add(connection, registry_tables.product, [values])
    assert world.block(store, SINGLE[1:]).gtin == SINGLE
    lot = lot_numbers.following(
        store, manager(MAKER), SINGLE, "{house}-{yyMMdd}-{n}", "a", day=DAY, house="h\u1ed9 12"
    )
    assert (lot.lot, lot.changed) == ("ho-12-260801-1", True)
    box = gtins.carton(store, manager(MAKER), SINGLE, "box")
    assert (box.gtin, box.base) == ("19521303000019", SINGLE)


def test_numbers_are_given_once_in_order_past_registered_ones(store: Store) -> None:
    world.licensed(store)
    taken = "09521101000016"
    with store.transaction() as connection:
        values = {"key": f"01/{taken}", "name_vi": "C\u0169", "maker": MAKER, "updated": 0}
        registers.add(connection, registry_tables.product, [values])
    found = [gtins.allocate(store, manager(MAKER), f"p{n}", f"r{n}").gtin for n in range(3)]
    assert found == ["09521101000009", "09521101000023", "09521101000030"]
    assert gtins.allocate(store, manager(MAKER), "p1", "r1").gtin == found[1]
    with pytest.raises(IssuingConflictError) as used:
        gtins.allocate(store, manager(MAKER), "other", "r1")
    assert used.value.code == "codes.request-used"
    with pytest.raises(IssuingForbiddenError):
        gtins.allocate(store, clerk(MAKER), "p9", "r9")
    with store.reading() as connection:
        held = licences.of(connection, "organisation", [MAKER])
        [room] = gtins.rooms(connection, held)
    assert (room.prefix, room.whole, room.given) == (PREFIX, 1000, 3)


def test_a_full_prefix_refuses(store: Store) -> None:
    world.licensed(store, value="95211010009")
    found = {gtins.allocate(store, manager(MAKER), f"p{n}", f"r{n}").gtin for n in range(10)}
    assert len(found) == 10
    for _ in range(2):
        with pytest.raises(IssuingConflictError) as full:
            gtins.allocate(store, manager(MAKER), "one more", "r10")
        assert full.value.code == "codes.prefix-full"
    cartons = [gtins.carton(store, manager(MAKER), min(found), f"c{n}") for n in range(8)]
    assert [one.gtin[0] for one in cartons] == list("12345678")
    with pytest.raises(IssuingConflictError) as none:
        gtins.carton(store, manager(MAKER), min(found), "c9")
    assert none.value.code == "codes.cartons-full"


def test_two_orders_at_once_never_get_one_number(
    store: Store, reopened: Callable[[], Store]
) -> None:
    world.licensed(store)
    stores = [store, reopened()]

    def allocate(number: int) -> str:
        one = stores[number % 2]
        return gtins.allocate(one, manager(MAKER), f"p{number // 2}", f"r{number // 2}").gtin

    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(allocate, range(24)))
    assert found[::2] == found[1::2]
    assert len(set(found)) == 12


def test_lots_follow_a_pattern(store: Store) -> None:
    world.licensed(store)
    number = world.product(store)

    def lot(pattern: str, request: str, day: date = DAY, house: str = "") -> str:
        by = clerk(MAKER)
        return lot_numbers.following(store, by, number, pattern, request, day=day, house=house).lot

    assert [lot("{yyMMdd}-{nn}", f"{n}") for n in range(3)] == [
        "260801-01",
        "260801-02",
        "260801-03",
    ]
    assert lot("{yyMMdd}-{nn}", "1") == "260801-02"
    assert lot("{yyMMdd}-{nn}", "next day", date(2026, 8, 2)) == "260802-01"
    assert lot("L\u00d4 {yy}{DDD}", "accents") == "LO-26213"
    for pattern, code in (
        ("", "codes.pattern-empty"),
        ("{n}-{n}", "codes.pattern-two-numbers"),
        ("{who}", "codes.pattern-field"),
        ("{house}-{n}", "codes.pattern-house"),
        ("ABCDEFGHIJKLMNOPQRS-{n}", "codes.lot-long"),
    ):
        with pytest.raises(IssuingError) as refused:
            lot(pattern, f"x{pattern}")
        assert refused.value.code == code
    with pytest.raises(IssuingConflictError) as used:
        lot("{nn}", "1")
    assert used.value.code == "codes.request-used"
    with pytest.raises(IssuingConflictError) as taken:
        lot("L\u00d4 {yy}{DDD}", "again")
    assert taken.value.code == "codes.lot-taken"


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (LicenceKind.PREFIX, "12", "codes.prefix-shape"),
        (LicenceKind.GTIN, "09521303000013", "codes.gtin-check"),
        (LicenceKind.GTIN, "95213", "codes.gtin-shape"),
        (LicenceKind.GLN, "9521101000017", "codes.gln-shape"),
    ],
)
def test_licences_that_cannot_be_are_refused(
    store: Store, kind: LicenceKind, value: str, code: str
) -> None:
    with pytest.raises(IssuingError) as refused:
        licences.declare(store, manager(MAKER), world.asked(kind, value))
    assert refused.value.code == code
    for changes, why in (
        ({"source": " "}, "codes.source-missing"),
        ({"valid_to": date(2023, 1, 1)}, "codes.ends-before"),
    ):
        with pytest.raises(IssuingError) as wrong:
            licences.declare(store, manager(MAKER), world.asked(**changes))
        assert wrong.value.code == why
    assert licences.licences(store, OPERATOR.audience) == []


def test_who_sees_licences(store: Store) -> None:
    world.licensed(store)
    world.licensed(store, OTHER, THEIRS)
    seen = {
        reader.key_id: {one.organisation for one in licences.licences(store, reader.audience)}
        for reader in (
            OPERATOR,
            manager(MAKER),
            replace(_officer("33"), key_id="hung-yen"),
            replace(_officer(), key_id="everywhere"),
        )
    }
    assert seen == {
        "operator": {MAKER, OTHER},
        "key-201": {MAKER},
        "hung-yen": {MAKER},
        "everywhere": {MAKER, OTHER},
    }


def test_a_carton_of_anothers_number_is_not_licensed_by_itself(store: Store) -> None:
    """A number licensed alone is licensed with its cartons, whatever digit stands before it."""
    kind = LicenceKind.GTIN
    world.licensed(store, MAKER, SINGLE, kind=kind)
    for indicator in range(1, 9):
        carton = numbers.of_carton(SINGLE, indicator)
        with pytest.raises(IssuingConflictError) as refused:
            licences.declare(store, manager(OTHER), world.asked(kind, carton))
        assert refused.value.code == "codes.prefix-of-another"
    with pytest.raises(IssuingConflictError):
        licences.declare(store, manager(OTHER), world.asked(value=SINGLE[1:9]))
    assert [one.organisation for one in licences.licences(store, OPERATOR.audience)] == [MAKER]


def test_a_licence_of_a_carton_keeps_the_prefix_from_others(store: Store) -> None:
    made = world.licensed(store, MAKER, numbers.of_carton(SINGLE, 3), kind=LicenceKind.GTIN)
    assert made.value == SINGLE
    for value in (SINGLE[1:9], SINGLE[1:13]):
        with pytest.raises(IssuingConflictError):
            licences.declare(store, manager(OTHER), world.asked(value=value))


def test_until_it_is_withdrawn_a_licence_keeps_others_away(store: Store) -> None:
    """Withdrawn from next year on, it stands this year."""
    theirs = licences.declare(store, manager(OTHER), world.asked())
    one = world.licensed(store)
    gone, later = LicenceStatus.WITHDRAWN, licences.today() + timedelta(days=30)
    licences.judge(store, OPERATOR, one.id, gone, "not renewed", later)
    assert world.product(store).startswith("0" + PREFIX)
    with pytest.raises(IssuingConflictError):
        world.licensed(store, OTHER)
    with pytest.raises(IssuingConflictError):
        licences.judge(store, OPERATOR, theirs.id, LicenceStatus.CHECKED, "seen")
    with store.reading() as connection:
        days = licences.today(), later
        held = [licences.covering(connection, MAKER, f"0{PREFIX}0007", day) for day in days]
    assert held[0] is not None
    assert held[1] is None
