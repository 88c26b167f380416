# SPDX-License-Identifier: Apache-2.0
"""Personal numbers that serve as tax codes: kept apart, read one at a time, shown masked.

Registers, versions, lists, pages and exports hold only the mask. The number
itself lies in a table of its own and is read by `reveal` alone: for the form
on which its owner changes it, and for who answers for the entry.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from nguon.base.audience import Audience, AudienceKind
from nguon.base.time import to_microseconds
from nguon.identity.policy import Shown, relation, shown
from nguon.store import Store
from nguon.store import enrolment as enrolments
from nguon.store import personal as rows
from nguon.store import registry as entries
from nguon.store import registry_tables as tables
from nguon.vn.units import commune


def reveal(store: Store, audience: Audience, organisation: int) -> str | None:
    """The number of a household or person; None for whoever may not see it."""
    with store.reading() as connection:
        found = entries.rows(connection, tables.organisation, "id", [organisation])
        if not found:
            return None
        near = _near(audience, found[0])
        if shown(near, "personal-number") is not Shown.FULL:
            return None
        number = rows.numbers(connection, [organisation]).get(organisation)
    if number is not None and near is not AudienceKind.OWNER and audience.reader:
        store.hooks.noted(audience, "personal-number", [(organisation, found[0]["code"])])
    return number


def _near(audience: Audience, row: RowMapping) -> AudienceKind:
    owners = (row["id"], row["member_of"], row["registrar"])
    unit = commune(row["commune"] or "")
    province = None if unit is None else unit.province.code
    return relation(audience, owners, province=province)


def unlike(connection: Connection, numbers: Mapping[int, str | None]) -> frozenset[int]:
    """Which organisations have another number stored, or one where now there is none."""
    stored = rows.numbers(connection, list(numbers))
    return frozenset(own for own, number in numbers.items() if stored.get(own) != number)


def keep(connection: Connection, numbers: Mapping[int, str | None]) -> None:
    """Store numbers in place of those before; None removes."""
    rows.drop(connection, list(numbers))
    rows.add(connection, {own: number for own, number in numbers.items() if number is not None})


def erase(connection: Connection, organisations: Sequence[int]) -> None:
    """Remove numbers, what they are known by again, and what the registers show of them."""
    rows.drop(connection, list(organisations))
    enrolments.forget_households(connection, list(organisations), _now())
    for own in organisations:
        values: dict[str, Any] = {"tax_code": None}
        entries.change(connection, tables.organisation, {"id": own}, values)


def _now() -> int:
    return to_microseconds(datetime.now(UTC))
