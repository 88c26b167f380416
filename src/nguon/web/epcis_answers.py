# SPDX-License-Identifier: Apache-2.0
"""Stored events as they are answered: as captured, with eventID and recordTime.

An event's bytes are given back as received; the ``@context`` of the document it
came in goes into the event where it says more than the standard's. An event
captured without eventID is answered under the URI of its CBV hash.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from nguon.base.time import from_microseconds, rfc3339
from nguon.epcis.encode import encode_query_document, with_context
from nguon.store.values import StoredEvent
from nguon.web.epcis_headers import EpcFormat
from nguon.web.epcis_translation import translated

_HASH_URI = re.compile(r"ni:///sha-256;([0-9a-f]{64})\?ver=CBV2\.0")


def hash_uri(cbv_hash: bytes) -> str:
    """The CBV event hash as an eventID (RFC 6920)."""
    return f"ni:///sha-256;{cbv_hash.hex()}?ver=CBV2.0"


def hash_of(uri: str) -> str | None:
    """The hexadecimal CBV hash that a URI names, if it names one."""
    found = _HASH_URI.fullmatch(uri)
    return None if found is None else found[1]


def event_json(stored: StoredEvent, form: EpcFormat) -> bytes:
    """One event as JSON."""
    assert stored.body is not None, "only events seen in full are answered"
    raw = with_context(stored.body, stored.context)
    added: dict[str, Any] = {"recordTime": rfc3339(from_microseconds(stored.record_time))}
    if stored.event.event_id is None:
        added["eventID"] = hash_uri(stored.cbv_hash)
    if form is EpcFormat.AS_SENT and stored.event.record_time is None:
        return msgspec.json.encode(added)[:-1] + b"," + raw[raw.index(b"{") + 1 :]
    return msgspec.json.encode(translated(msgspec.json.decode(raw) | added, form))


def query_document(
    events: Sequence[StoredEvent], form: EpcFormat, query_name: str = "SimpleEventQuery"
) -> bytes:
    """Events as an EPCISQueryDocument."""
    return encode_query_document(
        [event_json(event, form) for event in events],
        created=datetime.now(UTC),
        query_name=query_name,
    )
