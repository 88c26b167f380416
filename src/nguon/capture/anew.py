# SPDX-License-Identifier: Apache-2.0
"""A stored event's record made again, as it was made when it came."""

from collections.abc import Sequence

from nguon.capture.prepare import Context, prepare_all
from nguon.store.values import EventRecord


def recompute(raw: bytes, context: bytes | None) -> EventRecord | None:
    """The record of an event's bytes and its document's ``@context``; None for no event."""
    return recompute_all([raw], context)[0]


def recompute_all(raws: Sequence[bytes], context: bytes | None) -> list[EventRecord | None]:
    """Those of many with one context: half as much work as one by one."""
    return [each.record for each in prepare_all(raws, Context(context))]
