# SPDX-License-Identifier: Apache-2.0
"""What officers and inspectors' keys are in charge of: provinces, sectors, days.

A mandate is granted to a key, to a person in an organisation, or to a whole
authority. A key without one is in charge of everything, as is whoever speaks
for an authority that is registered without a commune; officers of an authority
in a province have that province. The latest grant counts; ending a mandate is
a grant whose last day is over.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import Connection, RowMapping

from nguon.base.audience import NATIONAL, Mandate
from nguon.base.time import to_microseconds
from nguon.identity.errors import MandateError
from nguon.store import Store
from nguon.store import mandates as rows
from nguon.store import registry as registers
from nguon.store.registry_tables import organisation as organisations
from nguon.vn.units import commune, province

AUTHORITY = "authority"
"""The kind of organisation whose officers have its province."""


class Sector(StrEnum):
    """Branches of administration; the words are ``access.sector-…``."""

    AGRICULTURE = "agriculture"
    HEALTH = "health"
    TRADE = "trade"
    SCIENCE = "science"
    MARKET_CONTROL = "market-control"


def key_subject(key_id: str) -> str:
    """How a key's mandate is filed."""
    return f"key:{key_id}"


def member_subject(person: int, organisation: int) -> str:
    """How the mandate of a person in an organisation is filed."""
    return f"member:{person}:{organisation}"


def authority_subject(organisation: int) -> str:
    """How an authority's own mandate is filed."""
    return f"organisation:{organisation}"


def mandate_of_key(store: Store, key_id: str) -> Mandate:
    """What an inspector's key is in charge of."""
    subject = key_subject(key_id)
    with store.reading() as connection:
        found = rows.latest(connection, [subject])
    return _mandate(found[subject]) if subject in found else NATIONAL


def mandate_of_member(store: Store, person: int, organisation: int) -> Mandate:
    """What an officer is in charge of: the own mandate, else the authority's, else its province."""
    subjects = [member_subject(person, organisation), authority_subject(organisation)]
    with store.reading() as connection:
        found = rows.latest(connection, subjects)
        for subject in subjects:
            if subject in found:
                return _mandate(found[subject])
        return _seat(connection, organisation)


def grant(store: Store, subject: str, mandate: Mandate, *, by: str, reason: str) -> None:
    """Put a key, an officer or an authority in charge, from now on.

    Raises:
        MandateError: a province or sector that is none, a last day before the
            first, or no reason.
    """
    _check(mandate, reason)
    values = {
        "subject": subject,
        "granted": to_microseconds(datetime.now(UTC)),
        "provinces": _joined(mandate.provinces),
        "sectors": _joined(mandate.sectors),
        "valid_from": mandate.valid_from and mandate.valid_from.isoformat(),
        "valid_to": mandate.valid_to and mandate.valid_to.isoformat(),
        "granted_by": by,
        "reason": reason.strip(),
    }
    with store.transaction() as connection:
        rows.add(connection, values)


def _check(mandate: Mandate, reason: str) -> None:
    unknown = [code for code in sorted(mandate.provinces or ()) if province(code) is None]
    if unknown:
        raise MandateError("access.mandate-province", codes=", ".join(unknown))
    strange = sorted((mandate.sectors or frozenset()) - set(Sector))
    if strange:
        known = ", ".join(Sector)
        raise MandateError("access.mandate-sector", sectors=", ".join(strange), known=known)
    if mandate.valid_from and mandate.valid_to and mandate.valid_to < mandate.valid_from:
        raise MandateError("access.mandate-days")
    if not reason.strip():
        raise MandateError("access.mandate-reason")


def _seat(connection: Connection, organisation: int) -> Mandate:
    found = registers.rows(connection, organisations, "id", [organisation])
    if not found or found[0]["kind"] != AUTHORITY:
        return NATIONAL
    unit = commune(found[0]["commune"] or "")
    return NATIONAL if unit is None else Mandate(frozenset({unit.province.code}))


def _mandate(row: RowMapping) -> Mandate:
    return Mandate(
        _words(row["provinces"]),
        _words(row["sectors"]),
        _day(row["valid_from"]),
        _day(row["valid_to"]),
    )


def _joined(words: Iterable[str] | None) -> str | None:
    return None if words is None else " ".join(sorted(words))


def _words(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset(text.split())


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
