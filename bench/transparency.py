# SPDX-License-Identifier: Apache-2.0
"""The log's pure part beside the hashes it cannot do without: growing, proving, checking.

Entries of 300 octets in batches of 2,000, as a sequencer takes them; proofs from the tiles
of a log of ten million entries, whose leaf hashes are made, not stored. Processor time.
"""

import random
import time
from collections.abc import Callable, Iterator
from hashlib import sha256

from bench.report import Row
from nguon.transparency.auditing import audit
from nguon.transparency.bundles import write_bundle
from nguon.transparency.checkpoints import Checkpoint
from nguon.transparency.growing import Edge, grow
from nguon.transparency.hashing import HASH_LENGTH, leaf_hashes, parents
from nguon.transparency.judging import believe
from nguon.transparency.keys import Kind, Signer
from nguon.transparency.maps.growing import update
from nguon.transparency.maps.nodes import NOTHING
from nguon.transparency.maps.proofs import prove, value_at
from nguon.transparency.notes import cosignature_of, joined, sign_note
from nguon.transparency.policies import read_policy
from nguon.transparency.proving import perfect, prove_inclusion, verify_inclusion
from nguon.transparency.ranges import CompactRange
from nguon.transparency.reading import ProvedHashes, TileHashes
from nguon.transparency.receipts import Receipt, check_receipt
from nguon.transparency.tiles import ENTRIES, HEIGHT, WIDTH, Tile, tile_at

BATCH, BATCHES = 2000, 50
LARGE = 10_000_000
PROOFS = 300
ITEMS, CHANGED = 100_000, 1000


def _seconds(work: Callable[[], object], times: int = 3) -> float:
    """The best of a few runs."""
    best = float("inf")
    for _ in range(times):
        begin = time.process_time()
        work()
        best = min(best, time.process_time() - begin)
    return best


def _floor(entries: list[bytes]) -> None:
    """One hash of the entry and one of a node, nothing else."""
    for entry in entries:
        sha256(entry).digest()
    pair = bytes(1 + 2 * HASH_LENGTH)
    for _ in entries:
        sha256(pair).digest()


def _grown(batches: list[list[bytes]]) -> Edge:
    edge = Edge()
    for batch in batches:
        edge = grow(edge, leaf_hashes(batch)).edge
    return edge


def _twice(batches: list[list[bytes]]) -> None:
    edge, compact = Edge(), CompactRange()
    for batch in batches:
        hashes = leaf_hashes(batch)
        edge, compact = grow(edge, hashes).edge, compact.extended(hashes)
        if edge.root() != compact.root():
            raise AssertionError("two ways, two roots")


