# SPDX-License-Identifier: Apache-2.0
"""What capture refuses of a form because it is another's to say, told by entry and field."""

import re
from collections.abc import Iterator, Sequence

from nguon.base.errors import Fault
from nguon.capture.errors import RefusedEventsError
from nguon.entries.errors import FaultyEntryError, FieldFault
from nguon.entries.model import Entry, Harvest, Pack
from nguon.parties.owning import PLACES

ROOM = "parties."
"""How the codes begin of what others have to grant first."""
_EVENT = re.compile(r"/epcisBody/eventList/([0-9]+)/")


def told(
    error: RefusedEventsError, entries: Sequence[Entry], made_by: Sequence[int]
) -> FaultyEntryError | RefusedEventsError:
    """The refusal by the fields of a form, where all of it is of this kind; else as it is.

    ``made_by``: the place of the entry that each event came from.
    """
    found = list[FieldFault]()
    for fault in error.faults:
        event = _EVENT.match(fault.pointer)
        if event is None or not fault.code.startswith(ROOM):
            return error
        at = made_by[int(event[1])]
        found += (one for one in _field(fault, at, entries[at]) if one not in found)
    return FaultyEntryError(found)


def _field(fault: Fault, at: int, entry: Entry) -> Iterator[FieldFault]:
    key = str(fault.params.get("key", ""))
    if key.startswith(PLACES):
        field = "area" if isinstance(entry, Harvest) else "place"
        yield FieldFault(field, fault.code, fault.params, entry=at)
        return
    items = [one.item for one in entry.outputs] if isinstance(entry, Pack) else []
    lines = [line for line, item in enumerate(items) if item == key or item.startswith(f"{key}/")]
    for line in lines or (0,):
        yield FieldFault("lot", fault.code, fault.params, entry=at, line=line)
