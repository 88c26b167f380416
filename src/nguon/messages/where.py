# SPDX-License-Identifier: Apache-2.0
"""Where an organisation is told beside its inbox: mailboxes and web addresses.

A mailbox is used once somebody who reads it has confirmed it by the link in a mail, a web
address once it has answered the challenge of a signed message. Link and challenge are no
secret of the database: they are made of the address under the key of the accounts' secrets.
"""

import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.time import from_microseconds, to_microseconds
from nguon.identity.accounts.sealing import vault_of
from nguon.identity.model import Principal
from nguon.messages import addresses
from nguon.messages.errors import MessageError, UnknownMessageError
from nguon.messages.model import Channel
from nguon.messages.reading import time_of
from nguon.messages.retrying import microseconds
from nguon.store import Store
from nguon.store import message_ways as ways
from nguon.store import messages as rows

MOST = 10
MOST_A_DAY = 20
GOOD_FOR = timedelta(days=7)
"""How long the link that confirms a mailbox works."""
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}"
)
_LONGEST = 200


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """An address; ``every``: everything is told there, else only what is important."""

    id: str
    channel: Channel
    address: str
    every: bool
    created: datetime
    confirmed: datetime | None
    ended: datetime | None


def of(store: Store, by: Principal) -> list[Where]:
    """The organisation's addresses that are not ended, the latest first."""
    with store.reading() as connection:
        found = ways.addresses(connection, by.organisation)
    return [_where(row) for row in found if row["ended"] is None]


def add(
    store: Store, by: Principal, channel: Channel, address: str, *, every: bool, private: bool
) -> Where:
    """Have messages sent to an address, once it is confirmed; what asks for that is on its way.

    Raises:
        AddressError: nothing is sent there.
        MessageError: no mail address, one that is there already, or too many.
    """
    address = address.strip()
    if channel is Channel.WEBHOOK:
        addresses.shaped(address, private=private)
    elif len(address) > _LONGEST or _EMAIL.fullmatch(address) is None:
        raise MessageError("messages.email-form")
    now = to_microseconds(datetime.now(UTC))
    values = {
        "id": secrets.token_hex(8),
        "organisation": by.organisation,
        "channel": channel.value,
        "address": address,
        "all": int(every),
        "created": now,
        "actor": by.key_id,
    }
    with store.transaction() as connection:
        _check_room(connection, by, address, now)
        ways.add_address(connection, values)
        rows.queue(connection, [_asking(values, now)])
    return _where({**values, "confirmed": None, "ended": None})


def end(store: Store, by: Principal, number: str) -> None:
    """Send nothing more to an address. Raises `UnknownMessageError`."""
    now = to_microseconds(datetime.now(UTC))
    with store.transaction() as connection:
        row = ways.address(connection, number)
        if row is None or row["organisation"] != by.organisation or row["ended"] is not None:
            raise UnknownMessageError("messages.unknown-address")
        ways.change_address(connection, number, ended=now, ended_by=by.key_id)
        ways.drop(connection, number)


def token(connection: Connection, store: Store, number: str, address: str) -> str:
    """What stands in the link that confirms a mailbox; the same however often it is made."""
    seal = vault_of(store).hidden(connection, f"message-address/{number}/{address}")
    return f"{number}.{seal}"


def opened(store: Store, sent: str) -> Where:
    """The mailbox that a link is about; raises `UnknownMessageError` where it does not stand."""
    number = sent.partition(".")[0]
    with store.transaction() as connection:
        row = ways.address(connection, number[:40])
        old = to_microseconds(datetime.now(UTC) - GOOD_FOR)
        standing = row is not None and row["ended"] is None and row["created"] > old
        if row is None or not standing or row["channel"] != Channel.EMAIL:
            raise UnknownMessageError("messages.link-gone")
        expected = token(connection, store, number, row["address"])
        if not hmac.compare_digest(expected.encode(), sent.encode("utf-8", "surrogatepass")):
            raise UnknownMessageError("messages.link-gone")
    return _where(row)


def confirm(store: Store, sent: str) -> Where:
    """Use a mailbox from now on; twice changes nothing. Raises as `opened` does."""
    found = opened(store, sent)
    if found.confirmed is None:
        with store.transaction() as connection:
            confirmed_in(connection, found.id)
    return found


def confirmed_in(connection: Connection, number: str) -> None:
    """Note that an address is good, in the caller's transaction."""
    ways.change_address(connection, number, confirmed=to_microseconds(datetime.now(UTC)))


def _check_room(connection: Connection, by: Principal, address: str, now: int) -> None:
    known = ways.addresses(connection, by.organisation)
    standing = [row for row in known if row["ended"] is None]
    if any(row["address"] == address for row in standing):
        raise MessageError("messages.address-twice")
    day = now - microseconds(timedelta(days=1))
    if len(standing) >= MOST or sum(row["created"] > day for row in known) >= MOST_A_DAY:
        raise MessageError("messages.addresses-many", most=MOST)


def _asking(values: dict[str, Any], now: int) -> dict[str, Any]:
    way = {"message": "", "address": values["id"], "channel": values["channel"]}
    return {**way, "made": now, "attempts": 0, "due": now}


def _where(row: Any) -> Where:
    return Where(
        id=row["id"],
        channel=Channel(row["channel"]),
        address=row["address"],
        every=bool(row["all"]),
        created=from_microseconds(row["created"]),
        confirmed=time_of(row["confirmed"]),
        ended=time_of(row["ended"]),
    )
