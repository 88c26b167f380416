# SPDX-License-Identifier: Apache-2.0
"""Numbers for products and cartons out of licensed prefixes, none given out twice; control."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, RowMapping

from nguon.base.audience import Audience
from nguon.base.time import from_microseconds, to_microseconds
from nguon.codes import control, licences, numbers, reach
from nguon.codes.errors import (
    IssuingConflictError,
    IssuingError,
    IssuingForbiddenError,
    IssuingUnknownError,
)
from nguon.codes.model import Given, Licence, LicenceKind, Room
from nguon.identity.model import Principal
from nguon.registry.ledger.registers import province_of_organisation
from nguon.store import Store, entries
from nguon.store import codes as rows
from nguon.store import codes_tables as tables
from nguon.store import registry as registers
from nguon.store.registry_tables import product

_MOST_CARTONS = 8
_LONGEST = 200


def allocate(
    store: Store, actor: Principal, name: str, request: str, *, licence: str | None = None
) -> Given:
    """The next free number of a licensed prefix for a product; the same request, the same number.

    Numbers that products in the register have already are passed over.

    Raises:
        IssuingForbiddenError: the actor may not order; there is no checked prefix.
        IssuingConflictError: the prefix is full; the request was another.
    """
    reach.require_manager(actor)
    wanted, mark = _named(name), _marked(request)
    with store.transaction() as connection:
        rows.hold(connection, f"organisation/{actor.organisation}")
        before = rows.by_request(connection, tables.gtin, actor.organisation, mark)
        if before is not None:
            return _same(before, wanted, None)
        prefix = _prefix(connection, actor.organisation, licence)
        number = _next(connection, prefix.value)
        return _give(connection, actor, prefix, (number, number), wanted, mark)


def carton(store: Store, actor: Principal, piece: str, request: str, *, name: str = "") -> Given:
    """The number of the next carton of a piece: the indicators 1 to 8 in turn.

    Raises:
        IssuingForbiddenError: the actor may not order, or the number is not licensed to it.
        IssuingConflictError: all eight are given out; the request was another.
    """
    reach.require_manager(actor)
    base, mark = numbers.gtin(piece), _marked(request)
    with store.transaction() as connection:
        rows.hold(connection, f"organisation/{actor.organisation}")
        before = rows.by_request(connection, tables.gtin, actor.organisation, mark)
        if before is not None:
            return _same(before, None, base)
        licence = require_licence(connection, actor.organisation, base)
        given = {row["gtin"] for row in rows.gtins(connection, "base", [base])}
        given |= _known(connection, [numbers.of_carton(base, n) for n in range(1, 9)])
        for indicator in range(1, _MOST_CARTONS + 1):
            number = numbers.of_carton(base, indicator)
            if number not in given:
                wanted = name.strip()[:_LONGEST] or f"×{indicator}"
                return _give(connection, actor, licence, (number, base), wanted, mark)
    raise IssuingConflictError("codes.cartons-full", gtin=base)


def require_licence(connection: Connection, organisation: int, gtin: str) -> Licence:
    """The licence under which an organisation gives this number out today.

    Raises:
        IssuingForbiddenError: ``codes.prefix-of-another`` or ``codes.no-licence``.
    """
    day = licences.today()
    found = licences.covering(connection, organisation, gtin, day)
    if found is None:
        _explain(connection, organisation, gtin)
    assert found is not None
    return found


def require_own(connection: Connection, organisation: int, gtin: str) -> None:
    """Serials and lots are for products that one was given the number of, or has registered.

    Raises:
        IssuingForbiddenError: the number is licensed to another.
        IssuingError: nobody has said what product this is.
    """
    if licences.covering(connection, organisation, gtin, licences.today()) is None:
        licences.free_of_others(
            connection, [organisation], LicenceKind.GTIN, numbers.of_piece(gtin)
        )
    if any(row["organisation"] == organisation for row in rows.gtins(connection, "gtin", [gtin])):
        return
    for row in registers.rows(connection, product, "key", [f"01/{gtin}"]):
        if organisation in (row["maker"], row["registrar"]):
            return
    raise IssuingError("codes.product-unknown", gtin=gtin)


def set_control(store: Store, actor: Principal, gtin: str, controlled: bool) -> None:
    """From now on, serials of a product are captured only where they were issued here; or no more.

    Raises:
        IssuingForbiddenError: the number is not licensed to the actor.
    """
    reach.require_manager(actor)
    number = numbers.gtin(gtin)
    with store.transaction() as connection:
        rows.hold(connection, f"organisation/{actor.organisation}")
        require_licence(connection, actor.organisation, number)
        known = rows.controls(connection, [number])
        if controlled is bool(known and known[0]["controlled"]):
            return
        values = {
            "gtin": number,
            "number": known[0]["number"] + 1 if known else 1,
            "organisation": actor.organisation,
            "controlled": int(controlled),
            "recorded": to_microseconds(datetime.now(UTC)),
            "actor": actor.key_id,
        }
        rows.add(connection, tables.control, values)
    control.forget(store)


def given(store: Store, audience: Audience, organisation: int) -> list[Given]:
    """The numbers that an organisation was given, the first first.

    Raises:
        IssuingUnknownError: the reader may not know.
    """
    with store.reading() as connection:
        if audience.organisation != organisation:
            province = province_of_organisation(connection, organisation)
            if not reach.sees(audience, organisation, province):
                raise IssuingUnknownError("codes.unknown-organisation")
        return [_given(row) for row in rows.gtins(connection, "organisation", [organisation])]


def rooms(connection: Connection, held: Sequence[Licence]) -> list[Room]:
    """How full prefixes are."""
    prefixes = [one for one in held if one.kind is LicenceKind.PREFIX]
    found = rows.gtins(connection, "licence", [one.id for one in prefixes])
    count: dict[str, int] = {}
    for row in found:
        if row["gtin"] == row["base"]:
            count[row["licence"]] = count.get(row["licence"], 0) + 1
    return [
        Room(
            licence=one.id,
            prefix=one.value,
            whole=numbers.room(one.value),
            given=count.get(one.id, 0),
        )
        for one in prefixes
    ]


def _explain(connection: Connection, organisation: int, gtin: str) -> None:
    """Raises the reason why a number is not an organisation's to give out."""
    met = rows.overlapping(connection, gtin[1:13])
    held = licences.of(connection, "id", [row["id"] for row in met])
    held += licences.of(connection, "value", [numbers.of_piece(gtin)])
    day = licences.today()
    if any(one.organisation != organisation and one.in_force(day) for one in held):
        raise IssuingForbiddenError("codes.prefix-of-another", value=gtin)
    own = licences.of(connection, "organisation", [organisation])
    if any(one.covers(gtin) for one in own):
        raise IssuingForbiddenError("codes.licence-not-in-force", value=gtin)
    raise IssuingForbiddenError("codes.no-licence", value=gtin)


