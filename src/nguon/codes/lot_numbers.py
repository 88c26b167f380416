# SPDX-License-Identifier: Apache-2.0
"""The next lot number of a product by a pattern; asked again, the same one."""

from datetime import UTC, date, datetime

from sqlalchemy import Connection

from nguon.base.time import to_microseconds
from nguon.codes import gtins, lot_patterns, numbers, reach
from nguon.codes.errors import IssuingConflictError, IssuingError
from nguon.codes.lot_patterns import Pattern
from nguon.codes.model import LotGiven
from nguon.identity.model import Principal
from nguon.store import Store, entries
from nguon.store import codes as rows
from nguon.store import codes_tables as tables

_LONGEST = 200
_TRIES = 1000


def following(
    store: Store,
    actor: Principal,
    gtin: str,
    pattern: str,
    request: str,
    *,
    day: date,
    house: str = "",
) -> LotGiven:
    """The next lot number of a product in a pattern; lots that records know are passed over.

    Raises:
        IssuingError: a pattern or number that cannot be.
        IssuingForbiddenError: another's product.
        IssuingConflictError: a lot without running number that is taken; another's request.
    """
    reach.require_printer(actor)
    number, shape = numbers.gtin(gtin), lot_patterns.read(pattern, day, house)
    mark = request.strip()
    if not 1 <= len(mark) <= _LONGEST:
        raise IssuingError("codes.request-missing")
    with store.transaction() as connection:
        rows.hold(connection, f"organisation/{actor.organisation}")
        before = rows.by_request(connection, tables.lot, actor.organisation, mark)
        if before is not None:
            if (before["gtin"], before["pattern"]) != (number, pattern.strip()):
                raise IssuingConflictError("codes.request-used", request=mark)
            return LotGiven(
                gtin=number, lot=before["lot"], pattern=before["pattern"], changed=shape.changed
            )
        gtins.require_own(connection, actor.organisation, number)
        lot = _free(store, connection, number, shape)
        values = {
            "organisation": actor.organisation,
            "request": mark,
            "gtin": number,
            "lot": lot,
            "pattern": pattern.strip(),
            "recorded": to_microseconds(datetime.now(UTC)),
            "actor": actor.key_id,
        }
        rows.add(connection, tables.lot, values)
    return LotGiven(gtin=number, lot=lot, pattern=pattern.strip(), changed=shape.changed)


def recent(store: Store, organisation: int, most: int = 20) -> list[LotGiven]:
    """The lot numbers last given out to an organisation."""
    with store.reading() as connection:
        found = rows.last_lots(connection, organisation, most)
    return [LotGiven(gtin=row["gtin"], lot=row["lot"], pattern=row["pattern"]) for row in found]


def _free(store: Store, connection: Connection, gtin: str, shape: Pattern) -> str:
    name = f"lot/{gtin}/{shape.before}/{shape.figures}/{shape.after}"
    for _ in range(_TRIES if shape.figures else 1):
        [number] = entries.numbers(connection, name, 1) if shape.figures else [0]
        lot = shape.lot(number)
        key = f"01/{gtin}/10/{lot}"
        if not rows.lots(connection, gtin, [lot]) and key not in store.lineage.events_of([key]):
            return lot
    raise IssuingConflictError("codes.lot-taken", lot=shape.lot(0))
