# SPDX-License-Identifier: Apache-2.0
"""What each parameter of an event query means (EPCIS 2.0 section 8.2.7.1), as a table."""

import re
from collections.abc import Callable, Mapping

from nguon import gs1
from nguon.epcis import terms
from nguon.epcis.errors import QueryParameterError
from nguon.epcis.grammar import is_uri
from nguon.epcis.model import EVENT_TYPES
from nguon.epcis.patterns import is_pattern, parse_pattern
from nguon.epcis.prehash import event_type
from nguon.epcis.prehash_names import STANDARD
from nguon.epcis.query_conditions import Condition, Equals, Exists, Matches, attribute, typed
from nguon.epcis.vocabulary import canonical_term, standard_words


class _BadValueError(Exception):
    """A value that a parameter cannot have: the message code and the value."""


_Builder = Callable[[list[str]], Condition]
_TYPED = re.compile(r"EQ_(bizTransaction|source|destination)_(.+)", re.DOTALL)
_ENTRIES = {
    "bizTransaction": ("biz_transaction_list", "biz_transaction", "bizTransactionType"),
    "source": ("source_list", "source", "sourceDestinationType"),
    "destination": ("destination_list", "destination", "sourceDestinationType"),
}


def _as_sent(value: str) -> str:
    return value


def _texts(field: str, path: str) -> _Builder:
    def build(values: list[str]) -> Condition:
        return Equals(field, frozenset(values), attribute(path, _as_sent))

    return build


def _words(field: str, path: str, vocabulary: str) -> _Builder:
    def canonical(value: str) -> str:
        return canonical_term(vocabulary, value)

    def build(values: list[str]) -> Condition:
        for value in values:
            _require_word(value, vocabulary)
        wanted = frozenset(canonical(value) for value in values)
        return Equals(field, wanted, attribute(path, canonical))

    return build


def _require_word(value: str, vocabulary: str) -> None:
    if value not in standard_words(vocabulary) and not is_uri(value):
        raise _BadValueError("epcis.query-word", value)


def _keys(field: str, path: str) -> _Builder:
    def build(values: list[str]) -> Condition:
        wanted = frozenset(gs1.item_key(value) for value in values)
        return Equals(field, wanted, attribute(path, gs1.item_key))

    return build


def _match(*fields: str) -> _Builder:
    def build(values: list[str]) -> Condition:
        patterns = []
        keys = set()
        for value in values:
            if not is_pattern(value):
                keys.add(gs1.item_key(value))
                continue
            pattern = parse_pattern(value)
            if pattern is None:
                raise _BadValueError("epcis.query-pattern", value)
            patterns.append(pattern)
        return Matches(fields, frozenset(keys), tuple(patterns))

    return build


def _actions(values: list[str]) -> Condition:
    for value in values:
        if value not in ("ADD", "OBSERVE", "DELETE"):
            raise _BadValueError("epcis.query-word", value)
    return Equals("action", frozenset(values), attribute("action", _as_sent))


def _type_name(value: str) -> str:
    return event_type(value, STANDARD)


def _event_types(values: list[str]) -> Condition:
    for value in values:
        if value not in EVENT_TYPES and not is_uri(value):
            raise _BadValueError("epcis.query-word", value)
    wanted = frozenset(_type_name(value) for value in values)
    return Equals("eventType", wanted, attribute("type", _type_name))


_BUILDERS: Mapping[str, _Builder] = {
    "eventType": _event_types,
    "EQ_action": _actions,
    "EQ_bizStep": _words("bizStep", "biz_step", "bizStep"),
    "EQ_disposition": _words("disposition", "disposition", "disposition"),
    "EQ_persistentDisposition_set": _words(
        "persistentDisposition_set", "persistent_disposition.set", "disposition"
    ),
    "EQ_persistentDisposition_unset": _words(
        "persistentDisposition_unset", "persistent_disposition.unset", "disposition"
    ),
    "EQ_readPoint": _keys("readPoint", "read_point.id"),
    "EQ_bizLocation": _keys("bizLocation", "biz_location.id"),
    "EQ_transformationID": _keys("transformationID", "transformation_id"),
    "MATCH_epc": _match("epc"),
    "MATCH_parentID": _match("parentID"),
    "MATCH_inputEPC": _match("inputEPC"),
    "MATCH_outputEPC": _match("outputEPC"),
    "MATCH_anyEPC": _match("epc", "parentID", "inputEPC", "outputEPC"),
    "MATCH_epcClass": _match("epcClass"),
    "MATCH_inputEPCClass": _match("inputEPCClass"),
    "MATCH_outputEPCClass": _match("outputEPCClass"),
    "MATCH_anyEPCClass": _match("epcClass", "inputEPCClass", "outputEPCClass"),
    "EQ_eventID": _texts("eventID", "event_id"),
    "EQ_correctiveEventID": _texts("correctiveEventID", "error_declaration.corrective_event_ids"),
    "EQ_errorReason": _words("errorReason", "error_declaration.reason", "errorReason"),
}
PARTS: Mapping[str, Condition] = {
    "EXISTS_errorDeclaration": Exists("errorDeclaration", "error_declaration"),
    "EXISTS_sensorElementList": Exists("sensorElementList", "sensor_element_list"),
}
"""The parameters that ask whether an event has a part."""


def condition(name: str, values: list[str]) -> Condition:
    """The condition that a parameter with a list of values stands for.

    Raises `QueryParameterError` for an unknown name or a bad value.
    """
    builder = _BUILDERS.get(name) or _typed_builder(name)
    if builder is None:
        raise QueryParameterError("epcis.query-parameter", name=name)
    try:
        return builder(values)
    except _BadValueError as error:
        code, value = error.args
        raise QueryParameterError(code, name=name, value=value) from None


def _typed_builder(name: str) -> _Builder | None:
    match = _TYPED.fullmatch(name)
    if match is None:
        return None
    kind, of_type = match.groups()
    entries, value, vocabulary = _ENTRIES[kind]

    def build(values: list[str]) -> Condition:
        _require_word(of_type, vocabulary)
        keys = frozenset(gs1.item_key(text) for text in values)
        return Equals(terms.typed_field(kind, of_type), keys, typed(kind, of_type, entries, value))

    return build
