# SPDX-License-Identifier: Apache-2.0
"""A segment as a folder of files, one for each column: written beside its place, then moved there.

Its head says how long each column is and its check sum; the head has one of its own.
"""

import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar
from zlib import crc32

import msgspec
import numpy as np

from nguon.archive.durable import sync
from nguon.trace.index.columns import COLUMNS, Segment
from nguon.trace.index.errors import TraceIndexError
from nguon.trace.index.marks import Array, Numbers
from nguon.trace.index.merging import merge

T = TypeVar("T", bound=msgspec.Struct)

FORMAT = 2
BESIDE = "."
"""How names begin of what is not finished."""
_HEAD = "head"
_PIECE = 1 << 22


class _Column(msgspec.Struct, frozen=True):
    """Octets of a column's file and its CRC-32."""

    octets: int
    check: int


class Head(msgspec.Struct, frozen=True):
    """What a segment's folder holds."""

    format: int
    after: int
    upto: int
    columns: dict[str, _Column]


class _Out:
    """The files that columns are written to."""

    def __init__(self, folder: Path) -> None:
        self._files: dict[str, BinaryIO] = {name: (folder / name).open("wb") for name in COLUMNS}
        self._columns = dict.fromkeys(COLUMNS, _Column(0, 0))

    def put(self, name: str, values: Array) -> None:
        octets = np.ascontiguousarray(values, COLUMNS[name]).view(np.uint8).data
        before = self._columns[name]
        self._files[name].write(octets)
        self._columns[name] = _Column(before.octets + len(octets), crc32(octets, before.check))

    def close(self) -> dict[str, _Column]:
        for file in self._files.values():
            file.close()
        return self._columns


def write(folder: Path, segments: Sequence[Segment], erased: Numbers) -> str:
    """Put segments together as one, durably; gives its name in the folder. Raises `OSError`."""
    name = f"{segments[0].after}-{segments[-1].upto}-{secrets.token_hex(4)}"
    beside = folder / f"{BESIDE}{name}"
    beside.mkdir(parents=True)
    try:
        with _written(beside) as out:
            merge(segments, erased, out.put)
        head = Head(FORMAT, segments[0].after, segments[-1].upto, out.close())
        (beside / _HEAD).write_bytes(sealed(head))
        sync(beside, [beside / each for each in (*COLUMNS, _HEAD)])
        beside.rename(folder / name)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return name


@contextmanager
def _written(folder: Path) -> Iterator[_Out]:
    out = _Out(folder)
    try:
        yield out
    finally:
        out.close()


def read(folder: Path, name: str) -> Segment:
    """A segment, mapped into memory; its content is judged by `check`.

    Raises `TraceIndexError`, `OSError`.
    """
    place = folder / name
    head = _head(place)
    arrays: dict[str, Array] = {}
    for column, kind in COLUMNS.items():
        said = head.columns.get(column)
        if said is None or (place / column).stat().st_size != said.octets:
            raise TraceIndexError("trace.index-damaged", file=f"{name}/{column}")
        empty = np.empty(0, kind)
        arrays[column] = np.asarray(np.memmap(place / column, kind, "r")) if said.octets else empty
    return Segment(head.after, head.upto, arrays)


def check(folder: Path, name: str) -> None:
    """Read a segment's files against their check sums; raises `TraceIndexError`, `OSError`."""
    place = folder / name
    for column, said in _head(place).columns.items():
        found = 0
        with (place / column).open("rb") as file:
            while piece := file.read(_PIECE):
                found = crc32(piece, found)
        if found != said.check:
            raise TraceIndexError("trace.index-damaged", file=f"{name}/{column}")


def size(folder: Path, name: str) -> int:
    """Octets of a segment's columns; raises `TraceIndexError`, `OSError`."""
    return sum(column.octets for column in _head(folder / name).columns.values())


def _head(place: Path) -> Head:
    try:
        head = unsealed((place / _HEAD).read_bytes(), Head, place.name)
    except FileNotFoundError as error:
        raise TraceIndexError("trace.index-damaged", file=place.name) from error
    if head.format != FORMAT:
        raise TraceIndexError("trace.index-version", file=place.name)
    return head


def sealed(value: object) -> bytes:
    """A value as JSON with its check sum in a line above."""
    octets = msgspec.json.encode(value)
    return b"%08x\n" % crc32(octets) + octets


def unsealed(octets: bytes, kind: type[T], name: str) -> T:
    """What `sealed` was given; raises `TraceIndexError`."""
    check_line, _, rest = octets.partition(b"\n")
    try:
        if check_line == b"%08x" % crc32(rest):
            return msgspec.json.decode(rest, type=kind)
    except msgspec.DecodeError as error:
        raise TraceIndexError("trace.index-damaged", file=name) from error
    raise TraceIndexError("trace.index-damaged", file=name)
