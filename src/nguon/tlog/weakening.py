# SPDX-License-Identifier: Apache-2.0
"""Whether a policy asks for less than the one before: the downgrade by a swapped file.

The last policy that was as strong as any before is kept beside what was signed, so that
nobody who changes the file alone can do so unseen, whether the server runs or not.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import msgspec

from nguon.base.errors import NguonError
from nguon.tlog.service import Tlog
from nguon.transparency.errors import PolicyError
from nguon.transparency.policies import NONE, Policy, Witness, read_policy

_LOG = logging.getLogger(__name__)
_TABLE = "CREATE TABLE IF NOT EXISTS policy (one INTEGER PRIMARY KEY CHECK (one = 1), text BLOB)"
_KEEP = "INSERT OR REPLACE INTO policy VALUES (1, ?)"


class Weakening(msgspec.Struct, frozen=True):
    """The present policy is weaker: it is satisfied by fewer witnesses that were known before."""

    before: int
    """Witnesses that the former policy needs at least."""
    now: int
    """Witnesses of the former policy that the present one needs at least."""


def least(policy: Policy, cost: Callable[[Witness], int] = lambda _: 1) -> int:
    """The fewest witnesses that satisfy a policy, or the least of what they cost together."""
    costs = {name: cost(each) for name, each in policy.witnesses.items()}
    for name, group in policy.groups.items():
        members = sorted(costs[member] for member in group.members)
        costs[name] = sum(members[: group.threshold])
    return 0 if policy.quorum == NONE else costs[policy.quorum]


def weakening(before: Policy, now: Policy) -> Weakening | None:
    """What the present policy asks for less; a witness that is new counts for nothing here."""
    trusted = {each.key.public for each in before.witnesses.values()}
    needed = least(before)
    remains = least(now, lambda witness: witness.key.public in trusted)
    return Weakening(needed, remains) if remains < needed else None


class Policies:
    """The policy of a log as its file says it now, compared with the strongest before."""

    def __init__(self, tlog: Tlog) -> None:
        self._tlog = tlog
        self._last: Policy | None = None
        self._trouble: str | None = None
        self.weakened: Weakening | None = None

    def read(self) -> Policy | None:
        """The policy; while its file cannot be read the last one, None before the log begins.

        A weaker one is followed, and told: `weakened` stays until it is accepted.
        """
        try:
            found = self._tlog.policy()
        except NguonError as error:
            self._told("the policy of the witnesses stays as it was", error)
            return self._last
        try:
            if found is not None and (found != self._last or self.weakened):
                self.weakened = self._judged(found)
            self._trouble = None
        except sqlite3.Error as error:
            self._told("the policy cannot be compared with the one before", error)
        self._last = found
        return found

    def accept(self) -> None:
        """Remember the present policy, weaker or not: somebody answers for it.

        Raises `PolicyError` for a malformed one.
        """
        policy = self._tlog.policy()
        if policy is not None:
            with self._state() as state:
                state.execute(_KEEP, (written(policy),))
            self.weakened = None

    def _told(self, what: str, error: Exception) -> None:
        if str(error) != self._trouble:
            _LOG.warning("%s: %s", what, error)
        self._trouble = str(error)

    def _judged(self, policy: Policy) -> Weakening | None:
        with self._state() as state:
            row = state.execute("SELECT text FROM policy").fetchone()
            found = weakening(_read(row[0]), policy) if row else None
            if found is None:
                state.execute(_KEEP, (written(policy),))
        if found is not None and found != self.weakened:
            _LOG.warning("the policy asks for %d of %d witnesses", found.now, found.before)
        return found

    @contextmanager
    def _state(self) -> Iterator[sqlite3.Connection]:
        # A state that is lost must stay so: the log refuses to sign without it.
        place = f"{self._tlog.files.state.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(place, timeout=10, isolation_level=None, uri=True)) as state:
            state.execute(_TABLE)
            yield state


def written(policy: Policy) -> bytes:
    """The witnesses, groups and quorum as a file says them; addresses and logs do not matter."""
    lines = [f"witness {name} {each.key}" for name, each in policy.witnesses.items()]
    for name, group in policy.groups.items():
        lines.append(f"group {name} {group.threshold} {' '.join(group.members)}")
    text = "\n".join([*lines, f"quorum {policy.quorum}", ""])
    return text.encode("utf-8", "surrogateescape")


def _read(text: bytes) -> Policy:
    try:
        return read_policy(text)
    except PolicyError:
        return Policy((), {}, {}, NONE)
