# SPDX-License-Identifier: Apache-2.0
"""A shard's key changes: in the key file, and in the log for everybody to see."""

from nguon.base.canonical_json import canonical
from nguon.store.statements import Statement
from nguon.tlog.model import Shard
from nguon.tlog.service import Tlog
from nguon.transparency.keys import Key

STATEMENT = "log-key"


def rotate(tlog: Tlog, shard: Shard, now: int) -> Key:
    """A new key for a shard; both sign until the old one is retired.

    Raises:
        LogError: there are two already.
        RefusedError: there is none.
    """
    old, new = tlog.keys.rotate(shard, now)
    _tell(tlog, shard, {"key": str(new), "signs-beside": str(old)})
    return new


def retire(tlog: Tlog, shard: Shard) -> Key:
    """The old key signs no more; raises `LogError` where there is one alone."""
    old = tlog.keys.retire(shard)
    _tell(tlog, shard, {"retired": str(old)})
    return old


def _tell(tlog: Tlog, shard: Shard, said: dict[str, str]) -> None:
    body = {"origin": shard.origin, "shard": shard.name} | said
    with tlog.store.transaction() as connection:
        tlog.store.log.note(connection, Statement(STATEMENT, canonical(body), public=True))
