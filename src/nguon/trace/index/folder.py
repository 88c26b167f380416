# SPDX-License-Identifier: Apache-2.0
"""The folder of the index: which segments there are, who builds, and what becomes of the rest.

One file lists the segments; it is replaced whole, so that whoever opens the folder sees the
state before or after a step. What the list does not name is left over and goes.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

import msgspec
import numpy as np

from nguon.archive.durable import place_file, sync
from nguon.trace.index import files
from nguon.trace.index.columns import Segment
from nguon.trace.index.errors import TraceIndexError
from nguon.trace.index.marks import Numbers

_LIST, _LOCK = "list", "lock"
_LARGER = 4
NOTHING = np.empty(0, np.int64)


class Listed(msgspec.Struct, frozen=True):
    """A segment in the list."""

    name: str
    events: int


class Contents(msgspec.Struct, frozen=True):
    """What the index holds: everything that the log's entries up to ``upto`` tell."""

    format: int
    store: str
    upto: int
    last: str
    """What stands for the entry ``upto``; of another log it would be another."""
    segments: tuple[Listed, ...]


class Folder:
    """The folder of one store's index; several processes may share it, one of them builds."""

    def __init__(self, path: Path, secret: bytes) -> None:
        self.path = path
        self._store = sha256(b"trace index\0" + secret).hexdigest()[:32]
        self.empty = Contents(files.FORMAT, self._store, 0, "", ())

    def version(self) -> tuple[int, int] | None:
        """Changes when the list is replaced; None where there is none."""
        try:
            found = (self.path / _LIST).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    def contents(self) -> Contents:
        """What the list says.

        Raises `TraceIndexError`: damaged, another store's, of another version; `OSError`.
        """
        if not (self.path / _LIST).exists():
            return self.empty
        found = files.unsealed((self.path / _LIST).read_bytes(), Contents, _LIST)
        if found.format != files.FORMAT:
            raise TraceIndexError("trace.index-version", file=_LIST)
        if found.store != self._store:
            raise TraceIndexError("trace.index-foreign", file=_LIST)
        return found

    def segments(self, contents: Contents) -> list[Segment]:
        """The segments, mapped. Raises `TraceIndexError`, `OSError` of what is gone meanwhile."""
        return [files.read(self.path, one.name) for one in contents.segments]

    def check(self, contents: Contents) -> None:
        """Read everything against its check sums; raises `TraceIndexError`, `OSError`."""
        for one in contents.segments:
            files.check(self.path, one.name)

    def octets(self, contents: Contents) -> int:
        """How much the segments take; raises `TraceIndexError`, `OSError`."""
        return sum(files.size(self.path, one.name) for one in contents.segments)

    @contextmanager
    def building(self) -> Iterator[bool]:
        """The right to change the folder; False while another process has it."""
        self.path.mkdir(parents=True, exist_ok=True)
        opened = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
                return
            yield True
        finally:
            os.close(opened)

    def add(
        self, new: Sequence[Segment], upto: int, last: str, erased: Iterable[int] = ()
    ) -> Contents:
        """Take segments that follow what is there, and drop what was erased since.

        Only while `building`. Raises `TraceIndexError`, `OSError`: the folder is as it was.
        """
        gone = np.array(sorted(erased), np.int64)
        contents = self.contents()
        kept = list(zip(contents.segments, self.segments(contents), strict=True))
        first = _first_merged([one.events for one, _ in kept], sum(one.events for one in new))
        listed = [self._without(one, mapped, gone) for one, mapped in kept[:first]]
        parts = [mapped for _, mapped in kept[first:]] + [one for one in new if one.events]
        if parts:
            name = files.write(self.path, parts, gone)
            events = len(files.read(self.path, name).arrays["seq"])
            listed.append(Listed(name, events))
        whole = msgspec.structs.replace(contents, upto=upto, last=last, segments=tuple(listed))
        return self._publish(whole)

    def clear(self) -> Contents:
        """Begin anew; only while `building`."""
        return self._publish(self.empty)

    def _without(self, one: Listed, mapped: Segment, gone: Numbers) -> Listed:
        lost = int(np.count_nonzero(np.isin(mapped.arrays["number"], gone))) if len(gone) else 0
        if not lost:
            return one
        return Listed(files.write(self.path, [mapped], gone), one.events - lost)

    def _publish(self, contents: Contents) -> Contents:
        place_file(self.path / ".new", self.path / _LIST, files.sealed(contents), anew=True)
        sync(self.path, [self.path / _LIST])
        named = {one.name for one in contents.segments} | {_LIST, _LOCK}
        for left in self.path.iterdir():
            if left.name not in named:
                _remove(left)
        return contents


def _first_merged(events: Sequence[int], added: int) -> int:
    """From which segment on they are put together: each stays `_LARGER` times as large as all
    that follow together, so that ten million events are in six segments at most.
    """
    after = added
    first = len(events)
    for at in reversed(range(len(events))):
        if events[at] <= _LARGER * after:
            first = at
        after += events[at]
    return first


def _remove(path: Path) -> None:
    remove: Callable[[Path], object] = shutil.rmtree if path.is_dir() else Path.unlink
    with suppress(OSError):
        remove(path)
