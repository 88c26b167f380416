# SPDX-License-Identifier: Apache-2.0
"""Bytes to events and back: nothing lost, every event's own bytes kept, any layout of the text."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.epcis.codec import (
    decode_document,
    decode_event,
    decode_raw_event,
    encode_event,
    encode_query_document,
    relocate,
    split_document,
    with_context,
)
from nguon.epcis.document import DocumentKind
from nguon.epcis.encode import STANDARD_CONTEXT
from nguon.epcis.errors import InvalidDocument, MalformedJson
from nguon.epcis.model import (
    AggregationEvent,
    ErrorDeclaration,
    ExtendedEvent,
    ObjectEvent,
    Place,
    SensorElement,
    SensorMetadata,
    SensorReport,
    TransactionEvent,
    Value,
)
from tests.unit.epcis.told import (
    AGGREGATION,
    COMMISSIONING,
    CONTEXT,
    TRANSFORMATION,
    changed,
    typed,
)

EVENTS = [COMMISSIONING, TRANSFORMATION, AGGREGATION]
EXTENSIONS = {"example:a": {"b": [1, None, 2.5, "đ", {"c": True}]}, "https://ns.example/x": None}


def document(*events: Any, **members: Any) -> dict[str, Any]:
    return {
        "@context": json.loads(CONTEXT),
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-06-30T00:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **members,
    }


def refusal(data: bytes) -> InvalidDocument:
    with pytest.raises(InvalidDocument) as caught:
        decode_document(data)
    return caught.value


def codes(error: InvalidDocument) -> set[tuple[str, str]]:
    return {(fault.pointer, fault.code) for fault in error.faults}


@pytest.mark.parametrize("layout", [{}, {"indent": 3}, {"separators": (" ,\r\n", "\t:  ")}])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_every_layout_of_a_document_gives_the_same_events(
    layout: dict[str, Any], ascii_only: bool
) -> None:
    data = json.dumps(document(*EVENTS), ensure_ascii=ascii_only, **layout).encode()
    read = decode_document(data)
    assert read.kind is DocumentKind.DOCUMENT
    assert [received.event for received in read.events] == [typed(event) for event in EVENTS]
    assert [json.loads(received.raw) for received in read.events] == EVENTS
    assert all(received.raw in data for received in read.events)
    assert read.context is not None
    assert json.loads(read.context) == json.loads(CONTEXT)
    assert read.creation_date == datetime(2026, 6, 30, tzinfo=UTC)
    assert split_document(data)[1] == [received.raw for received in read.events]


def test_context_may_come_last() -> None:
    tree = document(*EVENTS)
    tree["@context"] = tree.pop("@context")
    read = decode_document(json.dumps(tree).encode())
    assert len(read.events) == 3
    assert read.context is not None


def test_members_outside_the_standard_are_kept_at_every_level() -> None:
    report = {"type": "Temperature", "value": 4, **EXTENSIONS}
    event = changed(
        COMMISSIONING,
        readPoint={"id": "urn:x:r", "any name": 1},
        errorDeclaration={"declarationTime": "2026-07-01T00:00:00Z", **EXTENSIONS},
        sensorElementList=[{"sensorMetadata": EXTENSIONS, "sensorReport": [report], **EXTENSIONS}],
        ilmd=EXTENSIONS,
    )
    event |= EXTENSIONS
    read = typed(event)
    assert isinstance(read, ObjectEvent)
    assert read.extensions == {"example:note": "đóng gói", **EXTENSIONS}
    assert read.read_point == Place(id="urn:x:r", extensions={"any name": 1})
    assert read.ilmd == EXTENSIONS
    assert read.error_declaration == ErrorDeclaration(
        declaration_time=datetime(2026, 7, 1, tzinfo=UTC), extensions=EXTENSIONS
    )
    assert read.sensor_element_list == [
        SensorElement(
            sensor_metadata=SensorMetadata(extensions=EXTENSIONS),
            sensor_report=[SensorReport(type="Temperature", value=4, extensions=EXTENSIONS)],
            extensions=EXTENSIONS,
        )
    ]
    assert decode_raw_event(encode_event(read)) == read
    assert json.loads(encode_event(read))["sensorElementList"] == event["sensorElementList"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda part: (
        st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=6), part, max_size=3)
    ),
    max_leaves=10,
)


@given(JSON, JSON, st.booleans())
@settings(max_examples=200)
def test_any_json_in_an_extension_comes_back_as_it_was(
    member: Any, described: Any, ascii_only: bool
) -> None:
    event = changed(COMMISSIONING, ilmd={"example:any": described})
    event["example:any"] = member
    raw = json.dumps(event, ensure_ascii=ascii_only).encode()
    read = decode_raw_event(raw)
    assert isinstance(read, ObjectEvent)
    back = json.loads(encode_event(read))
    assert (back["example:any"], back["ilmd"]["example:any"]) == (member, described)
    assert decode_raw_event(encode_event(read)) == read


def test_a_member_cannot_take_the_place_of_the_extensions() -> None:
    event = changed(AGGREGATION, **{"(extensions)": {"action": "DELETE"}})
    error = refusal(json.dumps(document(event)).encode())
    assert codes(error) == {("/epcisBody/eventList/0/(extensions)", "epcis.member-unknown")}
    place = typed(changed(AGGREGATION, readPoint={"id": "urn:x:r", "(extensions)": {"id": 1}}))
    assert isinstance(place, AggregationEvent)
    assert place.read_point == Place(id="urn:x:r", extensions={"(extensions)": {"id": 1}})
    assert decode_raw_event(encode_event(place)) == place


def test_an_event_of_a_type_of_ones_own_keeps_all_its_members() -> None:
    event = {
        "type": "example:HarvestEvent",
        "eventTime": "2026-06-20T14:05:06.123456+07:00",
        "eventTimeZoneOffset": "+07:00",
        "bizStep": 7,
        "any name": [1],
    }
    read = typed(event)
    assert isinstance(read, ExtendedEvent)
    assert read.type == "example:HarvestEvent"
    assert read.extensions == {"bizStep": 7, "any name": [1]}
    zone = timezone(timedelta(hours=7))
    assert read.event_time == datetime(2026, 6, 20, 14, 5, 6, 123456, tzinfo=zone)
    assert json.loads(encode_event(read)) == event


def test_an_empty_list_of_things_survives() -> None:
    event = changed(COMMISSIONING, epcList=[], quantityList=None)
    assert json.loads(encode_event(typed(event)))["epcList"] == []
    transaction = TransactionEvent(
        type="TransactionEvent",
        action="DELETE",
        event_time=datetime(2026, 1, 1, tzinfo=UTC),
        event_time_zone_offset="+00:00",
        biz_transaction_list=[],
    )
    assert json.loads(encode_event(transaction))["epcList"] == []


def test_null_in_an_extension_is_a_value_and_elsewhere_a_fault() -> None:
    event = changed(COMMISSIONING, example_nothing=0)
    event["example:nothing"] = None
    assert typed(event).extensions["example:nothing"] is None
    event["disposition"] = None
    error = refusal(json.dumps(document(event)).encode())
    assert codes(error) == {("/epcisBody/eventList/0/disposition", "epcis.type")}


def nested(levels: int) -> list[Any]:
    return [nested(levels - 1)] if levels > 1 else []


@pytest.mark.parametrize("exact", [False, True])
def test_both_paths_count_the_same_depth(exact: bool) -> None:
    mark = "\\u003a" if exact else "x"

    def raw(levels: int) -> bytes:
        event = changed(AGGREGATION, example_deep=nested(levels), example_mark="§")
        return json.dumps(event, ensure_ascii=False).replace("§", mark).encode()

    assert decode_raw_event(raw(58)).extensions["example:deep"] == nested(58)
    with pytest.raises(MalformedJson, match="json-depth"):
        decode_raw_event(raw(59))


def test_faults_of_envelope_and_events_come_together() -> None:
    tree = document(
        COMMISSIONING,
        changed(AGGREGATION, action="SEE", eventTime="yesterday"),
        "no event",
        schemaVersion=2,
        epcisHeadr={},
    )
    error = refusal(json.dumps(tree).encode())
    assert error.params["count"] == 5
    assert codes(error) == {
        ("/schemaVersion", "epcis.type"),
        ("/epcisHeadr", "epcis.member-unknown"),
        ("/epcisBody/eventList/1/action", "epcis.action"),
        ("/epcisBody/eventList/1/eventTime", "epcis.time"),
        ("/epcisBody/eventList/2", "epcis.type"),
    }


def test_faults_of_an_event_are_moved_to_its_place_in_the_document() -> None:
    raw = json.dumps(changed(COMMISSIONING, action="SEE")).encode()
    with pytest.raises(InvalidDocument) as caught:
        decode_raw_event(raw)
    assert codes(caught.value) == {("/action", "epcis.action"), ("/ilmd", "epcis.ilmd-without-add")}
    moved = relocate(caught.value.faults, "/epcisBody/eventList/7")
    assert [fault.pointer for fault in moved] == [
        "/epcisBody/eventList/7/action",
        "/epcisBody/eventList/7/ilmd",
    ]


def test_malformed_parts_of_an_event_are_placed_in_the_document() -> None:
    data = json.dumps(document(AGGREGATION, AGGREGATION), indent=1).encode()
    second = data.rindex(b'"action"')
    data = data[:second] + b'"action":\n"OBSERVE",' + data[second:]
    with pytest.raises(MalformedJson) as caught:
        decode_document(data)
    assert caught.value.code == "epcis.json-repeated-member"
    assert caught.value.params["pointer"] == "/epcisBody/eventList/1/action"
    offset = caught.value.params["offset"]
    assert data[offset:].startswith(b'"action": "ADD"')
    assert caught.value.params["line"] == data[:offset].count(b"\n") + 1


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_copy_of_an_event_in_the_header_misleads_nobody(count: int) -> None:
    events = [changed(AGGREGATION, eventID=f"urn:x:{index}") for index in range(count)]
    for copy in (events[0], events):
        tree = {"example:copy": copy, **document(*events)}
        data = json.dumps(tree).encode()
        read = decode_document(data)
        assert [json.loads(received.raw) for received in read.events] == events
        assert read.extensions == {"example:copy": copy}
        repeated = data.replace(b'"schemaVersion"', b'"schemaVersion":"1.2","schemaVersion"')
        with pytest.raises(MalformedJson, match="repeated-member"):
            decode_document(repeated)


def test_master_data_and_parties_of_the_envelope() -> None:
    vocabulary = {
        "type": "urn:epcglobal:epcis:vtype:Location",
        "vocabularyElementList": [
            {"id": "urn:x:y", "attributes": [{"id": "urn:x:name", "attribute": "Kho 1"}]}
        ],
    }
    header = {"epcisMasterData": {"vocabularyList": [vocabulary]}, "example:h": {"i": 1}}
    tree = document(sender="a", receiver="b", instanceIdentifier="c", epcisHeader=header)
    read = decode_document(json.dumps(tree).encode())
    assert (read.sender, read.receiver, read.instance_identifier) == ("a", "b", "c")
    assert read.events == ()
    assert read.header is not None
    assert read.header.extensions == {"example:h": {"i": 1}}
    (place,) = read.master_data[0].vocabulary_element_list
    assert (place.id, place.attributes[0].attribute) == ("urn:x:y", "Kho 1")


def test_a_bare_event_needs_its_own_context() -> None:
    event = changed(COMMISSIONING, **{"@context": json.loads(CONTEXT)})
    data = b"\n " + json.dumps(event).encode() + b" "
    received = decode_event(data)
    assert received.raw == data.strip()
    assert received.event.context == json.loads(CONTEXT)
    read = decode_document(data)
    assert (read.kind, read.events) == (DocumentKind.EVENT, (received,))
    assert read.event_pointer(0) == ""
    with pytest.raises(InvalidDocument) as caught:
        decode_event(json.dumps(changed(COMMISSIONING, action="SEE")).encode())
    assert ("", "epcis.context-missing") in codes(caught.value)
    assert ("/action", "epcis.action") in codes(caught.value)
    with pytest.raises(InvalidDocument) as caught:
        decode_event(json.dumps(COMMISSIONING).encode())
    assert codes(caught.value) == {("", "epcis.context-missing")}


def test_a_query_document_reads_back() -> None:
    raws = [json.dumps(event).encode() for event in EVENTS]
    created = datetime(2026, 7, 1, 12, tzinfo=UTC)
    data = encode_query_document(raws, created=created, context=CONTEXT, subscription_id="s 1")
    read = decode_document(data)
    assert read.kind is DocumentKind.QUERY_DOCUMENT
    assert (read.query_name, read.subscription_id) == ("SimpleEventQuery", "s 1")
    assert (read.creation_date, read.context) == (created, CONTEXT)
    assert [received.raw for received in read.events] == raws
    assert read.event_pointer(2) == "/epcisBody/queryResults/resultsBody/eventList/2"
    empty = decode_document(encode_query_document([], created=created))
    assert (empty.events, empty.context) == ((), STANDARD_CONTEXT)


def test_an_event_takes_the_context_of_its_document_along() -> None:
    raw = b' {"type":"x"}'
    assert with_context(raw, None) == raw
    assert with_context(raw, STANDARD_CONTEXT) == raw
    assert with_context(raw, b"[" + STANDARD_CONTEXT + b"]") == raw
    assert with_context(raw, b'{"a":"urn:a"}') == b'{"@context":{"a":"urn:a"},"type":"x"}'
    own = b'{"type":"x","@context":["urn:c",{"b":"urn:b"}]}'
    assert json.loads(with_context(own, b'["urn:c",{"a":"urn:a"}]')) == {
        "type": "x",
        "@context": ["urn:c", {"a": "urn:a"}, {"b": "urn:b"}],
    }


def test_rules_between_members_can_be_left_aside_for_what_others_accepted() -> None:
    late = changed(AGGREGATION, parentID=None)
    raw = json.dumps(late).encode()
    with pytest.raises(InvalidDocument, match="invalid"):
        decode_raw_event(raw)
    read = decode_raw_event(raw, rules=False)
    assert isinstance(read, AggregationEvent)
    assert read.parent_id is None


def test_no_part_has_a_constrained_text_beside_a_list() -> None:
    """Such a union makes msgspec 0.22 write past its memory."""

    def look(annotation: msgspec.inspect.Type, where: str) -> None:
        if isinstance(annotation, msgspec.inspect.Metadata):
            look(annotation.type, where)
        if isinstance(annotation, msgspec.inspect.UnionType):
            texts = [part for part in annotation.types if isinstance(part, msgspec.inspect.StrType)]
            lists = [
                part for part in annotation.types if isinstance(part, msgspec.inspect.ListType)
            ]
            assert not lists or all(part.pattern is None for part in texts), where

    def all_below(struct: type[Value]) -> list[type[Value]]:
        below = struct.__subclasses__()
        return below + [deeper for part in below for deeper in all_below(part)]

    for struct in all_below(Value):
        for field in msgspec.structs.fields(struct):
            annotation = msgspec.inspect.type_info(field.type)
            for part in getattr(annotation, "types", (annotation,)):
                look(part, f"{struct.__name__}.{field.name}")
            look(annotation, f"{struct.__name__}.{field.name}")
