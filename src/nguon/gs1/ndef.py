# SPDX-License-Identifier: Apache-2.0
"""NFC tags: a Digital Link as an NDEF message of one URI record, and in a Type 2 tag.

NFC Forum: NDEF 1.0 section 3 (records), URI record type 1.0 section 3.2 (prefixes),
Type 2 tag 1.1 section 2.3 (blocks of type, length and value). Errors are
`IdentifierError`; their text is the octets in hexadecimal, and the span counts there.
"""

from collections.abc import Iterator
from typing import NamedTuple

from nguon.gs1.compression import decompress
from nguon.gs1.errors import IdentifierError

PREFIXES = (
    *("", "http://www.", "https://www.", "http://", "https://", "tel:", "mailto:"),
    *("ftp://anonymous:anonymous@", "ftp://ftp.", "ftps://", "sftp://", "smb://", "nfs://"),
    *("ftp://", "dav://", "news:", "telnet://", "imap:", "rtsp://", "urn:", "pop:", "sip:"),
    *("sips:", "tftp:", "btspp://", "btl2cap://", "btgoep://", "tcpobex://", "irdaobex://"),
    *("file://", "urn:epc:id:", "urn:epc:tag:", "urn:epc:pat:", "urn:epc:raw:", "urn:epc:"),
    "urn:nfc:",
)
"""What one octet stands for at the start of a URI."""

_BEGIN, _END, _CHUNK, _SHORT, _HAS_ID, _WELL_KNOWN = 0x80, 0x40, 0x20, 0x10, 0x08, 0x01
_URI_TYPE = b"U"
_MOST_SHORT = 255
_NULL, _MESSAGE, _TERMINATOR, _LONG = 0x00, 0x03, 0xFE, 0xFF
_MOST_IN_BLOCK = 0xFFFE


class _Record(NamedTuple):
    form: int
    kind: bytes
    payload: bytes
    start: int
    end: int


def write_message(uri: str) -> bytes:
    """The NDEF message with a Digital Link, compressed or not.

    Raises `IdentifierError` for what is none; its span counts in the URI.
    """
    decompress(uri)
    code = max(range(len(PREFIXES)), key=lambda one: _gain(uri, one))
    payload = bytes([code]) + uri[len(PREFIXES[code]) :].encode("ascii")
    short = len(payload) <= _MOST_SHORT
    header = _BEGIN | _END | _WELL_KNOWN | (_SHORT if short else 0)
    length = len(payload).to_bytes(1 if short else 4)
    return bytes([header, len(_URI_TYPE)]) + length + _URI_TYPE + payload


def read_message(message: bytes) -> str:
    """The URI of the first URI record of an NDEF message; raises `IdentifierError`."""
    for record in _records(message):
        if record.form == _WELL_KNOWN and record.kind == _URI_TYPE:
            return _uri(message, record)
    raise _refused("ndef.no-uri", message, 0, len(message))


def to_tag(message: bytes) -> bytes:
    """The data area of a Type 2 tag with this message, closed by a terminator."""
    if len(message) > _MOST_IN_BLOCK:
        raise _refused("ndef.long", message, 0, len(message))
    if len(message) < _LONG:
        return bytes([_MESSAGE, len(message)]) + message + bytes([_TERMINATOR])
    return bytes([_MESSAGE, _LONG]) + len(message).to_bytes(2) + message + bytes([_TERMINATOR])


def from_tag(area: bytes) -> bytes:
    """The NDEF message in the data area of a Type 2 tag; raises `IdentifierError`."""
    at = 0
    while at < len(area) and area[at] != _TERMINATOR:
        if area[at] == _NULL:
            at += 1
            continue
        kind, start = area[at], at + 2
        length = int.from_bytes(_octets(area, at + 1, 1))
        if length == _LONG:
            length, start = int.from_bytes(_octets(area, at + 2, 2)), at + 4
        value = _octets(area, start, length)
        if kind == _MESSAGE:
            return value
        at = start + length
    raise _refused("ndef.no-message", area, min(at, len(area)), len(area))


def _gain(uri: str, code: int) -> int:
    return len(PREFIXES[code]) if uri.startswith(PREFIXES[code]) else -1


def _records(message: bytes) -> Iterator[_Record]:
    at = 0
    while at < len(message):
        start, flags = at, message[at]
        if flags & _CHUNK:
            raise _refused("ndef.chunk", message, at, at + 1)
        kind_length = int.from_bytes(_octets(message, at + 1, 1))
        counted = 1 if flags & _SHORT else 4
        length = int.from_bytes(_octets(message, at + 2, counted))
        at += 2 + counted
        id_length = 0
        if flags & _HAS_ID:
            id_length, at = int.from_bytes(_octets(message, at, 1)), at + 1
        kind = _octets(message, at, kind_length)
        at += kind_length + id_length
        payload = _octets(message, at, length)
        at += length
        yield _Record(flags & 0x07, kind, payload, start, at)
        if flags & _END:
            return


def _uri(message: bytes, record: _Record) -> str:
    code = record.payload[:1]
    if not code or code[0] >= len(PREFIXES):
        raise _refused("ndef.prefix", message, record.start, record.end)
    try:
        return PREFIXES[code[0]] + record.payload[1:].decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refused("ndef.text", message, record.start, record.end) from error


def _octets(octets: bytes, start: int, count: int) -> bytes:
    if start + count > len(octets):
        raise _refused("ndef.end", octets, min(start, len(octets)), len(octets))
    return octets[start : start + count]


def _refused(code: str, octets: bytes, start: int, end: int) -> IdentifierError:
    return IdentifierError(code, octets.hex().upper(), 2 * start, 2 * end)
