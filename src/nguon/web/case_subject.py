# SPDX-License-Identifier: Apache-2.0
"""What somebody means to report, from what he typed: a receipt, a record, a thing or a party."""

import re

from nguon.base.audience import Audience
from nguon.disputes import subjects
from nguon.disputes.errors import UnknownDisputeError
from nguon.disputes.model import Subject
from nguon.evidence.errors import EvidenceError
from nguon.gs1 import IdentifierError
from nguon.scans.reading import identifier_in
from nguon.store import disputes as rows
from nguon.store.values import StoredEvent
from nguon.tlog.errors import UnknownShardError
from nguon.tlog.receipts import seq_of
from nguon.web.services import Services

_RECEIPT = re.compile(r"[0-9a-z]{1,20}-[0-9]{1,19}")
_DIGEST = re.compile("[0-9a-f]{64}")


def find(parts: Services, audience: Audience, typed: str) -> Subject:
    """A receipt number or a record's digest (hexadecimal), any form of a code, a party's code.

    Raises:
        UnknownDisputeError: nothing that this reader may know of.
    """
    asked = typed.strip()[:200]
    if _RECEIPT.fullmatch(asked) and (found := _receipted(parts, audience, asked)):
        return subjects.of_claim(parts.store, found)
    if _DIGEST.fullmatch(asked):
        return subjects.of_claim(parts.store, digested(parts, audience, asked))
    try:
        return subjects.of_item(parts.store, identifier_in(asked).key)
    except IdentifierError:
        return subjects.of_party(parts.store, audience, asked)


def _receipted(parts: Services, audience: Audience, number: str) -> StoredEvent | None:
    try:
        entries = parts.store.log.at([seq_of(parts.tlog, number)])
    except (EvidenceError, UnknownShardError):
        return None
    events = [entry.event for entry in entries if entry.event]
    return next(iter(parts.store.events.by_ids(audience, events)), None)


def digested(parts: Services, audience: Audience, digest: str) -> StoredEvent:
    """The record with this digest (hexadecimal), as this reader may see it.

    Raises:
        UnknownDisputeError: there is none.
    """
    with parts.store.reading() as connection:
        events = rows.records(connection, bytes.fromhex(digest))
    for found in parts.store.events.by_ids(audience, events):
        if found.digest:
            return found
    raise UnknownDisputeError("disputes.unknown-claim")
