# SPDX-License-Identifier: Apache-2.0
"""The signature that comes with a submission, and who speaks by it where nothing else says so.

A signature of the request stands for its submitter by itself: it is bound to this server, this
address and this moment. A detached JWS is bound to its content alone, which whoever has it
could send: beside it an API key or a session says who submits.
"""

import asyncio
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from nguon.capture.errors import SignatureError
from nguon.capture.signed import Presented, of_header, of_request
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.signing.http import HttpMessage
from nguon.web.languages import header
from nguon.web.services import services

HEADER = b"nguon-signature"
_INPUT = b"signature-input"
_KEPT = "nguon.presented"
_PATHS = frozenset({"/epcis/capture", "/epcis/events"})


async def presented(scope: MutableMapping[str, Any]) -> Presented | None:
    """The signature that came with this request; verified, where it is of the request.

    Raises `SigningError`, `SignatureError`: it does not count.
    """
    if _KEPT in scope:
        found: Presented | None = scope[_KEPT]
        return found
    token, signed = header(scope, HEADER), header(scope, _INPUT) is not None
    if token is not None and signed:
        raise SignatureError("capture.signature-two")
    found = None
    now = datetime.now(UTC)
    if token is not None:
        found = of_header(token.strip(), now)
    elif signed:
        found = await asyncio.to_thread(of_request, services(scope).store, _message(scope), now)
    scope[_KEPT] = found
    return found


async def signer(scope: MutableMapping[str, Any]) -> Principal | None:
    """Who speaks by the signature of the request alone, where one may."""
    alone = scope["method"] == "POST" and scope["path"] in _PATHS
    if not alone or header(scope, _INPUT) is None:
        return None
    found = await presented(scope)
    if found is None or found.message is None:
        return None
    return Principal(
        found.message.organisation,
        found.message.kid,
        KeyKind.MEMBER,
        frozenset({Scope.CAPTURE}),
        strict=False,
    )


def _message(scope: MutableMapping[str, Any]) -> HttpMessage:
    """The request under the address that this server publishes, whatever a proxy calls it."""
    fields: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    address = urlsplit(services(scope).base_url)
    return HttpMessage(
        scope["method"],
        address.netloc,
        scope["raw_path"].decode("latin-1"),
        scope["query_string"].decode("latin-1"),
        fields,
        address.scheme,
    )
