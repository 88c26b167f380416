# SPDX-License-Identifier: Apache-2.0
"""What an event is about: its items with their roles, by canonical key."""

from enum import IntEnum

import msgspec


class Role(IntEnum):
    """How an item takes part in an event."""

    EPC = 1
    PARENT = 2
    CHILD = 3
    INPUT = 4
    OUTPUT = 5
    MEMBER = 6
    TRANSFORMATION_ID = 7
    READ_POINT = 8
    BIZ_LOCATION = 9
    SOURCE = 10
    DESTINATION = 11
    DOCUMENT = 12


class ItemRef(msgspec.Struct, frozen=True, array_like=True):
    """One item of an event.

    ``key`` is the canonical item key. ``quantity`` is an exact decimal as text
    with its UN/ECE ``unit``, for class-level items. A ``MEMBER`` item is the lot
    or product that the item at index ``of`` belongs to.
    """

    key: str
    role: Role
    quantity: str | None = None
    unit: str | None = None
    of: int | None = None
