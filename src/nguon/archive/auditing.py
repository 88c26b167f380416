# SPDX-License-Identifier: Apache-2.0
"""A log's folder read whole: every bundle, every tile, every partial one that lies about."""

from collections.abc import Iterator

from nguon.archive.folder import Folder, begun
from nguon.base.errors import NguonError
from nguon.transparency.auditing import audit
from nguon.transparency.errors import ProofError
from nguon.transparency.tiles import WIDTH, Tile, hashes_at, read_path, tile_at


def audit_folder(folder: Folder, size: int, root: bytes) -> Iterator[NguonError]:
    """Everything that is wrong with the files of a signed tree; nothing if they are sound."""
    try:
        yield from audit(size, root, folder.read)
    except ProofError as error:
        yield error
    yield from _partial(folder, size)


def _partial(folder: Folder, size: int) -> Iterator[NguonError]:
    """Partial tiles and bundles of earlier checkpoints are the beginnings of what is there now."""
    for path in sorted((folder.path / "tile").glob("**/*.p/*")):
        name = path.relative_to(folder.path).as_posix()
        try:
            tile = read_path(name)
            if _end(tile) > hashes_at(tile.level, size):
                continue
            now = tile_at(tile.level, tile.index, size)
            if folder.get(name) != begun(folder.read(now), tile):
                yield ProofError("transparency.tile-differs", path=name)
        except ProofError as error:
            yield error


def _end(tile: Tile) -> int:
    return tile.index * WIDTH + tile.width
