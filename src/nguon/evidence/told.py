# SPDX-License-Identifier: Apache-2.0
"""What an event says of itself: the digests and names by which entries know it."""

from collections.abc import Callable
from hashlib import sha256

import msgspec

from nguon.base.errors import NguonError
from nguon.epcis.codec import decode_raw_event, split_document
from nguon.epcis.digest import record_digest
from nguon.epcis.event_hash import event_hash_uri

_SPACE = b" \t\n\r"


class Told(msgspec.Struct, frozen=True):
    """One event."""

    received: bytes
    """SHA-256 of its octets."""
    digest: bytes | None = None
    """The record digest; None where the octets are no event."""
    names: tuple[str, ...] = ()
    """Its eventID, and the URI of its CBV hash."""
    whole: bool = True
    """What names of a company's own stand for is known, so the digest is beyond doubt."""

    def is_record(self, digest: bytes, received: bytes) -> bool:
        """Whether an entry with these digests is about this very event as it was sent."""
        doubtful = self.digest is None or not self.whole
        return self.received == received and (doubtful or self.digest == digest)


Telling = Callable[[bytes], list[Told]]
"""The events in a file."""


def told_by(raw: bytes, context: bytes | None, *, whole: bool = True) -> Told:
    """An event's octets, and the ``@context`` of its document."""
    received = sha256(raw).digest()
    try:
        event = decode_raw_event(raw, rules=False)
        digest = record_digest(event, context)
        uri = event_hash_uri(event, context)
    except NguonError:
        return Told(received)
    names = (uri,) if event.event_id is None else (event.event_id, uri)
    return Told(received, digest, names, whole or event.context is not None)


def told_in(octets: bytes) -> list[Told]:
    """The events in a file: a document's, or the one that it is."""
    bare = octets.strip(_SPACE)
    try:
        document, raws = split_document(bare)
    except NguonError:
        return [told_by(bare, None, whole=False)]
    return [told_by(raw, document.context) for raw in raws]
