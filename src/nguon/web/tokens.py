# SPDX-License-Identifier: Apache-2.0
"""Page tokens: opaque to the client, sealed with the store's secret, bound to one query."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error

import msgspec

from nguon.web.errors import RequestError

_SEAL = 16


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """Where a listing goes on."""

    upto: int
    """The snapshot: log entries after this one are not part of the listing."""
    position: list[int | str]
    """The sort key of the last row given out."""
    given: int = 0
    """Rows given out so far."""


def seal(cursor: Cursor, query: bytes, secret: bytes) -> str:
    """The token of a cursor; ``query`` is whatever the cursor belongs to."""
    plain = msgspec.msgpack.encode(cursor)
    return urlsafe_b64encode(_mac(plain, query, secret) + plain).rstrip(b"=").decode()


def unseal(token: str, query: bytes, secret: bytes) -> Cursor:
    """The cursor of a token made for this query.

    Raises:
        RequestError: ``web.page-token``, for any other text.
    """
    try:
        data = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (UnicodeEncodeError, Base64Error, ValueError):
        raise RequestError("web.page-token") from None
    mac, plain = data[:_SEAL], data[_SEAL:]
    if not hmac.compare_digest(mac, _mac(plain, query, secret)):
        raise RequestError("web.page-token")
    return msgspec.msgpack.decode(plain, type=Cursor)


def _mac(plain: bytes, query: bytes, secret: bytes) -> bytes:
    key = hmac.digest(secret, b"page token", "sha256")
    return hmac.digest(key, len(query).to_bytes(8) + query + plain, "sha256")[:_SEAL]
