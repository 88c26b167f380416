# SPDX-License-Identifier: Apache-2.0
"""What is stopped now, for whoever asks by keys."""

from collections.abc import Collection, Iterable

from sqlalchemy import RowMapping

from nguon.base.time import from_microseconds
from nguon.gs1 import key_hash
from nguon.stoplist import rules
from nguon.stoplist.model import Stop, StopKind
from nguon.store import Store
from nguon.store import stoplist as rows


def stopped(store: Store, keys: Collection[str], *, public: bool = False) -> dict[str, Stop]:
    """The gravest stop on each of these things; those that may be sold and moved are absent.

    A thing is stopped by itself, its lot, its product, a run of serials. ``public``: only by
    what anybody may be told. No older than two seconds, whichever process wrote it.
    """
    reached = {key: rules.reach(key) for key in keys}
    hashes = {key_hash(one) for some in reached.values() for one in some}
    with store.reading() as connection:
        if not rows.head(connection).standing:
            return {}
        standing = [made(row) for row in rows.standing(connection, hashes)]
    return judged(standing, reached.items(), public=public)


def judged(
    standing: Collection[Stop],
    reached: Iterable[tuple[str, Collection[str]]],
    *,
    public: bool,
) -> dict[str, Stop]:
    """The gravest of some stops for each thing, by the keys that reach it."""
    found = {}
    for key, some in reached:
        mine = (
            one for one in standing if (one.public or not public) and rules.covers(one, key, some)
        )
        if (worst := rules.gravest(mine)) is not None:
            found[key] = worst
    return found


def of_source(store: Store, source: str, *, limit: int = 1000) -> list[Stop]:
    """The stops from a recall or a hold, lifted ones too."""
    with store.reading() as connection:
        return [made(row) for row in rows.of_source(connection, source, limit=limit)]


def made(row: RowMapping) -> Stop:
    """A stop as its row has it."""
    lifted = row["lifted"]
    return Stop(
        id=f"{row['cause']}-{row['number']}",
        kind=tuple(StopKind)[row["kind"]],
        key=row["key"],
        last=row["last"],
        source=row["source"],
        reason=row["reason"],
        level=row["level"],
        mandatory=bool(row["mandatory"]),
        words_vi=row["words_vi"],
        words_en=row["words_en"],
        public=bool(row["public"]),
        since=from_microseconds(row["since"]),
        lifted=None if lifted is None else from_microseconds(lifted),
    )
