# SPDX-License-Identifier: Apache-2.0
"""What an HTTP message says of its content: ``Content-Digest`` (RFC 9530)."""

from hashlib import sha256
from hmac import compare_digest

from nguon.signing.errors import SigningError
from nguon.signing.structured import Item, read_dictionary, write_dictionary

FIELD = "content-digest"


def content_digest(octets: bytes) -> str:
    """The field's value for a content."""
    return write_dictionary({"sha-256": Item(sha256(octets).digest())})


def check_content_digest(header: str, sha256: bytes, sha512: bytes | None = None) -> None:
    """Return where every digest of the field that can be compared is the content's.

    ``sha256`` (and ``sha512``, where it was computed) are those of the octets received.
    Raises `SigningError`: ``signing.digest-differs``, ``signing.digest-absent`` where the
    field has neither that was computed; other algorithms are ignored (RFC 9530 section 2).
    """
    if header == write_dictionary({"sha-256": Item(sha256)}):
        return
    members = read_dictionary(header, FIELD)
    known = {"sha-256": sha256, "sha-512": sha512}
    compared = False
    for name, wanted in known.items():
        member = members.get(name)
        if member is None or wanted is None:
            continue
        value = member.value if isinstance(member, Item) else None
        if not isinstance(value, bytes) or not compare_digest(value, wanted):
            raise SigningError("signing.digest-differs", algorithm=name)
        compared = True
    if not compared:
        raise SigningError("signing.digest-absent")
