# SPDX-License-Identifier: Apache-2.0
"""The standing of an item as a value: every claim of its passport, and the lowest link."""

from datetime import datetime

import msgspec

from nguon.ladder.model import Facts, Flag, Standing


class Gathered(msgspec.Struct, frozen=True):
    """The facts of an item's claims, as one reader may know them.

    ``entries`` are their numbers in the log by their place among the facts;
    ``truncated`` says that there are more records than were read.
    """

    item: str
    facts: tuple[Facts, ...]
    entries: dict[int, int]
    truncated: bool = False


class ItemStanding(msgspec.Struct, frozen=True, kw_only=True):
    """How far the claims of an item can be believed; ``rules`` names the rules that judged.

    ``steps`` finds the claim of a record by its number in the log.
    """

    item: str
    claims: tuple[Standing, ...]
    lowest: Standing | None
    flags: tuple[Flag, ...]
    rules: str
    checked: datetime
    truncated: bool
    steps: dict[int, int]
