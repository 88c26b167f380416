# SPDX-License-Identifier: Apache-2.0
"""Event queries: each parameter, their combination, their refusals, and sound preselection."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.epcis.errors import QueryParameterError
from nguon.epcis.items import items_of
from nguon.epcis.model import Event
from nguon.epcis.query import DEFAULT_PER_PAGE, EventQuery, Span
from nguon.epcis.terms import terms_of
from tests.unit.epcis.told import AGGREGATION, COMMISSIONING, TRANSFORMATION, changed, typed

COMMISSIONED = typed(COMMISSIONING)
AGGREGATED = typed(AGGREGATION)
TRANSFORMED = typed(TRANSFORMATION)
ASSOCIATED = typed(
    changed(AGGREGATION, type="AssociationEvent", parentID="urn:epc:id:sgln:9521234.00001.R7")
)
TRANSACTED = typed(
    {
        "type": "TransactionEvent",
        "eventID": "urn:x:t",
        "eventTime": "2026-06-25T07:00:00Z",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "disposition": "in_transit",
        "parentID": "https://id.gs1.org/00/095212340000000013",
        "epcList": ["urn:epc:id:grai:9521234.00001.77", "urn:epc:id:giai:9521234.A1", "urn:x:own"],
        "bizTransactionList": [
            {"type": "inv", "bizTransaction": "urn:epcglobal:cbv:bt:9521234000013:I1"},
            {"bizTransaction": "urn:epcglobal:cbv:bt:9521234000013:N1"},
        ],
    }
)
CORRECTED = typed(
    changed(
        AGGREGATION,
        eventID="urn:x:wrong",
        errorDeclaration={
            "declarationTime": "2026-07-01T00:00:00Z",
            "reason": "incorrect_data",
            "correctiveEventIDs": ["urn:x:right"],
        },
    )
)
EXTENDED = typed(
    {
        "type": "https://ns.example/HarvestEvent",
        "eventTime": "2026-06-20T00:00:00Z",
        "eventTimeZoneOffset": "+07:00",
        "bizStep": "shipping",
    }
)
EVENTS = {
    "commissioned": COMMISSIONED,
    "aggregated": AGGREGATED,
    "associated": ASSOCIATED,
    "transacted": TRANSACTED,
    "transformed": TRANSFORMED,
    "corrected": CORRECTED,
    "extended": EXTENDED,
}
"""Aggregated, associated and corrected have the same children."""


def found(**params: str) -> list[str]:
    query = EventQuery.parse({name: [value] for name, value in params.items()})
    return sorted(name for name, event in EVENTS.items() if query.matches(event))


CASES: list[tuple[dict[str, str], list[str]]] = [
    ({}, sorted(EVENTS)),
    ({"eventType": "ObjectEvent|TransformationEvent"}, ["commissioned", "transformed"]),
    ({"eventType": "https://ns.example/HarvestEvent"}, ["extended"]),
    ({"EQ_action": "ADD"}, ["aggregated", "associated", "commissioned", "corrected"]),
    ({"EQ_bizStep": "commissioning"}, ["commissioned", "transformed"]),
    ({"EQ_bizStep": "urn:epcglobal:cbv:bizstep:commissioning"}, ["commissioned", "transformed"]),
    ({"EQ_bizStep": "https://ns.gs1.org/cbv/BizStep-shipping"}, []),
    ({"EQ_disposition": "active|in_transit"}, ["commissioned", "transacted"]),
    ({"EQ_persistentDisposition_set": "completeness_verified"}, ["commissioned"]),
    ({"EQ_persistentDisposition_unset": "completeness_verified"}, []),
    ({"EQ_readPoint": "urn:epc:id:sgln:9521234.00001.R7"}, ["commissioned"]),
    ({"EQ_readPoint": "https://id.gs1.org/414/9521234000013"}, []),
    ({"EQ_bizLocation": "https://example.org/x/414/9521234000013?q=1"}, ["commissioned"]),
    ({"EQ_bizTransaction_po": "urn:epcglobal:cbv:bt:9521234000013:PO7"}, ["commissioned"]),
    ({"EQ_bizTransaction_inv": "urn:epcglobal:cbv:bt:9521234000013:PO7"}, []),
    ({"EQ_bizTransaction_urn:epcglobal:cbv:btt:inv": "urn:epcglobal:cbv:bt:9521234000013:I1"},
     ["transacted"]),
    ({"EQ_source_owning_party": "urn:epc:id:pgln:9521234.00001"}, ["commissioned"]),
    ({"EQ_destination_owning_party": "urn:epc:id:pgln:9521234.00001"}, []),
    ({"EQ_destination_owning_party": "urn:epc:id:pgln:9521234.00002"}, ["commissioned"]),
    ({"EQ_transformationID": "https://id.gs1.org/253/9521234000013T9"}, ["transformed"]),
    ({"EQ_eventID": "urn:x:t|urn:x:wrong"}, ["corrected", "transacted"]),
    ({"EQ_correctiveEventID": "urn:x:right"}, ["corrected"]),
    ({"EQ_errorReason": "incorrect_data"}, ["corrected"]),
    ({"EQ_errorReason": "did_not_occur"}, []),
    ({"EXISTS_errorDeclaration": "true"}, ["corrected"]),
    ({"EXISTS_errorDeclaration": "false"}, sorted(EVENTS)),
    ({"EXISTS_sensorElementList": "true"}, ["commissioned"]),
    # instances
    ({"MATCH_epc": "urn:epc:id:sgtin:9521234.054321.AB12"},
     ["aggregated", "associated", "commissioned", "corrected"]),
    ({"MATCH_epc": "https://example.vn/gtin/9521234543213/ser/AB12"},
     ["aggregated", "associated", "commissioned", "corrected"]),
    ({"MATCH_epc": "urn:x:own"}, ["transacted"]),
    ({"MATCH_epc": "https://id.gs1.org/01/09521234543213"}, []),
    ({"MATCH_parentID": "urn:epc:id:sscc:9521234.0000000001"},
     ["aggregated", "corrected", "transacted"]),
    ({"MATCH_parentID": "https://id.gs1.org/414/9521234000013/254/R7"}, ["associated"]),
    ({"MATCH_inputEPC": "https://id.gs1.org/00/095212340000000013"}, ["transformed"]),
    ({"MATCH_outputEPC": "https://id.gs1.org/01/09521234543213/21/AB13"}, ["transformed"]),
    ({"MATCH_anyEPC": "https://id.gs1.org/00/095212340000000013"},
     ["aggregated", "corrected", "transacted", "transformed"]),
    # classes
    ({"MATCH_epcClass": "urn:epc:class:lgtin:9521234.054321.L7"},
     ["aggregated", "associated", "commissioned", "corrected"]),
    ({"MATCH_epcClass": "https://id.gs1.org/01/09521234543213"}, []),
    ({"MATCH_inputEPCClass": "https://id.gs1.org/01/09521234123453/10/F2"}, ["transformed"]),
    ({"MATCH_outputEPCClass": "https://id.gs1.org/01/09521234123453/10/F2"}, []),
    ({"MATCH_anyEPCClass": "https://id.gs1.org/01/09521234123453/10/F1|urn:x:no"},
     ["transformed"]),
    # patterns, by what they fix
    ({"MATCH_epc": "urn:epc:idpat:sgtin:9521234.054321.*"},
     ["aggregated", "associated", "commissioned", "corrected"]),
    ({"MATCH_epc": "urn:epc:idpat:sgtin:9521234.*.*"},
     ["aggregated", "associated", "commissioned", "corrected"]),
    ({"MATCH_epc": "urn:epc:idpat:sgtin:9521235.*.*"}, []),
    ({"MATCH_epc": "urn:epc:idpat:sgtin:*.*.*"},
     ["aggregated", "associated", "commissioned", "corrected"]),
    ({"MATCH_epc": "urn:epc:idpat:grai:9521234.00001.*"}, ["transacted"]),
    ({"MATCH_epc": "urn:epc:idpat:giai:9521234.*"}, ["transacted"]),
    ({"MATCH_parentID": "urn:epc:idpat:sscc:9521234.*"},
     ["aggregated", "corrected", "transacted"]),
    ({"MATCH_parentID": "urn:epc:idpat:sgln:9521234.00001.*"}, ["associated"]),
    ({"MATCH_anyEPC": "urn:epc:idpat:sgtin:9521234.054321.*"},
     ["aggregated", "associated", "commissioned", "corrected", "transformed"]),
    ({"MATCH_epcClass": "urn:epc:idpat:lgtin:9521234.054321.*"},
     ["aggregated", "associated", "commissioned", "corrected"]),
    ({"MATCH_epcClass": "urn:epc:idpat:sgtin:9521234.054321.*"}, []),
    # together
    ({"EQ_action": "ADD", "EQ_bizStep": "commissioning", "MATCH_epc": "urn:x:own"}, []),
    ({"EQ_action": "ADD", "EQ_bizStep": "commissioning"}, ["commissioned"]),
]  # fmt: skip


@pytest.mark.parametrize(("params", "expected"), CASES, ids=lambda value: str(value)[:80])
def test_each_parameter_finds_exactly(params: dict[str, str], expected: list[str]) -> None:
    assert found(**params) == expected


def test_a_product_counted_without_lot_is_the_class_of_its_serials() -> None:
    event = typed(
        changed(
            AGGREGATION, childQuantityList=[{"epcClass": "https://id.gs1.org/01/09521234543213"}]
        )
    )
    for value in ("urn:epc:idpat:sgtin:9521234.054321.*", "https://id.gs1.org/01/09521234543213"):
        query = EventQuery.parse({"MATCH_epcClass": [value]})
        assert query.matches(event)
        assert preselected(query, event)


def preselected(query: EventQuery, event: Event) -> bool:
    terms = set(terms_of(event, items_of(event)))
    return all(not group.isdisjoint(terms) for group in query.term_groups())


@pytest.mark.parametrize(("params", "expected"), CASES, ids=lambda value: str(value)[:80])
def test_preselection_by_terms_never_loses_a_match(
    params: dict[str, str], expected: list[str]
) -> None:
    query = EventQuery.parse({name: [value] for name, value in params.items()})
    kept = {name for name, event in EVENTS.items() if preselected(query, event)}
    assert kept >= set(expected)


@given(st.lists(st.sampled_from(CASES), min_size=1, max_size=3))
@settings(max_examples=100)
def test_parameters_together_are_the_intersection(cases: list[Any]) -> None:
    params: dict[str, str] = {}
    for case, _ in cases:
        params |= case
    one_by_one = [set(found(**{name: value})) for name, value in params.items()]
    assert set(found(**params)) == set(EVENTS).intersection(*one_by_one)


def test_times_are_half_open() -> None:
    moment = "2026-06-22T07:00:00Z"
    assert found(GE_eventTime=moment, LT_eventTime="2026-06-22T07:00:00.000001Z") == [
        "aggregated",
        "associated",
        "corrected",
    ]
    assert "aggregated" not in found(LT_eventTime=moment)
    assert found(GE_eventTime="2026-06-22T14:00:00+07:00") == [
        "aggregated",
        "associated",
        "corrected",
        "transacted",
    ]
    query = EventQuery.parse({"GE_recordTime": [moment], "LT_recordTime": ["2027-01-01T00:00:00Z"]})
    assert query.record_time == Span(
        datetime(2026, 6, 22, 7, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    )
    assert query.matches(AGGREGATED)
    assert query.matches(AGGREGATED, record_time=datetime(2026, 6, 22, 7, tzinfo=UTC))
    assert not query.matches(AGGREGATED, record_time=datetime(2027, 1, 1, tzinfo=UTC))


def test_lists_may_be_piped_or_repeated() -> None:
    assert EventQuery.parse({"EQ_action": ["ADD|DELETE"]}).term_groups() == (
        EventQuery.parse({"EQ_action": ["ADD", "DELETE"]}).term_groups()
    )


def test_order_limits_and_pages() -> None:
    query = EventQuery.parse(
        {
            "orderBy": ["recordTime"],
            "orderDirection": ["ASC"],
            "eventCountLimit": ["5"],
            "perPage": ["7"],
            "nextPageToken": ["x y"],
        }
    )
    assert (query.order_by, query.descending, query.event_count_limit) == ("recordTime", False, 5)
    assert (query.per_page, query.next_page_token, query.max_event_count) == (7, "x y", None)
    plain = EventQuery.parse({"maxEventCount": ["0"]})
    assert (plain.order_by, plain.descending, plain.max_event_count) == (None, True, 0)
    assert (plain.per_page, plain.term_groups()) == (DEFAULT_PER_PAGE, [])


@pytest.mark.parametrize(
    ("params", "code", "name"),
    [
        ({"EQ_bizStpe": ["shipping"]}, "epcis.query-parameter", "EQ_bizStpe"),
        ({"WD_readPoint": ["urn:x:y"]}, "epcis.query-parameter", "WD_readPoint"),
        ({"EQ_bizTransaction_": ["urn:x:y"]}, "epcis.query-parameter", "EQ_bizTransaction_"),
        ({"EQ_bizTransaction_bill": ["urn:x:y"]}, "epcis.query-word", "EQ_bizTransaction_bill"),
        ({"EQ_bizStep": ["dispatching"]}, "epcis.query-word", "EQ_bizStep"),
        ({"EQ_bizStep": [""]}, "epcis.query-empty", "EQ_bizStep"),
        ({"EQ_bizStep": []}, "epcis.query-empty", "EQ_bizStep"),
        ({"EQ_bizStep": ["shipping||packing"]}, "epcis.query-empty", "EQ_bizStep"),
        ({"EQ_action": ["ADD|SEE"]}, "epcis.query-word", "EQ_action"),
        ({"eventType": ["QuantityEvent"]}, "epcis.query-word", "eventType"),
        ({"GE_eventTime": ["2026-06-22"]}, "epcis.query-time", "GE_eventTime"),
        ({"GE_eventTime": ["2026-06-22T00:00:00 07:00"]}, "epcis.query-time", "GE_eventTime"),
        ({"LT_recordTime": ["a", "b"]}, "epcis.query-repeated", "LT_recordTime"),
        ({"orderBy": ["bizStep"]}, "epcis.query-choice", "orderBy"),
        ({"orderDirection": ["asc"]}, "epcis.query-choice", "orderDirection"),
        ({"perPage": ["0"]}, "epcis.query-number", "perPage"),
        ({"perPage": ["-1"]}, "epcis.query-number", "perPage"),
        ({"maxEventCount": ["1.5"]}, "epcis.query-number", "maxEventCount"),
        ({"nextPageToken": [""]}, "epcis.query-empty", "nextPageToken"),
        ({"eventCountLimit": ["5"]}, "epcis.query-order-missing", "eventCountLimit"),
        (
            {"eventCountLimit": ["5"], "maxEventCount": ["5"], "orderBy": ["eventTime"]},
            "epcis.query-limits",
            "eventCountLimit",
        ),
        ({"EXISTS_errorDeclaration": ["yes"]}, "epcis.query-choice", "EXISTS_errorDeclaration"),
        ({"MATCH_epc": ["urn:epc:idpat:sgtin:9521234.*.7*"]}, "epcis.query-pattern", "MATCH_epc"),
        ({"MATCH_epc": ["urn:epc:idpat:sgtin:*.054321.*"]}, "epcis.query-pattern", "MATCH_epc"),
        (
            {"MATCH_epc": ["urn:epc:idpat:sgtin:9521234.54321.*"]},
            "epcis.query-pattern",
            "MATCH_epc",
        ),
        ({"MATCH_epc": ["urn:epc:idpat:sgtin:9521234.*"]}, "epcis.query-pattern", "MATCH_epc"),
        ({"MATCH_epc": ["urn:epc:idpat:nosuch:1.*"]}, "epcis.query-pattern", "MATCH_epc"),
    ],
)
def test_refusals_name_the_parameter(params: dict[str, list[str]], code: str, name: str) -> None:
    with pytest.raises(QueryParameterError) as caught:
        EventQuery.parse(params)
    assert (caught.value.code, caught.value.params["name"]) == (code, name)
