# SPDX-License-Identifier: Apache-2.0
"""Any form of a code into all others: elements, links, URNs and tags."""

from collections.abc import Iterator

import msgspec

from nguon.gs1.compression import compress, compress_epc, decompress
from nguon.gs1.dictionary import table
from nguon.gs1.element import Element, write_bracketed
from nguon.gs1.element_strings import identify_elements
from nguon.gs1.elements import human_readable, write_raw
from nguon.gs1.errors import IdentifierError
from nguon.gs1.identifier import Identifier
from nguon.gs1.links import write_link
from nguon.gs1.rfid import Tag, codings, encode_bits, recognise
from nguon.gs1.understanding import understand
from nguon.gs1.writing import CANONICAL_DOMAIN, epc_urn

_MOST_FILTER = 7


class TranslatedElement(msgspec.Struct, frozen=True):
    """One element with GS1's data title, and as printed beside a symbol."""

    ai: str
    title: str
    value: str
    printed: str


class WrittenTag(msgspec.Struct, frozen=True):
    """The EPC of a tag in one coding scheme: whole words of 16 bits in hexadecimal digits."""

    scheme: str
    epc: str


class ReadTag(msgspec.Struct, frozen=True, rename="camel"):
    """What a tag says beside its elements."""

    scheme: str
    filter: int | None
    tag_uri: str | None
    pure_identity: str | None
    bare_identifier: str | None


class Translation(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A code in every form that it has; a form that it does not have is null.

    ``tags`` are the coding schemes that can say all of it; the older ones only where
    the length of the company prefix is known. ``read`` is the tag that was given.
    """

    key: str | None
    kind: str | None
    elements: tuple[TranslatedElement, ...]
    element_string: str | None
    raw_element_string: str | None
    digital_link: str | None
    compressed_link: str | None
    epc_link: str | None
    epc_urn: str | None
    tags: tuple[WrittenTag, ...]
    read: ReadTag | None


def translate(
    text: str,
    *,
    filter: int | None = None,  # noqa: A002
    prefix_length: int | None = None,
) -> Translation:
    """All forms of a code in any form, a compressed link or the EPC of a tag among them.

    ``filter`` is for the tags that are written: that of the tag that was read, or 0,
    unless given. ``prefix_length``, of the company prefix, counts where the text does not
    tell it; GS1's table is asked last.

    Raises:
        IdentifierError: as the reader of its form; a filter value or a length out of range.
    """
    text = text.strip(" \t\r\n")
    if filter is not None and not 0 <= filter <= _MOST_FILTER:
        raise IdentifierError("rfid.filter", str(filter), scheme="EPC", most=_MOST_FILTER)
    if prefix_length is not None and not 6 <= prefix_length <= 12:
        raise IdentifierError("rfid.prefix-length", str(prefix_length))
    tag = recognise(text)
    identifier, elements = _of_tag(tag) if tag else _understood(text)
    key = identifier.key if identifier else None
    length = _prefix_length(text, tag) or prefix_length
    chosen = tag.filter if tag and filter is None else filter
    chosen = min(chosen or 0, _MOST_FILTER)
    return Translation(
        key=key,
        kind=str(identifier.kind) if identifier else None,
        elements=_translated(elements),
        element_string=write_bracketed(elements) or None,
        raw_element_string=write_raw(elements) or None,
        digital_link=_link(elements),
        compressed_link=_compressed(elements),
        epc_link=_epc_link(elements, chosen),
        epc_urn=tag.pure_identity if tag and tag.fields else epc_urn(key) if key else None,
        tags=tuple(_tags(elements, chosen, length)),
        read=_read(tag) if tag else None,
    )


def _understood(text: str) -> tuple[Identifier | None, tuple[Element, ...]]:
    try:
        return understand(text)
    except IdentifierError:
        if "://" not in text:
            raise
        try:
            whole = decompress(text)
        except IdentifierError:
            whole = text
        return understand(whole)


def _of_tag(tag: Tag) -> tuple[Identifier | None, tuple[Element, ...]]:
    elements = (*tag.elements, *tag.data)
    return identify_elements(dict(elements)), elements


def _prefix_length(text: str, tag: Tag | None) -> int | None:
    """Of the company prefix, where the text is an EPC URN or a tag that tells it."""
    if tag is not None:
        return len(tag.fields[0]) if tag.fields and tag.elements else None
    if text[:8].lower() != "urn:epc:":
        return None
    return len(text.rpartition(":")[2].partition(".")[0])


def _translated(elements: tuple[Element, ...]) -> tuple[TranslatedElement, ...]:
    printed = dict(zip(elements, human_readable(elements), strict=True)) if elements else {}
    return tuple(
        TranslatedElement(each.ai, table()[each.ai].title, each.value, printed[each][1])
        for each in elements
    )


def _link(elements: tuple[Element, ...]) -> str | None:
    """With all attributes; None where the elements cannot make a link."""
    try:
        return write_link(elements, relations=False)
    except IdentifierError:
        return None


def _compressed(elements: tuple[Element, ...]) -> str | None:
    try:
        return compress(elements, CANONICAL_DOMAIN)
    except IdentifierError:
        return None


def _epc_link(elements: tuple[Element, ...], chosen: int) -> str | None:
    try:
        return compress_epc(elements, CANONICAL_DOMAIN, filter=chosen)
    except IdentifierError:
        return None


def _tags(elements: tuple[Element, ...], chosen: int, length: int | None) -> Iterator[WrittenTag]:
    """In every coding scheme that can say all of it."""
    codes = {ai for ai, _ in elements}
    text = write_bracketed(elements)
    for coding in codings().values():
        key = coding.codes[0] if coding.codes else coding.key.ai if coding.key else None
        if key not in codes:
            continue
        try:
            written = encode_bits(
                text, coding.name, filter=chosen, prefix_length=length, relations=False
            )
        except IdentifierError:
            continue
        digits = written.hexadecimal
        yield WrittenTag(coding.name, digits.ljust(-(-len(digits) // 4) * 4, "0"))


def _read(tag: Tag) -> ReadTag:
    return ReadTag(
        scheme=tag.scheme,
        filter=tag.filter,
        tag_uri=tag.tag_uri,
        pure_identity=tag.pure_identity,
        bare_identifier=tag.bare_identifier,
    )
