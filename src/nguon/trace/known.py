# SPDX-License-Identifier: Apache-2.0
"""As known at a time: which entry of the log was the last one then."""

from datetime import datetime

from nguon.base.time import to_microseconds
from nguon.store import Store


def seq_at(store: Store, moment: datetime) -> int:
    """The position of the log at a moment: what was recorded up to then, that moment included.

    0 before the first entry. Raises `TypeError` for a time without zone.
    """
    return store.log.seq_at(to_microseconds(moment))
