# SPDX-License-Identifier: Apache-2.0
"""Receipts for a reader: by number, event and item; by key, by session, and for everybody."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

import msgspec

from nguon.base.audience import Audience
from nguon.base.time import from_microseconds, rfc3339
from nguon.capture.errors import UnknownJobError
from nguon.evidence.errors import EvidenceError
from nguon.evidence.package import Package
from nguon.identity.model import Principal
from nguon.identity.visibility import PUBLIC as EVERYBODY
from nguon.store.values import LogEntry
from nguon.tlog.completing import Completeness
from nguon.tlog.errors import UnknownShardError
from nguon.tlog.model import Shard
from nguon.tlog.packages import Part, package
from nguon.tlog.parts import parts
from nguon.tlog.receipts import Waiting, covering, number_of, receipt, seq_of
from nguon.tlog.service import Tlog
from nguon.transparency.receipts import Receipt
from nguon.web.auth import authenticated, require
from nguon.web.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from nguon.web.services import Services

PATH = "/api/v1/receipts"
SHOWN_LIMIT = 1000
"""Entries of an item that one answer has, the newest; its list in a package has them all."""


class Cited(msgspec.Struct, frozen=True, rename="camel"):
    """A receipt in a list: ``witnessed`` where its proof is there, else it is waiting."""

    number: str
    index: int
    seq: int
    record_time: str
    witnessed: bool
    opened: bool
    """You may see the record whole, so the proof says which one it is."""
    event_id: str | None
    proof: str
    """Where the proof is."""


class Cites(msgspec.Struct, frozen=True):
    """Receipts, oldest first."""

    receipts: list[Cited]


async def reader_of(scope: Any) -> Audience:
    """Who asks: the holder of the key sent, who has signed in, else everybody."""
    by = await asked_by(scope)
    return EVERYBODY if by is None else by.audience


async def asked_by(scope: Any) -> Principal | None:
    """Who asks, where it is known and may read; an unknown key is nobody's."""
    try:
        by = await authenticated(scope)
        require(by, "read")
    except (UnauthenticatedError, ForbiddenError):
        return None
    return by


def by_number(tlog: Tlog, audience: Audience, number: str) -> tuple[Part, Receipt | Waiting]:
    """The receipt of this number; raises `NotFoundError` where there is no such entry."""
    try:
        seq = seq_of(tlog, number)
    except (EvidenceError, UnknownShardError) as error:
        raise NotFoundError("receipts.unknown", number=number[:80]) from error
    found = parts(tlog.store, audience, [seq])
    if not found:
        raise NotFoundError("receipts.unknown", number=number)
    return found[0], _receipt(tlog, found[0])


def _receipt(tlog: Tlog, part: Part) -> Receipt | Waiting:
    shown = part.open
    if shown is None:
        return receipt(tlog, part.entry)
    return receipt(tlog, part.entry, opening=shown.opening, record=shown.record)


def of_event(tlog: Tlog, audience: Audience, event_id: str) -> list[Part]:
    """Of an event and of error declarations that share its ID."""
    found = tlog.store.events.by_event_id(audience, event_id)
    if not found:
        raise NotFoundError("web.no-event", event_id=event_id)
    return parts(tlog.store, audience, [each.seq for each in found])


def of_item(tlog: Tlog, audience: Audience, key: str) -> list[Part]:
    """Of the newest entries of a lot, a piece or a container."""
    seqs = tlog.store.log.seqs_of_item(key)
    if not seqs:
        raise NotFoundError("receipts.no-item", item=key)
    return parts(tlog.store, audience, seqs[-SHOWN_LIMIT:])


def of_job(tlog: Tlog, by: Principal | None, job: str) -> list[Part]:
    """Of the first entries of an organisation's own capture job."""
    if by is None or tlog.store.jobs.get(by.organisation, job) is None:
        raise UnknownJobError("capture.unknown-job", job=job[:80])
    spans = tlog.store.jobs.entries(job)
    seqs = (seq for first, last in spans for seq in range(first, last + 1))
    return parts(tlog.store, by.audience, list(islice(seqs, SHOWN_LIMIT)))


def of_latest(tlog: Tlog, by: Principal, most: int) -> list[Part]:
    """Of an organisation's newest events, the newest first."""
    events = tlog.store.events.latest_of(by.organisation, most=most)
    found = tlog.store.events.by_ids(by.audience, events)
    return parts(tlog.store, by.audience, [each.seq for each in found])[::-1]


def cites(tlog: Tlog, found: Sequence[Part]) -> Cites:
    """The receipts of entries, without their proofs."""
    covered: dict[str, int] = {}
    return Cites([_cited(tlog, part, covered) for part in found])


def _cited(tlog: Tlog, part: Part, covered: dict[str, int]) -> Cited:
    entry = part.entry
    shard, number = tlog.shard_of(entry.seq), number_of(tlog, entry.seq)
    if shard.name not in covered:
        checkpoint = covering(tlog, shard)
        covered[shard.name] = 0 if checkpoint is None else checkpoint.checkpoint.size
    index = entry.seq - shard.first
    return Cited(
        number,
        index,
        entry.seq,
        recorded(entry),
        index < covered[shard.name],
        part.open is not None,
        None if part.open is None else part.open.record,
        f"{PATH}/{number}",
    )


def recorded(entry: LogEntry) -> str:
    """When an entry was recorded."""
    return rfc3339(from_microseconds(entry.record_time))


def packaged(
    found: Services, shard: Shard, inside: Sequence[Part], key: str | None
) -> Package | None:
    """The package of a shard's entries, with the list of the item where one is asked for.

    None while no witnessed checkpoint has any of them.
    """
    return package(found.tlog, shard, inside, [] if key is None else complete(found, key))


def complete(found: Services, key: str) -> list[Completeness]:
    """That these are all entries of an item, in each shard that has a map."""
    return found.completer.proofs(key)


def shard_asked(tlog: Tlog, name: str) -> Shard:
    """The shard of a name, the one that grows where none is said; raises `NotFoundError`."""
    try:
        return tlog.named(name) if name else tlog.current()
    except UnknownShardError as error:
        raise NotFoundError("receipts.unknown", number=name[:80] or "–") from error
