# SPDX-License-Identifier: Apache-2.0
"""Numbers of receipts in answers: the shard of the log and the index of the entry in it."""

from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import quote

from nguon.evidence.receipts import receipt_number
from nguon.store.job_entries import Span, spans
from nguon.store.values import Receipt
from nguon.tlog.errors import UnknownShardError
from nguon.tlog.service import Tlog
from nguon.web.services import Services

HEADER = "nguon-receipt"
_MOST = 50
"""So many spans a header names; the address in the Link header leads to all."""


def number_of(tlog: Tlog, seq: int) -> str | None:
    """The receipt number of an entry; None before the log was begun."""
    try:
        shard = tlog.shard_of(seq)
    except UnknownShardError:
        return None
    return receipt_number(shard.name, seq - shard.first)


def event_headers(found: Services, receipt: Receipt) -> dict[str, str]:
    """What tells the sender of an event its receipt's number and address."""
    number = number_of(found.tlog, receipt.seq)
    if number is None:
        return {}
    return {HEADER: number, "link": _link(f"{found.base_url}/api/v1/receipts/{number}")}


def job_headers(found: Services, job: str, entries: Iterable[Span]) -> dict[str, str]:
    """What tells the sender of a document the numbers and the address of its receipts.

    Numbers that follow each other are given as the first and the last: ``1-17..1-20``.
    """
    told = list(islice(_numbers(found.tlog, entries), _MOST))
    if not told:
        return {}
    address = f"{found.base_url}/api/v1/receipts?job={quote(job, safe='')}"
    return {HEADER: ", ".join(told), "link": _link(address)}


def numbers(tlog: Tlog, entries: Iterable[Span], *, most: int) -> list[str]:
    """The receipt number of each entry, at most so many."""
    seqs = (seq for first, last in entries for seq in range(first, last + 1))
    told = (number_of(tlog, seq) for seq in dict.fromkeys(islice(seqs, most)))
    return [number for number in told if number is not None]


def spans_of(receipts: Iterable[Receipt]) -> list[Span]:
    """The entries of receipts."""
    return spans(receipt.seq for receipt in receipts)


def _numbers(tlog: Tlog, entries: Iterable[Span]) -> Iterator[str]:
    for first, last in entries:
        begin, end = number_of(tlog, first), number_of(tlog, last)
        if begin is not None and end is not None:
            yield begin if first == last else f"{begin}..{end}"


def _link(address: str) -> str:
    return f'<{address}>; rel="receipt"'
