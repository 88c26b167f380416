# SPDX-License-Identifier: Apache-2.0
"""A cooperative's sheet taken: households registered as its members, consents, enrolment.

A household is found again by its personal number's HMAC, by its code, or by name
and phone together; the same sheet twice changes nothing. What a crash leaves
half done, the sheet completes when it is sent again: a household counts as
enrolled only once its consents stand.
"""

import secrets
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from itertools import count
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping

from nguon.base.time import to_microseconds
from nguon.identity import consents
from nguon.identity.consents import Means, Purpose
from nguon.identity.model import Principal, Scope
from nguon.parties.enrolment import steps
from nguon.parties.enrolment.errors import EnrolmentError, EnrolmentForbiddenError
from nguon.parties.enrolment.households import words
from nguon.parties.enrolment.households.model import Fault, Household, Read, Taken
from nguon.parties.enrolment.households.reading import read as read_sheet
from nguon.parties.enrolment.office import office_of
from nguon.registry import service
from nguon.registry.history import actor
from nguon.registry.model import OrganisationKind, Register
from nguon.registry.sheet import Sheet, SheetRow
from nguon.store import Store
from nguon.store import enrolment as rows
from nguon.store import registry as registers
from nguon.store import registry_tables as tables
from nguon.vn.text import fold

_COLUMNS = {
    "code": "code",
    "kind": "kind",
    "name_vi": "name",
    "member_of": "member_of",
    "phone": "phone",
    "commune": "commune",
}
"""The register's columns, and the sheet's fields whose faults they are."""
_NUMBERED = 4


class _Known(NamedTuple):
    """A household that the cooperative has already."""

    code: str
    row: RowMapping


class _Planned(NamedTuple):
    code: str
    one: Household
    known: RowMapping | None


def read(store: Store, principal: Principal, octets: bytes) -> Read:
    """A sheet as it is understood for a cooperative; no personal number is left in it.

    Raises `EnrolmentForbiddenError`, `EnrolmentError`, `NumberKeyLostError`.
    """
    own_cooperative(store, principal)
    numbers = office_of(store).numbers
    with store.transaction() as connection:
        return read_sheet(octets, lambda number: numbers.mac(connection, number))


def preview(store: Store, principal: Principal, households: Sequence[Household]) -> Taken:
    """What taking them would do; nothing is changed. Raises `EnrolmentForbiddenError`."""
    cooperative = own_cooperative(store, principal)
    planned, faults = _plan(store, cooperative, households)
    if not faults:
        faults = _registered(store, principal, cooperative, planned, dry=True)
    known = sum(one.known is not None for one in planned)
    agreed = sum(len(one.one.purposes) for one in planned)
    return Taken(len(planned) - known, known, agreed, tuple(faults))


def take(
    store: Store, principal: Principal, households: Sequence[Household], evidence: str
) -> Taken:
    """Register, record the consents under the paper that shows them, enrol; all or nothing of a
    sheet with faults.

    Raises `EnrolmentForbiddenError`; `ConsentError` without ``evidence``.
    """
    cooperative = own_cooperative(store, principal)
    if not evidence.strip():
        raise EnrolmentError("enrolment.evidence-missing")
    planned, faults = _plan(store, cooperative, households)
    if not faults:
        faults = _registered(store, principal, cooperative, planned, dry=False)
    if faults:
        return Taken(faults=tuple(faults))
    with store.reading() as connection:
        ids = registers.organisation_ids(connection, [one.code for one in planned])
    agreed = _consented(store, principal, planned, ids, evidence)
    new = _enrolled(store, principal, cooperative, planned, ids)
    return Taken(new, len(planned) - new, agreed)


def own_cooperative(store: Store, principal: Principal) -> RowMapping:
    """The cooperative that a principal may speak for; raises `EnrolmentForbiddenError`."""
    with store.reading() as connection:
        found = registers.rows(connection, tables.organisation, "id", [principal.organisation])
    if not principal.may(Scope.REGISTRY) or not found:
        raise EnrolmentForbiddenError("enrolment.managers-only")
    if found[0]["kind"] != OrganisationKind.COOPERATIVE:
        raise EnrolmentForbiddenError("enrolment.cooperatives-only")
    return found[0]


