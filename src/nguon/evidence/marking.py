# SPDX-License-Identifier: Apache-2.0
"""Whether two proofs mark one thing in one way: what an operator that hides entries cannot keep.

An operator that marks some entries of a thing with another secret has them in no list of it.
The mark stands in every entry, though: two proofs of one thing with two marks convict it.
"""

from collections.abc import Iterator

import msgspec

from nguon.base.errors import NguonError
from nguon.epcis.codec import decode_raw_event, split_document
from nguon.epcis.items import items_of
from nguon.evidence.commitments import THINGS, has_mark
from nguon.evidence.findings import Code, Finding, failed, fails, held, left_open
from nguon.evidence.items import Item
from nguon.evidence.leaves import read_leaf
from nguon.evidence.package import Entry
from nguon.evidence.reading import Evidence
from nguon.evidence.told import told_by


class Judged(msgspec.Struct, frozen=True):
    """A file, the event given beside it, and what was found of both."""

    evidence: Evidence
    findings: tuple[Finding, ...]
    event: bytes | None = None

    @property
    def installation(self) -> str:
        """Whose log it is: marks are an installation's own."""
        return self.evidence.checkpoint.origin.rpartition("/log/")[0]


_About = tuple[frozenset[str], frozenset[str]]
"""Things, and the marks that stand for them and perhaps for others."""


def judge_marks(one: Judged, two: Judged) -> Finding:
    """Whether what both are about is marked alike.

    Fails where they convict the operator; open where one of them does not hold, or they
    have nothing in common that can be compared.
    """
    for each in (one, two):
        whole = any(f.code is Code.INCLUSION and f.holds for f in each.findings)
        if failed(each.findings) or not whole:
            return left_open(Code.ONE_MARK, "evidence.rests")
    if one.installation != two.installation:
        return left_open(Code.ONE_MARK, "evidence.other-installation")
    others, compared = list(_about(two)), set[str]()
    for things, marks in _about(one):
        for more, others_marks in others:
            common = things & more
            if len(common) > len(marks & others_marks):
                return fails(Code.ONE_MARK, "evidence.two-marks", item=min(common))
            compared |= common
    if not compared:
        return left_open(Code.ONE_MARK, "evidence.nothing-common")
    return held(Code.ONE_MARK, count=len(compared))


def _about(judged: Judged) -> Iterator[_About]:
    """What each entry is about, as far as it is shown, and each list."""
    package = judged.evidence.package
    sure = {
        each.params.get("item")
        for each in judged.findings
        if each.code is Code.SUBJECT and each.holds
    }
    for told in package.completeness:
        mark = Item(told.item, told.secret).mark
        if told.item in sure and mark is not None:
            yield frozenset({told.item}), frozenset({mark})
    if not any(each.code is Code.EVENT and each.holds for each in judged.findings):
        return
    for entry in package.entries:
        marks = read_leaf(entry.entry).marks(entry.marks)
        things = _things(entry, judged.event)
        if marks is not None and things:
            yield things, frozenset(marks)


def _things(entry: Entry, given: bytes | None) -> frozenset[str]:
    if entry.event is not None:
        return _marked(entry.event.encode())
    opening = entry.opening
    if given is None or opening is None:
        return frozenset()
    for raw, context in _raws(given):
        told = told_by(raw, context, whole=False)
        if told.digest == opening.digest or told.received == opening.received:
            return _marked(raw)
    return frozenset()


def _raws(given: bytes) -> Iterator[tuple[bytes, bytes | None]]:
    bare = given.strip()
    try:
        document, raws = split_document(bare)
    except NguonError:
        yield bare, None
        return
    for raw in raws:
        yield raw, document.context


def _marked(raw: bytes) -> frozenset[str]:
    """The things of an event that have marks."""
    try:
        items = items_of(decode_raw_event(raw, rules=False))
    except NguonError:
        return frozenset()
    return frozenset(each.key for each in items if each.role in THINGS and has_mark(each.key))
