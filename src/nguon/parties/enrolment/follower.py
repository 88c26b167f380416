# SPDX-License-Identifier: Apache-2.0
"""Asks the register again about enrolled organisations, and ends what is over; a quiet thread.

Of several processes each takes organisations that no other has; what a killed
process had taken is due again after ten minutes.
"""

import logging
import threading
from datetime import datetime, timedelta

from nguon.base.time import to_microseconds
from nguon.parties.enrolment import hearing, queries, records, standing, steps
from nguon.parties.enrolment.errors import EnrolmentConflictError
from nguon.parties.enrolment.model import RUNNING, State
from nguon.parties.enrolment.office import office_of
from nguon.parties.register.errors import RegisterError
from nguon.parties.register.model import RegisterEntry, RegisterState
from nguon.store import Store
from nguon.store import business_register as answers
from nguon.store import enrolment as rows

_LOG = logging.getLogger(__name__)
_TAKEN = timedelta(minutes=10)
_AT_ONCE = 20
_IDLE = 60.0
_TROUBLE = 300.0


class Follower:
    """The thread that keeps enrolled organisations level with the register."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts the thread."""
        self._thread = threading.Thread(target=self._run, name="register", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops after the organisation at hand."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def turn(self, now: datetime | None = None) -> int:
        """End what is over and ask about whom it is due; gives how many were asked about."""
        moment = now or steps.now()
        _end(self._store, moment)
        if office_of(self._store).register is None:
            return 0
        with self._store.transaction() as connection:
            at, until = to_microseconds(moment), to_microseconds(moment + _TAKEN)
            taken = answers.take_due(connection, at, until, _AT_ONCE)
        asked = 0
        for row in taken:
            if self._stopping.is_set():
                break
            check(self._store, row["organisation"], row["code"], moment)
            asked += 1
        return asked

    def _run(self) -> None:
        rest = 0.0
        while not self._stopping.wait(rest):
            try:
                rest = 0.0 if self.turn() == _AT_ONCE else _IDLE
            except Exception as error:  # noqa: BLE001 - it is asked later, the server goes on
                _LOG.warning("the register could not be followed: %s", error, exc_info=True)
                rest = _TROUBLE


def check(store: Store, organisation: int, code: str, now: datetime) -> RegisterState:
    """Ask the register anew about an organisation, and have its keys follow the answer.

    A register that does not answer changes nothing; one that knows the code no more leaves
    the organisation as unknown.
    """
    register = office_of(store).register
    assert register is not None
    try:
        entry = register.ask(code)
    except RegisterError as error:
        with store.transaction() as connection:
            hearing.silent(connection, organisation, code, error.code, now)
        return RegisterState.UNKNOWN
    told = entry or _nothing(code, now)
    with store.transaction() as connection:
        hearing.heard(connection, organisation, code, told, now)
    queries.forget(store, organisation)
    standing.follow(store, organisation, told.state)
    return told.state


def _nothing(code: str, now: datetime) -> RegisterEntry:
    return RegisterEntry(
        code=code,
        name="",
        kind="",
        state=RegisterState.UNKNOWN,
        as_of=now.date(),
        source="",
    )


def _end(store: Store, now: datetime) -> None:
    """Enrolments whose deadline or whose end is over stand so."""
    with store.reading() as connection:
        over = rows.overdue(connection, [state.value for state in RUNNING], to_microseconds(now))
    for row in over:
        found = records.enrolment(row)
        state = State.LAPSED if found.state is State.ACTIVE else State.EXPIRED
        try:
            with store.transaction() as connection:
                steps.move(connection, found, state, steps.PLATFORM, now)
        except EnrolmentConflictError:
            continue
