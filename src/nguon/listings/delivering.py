# SPDX-License-Identifier: Apache-2.0
"""Messages delivered: signed by the platform (RFC 9421), tried again with longer and longer rests.

A message keeps its id over all attempts, so that whoever got it twice can tell. Those to one
subscription go in their order; a slow receiver holds up nobody else.
"""

import logging
import secrets
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from nguon.base.time import to_microseconds
from nguon.listings import addresses
from nguon.listings.addresses import Address
from nguon.listings.errors import AddressError
from nguon.parties.keys import naming
from nguon.parties.keys.custody import custodian_of
from nguon.signing.http import CONTENT_DIGEST, HttpMessage, content_digest, sign
from nguon.store import Store
from nguon.store import listings as rows

_LOG = logging.getLogger(__name__)

SECONDS = 10.0
"""For one attempt, from the look-up of the name to the last octet."""
GIVE_UP = timedelta(days=3)
_FIRST = timedelta(seconds=10)
_LONGEST = timedelta(hours=6)
_CLAIM = timedelta(seconds=120)
_AT_ONCE = 8
_READ = 64 * 1024
_COVERED = ("@method", "@authority", "@path", "@query", "content-type", CONTENT_DIGEST)
Row = Mapping[Any, Any]


def deliver(store: Store, *, private: bool = False) -> int:
    """Try all messages whose time has come, one a subscription; gives how many were tried."""
    now = to_microseconds(datetime.now(UTC))
    with store.reading() as connection:
        due = rows.due_messages(connection, now, _AT_ONCE)
    until = now + to_microseconds_of(_CLAIM)
    claimed = []
    for row in due:
        with store.transaction() as connection:
            if rows.claim(connection, row["id"], row["due"], until):
                claimed.append(row)
    if claimed:
        with ThreadPoolExecutor(len(claimed), thread_name_prefix="webhooks") as threads:
            for row, outcome in threads.map(
                lambda one: (one, _tried(store, one, private)), claimed
            ):
                with store.transaction() as connection:
                    rows.settle(connection, row["id"], _settled(row, *outcome))
    return len(claimed)


def rest_after(attempts: int) -> timedelta:
    """How long after so many attempts the next one is made, before its share of chance."""
    rest: timedelta = _FIRST * 2 ** min(attempts - 1, 20)
    return min(rest, _LONGEST)


def to_microseconds_of(span: timedelta) -> int:
    """A span in microseconds."""
    return span // timedelta(microseconds=1)


def _tried(store: Store, row: Row, private: bool) -> tuple[int | None, str | None]:
    """The status that came back, or what was in the way."""
    try:
        address = addresses.resolved(row["url"], private=private)
        return _sent(store, row, address), None
    except AddressError as error:
        return None, error.code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return None, type(error).__name__
    except Exception as error:  # noqa: BLE001 - one message must not stop the others
        _LOG.warning("message %s was not sent: %r", row["id"], error)
        return None, type(error).__name__


def _sent(store: Store, row: Row, address: Address) -> int:
    body = bytes(row["body"])
    until = time.monotonic() + SECONDS
    with (
        httpx.Client(timeout=SECONDS / 2, follow_redirects=False, trust_env=False) as client,
        client.stream(
            "POST",
            address.direct,
            content=body,
            headers=_headers(store, row, address, body),
            extensions={"sni_hostname": address.host},
        ) as answer,
    ):
        read = 0
        for part in answer.iter_raw():
            read += len(part)
            if read > _READ:
                break
            if time.monotonic() > until:
                raise httpx.ReadTimeout("too slow")
        return answer.status_code


def _headers(store: Store, row: Row, address: Address, body: bytes) -> dict[str, str]:
    key, secret = custodian_of(store).platform()
    headers = {
        "host": address.authority,
        "content-type": "application/json",
        "webhook-id": row["id"],
        "user-agent": "nguon",
        CONTENT_DIGEST: content_digest(body),
    }
    message = HttpMessage("POST", address.authority, address.path, address.query, {**headers})
    signed = sign(
        message,
        secret,
        keyid=f"{naming.did(store, '')}#{key.kid}",
        created=int(time.time()),
        nonce=f"{row['id']}.{row['attempts'] + 1}",
        components=(*_COVERED, "webhook-id"),
    )
    return headers | signed


def _settled(row: Row, status: int | None, trouble: str | None) -> dict[str, Any]:
    now = datetime.now(UTC)
    attempts = row["attempts"] + 1
    said = {"attempts": attempts, "status": status, "trouble": trouble}
    if status is not None and httpx.codes.is_success(status):
        return {**said, "due": None, "delivered": to_microseconds(now)}
    if to_microseconds(now - GIVE_UP) > row["made"]:
        return {**said, "due": None, "trouble": trouble or "given-up"}
    rest = rest_after(attempts)
    chance = rest * secrets.randbelow(1000) / 4000
    return {**said, "due": to_microseconds(now + rest + chance)}