def _plan(
    store: Store, cooperative: RowMapping, households: Sequence[Household]
) -> tuple[list[_Planned], list[Fault]]:
    """Each household's code: its own where it is known, else the next of the cooperative's."""
    with store.reading() as connection:
        members = registers.rows(connection, tables.organisation, "member_of", [cooperative["id"]])
        by_mac = rows.by_macs(connection, cooperative["id"], [one.mac for one in households])
        enrolled = rows.households(connection, [row["id"] for row in members])
    codes = {row["code"]: row for row in members}
    by_id = {row["id"]: row for row in members}
    by_name = {
        (fold(row["name_vi"]), row["phone"]): row
        for row in members
        if row["phone"] and row["id"] not in enrolled
    }
    planned, faults, taken = list[_Planned](), list[Fault](), set[str]()
    fresh = _fresh(cooperative["code"], codes)
    for one in households:
        if one.mac in by_mac and by_mac[one.mac] not in by_id:
            faults.append(Fault(one.row, words.heading("number"), "enrolment.household-left"))
        known = by_id.get(by_mac.get(one.mac, 0)) or codes.get(one.code or "")
        known = known or by_name.get((fold(one.name), one.phone))
        code = known["code"] if known is not None else one.code or next(fresh)
        if code in taken:
            faults.append(Fault(one.row, words.heading("code"), "enrolment.household-twice"))
        taken.add(code)
        planned.append(_Planned(code, one, known))
    return planned, faults


def _fresh(code: str, taken: Container[str]) -> Iterator[str]:
    for number in count(1):
        made = f"{code}-h{number:0{_NUMBERED}}"
        if made not in taken:
            yield made


def _registered(
    store: Store,
    principal: Principal,
    cooperative: RowMapping,
    planned: Sequence[_Planned],
    *,
    dry: bool,
) -> list[Fault]:
    """Have new households registered as members; what the register finds wrong, by our columns."""
    new = [
        SheetRow(
            one.one.row,
            {
                "code": one.code,
                "kind": OrganisationKind.HOUSEHOLD.value,
                "name_vi": one.one.name,
                "member_of": cooperative["code"],
                "phone": one.one.phone or "",
                "commune": one.one.commune or cooperative["commune"] or "",
            },
        )
        for one in planned
        if one.known is None
    ]
    if not new:
        return []
    sheet = Sheet({column: column for column in _COLUMNS}, new, [])
    report = service.take(
        store,
        Register.ORGANISATION,
        sheet,
        registrar=principal.organisation,
        by=actor(principal),
        dry=dry,
    )
    return [
        Fault(fault.row, _heading(fault.column), fault.code, fault.params)
        for fault in report.faults
    ]


def _heading(column: str) -> str:
    field = _COLUMNS.get(column, "")
    return words.heading(field) if field in words.FIELDS else column


def _consented(
    store: Store,
    principal: Principal,
    planned: Sequence[_Planned],
    ids: Mapping[str, int],
    evidence: str,
) -> int:
    """Record what they agreed to, a paper for each way and day."""
    papers: dict[tuple[Means, date], list[tuple[int, Purpose]]] = {}
    for planning in planned:
        one = planning.one
        pairs = [(ids[planning.code], purpose) for purpose in one.purposes]
        papers.setdefault((one.means, one.given), []).extend(pairs)
    recorded = 0
    for (means, given), agreed in papers.items():
        sheet = consents.Sheet(agreed, means, given, evidence)
        by, who = principal.organisation, principal.key_id
        recorded += consents.record(store, sheet, recorder=by, by=who)
    return recorded


def _enrolled(
    store: Store,
    principal: Principal,
    cooperative: RowMapping,
    planned: Sequence[_Planned],
    ids: Mapping[str, int],
) -> int:
    sheet, now = secrets.token_hex(8), to_microseconds(steps.now())
    with store.transaction() as connection:
        new = _missing(connection, cooperative["id"], planned, ids)
        values = [
            {
                "household": ids[one.code],
                "cooperative": cooperative["id"],
                "plot": one.one.plot,
                "sheet": sheet,
                "recorded": now,
                "recorded_by": principal.key_id,
                "ended": None,
            }
            for one in new
        ]
        rows.keep_households(connection, values, {ids[one.code]: one.one.mac for one in new})
    return len(new)


def _missing(
    connection: Connection,
    cooperative: int,
    planned: Sequence[_Planned],
    ids: Mapping[str, int],
) -> list[_Planned]:
    """Those that are not enrolled yet; one transaction at a time looks."""
    registers.hold(connection)
    enrolled = rows.households(connection, list(ids.values()))
    macs = rows.by_macs(connection, cooperative, [one.one.mac for one in planned])
    return [one for one in planned if ids[one.code] not in enrolled and one.one.mac not in macs]
