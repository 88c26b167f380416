# SPDX-License-Identifier: Apache-2.0
"""The record digest: equal for every spelling of what was told, different for anything else."""

import hashlib
import json
import random
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.base.canonical_json import NotCanonicalError
from nguon.epcis.digest import canonical_event, record_digest
from nguon.epcis.model import ObjectEvent
from tests.unit.epcis.told import (
    AGGREGATION,
    COMMISSIONING,
    CONTEXT,
    SERIAL,
    TRANSFORMATION,
    Tree,
    changed,
    typed,
)

SAME: list[dict[str, Any]] = [
    {"recordTime": "2026-06-21T00:00:00Z"},
    {"eventTime": "2026-06-20T07:05:06.0070Z"},
    {"epcList": ["urn:epc:id:sgtin:9521234.054321.AB12"]},
    {"epcList": ["http://qr.example.vn/stem/01/09521234543213/21/AB12"]},
    {"readPoint": {"id": "urn:epc:id:sgln:9521234.00001.R7"}},
    {"bizLocation": {"id": "https://id.gs1.org/414/9521234000013/254/0"}},
    {"quantityList": [{"epcClass": "urn:epc:class:lgtin:9521234.054321.L7", "quantity": 12.50,
                       "uom": "KGM"}]},
    {"ilmd": {"cbvmda:lotNumber": "L7", "example:weights": [1.0, 2.50, {"example:deep": True}]}},
    {"sensorElementList": [{
        "sensorReport": [{"type": "gs1:Temperature", "value": 4.5, "uom": "CEL"}],
        "sensorMetadata": {"time": "2026-06-20T14:00:00+07:00",
                           "deviceID": "https://id.gs1.org/8004/9521234T1"},
    }]},
]  # fmt: skip

DIFFERENT: list[dict[str, Any]] = [
    {"eventID": None},
    {"eventID": "urn:uuid:6BA7B810-9DAD-41D1-80B4-00C04FD430C8"},
    {"eventTime": "2026-06-20T14:05:06.007001+07:00"},
    {"eventTimeZoneOffset": "+08:00"},
    {"errorDeclaration": {"declarationTime": "2026-06-22T00:00:00Z"}},
    {"epcList": [SERIAL, SERIAL.replace("AB12", "AB13")]},
    {"epcList": ["https://id.gs1.org/01/09521234543213/10/L7/21/AB12"]},
    {"epcList": ["https://id.gs1.org/01/09521234543213/21/AB12?17=270101"]},
    {"epcList": ["urn:example:AB12"]},
    {"bizStep": "packing"},
    {"bizStep": "https://example.com/bizStep/commissioning"},
    {"ilmd": {"cbvmda:lotNumber": "L7", "example:weights": [2.5, 1, {"example:deep": True}]}},
    {"ilmd": {"cbvmda:lotNumber": "L7", "example:weights": ["1", 2.5, {"example:deep": True}]}},
    {"example_note": "đóng gói "},
    {"example_note": None, "https://ns.example.com/epcis/note": "đóng gói"},
    {"example:ignoreFields": ["example:note"]},
    {"@context": {"example": "https://elsewhere.example/"}},
    {"rdfs:comment": "a comment"},
    {"certificationInfo": "https://certificates.example/1"},
]  # fmt: skip


@pytest.mark.parametrize("members", SAME, ids=" ".join)
def test_another_spelling_has_the_same_digest(members: dict[str, Any]) -> None:
    other = typed(changed(COMMISSIONING, **members))
    assert canonical_event(other, CONTEXT) == canonical_event(typed(COMMISSIONING), CONTEXT)
    assert record_digest(other, CONTEXT) == record_digest(typed(COMMISSIONING), CONTEXT)


@pytest.mark.parametrize("members", DIFFERENT, ids=" ".join)
def test_another_record_has_another_digest(members: dict[str, Any]) -> None:
    other = typed(changed(COMMISSIONING, **members))
    assert record_digest(other, CONTEXT) != record_digest(typed(COMMISSIONING), CONTEXT)


def test_no_two_of_the_different_records_share_a_digest() -> None:
    digests = {
        record_digest(typed(changed(COMMISSIONING, **members)), CONTEXT) for members in DIFFERENT
    }
    assert len(digests) == len(DIFFERENT)


def test_lot_in_path_or_query_says_the_same() -> None:
    forms = (
        "https://id.gs1.org/01/09521234543213/10/L7/21/AB12?17=270101",
        "https://qr.example.vn/01/09521234543213/21/AB12?17=270101&10=L7",
    )
    digests = {record_digest(typed(changed(COMMISSIONING, epcList=[uri]))) for uri in forms}
    assert len(digests) == 1


@pytest.mark.parametrize(
    "word",
    ["inspecting", "cbv:BizStep-inspecting", "https://ref.gs1.org/cbv/BizStep-inspecting",
     "urn:epcglobal:cbv:bizstep:inspecting"],
)  # fmt: skip
def test_standard_words_in_every_spelling(word: str) -> None:
    bare = typed(changed(AGGREGATION, bizStep="inspecting"))
    spelled = type(bare)(
        **{name: getattr(bare, name) for name in bare.__struct_fields__} | {"biz_step": word}
    )
    assert record_digest(spelled) == record_digest(bare)


