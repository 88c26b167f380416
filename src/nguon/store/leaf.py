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

from binascii import b2a_base64
from functools import lru_cache
from hashlib import sha256

from nguon.epcis.items import ItemRef, Role
from nguon.store.mac import Mac, mac
from nguon.store.values import EventRecord, Submitter

VERSION = 1
SALT_BYTES = 32
SUBJECT_BYTES = 16
MOST_SUBJECTS = 1000
NO_SIGNATURE = sha256(b"").digest()

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
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
    derived = record.derived
    marks = subjects(record.items, secret) if derived is None else derived.subjects
    if len(marks) > MOST_SUBJECTS:
        about = f'"subjects_root":"{_text(sha256("".join(marks).encode()).digest())}"'
    else:
        about = '"subjects":[' + ",".join([f'"{mark}"' for mark in marks]) + "]"
    salted = Mac(salt)
    commit = _text(salted(record.digest + record.received))
    by = _text(salted(_author(submitter, signature)))
    # Every value is base64url and every key in place, so this is RFC 8785 already.
    return f'{{"by":"{by}","commit":"{commit}","kind":"event",{about},"v":{VERSION}}}'.encode()


def erasure_leaf(seq: int, order: bytes, salt: bytes) -> bytes:
    """The leaf that says that what entry ``seq`` was about is erased, on an order (a digest)."""
    commit = _text(mac(salt, order))
    return f'{{"commit":"{commit}","erased":{seq},"kind":"erasure","v":{VERSION}}}'.encode()


def commitment(digest: bytes, received: bytes, salt: bytes) -> str:
    """HMAC-SHA-256 under the salt over the record digest and the digest of the bytes received."""
    return _text(mac(salt, digest + received))


def author(submitter: Submitter, salt: bytes, signature: bytes = NO_SIGNATURE) -> str:
    """HMAC-SHA-256 under the salt over organisation (8 bytes), key id and signature digest."""
    return _text(mac(salt, _author(submitter, signature)))


def item_secret(key: str, secret: bytes) -> bytes:
    """An item's own secret: lets its holder find the item's leaves and no others."""
    return _keyed(secret)(key.encode())


@lru_cache(maxsize=65536)
def subject(key: str, secret: bytes) -> str:
    """How an item is marked in its leaves: 16 bytes, base64url; empty for whole products."""
    if key.startswith(("01/", "8010/")) and key.count("/") == 1:
        return ""
    text = key.encode()
    return _text(mac(_keyed(secret)(text), text)[:SUBJECT_BYTES])


def subjects(items: tuple[ItemRef, ...], secret: bytes) -> list[str]:
    """The marks of the things and lots among these items, distinct, sorted."""
    marks = {subject(item.key, secret) for item in items if item.role in _THINGS}
    marks.discard("")
    return sorted(marks)


_keyed = lru_cache(maxsize=8)(Mac)


def _author(submitter: Submitter, signature: bytes) -> bytes:
    who = submitter.organisation.to_bytes(8, "big", signed=True)
    return who + submitter.key_id.encode() + signature


def _text(data: bytes) -> str:
    return b2a_base64(data, newline=False).translate(_URL_SAFE, b"=").decode()
