# SPDX-License-Identifier: Apache-2.0
"""What everyday entries refuse."""

from collections.abc import Sequence
from typing import Any

import msgspec

from nguon.base.errors import NguonError


class EntryError(NguonError):
    """An entry that cannot be taken as it is: the code says why and what to do."""


class UnknownHandOverError(EntryError):
    """No hand-over with this number concerns the organisation."""


class FieldFault(msgspec.Struct, frozen=True):
    """One thing wrong: the field's name, what, in which entry of a form and which of its lines."""

    field: str
    code: str
    params: dict[str, Any] = {}
    entry: int = 0
    line: int | None = None


class FaultyEntryError(EntryError):
    """Entries refused with every fault named at once; nothing was recorded."""

    def __init__(self, faults: Sequence[FieldFault]) -> None:
        super().__init__("entries.refused", count=len(faults))
        self.faults = tuple(faults)
