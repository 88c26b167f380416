# SPDX-License-Identifier: Apache-2.0
"""Index terms: a query's term of any spelling is among the event's."""

import hashlib

import pytest

from nguon.epcis.items import items_of
from nguon.epcis.terms import term, terms_of, typed_field
from tests.unit.epcis.told import (
    AGGREGATION,
    COMMISSIONING,
    LOT_KEY,
    PRODUCT_KEY,
    SERIAL,
    SERIAL_KEY,
    TRANSFORMATION,
    Tree,
    changed,
    typed,
)

URN = "urn:epc:id:sgtin:9521234.054321.AB12"


def _terms(tree: Tree, cbv_hash: bytes | None = None) -> tuple[int, ...]:
    event = typed(tree)
    return terms_of(event, items_of(event), cbv_hash)


def test_a_term_is_a_signed_hash_of_field_and_value() -> None:
    digest = hashlib.sha256(b"bizStep\0packing").digest()
    assert term("bizStep", "packing") == int.from_bytes(digest[:8], "big", signed=True)
    assert -(2**63) <= term("bizStep", "packing") < 2**63


def test_the_whole_index_of_an_event() -> None:
    expected = {
        term(field, value)
        for field, value in (
            ("eventType", "AggregationEvent"),
            ("action", "ADD"),
            ("parentID", "00/095212340000000013"),
            ("epc", SERIAL_KEY),
            ("epcClass", LOT_KEY),
            ("member", PRODUCT_KEY),
            ("companyPrefix", "952123"),
        )
    }
    assert _terms(AGGREGATION) == tuple(sorted(expected))


@pytest.mark.parametrize(
    ("tree", "field", "value"),
    [
        (COMMISSIONING, "eventType", "ObjectEvent"),
        (COMMISSIONING, "eventType", "epcis:ObjectEvent"),
        (COMMISSIONING, "eventType", "https://ref.gs1.org/epcis/ObjectEvent"),
        (COMMISSIONING, "eventID", "urn:uuid:6ba7b810-9dad-41d1-80b4-00c04fd430c8"),
        (COMMISSIONING, "bizStep", "urn:epcglobal:cbv:bizstep:commissioning"),
        (COMMISSIONING, "bizStep", "https://ref.gs1.org/cbv/BizStep-commissioning"),
        (COMMISSIONING, "disposition", "cbv:Disp-active"),
        (COMMISSIONING, "persistentDisposition_set", "completeness_verified"),
        (COMMISSIONING, "epc", URN),
        (COMMISSIONING, "epc", "https://qr.example.vn/01/09521234543213/21/AB12?17=270101"),
        (COMMISSIONING, "epcClass", "urn:epc:class:lgtin:9521234.054321.L7"),
        (COMMISSIONING, "member", LOT_KEY),
        (COMMISSIONING, "readPoint", "urn:epc:id:sgln:9521234.00001.R7"),
        (COMMISSIONING, "bizLocation", "414/9521234000013"),
        (COMMISSIONING, "bizTransaction_po", "urn:epcglobal:cbv:bt:9521234000013:PO7"),
        (COMMISSIONING, "source_owning_party", "urn:epc:id:pgln:9521234.00001"),
        (COMMISSIONING, "destination_owning_party", "https://id.gs1.org/417/9521234000020"),
        (COMMISSIONING, "companyPrefix", "9521234"),
        (COMMISSIONING, "exists", "sensorElementList"),
        (COMMISSIONING, "ext:example:note", "đóng gói"),
        (COMMISSIONING, "ext:https://ns.example.com/epcis/note", "đóng gói"),
        (COMMISSIONING, "ilmd:cbvmda:lotNumber", "L7"),
        (TRANSFORMATION, "inputEPC", "urn:epc:id:sscc:9521234.0000000001"),
        (TRANSFORMATION, "inputEPCClass", "01/09521234123453/10/F1"),
        (TRANSFORMATION, "inputEPCClass", "01/09521234123453/10/F2"),
        (TRANSFORMATION, "outputEPC", SERIAL),
        (TRANSFORMATION, "transformationID", "urn:epc:id:gdti:9521234.00001.T9"),
    ],
)
def test_every_spelling_finds_the_event(tree: Tree, field: str, value: str) -> None:
    assert term(field, value) in _terms(tree)


@pytest.mark.parametrize(
    ("tree", "field", "value"),
    [
        (COMMISSIONING, "epcClass", SERIAL),
        (COMMISSIONING, "epc", LOT_KEY),
        (COMMISSIONING, "outputEPC", SERIAL),
        (COMMISSIONING, "source_possessing_party", "https://id.gs1.org/417/9521234000013"),
        (COMMISSIONING, "exists", "errorDeclaration"),
        (TRANSFORMATION, "inputEPC", "01/09521234123453/10/F2"),
        (TRANSFORMATION, "action", "ADD"),
    ],
)
def test_fields_are_kept_apart(tree: Tree, field: str, value: str) -> None:
    assert term(field, value) not in _terms(tree)


def test_error_declarations() -> None:
    declaration = {
        "declarationTime": "2026-06-22T00:00:00Z",
        "reason": "incorrect_data",
        "correctiveEventIDs": ["urn:uuid:1", "urn:uuid:2"],
    }
    terms = _terms(changed(COMMISSIONING, errorDeclaration=declaration))
    assert set(terms) - set(_terms(COMMISSIONING)) == {
        term("exists", "errorDeclaration"),
        term("errorReason", "incorrect_data"),
        term("errorReason", "urn:epcglobal:cbv:er:incorrect_data"),
        term("correctiveEventID", "urn:uuid:1"),
        term("correctiveEventID", "urn:uuid:2"),
    }


def test_the_event_hash_where_it_is_known() -> None:
    digest = hashlib.sha256(b"").digest()
    added = set(_terms(AGGREGATION, digest)) - set(_terms(AGGREGATION))
    assert added == {term("cbvHash", digest.hex())}


def test_other_members() -> None:
    members = {
        "certificationInfo": ["https://c.example/1", "https://c.example/2"],
        "persistentDisposition": {"unset": ["recalled"]},
        "example:tags": ["a", 1, "b"],
        "example:count": 7,
    }
    added = set(_terms(changed(COMMISSIONING, **members))) - set(_terms(COMMISSIONING))
    assert added == {
        term("certificationInfo", "https://c.example/1"),
        term("certificationInfo", "https://c.example/2"),
        term("persistentDisposition_unset", "recalled"),
        term("ext:example:tags", "a"),
        term("ext:example:tags", "b"),
    }


def test_names_of_typed_fields() -> None:
    assert typed_field("source", "urn:epcglobal:cbv:sdt:owning_party") == "source_owning_party"
    assert typed_field("bizTransaction", None) == "bizTransaction_"
    assert (
        typed_field("bizTransaction", "https://x.example/t") == "bizTransaction_https://x.example/t"
    )


def test_company_prefixes_of_things_only() -> None:
    tree = changed(
        AGGREGATION,
        parentID="urn:example:box",
        childQuantityList=None,
        childEPCs=["https://id.gs1.org/8003/04012345000221A", "urn:epc:id:giai:8934567.9"],
    )
    terms = _terms(tree)
    assert term("companyPrefix", "4012345") in terms
    assert term("companyPrefix", "8934567") in terms
    assert term("companyPrefix", "") not in terms
