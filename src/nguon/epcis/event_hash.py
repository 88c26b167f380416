# SPDX-License-Identifier: Apache-2.0
"""The CBV 2.0 event hash: one name for what happened, whoever tells it (CBV 2.0 section 8.9).

It leaves out eventID, recordTime and errorDeclaration, so a correction and the
counterparty's identical statement share it: an attribute to compare by, never
the identity of a record.
"""

from collections.abc import Iterable
from hashlib import sha256

from nguon.epcis import model
from nguon.epcis.prehash import pre_hash
from nguon.epcis.prehash_extensions import ignore_fields_of

__all__ = ["event_hash", "event_hash_uri", "hash_uri", "ignore_fields_of", "pre_hash"]


def event_hash(
    event: model.Event, context: bytes | None = None, ignore_fields: Iterable[str] = ()
) -> bytes:
    """The 32 bytes of the SHA-256 event hash; parameters as for `pre_hash`."""
    return sha256(pre_hash(event, context, ignore_fields).encode()).digest()


def event_hash_uri(
    event: model.Event, context: bytes | None = None, ignore_fields: Iterable[str] = ()
) -> str:
    """The event hash as an event ID: ``ni:///sha-256;…?ver=CBV2.0`` (RFC 6920)."""
    return hash_uri(event_hash(event, context, ignore_fields))


def hash_uri(digest: bytes) -> str:
    """The ``ni`` URI of an event hash already known."""
    return f"ni:///sha-256;{digest.hex()}?ver=CBV2.0"
