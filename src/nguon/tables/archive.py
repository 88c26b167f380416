# SPDX-License-Identifier: Apache-2.0
"""What a packed workbook holds, looked at before it is unpacked: bombs and locks are refused."""

import io
import struct
import zipfile
import zlib

from nguon.tables.errors import TableError
from nguon.tables.model import Limits

_HEADER = struct.Struct("<4s22xHH")
_STEP = 1 << 20


def kind(data: bytes, limits: Limits) -> str:
    """``xlsx`` or ``ods`` of a ZIP archive whose real size is within the limits.

    Raises:
        TableError: ``tables.broken``, ``tables.unpacked``, ``tables.locked``, ``tables.kind``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise TableError("tables.broken") from error
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise TableError("tables.locked")
    _weigh(data, entries, limits)
    names = {entry.filename for entry in entries}
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise TableError("tables.kind")


def has_macros(data: bytes) -> bool:
    """Whether programs lie in the workbook; they are never run."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return any(name.endswith("vbaProject.bin") for name in archive.namelist())


def _weigh(data: bytes, entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Unpacks every entry without keeping it: what an archive says of its sizes may be a lie."""
    left = limits.unpacked
    if sum(entry.file_size for entry in entries) > left:
        raise TableError("tables.unpacked", most=limits.unpacked // _STEP)
    for entry in entries:
        left -= _unpacked(data, entry, left, limits)


def _unpacked(data: bytes, entry: zipfile.ZipInfo, most: int, limits: Limits) -> int:
    try:
        _, name, extra = _HEADER.unpack_from(data, entry.header_offset)
    except struct.error as error:
        raise TableError("tables.broken") from error
    start = entry.header_offset + _HEADER.size + name + extra
    packed = memoryview(data)[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        return len(packed)
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise TableError("tables.broken")
    return _inflated(packed, most, limits)


def _inflated(packed: memoryview, most: int, limits: Limits) -> int:
    size, stream = 0, zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        rest = bytes(packed)
        while rest and not stream.eof:
            size += len(stream.decompress(rest, _STEP))
            if size > most:
                raise TableError("tables.unpacked", most=limits.unpacked // _STEP)
            rest = stream.unconsumed_tail
    except zlib.error as error:
        raise TableError("tables.broken") from error
    return size
