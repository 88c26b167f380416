# SPDX-License-Identifier: Apache-2.0
"""A cooperative's sheet of households: read, looked at, taken; no personal number is left of it."""

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import delete, inspect, text

from nguon.base.errors import NguonError
from nguon.identity import consents
from nguon.identity.consents import Purpose
from nguon.identity.model import Principal
from nguon.parties.enrolment import officers, queries
from nguon.parties.enrolment.households import listing, taking
from nguon.parties.enrolment.households.model import Read, Taken
from nguon.parties.enrolment.households.reading import read as read_sheet
from nguon.parties.enrolment.model import Way
from nguon.parties.enrolment.numbers import NumberKey
from nguon.registry import personal
from nguon.registry.model import OrganisationKind
from nguon.registry.service import ensure_organisation
from nguon.store import Store
from nguon.store.enrolment_tables import household, household_number
from nguon.tables import writing
from nguon.tables.writing import Page, Value
from tests.integration.parties.enrolled import World, manager, officer
from tests.pki_made import TAX_CODE

HEAD = "Họ và tên,Số định danh cá nhân,Điện thoại,Thửa,Đồng ý cho,Cách đồng ý,Ngày đồng ý\n"
LAN, HOA = "001085123456", "066090000017"
ROWS = (
    f'Nguyễn Thị Lan,{LAN},0912 345 678,A-12,"sổ đăng ký, liên hệ",giấy,05/06/2026\n'
    f"Y Hoa Niê,066 090 000 017,,,sổ đăng ký,lời nói,2026-06-07\n"
)
EVIDENCE = "Biên bản họp 07/06/2026"


@pytest.fixture
def cooperative(request: pytest.FixtureRequest) -> Principal:
    name = "small" if "small" in request.fixturenames else "place"
    found: World = request.getfixturevalue(name)
    kind = OrganisationKind.COOPERATIVE
    return manager(ensure_organisation(found.store, "htx-lan", kind, "HTX Lan"))


def sent(place: World, by: Principal, sheet: str = HEAD + ROWS) -> Read:
    return taking.read(place.store, by, sheet.encode())


def taken(place: World, by: Principal, sheet: str = HEAD + ROWS) -> Taken:
    read = sent(place, by, sheet)
    assert read.faults == ()
    return taking.take(place.store, by, read.households, EVIDENCE)


def everything(store: Store) -> str:
    """Every cell of the database, as text."""
    found = []
    with store.reading() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                found += [
                    bytes(cell).hex() + bytes(cell).decode("latin-1")
                    if isinstance(cell, bytes | memoryview)
                    else str(cell)
                    for cell in row
                ]
    return "\n".join(found)


def test_households_become_members_with_their_consents(
    place: World, cooperative: Principal
) -> None:
    read = sent(place, cooperative)
    assert [one.name for one in read.households] == ["Nguyễn Thị Lan", "Y Hoa Niê"]
    assert read.households[0].phone == "+84912345678"
    before = everything(place.store)
    assert taking.preview(place.store, cooperative, read.households) == Taken(2, 0, 3)
    assert everything(place.store) == before
    assert taking.take(place.store, cooperative, read.households, EVIDENCE) == Taken(2, 0, 3)
    lan, hoa = listing.enrolled(place.store, cooperative)
    assert (lan.name, lan.code, lan.plot) == ("Nguyễn Thị Lan", "htx-lan-h0001", "A-12")
    assert (hoa.name, hoa.code, hoa.plot) == ("Y Hoa Niê", "htx-lan-h0002", None)
    with place.store.reading() as connection:
        ids = [row.household for row in connection.execute(household.select())]
    agreed = {(c.subject, c.purpose, c.means, c.given) for c in _consents(place, ids)}
    assert len(agreed) == 3
    assert {given for *_, given in agreed} == {date(2026, 6, 5), date(2026, 6, 7)}
    # A member is known as far as its cooperative is.
    assert _entities(place, ids) == {None}
    place.register.say(TAX_CODE, name="HTX Lan")
    asked = officers.ask(place.store, cooperative, code=TAX_CODE, files=[("a.pdf", b"%PDF-")])
    officers.confirm(place.store, officer(1), asked.id)
    officers.confirm(place.store, officer(2), asked.id)
    assert _entities(place, ids) == {Way.MEMBER}


def _consents(place: World, ids: Sequence[int]) -> list[consents.Consent]:
    return consents.of_subjects(place.store, ids)


def _entities(place: World, ids: Sequence[int]) -> set[Way | None]:
    return {one.way for one in queries.entities(place.store, ids, datetime.now(UTC)).values()}


def test_the_same_sheet_twice_changes_nothing(place: World, cooperative: Principal) -> None:
    taken(place, cooperative)
    head = place.store.log.head().seq
    assert taken(place, cooperative) == Taken(0, 2, 0)
    assert place.store.log.head().seq == head
    # Known again by the number, whatever else the sheet says now.
    renamed = HEAD + f"Lan,{LAN},,,sổ đăng ký,giấy,05/06/2026\n"
    assert taken(place, cooperative, renamed) == Taken(0, 1, 0)
    assert len(listing.enrolled(place.store, cooperative)) == 2


