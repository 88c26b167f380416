# SPDX-License-Identifier: Apache-2.0
"""Which events their own submitters declared in error (`nguon.trace.shapes.in_force`)."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from nguon.trace.index.columns import Segment
from nguon.trace.index.marks import Flags, Marks, Numbers


class Fixes:
    """The declarations among some segments.

    A declaration counts for a thing that it names too: whoever reads the records of one
    thing sees no others.
    """

    def __init__(self, segments: Sequence[Segment], upto: int, erased: Numbers) -> None:
        self._of: dict[tuple[str, int], list[tuple[frozenset[int], frozenset[int]]]] = defaultdict(
            list
        )
        for segment in segments:
            fixes = segment.arrays["fix"]
            if len(fixes):
                self._take(segment, upto, erased)
        self.any = bool(self._of)
        self._wanted = {
            column: np.array(sorted(value for name, value in self._of if name == column), np.int64)
            for column in ("name", "content")
        }

    def void(
        self, segment: Segment, events: Numbers, about: Marks, gathered: Flags | None
    ) -> Flags:
        """For which of these events of a segment a declaration counts, each as one about a
        thing; ``gathered``: where its pieces' declarations are read too.
        """
        found = np.zeros(len(events), bool)
        for column in ("name", "content"):
            wanted = self._wanted[column]
            if not len(wanted):
                continue
            values = segment.arrays[column][events]
            for at in np.flatnonzero(np.isin(values, wanted)).tolist():
                pieces = gathered is not None and bool(gathered[at])
                thing = int(about[at])
                found[at] |= any(
                    thing in direct or (pieces and thing in members)
                    for direct, members in self._of[column, int(values[at])]
                )
        return found

    def _take(self, segment: Segment, upto: int, erased: Numbers) -> None:
        arrays = segment.arrays
        at = arrays["fix_at"].tolist()
        for number, event in enumerate(arrays["fix"].tolist()):
            if arrays["seq"][event] > upto or arrays["number"][event] in erased:
                continue
            marks = arrays["fix_mark"][at[number] : at[number + 1]]
            member = arrays["fix_member"][at[number] : at[number + 1]].astype(bool)
            column = "name" if arrays["name"][event] else "content"
            named = frozenset(marks[~member].tolist()), frozenset(marks[member].tolist())
            self._of[column, int(arrays[column][event])].append(named)
