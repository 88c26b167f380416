# SPDX-License-Identifier: Apache-2.0
"""A small witnessed log of events in memory, with receipts and packages of it, for tests."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from nguon.base.base64url import url_text
from nguon.base.canonical_json import canonical
from nguon.epcis.codec import decode_raw_event
from nguon.epcis.digest import record_digest
from nguon.evidence.commitments import item_mark, item_secret
from nguon.evidence.opening import Opening
from nguon.evidence.package import Complete, Entry, Package
from nguon.evidence.receipts import Shown, make_receipt
from nguon.transparency.checkpoints import Checkpoint, sign_checkpoint
from nguon.transparency.completeness import Listed, MapHead, appended, commitment
from nguon.transparency.hashing import leaf_hash, leaf_hashes, root_of
from nguon.transparency.judging import Clock
from nguon.transparency.keys import Kind, Signer
from nguon.transparency.maps.growing import update
from nguon.transparency.maps.nodes import NOTHING, mark_path
from nguon.transparency.maps.proofs import prove
from nguon.transparency.notes import cosignature_of, joined
from nguon.transparency.policies import Policy, read_policy
from nguon.transparency.proving import prove_consistency, prove_inclusion
from nguon.transparency.ranges import CompactRange
from nguon.transparency.receipts import Receipt

ORIGIN = "nguon.example.vn/log/1"
SECRET = b"s" * 32
NOW = 1_790_000_000
LOG = Signer(ORIGIN, Kind.SIGNATURE, b"l" * 32)
WITNESSES = tuple(
    Signer(f"witness{n}.example.vn/w", Kind.COSIGNATURE, bytes([n]) * 32) for n in (1, 2, 3)
)
CLOCK = Clock(NOW)
LOTS = ("01/09521101000016/10/A", "01/09521101000016/10/B")


def policy(*, quorum: str = "all") -> Policy:
    """The log's and its witnesses', of whom so many are enough."""
    lines = [f"log {LOG.key}"]
    lines += [f"witness w{n} {each.key}" for n, each in enumerate(WITNESSES, 1)]
    lines += [f"group q {quorum} w1 w2 w3", "quorum q"]
    if quorum == "none":
        lines[-2:] = ["quorum none"]
    return read_policy("\n".join(lines).encode())


def noted(size: int, root: bytes, *, witnesses: Sequence[Signer] = WITNESSES) -> bytes:
    """The signed and cosigned checkpoint."""
    note = sign_checkpoint(Checkpoint(ORIGIN, size, root), LOG)
    return bytes(joined(note, [cosignature_of(w, note.text, NOW - 60) for w in witnesses]))


def secret_of(item: str) -> bytes:
    """An item's own secret."""
    return item_secret(item, SECRET)


def mark_of(item: str) -> str:
    """An item's mark as it stands in entries."""
    return url_text(item_mark(item, secret_of(item)))


def event_text(number: int, lot: str) -> str:
    """An event about a lot, as sent."""
    gtin, batch = lot.split("/")[1], lot.split("/")[3]
    return json.dumps(
        {
            "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
            "type": "ObjectEvent",
            "eventTime": f"2026-07-28T08:{number:02d}:00+07:00",
            "eventTimeZoneOffset": "+07:00",
            "action": "OBSERVE",
            "bizStep": "shipping",
            "quantityList": [{"epcClass": f"https://id.gs1.org/01/{gtin}/10/{batch}"}],
        }
    )


class Logged(msgspec.Struct, frozen=True):
    """An event in the log."""

    event: str
    opening: Opening
    leaf: bytes


def logged(number: int, lot: str, **more: Any) -> Logged:
    """An event about a lot and its entry."""
    event = event_text(number, lot)
    salt = sha256(b"salt %d" % number).digest()
    digest = record_digest(decode_raw_event(event.encode()))
    opening = Opening(salt, digest, sha256(event.encode()).digest())
    told = {
        "by": url_text(sha256(b"by" + salt).digest()),
        "commit": opening.commitment,
        "kind": "event",
        "subjects": [mark_of(lot)],
        "v": 1,
    }
    return Logged(event, opening, canonical(told | more))


