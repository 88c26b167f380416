# SPDX-License-Identifier: Apache-2.0
"""The completeness of demonstration lots against expectations written by hand, rule by rule."""

import time
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from nguon.cli.workplace import operator
from nguon.compliance.completeness import completeness, meter
from nguon.compliance.gather import LIMITS, Question, gather, gather_all
from nguon.compliance.model import Market, State
from nguon.identity.visibility import PUBLIC
from nguon.store import Store
from nguon.trace.itinerary import itinerary
from tests.integration.compliance.conftest import Member

EXPECTED = sorted((Path(__file__).parent / "expected").glob("*.toml"))
SR = "01/09521202000182/10/SR260817"


def _cases() -> list[Any]:
    found = []
    for path in EXPECTED:
        content = tomllib.loads(path.read_text("utf-8"))
        for number, case in enumerate(content["case"]):
            found.append(pytest.param(content, case, id=f"{path.stem}-{number}"))
    return found


def _audience(case: dict[str, Any], member: Member) -> Any:
    reader = case.get("reader", "operator")
    if reader == "operator":
        return operator()
    return PUBLIC if reader == "public" else member(reader).audience


@pytest.mark.parametrize(("content", "case"), _cases())
def test_lot(goods: Store, member: Member, content: dict[str, Any], case: dict[str, Any]) -> None:
    question = Question(Market(case.get("market", "vn")), case.get("day"))
    found = completeness(goods, _audience(case, member), content["lot"], question)
    assert found is not None
    if "made" in case:
        assert found.day == case["made"]
    told: dict[str, dict[str, list[str]]] = {}
    for one in found.judged:
        instrument = told.setdefault(one.requirement.instrument, {})
        word = one.state.value + (f": {one.reason}" if one.reason else "")
        instrument.setdefault(word, []).append(one.requirement.field)
    expected = {
        name: {word: sorted(fields) for word, fields in states.items()}
        for name, states in case["instruments"].items()
    }
    sorted_told = {n: {w: sorted(f) for w, f in s.items()} for n, s in told.items()}
    for name, states in expected.items():
        assert sorted_told.get(name) == states, name
    assert set(sorted_told) == set(expected) | set(case.get("also", []))


def test_nobody_learns_of_a_lot_that_has_no_record(goods: Store) -> None:
    assert completeness(goods, PUBLIC, "01/09521202000182/10/NONE") is None


def test_a_reader_who_may_not_see_cannot_tell_missing_from_there(goods: Store) -> None:
    """What the public is told of a hidden field does not depend on whether it is filled in."""
    whole = completeness(goods, operator(), SR, Question(Market.CN))
    public = completeness(goods, PUBLIC, SR, Question(Market.CN))
    assert whole is not None
    assert public is not None
    hidden = {one.requirement.id for one in public.of(State.NOT_VISIBLE)}
    assert {one.state for one in whole.judged if one.requirement.id in hidden} >= {
        State.COMPLETE,
        State.MISSING,
    }
    assert all(one.shown is None and one.reason is None for one in public.of(State.NOT_VISIBLE))


def test_the_public_meter_counts_fields_once(goods: Store) -> None:
    way = itinerary(goods, SR, limits=LIMITS)
    told = [(way.records[e.id], e) for e in goods.events.by_ids(PUBLIC, sorted(way.records))]
    found = meter(goods, PUBLIC, SR, told)
    assert found is not None
    assert (found.recorded, found.asked, found.lacking) == (19, 19, ())


def test_a_lot_is_judged_quickly(goods: Store) -> None:
    completeness(goods, operator(), SR)
    best = min(_timed(goods) for _ in range(5))
    assert best < 0.25, "loose, for machines that do other things meanwhile"


def _timed(store: Store) -> float:
    begun = time.process_time()
    completeness(store, operator(), SR, Question(Market.CN, date(2026, 8, 17)))
    return time.process_time() - begun


@pytest.mark.parametrize("reader", ["operator", "public", "cao-nguyen-xanh"])
def test_lots_judged_together_are_judged_as_each_is_alone(
    goods: Store, member: Member, reader: str
) -> None:
    audience = _audience({"reader": reader}, member)
    lots = [tomllib.loads(path.read_text("utf-8"))["lot"] for path in EXPECTED]
    lots.append("01/09521202000182/10/NEVER")
    alone = [gather(goods, audience, lot, Question()) for lot in lots]
    assert gather_all(goods, audience, lots, Question()) == alone
    assert alone[-1] is None
    assert all(facts is not None for facts in alone[:-1])
