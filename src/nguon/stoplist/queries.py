# SPDX-License-Identifier: Apache-2.0
"""What is stopped now, for whoever asks by keys."""

from collections.abc import Collection

from sqlalchemy import Connection, RowMapping

from nguon.base.time import from_microseconds
from nguon.gs1 import key_hash
from nguon.stoplist import rules, ties
from nguon.stoplist.guard import Known, guard_of
from nguon.stoplist.model import Stop, StopKind
from nguon.stoplist.rules import Reached
from nguon.store import Store
from nguon.store import stoplist as rows


def stopped(store: Store, keys: Collection[str], *, public: bool = False) -> dict[str, Stop]:
    """The gravest stop on each of these things; those that may be sold and moved are absent.
    As `every`.
    """
    found = every(store, keys, public=public)
    return {key: one for key, some in found.items() if (one := rules.gravest(some)) is not None}


def every(
    store: Store, keys: Collection[str], *, public: bool = False
) -> dict[str, tuple[Stop, ...]]:
    """All stops on each of these things; those that may be sold and moved are absent.

    A thing is stopped by itself, its lot (also where only a record ties it to the lot), its
    product, a run of serials, or by a place that it was at. ``public``: only by what anybody
    may be told. No older than two seconds, whichever process wrote it.
    """
    known = guard_of(store).known()
    if known is not None and not known.standing:
        return {}
    reached = {key: rules.reach(key) for key in keys}
    loose = _loose(reached, known)
    if known is not None and not (loose or known.places or known.may_stop(_hashes(reached))):
        return {}
    with store.reading() as connection:
        _tie(store, connection, reached, loose, known)
        hashes = _hashes(reached)
        if known is not None and not known.may_stop(hashes):
            return {}
        standing = [made(row) for row in rows.standing(connection, hashes)]
    told = [one for one in standing if one.public or not public]
    found = {
        key: tuple(one for one in told if rules.covers(one, key, some))
        for key, some in reached.items()
    }
    return {key: some for key, some in found.items() if some}


def _loose(reached: Collection[str], known: Known | None) -> set[str]:
    """Pieces that a record may tie to a stopped lot."""
    if known is not None and not known.lots:
        return set()
    return {
        key
        for key in reached
        if rules.serial_of(key) and (known is None or rules.product_of(key) in known.lots)
    }


def _hashes(reached: dict[str, Reached]) -> set[int]:
    return {key_hash(one) for some in reached.values() for one in (*some.keys, *some.places)}


def _tie(
    store: Store,
    connection: Connection,
    reached: dict[str, Reached],
    loose: set[str],
    known: Known | None,
) -> None:
    """Add what records tie the things to: the lots of pieces, and stopped places."""
    if loose:
        for key, lots in ties.lots_of(store, connection, loose).items():
            reached[key] = rules.reach(key, lots)
    places = rows.places_after(connection, 0) if known is None else known.places
    if places:
        for key, found in ties.places_of(connection, reached, places).items():
            reached[key] = reached[key]._replace(places=found)


def holding(
    store: Store, containers: Collection[str], *, public: bool = False
) -> dict[str, tuple[str, Stop]]:
    """For each container that has something stopped inside: the gravest of it, and its stop."""
    known = guard_of(store).known()
    if known is not None and not known.standing:
        return {}
    inside = ties.inside(store, [key for key in containers if key.startswith("00/")])
    found = stopped(store, set[str]().union(*inside.values()), public=public)
    told = {}
    for container, some in inside.items():
        mine = {found[key].id: key for key in some if key in found}
        worst = rules.gravest(found[key] for key in mine.values())
        if worst is not None:
            told[container] = mine[worst.id], worst
    return told


def with_contents(store: Store, things: Collection[str]) -> dict[str, tuple[Stop, ...]]:
    """All stops on each of these things, and on what is inside those that are containers."""
    known = guard_of(store).known()
    if known is not None and not known.standing:
        return {}
    inside = ties.inside(store, [key for key in things if key.startswith("00/")])
    found = every(store, set(things).union(*inside.values()))
    told = {
        key: dict.fromkeys(
            one for part in (key, *inside.get(key, ())) for one in found.get(part, ())
        )
        for key in things
    }
    return {key: tuple(some) for key, some in told.items() if some}


def of_source(
    store: Store, source: str, *, limit: int = 1000, standing: bool = False
) -> list[Stop]:
    """The stops from a recall or a hold, lifted ones too unless ``standing``."""
    with store.reading() as connection:
        found = rows.of_source(connection, source, limit=limit, standing=standing)
    return [made(row) for row in found]


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
