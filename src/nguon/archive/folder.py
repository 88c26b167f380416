# SPDX-License-Identifier: Apache-2.0
"""The files of one log in a folder, as they are served: all once, the checkpoint ever anew.

A file is written beside its place and then linked there, so that nobody reads a
part of it; it is durable after `Folder.sync`, which serves a whole batch. What a
file held once it holds for ever, or reading and writing say so.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from nguon.archive.durable import file_beside, place_file, sync
from nguon.archive.errors import ArchiveError, ConflictError, UnreadableError
from nguon.transparency.bundles import read_bundle
from nguon.transparency.errors import ProofError
from nguon.transparency.growing import checked
from nguon.transparency.hashing import HASH_LENGTH
from nguon.transparency.tiles import ENTRIES, WIDTH, Tile, tile_at

CHECKPOINT = "checkpoint"
_BESIDE = ".new"


class Folder:
    """A log's folder; it need not be there until something is written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._root = os.fspath(path)
        self._written: list[Path] = []

    def read(self, tile: Tile) -> bytes:
        """A tile's or bundle's octets; the beginning of a wider one where the partial is gone.

        Raises `ProofError`: ``transparency.no-tile``, ``archive.unreadable``, or
        ``transparency.bundle`` for a bundle that has to be cut and cannot.
        """
        octets = self.get(tile.path)
        if octets is not None:
            return octets
        for path in self._wider(tile):
            octets = self.get(path)
            if octets is not None:
                return begun(octets, tile)
        raise ProofError("transparency.no-tile", path=tile.path, size="?")

    def write(self, tile: Tile, octets: bytes, *, anew: bool = False) -> None:
        """Keep a tile or bundle; durable after `sync`.

        With ``anew`` whatever lies there is replaced: only for what no checkpoint was
        signed over yet. Raises `ConflictError` where it has other content, `ArchiveError`
        where it cannot be written.
        """
        self._put(tile.path, octets, anew=anew)

    def put(self, path: str, octets: bytes) -> None:
        """Keep another file that never changes (``subjects/…``, ``anchors/…``), likewise."""
        self._put(path, octets, anew=False)

    def get(self, path: str) -> bytes | None:
        """A file's octets, None where there is none; raises `UnreadableError`."""
        try:
            opened = os.open(f"{self._root}/{path}", os.O_RDONLY)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(path, error) from error
        try:
            return os.read(opened, os.fstat(opened).st_size)
        except OSError as error:
            raise _unreadable(path, error) from error
        finally:
            os.close(opened)

    def sync(self) -> None:
        """Make everything durable that was written since the last time; raises `ArchiveError`."""
        written, self._written = self._written, []
        try:
            sync(self.path, written)
        except OSError as error:
            raise _unwritable(str(self.path), error) from error

    def forget(self, tile: Tile) -> None:
        """Let go of the partial tiles (or bundles) of one that is full, durable and signed.

        One that cannot be removed stays: it says nothing else than the full one.
        """
        part = Path(f"{self._root}/{tile.path}.p")
        with suppress(OSError):
            for each in part.iterdir():
                each.unlink(missing_ok=True)
            part.rmdir()

    def checkpoint(self) -> bytes | None:
        """The note that was published last; raises `UnreadableError`."""
        return self.get(CHECKPOINT)

    def publish(self, note: bytes) -> None:
        """Put a note in the place of the checkpoint, whole and durable; raises `ArchiveError`."""
        try:
            beside = file_beside(self.path / _BESIDE, note)
            sync(self.path, [beside])
            beside.replace(self.path / CHECKPOINT)
        except OSError as error:
            raise _unwritable(CHECKPOINT, error) from error

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """Entries ``start`` to ``end`` (exclusive); raises `ProofError`."""
        for index in range(start // WIDTH, -(-end // WIDTH)):
            tile = tile_at(ENTRIES, index, end)
            first = index * WIDTH
            yield from read_bundle(self.read(tile), tile.width)[max(start - first, 0) :]

    def hashes(self, start: int, end: int) -> Iterator[bytes]:
        """The leaf hashes of those entries, as the tiles have them; raises `ProofError`."""
        for index in range(start // WIDTH, -(-end // WIDTH)):
            octets = checked(tile_at(0, index, end), self.read)
            for at in range(max(start - index * WIDTH, 0) * HASH_LENGTH, len(octets), HASH_LENGTH):
                yield octets[at : at + HASH_LENGTH]

    def sweep(self) -> None:
        """Remove what a process that was killed had written beside; one process may write.

        Raises `ArchiveError`.
        """
        beside = Path(self._root, _BESIDE)
        try:
            for each in beside.iterdir() if beside.is_dir() else ():
                each.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(_BESIDE, error) from error

    def _wider(self, tile: Tile) -> Iterator[str]:
        """Where else a partial tile's octets may be: the full one, then wider partial ones."""
        if tile.full:
            return
        full = Tile(tile.level, tile.index).path
        yield full
        widths = (int(path.name) for path in (self.path / f"{full}.p").glob("[1-9]*"))
        for width in sorted(width for width in widths if width > tile.width):
            yield f"{full}.p/{width}"

    def _put(self, name: str, octets: bytes, *, anew: bool) -> None:
        place = self.path / name
        try:
            place_file(self.path / _BESIDE, place, octets, anew=anew)
        except FileExistsError as error:
            if self.get(name) != octets:
                raise ConflictError("archive.conflict", path=name) from error
        except OSError as error:
            raise _unwritable(name, error) from error
        self._written.append(place)


def begun(octets: bytes, tile: Tile) -> bytes:
    """The beginning of a wider tile or bundle that stands in for this partial one.

    Raises `ProofError` for a bundle that is too short.
    """
    if tile.level != ENTRIES:
        return octets[: tile.width * HASH_LENGTH]
    at = 0
    for _ in range(tile.width):
        at += 2 + int.from_bytes(octets[at : at + 2])
    if at > len(octets):
        raise ProofError("transparency.bundle", given=0, wanted=tile.width)
    return octets[:at]


def _unreadable(path: str, error: OSError) -> UnreadableError:
    return UnreadableError("archive.unreadable", path=path, reason=error.strerror)


def _unwritable(path: str, error: OSError) -> ArchiveError:
    return ArchiveError("archive.unwritable", path=path, reason=error.strerror)
