# SPDX-License-Identifier: Apache-2.0
"""Standings on two time axes, on both databases, against a model that is plainly right."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nguon.registry import history
from nguon.registry.history import OPERATOR, Actor, Recording, Standing, Status
from nguon.registry.model import Register
from nguon.store import Store

OFFICER = Actor(7, "officer")
CODE = "planting-area/VN-DLOR-0017"
_numbers = count(1)


def _day(number: int) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)


def _record(store: Store, status: Status, begin: int, end: int | None, known: int) -> int:
    with store.transaction() as connection:
        return history.record(
            connection,
            Register.CERTIFICATE,
            CODE,
            status,
            valid_from=_day(begin),
            valid_to=None if end is None else _day(end),
            by=OFFICER,
            reason="pest-found",
            document="d1",
            known=_day(known),
        )


def _status(store: Store, at: int, known: int | None = None) -> Status:
    learned = None if known is None else _day(known)
    found = history.standing(store, Register.CERTIFICATE, [CODE], at=_day(at), known=learned)
    return found[CODE].status


def test_a_suspension_learned_late(store: Store) -> None:
    """Approved from day 0; on day 20 we learn that it was suspended from day 10 to day 30."""
    _record(store, Status.APPROVED, 0, None, 0)
    number = _record(store, Status.SUSPENDED, 10, 30, 20)
    assert [_status(store, at) for at in (-1, 0, 9, 10, 29, 30)] == [
        Status.DECLARED,
        Status.APPROVED,
        Status.APPROVED,
        Status.SUSPENDED,
        Status.SUSPENDED,
        Status.APPROVED,
    ]
    assert _status(store, 15, known=15) is Status.APPROVED
    assert _status(store, 15, known=20) is Status.SUSPENDED
    whole = history.standing(store, Register.CERTIFICATE, [CODE], at=_day(10))[CODE]
    assert whole == Standing(
        Status.SUSPENDED,
        _day(10),
        _day(30),
        _day(20),
        OFFICER,
        "pest-found",
        document="d1",
        number=number,
    )
    assert [one.status for one in history.history(store, Register.CERTIFICATE, CODE)] == [
        Status.APPROVED,
        Status.SUSPENDED,
    ]


def test_what_holds_for_no_time_changes_nothing_and_is_kept(store: Store) -> None:
    _record(store, Status.APPROVED, 0, None, 0)
    _record(store, Status.SUBMITTED, 5, 5, 5)
    assert _status(store, 5) is Status.APPROVED
    assert len(history.history(store, Register.CERTIFICATE, CODE)) == 2


def test_the_clock_may_go_back_and_the_order_of_recording_stays(store: Store) -> None:
    _record(store, Status.APPROVED, 0, None, 10)
    _record(store, Status.REVOKED, 0, None, 3)
    assert _status(store, 1) is Status.REVOKED
    rows = history.history(store, Register.CERTIFICATE, CODE)
    assert [row.recorded for row in rows] == [_day(10), _day(10)]


def test_entries_and_registers_are_apart(store: Store) -> None:
    _record(store, Status.APPROVED, 0, None, 0)
    for register, key in ((Register.PLACE, CODE), (Register.CERTIFICATE, f"{CODE}1")):
        found = history.standing(store, register, [key], at=_day(5))
        assert found == {key: Standing(Status.DECLARED)}
        assert history.history(store, register, key) == []


def test_many_keys_take_few_statements(store: Store) -> None:
    keys = [f"414/{number:013}" for number in range(1_200)]
    with store.transaction() as connection:
        recordings = [Recording(key, Status.APPROVED, _day(0), OPERATOR) for key in keys]
        numbers = history.record_all(connection, Register.PLACE, recordings)
    assert len(numbers) == 1_200
    found = history.standing(store, Register.PLACE, [*keys, "414/x"], at=_day(1))
    assert [one for one in found.values() if one.status is not Status.APPROVED] == [
        Standing(Status.DECLARED)
    ]
    assert [found[key].number for key in keys] == list(numbers)


def test_a_failed_transaction_records_nothing(store: Store) -> None:
    def failing() -> None:
        with store.transaction() as connection:
            history.record(
                connection, Register.PLACE, "x", Status.APPROVED, valid_from=_day(0), by=OPERATOR
            )
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    assert history.history(store, Register.PLACE, "x") == []


@pytest.mark.parametrize(
    ("scheme", "number", "key"),
    [
        ("planting-area", "vn dlor 0017", "planting-area/VN-DLOR-0017"),
        ("packing-house", "VNDTPH-0001", "packing-house/VN-DTPH-0001"),
        ("vietgap", "VietGAP-TT 1/a", "vietgap/VietGAP-TT 1/a"),
    ],
)
def test_keys_of_certificates(scheme: str, number: str, key: str) -> None:
    assert history.certificate_key(scheme, number) == key


def test_the_certificate_of_a_code() -> None:
    assert history.code_key("vn-area:VN-DLOR-0017") == CODE
    assert history.code_key("vn-pack:VN-DTPH-0001") == "packing-house/VN-DTPH-0001"
    assert history.code_key("414/9521101000009") is None


_ROWS = st.lists(
    st.tuples(
        st.sampled_from(list(Status)),
        st.integers(0, 8),
        st.none() | st.integers(0, 8),
        st.integers(0, 8),
    ),
    max_size=8,
)


@given(_ROWS)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_it_answers_as_the_plain_model_does(
    store: Store, steps: list[tuple[Status, int, int | None, int]]
) -> None:
    key = f"model/{next(_numbers)}"
    model: list[tuple[Status, int, int | None, int]] = []
    with store.transaction() as connection:
        for status, begin, end, clock in steps:
            learned = max([clock, *(row[3] for row in model)])
            model.append((status, begin, end, learned))
            history.record(
                connection,
                Register.PLACE,
                key,
                status,
                valid_from=_day(begin),
                valid_to=None if end is None else _day(end),
                by=OPERATOR,
                known=_day(clock),
            )
    with store.reading() as connection:
        for at in range(9):
            for known in range(9):
                expected = Status.DECLARED
                for status, begin, end, learned in model:
                    if learned <= known and begin <= at and (end is None or at < end):
                        expected = status
                found = history.standing_in(
                    connection, Register.PLACE, [key], at=_day(at), known=_day(known)
                )
                assert found[key].status is expected
