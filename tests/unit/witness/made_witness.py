# SPDX-License-Identifier: Apache-2.0
"""A log that grows, a fork of it, and a witness in a folder, for the tests of this room."""

from collections.abc import Callable
from pathlib import Path

from nguon.transparency.checkpoints import Checkpoint
from nguon.transparency.hashing import root_of
from nguon.transparency.keys import Kind, Signer
from nguon.transparency.notes import sign_note
from nguon.transparency.proving import prove_consistency
from nguon.transparency.reading import TileHashes
from nguon.transparency.witnessing import Request
from nguon.witness import serving
from nguon.witness.keyfile import read
from nguon.witness.limits import Buckets
from nguon.witness.service import Witness
from nguon.witness.state import State
from tests.unit.transparency.made_log import LOG, ORIGIN, Tiles, made_hashes

NAME = "witness.example.vn"
UNLIMITED = 1e12


class Growing:
    """A log of ``count`` entries, other than the honest one's from ``fork`` on."""

    def __init__(self, count: int, fork: int | None = None, signer: Signer = LOG) -> None:
        self.signer = signer
        self.hashes = made_hashes(count)
        if fork is not None:
            self.hashes[fork:] = [bytes(31) + b"\x01" for _ in self.hashes[fork:]]
        self._tiles = Tiles()
        self._tiles.append(self.hashes)

    def note(self, size: int, signer: Signer | None = None) -> bytes:
        checkpoint = Checkpoint(self.signer.key.name, size, root_of(self.hashes[:size]))
        return bytes(sign_note(bytes(checkpoint), signer or self.signer))

    def proof(self, old: int, new: int) -> tuple[bytes, ...]:
        reader = TileHashes(len(self.hashes), self._tiles.read)
        return tuple(prove_consistency(old, new, reader))

    def ask(self, old: int, new: int, signer: Signer | None = None) -> bytes:
        """The body of add-checkpoint."""
        return bytes(Request(old, self.proof(old, new), self.note(new, signer)))


def other_key(seed: int) -> Signer:
    """One more key of the same log."""
    return Signer(ORIGIN, Kind.SIGNATURE, bytes([seed]) * 32)


def made(folder: Path) -> Path:
    """A new witness of the log, in a folder."""
    serving.initialise(folder, NAME)
    state = State(folder / serving.STATE)
    state.add(str(LOG.key))
    state.close()
    return folder


def witness_in(folder: Path, clock: Callable[[], float] = lambda: 1_790_000_000.0) -> Witness:
    """The witness of a folder, with a clock and without limits."""
    state = State(folder / serving.STATE)
    buckets = Buckets(UNLIMITED, UNLIMITED)
    return Witness(state, read(folder / serving.KEY), clock=clock, buckets=buckets)
