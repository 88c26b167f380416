# SPDX-License-Identifier: Apache-2.0
"""Signatures of submissions: kept with what they cover, found by entry, never used twice."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, func, insert, select

from nguon.base.base64url import url_text
from nguon.store.dialects import Dialect
from nguon.store.errors import ReplayedError
from nguon.store.portions import batches
from nguon.store.schema import log
from nguon.store.signatures_tables import capture_signature, signature_span
from nguon.store.values import Outcome, Receipt
from nguon.transparency.hashing import HASH_LENGTH, root_of
from nguon.transparency.proving import prove_inclusion

MOST_IN_BATCH = 65_536
"""Events that one batch signature may cover: their hashes are kept, 2 MiB."""


class Signature(msgspec.Struct, frozen=True, dict=True):
    """A signature as it came with a submission; times in microseconds UTC.

    ``once`` may not come again with other content: of ES256, anybody can make a second
    signature from a first, so the octets of a signature name nothing. ``leaves`` are a batch's
    hashes one after another, ``frame`` is packed (`nguon.capture.frames`).
    """

    kid: str
    organisation: int
    """Whose key it is."""
    form: str
    custodial: bool
    base: bytes
    signature: bytes
    once: bytes
    content: bytes
    created: int
    nonce: str | None = None
    count: int = 1
    leaves: bytes | None = None
    frame: bytes | None = None

    @cached_property
    def digest(self) -> bytes:
        """What a log entry commits to."""
        return sha256(self.signature).digest()

    @property
    def id(self) -> int:
        """Its key in the table."""
        return int.from_bytes(self.once[:8], "big", signed=True)


class Attached(msgspec.Struct, frozen=True):
    """What is written in the transaction of a submission's records.

    ``positions``: which event of the signed document each record is. ``drawn`` is called with
    the numbers of the records that are new, by their place among the submission's records,
    and refuses the submission by a `StoreError`.
    """

    signature: Signature | None = None
    positions: Sequence[int] = ()
    drawn: Callable[[Connection, dict[int, int]], None] | None = None


class SignatureRow(msgspec.Struct, frozen=True):
    """The signature that covers an entry; ``position`` is the event's in what was signed.

    ``base`` are the octets that were signed; of the form ``jws`` their beginning, which
    the body follows (`signed_octets`).
    ``path`` shows a batch's event alone (RFC 6962 section 2.1.1); it is None for other forms.
    ``received`` is the record time of its first entry.
    """

    id: int
    kid: str
    organisation: int
    form: str
    custodial: bool
    base: bytes
    signature: bytes
    nonce: str | None
    created: int
    received: int
    content: bytes
    count: int
    position: int
    path: tuple[bytes, ...] | None = None
    frame: bytes | None = None

    @property
    def digest(self) -> bytes:
        """What the entries that it covers commit to."""
        return sha256(self.signature).digest()

    def signed_octets(self, body: bytes) -> bytes:
        """What the signature is over; ``body`` counts for the form ``jws`` alone."""
        return self.base + url_text(body).encode() if self.form == "jws" else self.base


def admit(connection: Connection, some: Iterable[Signature]) -> dict[int, bytes]:
    """What is kept of these signatures already: their octets by id.

    Raises `ReplayedError` where one was used before, or is used here, for other content.
    """
    known: dict[bytes, Signature | Any] = {}
    asked = list(some)
    for portion in batches(sorted({one.once for one in asked})):
        query = select(*_SAME).where(capture_signature.c.once.in_(portion))
        known |= {row.once: row for row in connection.execute(query)}
    before = {row.id: bytes(row.signature) for row in known.values()}
    for one in asked:
        if known.setdefault(one.once, one).content != one.content:
            raise ReplayedError("store.replayed", kid=one.kid)
    return before


def keep(
    connection: Connection,
    dialect: Dialect,
    covered: Sequence[tuple[Attached, Sequence[Receipt]]],
    before: Mapping[int, bytes],
    now: int,
) -> None:
    """Write signatures of which an entry is new, and which entries they cover; ``before`` is what
    `admit` gave.

    Raises `ReplayedError` where another signature covers the rest of the same content.
    """
    rows: list[dict[str, Any]] = []
    spans: list[tuple[int, int, int, int]] = []
    known = dict(before)
    for attached, receipts in covered:
        one = attached.signature
        found = [] if one is None else _spans(one.id, attached.positions, receipts)
        if one is None or not found:
            continue
        if one.id not in known:
            rows.append(_row(one, now))
        if known.setdefault(one.id, one.signature) != one.signature:
            raise ReplayedError("store.replayed", kid=one.kid)
        spans += found
    if rows:
        connection.execute(insert(capture_signature), rows)
    dialect.bulk_insert(connection, signature_span, sorted(spans))


def covering(connection: Connection, seqs: Iterable[int]) -> dict[int, SignatureRow]:
    """The signatures that cover entries of the log; entries without one are left out."""
    found = _spanned(connection, seqs)
    names = [column.name for column in capture_signature.columns]
    numbers = [span.signature for span in found.values()]
    rows = {row.id: row for row in _by_id(connection, numbers, *names)}
    trees: dict[int, _Tree] = {}
    return {
        seq: _found(rows[span.signature], span.position + seq - span.first, trees)
        for seq, span in found.items()
    }


def digests(connection: Connection, seqs: Iterable[int]) -> dict[int, bytes]:
    """What entries commit to of their signatures; those without one are left out."""
    found = _spanned(connection, seqs)
    rows = _by_id(connection, [span.signature for span in found.values()], "signature")
    signed = {row.id: sha256(row.signature).digest() for row in rows}
    return {seq: signed[span.signature] for seq, span in found.items() if span.signature in signed}


def used(connection: Connection, once: bytes) -> bytes | None:
    """The content with which this came before."""
    query = select(capture_signature.c.content).where(capture_signature.c.once == once)
    return connection.execute(query).scalar_one_or_none()


def entries_of(connection: Connection, signature: int) -> list[tuple[int, int, int]]:
    """The entries that a signature covers: first, last, position of the first, ascending."""
    own = signature_span.c
    query = select(own.first, own.last, own.position).where(own.signature == signature)
    return [(r.first, r.last, r.position) for r in connection.execute(query.order_by(own.first))]


_SAME = [capture_signature.c[name] for name in ("id", "once", "content", "signature")]


def _by_id(connection: Connection, numbers: Iterable[int], *names: str) -> list[Any]:
    found: list[Any] = []
    columns = [capture_signature.c[name] for name in dict.fromkeys(("id", *names))]
    for some in batches(sorted(set(numbers))):
        found += connection.execute(select(*columns).where(columns[0].in_(some)))
    return found


def _spanned(connection: Connection, seqs: Iterable[int]) -> dict[int, Any]:
    """The span of each entry that is in one; the log's rows stand for the list of numbers."""
    span, nearest = signature_span.c, signature_span.alias()
    first = select(func.max(nearest.c.first)).where(nearest.c.first <= log.c.seq)
    beside = and_(span.first == first.scalar_subquery(), span.last >= log.c.seq)
    query = select(log.c.seq, *span).join_from(log, signature_span, beside)
    found: dict[int, Any] = {}
    for some in batches(sorted(set(seqs))):
        found |= {row.seq: row for row in connection.execute(query.where(log.c.seq.in_(some)))}
    return found


