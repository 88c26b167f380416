# SPDX-License-Identifier: Apache-2.0
"""Whether the lots of a use have left: events of their shipping recorded after it."""

from nguon.base.time import from_microseconds
from nguon.epcis.model import Event
from nguon.identity.model import Principal
from nguon.registry.ledger import records
from nguon.store import Store
from nguon.store import ledger as rows

_STEP = "shipping"
_LOOKED_AT = 100


def shipped(store: Store, actor: Principal, use_id: str) -> bool:
    """Whether the user has recorded the shipping of a lot since the use."""
    with store.reading() as connection:
        found = records.drawn(rows.uses(connection, [use_id]), ())
    for use in found:
        if use.user != actor.organisation or not use.lots:
            continue
        events = store.events.by_items(actor.audience, use.lots, limit=_LOOKED_AT)
        return any(
            _step(entry.event) == _STEP
            and entry.submitter == use.user
            and from_microseconds(entry.record_time) > use.recorded
            for entry in events
        )
    return False


def _step(event: Event) -> str:
    """The last word of a business step, however it is written."""
    step = getattr(event, "biz_step", None) or ""
    return step.replace(":", "/").rpartition("/")[2].removeprefix("BizStep-")
