# SPDX-License-Identifier: Apache-2.0
"""From the bytes of an event to its record: here and in a worker process alike."""

import hashlib
import json
from typing import Any

import pytest

from nguon.capture.pool import Preparer
from nguon.capture.prepare import Context, Prepared, prepare_all, prepare_packed, unpack_prepared
from nguon.store.bodies import unpack
from nguon.store.deriving import derive
from nguon.store.values import Action, EventType

CONTEXT = b'["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]'


SECRET = b"s" * 32


def derived(prepared: Prepared) -> Prepared:
    """With what the store works out from the record."""
    if prepared.record is None:
        return prepared
    return Prepared(derive(prepared.record, SECRET), prepared.faults)


def raw(number: int = 1, **members: Any) -> bytes:
    event = {
        "type": "ObjectEvent",
        "action": "ADD",
        "eventTime": "2026-08-01T08:00:00.5-03:30",
        "eventTimeZoneOffset": "-03:30",
        "epcList": [f"https://id.gs1.org/01/09521234543213/21/{number}"],
    }
    return json.dumps(event | members).encode()


def one(data: bytes, *, strict: bool = False) -> Prepared:
    [prepared] = prepare_all([data], Context(CONTEXT, strict))
    return prepared


def test_the_record() -> None:
    data = raw(eventID="urn:uuid:1")
    record = one(data).record
    assert record is not None
    assert record.received == hashlib.sha256(data).digest()
    assert record.event_id == "urn:uuid:1"
    assert (record.type, record.action) == (EventType.OBJECT, Action.ADD)
    assert record.time == 1_785_583_800_500_000
    assert record.zone == -210
    assert record.correction is False
    assert unpack(record.body) == (data, CONTEXT)
    assert [item.key for item in record.items] == ["01/09521234543213/21/1", "01/09521234543213"]
    assert list(record.terms) == sorted(set(record.terms))


def test_an_error_declaration_is_a_correction() -> None:
    declared = raw(errorDeclaration={"declarationTime": "2026-08-02T00:00:00Z"})
    record, plain = one(declared).record, one(raw()).record
    assert record is not None
    assert plain is not None
    assert record.correction is True
    assert record.cbv_hash == plain.cbv_hash
    assert record.digest != plain.digest


def test_faults_instead_of_a_record() -> None:
    prepared = one(raw(action="LOOK", eventTimeZoneOffset="7"))
    assert prepared.record is None
    assert {fault.pointer for fault in prepared.faults} == {"/action", "/eventTimeZoneOffset"}
    malformed = one(b'{"a": 1, "a": 2}')
    assert malformed.record is None
    assert [fault.code for fault in malformed.faults] == ["epcis.json-repeated-member"]


@pytest.mark.parametrize("strict", [True, False])
def test_a_malformed_key(strict: bool) -> None:
    prepared = one(raw(epcList=["https://id.gs1.org/01/09521234543214"]), strict=strict)
    assert (prepared.record is None) is strict
    assert [fault.pointer for fault in prepared.faults] == ["/epcList/0"]


def test_workers_prepare_the_same() -> None:
    raws = [raw(number) for number in range(120)] + [raw(action="LOOK")]
    here = prepare_all(raws, Context(CONTEXT))
    there = unpack_prepared(prepare_packed(raws, Context(CONTEXT), SECRET))
    expected = [derived(one) for one in here]
    assert there == expected
    preparer = Preparer(1, SECRET)
    try:
        assert preparer.prepare(raws, Context(CONTEXT)) == expected
    finally:
        preparer.close()
