# SPDX-License-Identifier: Apache-2.0
"""How the event hash writes single values (CBV 2.0 section 8.9, rules 5 to 9 and 14 to 18)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from nguon.epcis.prehash_names import Namespaces
from nguon.gs1 import facts

CBV = "https://ref.gs1.org/cbv/"
VOC = "https://gs1.org/voc/"
BIZ_STEP = f"{CBV}BizStep-"
DISPOSITION = f"{CBV}Disp-"
BIZ_TRANSACTION_TYPE = f"{CBV}BTT-"
SOURCE_DESTINATION_TYPE = f"{CBV}SDT-"
COMPONENT = f"{CBV}Comp-"

_URN_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "bizstep": BIZ_STEP,
        "disp": DISPOSITION,
        "btt": BIZ_TRANSACTION_TYPE,
        "sdt": SOURCE_DESTINATION_TYPE,
        "er": f"{CBV}ER-",
    }
)
_URN = "urn:epcglobal:cbv:"
_IS_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\Z").match
_URI_STARTS = ("urn:", "https:", "http:")
_NUMBER_STARTS = frozenset("0123456789+-.")
_SENT_BARE = re.compile("%(27|3B|3D)")
"""Apostrophe, semicolon and equals sign stay bare, as EPC URNs write them."""
_HALF_MILLISECOND = timedelta(microseconds=500)


def time(moment: datetime) -> str:
    """UTC with milliseconds, rounded half up, and ``Z``."""
    if moment.microsecond % 1000:
        moment += _HALF_MILLISECOND
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def number(amount: float) -> str:
    """A number without trailing zeros, as the reference implementation writes it."""
    return str(int(amount)) if amount == int(amount) else repr(amount)


def word(text: str, standard: str, names: Namespaces) -> str:
    """A vocabulary value as Web URI: bare words belong under the ``standard`` prefix."""
    return plain(text, names) if ":" in text else standard + text.strip()


def plain(text: str, names: Namespaces) -> str:
    """A string value: trimmed; numbers, standard URNs, CURIEs and GS1 identifiers in one form."""
    text = text.strip()
    if ":" in text:
        return _uri(text if text.startswith(_URI_STARTS) else names.expanded(text))
    if text and text[0] in _NUMBER_STARTS and _IS_NUMBER(text):
        return _numeric(text)
    return text


def identifier(uri: str, names: Namespaces) -> str:
    """As `plain`, at less cost for a GS1 identifier."""
    link = facts(uri).link
    return plain(uri, names) if link is None or "%" in link else link


def scalar(value: Any, names: Namespaces) -> str:
    """A JSON value that is neither array nor object."""
    if isinstance(value, str):
        return plain(value, names)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else number(value)


def _uri(text: str) -> str:
    if text.startswith(_URN):
        field, _, term = text[len(_URN) :].partition(":")
        return _URN_WORDS[field] + term if field in _URN_WORDS else text
    link = facts(text).link
    if link is None:
        return text
    return _SENT_BARE.sub(lambda found: chr(int(found[1], 16)), link) if "%" in link else link


def _numeric(text: str) -> str:
    """Digits are a number wherever they stand: XML, the other syntax, has no types to tell by."""
    try:
        return number(float(text))
    except OverflowError:
        return text
