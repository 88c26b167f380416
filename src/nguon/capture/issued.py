# SPDX-License-Identifier: Apache-2.0
"""Prepared events against the serials that were issued and what is stopped: refused, or kept
with a warning.
"""

from collections.abc import Sequence

from nguon import gs1
from nguon.base.errors import Fault
from nguon.capture import stopped
from nguon.capture.prepare import Prepared
from nguon.capture.rules import identifiers
from nguon.codes import admission
from nguon.codes.admission import Finding
from nguon.epcis.codec import MOST_FAULTS_OF_EVENT, decode_raw_event
from nguon.store import Store
from nguon.store.bodies import unpack
from nguon.store.values import EventRecord


def judged(store: Store, prepared: Sequence[Prepared], strict: bool) -> list[Prepared]:
    """The same events: those that name what was never issued without a record, those that
    contradict the life of a piece or move on what is stopped with a warning, or without a
    record for a strict key.
    """
    records = [one.record for one in prepared if one.record is not None]
    found = [*admission.judge(store, records), *stopped.judge(store, records)]
    if not found:
        return list(prepared)
    by_record: dict[int, list[Finding]] = {}
    for finding in found:
        by_record.setdefault(finding.record, []).append(finding)
    done: list[Prepared] = []
    at = 0
    for one in prepared:
        if one.record is None:
            done.append(one)
            continue
        done.append(_with(one, one.record, by_record.get(at, ()), strict))
        at += 1
    return done


def _with(one: Prepared, record: EventRecord, found: Sequence[Finding], strict: bool) -> Prepared:
    if not found:
        return one
    pointers = pointers_of(record)
    added = [
        Fault(pointers.get(finding.key, ""), finding.code, finding.params) for finding in found
    ]
    refused = any(one.refuse or (strict and not one.keep) for one in found)
    faults = [*one.faults, *added][:MOST_FAULTS_OF_EVENT]
    return Prepared(None if refused else record, faults)


def pointers_of(record: EventRecord) -> dict[str, str]:
    """Where an event names its things."""
    event = decode_raw_event(unpack(record.body)[0], rules=False)
    return {gs1.item_key(sent): pointer for pointer, sent in reversed([*identifiers(event)])}
