# SPDX-License-Identifier: Apache-2.0
"""How much of each record behind an answer its reader sees: as in a trace of the same things."""

from collections.abc import Iterable, Mapping, Sequence

from nguon.base.audience import Audience, Disclosure
from nguon.epcis.items import ItemRef, Role
from nguon.store import Store
from nguon.store.values import LineageEvent
from nguon.trace.model import Direction, Mode
from nguon.trace.shapes import Shape
from nguon.trace.steps import Known
from nguon.trace.visibility import Findings, _public_name, disclosures

_ALL = "\0"


def levels(
    store: Store, audience: Audience, events: Sequence[LineageEvent], asked: str, *, cut: bool
) -> Mapping[int, Disclosure]:
    """By record what the reader sees of it; noted for the records' owners, as about ``asked``.

    ``cut``: not all records of the things were read, so that nobody's custody is known.
    """
    provinces: Mapping[int, frozenset[str]] = {}
    if audience.mandate is not None:
        provinces = store.events.touched(audience, events)
    found = _as_found(events, cut=cut)
    disclosed = disclosures(audience, found, store.named_organisations, provinces)
    if audience.reader:
        others = {
            one.submitter
            for one in events
            if disclosed[one.id] is Disclosure.FULL and one.submitter != audience.organisation
        }
        store.hooks.noted(audience, "trace", [(number, asked) for number in others])
    return disclosed


def public_names(keys: Iterable[str]) -> tuple[str, ...]:
    """The lots and products that labels show anyway; nothing for containers and the like."""
    return tuple(sorted({name for key in keys if (name := _public_name(key)) is not None}))


def public_place(audience: Audience, key: str | None) -> str | None:
    """What of a place every reader may know."""
    if key is None or audience.reduce_items is None:
        return None
    left: Sequence[ItemRef] = audience.reduce_items((ItemRef(key, Role.BIZ_LOCATION),))
    return left[0].key if left else None


def _as_found(events: Sequence[LineageEvent], *, cut: bool) -> Findings:
    known = Known()
    known.by_key[_ALL] = [Shape(one) for one in events]
    return Findings(
        start=_ALL,
        direction=Direction.BACK,
        as_of=0,
        depths={_ALL: (0, Mode.WHOLE)},
        links=set(),
        known=known,
        truncated=cut,
        windows={},
        cut=cut,
    )
