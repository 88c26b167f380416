# SPDX-License-Identifier: Apache-2.0
"""The two fields of a signature of an HTTP message, ``Signature-Input`` and ``Signature``.

The spelling that nearly every signer writes is read by two patterns; all else goes through
the reader of structured fields, with the same result.
"""

import re
from binascii import Error, a2b_base64
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from nguon.signing.errors import SigningError
from nguon.signing.structured import (
    Bare,
    InnerList,
    Item,
    Member,
    Parameters,
    read_dictionary,
    write_member,
)

SIGNATURE, SIGNATURE_INPUT = "signature", "signature-input"
_MOST = 32
_COMMON_INPUT = re.compile(
    r"(?P<label>[a-z][a-z0-9_\-]{0,63})=(?P<told>"
    r'(?P<covered>\((?:"[a-z0-9@\-]{1,64}"(?: "[a-z0-9@\-]{1,64}"){0,31})?\))'
    r'(?P<parameters>(?:;[a-z]{1,16}=(?:0|[1-9][0-9]{0,14}|"[ !#-\[\]-~]{0,512}")){0,16}))'
)
_COMMON_VALUE = re.compile(r"(?P<label>[a-z][a-z0-9_\-]{0,63})=:(?P<octets>[A-Za-z0-9+/]{86}==):")
_PARAMETER = re.compile(r';([a-z]+)=(?:([0-9]+)|"([^"]*)")')


class Fields(msgspec.Struct, frozen=True):
    """What one signature says of itself."""

    label: str
    components: tuple[str, ...]
    parameters: Mapping[str, Bare]
    told: str
    """Components and parameters in their one spelling, which the signature is over."""
    signature: bytes


def read_fields(inputs: str, values: str, label: str | None) -> Fields:
    """The signature of a label, or the only one; raises `SigningError`."""
    return _common(inputs, values, label) or _any(inputs, values, label)


def checked_components(covered: InnerList) -> tuple[str, ...]:
    """The names; raises `SigningError` for parameters, repetition, too many."""
    names = []
    for item in covered.items:
        name = item.value
        if type(name) is not str or name != name.lower() or item.parameters:
            raise SigningError("signing.component-unsupported", component=write_member(item)[:80])
        names.append(name)
    if len(names) > _MOST:
        raise SigningError("signing.component-many", most=_MOST)
    if len(set(names)) != len(names):
        raise SigningError("signing.component-repeated")
    return tuple(names)


def _common(inputs: str, values: str, label: str | None) -> Fields | None:
    given, value = _COMMON_INPUT.fullmatch(inputs), _COMMON_VALUE.fullmatch(values)
    if given is None or value is None or given["label"] != value["label"]:
        return None
    if label not in (None, given["label"]):
        return None
    found = _PARAMETER.findall(given["parameters"])
    parameters = {name: int(digits) if digits else text for name, digits, text in found}
    if len(parameters) != len(found):
        return None
    try:
        octets = a2b_base64(value["octets"])
    except Error:
        return None
    return Fields(given["label"], _covered(given["covered"]), parameters, given["told"], octets)


@lru_cache(256)
def _covered(text: str) -> tuple[str, ...]:
    """The names in a list of the common spelling; a client covers the same again and again."""
    items = tuple(Item(each[1:-1]) for each in text[1:-1].split(" ") if each)
    return checked_components(InnerList(items))


def _any(inputs: str, values: str, label: str | None) -> Fields:
    told = read_dictionary(inputs, SIGNATURE_INPUT)
    found = _label(told, label)
    covered = told[found]
    value = read_dictionary(values, SIGNATURE).get(found)
    octets = value.value if isinstance(value, Item) else None
    if not isinstance(octets, bytes) or not isinstance(covered, InnerList):
        raise SigningError("signing.signature-absent")
    components = checked_components(covered)
    parameters: Parameters = covered.parameters
    return Fields(found, components, parameters, write_member(covered), octets)


def _label(told: Mapping[str, Member], label: str | None) -> str:
    if not told or (label is not None and label not in told):
        raise SigningError("signing.signature-absent")
    if label is None and len(told) > 1:
        raise SigningError("signing.signature-several", labels=", ".join(told)[:80])
    return next(iter(told)) if label is None else label
