# SPDX-License-Identifier: Apache-2.0
"""Whether a checkpoint is to be believed under a policy: log, quorum, freshness."""

from collections.abc import Mapping

import msgspec

from nguon.transparency.checkpoints import Checkpoint, open_checkpoint
from nguon.transparency.errors import PolicyError
from nguon.transparency.keys import Key, Kind
from nguon.transparency.notes import Verified, known
from nguon.transparency.policies import Policy

FUTURE = 30
"""Seconds that a witness's clock may be ahead."""


class Believed(msgspec.Struct, frozen=True):
    """A checkpoint that satisfies a policy."""

    checkpoint: Checkpoint
    log: Key
    witnesses: Mapping[str, int]
    """Names of witnesses that count, with the latest time (seconds since 1970) of each."""


class Clock(msgspec.Struct, frozen=True):
    """Which cosignatures count: not from the future, not older than ``oldest`` seconds."""

    now: int
    oldest: int | None = None

    def allows(self, time: int) -> bool:
        """Whether a cosignature of this time counts."""
        if time > self.now + FUTURE:
            return False
        return self.oldest is None or time >= self.now - self.oldest


def believe(octets: bytes, policy: Policy, clock: Clock | None = None) -> Believed:
    """The checkpoint in a signed note, if the policy is satisfied.

    Without a clock every cosignature counts, however old. Raises `NoteError` for the note
    and its signatures, `PolicyError` when the quorum is missing.
    """
    seen = open_checkpoint(octets, known(policy.keys))
    origin = seen.checkpoint.origin
    times: dict[bytes, int] = {}
    for each in seen.opened.verified:
        if _counts(each, clock):
            times[each.key.public] = max(each.time, times.get(each.key.public, 0))
    if not policy.satisfied(times):
        given = policy.counted(times) & set(policy.witnesses)
        raise PolicyError(
            "transparency.quorum", quorum=policy.quorum, given=", ".join(sorted(given)) or "–"
        )
    log = next(
        each.key
        for each in seen.opened.verified
        if each.key.kind is Kind.SIGNATURE and each.key.name == origin
    )
    names = {
        name: times[w.key.public] for name, w in policy.witnesses.items() if w.key.public in times
    }
    return Believed(seen.checkpoint, log, names)


def _counts(each: Verified, clock: Clock | None) -> bool:
    if each.key.kind is not Kind.COSIGNATURE:
        return False
    return clock is None or clock.allows(each.time)
