# SPDX-License-Identifier: Apache-2.0
"""Messages out of their rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from nguon.base.time import from_microseconds
from nguon.messages.model import Channel, DeliveryState, Received, Way

Row = Mapping[Any, Any]


def received(row: Row) -> Received:
    """A message of an inbox."""
    return Received(
        id=row["id"],
        organisation=row["organisation"],
        kind=row["kind"],
        params=msgspec.json.decode(row["params"]),
        link=row["link"],
        about=row["about"],
        due=time_of(row["due"]),
        important=bool(row["important"]),
        made=from_microseconds(row["made"]),
        seen=time_of(row["seen"]),
        acknowledged=time_of(row["acknowledged"]),
    )


def way(row: Row) -> Way:
    """What became of a message at an address."""
    state = DeliveryState.FAILED if row["due"] is None else DeliveryState.QUEUED
    if row["delivered"] is not None:
        state = DeliveryState.SENT
    return Way(
        channel=Channel(row["channel"]),
        state=state,
        attempts=row["attempts"],
        delivered=time_of(row["delivered"]),
        next=time_of(row["due"]),
        status=row["status"],
        trouble=row["trouble"],
    )


def time_of(value: int | None) -> datetime | None:
    """A time that may be missing."""
    return None if value is None else from_microseconds(value)
