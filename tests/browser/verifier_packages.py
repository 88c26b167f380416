# SPDX-License-Identifier: Apache-2.0
"""Packages of entries that are no plain events, to be shown to both verifiers."""

import json
from hashlib import sha256

import msgspec

from nguon.base.base64url import url_text
from nguon.base.canonical_json import canonical
from nguon.evidence.opening import Opening
from nguon.evidence.package import Anchor, Entry, Package
from nguon.transparency.completeness import MapHead
from tests.evidence_made import (
    LOTS,
    SmallLog,
    logged,
    mark_of,
)

LOT_A, LOT_B = LOTS


def many_marked() -> list[bytes]:
    """Packages of entries that are about very many items."""
    marks = sorted([mark_of(LOT_A), mark_of(LOT_B)])
    plain = logged(40, LOT_A)
    told = json.loads(plain.leaf)
    del told["subjects"]
    root = url_text(sha256("".join(marks).encode()).digest())
    leaf = canonical(told | {"subjects_root": root})
    log = SmallLog()
    log.entries.append(leaf)
    base = log.package(LOT_A)
    entry = Entry(12, log.proof(12), leaf, plain.opening, plain.event)
    variants = [None, tuple(marks), tuple(marks[::-1]), tuple(marks[:1])]
    return [
        bytes(Package(base.checkpoint, (msgspec.structs.replace(entry, marks=each),)))
        for each in variants
    ]


def statements() -> list[bytes]:
    """Packages of entries that are no events: sealed ones and public ones, heads, anchors."""
    body = b'{"what":"key"}'
    opening = Opening(b"s" * 32, sha256(body).digest())
    sealed = canonical({"commit": opening.commitment, "kind": "statement", "v": 1})
    public = canonical({"body": {"what": "key"}, "kind": "log-key", "v": 1})
    head = bytes(MapHead("elsewhere.example/log/1", 3, bytes(32)))
    late = bytes(MapHead("nguon.example.vn/log/1", 16, bytes(32)))
    log = SmallLog()
    log.entries += [sealed, public, head, late]
    made = []
    for index, leaf, opens in ((12, sealed, opening), (13, public, None), (12, sealed, None)):
        for told in (body.decode(), '{"what":"other"}', None):
            entry = Entry(index, log.proof(index), leaf, opens, statement=told)
            made.append(bytes(Package(log.checkpoint, (entry,))))
    complete = log.complete(LOT_A)
    for index, leaf in ((14, head), (15, late)):
        entry = Entry(index, log.proof(index), leaf)
        other = msgspec.structs.replace(complete, head=entry)
        made.append(bytes(Package(log.checkpoint, (log.entry(0),), (other,))))
    older, continued = log.older(3)
    here = Anchor("rfc3161", log.checkpoint, b"token")
    anchors = (here, Anchor("rfc3161", older, b"token", continued))
    made.append(bytes(Package(log.checkpoint, (log.entry(0),), (complete,), anchors)))
    return made
