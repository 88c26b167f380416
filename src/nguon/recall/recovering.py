# SPDX-License-Identifier: Apache-2.0
"""How much of what was shipped is accounted for and recovered, and what is said beyond it; pure."""

from collections.abc import Iterable

import msgspec

from nguon.recall import amounts
from nguon.recall.model import Quantities, Site


class Recovery(msgspec.Struct, frozen=True, kw_only=True):
    """Shares in percent (`amounts.share`) of what was shipped; ``over`` is what sites say beyond
    what the records place there or what was shipped at all, and counts for neither share.
    """

    accounted: float | None
    recovered: float | None
    over: Quantities


def recovery(sites: Iterable[Site], shipped: Quantities) -> Recovery:
    """What sites say against what was shipped: more at one stands for less at no other.

    What a site says that it sold is beside what the records say was sold there before.
    """
    kept, said, over = list[Quantities](), list[Quantities](), list[Quantities]()
    for one in sites:
        there = amounts.summed(one.told, one.sold_before)
        told = amounts.summed(one.held, one.sold, one.sold_before)
        kept.append(amounts.capped(one.held, there))
        said.append(amounts.capped(told, there))
        over.append(amounts.over(told, there))
    known = amounts.summed(*said)
    return Recovery(
        accounted=amounts.share(known, shipped),
        recovered=amounts.share(amounts.summed(*kept), shipped),
        over=amounts.greatest(amounts.summed(*over), amounts.over(known, shipped)),
    )
