# SPDX-License-Identifier: Apache-2.0
"""The numbers of a scope before anything is kept or sent."""

import msgspec

from nguon.recall.inputs import LeftOut
from nguon.recall.model import Quantities
from nguon.trace.asking.gaps import Gap


class PreviewSite(msgspec.Struct, frozen=True, kw_only=True):
    """Who would be told: what lies there or was sold there, as the records say.

    ``known``: a site of this recall already.
    """

    organisation: int | None
    party: str | None
    place: str | None
    province: str | None
    things: int
    told: Quantities
    sold: Quantities
    moving: bool = False
    known: bool = False


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """A scope in numbers.

    ``things`` are pieces, containers and lots affected, ``lots`` the lots among them; quantities
    by product for what is held, on its way, sold, used up, destroyed, and of which nobody says
    where it is. ``limit`` says which limit was met where ``truncated``: then more is affected
    than the numbers say. ``gaps_truncated``: gaps were looked for near the goods that the search
    begins from, not as far as the scope goes, or there are more than these; what the scope counts
    is not touched by it. ``as_of`` is the log position of the records.
    """

    things: int
    lots: tuple[str, ...]
    sites: tuple[PreviewSite, ...]
    site_count: int
    """How many sites; of a settled scope ``sites`` has only the first thousand."""
    parties: int
    by_hand: int
    """Parties without account, to be contacted by hand."""
    held: Quantities
    moving: Quantities
    sold: Quantities
    used: Quantities
    destroyed: Quantities
    unknown: Quantities
    gaps: tuple[Gap, ...]
    left_out: tuple[LeftOut, ...]
    truncated: bool
    limit: str | None
    as_of: int
    gaps_truncated: bool = False
