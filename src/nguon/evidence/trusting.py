# SPDX-License-Identifier: Apache-2.0
"""Whether a checkpoint is to be trusted: who signed, who cosigned, and when."""

from nguon.evidence.findings import Code, Finding, fails, held, left_open, refused
from nguon.transparency.checkpoints import open_checkpoint
from nguon.transparency.errors import NoteError
from nguon.transparency.judging import Clock
from nguon.transparency.keys import Kind
from nguon.transparency.notes import Verified, known
from nguon.transparency.policies import NONE, Policy


def judge_checkpoint(note: bytes, policy: Policy, clock: Clock) -> list[Finding]:
    """Signature of the log, quorum of the witnesses, age."""
    try:
        seen = open_checkpoint(note, known(policy.keys))
    except NoteError as error:
        return [
            refused(Code.LOG_SIGNATURE, error),
            left_open(Code.WITNESSES, "evidence.rests"),
            left_open(Code.FRESH, "evidence.rests"),
        ]
    told = seen.checkpoint
    witnessed = _witnessed(seen.opened.verified, policy, clock)
    return [
        held(Code.LOG_SIGNATURE, origin=told.origin, size=told.size),
        witnessed,
        _fresh(seen.opened.verified, policy, clock, witnessed),
    ]


def _times(verified: tuple[Verified, ...], clock: Clock) -> dict[bytes, int]:
    """The newest time that counts of each witness's key."""
    times: dict[bytes, int] = {}
    for each in verified:
        if each.key.kind is Kind.COSIGNATURE and clock.allows(each.time):
            times[each.key.public] = max(each.time, times.get(each.key.public, 0))
    return times


def _witnessed(verified: tuple[Verified, ...], policy: Policy, clock: Clock) -> Finding:
    times = _times(verified, Clock(clock.now))
    names = [name for name, each in policy.witnesses.items() if each.key.public in times]
    params = {
        "quorum": policy.quorum,
        "names": ", ".join(names),
        "count": len(names),
        "time": max(times.values(), default=None),
    }
    if policy.quorum == NONE:
        return left_open(Code.WITNESSES, "evidence.no-quorum", **params)
    if policy.satisfied(times):
        return held(Code.WITNESSES, **params)
    return fails(Code.WITNESSES, "transparency.quorum", given=params["names"] or "–", **params)


def _fresh(
    verified: tuple[Verified, ...], policy: Policy, clock: Clock, witnessed: Finding
) -> Finding:
    if not witnessed.holds:
        asked = witnessed.holds is not None
        return left_open(Code.FRESH, "evidence.rests" if asked else "evidence.no-quorum")
    params = {"time": witnessed.params["time"], "most": clock.oldest}
    if clock.oldest is None:
        return left_open(Code.FRESH, "evidence.no-age", **params)
    if policy.satisfied(_times(verified, clock)):
        return held(Code.FRESH, **params)
    return fails(Code.FRESH, "evidence.too-old", **params)
