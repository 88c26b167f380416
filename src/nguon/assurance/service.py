# SPDX-License-Identifier: Apache-2.0
"""The standing of an item for a reader: facts from what is stored, judged by the ladder."""

from collections.abc import Sequence
from datetime import datetime

from nguon.assurance.facts import facts_of
from nguon.assurance.model import Gathered, ItemStanding
from nguon.base.audience import Audience
from nguon.ladder.chain import lowest
from nguon.ladder.evaluating import evaluate
from nguon.ladder.model import Flag
from nguon.ladder.rules import RULES_DIGEST
from nguon.store import Store
from nguon.tlog.service import Tlog
from nguon.trace.telling import Told


def standings(
    store: Store,
    tlog: Tlog,
    key: str,
    audience: Audience,
    moment: datetime,
    *,
    told: tuple[Sequence[Told], bool] | None = None,
) -> ItemStanding | None:
    """How far a reader may believe each claim about an item; None where nothing is recorded.

    ``told`` are the item's records where they are at hand (`nguon.trace.telling.records_of`).
    """
    gathered = facts_of(store, tlog, key, audience, moment, told=told)
    return None if gathered is None else judged(gathered, moment)


def judged(gathered: Gathered, moment: datetime) -> ItemStanding:
    """The standing that facts give; pure."""
    claims = tuple(evaluate(facts, moment) for facts in gathered.facts)
    flags = {flag for one in claims for flag in one.flags}
    return ItemStanding(
        item=gathered.item,
        claims=claims,
        lowest=lowest(claims),
        flags=tuple(flag for flag in Flag if flag in flags),
        rules=RULES_DIGEST,
        checked=moment,
        truncated=gathered.truncated,
        steps={seq: place for place, seq in gathered.entries.items()},
    )
