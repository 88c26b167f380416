# SPDX-License-Identifier: Apache-2.0
"""The map built again from the copied entries, and compared with each head that the log logs.

An operator who leaves an entry out of a thing's list, adds one or moves one logs another
root than everybody finds who has the entries.
"""

from nguon.archive.errors import ArchiveError
from nguon.archive.folder import Folder
from nguon.archive.map_marks import read_subjects
from nguon.archive.maps import HEAD_LINE, MapFile
from nguon.mirror.errors import AlarmError, MissingError
from nguon.mirror.fetching import Source
from nguon.transparency.completeness import MapHead, read_map_head
from nguon.transparency.errors import ProofError

_ALL = 2**62
_MARKS = b'"subjects'


class MapWatch:
    """Compares the heads of one log's map."""

    def __init__(self, maps: MapFile, folder: Folder, source: Source) -> None:
        self._maps, self._folder, self._source = maps, folder, source
        self._scanned = 0
        self._oldest: int | None = None
        self.alarms: list[AlarmError] = []

    @property
    def covered(self) -> int:
        """Entries that the newest head covers; 0 before there is one."""
        found = self._maps.logged(_ALL)
        return 0 if found is None else found[1].size

    def turn(self, size: int) -> None:
        """Look at the entries up to ``size``; what is wrong is added to `alarms`.

        Raises `UnreachableError` where a file of marks could not be fetched: it is tried
        again in the next turn.
        """
        found = self._maps.logged(_ALL)
        start = max(self._scanned, 0 if found is None else found[0] + 1)
        for index, entry in enumerate(self._folder.entries(start, size), start):
            if entry.startswith(HEAD_LINE):
                self._head(index, entry)
        self._scanned = size

    def uncovered(self, size: int) -> int | None:
        """The oldest entry about things that no head covers."""
        covered = self.covered
        if self._oldest is None or self._oldest < covered:
            entries = enumerate(self._folder.entries(covered, size), covered)
            self._oldest = next((index for index, each in entries if _MARKS in each), None)
        return self._oldest

    def _head(self, index: int, entry: bytes) -> None:
        try:
            head = read_map_head(entry)
        except ProofError:
            self.alarms.append(AlarmError("mirror.map-head", index=index))
            return
        if head.origin != self._maps.origin:
            return
        if not self.covered <= head.size <= index:
            self.alarms.append(AlarmError("mirror.map-head", index=index))
            return
        try:
            self._compare(index, head)
        except ArchiveError as error:
            self.alarms.append(AlarmError(error.code, **error.params))

    def _compare(self, index: int, head: MapHead) -> None:
        start = self._maps.size
        entries = enumerate(self._folder.entries(start, head.size), start)
        ours = self._maps.advance(entries, head.size, self._subjects)
        if ours.root != head.root:
            self.alarms.append(AlarmError("mirror.map-differs", index=index, size=head.size))
        self._maps.note_logged(index, head)
        self._maps.forget(head.size)

    def _subjects(self, name: str) -> bytes | None:
        path = f"subjects/{name}"
        found = self._folder.get(path)
        if found is not None:
            return found
        try:
            found = self._source.subjects(name)
            read_subjects(found, name)
        except (MissingError, ArchiveError) as error:
            self.alarms.append(AlarmError(error.code, **error.params))
            return None
        self._folder.put(path, found)
        self._folder.sync()
        return found
