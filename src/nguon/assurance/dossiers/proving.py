# SPDX-License-Identifier: Apache-2.0
"""The proofs of a package of evidence: entries about the item, and the whole story of each key."""

from collections.abc import Collection, Iterator, Mapping
from hashlib import sha256

import msgspec

from nguon.base.audience import Audience
from nguon.dossier.model import PROOFS
from nguon.evidence.opening import Opening
from nguon.evidence.package import Package
from nguon.parties.keys.stating import subject
from nguon.store import Store
from nguon.store.values import LogEntry
from nguon.tlog.completing import Completeness
from nguon.tlog.packages import Open, Part, package
from nguon.tlog.parts import parts
from nguon.tlog.service import Tlog
from nguon.trace.entries import Completing, Seen


class Logged(msgspec.Struct, frozen=True):
    """Entries with what opens them for the reader, and lists that show that they are all."""

    parts: Mapping[int, Part]
    lists: tuple[Completeness, ...]

    def opened(self) -> dict[int, bytes]:
        """The octets of the events that the reader sees whole, by entry."""
        return {
            seq: part.open.event
            for seq, part in self.parts.items()
            if part.open is not None and part.open.event is not None
        }

    def only(self, seqs: Collection[int]) -> "Logged":
        """These entries alone, and the lists as they are."""
        return Logged({seq: self.parts[seq] for seq in seqs if seq in self.parts}, self.lists)


def about_item(store: Store, seen: Seen, audience: Audience) -> Logged:
    """The entries about an item and of other records that its passport shows."""
    seqs = sorted({entry.seq for entry in (*seen.own, *seen.others)})
    return Logged({one.entry.seq: one for one in parts(store, audience, seqs)}, tuple(seen.lists))


def about_keys(store: Store, completing: Completing | None, kids: Collection[str]) -> Logged:
    """What became of keys: public as their DID documents are, so opened for everybody."""
    seqs: set[int] = set()
    lists: list[Completeness] = []
    for kid in sorted(kids):
        seqs |= set(store.log.seqs_of_item(subject(kid)))
        lists += [] if completing is None else completing.proofs(subject(kid))
    entries = store.log.at(sorted(seqs), salts=True)
    return Logged(
        {entry.seq: Part(entry, _stated(store, entry)) for entry in entries}, tuple(lists)
    )


def packages(tlog: Tlog, *logged: Logged) -> dict[str, str]:
    """Packages of proofs by the names of their parts; raises `LogError`."""
    found = {}
    for name, made in _packages(tlog, logged):
        found[f"{PROOFS}{name}"] = bytes(made).decode()
    return found


def _packages(tlog: Tlog, logged: Collection[Logged]) -> Iterator[tuple[str, Package]]:
    inside: dict[int, Part] = {}
    for one in logged:
        inside.update(one.parts)
    lists = [each for one in logged for each in one.lists]
    ordered = [inside[seq] for seq in sorted(inside)]
    for shard in tlog.shards():
        made = package(tlog, shard, ordered, lists)
        if made is not None:
            yield shard.name, made


def _stated(store: Store, entry: LogEntry) -> Open | None:
    told = store.log.statement(entry.seq)
    if told is None or told.body is None or entry.salt is None:
        return None
    return Open(Opening(entry.salt, sha256(told.body).digest()), statement=told.body)
