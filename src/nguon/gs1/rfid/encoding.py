# SPDX-License-Identifier: Apache-2.0
"""From an identifier to the bits of a tag."""

from collections.abc import Iterable, Mapping

from nguon.gs1.characters import urn_encoded
from nguon.gs1.element import Element
from nguon.gs1.element_checks import check, check_values, clash
from nguon.gs1.errors import IdentifierError
from nguon.gs1.identifier import identify
from nguon.gs1.rfid.bits import Bits, Writer
from nguon.gs1.rfid.codings import Coding, codings
from nguon.gs1.rfid.forms import read_form
from nguon.gs1.rfid.keys import EXTENSION, WHOLE, fields_of, lacks_serial
from nguon.gs1.rfid.names import DATE_NAMES
from nguon.gs1.rfid.plus import write_plus
from nguon.gs1.rfid.values import formats
from nguon.gs1.writing import company_prefix


def encode(
    text: str,
    scheme: str,
    *,
    filter: int | None = None,  # noqa: A002
    prefix_length: int | None = None,
    aidc: Iterable[tuple[str, str]] = (),
    relations: bool = True,
) -> bytes:
    """As `encode_bits`, in whole octets with zeros behind the last bit."""
    return encode_bits(
        text, scheme, filter=filter, prefix_length=prefix_length, aidc=aidc, relations=relations
    ).octets


def encode_bits(
    text: str,
    scheme: str,
    *,
    filter: int | None = None,  # noqa: A002
    prefix_length: int | None = None,
    aidc: Iterable[tuple[str, str]] = (),
    relations: bool = True,
) -> Bits:
    """The EPC of an identifier in a coding scheme.

    ``text`` is any form that the scheme has (`nguon.gs1.rfid.forms.read_form`).
    ``filter`` is 0, or that of a tag URI, unless given. ``prefix_length``, of the
    company prefix, counts where the text does not tell it; GS1's table is asked last.
    In "+" schemes all other elements of the text, in numerical order, and then those of
    ``aidc`` follow the EPC as AIDC data; in a DSGTIN+ the first date goes before it.
    All elements of a "+" scheme must get on with one another (section 15.3 of the
    standard), unless not ``relations``.

    Raises:
        IdentifierError: the text is wrong, or the scheme cannot say it.
    """
    coding = codings().get(scheme)
    if coding is None:
        raise IdentifierError("rfid.scheme", scheme)
    form = read_form(text, coding)
    writer = Writer()
    writer.put(coding.header, 8)
    chosen = _filter(form.filter if filter is None else filter, coding)
    given = _distinct((*form.elements, *_checked(aidc)), text)
    if coding.codes:
        elements, data = _divided(text, coding, given, len(form.elements))
        _agree((*elements, *data), checked=form.checked, relations=relations)
        write_plus(writer, coding, chosen, elements, data)
        return writer.bits()
    if form.fields and given:
        raise IdentifierError("rfid.no-room", text, ai=given[0].ai, scheme=scheme)
    fields = list(form.fields) or _fields(text, coding, given, form.prefix_length or prefix_length)
    _write_fixed(writer, coding, [str(chosen)] * (coding.filter_bits > 0) + fields, text)
    return writer.bits()


def scheme_for(elements: Iterable[tuple[str, str]]) -> str | None:
    """The "+" scheme that can say the identifying ones of these elements, if there is one."""
    values = dict(elements)
    for coding in codings().values():
        if coding.codes and not coding.dated and not _lacking(coding, values):
            return coding.name
    return None


def _write_fixed(writer: Writer, coding: Coding, fields: list[str], text: str) -> None:
    try:
        for segment in coding.segments:
            segment.write(writer, fields)
    except IdentifierError as error:
        raise _placed(error, text) from None


def _agree(elements: tuple[Element, ...], *, checked: bool, relations: bool) -> None:
    """Refuse elements that are wrong or do not get on with one another."""
    if not checked:
        check_values(elements)
    if relations and clash(elements) is not None:
        check(elements)


def _filter(given: int | None, coding: Coding) -> int:
    chosen = given or 0
    if not 0 <= chosen < 1 << coding.filter_bits:
        most = (1 << coding.filter_bits) - 1
        raise IdentifierError("rfid.filter", str(chosen), scheme=coding.name, most=most)
    return chosen


def _checked(aidc: Iterable[tuple[str, str]]) -> tuple[Element, ...]:
    given = tuple(Element(*each) for each in aidc)
    check_values(given)
    return given


def _distinct(given: tuple[Element, ...], text: str) -> tuple[Element, ...]:
    distinct = tuple(dict.fromkeys(given))
    codes = [ai for ai, _ in distinct]
    for ai in codes:
        if codes.count(ai) > 1:
            raise IdentifierError("gs1.repeated", text, ai=ai)
    return distinct


def _lacking(coding: Coding, values: Mapping[str, str]) -> str | None:
    """The first application identifier that a "+" scheme misses, its serial number included."""
    for ai in coding.codes:
        value = values.get(ai)
        if value is None and ai != EXTENSION:
            return ai
        if value is not None and lacks_serial(Element(ai, value)):
            return ai
    return None


def _divided(
    text: str, coding: Coding, given: tuple[Element, ...], own: int
) -> tuple[list[Element], tuple[Element, ...]]:
    """The elements that a "+" scheme says by itself, and those behind them."""
    values = dict(given)
    date = next((each for each in given if _leads(each)), None) if coding.dated else None
    lacking = _lacking(coding, values)
    if coding.dated and date is None:
        lacking = lacking or "17"
    if lacking is not None:
        raise IdentifierError("rfid.missing", text, ai=lacking)
    elements = [Element(ai, values.get(ai, WHOLE)) for ai in coding.codes]
    if date is not None:
        elements.append(date)
    rest = [each for each in given[:own] if each not in elements]
    rest.sort(key=lambda each: (int(each.ai), each.ai))
    data = (*rest, *(each for each in given[own:] if each not in elements))
    for ai, _ in data:
        if ai not in formats():
            raise IdentifierError("rfid.no-format", text, ai=ai)
    return elements, data


def _leads(element: Element) -> bool:
    return element.ai in DATE_NAMES and len(element.value) == 6


def _fields(text: str, coding: Coding, given: tuple[Element, ...], length: int | None) -> list[str]:
    """The fields of the pure identity of elements, for a scheme without AIDC data."""
    key = coding.key
    values = dict(given)
    if key is None or key.ai not in values:
        raise IdentifierError("rfid.missing", text, ai=key.ai if key else coding.name)
    for ai in values:
        if ai not in {key.ai, key.serial_ai}:
            raise IdentifierError("rfid.no-room", text, ai=ai, scheme=coding.name)
    if length is None:
        prefix = company_prefix(identify(((key.ai, values[key.ai]),)).key)
        if prefix is None:
            raise IdentifierError("rfid.prefix-length", text)
        length = len(prefix)
    if not 6 <= length <= 12:
        raise IdentifierError("rfid.prefix-length", text)
    return fields_of(key, values, length, text)


def _placed(error: IdentifierError, text: str) -> IdentifierError:
    """An error about a field as one about its place in the text."""
    params = {name: value for name, value in error.params.items() if name != "part"}
    for written in (error.text, urn_encoded(error.text)):
        at = text.rfind(written)
        if written and at >= 0:
            return IdentifierError(error.code, text, at, at + len(written), **params)
    return IdentifierError(error.code, text, **params)
