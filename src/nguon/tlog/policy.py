# SPDX-License-Identifier: Apache-2.0
"""Whose cosignatures we ask for: the policy file, with our own keys as its logs."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from nguon.tlog.errors import LogError
from nguon.transparency.keys import Key
from nguon.transparency.policies import NONE, Log, Policy, read_policy


def read(path: Path, ours: Iterable[Key]) -> Policy | None:
    """The file's policy, that of no witness where there is none; None where we have no key.

    Raises:
        LogError: the file cannot be read.
        PolicyError: its content is malformed.
    """
    logs = tuple(Log(key) for key in ours)
    try:
        kept = read_policy(path.read_bytes())
    except FileNotFoundError:
        return Policy(logs, {}, {}, NONE) if logs else None
    except OSError as error:
        raise LogError("tlog.policy-unreadable", path=str(path), reason=error.strerror) from error
    known = {log.key for log in kept.logs}
    more = tuple(log for log in logs if log.key not in known)
    return msgspec.structs.replace(kept, logs=(*kept.logs, *more))
