# SPDX-License-Identifier: Apache-2.0
"""Licences: declared by the member, checked by the operator or the authority in charge.

Nobody has two opinions on a number: while one organisation's licence is
checked, another's that overlaps it cannot be.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

import msgspec
from sqlalchemy import Connection, RowMapping

from nguon.base.audience import Audience
from nguon.base.time import HANOI, from_microseconds, to_microseconds
from nguon.codes import numbers, reach
from nguon.codes.errors import (
    IssuingConflictError,
    IssuingError,
    IssuingForbiddenError,
    IssuingUnknownError,
)
from nguon.codes.model import Licence, LicenceAsked, LicenceKind, LicenceStatus, Step
from nguon.identity.model import Principal
from nguon.registry.ledger.registers import province_of_organisation
from nguon.store import Store
from nguon.store import codes as rows
from nguon.store import codes_tables as tables

_READ = {
    LicenceKind.PREFIX: numbers.prefix,
    LicenceKind.GTIN: lambda text: numbers.of_piece(numbers.gtin(text)),
    LicenceKind.GLN: numbers.gln,
}
_LOCK = "licences"
_AFTER = {
    LicenceStatus.DECLARED: {LicenceStatus.CHECKED, LicenceStatus.REFUSED},
    LicenceStatus.CHECKED: {LicenceStatus.WITHDRAWN},
    LicenceStatus.REFUSED: {LicenceStatus.CHECKED},
    LicenceStatus.WITHDRAWN: {LicenceStatus.CHECKED},
}


def declare(
    store: Store, actor: Principal, asked: LicenceAsked, *, organisation: int | None = None
) -> Licence:
    """Record a licence: as declared by a manager, as checked by the operator or an authority,
    who name the ``organisation`` that has it. The same again changes nothing.

    Raises:
        IssuingError: a number that cannot be, days in the wrong order, no source.
        IssuingForbiddenError: another's licence, without the office to record it.
        IssuingConflictError: the number is licensed to another.
    """
    wanted = _read(asked)
    holder = actor.organisation if organisation is None else organisation
    with store.transaction() as connection:
        rows.hold(connection, _LOCK)
        province = province_of_organisation(connection, holder)
        judge = organisation is not None and reach.judges(actor, holder, province)
        if not judge:
            if holder != actor.organisation:
                raise IssuingForbiddenError("codes.not-your-licence")
            reach.require_manager(actor)
        free_of_others(connection, [holder], wanted.kind, wanted.value)
        same = [
            one for one in of(connection, "value", [wanted.value]) if _same(one, holder, wanted)
        ]
        if same:
            return same[0]
        number, now = secrets.token_hex(8), datetime.now(UTC)
        values = {
            "id": number,
            "organisation": holder,
            "province": province,
            "kind": wanted.kind.value,
            "value": wanted.value,
            "valid_from": wanted.valid_from.isoformat(),
            "valid_to": None if wanted.valid_to is None else wanted.valid_to.isoformat(),
            "source": wanted.source,
            "recorded": to_microseconds(now),
            "actor": actor.key_id,
        }
        rows.add(connection, tables.licence, values)
        status = LicenceStatus.CHECKED if judge else LicenceStatus.DECLARED
        _say(connection, actor, number, 1, status, wanted.valid_from, wanted.source)
        return of(connection, "id", [number])[0]


def judge(
    store: Store,
    actor: Principal,
    licence_id: str,
    status: LicenceStatus,
    reason: str,
    effective: date | None = None,
) -> Licence:
    """Say of a licence that it is right, wrong or no longer given.

    Raises:
        IssuingUnknownError: there is none that the actor may see.
        IssuingForbiddenError: not the actor's to say.
        IssuingConflictError: it stands so already, or the number is licensed to another.
    """
    if not reason.strip():
        raise IssuingError("codes.reason-missing")
    with store.transaction() as connection:
        rows.hold(connection, _LOCK)
        found = rows.licences(connection, "id", [licence_id])
        if not found or not reach.sees(
            actor.audience, found[0]["organisation"], found[0]["province"]
        ):
            raise IssuingUnknownError("codes.unknown-licence")
        if not reach.judges(actor, found[0]["organisation"], found[0]["province"]):
            raise IssuingForbiddenError("codes.not-your-office")
        one = of(connection, "id", [licence_id])[0]
        if status not in _AFTER[one.status]:
            raise IssuingConflictError("codes.licence-stands", status=one.status.value)
        if status is LicenceStatus.CHECKED:
            free_of_others(connection, [one.organisation], one.kind, one.value)
        begin = effective or (one.valid_from if status is LicenceStatus.CHECKED else today())
        _say(connection, actor, licence_id, len(one.steps) + 1, status, begin, reason)
        return of(connection, "id", [licence_id])[0]


def of(connection: Connection, column: str, keys: Sequence[str | int]) -> list[Licence]:
    """Licences by id, organisation or value with what was said of them."""
    return _licences(connection, rows.licences(connection, column, keys))


def covering(connection: Connection, organisation: int, gtin: str, day: date) -> Licence | None:
    """The licence under which an organisation may give this product's number out on a day."""
    held = of(connection, "organisation", [organisation])
    return next((one for one in held if one.covers(gtin) and one.in_force(day)), None)


