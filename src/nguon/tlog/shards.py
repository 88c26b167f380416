# SPDX-License-Identifier: Apache-2.0
"""Beginning the log, once, and cutting it: where one shard ends and the next begins."""

import msgspec
from sqlalchemy import Connection

from nguon.base.canonical_json import canonical
from nguon.store import Store
from nguon.store import shards as rows
from nguon.store.shards import ShardRow
from nguon.store.statements import Statement
from nguon.store.values import EntryKind
from nguon.tlog.ending import Ending
from nguon.tlog.errors import LogError, RefusedError
from nguon.tlog.keys import Keys
from nguon.tlog.model import Shard
from nguon.tlog.state import State
from nguon.transparency.armour import armoured
from nguon.transparency.growing import Edge
from nguon.transparency.keys import Key

STATEMENT = "shard"


def origin_of(base_url: str, name: str) -> str:
    """The origin of a shard: the address under which it is served, without its scheme."""
    return f"{base_url.partition('://')[2].rstrip('/')}/log/{name}"


def read(store: Store) -> tuple[Shard, ...]:
    """The shards that the database knows, in order."""
    with store.reading() as connection:
        return tuple(Shard(*row) for row in rows.shards(connection))


def begin(store: Store, state: State, keys: Keys, base_url: str, now: int) -> tuple[Shard, ...]:
    """The first shard, where there never was a log: no rows, no state with a signature, no key.

    The database's transaction comes last, so that a beginning that was interrupted is done
    again. Raises `RefusedError` where there was one: what is missing must be put back.
    """
    with store.reading() as connection:
        begun = rows.begun(connection)
    first = Shard(1, "1", origin_of(base_url, "1"), 1)
    _check_beginning(state, keys, begun=begun)
    state.begin(first, now)
    keys.add(first, now)
    with store.transaction() as connection:
        if not rows.begun(connection):
            rows.begin(connection, row_of(first), now)
    return read(store)


def _check_beginning(state: State, keys: Keys, *, begun: bool) -> None:
    if begun:
        raise RefusedError("tlog.shards-lost")
    if any(state.signed(shard.number) for shard in state.shards()):
        raise RefusedError("tlog.database-foreign", path=str(state.path))
    if keys.seeds() and not state.there():
        raise RefusedError("tlog.state-lost", path=str(state.path))


def cut(store: Store, state: State, keys: Keys, ending: Ending, new: Shard, now: int) -> Shard:
    """End a shard and begin the next (`next_after`), while nobody else can add an entry.

    The old one's last entry but one is a head of its map over all before, so that completeness
    is shown of each; the last names its successor and that one's key; the first entry of the
    new one names the final size and root of the old.

    Raises:
        LogError: the shard ended meanwhile.
        ProofError: its files are not what was signed.
        ArchiveError: its map cannot be built.
    """
    old = ending.shard
    closing = _closing(old, new, keys.add(new, now))
    with store.transaction() as connection:
        last = store.log.take(connection).seq
        if not grows(connection, old):
            raise LogError("tlog.shard-ended", shard=old.name)
        head = bytes(ending.head(last))
        store.log.add_entry(connection, EntryKind.MAP, head)
        end = store.log.state(connection, closing)
        rows.end(connection, old.number, end)
        new = msgspec.structs.replace(new, first=end + 1)
        signed = state.reached(old.number)[:2]
        final = ending.final(signed, last, [head, closing.leaf(b"")])
        state.begin(new, now)
        rows.add(connection, row_of(new))
        store.log.state(connection, _opening(old, new, final))
    return new


def grows(connection: Connection, shard: Shard) -> bool:
    """Whether a shard can still be added to, as a transaction sees it that holds the log."""
    return rows.shards(connection)[-1].number == shard.number


def next_after(old: Shard, base_url: str) -> Shard:
    """What the next shard is called; its first entry is not known yet."""
    name = str(old.number + 1)
    return Shard(old.number + 1, name, origin_of(base_url, name), 0)


def _closing(old: Shard, new: Shard, key: Key) -> Statement:
    successor = {"key": str(key), "name": new.name, "origin": new.origin}
    return _statement({"origin": old.origin, "shard": old.name, "successor": successor})


def _opening(old: Shard, new: Shard, final: Edge) -> Statement:
    ended = {"name": old.name, "origin": old.origin, "root": armoured(final.root())}
    predecessor = ended | {"size": final.size}
    return _statement({"origin": new.origin, "predecessor": predecessor, "shard": new.name})


def _statement(body: dict[str, object]) -> Statement:
    return Statement(STATEMENT, canonical(body), public=True)


def row_of(shard: Shard) -> ShardRow:
    """A shard as the database has it."""
    return ShardRow(shard.number, shard.name, shard.origin, shard.first, shard.last)