def _shuffled(value: Any, dice: random.Random) -> Any:
    if isinstance(value, dict):
        names = list(value)
        dice.shuffle(names)
        return {name: _shuffled(value[name], dice) for name in names}
    return [_shuffled(member, dice) for member in value] if isinstance(value, list) else value


@pytest.mark.parametrize("tree", [COMMISSIONING, TRANSFORMATION, AGGREGATION])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=30)
def test_order_of_members_does_not_matter(tree: Tree, seed: int) -> None:
    shuffled = _shuffled(tree, random.Random(seed))
    assert record_digest(typed(shuffled), CONTEXT) == record_digest(typed(tree), CONTEXT)


EXTENSION = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["example:a", "example:b", "other:c"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(one=EXTENSION, other=EXTENSION)
@settings(max_examples=200)
def test_extensions_have_equal_digests_only_when_equal(one: object, other: object) -> None:
    def digest(value: object) -> bytes:
        event = typed(AGGREGATION)
        told = {name: getattr(event, name) for name in event.__struct_fields__}
        return record_digest(type(event)(**told | {"extensions": {"example:x": value}}), CONTEXT)

    equal = rfc8785.dumps(_exact(one)) == rfc8785.dumps(_exact(other))
    assert (digest(one) == digest(other)) is equal


def _exact(value: Any) -> Any:
    """The oracle takes integers below 2⁵³ only."""
    if isinstance(value, dict):
        return {name: _exact(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_exact(member) for member in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def test_the_canonical_event() -> None:
    assert canonical_event(typed(TRANSFORMATION), CONTEXT) == {
        "type": "TransformationEvent",
        "eventTime": "2026-06-21T07:00:00.000Z",
        "eventTimeZoneOffset": "+07:00",
        "bizStep": "commissioning",
        "inputQuantityList": [
            {"epcClass": "https://id.gs1.org/01/09521234123453/10/F1", "quantity": 1000},
            {"epcClass": "https://id.gs1.org/01/09521234123453/10/F2"},
        ],
        "inputEPCList": ["https://id.gs1.org/00/095212340000000013"],
        "outputEPCList": [SERIAL, "https://id.gs1.org/01/09521234543213/21/AB13"],
        "transformationID": "https://id.gs1.org/253/9521234000013T9",
        "ilmd": {"gs1:hasBatchLotNumber": "L7"},
        "namespaces": {"gs1": "https://gs1.org/voc/"},
    }


def test_foreign_members_stand_apart() -> None:
    told = canonical_event(typed(COMMISSIONING), CONTEXT)
    assert told["extensions"] == {"example:note": "đóng gói"}
    assert told["namespaces"] == {
        "cbvmda": "urn:epcglobal:cbv:mda:",
        "example": "https://ns.example.com/epcis/",
    }


def test_the_digest_is_that_of_the_independent_canonical_json() -> None:
    event = typed(COMMISSIONING)
    expected = hashlib.sha256(rfc8785.dumps(canonical_event(event, CONTEXT))).digest()
    assert record_digest(event, CONTEXT) == expected


ODD = {"\U0001f331": 1.0, "\uff5e": [1e21, 5e-7, -0.0]}


@pytest.mark.parametrize(
    "members",
    [
        {"quantityList": [{"epcClass": SERIAL, "quantity": 12.0, "uom": "KGM"}]},
        {"quantityList": [{"epcClass": SERIAL, "quantity": 0.0000005, "uom": "KGM"}]},
        {"example:odd": ODD},
        {"ilmd": {"example:odd": ODD}},
        {"readPoint": {"id": "https://id.gs1.org/414/9521234000013", "example:odd": ODD}},
        {"bizLocation": {"id": "https://id.gs1.org/414/9521234000013", "example:odd": ODD}},
        {"errorDeclaration": {"declarationTime": "2026-08-01T00:00:00Z", "example:odd": ODD}},
        {"sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 4.0}]}]},
    ],
    ids="-".join,
)
def test_numbers_and_names_that_need_care_wherever_they_stand(members: dict[str, object]) -> None:
    event = typed(changed(COMMISSIONING, **members))
    expected = hashlib.sha256(rfc8785.dumps(canonical_event(event, CONTEXT))).digest()
    assert record_digest(event, CONTEXT) == expected


def test_the_event_is_left_as_it_was() -> None:
    event = typed(COMMISSIONING)
    before = json.dumps(event.extensions), repr(event)
    canonical_event(event, CONTEXT)["extensions"]["example:note"] = "changed"
    assert (json.dumps(event.extensions), repr(event)) == before


def test_certification_as_text_or_list_is_the_same() -> None:
    one = typed(changed(AGGREGATION, certificationInfo="https://c.example/1"))
    listed = typed(changed(AGGREGATION, certificationInfo=["https://c.example/1"]))
    assert record_digest(one) == record_digest(listed)


def test_values_that_json_cannot_carry_are_refused() -> None:
    event = typed(COMMISSIONING)
    assert isinstance(event, ObjectEvent)
    told = {name: getattr(event, name) for name in event.__struct_fields__}
    with pytest.raises(NotCanonicalError):
        record_digest(ObjectEvent(**told | {"extensions": {"example:x": 2**53 + 1}}))
