# SPDX-License-Identifier: Apache-2.0
"""The EPCIS document around the events of an entry; pure."""

from collections.abc import Sequence
from datetime import datetime

from nguon.base.time import rfc3339
from nguon.entries.markets import NAMESPACE
from nguon.epcis.encode import STANDARD_CONTEXT

_OURS = b"[" + STANDARD_CONTEXT + b',{"nguon":"' + NAMESPACE.encode() + b'"}]'


def document(events: Sequence[bytes], created: datetime, context: bytes | None = None) -> bytes:
    """A capture document of events in JSON.

    Without a ``context`` it has the standard's, and ours where an event has a member of ours.
    """
    if context is None:
        ours = any(b'"nguon:' in event for event in events)
        context = _OURS if ours else STANDARD_CONTEXT
    return b"".join(
        (
            b'{"@context":' + context + b',"type":"EPCISDocument","schemaVersion":"2.0",',
            b'"creationDate":"' + rfc3339(created).encode() + b'","epcisBody":{"eventList":[',
            b",".join(events),
            b"]}}",
        )
    )
