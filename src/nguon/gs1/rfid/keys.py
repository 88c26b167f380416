# SPDX-License-Identifier: Apache-2.0
"""The fields of an EPC URN and the GS1 key that they make, both ways (standard, section 7)."""

from collections.abc import Mapping, Sequence

from nguon.gs1.check_digits import check_digit
from nguon.gs1.element import Element
from nguon.gs1.errors import IdentifierError
from nguon.gs1.keys import PRIMARY_KEYS
from nguon.gs1.schemes import Scheme

WHOLE = "0"
"""The extension of a GLN that means the place as a whole."""
EXTENSION = "254"


def lacks_serial(element: Element) -> bool:
    """Whether a key that names a thing only with a serial number has none."""
    rule = PRIMARY_KEYS.get(element.ai)
    return rule is not None and rule.serial_at is not None and len(element.value) <= rule.serial_at


def elements_of(key: Scheme, fields: Sequence[str]) -> tuple[Element, ...]:
    """The elements that decoded fields of a URN stand for."""
    prefix, reference = fields[0], fields[1]
    if key.body:
        first = key.indicator_first
        body = reference[:first] + prefix + reference[first:]
        number = key.lead + body + check_digit(body)
    else:
        number = prefix + reference
    if key.pieces:
        number += fields[2] + fields[3]
    if key.serial_inline:
        return (Element(key.ai, number + fields[-1]),)
    if key.serial_ai is None or (key.serial_ai == EXTENSION and fields[-1] == WHOLE):
        return (Element(key.ai, number),)
    return Element(key.ai, number), Element(key.serial_ai, fields[-1])


def fields_of(key: Scheme, values: Mapping[str, str], length: int, text: str) -> list[str]:
    """The fields of a URN for values by application identifier and a length of the prefix.

    Raises `IdentifierError` ``rfid.missing`` where the serial number is missing.
    """
    value = values[key.ai][len(key.lead) :]
    first = value[: key.indicator_first]
    value = value[len(first) :]
    end = key.body - len(first) if key.body else len(value)
    fields = [value[:length], first + value[length:end]]
    rest = value[end + 1 :]
    fields += [rest[at : at + 2] for at in range(0, 2 * key.pieces, 2)]
    if key.has_serial:
        serial = rest if key.serial_inline else values.get(key.serial_ai or "")
        if not serial and key.serial_ai == EXTENSION:
            serial = WHOLE
        if not serial:
            raise IdentifierError("rfid.missing", text, ai=key.serial_ai or key.ai)
        fields.append(serial)
    return fields
