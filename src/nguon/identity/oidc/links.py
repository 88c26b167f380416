# SPDX-License-Identifier: Apache-2.0
"""Accounts at providers that belong to people here: linked by their owner, never by an address.

A link is made by whoever is signed in here and has just come back from the
provider, or with the account that an invitation makes. That a provider tells
the same e-mail address links nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from nguon.base.time import from_microseconds
from nguon.identity.accounts import events, people
from nguon.identity.accounts.browsers import Browser
from nguon.identity.accounts.events import Event
from nguon.identity.errors import AccountError
from nguon.identity.oidc.model import Identified
from nguon.store import Store
from nguon.store import accounts as person_rows
from nguon.store import factors as factor_rows
from nguon.store import provider_links as rows


@dataclass(frozen=True, slots=True)
class Link:
    """An account at a provider."""

    issuer: str
    provider: str
    created: datetime
    last_used: datetime | None


def link(store: Store, browser: Browser, person: int, found: Identified) -> None:
    """Let a person sign in with the account; raises `AccountError` where it is another's."""
    with store.transaction() as connection:
        linked(connection, browser, person, found)


def linked(connection: Connection, browser: Browser, person: int, found: Identified) -> None:
    """As `link`, in a transaction that stands."""
    person_rows.hold(connection)
    before = rows.find(connection, found.issuer, found.subject)
    if before is not None and before["person"] != person:
        raise AccountError("oidc.linked-elsewhere")
    if before is None:
        rows.add(
            connection,
            issuer=found.issuer,
            subject=found.subject,
            person=person,
            provider=found.provider,
            created=people.now(),
        )
        events.note(connection, Event.LINKED, browser, person=person, about=found.provider)


def unlink(store: Store, browser: Browser, person: int, issuer: str) -> bool:
    """Forget a person's account at an issuer; False where there is none.

    Raises `AccountError` where the person could not sign in any more.
    """
    with store.transaction() as connection:
        person_rows.hold(connection)
        mine = rows.of_person(connection, person)
        there = [row for row in mine if row["issuer"] == issuer]
        if not there:
            return False
        row = person_rows.find_person(connection, id=person)
        other = row is not None and row["password"] is not None
        other = other or bool(factor_rows.passkeys_of(connection, person))
        if not other and len(there) == len(mine):
            raise AccountError("oidc.only-way")
        rows.drop(connection, person, issuer)
        provider = there[0]["provider"]
        events.note(connection, Event.UNLINKED, browser, person=person, about=provider)
    return True


def person_of(store: Store, found: Identified) -> int | None:
    """Whose account it is here; None where nobody linked it."""
    with store.transaction() as connection:
        row = rows.find(connection, found.issuer, found.subject)
        if row is None:
            return None
        rows.touch(connection, found.issuer, found.subject, people.now())
    return int(row["person"])


def of_person(store: Store, person: int) -> list[Link]:
    """A person's accounts at providers, oldest first."""
    with store.reading() as connection:
        found = rows.of_person(connection, person)
    return [
        Link(
            row["issuer"],
            row["provider"],
            from_microseconds(row["created"]),
            None if row["last_used"] is None else from_microseconds(row["last_used"]),
        )
        for row in found
    ]
