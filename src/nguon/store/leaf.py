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

from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256

import msgspec

from nguon.base.base64url import url_text
from nguon.base.mac import mac
from nguon.epcis.items import ItemRef
from nguon.evidence import commitments
from nguon.evidence.commitments import (
    NO_SIGNATURE,
    SALT_LENGTH,
    THINGS,
    author_octets,
    commitment,
    has_mark,
    item_mark,
    item_secret,
    sealed,
)
from nguon.store.values import EventRecord, Submitter

__all__ = [
    "MOST_SUBJECTS",
    "NO_SIGNATURE",
    "SALT_BYTES",
    "THINGS",
    "author",
    "commitment",
    "erasure_leaf",
    "item_secret",
    "leaf",
    "marks_in",
    "marks_of",
    "subject",
    "subjects",
]

VERSION = 1
SALT_BYTES = SALT_LENGTH
MOST_SUBJECTS = 1000


def leaf(record: EventRecord, submitter: Submitter, salt: bytes, secret: bytes) -> bytes:
    """The leaf of an event, canonical JSON (RFC 8785); ``secret`` is the store's master secret."""
    derived = record.derived
    marks = subjects(record.items, secret) if derived is None else derived.subjects
    if len(marks) > MOST_SUBJECTS:
        about = f'"subjects_root":"{url_text(sha256("".join(marks).encode()).digest())}"'
    else:
        about = '"subjects":[' + ",".join([f'"{mark}"' for mark in marks]) + "]"
    who = author_octets(submitter.organisation, submitter.key_id, submitter.signature)
    commit, by = sealed(salt, record.digest + record.received, who)
    # Every value is base64url and every key in place, so this is RFC 8785 already.
    return f'{{"by":"{by}","commit":"{commit}","kind":"event",{about},"v":{VERSION}}}'.encode()


def erasure_leaf(seq: int, order: bytes, salt: bytes) -> bytes:
    """The leaf that says that what entry ``seq`` was about is erased, on an order (a digest)."""
    commit = url_text(mac(salt, order))
    return f'{{"commit":"{commit}","erased":{seq},"kind":"erasure","v":{VERSION}}}'.encode()


def marks_in(entry: bytes) -> tuple[str, ...] | None:
    """The marks in an entry, in order; None where it has their root only."""
    if not entry.startswith(b"{"):
        return ()
    told = msgspec.json.decode(entry)
    return None if "subjects_root" in told else tuple(told.get("subjects", ()))


def author(submitter: Submitter, salt: bytes) -> str:
    """HMAC-SHA-256 under the salt over organisation (8 bytes), key id and signature digest."""
    return commitments.author(submitter.organisation, submitter.key_id, salt, submitter.signature)


@lru_cache(maxsize=65536)
def subject(key: str, secret: bytes) -> str:
    """How an item is marked in its leaves: 16 bytes, base64url; empty for whole products."""
    if not has_mark(key):
        return ""
    return url_text(item_mark(key, item_secret(key, secret)))


def subjects(items: tuple[ItemRef, ...], secret: bytes) -> list[str]:
    """The marks of the things and lots among these items, distinct, sorted."""
    return marks_of((item.key for item in items if item.role in THINGS), secret)


def marks_of(keys: Iterable[str], secret: bytes) -> list[str]:
    """The marks of things by their keys, distinct, sorted; whole products have none."""
    marks = {subject(key, secret) for key in keys}
    marks.discard("")
    return sorted(marks)