def licences(store: Store, audience: Audience, *, limit: int = 500) -> list[Licence]:
    """The licences that a reader may see, the newest first."""
    table = tables.licence
    with store.reading() as connection:
        seen = reach.visible(audience, table)
        return _licences(connection, rows.given(connection, table, seen, before=None, limit=limit))


def free_of_others(
    connection: Connection, ours: Sequence[int], kind: LicenceKind, value: str
) -> None:
    """Raises `IssuingConflictError` where a checked licence overlaps a number that is not ours."""
    digits = value[1:13] if kind is LicenceKind.GTIN else value
    met = _licences(connection, rows.overlapping(connection, digits))
    met += of(connection, "value", [value])
    if kind is LicenceKind.PREFIX:
        met += _licences(connection, rows.single_under(connection, value))
    day = today()
    for one in met:
        if one.organisation not in ours and _stands(one, day):
            raise IssuingConflictError("codes.prefix-of-another", value=value)


def today() -> date:
    """The day in Viet Nam."""
    return datetime.now(HANOI).date()


def _stands(one: Licence, day: date) -> bool:
    """Whether numbers may be given out under it now or later, as far as was said."""
    ended = one.valid_to is not None and one.valid_to < day
    return one.in_force(day) or (one.status is LicenceStatus.CHECKED and not ended)


def _read(asked: LicenceAsked) -> LicenceAsked:
    if asked.valid_to is not None and asked.valid_to < asked.valid_from:
        raise IssuingError("codes.ends-before", valid_from=asked.valid_from)
    source = asked.source.strip()
    if not source:
        raise IssuingError("codes.source-missing")
    value = _READ[asked.kind](asked.value)
    return msgspec.structs.replace(asked, value=value, source=source[:500])


def _same(one: Licence, organisation: int, wanted: LicenceAsked) -> bool:
    known = (one.organisation, one.kind, one.valid_from, one.valid_to)
    lasting = one.status in (LicenceStatus.DECLARED, LicenceStatus.CHECKED)
    return lasting and known == (organisation, wanted.kind, wanted.valid_from, wanted.valid_to)


def _say(
    connection: Connection,
    actor: Principal,
    licence: str,
    number: int,
    status: LicenceStatus,
    effective: date,
    reason: str,
) -> None:
    values = {
        "licence": licence,
        "number": number,
        "status": status.value,
        "effective": effective.isoformat(),
        "organisation": actor.organisation,
        "reason": reason.strip()[:2000],
        "recorded": to_microseconds(datetime.now(UTC)),
        "actor": actor.key_id,
    }
    rows.add(connection, tables.licence_step, values)


def _licences(connection: Connection, found: Iterable[RowMapping]) -> list[Licence]:
    held = list(found)
    said: dict[str, list[Step]] = {}
    for row in rows.steps(connection, [row["id"] for row in held]):
        said.setdefault(row["licence"], []).append(
            Step(
                LicenceStatus(row["status"]),
                date.fromisoformat(row["effective"]),
                row["organisation"],
                row["reason"],
                from_microseconds(row["recorded"]),
                row["actor"],
            )
        )
    return [
        Licence(
            id=row["id"],
            organisation=row["organisation"],
            kind=LicenceKind(row["kind"]),
            value=row["value"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=None if row["valid_to"] is None else date.fromisoformat(row["valid_to"]),
            source=row["source"],
            recorded=from_microseconds(row["recorded"]),
            steps=tuple(said[row["id"]]),
        )
        for row in held
    ]
