# SPDX-License-Identifier: Apache-2.0
"""Base64 and decimals of the textual formats, each value in one spelling only."""

import re
from base64 import b64encode
from binascii import Error, a2b_base64

SIZE_LIMIT = 1 << 63
"""Sizes and indices stay below this."""

_DECIMAL = re.compile("0|[1-9][0-9]{0,18}")


def armoured(octets: bytes) -> str:
    """Base64, RFC 4648 section 4."""
    return b64encode(octets).decode("ascii")


def octets_of(text: str) -> bytes | None:
    """What base64 holds; None where it is not exactly what `armoured` writes."""
    try:
        found = a2b_base64(text.encode("ascii"), strict_mode=True)
    except (Error, UnicodeEncodeError):
        return None
    return found if armoured(found) == text else None


def hash_of(text: str) -> bytes | None:
    """The 32 octets of a hash in base64; None where it is none."""
    found = octets_of(text)
    return found if found is not None and len(found) == 32 else None


def number_of(text: str) -> int | None:
    """A decimal without leading zeros and below `SIZE_LIMIT`; None where it is none."""
    if not _DECIMAL.fullmatch(text):
        return None
    found = int(text)
    return found if found < SIZE_LIMIT else None