def test_what_a_crash_left_half_done_is_completed(small: World, cooperative: Principal) -> None:
    taken(small, cooperative)
    with small.store.transaction() as connection:
        connection.execute(delete(household))
        connection.exec_driver_sql("DELETE FROM household_number")
    # One is known by name and phone; the other has no phone and would be another household.
    lan = HEAD + ROWS.splitlines(keepends=True)[0]
    assert taken(small, cooperative, lan) == Taken(1, 0, 0)
    assert [one.code for one in listing.enrolled(small.store, cooperative)] == ["htx-lan-h0001"]


def test_no_personal_number_is_anywhere(
    place: World, cooperative: Principal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    taken(place, cooperative)
    for sheet in _MISPLACED.values():
        for fault in sent(place, cooperative, sheet[0]).faults:
            assert LAN not in str(fault)
            assert "3456" not in str(fault)
    kept = everything(place.store)
    files = b"".join(f.read_bytes() for f in place.folder.rglob("*") if f.is_file())
    for number in (LAN, HOA):
        for form in (number, number[-4:] + "\n", f"{number[:3]} {number[3:6]}"):
            assert form not in kept
        assert number not in caplog.text
        assert number.encode() not in files
        assert number not in repr(sent(place, cooperative))


_MISPLACED = {
    "in the telephone's column": (
        HEAD + f"Lan,{HOA},{LAN},,sổ đăng ký,giấy,05/06/2026\n",
        ("enrolment.number-misplaced", "Điện thoại"),
    ),
    "in the name": (
        HEAD + f"Lan (CCCD 001.085.123.456),{HOA},,,sổ đăng ký,giấy,05/06/2026\n",
        ("enrolment.number-misplaced", "Họ và tên"),
    ),
    "in the day": (
        HEAD + f"Lan,{HOA},,,sổ đăng ký,giấy,{LAN}\n",
        ("enrolment.number-misplaced", "Ngày đồng ý"),
    ),
    "in a column of its own": (
        HEAD.strip() + f",Khác\nLan,{HOA},,,sổ đăng ký,giấy,05/06/2026,{LAN}\n",
        ("enrolment.number-misplaced", "H"),
    ),
    "beyond the columns": (
        HEAD + f"Lan,{HOA},,,sổ đăng ký,giấy,05/06/2026,{LAN}\n",
        ("enrolment.number-misplaced", "H"),
    ),
    "in a heading": (
        HEAD.strip() + f",{LAN}\nLan,{HOA},,,sổ đăng ký,giấy,05/06/2026,{LAN}\n",
        ("enrolment.number-misplaced", "H"),
    ),
}


@pytest.mark.parametrize("kind", _MISPLACED)
def test_a_number_in_the_wrong_place(small: World, cooperative: Principal, kind: str) -> None:
    sheet, (code, column) = _MISPLACED[kind]
    read = sent(small, cooperative, sheet)
    assert read.households == ()
    assert [(f.row, f.column, f.code) for f in read.faults] == [(2, column, code)]


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        ("Lan,12345,,,sổ đăng ký,giấy,05/06/2026", [("number", "number-shape")]),
        ("Lan,00108512345A,,,sổ đăng ký,giấy,05/06/2026", [("number", "number-shape")]),
        (f",{LAN},,,sổ đăng ký,giấy,05/06/2026", [("name", "cell-missing")]),
        (f"Lan,{LAN},123,,sổ đăng ký,giấy,05/06/2026", [("phone", "phone")]),
        (f"Lan,{LAN},,,liên hệ,giấy,05/06/2026", [("purposes", "consent-register")]),
        (f"Lan,{LAN},,,mọi thứ,giấy,05/06/2026", [("purposes", "consent-words")]),
        (f"Lan,{LAN},,,sổ đăng ký,im lặng,05/06/2026", [("means", "consent-means")]),
        (f"Lan,{LAN},,,sổ đăng ký,giấy,mai", [("given", "consent-day")]),
        (f"Lan,{LAN},,,sổ đăng ký,giấy,05/06/2099", [("given", "consent-later")]),
        (
            "Lan,,,,,,",
            [(name, "cell-missing") for name in ("number", "purposes", "means", "given")],
        ),
    ],
)
def test_rows_that_are_wrong(
    small: World, cooperative: Principal, row: str, faults: list[tuple[str, str]]
) -> None:
    read = sent(small, cooperative, f"{HEAD}{ROWS}{row}\n")
    headings = dict(zip(_FIELDS, HEAD.strip().split(","), strict=True))
    wanted = [(4, headings[field], f"enrolment.{code}") for field, code in faults]
    got = [(f.row, f.column, f.code) for f in read.faults if f.code != "enrolment.number-twice"]
    assert got == wanted
    assert read.households == ()


_FIELDS = ("name", "number", "phone", "plot", "purposes", "means", "given")