class SmallLog:
    """Events about two lots by turns, a head of their map, and two events more."""

    def __init__(self, events: int = 9) -> None:
        self.logged = [logged(n, LOTS[n % 2]) for n in range(events)]
        self.entries = [each.leaf for each in self.logged]
        self.lists: dict[str, list[Listed]] = {lot: [] for lot in LOTS}
        for n, each in enumerate(self.logged):
            self.lists[LOTS[n % 2]].append(Listed(n, leaf_hash(each.leaf)))
        self.nodes: dict[bytes, bytes] = {}
        self.map_root = self.mapped(self.lists)
        self.head = bytes(MapHead(ORIGIN, events, self.map_root))
        self.head_index = events
        self.entries.append(self.head)
        for n in (events + 1, events + 2):
            self.logged.append(logged(n, LOTS[n % 2]))
            self.entries.append(self.logged[-1].leaf)

    def mapped(self, lists: Mapping[str, Sequence[Listed]]) -> bytes:
        """The root of a map that has these lists."""
        values = {
            path_of(lot): commitment(appended(CompactRange(), entries))
            for lot, entries in lists.items()
        }
        done = update(NOTHING, values, self.nodes.__getitem__)
        self.nodes.update(done.nodes)
        return done.root

    @property
    def hashes(self) -> list[bytes]:
        """Leaf hashes."""
        return leaf_hashes(self.entries)

    @property
    def checkpoint(self) -> bytes:
        """Of all entries."""
        return noted(len(self.entries), root_of(self.hashes))

    def older(self, size: int) -> tuple[bytes, tuple[bytes, ...]]:
        """The checkpoint of the first entries, and that the newest one continues it."""
        proof = prove_consistency(size, len(self.entries), self.read)
        return noted(size, root_of(self.hashes[:size])), tuple(proof)

    def proof(self, index: int) -> tuple[bytes, ...]:
        """That an entry is in the tree."""
        return tuple(prove_inclusion(index, len(self.entries), self.read))

    def read(self, level: int, index: int) -> bytes:
        """A hash of the tree."""
        return root_of(self.hashes[index << level : (index + 1) << level])

    def receipt(self, index: int, **shown: Any) -> Receipt:
        """The receipt of an entry, opened where it is an event's."""
        made = Shown(self.entries[index], **{"opening": self.opening(index)} | shown)
        return make_receipt(index, self.proof(index), self.checkpoint, made)

    def opening(self, index: int) -> Opening | None:
        """What opens an event's entry."""
        found = self.at(index)
        return None if found is None else found.opening

    def at(self, index: int) -> Logged | None:
        """The event of an entry."""
        return next((each for each in self.logged if each.leaf == self.entries[index]), None)

    def entry(self, index: int) -> Entry:
        """An entry for a package, with all that is known of it."""
        found = self.at(index)
        return Entry(
            index,
            self.proof(index),
            self.entries[index],
            None if found is None else found.opening,
            None if found is None else found.event,
        )

    def complete(self, lot: str) -> Complete:
        """That the list of a lot is all there is of it."""
        proof = prove(self.map_root, path_of(lot), self.nodes.__getitem__)
        head = self.entry(self.head_index)
        return Complete(lot, secret_of(lot), head, proof, tuple(self.lists[lot]))

    def package(self, lot: str) -> Package:
        """Everything about a lot."""
        entries = tuple(self.entry(one.index) for one in self.lists[lot])
        return Package(self.checkpoint, entries, (self.complete(lot),))


def path_of(item: str) -> bytes:
    """Where an item is in the map."""
    return mark_path(item_mark(item, secret_of(item)))
