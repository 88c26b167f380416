# SPDX-License-Identifier: Apache-2.0
"""Our log against aics-tlog, an implementation by others (Apache-2.0; requirements/outsiders.txt).

``make test`` installs it beside our own packages; only CI insists on it.
"""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from nguon.archive.folder import Folder
from nguon.transparency.bundles import write_bundle
from nguon.transparency.checkpoints import Checkpoint, open_checkpoint
from nguon.transparency.errors import NoteError, ProofError
from nguon.transparency.growing import Edge, grow
from nguon.transparency.hashing import leaf_hashes, root_of
from nguon.transparency.keys import Key, Kind
from nguon.transparency.notes import Signature, known, open_note, read_note, sign_note
from nguon.transparency.proving import (
    prove_consistency,
    prove_inclusion,
    verify_consistency,
    verify_inclusion,
)
from nguon.transparency.reading import ProvedHashes, TileHashes
from nguon.transparency.tiles import ENTRIES, Tile, new_tiles
from tests.unit.transparency.made_log import LOG, ORIGIN, TIME, WITNESSES, Tiles, checkpoint

sys.path.append(str(Path(sys.prefix, "outsiders")))
found = import_module if os.environ.get("CI") else pytest.importorskip
aics: Any = found("aics_tlog")

SIZE = 700
CONTENT = [b"entry %d" % number for number in range(SIZE)]
HASHES = leaf_hashes(CONTENT)
ROOT = root_of(HASHES)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Our log as files, by path."""
    tiles = Tiles()
    tiles.append(HASHES)
    found = {tile.path: octets for tile, octets in tiles.octets.items()}
    for tile in new_tiles(0, SIZE):
        if tile.level == 0:
            first = tile.index * 256
            path = Tile(ENTRIES, tile.index, tile.width).path
            found[path] = write_bundle(CONTENT[first : first + tile.width])
    return found


def test_they_make_the_same_files(files: dict[str, bytes]) -> None:
    assert aics.tiles.materialise_tiles(CONTENT) == files


def test_they_audit_our_log(files: dict[str, bytes]) -> None:
    reader = aics.MemoryTileReader(files)
    report = aics.audit_tiles(reader, SIZE, ROOT)
    assert (report.size, report.tiles, report.bundles) == (SIZE, 4, 3)
    assert aics.tree_root_from_tiles(reader, SIZE) == ROOT


def test_proofs_are_the_same_and_accepted_both_ways(files: dict[str, bytes]) -> None:
    theirs = aics.MerkleTree(CONTENT)
    ours = ProvedHashes(SIZE, ROOT, lambda tile: files[tile.path])
    for size in (1, 2, 255, 256, 257, 511, 512, 699, SIZE):
        root = theirs.root(size)
        for index in {0, size // 3, size // 2, size - 1}:
            proof = prove_inclusion(index, size, ours)
            assert proof == theirs.inclusion_proof(index, size)
            assert aics.verify_inclusion(HASHES[index], index, size, proof, root)
            verify_inclusion(index, size, HASHES[index], root, proof)
        for old in {1, size // 3 or 1, size // 2 or 1, size}:
            proof = prove_consistency(old, size, ours)
            assert proof == theirs.consistency_proof(old, size)
            assert aics.verify_consistency(old, size, theirs.root(old), root, proof)


def test_wrong_proofs_are_refused_by_both() -> None:
    theirs = aics.MerkleTree(CONTENT[:40])
    roots = [theirs.root(size) for size in range(41)]
    for old in range(1, 41):
        for new in range(old, 41):
            proof = theirs.consistency_proof(old, new)
            for wrong in (proof[1:], [*proof, ROOT], proof[::-1], [ROOT, *proof[1:]], []):
                expected = aics.verify_consistency(old, new, roots[old], roots[new], wrong)
                try:
                    verify_consistency(old, new, (roots[old], roots[new]), wrong)
                except ProofError:
                    assert not expected
                else:
                    assert expected


def their_key(key: Key) -> Any:
    return aics.parse_vkey(str(key))


def test_they_verify_our_checkpoint_and_cosignatures() -> None:
    note = aics.parse_note(bytes(checkpoint(SIZE, ROOT)))
    witnesses = [their_key(each.key) for each in WITNESSES]
    result = aics.verify_checkpoint(
        note, their_key(LOG.key), witnesses, 3, expected_origin=ORIGIN, now=TIME + 5,
        max_age_seconds=60,
    )  # fmt: skip
    assert (result.ok, result.error, result.cosignature_count) == (True, None, 3)
    assert (result.size, result.root) == (SIZE, ROOT)


def test_we_verify_theirs() -> None:
    ed25519: Any = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519")
    secret = ed25519.Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32)
    made = aics.Checkpoint(origin=ORIGIN, size=SIZE, root=ROOT)
    note = aics.sign_checkpoint(made, secret, ORIGIN)
    _, line = aics.sign_cosignature(secret, "w.example", TIME, ORIGIN, SIZE, ROOT)
    octets = aics.Note(note.text, (*note.signatures, line)).to_bytes()
    public = secret.public_key().public_bytes_raw()
    keys = [Key(ORIGIN, Kind.SIGNATURE, public), Key("w.example", Kind.COSIGNATURE, public)]
    seen = open_checkpoint(octets, known(keys))
    assert (seen.checkpoint.size, seen.checkpoint.root) == (SIZE, ROOT)
    assert [each.key for each in seen.opened.verified] == keys
    assert seen.opened.verified[1].time == TIME
    assert str(keys[1]) == aics.note.format_vkey(aics.cosignature_vkey("w.example", public))


def test_changed_notes_are_refused_by_both() -> None:
    octets = bytes(sign_note(bytes(Checkpoint(ORIGIN, SIZE, ROOT)), LOG))
    known_keys, their_keys = known([LOG.key]), [their_key(LOG.key)]
    for at in range(len(octets)):
        changed = octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :]
        try:
            ours = {each.key.name for each in open_note(read_note(changed), known_keys).verified}
        except NoteError:
            ours = set()
        try:
            note = aics.parse_note(changed)
            theirs = aics.verify_note(note, their_keys)
        except ValueError:
            theirs = False
        assert theirs == bool(ours), at


def test_where_they_differ() -> None:
    """A note without its last newline is malformed; equal lines of a known key count once."""
    octets = bytes(checkpoint(SIZE, ROOT))
    assert aics.parse_note(octets[:-1])
    with pytest.raises(NoteError, match="note-form"):
        read_note(octets[:-1])
    note = read_note(octets)
    line: Signature = note.signatures[0]
    twice = octets + str(line).encode()
    assert not aics.verify_note(aics.parse_note(twice), [their_key(LOG.key)])
    assert len(open_note(read_note(twice), known([LOG.key])).verified) == 1


def test_they_accept_a_log_on_disk(tmp_path: Path) -> None:
    """Files as the log's folder keeps them, proofs from its tiles, a witnessed checkpoint."""
    folder, edge, old = Folder(tmp_path), Edge(), 300
    for start, end in ((0, old), (old, SIZE)):
        grown = grow(edge, HASHES[start:end])
        edge = grown.edge
        for tile, octets in grown.tiles:
            folder.write(tile, octets)
        for tile in new_tiles(start, end):
            if tile.level == 0:
                first = tile.index * 256
                entries = CONTENT[first : first + tile.width]
                folder.write(Tile(ENTRIES, tile.index, tile.width), write_bundle(entries))
    folder.publish(bytes(checkpoint(SIZE, edge.root())))
    published = folder.checkpoint()
    assert published is not None
    witnesses = [their_key(each.key) for each in WITNESSES]
    seen = aics.verify_checkpoint(
        aics.parse_note(published), their_key(LOG.key), witnesses, 3, expected_origin=ORIGIN,
        now=TIME + 5, max_age_seconds=60,
    )  # fmt: skip
    assert (seen.ok, seen.size, seen.cosignature_count) == (True, SIZE, 3)
    reader = aics.FileSystemTileReader(tmp_path)
    report = aics.audit_tiles(reader, seen.size, seen.root)
    assert (report.size, report.tiles, report.bundles) == (SIZE, 4, 3)
    ours = TileHashes(SIZE, folder.read)
    for index in (0, 255, 256, old, SIZE - 1):
        proof = prove_inclusion(index, SIZE, ours)
        assert proof == aics.inclusion_proof_from_tiles(reader, index, SIZE)
        assert aics.verify_inclusion(HASHES[index], index, SIZE, proof, seen.root)
    consistent = prove_consistency(old, SIZE, ours)
    assert aics.verify_consistency(old, SIZE, root_of(HASHES[:old]), seen.root, consistent)
