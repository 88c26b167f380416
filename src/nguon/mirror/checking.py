# SPDX-License-Identifier: Apache-2.0
"""A whole look at a mirror's copy: every entry hashed again, the map built again, the log asked.

``compare`` fetches everything that the log serves now and compares it octet by octet: what
was changed there after it was copied shows only so.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from nguon.archive.auditing import audit_folder
from nguon.archive.folder import Folder
from nguon.archive.maps import MapFile
from nguon.base.errors import NguonError
from nguon.mirror.copying import PORTION, Proved, root_at
from nguon.mirror.errors import AlarmError, ForkError, MirrorError, MissingError
from nguon.mirror.fetching import Source
from nguon.mirror.keeping import Home
from nguon.mirror.mapping import MapWatch
from nguon.transparency.checkpoints import Checkpoint, open_checkpoint
from nguon.transparency.errors import NoteError, PolicyError
from nguon.transparency.judging import believe
from nguon.transparency.notes import known
from nguon.transparency.policies import Policy
from nguon.transparency.reading import TileHashes
from nguon.transparency.tiles import ENTRIES, WIDTH, Tile, new_tiles, tile_at


def check(home: Home, policy: Policy, source: Source, *, deep: bool = True) -> Iterator[NguonError]:
    """Everything that is wrong; nothing where the copy is sound and the log agrees with it.

    ``deep`` fetches and compares every tile and bundle of the log. A log that cannot be
    reached is one of the faults.
    """
    folder = Folder(home.log)
    note = folder.checkpoint()
    if note is None:
        yield MirrorError("mirror.empty", path=str(home.path))
        return
    try:
        kept = believe(note, policy).checkpoint
    except (NoteError, PolicyError) as error:
        yield error
        return
    faults = list(audit_folder(folder, kept.size, kept.root))
    yield from faults
    if not faults:
        yield from _map(folder, kept, source)
    try:
        yield from _log(folder, kept, policy, source)
        if deep:
            yield from _files(folder, kept.size, source)
    except NguonError as error:
        yield error


def _map(folder: Folder, kept: Checkpoint, source: Source) -> Iterator[NguonError]:
    with TemporaryDirectory(prefix="nguon-map-") as beside:
        maps = MapFile(Path(beside, "map.sqlite"), kept.origin)
        watch = MapWatch(maps, folder, source)
        try:
            watch.turn(kept.size)
        except NguonError as error:
            yield error
        finally:
            maps.close()
        yield from watch.alarms


def _log(folder: Folder, kept: Checkpoint, policy: Policy, source: Source) -> Iterator[NguonError]:
    """Whether the log's checkpoint and ours are of one history."""
    now = open_checkpoint(source.checkpoint(), known(policy.keys)).checkpoint
    if now.origin != kept.origin:
        yield AlarmError("mirror.origin", kept=kept.origin, given=now.origin)
        return
    if now.size >= kept.size:
        Proved(source, now).check_continues(kept)
        return
    ours = root_at(now.size, TileHashes(kept.size, folder.read))
    if ours != now.root:
        raise ForkError("mirror.fork", size=now.size, newer=kept.size)
    yield AlarmError("mirror.smaller", kept=kept.size, given=now.size)


def _files(folder: Folder, size: int, source: Source) -> Iterator[NguonError]:
    """Each file as the log serves it now, against ours."""
    bundles = [tile_at(ENTRIES, index, size) for index in range(-(-size // WIDTH))]
    wanted: list[Tile] = [*new_tiles(0, size), *bundles]
    for at in range(0, len(wanted), PORTION):
        part = wanted[at : at + PORTION]
        try:
            given = source.tiles(part)
        except MissingError as error:
            yield AlarmError(error.code, **error.params)
            continue
        for tile in part:
            if given[tile] != folder.read(tile):
                yield AlarmError("mirror.file-differs", path=tile.path)
