# SPDX-License-Identifier: Apache-2.0
"""What a reader can have proved of an item: shown, hidden and erased entries are all counted."""

import json
from collections.abc import Iterator

import pytest

from nguon.base.audience import Audience, AudienceKind, Disclosure, EventFacts
from nguon.capture.anew import recompute
from nguon.evidence.findings import Code, held
from nguon.evidence.verifying import Asked, verify
from nguon.passport.proving import Listed, Proving, Sight, packed, proving
from nguon.store import Store
from nguon.store.values import Submitter
from nguon.tlog.anchors import keeping
from nguon.tlog.anchors.model import Token
from nguon.tlog.completing import Completer
from nguon.tlog.service import Tlog
from nguon.trace import entries, telling
from nguon.transparency.checkpoints import read_checkpoint
from nguon.transparency.judging import Clock
from nguon.transparency.notes import text_of
from tests.records import CONTEXT, OPERATOR, PACKER, SHOP, event_json
from tests.tlog_made import NOW, tlog

__all__ = ["tlog"]

LOT = "01/09521101000016/10/TH260728"
OTHER = "01/09521101000016/10/ELSE"


def _decided(_audience: Audience, facts: EventFacts) -> Disclosure:
    return Disclosure.FULL if facts.submitter == PACKER.organisation else Disclosure.NONE


PARTNER = Audience(AudienceKind.PARTNER, 1, _decided)
"""Sees what the packer recorded and nothing else."""


@pytest.fixture
def completer(tlog: Tlog) -> Iterator[Completer]:
    made = Completer(tlog)
    yield made
    made.close()


def told(store: Store, number: int, lot: str = LOT, by: Submitter = PACKER) -> int:
    """An event about a lot; its number in the log."""
    quantity = {"epcClass": f"https://id.gs1.org/{lot}", "quantity": 5, "uom": "KGM"}
    said = event_json(number, epcList=[], quantityList=[quantity], bizStep="storing")
    made = recompute(json.dumps(said).encode(), CONTEXT)
    assert made is not None
    return store.writer.submit([made], by).result(60)[0].seq


def mapped(tlog: Tlog, completer: Completer) -> None:
    tlog.turn()
    completer.once()
    tlog.turn()


def test_an_item_in_two_parts_of_the_log_has_a_file_for_each(
    store: Store, tlog: Tlog, completer: Completer
) -> None:
    for number in (1, 2, 3):
        told(store, number)
    mapped(tlog, completer)
    told(store, 4)
    tlog.cut()
    told(store, 5)
    mapped(tlog, completer)
    found = proving(tlog, completer, LOT, OPERATOR)
    assert found is not None
    assert (found.parts, found.whole, found.later) == (("1", "2"), True, 0)
    assert found.proved == (Listed("1", 5, 4), Listed("2", 2, 1))
    assert [line.number for line in found.own] == ["1-0", "1-1", "1-2", "1-4", "2-1"]
    policy = tlog.policy()
    assert policy is not None
    for part, indices in (("1", [0, 1, 2, 4]), ("2", [1])):
        made = packed(tlog, completer, LOT, OPERATOR, part)
        assert made is not None
        assert [entry.index for entry in made.entries] == indices
        findings = {each.code: each for each in verify(bytes(made), policy, Clock(NOW))}
        assert not [each for each in findings.values() if each.holds is False]
        assert findings[Code.LOG_SIGNATURE].params["origin"].endswith(f"/log/{part}")
        assert findings[Code.COMPLETE].holds is True
        assert findings[Code.COMPLETE].params["count"] == len(indices)
    assert packed(tlog, completer, LOT, OPERATOR) == packed(tlog, completer, LOT, OPERATOR, "2")
    assert packed(tlog, completer, LOT, OPERATOR, "3") is None


def test_the_file_has_the_earliest_timestamp_of_all_its_entries(
    store: Store, tlog: Tlog, completer: Completer
) -> None:
    folder, shown = None, []
    for number in (1, 2, 3):
        told(store, number)
        mapped(tlog, completer)
        signed = tlog.signed(tlog.current())
        assert signed is not None
        folder = tlog.folder(tlog.current())
        made = packed(tlog, completer, LOT, OPERATOR)
        assert made is not None
        shown.append([read_checkpoint(text_of(one.checkpoint)).size for one in made.anchors])
        keeping.keep_note(folder, signed.note)
        keeping.keep_token(folder, signed.note, Token("rfc3161", b"token"))
    assert shown == [[], [2], [4]], "the newest, where none has all entries"
    told(store, 9, lot=OTHER)
    tlog.turn()
    made = packed(tlog, completer, LOT, OPERATOR)
    assert made is not None
    (anchor,) = made.anchors
    assert read_checkpoint(text_of(anchor.checkpoint)).size == 6
    policy = tlog.policy()
    assert policy is not None
    asked = Asked(anchors={"rfc3161": lambda _note, _token: held(Code.ANCHOR, kind="k", time=1)})
    found = {each.code: each for each in verify(bytes(made), policy, Clock(NOW), asked=asked)}
    assert (found[Code.ANCHOR].holds, found[Code.ANCHOR].params["size"]) == (True, 6)