def _files(entries: list[bytes]) -> tuple[dict[Tile, bytes], Edge]:
    grown = grow(Edge(), leaf_hashes(entries))
    files = dict(grown.tiles)
    for first in range(0, len(entries), WIDTH):
        tile = tile_at(ENTRIES, first // WIDTH, len(entries))
        files[tile] = write_bundle(entries[first : first + tile.width])
    return files, grown.edge


class Made:
    """The tiles of a log of many entries of four kinds: full tiles repeat, so few are kept."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._full = [leaf_hashes(b"%d" % (n % 4) for n in range(WIDTH))]
        while size >> HEIGHT * len(self._full):
            packed = b"".join(self._full[-1])
            for _ in range(HEIGHT):
                packed = parents(packed)
            self._full.append([packed] * WIDTH)
        self.octets = [b"".join(each) for each in self._full]

    def read(self, tile: Tile) -> bytes:
        """A tile, of any width."""
        return self.octets[tile.level][: tile.width * HASH_LENGTH]

    def leaf(self, index: int) -> bytes:
        """The hash of an entry."""
        return self._full[0][index % WIDTH]


def _large() -> Iterator[Row]:
    made, chance = Made(LARGE), random.Random(7)
    root = TileHashes(LARGE, made.read)
    whole = CompactRange(LARGE, tuple(root(*peak) for peak in perfect(0, LARGE))).root()
    indices = [chance.randrange(LARGE) for _ in range(PROOFS)]
    bare = bytes(1 + 2 * HASH_LENGTH)

    def believed() -> None:
        for index in indices:
            prove_inclusion(index, LARGE, TileHashes(LARGE, made.read))

    def checked() -> None:
        for index in indices:
            prove_inclusion(index, LARGE, ProvedHashes(LARGE, whole, made.read))

    def hashes() -> None:
        for _ in range(PROOFS * 4 * (WIDTH - 1)):
            sha256(bare).digest()

    floor = PROOFS / _seconds(hashes)
    note = "cold: every tile read and hashed for each proof; {:.2f} ms a proof"
    for name, work in (("proofs from tiles", believed), ("proofs from checked tiles", checked)):
        seconds = _seconds(work)
        said = note.format(seconds / PROOFS * 1000)
        what = f"{name}, one of 10^7 entries"
        yield Row(what, PROOFS / seconds, "proofs/s", floor, "hashes of 4 full tiles", said)
    yield from _receipts(made, whole, indices)


def _receipts(made: Made, root: bytes, indices: list[int]) -> Iterator[Row]:
    log = Signer("log.example.vn", Kind.SIGNATURE, bytes(32))
    witnesses = [Signer(f"w{n}", Kind.COSIGNATURE, bytes([n]) * 32) for n in (1, 2, 3)]
    note = sign_note(bytes(Checkpoint("log.example.vn", LARGE, root)), log)
    signed = joined(note, [cosignature_of(each, note.text, 1) for each in witnesses])
    octets = bytes(signed)
    lines = [f"log {log.key}", *(f"witness {each.key.name} {each.key}" for each in witnesses)]
    policy = read_policy("\n".join([*lines, "group g 2 w1 w2 w3", "quorum g"]).encode())
    receipts = []
    reader = TileHashes(LARGE, made.read)
    for index in indices:
        proof = prove_inclusion(index, LARGE, reader)
        verify_inclusion(index, LARGE, made.leaf(index), root, proof)
        receipts.append((Receipt(index, tuple(proof), octets), made.leaf(index)))

    def signatures() -> None:
        for _ in receipts:
            for key, line in zip(policy.keys, signed.signatures, strict=True):
                if not key.holds(note.text, line.octets):
                    raise AssertionError(key.name)

    def judged() -> None:
        for _ in receipts:
            believe(octets, policy)

    def checked() -> None:
        for receipt, leaf in receipts:
            check_receipt(receipt, leaf, policy)

    floor = PROOFS / _seconds(signatures)
    floor_is = "four Ed25519 verifications"
    yield Row("checkpoints judged", PROOFS / _seconds(judged), "/s", floor, floor_is)
    yield Row("receipts checked", PROOFS / _seconds(checked), "/s", floor, floor_is)


def _map() -> Iterator[Row]:
    values = {sha256(b"%d" % n).digest(): bytes(40) for n in range(ITEMS)}
    nodes: dict[bytes, bytes] = {}
    built = update(NOTHING, values, nodes.__getitem__)
    nodes.update(built.nodes)
    changed = {path: bytes([1]) * 40 for path in list(values)[:: ITEMS // CHANGED]}

    def floor() -> None:
        for _ in range(CHANGED * 17):
            sha256(bytes(65)).digest()

    least = CHANGED / _seconds(floor)
    rate = CHANGED / _seconds(lambda: update(built.root, changed, nodes.__getitem__))
    note = f"{CHANGED:,} of {ITEMS:,} items at once"
    yield Row("map of items updated", rate, "items/s", least, "17 hashes an item", note)

    def proved() -> None:
        for path in changed:
            proof = prove(built.root, path, nodes.__getitem__)
            value_at(built.root, path, proof)

    rate = CHANGED / _seconds(proved)
    yield Row("map proofs made and checked", rate, "/s", least, "17 hashes an item")


def rows() -> Iterator[Row]:
    """Growing, proofs, receipts, the map."""
    chance = random.Random(20261122)
    batches = [[chance.randbytes(300) for _ in range(BATCH)] for _ in range(BATCHES)]
    entries = [entry for batch in batches for entry in batch]
    count = len(entries)
    floor, floor_is = count / _seconds(lambda: _floor(entries)), "two hashes an entry"
    hashes = leaf_hashes(entries)
    for what, work in (
        ("entries hashed and appended, tiles made", lambda: _grown(batches)),
        ("the same, root by two ways a batch", lambda: _twice(batches)),
        ("leaf hashes appended to a compact range", lambda: CompactRange().extended(hashes)),
    ):
        yield Row(what, count / _seconds(work), "entries/s", floor, floor_is)
    files, edge = _files(entries)

    def audited() -> None:
        if any(audit(count, edge.root(), files.__getitem__)):
            raise AssertionError("a sound log")

    yield Row("log audited, every entry", count / _seconds(audited), "entries/s", floor, floor_is)
    yield from _large()
    yield from _map()
