# SPDX-License-Identifier: Apache-2.0
"""One message to a web address: to the very number that was judged, signed by the platform
(RFC 9421), within ten seconds. It keeps its id and its place in the order over all attempts, so
that whoever got it twice, or late, can tell.
"""

import logging
import time
from typing import NamedTuple

import httpx

from nguon.messages import addresses
from nguon.messages.addresses import Address
from nguon.messages.errors import AddressError
from nguon.parties.keys import naming
from nguon.parties.keys.custody import custodian_of
from nguon.signing.http import CONTENT_DIGEST, HttpMessage, content_digest, sign
from nguon.store import Store

_LOG = logging.getLogger(__name__)

SECONDS = 10.0
"""For one attempt, from the look-up of the name to the last octet."""
_READ = 64 * 1024
_ID, _SENT, _ATTEMPT = "webhook-id", "webhook-timestamp", "webhook-attempt"
_COVERED = (
    *("@method", "@authority", "@path", "@query", "content-type", CONTENT_DIGEST),
    *(_ID, _SENT, _ATTEMPT),
)


class Hook(NamedTuple):
    """What is to be sent where, for the how manieth time."""

    id: str
    url: str
    body: bytes
    attempt: int


class Answer(NamedTuple):
    """The status that came back and what was said, at most 64 KiB; or what was in the way."""

    status: int | None
    trouble: str | None = None
    said: bytes = b""

    @property
    def taken(self) -> bool:
        """Whether the status says that the message was taken."""
        return self.status is not None and httpx.codes.is_success(self.status)


def order_of(made: int, number: str) -> str:
    """The place of a message among all that one address gets: texts that compare as the messages
    were decided, whenever each arrives. ``made`` in microseconds.
    """
    return f"{made:016d}-{number}"


def post(store: Store, hook: Hook, *, private: bool) -> Answer:
    """Send one message; ``private``: inside too, without TLS. Raises nothing."""
    try:
        address = addresses.resolved(hook.url, private=private)
        return _sent(store, hook, address)
    except AddressError as error:
        return Answer(None, error.code)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Answer(None, type(error).__name__)
    except Exception as error:  # noqa: BLE001 - one message must not stop the others
        _LOG.warning("message %s was not sent: %r", hook.id, error)
        return Answer(None, type(error).__name__)


def _sent(store: Store, hook: Hook, address: Address) -> Answer:
    until = time.monotonic() + SECONDS
    with (
        httpx.Client(timeout=SECONDS / 2, follow_redirects=False, trust_env=False) as client,
        client.stream(
            "POST",
            address.direct,
            content=hook.body,
            headers=_headers(store, hook, address),
            extensions={"sni_hostname": address.host},
        ) as answer,
    ):
        said = b""
        for part in answer.iter_raw():
            said += part[: _READ - len(said)]
            if len(said) >= _READ:
                break
            if time.monotonic() > until:
                raise httpx.ReadTimeout("too slow")
        return Answer(answer.status_code, None, said)


def _headers(store: Store, hook: Hook, address: Address) -> dict[str, str]:
    key, secret = custodian_of(store).platform()
    now = int(time.time())
    headers = {
        "host": address.authority,
        "content-type": "application/json",
        _ID: hook.id,
        _SENT: str(now),
        _ATTEMPT: str(hook.attempt),
        "user-agent": "nguon",
        CONTENT_DIGEST: content_digest(hook.body),
    }
    message = HttpMessage("POST", address.authority, address.path, address.query, {**headers})
    signed = sign(
        message,
        secret,
        keyid=f"{naming.did(store, '')}#{key.kid}",
        created=now,
        nonce=f"{hook.id}.{hook.attempt}",
        components=_COVERED,
    )
    return headers | signed
