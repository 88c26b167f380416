# SPDX-License-Identifier: Apache-2.0
"""Base64 for URLs, without padding (RFC 4648 section 5), each value in one spelling only."""

from binascii import Error, a2b_base64, b2a_base64

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_PLAIN = str.maketrans("-_", "+/")


def url_text(octets: bytes) -> str:
    """Octets as base64url without padding."""
    return b2a_base64(octets, newline=False).translate(_URL_SAFE, b"=").decode()


def url_octets(text: str) -> bytes | None:
    """What base64url holds; None where it is not exactly what `url_text` writes."""
    plain = text.translate(_PLAIN) + "=" * (-len(text) % 4)
    try:
        found = a2b_base64(plain.encode("ascii"), strict_mode=True)
    except (Error, UnicodeEncodeError):
        return None
    return found if url_text(found) == text else None
