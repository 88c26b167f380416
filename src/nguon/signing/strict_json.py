# SPDX-License-Identifier: Apache-2.0
"""JSON of signed texts, read so that no two readers can see two things in it.

Repeated members, lone surrogates, NaN, integers beyond 2⁵³ are refused (I-JSON, RFC 7493;
RFC 7515 section 4 for the members of a JOSE header).
"""

import json
from typing import Any

from nguon.base.canonical_json import MAX_EXACT_INTEGER
from nguon.signing.errors import SigningError

_DIGITS = 17


def read_object(octets: bytes, place: str) -> dict[str, Any]:
    """The members of a JSON object in UTF-8; raises `SigningError` (``signing.json``)."""
    try:
        found = json.loads(
            octets.decode(),
            object_pairs_hook=_members,
            parse_constant=_refused,
            parse_int=_whole,
        )
        # The decoder lets lone surrogates pass; nothing that carries one can be written.
        if b"\\u" in octets:
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise SigningError("signing.json", place=place) from error
    if not isinstance(found, dict):
        raise SigningError("signing.json", place=place)
    return found


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("repeated member")
    return found


def _refused(constant: str) -> Any:
    raise ValueError(constant)


def _whole(digits: str) -> int:
    if len(digits) > _DIGITS or abs(number := int(digits)) > MAX_EXACT_INTEGER:
        raise ValueError("integer without an exact number")
    return number
