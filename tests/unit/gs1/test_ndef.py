# SPDX-License-Identifier: Apache-2.0
"""NDEF messages against values worked out by hand, and back again."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.gs1 import IdentifierError
from nguon.gs1.ndef import PREFIXES, from_tag, read_message, to_tag, write_message

LINK = "https://id.gs1.org/01/09521234543213"
MESSAGE = bytes.fromhex("D1011D55") + b"\x04" + b"id.gs1.org/01/09521234543213"
"""MB, ME, SR and TNF 1; a type of 1 octet; 29 octets of payload; "U"; 4 is https://."""


def test_a_short_record() -> None:
    assert write_message(LINK) == MESSAGE
    assert read_message(MESSAGE) == LINK


@pytest.mark.parametrize(
    ("start", "code"),
    [("http://www.", 1), ("https://www.", 2), ("http://", 3), ("https://", 4)],
)
def test_the_longest_prefix_is_abbreviated(start: str, code: int) -> None:
    message = write_message(f"{start}example.com/01/09521234543213")
    assert message[4] == code
    assert message[5:] == b"example.com/01/09521234543213"


def test_a_long_record() -> None:
    link = f"{LINK}?91={'x' * 90}&92={'y' * 90}&93={'z' * 90}"
    message = write_message(link)
    length = len(link) - len("https://") + 1
    assert message[:8] == bytes.fromhex("C101") + length.to_bytes(4) + b"U" + b"\x04"
    assert read_message(message) == link


def test_a_compressed_link_is_written_as_it_is() -> None:
    assert write_message("https://id.gs1.org/AQnYUc1gmg")[5:] == b"id.gs1.org/AQnYUc1gmg"


@pytest.mark.parametrize("uri", ["https://example.com/", "tel:113", "nguồn", ""])
def test_only_digital_links_are_written(uri: str) -> None:
    with pytest.raises(IdentifierError):
        write_message(uri)


def test_other_records_are_passed_over() -> None:
    text = bytes.fromhex("91010354") + b"\x02vi"
    with_id = bytes.fromhex("59011D0155") + b"a" + b"\x04" + b"id.gs1.org/01/09521234543213"
    assert read_message(text + with_id) == LINK


def test_every_abbreviation_is_read() -> None:
    assert len(PREFIXES) == 0x24
    assert (PREFIXES[0x13], PREFIXES[0x1E], PREFIXES[0x23]) == ("urn:", "urn:epc:id:", "urn:nfc:")
    for code, prefix in enumerate(PREFIXES):
        assert read_message(bytes([0xD1, 1, 2, 0x55, code]) + b"x") == f"{prefix}x"


@pytest.mark.parametrize(
    ("octets", "code", "span"),
    [
        ("", "ndef.no-uri", (0, 0)),
        ("D1010255", "ndef.end", (8, 8)),
        ("D101", "ndef.end", (4, 4)),
        ("F1010155", "ndef.chunk", (0, 2)),
        ("D101015524", "ndef.prefix", (0, 10)),
        ("D1010055", "ndef.prefix", (0, 8)),
        ("D101025504FF", "ndef.text", (0, 12)),
        ("D101015403", "ndef.no-uri", (0, 10)),
    ],
)
def test_broken_messages_say_where(octets: str, code: str, span: tuple[int, int]) -> None:
    with pytest.raises(IdentifierError) as refused:
        read_message(bytes.fromhex(octets))
    assert (refused.value.code, (refused.value.start, refused.value.end)) == (code, span)


def test_a_block_on_a_tag() -> None:
    assert to_tag(MESSAGE) == b"\x03\x21" + MESSAGE + b"\xfe"
    assert from_tag(to_tag(MESSAGE)) == MESSAGE
    assert to_tag(b"x" * 254)[:2] == b"\x03\xfe"
    assert to_tag(b"x" * 255)[:4] == b"\x03\xff\x00\xff"
    assert from_tag(to_tag(b"x" * 300) + b"\x00" * 9) == b"x" * 300


def test_other_blocks_on_a_tag_are_passed_over() -> None:
    lock = bytes.fromhex("00000103A01044")
    assert from_tag(lock + to_tag(MESSAGE)) == MESSAGE


@pytest.mark.parametrize("area", ["", "FE0301AA", "0003", "0305AA", "03FF00", "000000"])
def test_tags_without_a_message_are_refused(area: str) -> None:
    with pytest.raises(IdentifierError, match="ndef"):
        from_tag(bytes.fromhex(area))


def test_a_message_too_long_for_a_block() -> None:
    with pytest.raises(IdentifierError, match=r"ndef\.long"):
        to_tag(b"x" * 0xFFFF)


@given(st.binary(max_size=60))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    readers: tuple[Callable[[bytes], object], ...] = (read_message, from_tag)
    for read in readers:
        error = refusal(read, octets)
        assert error is None or 0 <= error.start <= error.end <= len(error.text)


def refusal(read: Callable[[bytes], object], octets: bytes) -> IdentifierError | None:
    try:
        read(octets)
    except IdentifierError as error:
        return error
    return None
