# SPDX-License-Identifier: Apache-2.0
"""What happened to an account, told to its owner: when, what, roughly from where, with what.

Addresses are cut (IPv4 to 24 bits, IPv6 to 48), and after `DAYS` an event is
gone. Events about API keys belong to the organisation whose keys they are.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from ipaddress import ip_address, ip_network

from sqlalchemy import Connection, RowMapping

from nguon.base.time import from_microseconds, to_microseconds
from nguon.identity.accounts.browsers import Browser
from nguon.store import Store
from nguon.store import security_events as rows

DAYS = 365
_DAY = 24 * 3600 * 1_000_000
_AGENT = 200
_ABOUT = 100


class Event(StrEnum):
    """What may happen."""

    SIGNED_IN = "signed-in"
    NEW_DEVICE = "new-device"
    FAILED = "failed"
    FACTOR_FAILED = "factor-failed"
    CONFIRMED = "confirmed"
    PASSWORD = "password"  # noqa: S105 - the name of an event
    CODES_ON = "codes-on"
    CODES_OFF = "codes-off"
    RECOVERY_MADE = "recovery-made"
    RECOVERY_USED = "recovery-used"
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_REMOVED = "passkey-removed"
    PASSKEY_COPIED = "passkey-copied"
    LINKED = "linked"
    UNLINKED = "unlinked"
    SESSION_ENDED = "session-ended"
    SESSIONS_ENDED = "sessions-ended"
    RESET_MADE = "reset-made"
    RESET_USED = "reset-used"
    ROLE = "role"
    KEY_MADE = "key-made"
    KEY_ENDED = "key-ended"


@dataclass(frozen=True, slots=True)
class Happened:
    """One event as its owner reads it; ``actor``: who else did it."""

    time: datetime
    kind: Event
    address: str
    agent: str
    about: str
    actor: str | None


def note(
    connection: Connection,
    kind: Event,
    browser: Browser | None,
    *,
    person: int | None = None,
    organisation: int | None = None,
    about: str = "",
    actor: int | None = None,
) -> None:
    """Write an event down, and let those go whose time is over."""
    now = to_microseconds(datetime.now(UTC))
    rows.sweep(connection, now - DAYS * _DAY)
    rows.add(
        connection,
        id=secrets.token_hex(8),
        time=now,
        person=person,
        organisation=organisation,
        kind=kind.value,
        address=cut(browser.address) if browser else "",
        agent=browser.agent[:_AGENT] if browser else "",
        about=about[:_ABOUT],
        actor=None if actor == person else actor,
    )


def noted(
    store: Store, kind: Event, browser: Browser | None, *, person: int, about: str = ""
) -> None:
    """As `note`, in a transaction of its own."""
    with store.transaction() as connection:
        note(connection, kind, browser, person=person, about=about)


def of_person(
    store: Store, person: int, *, before: int | None = None, most: int = 50
) -> list[Happened]:
    """What happened to a person's account, newest first; ``before`` a moment in microseconds."""
    with store.reading() as connection:
        found = rows.of_person(connection, person, before, most)
    return [_happened(row) for row in found]


def of_keys(
    store: Store, organisation: int, *, before: int | None = None, most: int = 50
) -> list[Happened]:
    """What happened to an organisation's API keys, newest first."""
    with store.reading() as connection:
        found = rows.of_organisation(connection, organisation, before, most)
    return [_happened(row) for row in found]


def cut(address: str) -> str:
    """A network in the place of an address: ``203.0.113.0/24``; nothing for what is none."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))


def _happened(row: RowMapping) -> Happened:
    return Happened(
        from_microseconds(row["time"]),
        Event(row["kind"]),
        row["address"],
        row["agent"],
        row["about"],
        row["actor_name"],
    )