def _prefix(connection: Connection, organisation: int, licence: str | None) -> Licence:
    day = licences.today()
    for one in licences.of(connection, "organisation", [organisation]):
        wanted = licence is None or one.id == licence
        if wanted and one.kind is LicenceKind.PREFIX and one.in_force(day):
            return one
    raise IssuingForbiddenError("codes.no-prefix")


def _next(connection: Connection, prefix: str) -> str:
    """The next number that no product has; raises `IssuingConflictError` when there is none."""
    whole = numbers.room(prefix)
    taken = rows.registered(connection, prefix)
    while True:
        [count] = entries.numbers(connection, f"gtin/{prefix}", 1)
        if count > whole:
            raise IssuingConflictError("codes.prefix-full", prefix=prefix, whole=whole)
        number = numbers.of_product(prefix, count - 1)
        if f"01/{number}" not in taken:
            return number


def _known(connection: Connection, some: Sequence[str]) -> set[str]:
    found = registers.rows(connection, product, "key", [f"01/{number}" for number in some])
    return {row["key"][3:] for row in found}


def _give(
    connection: Connection,
    actor: Principal,
    licence: Licence,
    number: tuple[str, str],
    name: str,
    request: str,
) -> Given:
    values = {
        "gtin": number[0],
        "organisation": actor.organisation,
        "licence": licence.id,
        "base": number[1],
        "name": name,
        "request": request,
        "recorded": to_microseconds(datetime.now(UTC)),
        "actor": actor.key_id,
    }
    rows.add(connection, tables.gtin, values)
    return _given(values)


def _given(row: "RowMapping | dict[str, object]") -> Given:
    names = ("gtin", "base", "name", "organisation", "licence")
    recorded = from_microseconds(int(str(row["recorded"])))
    return Given(**{name: row[name] for name in names}, recorded=recorded)  # type: ignore[arg-type]


def _same(before: RowMapping, name: str | None, base: str | None) -> Given:
    piece = before["gtin"] == before["base"]
    if base is None and piece and before["name"] == name:
        return _given(before)
    if base is not None and not piece and before["base"] == base:
        return _given(before)
    raise IssuingConflictError("codes.request-used", request=before["request"])


def _named(name: str) -> str:
    given = name.strip()[:_LONGEST]
    if not given:
        raise IssuingError("codes.name-missing")
    return given


def _marked(request: str) -> str:
    mark = request.strip()
    if not 1 <= len(mark) <= _LONGEST:
        raise IssuingError("codes.request-missing")
    return mark
