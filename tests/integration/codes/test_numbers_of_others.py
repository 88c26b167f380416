# SPDX-License-Identifier: Apache-2.0
"""Nobody registers a number licensed to another; plots are offered the next free extension."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from nguon.base.messages import hint, text
from nguon.codes import licences
from nguon.codes.model import LicenceKind, LicenceStatus
from nguon.gs1.check_digits import check_digit
from nguon.registry.extensions import Free, next_free
from nguon.registry.model import Register
from nguon.registry.service import import_csv
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store import registry_tables as tables
from tests.integration.codes import world
from tests.integration.codes.world import MAKER, OPERATOR, OTHER, PREFIX, SINGLE

GLN = PREFIX + "001" + check_digit(PREFIX + "001")
REFUSED = "registry.licensed-to-another"
PLACE = "key,kind,name_vi,holder,commune\n{},farm,Kho,to-chuc-{},12049\n"
PRODUCT = "key,name_vi,maker\n{},Longan,to-chuc-{}\n"
PARTY = "code,kind,name_vi,gln\nto-chuc-{1},enterprise,To chuc,{0}\n"
CARTON = "1" + PREFIX + "001"
TABLES = [
    (Register.PLACE, PLACE, GLN),
    (Register.PLACE, PLACE, f"414/{GLN}/254/LO-01"),
    (Register.PRODUCT, PRODUCT, f"0{GLN}"),
    (Register.PRODUCT, PRODUCT, CARTON + check_digit(CARTON)),
    (Register.ORGANISATION, PARTY, GLN),
]


@pytest.fixture(autouse=True)
def _people(store: Store, tmp_path: Path) -> None:
    world.people(store, tmp_path)


def _taken(
    store: Store, register: Register, table: str, value: str, by: int | None, of: int = 0
) -> list[str]:
    report = import_csv(store, register, table.format(value, of or by), registrar=by)
    return [fault.code for fault in report.faults]


def _counts(store: Store) -> Sequence[int]:
    with store.reading() as connection:
        return [
            len(connection.execute(table.select()).all())
            for table in (tables.place, tables.product, tables.organisation)
        ]


@pytest.mark.parametrize(("register", "table", "value"), TABLES)
def test_a_number_under_a_prefix_of_another_is_refused(
    store: Store, register: Register, table: str, value: str
) -> None:
    licence = world.licensed(store)
    before = _counts(store)
    assert _taken(store, register, table, value, OTHER) == [REFUSED]
    assert _counts(store) == before
    assert _taken(store, register, table, value, MAKER) == []
    for language in ("vi", "en"):
        assert text(REFUSED, language)
        assert hint(REFUSED, language)
    licences.judge(store, OPERATOR, licence.id, LicenceStatus.WITHDRAWN, "not renewed")


@pytest.mark.parametrize(
    ("kind", "value", "register", "table", "key"),
    [
        (LicenceKind.GLN, GLN, Register.PLACE, PLACE, f"414/{GLN}/254/9"),
        (LicenceKind.GTIN, SINGLE, Register.PRODUCT, PRODUCT, SINGLE),
        (LicenceKind.GTIN, SINGLE, Register.PRODUCT, PRODUCT, "29521303000016"),
    ],
)
def test_a_single_number_of_another_is_refused(
    store: Store, kind: LicenceKind, value: str, register: Register, table: str, key: str
) -> None:
    world.licensed(store, value=value, kind=kind)
    assert _taken(store, register, table, key, OTHER) == [REFUSED]
    neighbour = PREFIX + "002" + check_digit(PREFIX + "002")
    assert _taken(store, Register.PLACE, PLACE, neighbour, OTHER) == []


def test_what_is_declared_ended_or_withdrawn_keeps_nobody_out(store: Store) -> None:
    licences.declare(store, world.manager(MAKER), world.asked())
    assert _taken(store, *TABLES[0], OTHER) == []
    ended = world.licensed(store, value=world.THEIRS, valid_to=date(2025, 1, 1))
    number = world.THEIRS + "001" + check_digit(world.THEIRS + "001")
    assert _taken(store, Register.PLACE, PLACE, number, OTHER) == []
    second = world.THEIRS + "002" + check_digit(world.THEIRS + "002")
    licences.judge(store, OPERATOR, ended.id, LicenceStatus.WITHDRAWN, "over")
    assert _taken(store, Register.PLACE, PLACE, second, OTHER) == []


def test_what_was_registered_before_the_licence_stays(store: Store) -> None:
    assert _taken(store, *TABLES[0], OTHER) == []
    world.licensed(store)
    assert _taken(store, *TABLES[0], OTHER) == []
    renamed = PLACE.replace("Kho", "Kho 2")
    assert _taken(store, Register.PLACE, renamed, GLN, OTHER) == []


def test_the_operator_and_those_who_look_after_the_holder_register_it(store: Store) -> None:
    world.licensed(store)
    with store.transaction() as connection:
        rows.add(
            connection,
            tables.organisation,
            [
                {
                    "id": 210,
                    "code": "to-chuc-210",
                    "kind": "enterprise",
                    "name_vi": "x",
                    "registrar": MAKER,
                    "updated": 0,
                }
            ],
        )
    world.licensed(store, 210, world.THEIRS)
    number = world.THEIRS + "001" + check_digit(world.THEIRS + "001")
    assert _taken(store, Register.PLACE, PLACE, number, MAKER, 210) == []
    assert _taken(store, *TABLES[0], None, OTHER) == []


def test_the_next_free_extension_follows_the_highest(store: Store) -> None:
    assert next_free(store, MAKER) == []
    assert _taken(store, *TABLES[0], MAKER) == []
    key = f"414/{GLN}"
    assert next_free(store, MAKER) == [Free(key, "Kho", "LO-01")]
    head = "key,kind,name_vi,holder,commune,parent,extension\n"
    for extension in ("LO-01", "T-09", "bare"):
        table = f"{head},plot,Plot,to-chuc-{MAKER},12049,{GLN},{extension}\n"
        report = import_csv(store, "place", table, registrar=MAKER)
        assert report.faults == (), report.faults
    # Somebody has the number after it already, under the key alone.
    assert _taken(store, Register.PLACE, PLACE, f"{key}/254/T-10", MAKER) == []
    assert next_free(store, MAKER) == [Free(key, "Kho", "T-11")]
    assert next_free(store, OTHER) == []
