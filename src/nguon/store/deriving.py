# SPDX-License-Identifier: Apache-2.0
"""What the store works out from a record before it is written; pure, usable in worker processes.

It costs more than the writing itself, so it is done where the record is made,
and by the writer's caller only for records that come without it.
"""

import msgspec

from nguon.epcis.items import Role
from nguon.gs1 import key_hash
from nguon.store.leaf import subjects
from nguon.store.packing import pack_items
from nguon.store.values import Derived, EventRecord


def derive(record: EventRecord, secret: bytes) -> EventRecord:
    """The record with its packed items, index entries and leaf subjects.

    ``secret`` is the store's (`nguon.store.Store.secret`).
    """
    if record.derived is not None:
        return record
    entries = {
        (key_hash(item.key), int(item.role is Role.MEMBER), int(item.role)) for item in record.items
    }
    derived = Derived(
        packed=pack_items(record.items),
        entries=tuple(entries),
        subjects=tuple(subjects(record.items, secret)),
    )
    return msgspec.structs.replace(record, derived=derived)
