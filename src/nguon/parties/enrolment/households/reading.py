# SPDX-License-Identifier: Apache-2.0
"""A sheet of households read: each personal number becomes its HMAC before anything else.

Numbers are looked for in every cell and heading: one in the wrong place is a
fault that names the place and not the number. Nothing that this room gives on
has more than eleven digits in a row.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from nguon.base.errors import NguonError
from nguon.base.time import HANOI
from nguon.identity.accounts.contacts import contact
from nguon.identity.consents import Purpose
from nguon.identity.errors import AccountError
from nguon.parties.enrolment.errors import EnrolmentError
from nguon.parties.enrolment.households import words
from nguon.parties.enrolment.households.model import Fault, Household, Read
from nguon.parties.enrolment.numbers import digits
from nguon.tables import cells, headings, reading
from nguon.tables.errors import TableError
from nguon.tables.headings import Headed
from nguon.tables.model import Number, Row, column_name
from nguon.vn.units import commune

MOST_OCTETS = 4 << 20
MOST = 2_000
"""Households of one sheet."""
_LONGEST = 200
_DIGITS = 12
_WITHOUT_ZEROS = (10, 11)
_NUMBER = re.compile(r"\d(?:[\s.\-]?\d){11}")
_LONG = re.compile(r"\d{9}")

Mac = Callable[[str], bytes]


def read(octets: bytes, mac: Mac) -> Read:
    """The households of a file; every fault at once, by row and column.

    Raises `EnrolmentError`: ``enrolment.sheet-large``, ``enrolment.sheet-file`` for what is no
    table. It never repeats a cell.
    """
    if len(octets) > MOST_OCTETS:
        raise EnrolmentError("enrolment.sheet-large", megabytes=MOST_OCTETS >> 20)
    try:
        table = headings.headed(reading.read(octets), words.column)
    except TableError as error:
        raise EnrolmentError("enrolment.sheet-file", reason=error.code) from None
    missing = [field for field in words.REQUIRED if field not in table.fields]
    if missing:
        wanted = ", ".join(words.heading(field) for field in missing)
        return Read(faults=(Fault(table.number, "", "enrolment.column-missing", {"name": wanted}),))
    if len(table.rows) > MOST:
        return Read(faults=(Fault(table.number, "", "enrolment.sheet-rows", {"most": MOST}),))
    return _rows(table, mac)


def _rows(table: Headed, mac: Mac) -> Read:
    columns = _columns(table)
    found, faults, seen = list[Household](), list[Fault](), dict[bytes, int]()
    for row in table.rows:
        wrong = list(_misplaced(table, columns, row))
        told = _told(table, row)
        if not any(told.values()) and not wrong:
            continue
        one = None
        if not wrong:
            one = _household(row.number, told, columns, mac, wrong)
        if one is not None and one.mac in seen:
            params = {"first": seen[one.mac]}
            wrong.append(Fault(row.number, columns["number"], "enrolment.number-twice", params))
        faults += wrong
        if one is not None and not wrong:
            seen[one.mac] = row.number
            found.append(one)
    if not found and not faults:
        faults.append(Fault(table.number, "", "enrolment.sheet-empty"))
    return Read((), tuple(faults)) if faults else Read(tuple(found))


def _columns(table: Headed) -> dict[str, str]:
    """Each field's heading, or the column's letter where the heading may be a number."""
    named: dict[str, str] = {}
    for position, (field, head) in enumerate(zip(table.fields, table.headings, strict=True)):
        if field:
            named.setdefault(field, _shown(head, position))
    return named


def _shown(heading: str, position: int) -> str:
    return heading if heading and not _LONG.search(heading) else column_name(position)


def _misplaced(table: Headed, columns: Mapping[str, str], row: Row) -> Iterator[Fault]:
    """Personal numbers where none belongs."""
    for position, cell in enumerate(row.cells):
        field = table.fields[position] if position < len(table.fields) else None
        if field != "number" and _NUMBER.search(cell):
            where = columns.get(field or "", column_name(position))
            yield Fault(row.number, where, "enrolment.number-misplaced")


def _told(table: Headed, row: Row) -> dict[str, str]:
    padded = [*row.cells, *[""] * len(table.fields)]
    told: dict[str, str] = {}
    for field, cell in zip(table.fields, padded, strict=False):
        if field:
            told.setdefault(field, _whole(cell) if field == "number" else cell.strip())
    return told


def _whole(cell: str) -> str:
    """A personal number's cell; one that a spreadsheet took for a number has its zeros again.

    All begin with the code of a province, 001 to 096.
    """
    lost = isinstance(cell, Number) and len(cell) in _WITHOUT_ZEROS
    return cell.zfill(_DIGITS) if lost else cell.strip()


def _household(
    number: int, told: Mapping[str, str], columns: Mapping[str, str], mac: Mac, wrong: list[Fault]
) -> Household | None:
    """The row's household; adds to ``wrong`` everything that is."""

    def fault(field: str, error: NguonError | str) -> None:
        code = error if isinstance(error, str) else error.code
        wrong.append(Fault(number, columns.get(field, words.heading(field)), code))

    for field in words.REQUIRED:
        if not told.get(field):
            fault(field, "enrolment.cell-missing")
    for field in ("name", "plot", "code"):
        if len(told.get(field, "")) > _LONGEST:
            fault(field, "enrolment.cell-long")
    phone = _phone(told.get("phone", ""), fault)
    given = _given(told.get("given", ""), fault)
    purposes = words.purposes(told.get("purposes", ""))
    if told.get("purposes") and (not purposes or Purpose.REGISTER not in purposes):
        fault("purposes", "enrolment.consent-register" if purposes else "enrolment.consent-words")
    means = words.means(told.get("means", ""))
    if told.get("means") and means is None:
        fault("means", "enrolment.consent-means")
    if told.get("commune") and commune(told["commune"]) is None:
        fault("commune", "enrolment.commune")
    keyed = _keyed(told.get("number", ""), mac, fault)
    if wrong or given is None or means is None or keyed is None:
        return None
    return Household(
        row=number,
        name=told["name"],
        mac=keyed,
        purposes=tuple(dict.fromkeys(purposes or ())),
        means=means,
        given=given,
        phone=phone,
        plot=told.get("plot") or None,
        code=told.get("code") or None,
        commune=told.get("commune") or None,
    )


_Note = Callable[[str, NguonError | str], None]


def _keyed(cell: str, mac: Mac, fault: _Note) -> bytes | None:
    if not cell:
        return None
    try:
        number = digits(cell)
    except EnrolmentError as error:
        fault("number", error)
        return None
    return mac(number)


def _phone(cell: str, fault: _Note) -> str | None:
    if not cell:
        return None
    try:
        found = contact(cell).phone
    except AccountError:
        found = None
    if found is None:
        fault("phone", "enrolment.phone")
    return found


def _given(cell: str, fault: _Note) -> date | None:
    if not cell:
        return None
    try:
        found = cells.day(cell)
    except TableError:
        fault("given", "enrolment.consent-day")
        return None
    if found > datetime.now(HANOI).date():
        fault("given", "enrolment.consent-later")
        return None
    return found
