# SPDX-License-Identifier: Apache-2.0
"""The verifier: what a file shows under a policy, finding by finding (docs/proofs.md).

It needs no network and no store, and believes nothing that is not covered by the
signatures: what rests on something that does not hold stays open.
"""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from nguon.evidence.entries import judge_events, judge_given, judge_inclusion, judge_openings
from nguon.evidence.findings import Code, Finding, fails, left_open, refused
from nguon.evidence.items import Item, judge_complete, judge_subject
from nguon.evidence.package import Anchor, Entry, Package
from nguon.evidence.reading import Evidence, Kind, read_evidence
from nguon.evidence.told import Telling, told_in
from nguon.evidence.trusting import judge_checkpoint
from nguon.transparency.checkpoints import read_checkpoint
from nguon.transparency.errors import NoteError, ProofError
from nguon.transparency.judging import Clock
from nguon.transparency.notes import text_of
from nguon.transparency.policies import Policy
from nguon.transparency.proving import verify_consistency

AnchorCheck = Callable[[bytes, bytes], Finding]
"""Checks a token for a checkpoint's note, given in this order."""


class Asked(msgspec.Struct, frozen=True):
    """What the verifier is asked besides."""

    item: Item | None = None
    number: str | None = None
    """The receipt's, as its holder knows it."""
    telling: Telling = told_in
    """Reads the events of a file."""
    anchors: Mapping[str, AnchorCheck] = {}
    """Checkers by kind."""


_NOTHING = Asked()


def verify(
    octets: bytes,
    policy: Policy,
    clock: Clock,
    *,
    event: bytes | None = None,
    asked: Asked = _NOTHING,
) -> tuple[Finding, ...]:
    """What a receipt (also packed), a package or a checkpoint shows.

    ``event`` is a file with the event, or the document with it. Raises `EvidenceError`,
    with the place, for what cannot be read.
    """
    return judge(read_evidence(octets), policy, clock, event=event, asked=asked)


def judge(
    evidence: Evidence,
    policy: Policy,
    clock: Clock,
    *,
    event: bytes | None = None,
    asked: Asked = _NOTHING,
) -> tuple[Finding, ...]:
    """What was read shows."""
    package = evidence.package
    found = judge_checkpoint(package.checkpoint, policy, clock)
    if evidence.kind is Kind.CHECKPOINT:
        return tuple(found)
    trusted = found[0].holds is True
    if trusted:
        found.append(judge_inclusion(package.entries, evidence.checkpoint, asked.number))
        trusted = found[-1].holds is not False
    if not trusted:
        return (*found, *_resting(len(found), package, asked))
    found.append(judge_openings(package.entries))
    about = judge_events(package.entries)
    if event is not None and about.holds is not False:
        about = judge_given(package.entries, asked.telling(event), evidence.record)
    found.append(about)
    found += _items(evidence, asked)
    found += [_anchored(each, evidence, asked) for each in package.anchors]
    return tuple(found)


def _resting(given: int, package: Package, asked: Asked) -> Iterator[Finding]:
    """What cannot be judged because something above it does not hold."""
    for code in (Code.INCLUSION, Code.OPENING, Code.EVENT)[given - 3 :]:
        yield left_open(code, "evidence.rests")
    for item in _asked_items(package, asked):
        for code in (Code.MAP_LOGGED, Code.COMPLETE)[: 2 * (item.key in _listed(package))]:
            yield left_open(code, "evidence.rests", item=item.key)
        yield left_open(Code.SUBJECT, "evidence.rests", item=item.key)
    for anchor in package.anchors:
        yield left_open(Code.ANCHOR, "evidence.rests", kind=anchor.kind)


def _listed(package: Package) -> set[str]:
    return {each.item for each in package.completeness}


def _asked_items(package: Package, asked: Asked) -> list[Item]:
    """The items that the package has lists of, and the one that was asked for."""
    found = [Item(each.item, each.secret) for each in package.completeness]
    if asked.item is not None and (
        asked.item.secret is not None or asked.item.key not in _listed(package)
    ):
        found.append(asked.item)
    return found


def _items(evidence: Evidence, asked: Asked) -> Iterator[Finding]:
    package = evidence.package
    for each in package.completeness:
        yield from judge_complete(each, package.entries, evidence.checkpoint)
        yield judge_subject(Item(each.item, each.secret), _about(package, each.item))
    if evidence.kind is Kind.PACKAGE and not package.completeness:
        yield left_open(Code.COMPLETE, "evidence.no-list", item="–")
    for item in _asked_items(package, asked)[len(package.completeness) :]:
        if item.secret is None and package.completeness:
            yield fails(Code.SUBJECT, "evidence.other-item", item=item.key)
        else:
            yield judge_subject(item, _about(package, item.key))


def _about(package: Package, item: str) -> tuple[Entry, ...]:
    """The entries that should be about an item: those in its list, or all."""
    for each in package.completeness:
        if each.item == item:
            listed = {one.index for one in each.entries}
            return tuple(entry for entry in package.entries if entry.index in listed)
    return package.entries


def _anchored(anchor: Anchor, evidence: Evidence, asked: Asked) -> Finding:
    check = asked.anchors.get(anchor.kind)
    if check is None:
        return left_open(Code.ANCHOR, "evidence.no-checker", kind=anchor.kind)
    try:
        told = read_checkpoint(text_of(anchor.checkpoint))
    except NoteError:
        return left_open(Code.ANCHOR, "evidence.anchor-elsewhere", kind=anchor.kind)
    ours = evidence.checkpoint
    if told.origin != ours.origin or not (anchor.proof or told == ours):
        return left_open(Code.ANCHOR, "evidence.anchor-elsewhere", kind=anchor.kind)
    try:
        verify_consistency(told.size, ours.size, (told.root, ours.root), anchor.proof)
    except ProofError as error:
        return refused(Code.ANCHOR, error, kind=anchor.kind)
    found = check(anchor.checkpoint, anchor.token)
    return msgspec.structs.replace(found, params={**found.params, "size": told.size})
