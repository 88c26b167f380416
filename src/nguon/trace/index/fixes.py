# SPDX-License-Identifier: Apache-2.0
"""Which events their own submitters declared in error (`nguon.trace.shapes.in_force`)."""

from collections.abc import Sequence

import numpy as np

from nguon.trace.index.columns import Segment
from nguon.trace.index.marks import Flags, Numbers, distinct


class Fixes:
    """The declarations among some segments: by eventID, or by content where they have none."""

    def __init__(self, segments: Sequence[Segment], upto: int, erased: Numbers) -> None:
        found: dict[str, list[Numbers]] = {"name": [], "content": []}
        for segment in segments:
            arrays = segment.arrays
            fixes = arrays["fix"]
            fixes = fixes[arrays["seq"][fixes] <= upto]
            fixes = fixes[~np.isin(arrays["number"][fixes], erased)]
            names = arrays["name"][fixes]
            found["name"].append(names[names != 0])
            found["content"].append(arrays["content"][fixes[names == 0]])
        self._wanted = {
            column: distinct(np.concatenate([_NONE, *each])) for column, each in found.items()
        }
        self.any = any(len(each) for each in self._wanted.values())

    def void(self, segment: Segment, events: Numbers) -> Flags:
        """Which of these events of a segment are declared in error."""
        found = np.zeros(len(events), bool)
        for column, wanted in self._wanted.items():
            if len(wanted):
                found |= np.isin(segment.arrays[column][events], wanted)
        return found


_NONE = np.empty(0, np.int64)
