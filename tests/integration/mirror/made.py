# SPDX-License-Identifier: Apache-2.0
"""A log in a folder that grows, lies and is served, for tests of mirrors."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from nguon.archive.folder import Folder
from nguon.archive.maps import MapFile
from nguon.transparency.bundles import write_bundle
from nguon.transparency.checkpoints import Checkpoint, sign_checkpoint
from nguon.transparency.completeness import MapHead
from nguon.transparency.growing import Edge, grow
from nguon.transparency.hashing import leaf_hashes
from nguon.transparency.keys import Kind, Signer
from nguon.transparency.notes import cosignature_of, joined
from nguon.transparency.policies import Policy, read_policy
from nguon.transparency.tiles import ENTRIES, WIDTH, new_tiles, tile_at

TIME = 1_790_000_000
WITNESS = Signer("w.example.vn", Kind.COSIGNATURE, bytes([9]) * 32)


class Operator:
    """A log whose every entry and tile the test may choose."""

    def __init__(self, path: Path, name: str = "one", seed: int = 1) -> None:
        self.origin = f"log.example.vn/log/{name}"
        self.signer = Signer(self.origin, Kind.SIGNATURE, bytes([seed]) * 32)
        self.folder = Folder(path)
        self.entries: list[bytes] = []
        self.path = path
        self.publish()

    @property
    def policy_text(self) -> str:
        return f"log {self.signer.key}\nwitness w {WITNESS.key}\nquorum w\n"

    @property
    def policy(self) -> Policy:
        return read_policy(self.policy_text.encode())

    def add(self, *entries: bytes) -> None:
        """Append, write all tiles, sign, cosign, publish."""
        old = len(self.entries)
        self.entries += entries
        self.write(old)
        self.publish()

    def write(self, old: int = 0) -> None:
        """The tiles and bundles after the first ``old`` entries, whatever was there."""
        size = len(self.entries)
        tiles = dict(grow(Edge(), leaf_hashes(self.entries)).tiles)
        for tile in new_tiles(old, size):
            self.folder.write(tile, tiles[tile], anew=True)
        for index in range(old // WIDTH, -(-size // WIDTH)):
            part = self.entries[index * WIDTH : (index + 1) * WIDTH]
            self.folder.write(tile_at(ENTRIES, index, size), write_bundle(part), anew=True)

    def note(self, size: int | None = None, *, witnessed: bool = True) -> bytes:
        """A checkpoint of the first ``size`` entries."""
        size = len(self.entries) if size is None else size
        root = grow(Edge(), leaf_hashes(self.entries[:size])).edge.root()
        signed = sign_checkpoint(Checkpoint(self.origin, size, root), self.signer)
        lines = [cosignature_of(WITNESS, signed.text, TIME + size)] if witnessed else []
        return bytes(joined(signed, lines))

    def publish(self, note: bytes | None = None) -> None:
        self.folder.publish(self.note() if note is None else note)

    def head(self, leaves: Sequence[bytes] | None = None) -> bytes:
        """The map's head over all entries, or over others that are claimed to be them."""
        told = self.entries if leaves is None else leaves
        beside = self.path.parent / f"{self.path.name}-operator.sqlite"
        beside.unlink(missing_ok=True)
        made = MapFile(beside, self.origin)
        root = made.advance(enumerate(told), len(told), self._subjects).root
        made.close()
        return bytes(MapHead(self.origin, len(self.entries), root))

    def _subjects(self, name: str) -> bytes | None:
        return self.folder.get(f"subjects/{name}")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def served(path: Path) -> Iterator[str]:
    """A plain file server over a folder; the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(path)))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