def sights(found: Proving | None) -> list[tuple[str, Sight]]:
    assert found is not None
    return [(line.number, line.sight) for line in found.own]


def test_all_entries_of_a_lot(store: Store, tlog: Tlog, completer: Completer) -> None:
    for number in (1, 2, 3):
        told(store, number)
    told(store, 4, lot=OTHER)
    tlog.turn()
    before = proving(tlog, completer, LOT, OPERATOR)
    assert before is not None
    assert (before.proved, before.whole, before.count(Sight.SHOWN)) == ((), False, 3)
    mapped(tlog, completer)
    found = proving(tlog, completer, LOT, OPERATOR)
    assert sights(found) == [("1-0", Sight.SHOWN), ("1-1", Sight.SHOWN), ("1-2", Sight.SHOWN)]
    assert found is not None
    assert found.proved == (Listed("1", 4, 3),)
    assert found.whole
    assert {line.stage for line in found.own} == {"storing"}
    assert proving(tlog, completer, "01/09521101000016/10/NEVER", OPERATOR) is None
    later = told(store, 5)
    found = proving(tlog, completer, LOT, OPERATOR)
    assert found is not None
    assert (found.later, found.whole, len(found.own)) == (1, False, 4)
    assert found.own[-1].number == f"1-{later - 1}"


def test_hidden_and_erased_entries_are_counted(
    store: Store, tlog: Tlog, completer: Completer
) -> None:
    told(store, 1)
    told(store, 2, by=SHOP)
    erased = told(store, 3)
    store.erasure.erase([store.log.at([erased])[0].event], reason="asked", by="officer")
    mapped(tlog, completer)
    found = proving(tlog, completer, LOT, PARTNER)
    assert sights(found) == [("1-0", Sight.SHOWN), ("1-1", Sight.HIDDEN), ("1-2", Sight.ERASED)]
    assert found is not None
    assert not found.whole
    assert found.own[1].time is None
    assert found.own[1].stage is None
    operator = proving(tlog, completer, LOT, OPERATOR)
    assert [sight for _, sight in sights(operator)] == [Sight.SHOWN, Sight.SHOWN, Sight.ERASED]


def test_the_file_is_accepted_and_opens_what_its_reader_may_see(
    store: Store, tlog: Tlog, completer: Completer
) -> None:
    assert packed(tlog, completer, LOT, PARTNER) is None
    told(store, 1)
    told(store, 2, by=SHOP)
    mapped(tlog, completer)
    made = packed(tlog, completer, LOT, PARTNER)
    assert made is not None
    assert [entry.index for entry in made.entries] == [0, 1]
    assert [entry.opening is not None for entry in made.entries] == [True, False]
    assert [entry.event is not None for entry in made.entries] == [True, False]
    policy = tlog.policy()
    assert policy is not None
    findings = {each.code: each for each in verify(bytes(made), policy, Clock(NOW))}
    held = {code for code, each in findings.items() if each.holds}
    assert {Code.INCLUSION, Code.OPENING, Code.EVENT, Code.COMPLETE, Code.MAP_LOGGED} <= held
    assert not [each for each in findings.values() if each.holds is False]
    assert findings[Code.COMPLETE].params["count"] == 2
    bare = packed(tlog, None, LOT, PARTNER)
    assert bare is not None
    assert bare.completeness == ()


def test_entries_that_were_not_looked_at_are_told_of(
    store: Store, tlog: Tlog, completer: Completer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three records about a lot its way is told by two, and no more are looked at."""
    for number in (1, 2, 3):
        told(store, number)
    mapped(tlog, completer)
    whole = proving(tlog, completer, LOT, OPERATOR)
    assert whole is not None
    assert (whole.truncated, whole.count(Sight.SHOWN)) == (False, 3)
    monkeypatch.setattr(telling, "MOST_RECORDS", 2)
    looked = proving(tlog, completer, LOT, OPERATOR)
    assert looked is not None
    assert (looked.truncated, looked.count(Sight.SHOWN)) == (True, 3)
    monkeypatch.setattr(entries, "MOST", 0)
    cut = proving(tlog, completer, LOT, OPERATOR)
    assert cut is not None
    assert (cut.truncated, cut.count(Sight.SHOWN), cut.count(Sight.HIDDEN)) == (True, 2, 1)
