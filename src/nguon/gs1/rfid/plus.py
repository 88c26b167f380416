# SPDX-License-Identifier: Apache-2.0
"""The "+" schemes: application identifiers one after another, and AIDC data behind them.

Facts of EPC Tag Data Standard 2.2, sections 14.5.1, 14.5.3 and 15.3.
"""

from collections.abc import Sequence
from typing import TypeAlias

from nguon.gs1.element import Element
from nguon.gs1.errors import IdentifierError
from nguon.gs1.mode import Rigour
from nguon.gs1.rfid import dates
from nguon.gs1.rfid.bits import Reader, Writer
from nguon.gs1.rfid.codings import Coding
from nguon.gs1.rfid.keys import EXTENSION, WHOLE, lacks_serial
from nguon.gs1.rfid.names import DATE_NAMES
from nguon.gs1.rfid.values import code_lengths, formats, read_value, write_value
from nguon.gs1.values import check_value

Elements: TypeAlias = tuple[Element, ...]

_DATES = tuple(DATE_NAMES)
"""What a date before the GTIN is, by its indicator (section 14.5.3)."""
_SSCC_BITS = 80
"""Of its application identifier and its digits."""


def read_plus(reader: Reader, coding: Coding) -> tuple[int, Elements, Elements]:
    """Filter value, identifying elements and AIDC data of what follows the header."""
    toggle = reader.take(1)
    chosen = reader.take(3)
    date = (_read_date(reader),) if coding.dated else ()
    elements = [_read_element(reader, ai) for ai in coding.codes]
    if elements[-1] == (EXTENSION, WHOLE):
        elements.pop()
    if lacks_serial(elements[-1]):
        raise reader.refusal("rfid.missing", 12, ai=elements[-1].ai)
    start = reader.at
    data = _read_data(reader, (*elements, *date)) if toggle else ()
    if toggle and not data:
        raise reader.refusal("rfid.no-data", start)
    return chosen, (*elements, *date), data


def write_plus(
    writer: Writer, coding: Coding, chosen: int, elements: Sequence[Element], data: Elements
) -> None:
    """Write what follows the header, for checked elements: those of the scheme, then a date."""
    writer.put(1 if data else 0, 1)
    writer.put(chosen, 3)
    if coding.dated:
        ai, value = elements[-1]
        writer.put(_DATES.index(ai), 4)
        dates.write_digits(writer, value)
        elements = elements[:-1]
    for ai, value in elements:
        write_value(writer, ai, value)
    for ai, value in data:
        writer.put(int(ai, 16), 4 * len(ai))
        write_value(writer, ai, value)


def _read_date(reader: Reader) -> Element:
    start = reader.at
    indicator = reader.take(4)
    if indicator >= len(_DATES):
        raise reader.refusal("rfid.date-indicator", start, indicator=indicator)
    return Element(_DATES[indicator], dates.read_date(reader))


def _read_data(reader: Reader, given: Elements) -> Elements:
    """Elements up to the end; zeros that are too few for an SSCC end them (section 15.3).

    ``gs1.repeated`` for one that says something else than one before it.
    """
    data: list[Element] = []
    values = dict(given)
    while reader.rest() or reader.length - reader.at >= _SSCC_BITS:
        start = reader.at
        ai, value = element = _read_element(reader, _read_code(reader))
        if values.setdefault(ai, value) != value:
            raise reader.refusal("gs1.repeated", start, ai=ai)
        data.append(element)
    return tuple(data)


def _read_code(reader: Reader) -> str:
    start = reader.at
    code = f"{reader.take(8):02x}"
    length = code_lengths().get(code)
    if length is None:
        raise reader.refusal("rfid.unknown-ai", start, ai=code)
    if length > 2:
        size = length - 2
        code += f"{reader.take(4 * size):0{size}x}"
    if code not in formats():
        raise reader.refusal("rfid.unknown-ai", start, ai=code)
    return code


def _read_element(reader: Reader, ai: str) -> Element:
    start = reader.at
    value = read_value(reader, ai)
    try:
        check_value(value, ai, value, Rigour.USUAL, int)
    except IdentifierError as error:
        params = {name: given for name, given in error.params.items() if name != "part"}
        refused = reader.refusal(error.code, start, **params)
        refused.params["part"] = error.params["part"] or value
        raise refused from None
    return Element(ai, value)
