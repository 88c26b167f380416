# SPDX-License-Identifier: Apache-2.0
"""Proofs of what a path has under a root, or that it has nothing; made, checked, written."""

import msgspec

from nguon.transparency.armour import armoured, hash_of, octets_of
from nguon.transparency.errors import ProofError
from nguon.transparency.hashing import HASH_LENGTH
from nguon.transparency.maps.nodes import DEPTH, NOTHING, Inner, Leaf, Load, bit, hashed, loaded

HEAD = "nguon/map-proof@v1"
_LEAF, _NOTHING = "leaf ", "nothing"


class MapProof(msgspec.Struct, frozen=True):
    """Where the path ends: at a leaf, its own or one that stands there instead, or at nothing."""

    siblings: tuple[bytes, ...]
    """From below."""
    leaf: Leaf | None = None

    def __bytes__(self) -> bytes:
        end = _NOTHING
        if self.leaf is not None:
            end = f"{_LEAF}{armoured(self.leaf.path)} {armoured(self.leaf.value)}"
        return "".join(f"{each}\n" for each in (HEAD, end, *map(armoured, self.siblings))).encode()


def prove(root: bytes, path: bytes, load: Load) -> MapProof:
    """The proof for a path, with a value or without; raises `ProofError` for a damaged node."""
    siblings: list[bytes] = []
    name = root
    while name != NOTHING:
        node = loaded(name, load)
        if isinstance(node, Leaf):
            return MapProof(tuple(reversed(siblings)), node)
        turn = bit(path, len(siblings))
        siblings.append(node.left if turn else node.right)
        name = node.right if turn else node.left
    return MapProof(tuple(reversed(siblings)))


def value_at(root: bytes, path: bytes, proof: MapProof) -> bytes | None:
    """What the path has under the root, None for nothing; raises `ProofError`."""
    depth = len(proof.siblings)
    if depth > DEPTH or any(len(each) != HASH_LENGTH for each in (root, path, *proof.siblings)):
        raise ProofError("transparency.map-proof-form", line=0)
    leaf = proof.leaf
    name = NOTHING
    if leaf is not None:
        if len(leaf.path) != HASH_LENGTH or not _share(leaf.path, path, depth):
            raise ProofError("transparency.map-proof-fails")
        name = hashed(leaf)
    for above, sibling in enumerate(proof.siblings, 1):
        right = bit(path, depth - above)
        name = hashed(Inner(sibling, name) if right else Inner(name, sibling))
    if name != root:
        raise ProofError("transparency.map-proof-fails")
    return leaf.value if leaf is not None and leaf.path == path else None


def read_map_proof(octets: bytes) -> MapProof:
    """The proof in a file; raises `ProofError` that names the line."""
    lines = octets.decode("utf-8", "replace").split("\n")
    if len(lines) < 3 or lines.pop() or lines[0] != HEAD or len(lines) > DEPTH + 2:
        raise ProofError("transparency.map-proof-form", line=1)
    siblings: list[bytes] = []
    for number, line in enumerate(lines[2:], 3):
        found = hash_of(line)
        if found is None:
            raise ProofError("transparency.map-proof-form", line=number)
        siblings.append(found)
    return MapProof(tuple(siblings), _leaf(lines[1]))


def _leaf(line: str) -> Leaf | None:
    if line == _NOTHING:
        return None
    path, space, value = line.removeprefix(_LEAF).partition(" ")
    place, octets = hash_of(path), octets_of(value)
    if not line.startswith(_LEAF) or not space or place is None or octets is None:
        raise ProofError("transparency.map-proof-form", line=2)
    return Leaf(place, octets)


def _share(one: bytes, other: bytes, bits: int) -> bool:
    return not (int.from_bytes(one) ^ int.from_bytes(other)) >> (DEPTH - bits)
