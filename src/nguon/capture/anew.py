# SPDX-License-Identifier: Apache-2.0
"""A stored event's record made again, as it was made when it came."""

from nguon.capture.prepare import Context, prepare_all
from nguon.store.values import EventRecord


def recompute(raw: bytes, context: bytes | None) -> EventRecord | None:
    """The record of an event's bytes and its document's ``@context``; None for no event."""
    return prepare_all([raw], Context(context))[0].record
