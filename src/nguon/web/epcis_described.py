# SPDX-License-Identifier: Apache-2.0
"""What the OpenAPI document says about bodies that we decode ourselves, and GS1's headers."""

from dataclasses import dataclass

from litestar.openapi.spec import (
    OpenAPIMediaType,
    Operation,
    Parameter,
    RequestBody,
    Schema,
)
from litestar.openapi.spec.enums import OpenAPIType

from nguon.web.bodies import JSON_TYPES


def _header(name: str, description: str, values: tuple[str, ...] = ()) -> Parameter:
    schema = Schema(type=OpenAPIType.STRING, enum=list(values) or None)
    return Parameter(name, "header", schema, description)


def _query(name: str, description: str) -> Parameter:
    return Parameter(name, "query", Schema(type=OpenAPIType.STRING), description)


def _body(description: str) -> RequestBody:
    schema = Schema(type=OpenAPIType.OBJECT)
    media_types = {name: OpenAPIMediaType(schema) for name in sorted(JSON_TYPES)}
    return RequestBody(media_types, description, required=True)


_IDEMPOTENCY = _header(
    "Idempotency-Key", "Any text of yours; the same text again is answered with the first job."
)
_BEHAVIOUR = _header(
    "GS1-Capture-Error-Behaviour",
    "Whole or not at all, or all but what is refused.",
    ("rollback", "proceed"),
)
_FORMAT = _header(
    "GS1-EPC-Format",
    "The form of identifiers in the answer; as they were sent, without this header.",
    ("No_Preference", "Never_Translates", "Always_GS1_Digital_Link", "Always_EPC_URN"),
)


_EVENT_ID = Parameter(
    "event_id",
    "path",
    Schema(type=OpenAPIType.STRING),
    "The eventID, percent-encoded.",
    required=True,
)


@dataclass
class DocumentBody(Operation):
    """Takes a document."""

    def __post_init__(self) -> None:
        self.request_body = _body("An EPCISDocument or EPCISQueryDocument (EPCIS 2.0 JSON-LD).")
        self.parameters = [*(self.parameters or []), _BEHAVIOUR, _IDEMPOTENCY]


@dataclass
class EventBody(Operation):
    """Takes a bare event."""

    def __post_init__(self) -> None:
        self.request_body = _body("One event with its own @context (EPCIS 2.0 JSON-LD).")


@dataclass
class EventByIdAnswer(Operation):
    """Gives the events with an ID."""

    def __post_init__(self) -> None:
        self.parameters = [*(self.parameters or []), _EVENT_ID, _FORMAT]


@dataclass
class EventQueryAnswer(Operation):
    """Takes the parameters of the SimpleEventQuery (EPCIS 2.0 section 8.2.7.1)."""

    def __post_init__(self) -> None:
        self.parameters = [*(self.parameters or []), _FORMAT, *_QUERY]


_QUERY = [
    _query("eventType", "Event types, with | between them."),
    _query("GE_eventTime", "Happened at this time or later (date-time with zone)."),
    _query("LT_eventTime", "Happened before this time."),
    _query("GE_recordTime", "Recorded at this time or later."),
    _query("LT_recordTime", "Recorded before this time."),
    _query("EQ_action", "ADD, OBSERVE or DELETE."),
    _query("EQ_bizStep", "Business steps: a standard word or a URI."),
    _query("EQ_disposition", "Dispositions: a standard word or a URI."),
    _query("EQ_readPoint", "Read points."),
    _query("EQ_bizLocation", "Business locations."),
    _query("EQ_eventID", "Event IDs."),
    _query("EQ_bizTransaction_{type}", "Business transactions of a type."),
    _query("EQ_source_{type}", "Sources of a type."),
    _query("EQ_destination_{type}", "Destinations of a type."),
    _query("EQ_transformationID", "Transformation IDs."),
    _query("MATCH_epc", "In epcList or childEPCs; any spelling of the identifier."),
    _query("MATCH_parentID", "The parent."),
    _query("MATCH_inputEPC", "Among the inputs."),
    _query("MATCH_outputEPC", "Among the outputs."),
    _query("MATCH_anyEPC", "In any of these places."),
    _query("MATCH_epcClass", "A class in quantityList or childQuantityList; patterns allowed."),
    _query("MATCH_inputEPCClass", "A class among the inputs."),
    _query("MATCH_outputEPCClass", "A class among the outputs."),
    _query("MATCH_anyEPCClass", "A class in any place."),
    _query("orderBy", "eventTime, recordTime or an extension field."),
    _query("orderDirection", "ASC or DESC (the default)."),
    _query("eventCountLimit", "Only so many, the first in the order; needs orderBy."),
    _query("maxEventCount", "Refuse the query when there are more (413)."),
]
