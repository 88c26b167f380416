# SPDX-License-Identifier: Apache-2.0
"""The verifier with what this installation knows: its policy, its checker of anchors."""

from pathlib import Path

from nguon.evidence.findings import Code, Finding, fails, held, left_open
from nguon.evidence.verifying import AnchorCheck
from nguon.tlog import policy
from nguon.tlog.anchors import rfc3161
from nguon.tlog.anchors.checker import AnchorError, UncheckedError, checker
from nguon.tlog.keys import Keys
from nguon.tlog.model import LogFiles
from nguon.tlog.state import State
from nguon.transparency.policies import Policy


def own_policy(files: LogFiles) -> Policy | None:
    """Our witnesses and the keys of all our shards, from the files alone; None where the log
    was not begun. Raises `LogError`, `PolicyError`.
    """
    state, keys = State(files.state), Keys(files.keys)
    try:
        shards = state.shards()
    finally:
        state.close()
    return policy.read(files.policy, [key for shard in shards for key in keys.public(shard)])


def anchor_checks(certificates: Path | None) -> dict[str, AnchorCheck]:
    """Checkers of the kinds of anchors that can be checked without a network.

    Raises `AnchorError` for certificates that cannot be read.
    """
    check = checker(certificates)

    def judge(note: bytes, token: bytes) -> Finding:
        kind = rfc3161.NAME
        try:
            found = check(kind, token, note)
        except UncheckedError as error:
            return left_open(Code.ANCHOR, error.code, **{**error.params, "kind": kind})
        except AnchorError as error:
            return fails(Code.ANCHOR, error.code, **{**error.params, "kind": kind})
        return held(Code.ANCHOR, kind=f"{kind}, {found.by}", time=found.time)

    return {rfc3161.NAME: judge}
