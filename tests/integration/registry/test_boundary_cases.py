# SPDX-License-Identifier: Apache-2.0
"""A boundary of an approved area: its change waits for the body; plots measure an area without."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from nguon.registry import decisions, history, holdings, workflow
from nguon.registry.decisions import Decision
from nguon.registry.history import Actor, Status
from nguon.registry.land import kept
from nguon.registry.land.model import Corner, Shape
from nguon.registry.land.service import Draft, keep
from nguon.registry.ledger import registers
from nguon.registry.model import Register
from nguon.registry.workflow import Step
from nguon.store import Store
from nguon.store import land as rows
from nguon.store import registry as entries
from nguon.store import registry_tables as tables
from tests.integration.registry.codes import (
    AUGUST,
    COOPERATIVE,
    DAK_LAK,
    DURIAN,
    OFFICE,
    OPERATOR,
    Code,
    member,
    officer,
    registered,
)

WHEN = datetime(2025, 4, 1, tzinfo=UTC)


def _square(size: str) -> Shape:
    x, y = Decimal("108.300000"), Decimal("12.700000")
    side = Decimal(size)
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    return Shape(((tuple(Corner(one, two) for one, two in corners),),))


def _draw(store: Store, size: str, place: str = DURIAN, by: int = COOPERATIVE) -> None:
    looked = keep(store, member(by), Draft(place=place, shape=_square(size)), confirmed=True)
    assert looked.examined.ok, looked.examined.faults


def _approve(store: Store, key: str) -> None:
    body = Actor(OFFICE, "key")
    with store.transaction() as connection:
        history.record(connection, Register.PLACE, key, Status.APPROVED, valid_from=WHEN, by=body)


def _held(store: Store) -> tuple[int, int | None]:
    """The version that holds, and the one that waits."""
    with store.reading() as connection:
        current = rows.current(connection, [DURIAN])[DURIAN]
        waiting = rows.waiting(connection, [DURIAN]).get(DURIAN)
    return current["version"], None if waiting is None else waiting["version"]


def _decide(store: Store, step: Step) -> None:
    reasons = workflow.reasons(step)
    seen = workflow.last_number(history.history(store, Register.PLACE, DURIAN))
    decision = Decision(
        register=Register.PLACE,
        key=DURIAN,
        step=step,
        seen=seen,
        reason=reasons[0] if reasons else None,
    )
    decisions.decide(store, officer(OFFICE, DAK_LAK), decision)


@pytest.fixture
def area(store: Store) -> Store:
    registered(store, Code(DURIAN, COOPERATIVE, "24502", "durian", area="1.1"))
    _draw(store, "0.001")
    return store


def test_the_boundary_of_an_area_in_use_waits_for_its_body(area: Store) -> None:
    _draw(area, "0.0011")
    assert _held(area) == (2, None), "nobody approved it yet: the change holds at once"
    _approve(area, DURIAN)
    _draw(area, "0.0012")
    _draw(area, "0.0013")
    assert _held(area) == (2, 4), "the old one stands, the last change waits"
    [waiting] = holdings.queue(area, [DAK_LAK], None)
    assert waiting.key == DURIAN
    assert waiting.standing.status is Status.APPROVED
    _decide(area, Step.APPROVE)
    assert _held(area) == (4, None)
    assert holdings.queue(area, [DAK_LAK], None) == []
    found = kept.boundary(area, OPERATOR.audience, DURIAN)
    assert found is not None
    assert found.version == 4
    with area.reading() as connection:
        near = rows.near(connection, (12.7012, 12.7012, 108.3012, 108.3012), besides=[], limit=5)
    assert [row["place"] for row in near] == [DURIAN], "neighbours are found by the new one"


@pytest.mark.parametrize("step", [Step.RETURN, Step.REFUSE])
def test_a_change_that_is_not_approved_falls(area: Store, step: Step) -> None:
    _approve(area, DURIAN)
    _draw(area, "0.0012")
    assert _held(area) == (1, 2)
    _decide(area, step)
    assert _held(area) == (1, None)
    found = history.standing(area, Register.PLACE, [DURIAN], at=datetime.now(UTC))
    assert found[DURIAN].status is Status.APPROVED


def test_a_change_taken_back_falls(area: Store) -> None:
    _approve(area, DURIAN)
    _draw(area, "0.0012")
    decisions.withdraw(area, member(COOPERATIVE), Register.PLACE, DURIAN)
    assert _held(area) == (1, None)


def _plot(store: Store, number: int) -> str:
    key = f"414/893851234502{number}"
    values = {"key": key, "kind": "plot", "name_vi": key, "holder": COOPERATIVE, "updated": 0}
    with store.transaction() as connection:
        more = {"parent": DURIAN, "commune": "24502"}
        entries.add(connection, tables.place, [{**values, **more}])
    return key


def _facts(store: Store) -> tuple[Decimal | None, str | None]:
    with store.reading() as connection:
        facts = registers.facts_of(connection, [DURIAN], AUGUST)[DURIAN]
    return facts.area, facts.basis


def test_approved_plots_measure_an_area_without_a_boundary(store: Store) -> None:
    registered(store, Code(DURIAN, COOPERATIVE, "24502", "durian", area="27.6"))
    first, second = _plot(store, 4), _plot(store, 5)
    _draw(store, "0.001", first)
    assert _facts(store) == (Decimal("27.6"), "declared"), "not approved yet"
    _approve(store, first)
    with store.reading() as connection:
        one = Decimal(rows.current(connection, [first])[first]["area_ha"])
    assert _facts(store) == (one, "measured")
    _approve(store, second)
    assert _facts(store) == (Decimal("27.6"), "declared"), "one of them is not measured"
    _draw(store, "0.01")
    assert _facts(store)[1] == "declared", "its own boundary counts, and is larger"
