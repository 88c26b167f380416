# SPDX-License-Identifier: Apache-2.0
"""What the index knows of the events of one stretch of the log: a segment, as plain arrays.

Events are numbered from 0 in the order of the log. A relation is three arrays: the things
it is about in order, where the entries of each begin, and the entries.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from nguon.trace.index.marks import Array

INT, SMALL = np.dtype("<i8"), np.dtype("<i4")
_BITS, _OCTET = np.dtype("<u2"), np.dtype("u1")

CONTAINING, ATTACHING, DELETING, CORRECTING, EMPTYING, UNNAMED, MAKING = (1 << n for n in range(7))
"""What an event does, as bits of ``info``: aggregates or associates; associates; takes out;
declares an error; takes everything out of its parent; deletes a child and names no parent;
transforms."""

COLUMNS: Mapping[str, np.dtype] = MappingProxyType(
    {
        "seq": INT,
        "number": INT,
        "time": INT,
        "info": _OCTET,
        "parent": INT,
        "name": INT,
        "content": INT,
        "item_at": INT,
        "item": INT,
        "role": _OCTET,
        "named": INT,
        "named_at": INT,
        "named_event": SMALL,
        "named_roles": _BITS,
        "whole": INT,
        "whole_at": INT,
        "whole_piece": INT,
        "whole_event": SMALL,
        "piece": INT,
        "piece_at": INT,
        "piece_whole": INT,
        "piece_event": SMALL,
        "fix": SMALL,
        "text_mark": INT,
        "text_at": INT,
        "text": _OCTET,
    }
)
"""The arrays of a segment:

- of events: place in the log, number, time, `info`, parent (0: none), fingerprints of submitter
  with eventID (0: none) and of submitter with CBV hash;
- ``item`` and ``role``: what each event names, but for memberships;
- ``named``: by thing the events that name it, with its roles there as bits;
- ``whole`` and ``piece``: by lot or product its pieces, by piece its lots, with the event;
- ``fix``: the events that declare errors;
- ``text``: the keys by their marks; an empty one where two keys have one mark.
"""


class Segment(NamedTuple):
    """The arrays over the entries of the log after ``after`` up to ``upto``."""

    after: int
    upto: int
    arrays: Mapping[str, Array]

    @property
    def events(self) -> int:
        """How many events are in it."""
        return len(self.arrays["seq"])
