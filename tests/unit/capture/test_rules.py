# SPDX-License-Identifier: Apache-2.0
"""Where identifiers stand in an event, and which of them are malformed."""

from datetime import UTC, datetime

import pytest

from nguon.capture.errors import CaptureForbiddenError
from nguon.capture.rules import check_submitter, doubtful, identifiers
from nguon.epcis import model
from nguon.epcis.items import items_of
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind

GOOD = "https://id.gs1.org/01/09521234543213/21/1"
WRONG = "https://id.gs1.org/01/09521234543214/21/1"
CLASS = "https://id.gs1.org/01/09521234543214/10/L"


def transformation(**members: object) -> model.TransformationEvent:
    return model.TransformationEvent(
        type="TransformationEvent",
        event_time=datetime(2026, 8, 1, tzinfo=UTC),
        event_time_zone_offset="+07:00",
        **members,  # type: ignore[arg-type]
    )


def test_every_identifier_with_its_place() -> None:
    event = transformation(
        transformation_id="urn:uuid:t",
        input_epc_list=[GOOD, WRONG],
        output_quantity_list=[model.QuantityElement(epc_class=CLASS)],
        read_point=model.Place(id="urn:uuid:place"),
        source_list=[model.Source(type="possessing_party", source="urn:uuid:party")],
        biz_transaction_list=[model.BizTransaction(biz_transaction="urn:uuid:order")],
    )
    assert dict(identifiers(event)) == {
        "/transformationID": "urn:uuid:t",
        "/inputEPCList/0": GOOD,
        "/inputEPCList/1": WRONG,
        "/outputQuantityList/0/epcClass": CLASS,
        "/sourceList/0/source": "urn:uuid:party",
        "/bizTransactionList/0/bizTransaction": "urn:uuid:order",
        "/readPoint/id": "urn:uuid:place",
    }


def test_only_gs1_keys_are_doubtful() -> None:
    event = transformation(
        input_epc_list=[GOOD, WRONG, "https://example.org/things/1"],
        output_quantity_list=[model.QuantityElement(epc_class=CLASS)],
    )
    faults = doubtful(event, items_of(event))
    assert {(fault.pointer, fault.code) for fault in faults} == {
        ("/inputEPCList/1", "gs1.check-digit"),
        ("/outputQuantityList/0/epcClass", "gs1.check-digit"),
    }
    sound = transformation(input_epc_list=[GOOD], output_epc_list=[GOOD])
    assert doubtful(sound, items_of(sound)) == []


def test_a_key_needs_its_scope() -> None:
    def principal(*scopes: Scope) -> Principal:
        return Principal(1, "k", KeyKind.MEMBER, frozenset(scopes), strict=False)

    check_submitter(principal(Scope.CAPTURE))
    with pytest.raises(CaptureForbiddenError):
        check_submitter(principal(Scope.READ, Scope.ADMIN))
