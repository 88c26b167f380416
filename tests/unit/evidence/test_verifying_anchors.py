# SPDX-License-Identifier: Apache-2.0
"""Anchors in a package: judged by a checker alone, and only over our own checkpoint."""

from nguon.evidence.findings import Code, Finding, held
from nguon.evidence.package import Anchor
from nguon.evidence.package_reading import read_package
from nguon.evidence.verifying import Asked
from tests.evidence_made import (
    NOW,
    ORIGIN,
    noted,
)
from tests.unit.evidence.test_verifying import LOG, judged, package


def test_anchors_need_a_checker_and_our_checkpoint() -> None:
    calls = []

    def check(note: bytes, token: bytes) -> Finding:
        calls.append((note, token))
        return held(Code.ANCHOR, kind="rfc3161", time=NOW)

    here = Anchor("rfc3161", LOG.checkpoint, b"token")
    octets = package(anchors=(here,))
    assert judged(octets)[Code.ANCHOR].params["reason"] == "evidence.no-checker"
    asked = Asked(anchors={"rfc3161": check})
    assert judged(octets, asked=asked)[Code.ANCHOR].holds is True
    assert calls == [(LOG.checkpoint, b"token")]
    for note in (noted(1, b"r" * 32), b"", b"\n\n"):
        there = package(anchors=(Anchor("rfc3161", note, b"token"),))
        found = judged(there, asked=asked)[Code.ANCHOR]
        assert (found.holds, found.params["reason"]) == (None, "evidence.anchor-elsewhere")
    assert len(calls) == 1


def test_an_anchor_of_an_older_checkpoint_needs_the_proof_that_it_was_continued() -> None:
    def check(note: bytes, token: bytes) -> Finding:
        return held(Code.ANCHOR, kind=token.decode(), time=NOW)

    asked = Asked(anchors={"rfc3161": check})
    older, proof = LOG.older(2)

    def found(note: bytes, hashes: tuple[bytes, ...]) -> Finding:
        octets = package(anchors=(Anchor("rfc3161", note, b"token", hashes),))
        assert read_package(octets).anchors[0].proof == hashes
        return judged(octets, asked=asked)[Code.ANCHOR]

    assert found(older, proof).holds is True
    assert found(older, proof).params == {"kind": "token", "time": NOW, "size": 2}
    assert found(older, ()).params["reason"] == "evidence.anchor-elsewhere"
    for note, hashes in (
        (older, proof[:-1]),
        (older, proof[::-1]),
        (older, (*proof, proof[0])),
        (LOG.checkpoint, proof),
        (noted(2, b"r" * 32), proof),
        (noted(99, b"r" * 32), proof),
    ):
        assert found(note, hashes).holds is False
    other = older.replace(ORIGIN.encode(), b"other.example.vn/log/1")
    assert found(other, proof).params["reason"] == "evidence.anchor-elsewhere"


# Any octet.
