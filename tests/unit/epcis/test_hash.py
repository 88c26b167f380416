# SPDX-License-Identifier: Apache-2.0
"""The event hash: what leaves it unchanged, what changes it, and how values are written."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.epcis.event_hash import event_hash, event_hash_uri, hash_uri, ignore_fields_of, pre_hash
from tests.unit.epcis.told import (
    AGGREGATION,
    COMMISSIONING,
    CONTEXT,
    TRANSFORMATION,
    Tree,
    changed,
    typed,
)

SAME: list[dict[str, Any]] = [
    {"eventTime": "2026-06-20T07:05:06.007Z"},
    {"eventTime": "2026-06-20T07:05:06.0070Z"},
    {"eventTime": "2026-06-20T07:05:06.007499Z"},
    {"recordTime": "2026-06-21T00:00:00Z"},
    {"eventID": None},
    {"errorDeclaration": {"declarationTime": "2026-06-22T00:00:00Z", "reason": "incorrect_data"}},
    {"epcList": ["urn:epc:id:sgtin:9521234.054321.AB12"]},
    {"epcList": ["http://qr.example.vn/01/09521234543213/10/L7/21/AB12?17=270101"]},
    {"readPoint": {"id": "urn:epc:id:sgln:9521234.00001.R7"}},
    {"bizLocation": {"id": "https://id.gs1.org/414/9521234000013/254/0"}},
    {"quantityList": [{"epcClass": "urn:epc:class:lgtin:9521234.054321.L7", "quantity": 12.50,
                       "uom": "KGM"}]},
    {"ilmd": {"example:weights": [2.50, 1.0, {"example:deep": True}], "cbvmda:lotNumber": "L7"}},
    {"ilmd": {"urn:epcglobal:cbv:mda:lotNumber": "L7",
              "https://ns.example.com/epcis/weights": [1, 2.5, {"example:deep": True}]}},
    {"example_note": " đóng gói "},
    {"rdfs:comment": "a comment"},
    {"http://www.w3.org/2000/01/rdf-schema#comment": "a comment"},
    {"example_note": None, "https://ns.example.com/epcis/note": "đóng gói"},
    {"example_note": None, "@context": {"other": "https://ns.example.com/epcis/"},
     "other:note": "đóng gói"},
    {"example:hash": "x", "example:ignoreFields": ["example:hash"]},
    {"example:hash": {"example:a": 1}, "https://other.example/ignoreFields":
     "https://ns.example.com/epcis/hash"},
]  # fmt: skip

DIFFERENT: list[dict[str, Any]] = [
    {"eventTime": "2026-06-20T14:05:06.008+07:00"},
    {"eventTimeZoneOffset": "+08:00"},
    {"epcList": ["https://id.gs1.org/01/09521234543213/21/AB13"]},
    {"epcList": None},
    {"action": "OBSERVE", "ilmd": None},
    {"bizStep": "packing"},
    {"disposition": "in_progress"},
    {"bizLocation": None},
    {"persistentDisposition": {"unset": ["completeness_verified"]}},
    {"sourceList": [{"type": "possessing_party", "source": "https://id.gs1.org/417/9521234000013"}]},
    {"quantityList": [{"epcClass": "https://id.gs1.org/01/09521234543213/10/L7", "quantity": 12.51,
                       "uom": "KGM"}]},
    {"ilmd": {"cbvmda:lotNumber": "L8", "example:weights": [1, 2.5, {"example:deep": True}]}},
    {"ilmd": {"cbvmda:lotNumber": "L7", "example:weights": [1, 2.5, {"example:deep": False}]}},
    {"example_note": "Đóng gói"},
    {"example_note": None, "example:Note": "đóng gói"},
    {"example_note": None, "@context": {"example": "https://elsewhere.example/"},
     "example:note": "đóng gói"},
    {"example:hash": "x"},
    {"certificationInfo": "https://certificates.example/1"},
]  # fmt: skip


@pytest.mark.parametrize("members", SAME, ids=" ".join)
def test_another_telling_of_the_same_has_the_same_hash(members: dict[str, Any]) -> None:
    other = typed(changed(COMMISSIONING, **members))
    assert pre_hash(other, CONTEXT) == pre_hash(typed(COMMISSIONING), CONTEXT)


@pytest.mark.parametrize("members", DIFFERENT, ids=" ".join)
def test_another_fact_has_another_hash(members: dict[str, Any]) -> None:
    other = typed(changed(COMMISSIONING, **members))
    assert event_hash(other, CONTEXT) != event_hash(typed(COMMISSIONING), CONTEXT)


def _shuffled(value: Any, dice: random.Random) -> Any:
    if isinstance(value, dict):
        names = list(value)
        dice.shuffle(names)
        return {name: _shuffled(value[name], dice) for name in names}
    if isinstance(value, list):
        members = [_shuffled(member, dice) for member in value]
        dice.shuffle(members)
        return members
    return value


@pytest.mark.parametrize("tree", [COMMISSIONING, TRANSFORMATION, AGGREGATION])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=30)
def test_order_of_members_and_of_lists_does_not_matter(tree: Tree, seed: int) -> None:
    shuffled = _shuffled(tree, random.Random(seed))
    assert pre_hash(typed(shuffled), CONTEXT) == pre_hash(typed(tree), CONTEXT)


@given(serial=st.text("ABCxyz019!'()*+,;=:%<>&?/\"-._", min_size=1, max_size=20))
@settings(max_examples=100)
def test_urn_and_link_of_any_serial_hash_alike(serial: str) -> None:
    def encoded(bare: str) -> str:
        return "".join(c if c.isalnum() or c in bare else f"%{ord(c):02X}" for c in serial)

    urn = "urn:epc:id:sgtin:9521234.054321." + encoded("!'()*+,-.;:=_")
    link = "https://example.vn/01/09521234543213/21/" + encoded("-._")
    hashes = {
        event_hash(typed(changed(COMMISSIONING, epcList=[uri], quantityList=None)))
        for uri in (urn, link)
    }
    assert len(hashes) == 1


def test_the_whole_pre_hash() -> None:
    assert pre_hash(typed(COMMISSIONING), CONTEXT) == (
        "eventType=ObjectEvent"
        "eventTime=2026-06-20T07:05:06.007Z"
        "eventTimeZoneOffset=+07:00"
        "epcListepc=https://id.gs1.org/01/09521234543213/21/AB12"
        "quantityListquantityElementepcClass=https://id.gs1.org/01/09521234543213/10/L7"
        "quantity=12.5uom=KGM"
        "action=ADD"
        "bizStep=https://ref.gs1.org/cbv/BizStep-commissioning"
        "disposition=https://ref.gs1.org/cbv/Disp-active"
        "persistentDispositionset=https://ref.gs1.org/cbv/Disp-completeness_verified"
        "readPointid=https://id.gs1.org/414/9521234000013/254/R7"
        "bizLocationid=https://id.gs1.org/414/9521234000013"
        "sensorElementListsensorElement"
        "sensorMetadatatime=2026-06-20T07:00:00.000Z"
        "deviceID=https://id.gs1.org/8004/9521234T1"
        "sensorReporttype=https://gs1.org/voc/Temperaturevalue=4.5uom=CEL"
        "bizTransactionListtype=https://ref.gs1.org/cbv/BTT-po"
        "bizTransaction=urn:epcglobal:cbv:bt:9521234000013:PO7"
        "destinationListtype=https://ref.gs1.org/cbv/SDT-owning_party"
        "destination=https://id.gs1.org/417/9521234000020"
        "ilmd"
        "{https://ns.example.com/epcis/}weights=1"
        "{https://ns.example.com/epcis/}weights=2.5"
        "{https://ns.example.com/epcis/}weights{https://ns.example.com/epcis/}deep=true"
        "{urn:epcglobal:cbv:mda:}lotNumber=L7"
        "sourceListtype=https://ref.gs1.org/cbv/SDT-owning_party"
        "source=https://id.gs1.org/417/9521234000013"
        "{https://ns.example.com/epcis/}note=đóng gói"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("4711.0", "=4711"),
        ("007", "=7"),
        ("+1.50", "=1.5"),
        ("1.2.3", "=1.2.3"),
        ("12 kg", "=12 kg"),
        ("1e999", "=1e999"),
        (-0.0, "=0"),
        (1e21, "=1000000000000000000000"),
        (True, "=true"),
        ("", ""),
        ("urn:epcglobal:cbv:disp:active", "=https://ref.gs1.org/cbv/Disp-active"),
        ("urn:epcglobal:cbv:bt:1:2", "=urn:epcglobal:cbv:bt:1:2"),
        ("gs1:Temperature", "=https://gs1.org/voc/Temperature"),
        ("example:grade", "=https://ns.example.com/epcis/grade"),
        ("unknown:grade", "=unknown:grade"),
        ("example://host/x", "=example://host/x"),
        ("https://example.vn/page", "=https://example.vn/page"),
        ("urn:epc:id:giai:9521234.T1", "=https://id.gs1.org/8004/9521234T1"),
        ([["b", "a"], []], "{ns}x=a=b"),
        ({}, ""),
        ({"#text": "t", "example:y": 1}, "=t{ns}y=1"),
        ({"@context": {"e": "https://ns.example.com/epcis/"}, "e:y": 1}, "{ns}y=1"),
        ({"@xmlns:e": "https://ns.example.com/epcis/", "e:y": 1}, "{ns}y=1"),
    ],
)
def test_values_of_extensions(value: object, text: str) -> None:
    tree = {
        "type": "example:Visit",
        "eventTime": "2026-06-22T07:00:00Z",
        "eventTimeZoneOffset": "+07:00",
        "example:x": value,
    }
    head = (
        "eventType=https://ns.example.com/epcis/Visit"
        "eventTime=2026-06-22T07:00:00.000ZeventTimeZoneOffset=+07:00{ns}x"
    )
    written = pre_hash(typed(tree), CONTEXT).replace("{https://ns.example.com/epcis/}", "{ns}")
    assert written == head + text


def test_names_without_a_declared_namespace() -> None:
    tree = changed(AGGREGATION, **{"mystery:x": 1, "https://a.example/b#c": 2, "urn:d:e": 3})
    assert pre_hash(typed(tree)).endswith("mystery:x=1{https://a.example/b#}c=2{urn:d:}e=3")


def test_times_are_rounded_to_milliseconds() -> None:
    tree = changed(AGGREGATION, eventTime="2026-12-31T23:59:59.999500Z")
    assert "eventTime=2027-01-01T00:00:00.000Z" in pre_hash(typed(tree))


def test_document_level_ignored_fields() -> None:
    named = {"vault:ignoreFields": ["example:note"], "vault:other": ["example:x"]}
    ignored = ignore_fields_of(named, CONTEXT)
    assert ignored == ("example:note",)
    plain = typed(changed(COMMISSIONING, example_note=None))
    assert pre_hash(typed(COMMISSIONING), CONTEXT, ignored) == pre_hash(plain, CONTEXT)


def test_contexts_behind_unknown_urls_add_nothing() -> None:
    context = json.dumps(["https://unknown.example/context.jsonld", json.loads(CONTEXT)]).encode()
    assert event_hash(typed(COMMISSIONING), context) == event_hash(typed(COMMISSIONING), CONTEXT)


def test_terms_and_vocabulary_of_a_context() -> None:
    context = json.dumps(
        {
            "ex": "https://ns.example.com/epcis/",
            "place": {"@id": "ex:place"},
            "@vocab": "https://vocabulary.example/",
        }
    ).encode()
    tree = changed(AGGREGATION, readPoint={"id": "urn:x:1", "place": "a", "other": "b"})
    assert pre_hash(typed(tree), context).endswith(
        "readPointid=urn:x:1{https://ns.example.com/epcis/}place=a{https://vocabulary.example/}other=b"
    )


def test_rules_of_sensor_reports_stand_in_the_tail() -> None:
    report = {"type": "gs1:Speed", "bizRules": "https://example.org/253/4012345000054987"}
    tree = changed(AGGREGATION, sensorElementList=[{"sensorReport": [report, {"type": "Speed"}]}])
    assert pre_hash(typed(tree)).endswith(
        "sensorElementListsensorElementsensorReporttype=https://gs1.org/voc/Speed"
        "sensorReporttype=https://gs1.org/voc/Speed"
        "sensorElementListsensorElementsensorReport"
        "bizRules=https://id.gs1.org/253/4012345000054987"
    )


def test_the_hash_as_event_id() -> None:
    event = typed(AGGREGATION)
    uri = event_hash_uri(event)
    assert uri == hash_uri(event_hash(event))
    assert uri == f"ni:///sha-256;{event_hash(event).hex()}?ver=CBV2.0"
