# SPDX-License-Identifier: Apache-2.0
"""What a path of a log's folder is answered: which file, which headers; and what is remembered.

What is asked for is matched with the grammar of these paths before the disk is touched, so
nothing else in the folder, and nothing outside it, can be reached. Reading a file blocks;
whoever serves calls `answer` from a thread.
"""

import errno
import gzip
import os
import re
import stat
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

import msgspec

from nguon.transparency.checkpoints import read_checkpoint
from nguon.transparency.errors import NoteError, ProofError
from nguon.transparency.notes import text_of
from nguon.transparency.tiles import WIDTH, hashes_at, read_path

CHECKPOINT = "checkpoint"

Header = tuple[bytes, bytes]

FOREVER: Header = (b"cache-control", b"public, max-age=31536000, immutable")
NEVER: Header = (b"cache-control", b"no-store")
ALWAYS: tuple[Header, ...] = (
    (b"access-control-allow-origin", b"*"),
    (b"x-content-type-options", b"nosniff"),
)

TEXT = b"text/plain; charset=utf-8"
JSON = b"application/json"
_OCTETS = b"application/octet-stream"
_BUNDLES = "tile/entries/"
_METHODS = b"GET, HEAD, OPTIONS"
_LONGEST = 200
"""Characters of a path that may be a file's; the longest tile has 40."""
_NUMBER = "(?:0|[1-9][0-9]{0,18})"
_BESIDE = (
    (re.compile("subjects/[0-9a-f]{64}"), JSON),
    (re.compile(rf"anchors/{_NUMBER}\.note"), TEXT),
    (re.compile(rf"anchors/{_NUMBER}\.tsr"), b"application/timestamp-reply"),
    (re.compile(rf"anchors/{_NUMBER}-[0-9a-f]{{16}}\.json"), JSON),
)
"""Files beside the tiles, and their types."""
_NOTHING = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO, errno.EISDIR})
"""What the system says where there is no file to read."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# Without NONBLOCK a pipe in the folder would hold the thread for ever.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Answer(msgspec.Struct, frozen=True):
    """A whole answer, as ASGI wants it; ``HEAD`` is sent it without its body."""

    status: int
    headers: tuple[Header, ...]
    body: bytes = b""


class Remembered:
    """Answers that never change, the longest unused forgotten first; for one thread."""

    def __init__(self, octets: int) -> None:
        self._most = octets
        self._kept: OrderedDict[tuple[str, str, bool], Answer] = OrderedDict()
        self._octets = 0
        self.sizes: dict[str, int] = {}
        """Of each folder's checkpoint, at least."""

    def get(self, key: tuple[str, str, bool]) -> Answer | None:
        """What is remembered."""
        known = self._kept.get(key)
        if known is not None:
            self._kept.move_to_end(key)
        return known

    def keep(self, key: tuple[str, str, bool], made: Answer) -> None:
        """Remember an answer."""
        if key in self._kept or len(made.body) > self._most:
            return
        self._kept[key] = made
        self._octets += len(made.body)
        while self._octets > self._most:
            _, gone = self._kept.popitem(last=False)
            self._octets -= len(gone.body)


def answer(
    folder: Path,
    method: str,
    path: str,
    query: bytes = b"",
    *,
    gzipped: bool = False,
    sizes: dict[str, int] | None = None,
) -> Answer:
    """The answer for a path without its leading slash; ``sizes`` as in `Remembered`.

    200, 404, 405, 400 for a query, 503 where the disk does not give a file that is there.
    Bundles of entries go out as gzip where that is asked for.
    """
    if method not in {"GET", "HEAD"}:
        return _unread(method)
    media = media_type(path)
    if media is None:
        return refused(404, b"no such path in a log\n")
    if query:
        return refused(400, b"no query here\n")
    try:
        seen = published(folder, path, {} if sizes is None else sizes)
        octets = read_file(folder, path) if seen else None
    except OSError:
        return refused(503, b"cannot be read now\n", (b"retry-after", b"5"))
    if octets is None:
        return refused(404, b"not here\n")
    if path == CHECKPOINT:
        return whole(octets, media, NEVER)
    if not path.startswith(_BUNDLES):
        return whole(octets, media, FOREVER)
    vary = (b"vary", b"Accept-Encoding")
    if not gzipped:
        return whole(octets, media, FOREVER, vary)
    packed = gzip.compress(octets, mtime=0)
    return whole(packed, media, FOREVER, vary, (b"content-encoding", b"gzip"))


def media_type(path: str) -> bytes | None:
    """The media type at a path of a log; None for a path that no log has."""
    if path == CHECKPOINT:
        return TEXT
    if len(path) > _LONGEST:
        return None
    for grammar, media in _BESIDE:
        if grammar.fullmatch(path):
            return media
    try:
        read_path(path)
    except ProofError:
        return None
    return _OCTETS


def published(folder: Path, path: str, sizes: dict[str, int]) -> bool:
    """Whether the checkpoint that is there covers a tile, if it is one.

    What no checkpoint was signed over may still be written anew, and is nobody's to keep.
    Raises `OSError`.
    """
    if not path.startswith("tile/"):
        return True
    tile = read_path(path)
    end = tile.index * WIDTH + tile.width
    if end <= hashes_at(tile.level, sizes.get(str(folder), 0)):
        return True
    note = read_file(folder, CHECKPOINT)
    try:
        size = read_checkpoint(text_of(note or b"")).size
    except NoteError:
        return False
    sizes[str(folder)] = size
    return end <= hashes_at(tile.level, size)


def whole(body: bytes, media: bytes, *headers: Header) -> Answer:
    """An answer 200 that everybody's scripts may read."""
    length = (b"content-length", b"%d" % len(body))
    return Answer(200, ((b"content-type", media), length, *ALWAYS, *headers), body)


def refused(status: int, body: bytes, *headers: Header) -> Answer:
    """An answer in words that nobody is to keep."""
    return msgspec.structs.replace(whole(body, TEXT, NEVER, *headers), status=status)


def wants_gzip(headers: Iterable[Header]) -> bool:
    """Whether ``Accept-Encoding`` names gzip and does not exclude it (RFC 9110, 12.5.3)."""
    for name, value in headers:
        if name == b"accept-encoding":
            return any(_accepts(part) for part in value.decode("latin-1").lower().split(","))
    return False


def read_file(folder: Path, path: str) -> bytes | None:
    """The octets of a regular file that lies below the folder; no link below it is followed.

    None where there is none. Raises `OSError` where there is one that cannot be read now.
    """
    try:
        handle = _opened(folder, path)
    except OSError as error:
        if error.errno in _NOTHING:
            return None
        raise
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(handle)


def _opened(folder: Path, path: str) -> int:
    *folders, name = path.split("/")
    if ".." in folders:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    at = os.open(folder, _FOLDER)
    try:
        for each in folders:
            inner = os.open(each, _FOLDER | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = inner
        return os.open(name, _FILE, dir_fd=at)
    finally:
        os.close(at)


def _accepts(part: str) -> bool:
    coding, _, weight = part.partition(";")
    never = re.fullmatch(r"\s*q\s*=\s*0(?:\.0*)?\s*", weight)
    return coding.strip() in {"gzip", "x-gzip"} and never is None


def _unread(method: str) -> Answer:
    """The answer to methods that read nothing."""
    allow = (b"allow", _METHODS)
    if method != "OPTIONS":
        return refused(405, b"GET and HEAD only\n", allow)
    return Answer(204, (*ALWAYS, NEVER, allow, (b"access-control-allow-methods", _METHODS)))
