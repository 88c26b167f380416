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

    A change that the file has and the log not, because it was interrupted, is told then.

    Raises:
        LogError: there are two already.
        RefusedError: there is none.
    """
    both = tlog.log_keys(shard)
    if len(both) > 1 and not _told(tlog, shard, _beside(*both)):
        new, old = both
    else:
        old, new = tlog.keys.rotate(shard, now)
    _tell(tlog, shard, _beside(new, old))
    return new


def retire(tlog: Tlog, shard: Shard) -> Key:
    """The old key signs no more; raises `LogError` where there is one alone.

    A change that the file has and the log not is told then.
    """
    signing = tlog.log_keys(shard)
    retired = [key for key in tlog.keys.ever(shard) if key not in signing]
    if len(signing) == 1 and retired and not _told(tlog, shard, _retired(retired[-1])):
        old = retired[-1]
    else:
        old = tlog.keys.retire(shard)
    _tell(tlog, shard, _retired(old))
    return old


def _beside(new: Key, old: Key) -> dict[str, str]:
    return {"key": str(new), "signs-beside": str(old)}


def _retired(old: Key) -> dict[str, str]:
    return {"retired": str(old)}


def _about(shard: Shard) -> str:
    return f"{STATEMENT}/{shard.name}"


def _body(shard: Shard, said: dict[str, str]) -> bytes:
    return canonical({"origin": shard.origin, "shard": shard.name} | said)


def _told(tlog: Tlog, shard: Shard, said: dict[str, str]) -> bool:
    """Whether the log has this already."""
    body = _body(shard, said)
    return any(each.body == body for each in tlog.store.log.statements_of(_about(shard)))


def _tell(tlog: Tlog, shard: Shard, said: dict[str, str]) -> None:
    told = Statement(STATEMENT, _body(shard, said), public=True, about=(_about(shard),))
    with tlog.store.transaction() as connection:
        tlog.store.log.note(connection, told)
