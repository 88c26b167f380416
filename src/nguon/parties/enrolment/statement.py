# SPDX-License-Identifier: Apache-2.0
"""What an organisation signs to enrol: one JSON text, canonical, good for one use; pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from nguon.base.canonical_json import canonical
from nguon.base.time import rfc3339
from nguon.parties.enrolment.errors import EnrolmentError
from nguon.signing.keys import PublicKey

TYPE = "nguon-enrolment"
VERSION = 1


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a statement binds an operational key to; dates are days."""

    key: PublicKey
    prefixes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    valid_to: datetime | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Who says it, to whom, until when."""

    platform: str
    code: str
    name: str
    nonce: str
    begun: datetime
    deadline: datetime


def text(asked: Asked, terms: Terms | None = None) -> bytes:
    """The octets to be signed, JCS (RFC 8785).

    The operational key stands in it with its RFC 7638 thumbprint, where there is one.
    """
    told: dict[str, Any] = {
        "challenge": asked.nonce,
        "enterprise_code": asked.code,
        "expires": rfc3339(asked.deadline),
        "issued": rfc3339(asked.begun),
        "name": asked.name,
        "platform": asked.platform,
        "type": TYPE,
        "v": VERSION,
    }
    if terms is not None:
        told["key"] = {
            "jwk": terms.key.jwk(),
            "scope": {"places": list(terms.places), "prefixes": list(terms.prefixes)},
            "thumbprint": terms.key.thumbprint,
        }
        if terms.valid_to is not None:
            told["key"]["valid_to"] = rfc3339(terms.valid_to)
    return canonical(told)


def challenge(payload: bytes) -> str | None:
    """The challenge in something that was signed, if it is a statement at all."""
    try:
        told = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    found = told.get("challenge") if isinstance(told, Mapping) else None
    return found if isinstance(found, str) else None


def same(payload: bytes, statement: bytes, *, known: bool) -> None:
    """Make sure that what was signed is the statement, to the octet but for a last line end.

    Raises `EnrolmentError`: ``enrolment.replayed`` where it answers another challenge of ours
    (``known``), else ``enrolment.other-content``.
    """
    if payload.rstrip(b"\r\n") == statement:
        return
    raise EnrolmentError("enrolment.replayed" if known else "enrolment.other-content")
