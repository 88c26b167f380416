# SPDX-License-Identifier: Apache-2.0
"""One bit or row wrong in each place: the scrub names that place, and nothing else; it mends
nothing.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from nguon.capture.anew import recompute, recompute_all
from nguon.store import Store
from nguon.store.rows import own_name
from nguon.store.schema import metadata
from nguon.store.statements import Statement
from nguon.tlog.completing import Completer
from nguon.tlog.errors import LogBusyError
from nguon.tlog.scrub.findings import Finding, Round
from nguon.tlog.scrubbing import NAME, Scrubber
from nguon.tlog.service import Tlog
from tests.records import CONTEXT, PACKER, SHOP, event_json
from tests.tlog_made import tlog

__all__ = ["tlog"]

ERASED = 3


def fill(store: Store, count: int = 6) -> None:
    """Events as capture makes them; the third is erased, something is stated."""
    for number in range(1, count + 1):
        raw = json.dumps(event_json(number * 10)).encode()
        made = recompute(raw, CONTEXT)
        assert made is not None
        store.writer.submit([made], PACKER).result(60)
    store.erasure.erase([ERASED], reason="asked", by="officer")
    with store.transaction() as connection:
        store.log.note(connection, Statement("register.place", b'{"key":"414/1"}'))
        store.log.note(connection, Statement("log-key", b'{"a":1}', public=True))


@pytest.fixture
def scrubber(store: Store, tlog: Tlog, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scrubber]:
    monkeypatch.setattr("nguon.tlog.scrubbing._AGAIN", 0)
    fill(store)
    tlog.turn()
    completer = Completer(tlog)
    completer.once()
    tlog.turn()
    completer.close()
    one = Scrubber(tlog, recompute_all)
    yield one
    one.close()


def dump(store: Store) -> dict[str, list[Any]]:
    """Every row of every table."""
    with store.reading() as connection:
        return {
            name: sorted(map(repr, connection.execute(table.select())))
            for name, table in metadata.tables.items()
        }


def spoil(store: Store, statement: str, **values: Any) -> None:
    with store.transaction() as connection:
        done = connection.execute(text(statement), values)
        assert done.rowcount == 1, statement


def flipped(store: Store, table: str, column: str, condition: str, at: int = -1) -> None:
    """One bit of a blob."""
    with store.reading() as connection:
        query = text(f"SELECT {column} FROM {table} WHERE {condition}")
        octets = bytearray(connection.scalar(query))
    octets[at] ^= 1
    spoil(store, f"UPDATE {table} SET {column} = :new WHERE {condition}", new=bytes(octets))


@contextmanager
def restored(store: Store, name: str) -> Iterator[None]:
    """Afterwards the table is as it was."""
    table = metadata.tables[name]
    with store.reading() as connection:
        rows = [dict(row) for row in connection.execute(table.select()).mappings()]
    yield
    with store.transaction() as connection:
        connection.execute(table.delete())
        connection.execute(table.insert(), rows)


def test_a_sound_log_with_erased_events(store: Store, tlog: Tlog, scrubber: Scrubber) -> None:
    before = dump(store)
    done = scrubber.whole()
    assert done.findings == ()
    assert done.found == 0
    head = store.log.head().seq
    counted = {"entries": head, "event": 6, "tiles": 1, "event_digest": 18}
    assert counted.items() <= done.checked.items()
    assert done.checked["event_item"] == 25
    assert done.checked["map"] > 0
    assert scrubber.report().sound
    assert dump(store) == before


BITS = {
    ("event", "body", "id = 2"): ("scrub.body", "event.body"),
    ("event", "digest", "id = 2"): ("scrub.column", "event.digest"),
    ("event", "cbv_hash", "id = 2"): ("scrub.column", "event.cbv_hash"),
    ("event", "item_list", "id = 2"): ("scrub.items", "event.item_list"),
    ("log", "leaf", "seq = 2"): ("scrub.leaf", "log.leaf"),
    ("log", "salt", "seq = 2"): ("scrub.salt", "log.salt"),
}


def test_one_bit(store: Store, scrubber: Scrubber) -> None:
    for (table, column, condition), (code, place) in BITS.items():
        with restored(store, table):
            flipped(store, table, column, condition, at=40 if column == "leaf" else -1)
            found_alone(store, scrubber, Finding(code, place, 2, 2))
    for octet in range(4, 60, 5):
        with restored(store, "event"):
            flipped(store, "event", "body", "id = 2", at=octet)
            found_alone(store, scrubber, Finding("scrub.body", "event.body", 2, 2))
    with restored(store, "log_statement"):
        flipped(store, "log_statement", "body", "kind = 'register.place'")
        found_alone(store, scrubber, Finding("scrub.statement", "log_statement.body", 8))
    assert scrubber.whole().findings == ()


COLUMNS = {
    "time": "time + 1",
    "zone": "zone + 1",
    "type": "2",
    "action": "1",
    "correction": "1",
    "event_id": "'urn:uuid:other'",
    "submitter": "7",
}
ROWS = {
    "UPDATE event_item SET item = item + 1 WHERE event = 2 AND item ="
    " (SELECT max(item) FROM event_item WHERE event = 2)": "event_item",
    "UPDATE event_term SET time = time + 1 WHERE event = 2 AND term ="
    " (SELECT max(term) FROM event_term WHERE event = 2)": "event_term",
    "DELETE FROM event_digest WHERE event = 2 AND submitter = 1": "event_digest",
    "DELETE FROM event_digest WHERE event = 2 AND submitter = -1": "event_digest",
    "DELETE FROM event_digest WHERE event = 2 AND submitter = -2": "event_digest",
}
STRAYS = {
    "INSERT INTO event_item SELECT 5, 0, time, id, 1 FROM event WHERE id = 2": "event_item",
    "INSERT INTO event_term VALUES (5, 5, 2)": "event_term",
    "INSERT INTO event_digest SELECT cbv_hash, 5, id FROM event WHERE id = 2": "event_digest",
}


def test_one_row(store: Store, scrubber: Scrubber) -> None:
    for column, value in COLUMNS.items():
        with restored(store, "event"):
            spoil(store, f"UPDATE event SET {column} = {value} WHERE id = 2")
            found_alone(store, scrubber, Finding("scrub.column", f"event.{column}", 2, 2))
    for statement, table in ROWS.items():
        with restored(store, table):
            spoil(store, statement)
            found_alone(store, scrubber, Finding("scrub.index", table, 2, 2))
    for statement, table in STRAYS.items():
        with restored(store, table):
            spoil(store, statement)
            found_alone(store, scrubber, Finding("scrub.stray", table, 0, 2))
    assert scrubber.whole().findings == ()


def test_the_row_of_a_name_that_two_parties_use(
    store: Store, tlog: Tlog, scrubber: Scrubber
) -> None:
    raw = json.dumps(event_json(10) | {"disposition": "in_transit"}).encode()
    made = recompute(raw, CONTEXT)
    assert made is not None
    [receipt] = store.writer.submit([made], SHOP).result(60)
    tlog.turn()
    assert scrubber.whole().findings == ()
    own = f"event = {receipt.event} AND submitter = {own_name(SHOP.organisation)}"
    with restored(store, "event_digest"):
        spoil(store, f"DELETE FROM event_digest WHERE {own}")
        lost = Finding("scrub.index", "event_digest", receipt.seq, receipt.event)
        found_alone(store, scrubber, lost)
    with restored(store, "event_digest"):
        row = f"SELECT digest, -99, event FROM event_digest WHERE {own}"
        spoil(store, f"INSERT INTO event_digest {row}")
        found_alone(store, scrubber, Finding("scrub.stray", "event_digest", 0, receipt.event))
    assert scrubber.whole().findings == ()


def test_what_was_erased_and_is_still_there(store: Store, scrubber: Scrubber) -> None:
    with restored(store, "event_item"):
        spoil(store, "INSERT INTO event_item SELECT 5, 0, time, id, 1 FROM event WHERE id = 3")
        found_alone(store, scrubber, Finding("scrub.stray", "event_item", 0, 3))
    with restored(store, "log"):
        spoil(store, "UPDATE log SET salt = :salt WHERE seq = 3", salt=bytes(32))
        found_alone(store, scrubber, Finding("scrub.erased", "log.salt", 3, 3))


GONE = Finding("scrub.body", "event.body", 3, 3)
LOG: dict[tuple[str, str], set[Finding]] = {
    ("log", "DELETE FROM log WHERE seq = 2"): {
        Finding("scrub.gap", "log.seq", 2),
        Finding("scrub.unlogged", "event.id", 0, 2),
    },
    ("event", "UPDATE event SET body = NULL WHERE id = 2"): {
        Finding("scrub.body", "event.body", 2, 2)
    },
    ("erased_event", "DELETE FROM erased_event"): {
        Finding("scrub.erasure", "erased_event", 7, 3),
        GONE,
    },
    ("erasure", "UPDATE erasure SET reason = 'other'"): {Finding("scrub.erasure", "erasure", 7, 3)},
    ("log_statement", "DELETE FROM log_statement WHERE kind = 'register.place'"): {
        Finding("scrub.statement", "log_statement.seq", 8)
    },
    ("log_statement", "UPDATE log_statement SET kind = 'other' WHERE kind = 'log-key'"): {
        Finding("scrub.statement", "log_statement.body", 9)
    },
    ("log_head", "UPDATE log_head SET seq = seq - 1"): {Finding("scrub.head", "log_head.seq", 10)},
}


def test_the_log(store: Store, scrubber: Scrubber) -> None:
    for (table, statement), expected in LOG.items():
        with restored(store, table):
            spoil(store, statement)
            assert set(scrubber.whole().findings) == expected, statement
    assert scrubber.whole().findings == ()


def damage(path: Path, at: int = -1) -> None:
    octets = bytearray(path.read_bytes())
    octets[at] ^= 1
    path.write_bytes(bytes(octets))


def test_files_of_a_larger_log(store: Store, tlog: Tlog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nguon.tlog.scrubbing._AGAIN", 0)
    with store.transaction() as connection:
        for number in range(700):
            store.log.note(connection, Statement("note", b"%d" % number))
    tlog.turn()
    scrubber = Scrubber(tlog, recompute_all)
    assert scrubber.whole().findings == ()
    folder = tlog.folder(tlog.current()).path
    names = sorted(
        str(path.relative_to(folder)) for path in folder.glob("tile/**/*") if path.is_file()
    )
    assert len(names) == 7
    for name in names:
        damage(folder / name)
        assert scrubber.whole().findings == (Finding("scrub.tile", f"1/{name}"),), name
        damage(folder / name)
        (folder / name).rename(folder / "away")
        assert scrubber.whole().findings == (Finding("scrub.tile", f"1/{name}"),), name
        (folder / "away").rename(folder / name)
    assert scrubber.whole().findings == ()
    scrubber.close()


MAPS = {
    "leaf": "UPDATE entry SET leaf = zeroblob(32) WHERE entry = 1",
    "range": "UPDATE item SET size = size + 1 WHERE mark = (SELECT min(mark) FROM item)",
    "node": "UPDATE node SET octets = zeroblob(33)",
}


def test_the_map(store: Store, tlog: Tlog, scrubber: Scrubber) -> None:
    path = tlog.files.folder / "1.map.sqlite"
    kept = path.read_bytes()
    for statement in MAPS.values():
        with sqlite3.connect(path) as opened:
            opened.execute(statement)
        opened.close()
        findings = scrubber.whole().findings
        assert findings, statement
        assert {one.code for one in findings} == {"scrub.map"}
        assert all(one.place.startswith("1.map.sqlite") for one in findings)
        path.write_bytes(kept)


def found_alone(store: Store, scrubber: Scrubber, finding: Finding) -> None:
    before = dump(store)
    done = scrubber.whole()
    assert done.findings == (finding,)
    assert dump(store) == before
    assert not scrubber.report().sound


def test_it_goes_on_where_it_was(
    store: Store, tlog: Tlog, scrubber: Scrubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nguon.tlog.scrub.entries.PORTION", 2)
    spoil(store, "UPDATE event SET zone = 1 WHERE id = 1")
    for _ in range(3):
        assert scrubber.turn() is None
    scrubber.close()
    kept = json.loads((tlog.files.state.with_name(NAME)).read_bytes())
    assert (kept["part"], kept["at"], kept["found"]) == ("entries", [6], 1)
    other = Scrubber(tlog, recompute_all)
    done = finished(other.turn)
    assert done.checked["entries"] == store.log.head().seq
    assert done.findings == (Finding("scrub.column", "event.zone", 1, 1),)
    assert other.report().last == done
    assert other.report().number == 2
    assert done.seconds > 0
    with pytest.raises(LogBusyError):
        Scrubber(tlog, recompute_all).turn()
    other.close()


def finished(turn: Callable[[], Round | None]) -> Round:
    while (done := turn()) is None:
        pass
    return done


def test_the_thread_goes_round_and_stops(
    store: Store, tlog: Tlog, scrubber: Scrubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nguon.tlog.scrubbing._OTHERS", 0.0)
    monkeypatch.setattr("nguon.tlog.scrubbing.YIELDING", 0)
    scrubber.start()
    deadline = time.monotonic() + 30
    while scrubber.report().last is None and time.monotonic() < deadline:
        time.sleep(0.01)
    scrubber.close()
    last = scrubber.report().last
    assert last is not None
    assert last.checked["entries"] == store.log.head().seq
    assert scrubber.report().sound
