# SPDX-License-Identifier: Apache-2.0
"""Log leaves: salted commitments to a record, of which nothing can be guessed.

``commit`` and ``by`` are keyed with the event's own salt: without it they are
noise, with it (it goes to whoever is shown the event) they can be recomputed.
``subjects`` are keyed with a secret per item, derived from the store's master
secret, and are the same in every leaf of that item: this is what lets a holder
of the item's secret check that no entry about it was left out. It shows to
everybody that two entries concern one same unknown thing, and how many things
an entry concerns up to a thousand; never which, whose or of what kind. Places,
parties, documents and whole products are therefore not subjects: their entries
could be counted.
"""

import hmac
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256

from nguon.base.canonical_json import canonical
from nguon.epcis.items import ItemRef, Role
from nguon.store.values import EventRecord, Submitter

VERSION = 1
SALT_BYTES = 32
SUBJECT_BYTES = 16
MOST_SUBJECTS = 1000
NO_SIGNATURE = sha256(b"").digest()

_THINGS = frozenset(
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


def leaf(
    record: EventRecord,
    submitter: Submitter,
    salt: bytes,
    secret: bytes,
    signature: bytes = NO_SIGNATURE,
) -> bytes:
    """The leaf of an event, canonical JSON (RFC 8785).

    ``signature`` is the SHA-256 of the submitter's signature; ``secret`` the
    store's master secret.
    """
    entry: dict[str, object] = {
        "v": VERSION,
        "kind": "event",
        "commit": commitment(record.digest, record.received, salt),
        "by": author(submitter, salt, signature),
    }
    marks = sorted({subject(key, secret) for key in subjects(record.items)})
    if len(marks) > MOST_SUBJECTS:
        entry["subjects_root"] = _text(sha256("".join(marks).encode()).digest())
    else:
        entry["subjects"] = marks
    return canonical(entry)


def commitment(digest: bytes, received: bytes, salt: bytes) -> str:
    """HMAC-SHA-256 under the salt over the record digest and the digest of the bytes received."""
    return _text(hmac.digest(salt, digest + received, "sha256"))


def author(submitter: Submitter, salt: bytes, signature: bytes = NO_SIGNATURE) -> str:
    """HMAC-SHA-256 under the salt over organisation (8 bytes), key id and signature digest."""
    who = submitter.organisation.to_bytes(8, "big", signed=True)
    return _text(hmac.digest(salt, who + submitter.key_id.encode() + signature, "sha256"))


def item_secret(key: str, secret: bytes) -> bytes:
    """An item's own secret: lets its holder find the item's leaves and no others."""
    return hmac.digest(secret, key.encode(), "sha256")


@lru_cache(maxsize=65536)
def subject(key: str, secret: bytes) -> str:
    """How an item is marked in its leaves: 16 bytes, base64url."""
    mark = hmac.digest(item_secret(key, secret), key.encode(), "sha256")
    return _text(mark[:SUBJECT_BYTES])


def subjects(items: tuple[ItemRef, ...]) -> set[str]:
    """The keys that a leaf marks: things and lots, each once."""
    return {item.key for item in items if item.role in _THINGS and not _is_product(item.key)}


def _is_product(key: str) -> bool:
    return key.startswith(("01/", "8010/")) and key.count("/") == 1


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
