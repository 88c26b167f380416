# SPDX-License-Identifier: Apache-2.0
"""Packages of proofs: many entries under one checkpoint, and that they are all there are."""

from typing import Any

import msgspec

from nguon.base.base64url import url_text
from nguon.evidence.opening import Opening
from nguon.transparency.armour import armoured
from nguon.transparency.completeness import Listed
from nguon.transparency.maps.proofs import MapProof

FORMAT = "nguon/proofs@v1"
MEDIA_TYPE = "application/json"
SUFFIX = ".nguon-proofs.json"
PACKAGE_LIMIT = 20_000_000
"""Octets of a package."""
ENTRY_LIMIT = 10_000
"""Entries, listed entries of an item, and anchors of a package, each."""


class Entry(msgspec.Struct, frozen=True):
    """An entry, its place in the log of the package's checkpoint, and what it is about."""

    index: int
    proof: tuple[bytes, ...]
    entry: bytes
    """The leaf, verbatim."""
    opening: Opening | None = None
    event: str | None = None
    """The event's octets as received."""
    context: str | None = None
    """The ``@context`` of the document that it came in, JSON."""
    statement: str | None = None
    """The body of an entry that is no event."""
    marks: tuple[str, ...] | None = None
    """Of an entry that has only their hash: the marks of what it is about, in order."""

    def spelled(self) -> dict[str, Any]:
        """As JSON members."""
        told: dict[str, Any] = {
            "index": self.index,
            "proof": list(map(armoured, self.proof)),
            "entry": self.entry.decode("utf-8"),
        }
        if self.opening is not None:
            told["opening"] = self.opening.spelled()
        if self.marks is not None:
            told["marks"] = list(self.marks)
        for name in ("event", "context", "statement"):
            if (value := getattr(self, name)) is not None:
                told[name] = value
        return told


class Complete(msgspec.Struct, frozen=True):
    """That these are all entries of an item: its list, proved in a map whose head is an entry."""

    item: str
    """The item's key."""
    secret: bytes
    """The item's own."""
    head: Entry
    proof: MapProof
    entries: tuple[Listed, ...]

    def spelled(self) -> dict[str, Any]:
        """As JSON members."""
        return {
            "item": self.item,
            "secret": url_text(self.secret),
            "head": self.head.spelled(),
            "map_proof": bytes(self.proof).decode("utf-8"),
            "list": [{"index": e.index, "leaf": armoured(e.leaf)} for e in self.entries],
        }


class Anchor(msgspec.Struct, frozen=True):
    """That a checkpoint was known elsewhere at a time."""

    kind: str
    checkpoint: bytes
    token: bytes
    proof: tuple[bytes, ...] = ()
    """That the package's checkpoint continues this one (RFC 6962 section 2.1.2)."""

    def spelled(self) -> dict[str, Any]:
        """As JSON members."""
        told: dict[str, Any] = {
            "kind": self.kind,
            "checkpoint": self.checkpoint.decode("utf-8"),
            "token": armoured(self.token),
        }
        if self.proof:
            told["proof"] = list(map(armoured, self.proof))
        return told


class Package(msgspec.Struct, frozen=True):
    """Everything that a reader without a network needs."""

    checkpoint: bytes
    entries: tuple[Entry, ...]
    completeness: tuple[Complete, ...] = ()
    anchors: tuple[Anchor, ...] = ()

    def __bytes__(self) -> bytes:
        told: dict[str, Any] = {
            "format": FORMAT,
            "checkpoint": self.checkpoint.decode("utf-8"),
            "entries": [each.spelled() for each in self.entries],
        }
        if self.completeness:
            told["completeness"] = [each.spelled() for each in self.completeness]
        if self.anchors:
            told["anchors"] = [each.spelled() for each in self.anchors]
        return msgspec.json.encode(told)