def test_one_household_a_row(small: World, cooperative: Principal) -> None:
    read = sent(small, cooperative, HEAD + ROWS + ROWS.splitlines(keepends=True)[0])
    [fault] = read.faults
    assert (fault.row, fault.code, fault.params) == (4, "enrolment.number-twice", {"first": 2})


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        ("Họ và tên,Số định danh cá nhân\nLan,1\n", "enrolment.column-missing"),
        (HEAD, "enrolment.sheet-empty"),
    ],
)
def test_sheets_that_are_wrong(small: World, cooperative: Principal, sheet: str, code: str) -> None:
    assert [fault.code for fault in sent(small, cooperative, sheet).faults] == [code]


@pytest.mark.parametrize("octets", [b"", b"%PDF-1.7", b"PK\x03\x04rest", b"\x89PNG"])
def test_files_that_are_no_sheet(small: World, cooperative: Principal, octets: bytes) -> None:
    with pytest.raises(NguonError) as caught:
        taking.read(small.store, cooperative, octets)
    assert caught.value.code == "enrolment.sheet-file"


def test_a_spreadsheet_that_lost_the_zeros(small: World, cooperative: Principal) -> None:
    headings = HEAD.strip().split(",")
    row: list[Value] = ["Lan", int(LAN), "0912345678", "A", "sổ đăng ký", "giấy", date(2026, 6, 5)]
    book = writing.xlsx([Page("Hộ", headings, [row])])
    [lan] = taking.read(small.store, cooperative, book).households
    [same] = sent(small, cooperative, HEAD + ROWS.splitlines(keepends=True)[0]).households
    assert lan.mac == same.mac


def test_the_template_can_be_filled_in(small: World, cooperative: Principal) -> None:
    headings, [example] = listing.template()
    filled = [
        LAN if h == "số định danh cá nhân" else v for h, v in zip(headings, example, strict=True)
    ]
    book = writing.xlsx([Page("Hộ", headings, [filled])])
    read = taking.read(small.store, cooperative, book)
    assert read.faults == ()
    assert read.households[0].purposes == (Purpose.REGISTER, Purpose.CONTACT)
    blank = writing.xlsx([Page("Hộ", headings, [example])])
    assert {f.code for f in taking.read(small.store, cooperative, blank).faults} == {
        "enrolment.cell-missing"
    }


def test_who_may_not_send_one(small: World, cooperative: Principal) -> None:
    with pytest.raises(NguonError, match="cooperatives-only"):
        sent(small, small.company)
    read = sent(small, cooperative)
    with pytest.raises(NguonError, match="cooperatives-only"):
        taking.take(small.store, small.company, read.households, EVIDENCE)
    with pytest.raises(NguonError, match="evidence-missing"):
        taking.take(small.store, cooperative, read.households, " ")
    assert listing.enrolled(small.store, cooperative) == []


def test_without_the_key_nothing_is_read(small: World, cooperative: Principal) -> None:
    taken(small, cooperative)
    key = small.folder / "enrolment.key"
    kept = key.read_bytes()
    for wrong in (b"x" * 32, None):
        key.unlink()
        if wrong is not None:
            key.write_bytes(wrong)
        with pytest.raises(NguonError) as caught:
            sent(small, cooperative)
        assert caught.value.code == "enrolment.number-key"
        assert key.exists() is (wrong is not None)
        key.write_bytes(kept)
    assert taken(small, cooperative) == Taken(0, 2, 0)


def test_erasing_a_household_forgets_its_number(small: World, cooperative: Principal) -> None:
    taken(small, cooperative)
    with small.store.reading() as connection:
        [lan, hoa] = [row.household for row in connection.execute(household.select())]
    with small.store.erasing() as connection:
        personal.erase(connection, [lan])
    with small.store.reading() as connection:
        kept = connection.execute(household_number.select()).all()
        [row] = connection.execute(household.select().where(household.c.household == lan))
    assert [one.household for one in kept] == [hoa]
    assert row.plot is None
    assert row.ended is not None
    assert [one.name for one in listing.enrolled(small.store, cooperative)] == ["Y Hoa Niê"]


def test_two_cooperatives_know_the_same_household_apart(
    small: World, cooperative: Principal
) -> None:
    taken(small, cooperative)
    kind = OrganisationKind.COOPERATIVE
    other = manager(ensure_organisation(small.store, "htx-khac", kind, "HTX Khác"))
    assert taken(small, other) == Taken(2, 0, 3)


@given(some.binary(max_size=300))
def test_any_octets_at_all(octets: bytes) -> None:
    try:
        found = read_sheet(octets, lambda number: number.encode())
    except NguonError as error:
        code = error.code
    else:
        code = "read"
        assert found.faults or found.households
    assert code in {"read", "enrolment.sheet-file"}


def test_the_key_is_for_its_owner_alone(small: World, cooperative: Principal) -> None:
    sent(small, cooperative)
    assert (small.folder / "enrolment.key").stat().st_mode & 0o077 == 0
    assert NumberKey(small.folder / "enrolment.key").path.stat().st_size == 32
