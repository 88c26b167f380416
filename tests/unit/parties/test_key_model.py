# SPDX-License-Identifier: Apache-2.0
"""The state of a key from any sequence of steps; what a key is for, as people write it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.parties.keys.errors import PartyKeyError
from nguon.parties.keys.model import (
    Custody,
    KeyAction,
    KeyScope,
    KeyState,
    KeyStep,
    PartyKey,
)
from nguon.parties.keys.scopes import scope
from nguon.signing.keys import Algorithm, PrivateKey

T0 = datetime(2026, 1, 1, tzinfo=UTC)
PUBLIC = PrivateKey(Algorithm.EDDSA, bytes([7]) * 32).public
LIFE = 100


def hour(number: int) -> datetime:
    return T0 + timedelta(hours=number)


def key(*actions: tuple[KeyAction, int], until: int | None = LIFE) -> PartyKey:
    """A key bound in hour 0; then what became of it, in hours; entries are ten apart."""
    said = ((KeyAction.BIND, 0), *actions)
    return PartyKey(
        kid=PUBLIC.thumbprint,
        organisation=1,
        party="htx",
        public=PUBLIC,
        custody=Custody.OWN,
        name="",
        scope=KeyScope(),
        valid_from=hour(1),
        valid_to=None if until is None else hour(until),
        steps=tuple(
            KeyStep(
                action=action,
                at=hour(at),
                seq=10 * (number + 1),
                organisation=1,
                by="x",
                until=hour(at + 5) if action is KeyAction.REPLACE else None,
            )
            for number, (action, at) in enumerate(said)
        ),
    )


@st.composite
def lives(draw: st.DrawFn) -> list[tuple[KeyAction, int]]:
    later = [one for one in KeyAction if one is not KeyAction.BIND]
    times = sorted(draw(st.lists(st.integers(1, LIFE + 5), max_size=8)))
    return [(draw(st.sampled_from(later)), at) for at in times]


def expected(said: list[tuple[KeyAction, int]], at: int) -> KeyState:
    """The rule told again, step by step, as a machine of its own."""
    state, end, halted = KeyState.ACTIVE, LIFE, False
    for action, when in said:
        if when > at:
            break
        if action is KeyAction.REVOKE:
            return KeyState.REVOKED
        if action is KeyAction.REPLACE:
            end = min(end, when + 5)
        halted = {KeyAction.SUSPEND: True, KeyAction.RESUME: False}.get(action, halted)
    if at < 1:
        state = KeyState.NOT_YET
    elif halted:
        state = KeyState.SUSPENDED
    elif at >= end:
        state = KeyState.EXPIRED
    return state


@given(lives(), st.integers(0, LIFE + 10))
def test_the_state_of_a_key_after_any_steps(said: list[tuple[KeyAction, int]], at: int) -> None:
    assert key(*said).standing(hour(at)) is expected(said, at)


@given(lives(), st.integers(0, LIFE + 10), st.integers(0, 20))
def test_what_comes_later_changes_nothing_of_before(
    said: list[tuple[KeyAction, int]], at: int, more: int
) -> None:
    before = key(*said).standing(hour(at))
    after = key(*said, (KeyAction.REVOKE, max([at, *(when for _, when in said)]) + 1 + more))
    assert after.standing(hour(at)) is before
    assert after.standing(hour(LIFE + 200)) is KeyState.REVOKED


def test_the_order_of_the_log_decides_where_times_are_the_same() -> None:
    revoked = key((KeyAction.REVOKE, 5))
    assert revoked.standing(hour(5)) is KeyState.REVOKED
    assert revoked.standing(hour(5), seq=19) is KeyState.ACTIVE
    assert revoked.standing(hour(5), seq=21) is KeyState.REVOKED
    assert revoked.standing(hour(5), seq=9) is KeyState.NOT_YET


def test_a_replaced_key_ends_as_was_said() -> None:
    replaced = key((KeyAction.REPLACE, 10), until=None)
    assert replaced.standing(hour(14)) is KeyState.ACTIVE
    assert replaced.standing(hour(15)) is KeyState.EXPIRED
    assert replaced.ends(hour(9)) is None
    assert replaced.ends(hour(10)) == hour(15)


def test_scopes_are_brought_into_one_spelling() -> None:
    found = scope([" 8931234 ", "01/08931234", "8931234", ""], ["vn-area:VN-DLOR-0017"])
    assert found == KeyScope(("01/08931234", "8931234"), ("vn-area:VN-DLOR-0017",))
    assert not found.whole
    assert scope().whole


@pytest.mark.parametrize("word", ["abc", "01", "0", "123", "01/ 1", "1234567890123", "01/1/2/3/4"])
def test_a_scope_that_cannot_be(word: str) -> None:
    with pytest.raises(PartyKeyError) as error:
        scope([word])
    assert error.value.code == "party-keys.scope"


@pytest.mark.parametrize("word", ["414/123", "vn-place:X", "8931234"])
def test_a_place_that_cannot_be(word: str) -> None:
    with pytest.raises(PartyKeyError) as error:
        scope([], [word])
    assert error.value.params["field"] == "places"


def test_too_many_scopes() -> None:
    with pytest.raises(PartyKeyError) as error:
        scope([str(number) for number in range(10_000, 10_101)])
    assert error.value.code == "party-keys.scope-many"
