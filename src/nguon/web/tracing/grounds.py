# SPDX-License-Identifier: Apache-2.0
"""What the panels of one answer reckon with: its records, gathered once for all of them."""

from functools import cached_property

from nguon.base.audience import Audience
from nguon.store import Store
from nguon.trace.asking.gaps import judged
from nguon.trace.asking.holdings import goods
from nguon.trace.asking.reckoning import Reckoning, reckoning
from nguon.web.tracing.found import Found


class Grounds:
    """The records about what was found, read where a panel first needs them."""

    def __init__(self, store: Store, audience: Audience, found: Found) -> None:
        self.store = store
        self.audience = audience
        self.found = found
        self.cut = False
        """Whether more records exist than any panel has read up to now."""

    @cached_property
    def of_goods(self) -> Reckoning:
        """Of the goods found."""
        return self._read(judged(self.found.lineage))

    @cached_property
    def of_things(self) -> Reckoning:
        """Of all things found, those attached to goods among them."""
        keys = goods(self.found.keys)
        if set(keys) == set(judged(self.found.lineage)):
            return self.of_goods
        return self._read(keys)

    def _read(self, keys: list[str]) -> Reckoning:
        lineage = self.found.lineage
        made = reckoning(self.store, self.audience, keys, lineage.start, upto_seq=lineage.as_of)
        self.cut = self.cut or made.gathered.cut
        return made
