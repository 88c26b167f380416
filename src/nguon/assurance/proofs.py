# SPDX-License-Identifier: Apache-2.0
"""What stands behind records: entries of the log, signatures and their keys, legal entities,
open cases; each read once for all of them.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time
from functools import lru_cache

from nguon.base.time import HANOI, from_microseconds
from nguon.ladder.model import Entity, Logged, Scope, Signature
from nguon.parties.enrolment.queries import entities_at
from nguon.parties.keys import queries as keys
from nguon.parties.keys.model import Custody, PartyKey
from nguon.signing.keys import PublicKey
from nguon.store import Store, signatures
from nguon.store.signatures import SignatureRow
from nguon.store.values import LogEntry
from nguon.tlog.receipts import number_of
from nguon.tlog.service import Tlog

_REMEMBERED = 4096


def receipts_of(tlog: Tlog, seqs: Collection[int]) -> dict[int, str]:
    """The numbers of entries' receipts; none before the log was begun."""
    return {seq: number_of(tlog, seq) for seq in seqs} if tlog.shards() else {}


def logged(store: Store, seqs: Sequence[int], receipts: Mapping[int, str]) -> dict[int, Logged]:
    """The entries with these numbers."""
    return (
        {entry.seq: _logged(entry, receipts[entry.seq]) for entry in store.log.at(seqs)}
        if (receipts)
        else {}
    )


def _logged(entry: LogEntry, receipt: str) -> Logged:
    return Logged(
        receipt=receipt, leaf=entry.leaf.decode("utf-8"), at=from_microseconds(entry.record_time)
    )


def signed(store: Store, seqs: Sequence[int]) -> dict[int, tuple[Signature, int]]:
    """The signatures over entries, each with its party's number; the key judged at the entry."""
    with store.reading() as connection:
        found = signatures.covering(connection, seqs)
        known = {
            key.kid: key
            for key in keys.by(connection, "kid", sorted({row.kid for row in found.values()}))
        }
    return {
        seq: (_signature(seq, row, known[row.kid]), row.organisation)
        for seq, row in found.items()
        if row.kid in known
    }


def _signature(seq: int, row: SignatureRow, key: PartyKey) -> Signature:
    moment = from_microseconds(row.received)
    return Signature(
        kid=row.kid,
        digest=row.digest.hex(),
        form=row.form,
        # Of a document under a JWS nothing but the beginning is kept: capture verified the whole.
        valid=row.form == "jws" or _verifies(key.public, row.base, row.signature),
        state=key.standing(moment, seq).value,
        party=key.party,
        custody=(Custody.CUSTODIAL if row.custodial else Custody.OWN).value,
        scope=Scope(prefixes=key.scope.prefixes, places=key.scope.places),
    )


@lru_cache(_REMEMBERED)
def _verifies(key: PublicKey, base: bytes, signature: bytes) -> bool:
    return key.verify(base, signature)


def entities(
    store: Store, asked: Collection[tuple[int, datetime]]
) -> dict[tuple[int, datetime], Entity]:
    """The legal entities behind parties at moments; those that are not enrolled too."""
    if not asked:
        return {}
    found = entities_at(store, asked)
    return {
        (number, at): Entity(
            code="",
            way="" if one.way is None else one.way.value,
            since=one.since,
            until=one.until,
            register=one.register_state.value,
            as_of=None if one.as_of is None else datetime.combine(one.as_of, time(), HANOI),
            evidence=one.evidence,
        )
        for (number, at), one in found.items()
    }
