# SPDX-License-Identifier: Apache-2.0
"""One turn of the log: new entries into tiles, tiles onto the disk, then the signature.

The order is the promise: durable files, roots equal by two ways of computing, the
state moved by compare-and-swap, and only then the checkpoint for others to see.
After any error nothing in memory is believed: the next turn begins from files,
state and database.
"""

from collections.abc import Callable, Sequence

from nguon.archive.folder import Folder
from nguon.store import Store
from nguon.tlog import subjects
from nguon.tlog.errors import RefusedError
from nguon.tlog.growth import Tree, forget_partial, written
from nguon.tlog.keys import Keys
from nguon.tlog.model import Shard, Signed
from nguon.tlog.promised import ahead
from nguon.tlog.recovery import BATCH, check_head, check_root, leaves_of, recovered
from nguon.tlog.state import State
from nguon.transparency.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from nguon.transparency.errors import NoteError
from nguon.transparency.keys import Signer
from nguon.transparency.notes import known, read_note

Seconds = Callable[[], int]
"""A clock: seconds since 1970."""
Signing = Callable[[Shard, Signed], None]


class Sequencer:
    """Grows and signs the shards; one thread of one process at a time."""

    def __init__(
        self, store: Store, state: State, keys: Keys, folder: Callable[[Shard], Folder]
    ) -> None:
        self._store = store
        self._state = state
        self._keys = keys
        self._folder = folder
        self._trees: dict[int, Tree] = {}
        self._fresh: set[int] = set()
        """Shards of which something unsigned may lie in the files."""
        self._final: dict[int, tuple[bytes, ...]] = {}

    def forget(self) -> None:
        """Believe nothing that is in memory."""
        self._trees, self._fresh, self._final = {}, set(), {}

    def turn(self, shards: Sequence[Shard], head: int, now: Seconds, signing: Signing) -> None:
        """Integrate every entry up to the head, sign, and tell.

        Raises `NguonError`: then `forget` before the next turn.
        """
        for shard in shards:
            ids = tuple(signer.key.id for signer in self._keys.signers(shard))
            if self._final.get(shard.number) == ids:
                continue
            self._advance(shard, shard.end(head) - shard.first, now, signing)
            if shard.last is not None:
                self._final[shard.number] = ids
                self._trees.pop(shard.number, None)

    def _advance(self, shard: Shard, wanted: int, now: Seconds, signing: Signing) -> None:
        size, root, note, time = self._state.reached(shard.number)
        check_head(shard, size, shard.first + wanted - 1)
        tree = self._trees.get(shard.number)
        if tree is None or tree.size != size:
            note = self._sound(shard, note, (size, root))
            tree = recovered(self._store, self._folder(shard), shard, (size, root))
            self._fresh.add(shard.number)
            shown = ahead(self._folder(shard), shard, self._keys, size)
            if shown is not None:
                # An older state was put back: what was published is signed again, or nothing is.
                check_root(self._store, shard, shown.size, shown.root)
            elif note is not None:
                self._republish(shard, note)
                # Whoever signed it may not have come to tell of it.
                signing(shard, Signed(size, root, note, time))
        signers = self._keys.signers(shard)
        while tree.size < wanted:
            tree = self._grown(shard, tree, min(tree.size + BATCH, wanted))
            signed = self._sign(shard, tree, signers, now)
            note = signed.note
            signing(shard, signed)
        if _signed_by(note) != {signer.key.id for signer in signers}:
            signing(shard, self._sign(shard, tree, signers, now))
        self._trees[shard.number] = tree

    def _grown(self, shard: Shard, tree: Tree, size: int) -> Tree:
        folder = self._folder(shard)
        leaves = leaves_of(self._store, shard, tree.size, size)
        subjects.keep(self._store, folder, shard.first + tree.size, leaves)
        return written(folder, tree, leaves, anew=shard.number in self._fresh)

    def _sign(self, shard: Shard, tree: Tree, signers: Sequence[Signer], now: Seconds) -> Signed:
        old, root, _, time = self._state.reached(shard.number)
        checkpoint = Checkpoint(shard.origin, tree.size, tree.root())
        note = bytes(sign_checkpoint(checkpoint, *signers))
        signed = Signed(tree.size, checkpoint.root, note, max(now(), time))
        self._state.move(shard.number, (old, root), signed)
        self._fresh.discard(shard.number)
        folder = self._folder(shard)
        folder.publish(note)
        forget_partial(folder, old, tree.size)
        return signed

    def _sound(self, shard: Shard, note: bytes | None, signed: tuple[int, bytes]) -> bytes | None:
        """The note that was kept of what was signed; None where it is damaged, and made again.

        Raises `RefusedError` where the key file has none that signed the shard last: it is
        another log's, damaged, or older than a change of keys.
        """
        try:
            ours = {key.id for key in self._keys.ever(shard)}
            if note is not None and _signed_by(note).isdisjoint(ours):
                path = str(self._keys.path)
                raise RefusedError("tlog.key-foreign", path=path, shard=shard.name)
        except NoteError:
            return None
        return note if self._opened(shard, note) == Checkpoint(shard.origin, *signed) else None

    def _opened(self, shard: Shard, note: bytes | None) -> Checkpoint | None:
        """What a note says, if a key of ours signed it."""
        try:
            return open_checkpoint(note or b"", known(self._keys.ever(shard))).checkpoint
        except NoteError:
            return None

    def _republish(self, shard: Shard, note: bytes) -> None:
        """The checkpoint of a process that was killed between signing and publishing, or one
        that is damaged.
        """
        folder = self._folder(shard)
        if self._opened(shard, folder.checkpoint()) != self._opened(shard, note):
            folder.publish(note)


def _signed_by(note: bytes | None) -> set[bytes]:
    """The ids of the keys that signed a note of ours."""
    return set() if note is None else {each.id for each in read_note(note).signatures}
