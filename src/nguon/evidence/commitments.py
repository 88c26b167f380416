# SPDX-License-Identifier: Apache-2.0
"""What a log entry commits to: the formulas, for who makes entries and for who checks them.

``commit`` and ``by`` are keyed with a salt of the event's own: without it they are noise.
An item's mark is keyed with the item's secret, which is derived from the platform's: the
secret of one item opens no other.
"""

from functools import lru_cache
from hashlib import sha256

from nguon.base.base64url import url_text
from nguon.base.mac import Mac, mac
from nguon.epcis.items import Role

SALT_LENGTH = 32
MARK_LENGTH = 16
NO_SIGNATURE = sha256(b"").digest()
"""Stands for the signature of a submission that has none."""
THINGS = frozenset(
    {
        Role.EPC,
        Role.PARENT,
        Role.CHILD,
        Role.INPUT,
        Role.OUTPUT,
        Role.MEMBER,
        Role.TRANSFORMATION_ID,
    }
)
"""The roles of what an entry marks."""


def commitment(digest: bytes, received: bytes, salt: bytes) -> str:
    """HMAC-SHA-256 under the salt over the record digest and the digest of the bytes received."""
    return url_text(mac(salt, digest + received))


def author_octets(organisation: int, key_id: str, signature: bytes = NO_SIGNATURE) -> bytes:
    """Who submitted: organisation (8 octets), key id, SHA-256 of the signature."""
    return organisation.to_bytes(8, "big", signed=True) + key_id.encode() + signature


def author(organisation: int, key_id: str, salt: bytes, signature: bytes = NO_SIGNATURE) -> str:
    """HMAC-SHA-256 under the salt over `author_octets`."""
    return url_text(mac(salt, author_octets(organisation, key_id, signature)))


def sealed(salt: bytes, first: bytes, second: bytes) -> tuple[str, str]:
    """Two messages under one salt, quicker than one by one."""
    salted = Mac(salt)
    return url_text(salted(first)), url_text(salted(second))


def item_secret(key: str, secret: bytes) -> bytes:
    """An item's own secret: lets its holder find the item's entries and no others."""
    return _keyed(secret)(key.encode())


def has_mark(key: str) -> bool:
    """Whether a thing is marked in entries: whole products are not, they could be counted."""
    return not (key.startswith(("01/", "8010/")) and key.count("/") == 1)


def item_mark(key: str, held: bytes) -> bytes:
    """How an item is marked in its entries, from its own secret: 16 octets."""
    return mac(held, key.encode())[:MARK_LENGTH]


_keyed = lru_cache(maxsize=8)(Mac)
