# SPDX-License-Identifier: Apache-2.0
"""The leaves of an event as constrained types: one definition for decoding and for fault finding.

Each type carries the pattern that msgspec applies and, under ``extra``, the
message ``code`` that names a breach and, where a pattern cannot say it, a
``check`` of the JSON value.
"""

import re
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from nguon.epcis import vocabulary

_UNRESERVED = r"A-Za-z0-9\-._~"
_SUB_DELIMS = r"!$&'()*+,;="
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_H16 = r"[0-9A-Fa-f]{1,4}"
_LS32 = rf"(?:{_H16}:{_H16}|{_OCTET}(?:\.{_OCTET}){{3}})"


def _run(characters: str) -> str:
    """Zero or more of these characters and percent-encoded octets, without backtracking."""
    return rf"[{characters}]*+(?:%[0-9A-Fa-f]{{2}}[{characters}]*+)*+"


def _ipv6() -> str:
    """An IPv6 address (RFC 3986 section 3.2.2): ``::`` may stand for the missing groups."""
    forms = [rf"(?:{_H16}:){{6}}{_LS32}"]
    for after in range(5, -1, -1):
        before = rf"(?:(?:{_H16}:){{0,{max(0, 4 - after)}}}{_H16})?" if after < 5 else ""
        forms.append(rf"{before}::(?:{_H16}:){{{after}}}{_LS32}")
    forms.append(rf"(?:(?:{_H16}:){{0,5}}{_H16})?::{_H16}")
    forms.append(rf"(?:(?:{_H16}:){{0,6}}{_H16})?::")
    return "|".join(forms)


_HOST = (
    rf"(?:\[(?:{_ipv6()}|[vV][0-9A-Fa-f]+\.[{_UNRESERVED}{_SUB_DELIMS}:]+)\]"
    rf"|{_run(_UNRESERVED + _SUB_DELIMS)})"
)
_AUTHORITY = rf"//(?:{_run(_UNRESERVED + _SUB_DELIMS + ':')}@)?{_HOST}(?::[0-9]*)?(?![^/?#])"
_TAIL = _UNRESERVED + _SUB_DELIMS + ":@/"
_COMMON = rf"(?:https?://[a-z0-9.\-]++(?![^/])|urn:)[{_TAIL}]*+\Z"
_URI = (
    rf"(?:{_COMMON}|[A-Za-z][A-Za-z0-9+\-.]*:(?:{_AUTHORITY}|(?!//)){_run(_TAIL)}"
    rf"(?:\?{_run(_TAIL + '?')})?(?:#{_run(_TAIL + '?')})?\Z)"
)

URI_PATTERN = rf"\A{_URI}"
_IS_URI = re.compile(URI_PATTERN).match


def _word_or_uri(words: frozenset[str], not_under: str) -> str:
    """A bare standard word, or a URI outside the name space of the standard words."""
    return rf"\A(?:(?:{'|'.join(sorted(words))})\Z|(?!{not_under}){_URI})"


_CBV = r"urn:epcglobal:cbv|https?://ns\.gs1\.org/cbv/"
_WEB_VOCABULARY = r"https?://(?:www\.)?gs1\.org/voc/"


def _term(field: str, not_under: str = _CBV) -> Meta:
    words = vocabulary.standard_words(field)
    return Meta(
        pattern=_word_or_uri(words, not_under),
        extra={"code": "epcis.word", "params": {"vocabulary": field}},
    )


@lru_cache(maxsize=65536)
def is_uri(text: str) -> bool:
    """Whether the text is a URI (RFC 3986 section 3); a CURIE with a prefix is one too."""
    return _IS_URI(text) is not None


def _is_strict_time(text: str) -> bool:
    """RFC 3339 leaves no choice but ``T`` and a colon in the offset; years must exist in UTC."""
    return (
        text[10] != " "
        and (text[-1] in "Zz" or text[-3] == ":")
        and (text[0] in "12" or "0001-01-02" <= text[:10] <= "9999-12-30")
    )


def _is_one_uri(value: str | list[str]) -> bool:
    return isinstance(value, list) or is_uri(value)


def are_distinct(values: list[Any]) -> bool:
    """No two equal members, as JSON Schema compares them (``1`` equals ``1.0``)."""
    try:
        return len(set(values)) == len(values)
    except TypeError:
        texts = [msgspec.json.encode(_comparable(value), order="sorted") for value in values]
        return len(set(texts)) == len(texts)


def _comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _comparable(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_comparable(member) for member in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def is_context(value: Any) -> bool:
    """A JSON-LD context: a URI, an object, or a list of distinct ones of these."""
    if isinstance(value, list):
        return all(_is_one_context(part) for part in value) and are_distinct(value)
    return _is_one_context(value)


def _is_one_context(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, str) and is_uri(value))


Uri = Annotated[str, Meta(pattern=URI_PATTERN, extra={"code": "epcis.uri"})]
Time = Annotated[datetime, Meta(tz=True, extra={"code": "epcis.time", "check": _is_strict_time})]
Offset = Annotated[
    str,
    Meta(
        pattern=r"\A[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)\Z",
        extra={"code": "epcis.zone-offset"},
    ),
]
Action = Annotated[str, Meta(pattern=r"\A(?:ADD|OBSERVE|DELETE)\Z", extra={"code": "epcis.action"})]
Unit = Annotated[str, Meta(pattern=r"\A[A-Z0-9]{2,3}\Z", extra={"code": "epcis.unit"})]
HexBinary = Annotated[str, Meta(pattern=r"\A[A-Fa-f0-9]+\Z", extra={"code": "epcis.hex-binary"})]
Version = Annotated[str, Meta(pattern=r"\A[0-9]+(?:\.[0-9]+)*\Z", extra={"code": "epcis.version"})]
MAX_EXACT_INTEGER = 2**53
Number = Annotated[int, Meta(ge=-MAX_EXACT_INTEGER, le=MAX_EXACT_INTEGER)] | float
BizStep = Annotated[str, _term("bizStep")]
Disposition = Annotated[str, _term("disposition")]
BizTransactionType = Annotated[str, _term("bizTransactionType")]
SourceDestinationType = Annotated[str, _term("sourceDestinationType")]
ErrorReason = Annotated[str, _term("errorReason")]
Component = Annotated[str, _term("component")]
Measurement = Annotated[str, _term("measurement", _WEB_VOCABULARY)]
SensorAlert = Annotated[str, _term("sensorAlert", _WEB_VOCABULARY)]

Context = Annotated[Any, Meta(extra={"code": "epcis.context", "check": is_context})]
CertificationInfo = Annotated[
    # A constrained string beside a list makes msgspec 0.22 write past its memory.
    str | list[Uri] | None,
    Meta(extra={"code": "epcis.uri", "check": _is_one_uri}),
]

DISTINCT = Meta(extra={"code": "epcis.repeated", "check": are_distinct})
NOT_EMPTY = Meta(min_length=1)
