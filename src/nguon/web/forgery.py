# SPDX-License-Identifier: Apache-2.0
"""Requests that another site made a browser send: refused by their origin, and by a token.

Both are asked of every request that changes something and whose proof comes
along by itself (a session cookie, HTTP Basic). The token is a keyed hash under
the session's own secret over a fresh number, so no two pages carry the same
one: nothing can be learnt from the length of compressed pages.
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from nguon.web.errors import ForbiddenError
from nguon.web.languages import header
from nguon.web.services import services

FIELD = "_token"
HEADER = b"x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_NUMBER = 12


def token(secret: str) -> str:
    """A new token for the holder of a secret."""
    number = secrets.token_bytes(_NUMBER)
    return urlsafe_b64encode(number + _mac(secret, number)).decode("ascii")


def check_token(secret: str | None, sent: str) -> None:
    """Raises `ForbiddenError` unless the token was made for the holder of this secret."""
    if secret is None:
        raise ForbiddenError("work.token")
    try:
        known = urlsafe_b64decode(sent.encode("ascii"))
    except ValueError:
        known = b""
    number, mac = known[:_NUMBER], known[_NUMBER:]
    if not hmac.compare_digest(mac, _mac(secret, number)):
        raise ForbiddenError("work.token")


def check_origin(scope: Mapping[str, Any]) -> None:
    """Raises `ForbiddenError` unless the request says that one of our own pages sent it."""
    site = header(scope, b"sec-fetch-site")
    origin = header(scope, b"origin")
    said = site is not None or origin is not None
    foreign = site not in {None, "same-origin", "none"}
    if not said or foreign or (origin is not None and not _ours(scope, origin)):
        raise ForbiddenError("work.origin", address=services(scope).base_url)


def _ours(scope: Mapping[str, Any], origin: str) -> bool:
    if origin == services(scope).base_url:
        return True
    sent = urlsplit(origin)
    return sent.scheme in {"http", "https"} and sent.netloc == (header(scope, b"host") or "")


def _mac(secret: str, number: bytes) -> bytes:
    return hmac.digest(secret.encode("utf-8", "surrogatepass"), b"form " + number, "sha256")
