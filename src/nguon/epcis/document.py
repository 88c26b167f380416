# SPDX-License-Identifier: Apache-2.0
"""The envelopes of events: EPCISDocument and EPCISQueryDocument (EPCIS 2.0 section 9)."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from nguon.epcis.grammar import Context, Time, Uri, Version
from nguon.epcis.model import Event, Extensions, FreeExtensions, wire_name


class DocumentKind(StrEnum):
    """What was sent."""

    DOCUMENT = "EPCISDocument"
    QUERY_DOCUMENT = "EPCISQueryDocument"
    EVENT = "event"


class _Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename=wire_name):
    """Base of the envelope's parts."""


class MasterDataAttribute(_Part, frozen=True, kw_only=True):
    id: Uri
    attribute: int | float | str | dict[str, Any] | None = None
    extensions: FreeExtensions = {}


class VocabularyElement(_Part, frozen=True, kw_only=True):
    """One thing of the master data with its attributes."""

    id: Uri
    attributes: list[MasterDataAttribute] = []
    children: list[Uri] = []
    extensions: FreeExtensions = {}


class Vocabulary(_Part, frozen=True, kw_only=True):
    """The master data of one kind of thing."""

    type: Uri
    vocabulary_element_list: list[VocabularyElement] = []
    extensions: FreeExtensions = {}


class MasterData(_Part, frozen=True, kw_only=True):
    vocabulary_list: list[Vocabulary] = []
    extensions: FreeExtensions = {}


class Header(_Part, frozen=True, kw_only=True):
    epcis_master_data: MasterData | None = None
    extensions: Extensions = {}


class DocumentBody(_Part, frozen=True, kw_only=True):
    event_list: list[Any]
    extensions: FreeExtensions = {}


class EpcisDocument(_Part, frozen=True, kw_only=True):
    """An EPCISDocument; its events are decoded one by one."""

    type: str
    context: Context
    schema_version: Version
    creation_date: Time
    epcis_body: DocumentBody
    id: Uri | None = None
    instance_identifier: str | None = None
    sender: str | None = None
    receiver: str | None = None
    epcis_header: Header | None = None
    extensions: Extensions = {}


class ResultsBody(_Part, frozen=True, kw_only=True):
    event_list: list[Any]
    vocabulary_list: list[Vocabulary] = []
    extensions: Extensions = {}


class QueryResults(_Part, frozen=True, kw_only=True):
    query_name: str
    results_body: ResultsBody
    subscription_id: str | None = None
    extensions: Extensions = {}


class QueryDocumentBody(_Part, frozen=True, kw_only=True):
    query_results: QueryResults
    extensions: Extensions = {}


class EpcisQueryDocument(_Part, frozen=True, kw_only=True):
    """An EPCISQueryDocument: the answer to a query, which may be captured elsewhere."""

    type: str
    context: Context
    epcis_body: QueryDocumentBody
    schema_version: Version | None = None
    creation_date: Time | None = None
    id: Uri | None = None
    extensions: Extensions = {}


class Received(msgspec.Struct, frozen=True, gc=False):
    """An event with the exact bytes in which it came."""

    event: Event
    raw: bytes


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What a submission holds. ``context`` is the JSON text of the envelope's ``@context``."""

    kind: DocumentKind
    events: tuple[Received, ...] = ()
    context: bytes | None = None
    schema_version: str | None = None
    creation_date: datetime | None = None
    sender: str | None = None
    receiver: str | None = None
    instance_identifier: str | None = None
    header: Header | None = None
    query_name: str | None = None
    subscription_id: str | None = None
    master_data: list[Vocabulary] = []
    extensions: Mapping[str, Any] = {}

    def event_pointer(self, index: int) -> str:
        """The JSON pointer of an event in the document."""
        return f"{EVENT_LIST[self.kind]}/{index}" if self.kind in EVENT_LIST else ""


EVENT_LIST: Mapping[str, str] = {
    DocumentKind.DOCUMENT: "/epcisBody/eventList",
    DocumentKind.QUERY_DOCUMENT: "/epcisBody/queryResults/resultsBody/eventList",
}
"""The JSON pointer of the events in each kind of document."""