def _spans(
    number: int, positions: Sequence[int], receipts: Sequence[Receipt]
) -> list[tuple[int, int, int, int]]:
    """New entries as few rows: they go on while entry and event both do."""
    found: list[tuple[int, int, int, int]] = []
    for position, receipt in zip(positions, receipts, strict=True):
        if receipt.outcome is not Outcome.STORED:
            continue
        if found:
            first, last, _, start = found[-1]
            if receipt.seq == last + 1 and position == start + receipt.seq - first:
                found[-1] = first, receipt.seq, number, start
                continue
        found.append((receipt.seq, receipt.seq, number, position))
    return found


def _row(one: Signature, now: int) -> dict[str, Any]:
    told = msgspec.structs.asdict(one)
    return {**told, "id": one.id, "custodial": int(one.custodial), "received": now}


class _Tree:
    """A batch's hashes, its proofs made from them."""

    def __init__(self, leaves: bytes) -> None:
        self._leaves = leaves
        self._size = len(leaves) // HASH_LENGTH
        self._known: dict[tuple[int, int], bytes] = {}

    def path(self, index: int) -> tuple[bytes, ...]:
        """The proof that an event is in the batch."""
        return tuple(prove_inclusion(index, self._size, self._read))

    def _read(self, level: int, index: int) -> bytes:
        key = (level, index)
        if key not in self._known:
            start, end = index << level, (index + 1) << level
            octets = self._leaves[start * HASH_LENGTH : end * HASH_LENGTH]
            self._known[key] = root_of(
                [octets[at : at + HASH_LENGTH] for at in range(0, len(octets), HASH_LENGTH)]
            )
        return self._known[key]


def _found(row: Any, position: int, trees: dict[int, _Tree]) -> SignatureRow:
    path = None
    if row.leaves is not None:
        tree = trees.setdefault(row.id, _Tree(row.leaves))
        path = tree.path(position)
    return SignatureRow(
        id=row.id,
        kid=row.kid,
        organisation=row.organisation,
        form=row.form,
        custodial=bool(row.custodial),
        base=row.base,
        signature=row.signature,
        nonce=row.nonce,
        created=row.created,
        received=row.received,
        content=row.content,
        count=row.count,
        position=position,
        path=path,
        frame=row.frame,
    )
