# SPDX-License-Identifier: Apache-2.0
"""A vertical audit: one thing's records, certificates and claims, checked one by one."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from nguon.attesting.model import Attestation, Standing
from nguon.attesting.queries import attestations_for
from nguon.base.audience import Audience, Disclosure
from nguon.base.time import HANOI, from_microseconds
from nguon.compliance.completeness import completeness
from nguon.compliance.model import Binding, State
from nguon.epcis.items import Role
from nguon.recall.drills.model import Check, Mark
from nguon.registry.queries import named_organisations
from nguon.stoplist.queries import stopped
from nguon.store import Store
from nguon.store.custody import product_of
from nguon.store.values import StoredEvent
from nguon.trace.asking.gaps import gaps_of
from nguon.trace.model import Direction, Limits
from nguon.trace.service import trace

MOST_RECORDS = 500
_UNREAD = Check(code="unread", of="", mark=Mark.NONE)
_LIMITS = Limits(nodes=2_000, records=20_000)
_PLACES = frozenset({Role.READ_POINT, Role.BIZ_LOCATION, Role.SOURCE, Role.DESTINATION})


def checked(store: Store, audience: Audience, key: str) -> tuple[Check, ...]:
    """Every check of a thing, as far as the reader may see what it rests on."""
    read = store.events.by_items(audience, [key], limit=MOST_RECORDS)
    full = [entry for entry in read if entry.disclosure is Disclosure.FULL]
    return (
        *_once(
            _records(read, full),
            _certificates(store, key, full),
            _requirements(store, audience, key),
            _gaps(store, audience, key),
        ),
        _stop(store, key),
    )


def _once(*some: Iterable[Check]) -> Iterator[Check]:
    """These one after the other; that something was left unread is told once, behind them."""
    checks = [check for each in some for check in each]
    yield from (check for check in checks if check != _UNREAD)
    if _UNREAD in checks:
        yield _UNREAD


def _records(read: list[StoredEvent], full: list[StoredEvent]) -> Iterator[Check]:
    """Its records: those that are read in full, and those that are not shown."""
    mark = Mark.GOOD if full else Mark.NONE
    yield Check(code="records", of="", mark=mark, count=len(full))
    if len(read) == MOST_RECORDS:
        yield _UNREAD
    if len(full) < len(read):
        yield Check(code="hidden", of="", mark=Mark.NONE, count=len(read) - len(full))


def _certificates(store: Store, key: str, full: list[StoredEvent]) -> Iterator[Check]:
    """What bodies attest of it, its product, its places and whoever recorded it, for the day of
    its first record.
    """
    if not full:
        return
    first: datetime = from_microseconds(min(entry.record_time for entry in full))
    product = product_of(key)
    products = [] if product is None else [product]
    places = {item.key for entry in full for item in entry.items if item.role in _PLACES}
    makers = set(named_organisations(store, products).values())
    found = attestations_for(
        store,
        items=[key],
        products=products,
        places=places,
        organisations=makers | {entry.submitter for entry in full},
        at=first,
    )
    day = first.astimezone(HANOI).date()
    for one in found:
        name = " ".join(part for part in (one.scheme, one.number, one.attester_name) if part)
        yield Check(code="certificate", of=name[:200], mark=_stands(one, day))
    if not found:
        yield Check(code="certificate", of="", mark=Mark.NONE)


def _stands(one: Attestation, day: date) -> Mark:
    begun = one.valid_from is None or one.valid_from <= day
    runs = begun and (one.valid_to is None or day <= one.valid_to)
    return Mark.GOOD if one.status is Standing.GOOD and runs else Mark.BAD


def _requirements(store: Store, audience: Audience, key: str) -> Iterator[Check]:
    """The claims that rules ask for: each mandatory one, there or not."""
    found = completeness(store, audience, key)
    for one in () if found is None else found.judged:
        if one.binding is Binding.MANDATORY and one.state in (State.COMPLETE, State.MISSING):
            mark = Mark.GOOD if one.state is State.COMPLETE else Mark.BAD
            yield Check(code="requirement", of=one.requirement.id, mark=mark)
    if found is not None and found.truncated:
        yield _UNREAD


def _gaps(store: Store, audience: Audience, key: str) -> Iterator[Check]:
    """What is missing on its way here, by kind."""
    lineage = trace(store, audience, key, Direction.BACK, limits=_LIMITS)
    kinds: dict[str, int] = {}
    found = gaps_of(store, audience, lineage)
    for gap in found.gaps:
        kinds[gap.kind.value] = kinds.get(gap.kind.value, 0) + 1
    for kind, count in sorted(kinds.items()):
        yield Check(code="gap", of=kind, mark=Mark.BAD, count=count)
    if lineage.truncated or found.truncated:
        yield _UNREAD
    elif not kinds:
        yield Check(code="gap", of="", mark=Mark.GOOD)


def _stop(store: Store, key: str) -> Check:
    found = stopped(store, [key])
    return Check(code="stop", of="", mark=Mark.BAD if found else Mark.GOOD)
