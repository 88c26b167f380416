# SPDX-License-Identifier: Apache-2.0
"""The index on disk: built behind the log, answered from, thrown away when it is not whole."""

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from nguon.epcis.items import ItemRef, Role
from nguon.store import Store
from nguon.store.values import Action, EventRecord, EventType
from nguon.trace.closure import Closure, closure
from nguon.trace.index import files
from nguon.trace.index import folder as folders
from nguon.trace.index.building import Builder, rebuild
from nguon.trace.index.errors import TraceIndexError
from nguon.trace.index.runner import Indexing
from nguon.trace.index.service import Index, attach
from nguon.trace.model import Direction, Limits
from tests.records import PACKER, make_record

_G = "01/09521101000016/10/"


def making(number: int, source: str, target: str) -> EventRecord:
    """Something made of something."""
    items = (ItemRef(_G + source, Role.INPUT), ItemRef(_G + target, Role.OUTPUT))
    record = make_record(number, count=1)
    return msgspec.structs.replace(
        record, type=EventType.TRANSFORMATION, action=Action.NONE, items=items
    )


def recorded(store: Store, *records: EventRecord) -> list[int]:
    return [one.event for one in store.writer.submit(records, PACKER).result()]


@pytest.fixture
def index(store: Store, tmp_path: Path) -> Index:
    return attach(store, tmp_path / "index")


def forward(store: Store, source: str = "A") -> Closure:
    return closure(store, [_G + source], Direction.FORWARD)


def reached(found: Closure) -> list[str]:
    return [key.removeprefix(_G) for key in found.keys]


def test_the_answer_is_of_the_head_though_nothing_was_built(store: Store, index: Index) -> None:
    recorded(store, making(1, "A", "B"), making(2, "B", "C"))
    found = forward(store)
    assert (reached(found), found.depths, found.source) == (["A", "B", "C"], (0, 1, 2), "index")
    assert index.folder.version() is None


def test_what_is_built_and_what_came_since_is_one_answer(store: Store, index: Index) -> None:
    recorded(store, making(1, "A", "B"))
    rebuild(index)
    index.prove()
    [second] = recorded(store, making(2, "B", "C"))
    found = forward(store)
    assert (reached(found), found.source, found.as_of) == (["A", "B", "C"], "index", 2)
    assert second in found.events
    assert reached(closure(store, [_G + "A"], Direction.FORWARD, upto_seq=1)) == ["A", "B"]
    assert index.state().behind == 1


def test_every_answer_equals_that_of_the_store(
    store: Store, index: Index, reopened: Callable[[], Store]
) -> None:
    recorded(store, making(1, "A", "B"), making(2, "A", "C"))
    rebuild(index)
    index.prove()
    recorded(store, making(3, "C", "D"), making(4, "D", "A"))
    alone = reopened()
    for key in "ABCD":
        for direction in Direction:
            for limits in (Limits(), Limits(nodes=2), Limits(depth=1)):
                ours = closure(store, [_G + key], direction, limits=limits)
                theirs = closure(alone, [_G + key], direction, limits=limits)
                assert (ours.source, theirs.source) == ("index", "store")
                assert replaced(ours) == theirs


def replaced(found: Closure) -> Closure:
    return msgspec.structs.replace(found, source="store")


@pytest.mark.parametrize("when", ["unbuilt", "built"])
def test_what_is_erased_vanishes(store: Store, index: Index, when: str) -> None:
    [first, _] = recorded(store, making(1, "A", "SECRET"), making(2, "A", "C"))
    rebuild(index)
    index.prove()
    assert reached(forward(store)) == ["A", "C", "SECRET"]
    store.erasure.erase([first], reason="told", by="us")
    if when == "built":
        with index.folder.building() as ours:
            assert ours
            builder = Builder(index, portion=100, most=100)
            assert builder.step() == 0
            builder.write()
        octets = b"".join(
            path.read_bytes() for path in index.folder.path.rglob("*") if path.is_file()
        )
        assert b"SECRET" not in octets
        assert _G.encode() + b"C" in octets
    assert (reached(forward(store)), forward(store).source) == (["A", "C"], "index")


def test_a_declaration_that_names_other_things_takes_the_record_back(
    store: Store, index: Index, reopened: Callable[[], Store]
) -> None:
    wrong = msgspec.structs.replace(making(1, "A", "B"), event_id="urn:uuid:wrong")
    recorded(store, wrong, making(2, "B", "C"))
    other = making(3, "Y", "Z")
    taken = msgspec.structs.replace(other, event_id="urn:uuid:wrong", correction=True)
    recorded(store, taken)
    alone = reopened()
    for each, source in ((store, "index"), (alone, "store")):
        found = forward(each)
        assert (reached(found), found.source) == (["A"], source)
        back = closure(each, [_G + "C"], Direction.BACK)
        assert reached(back) == ["C", "B"]
        before = closure(each, [_G + "A"], Direction.FORWARD, upto_seq=2)
        assert reached(before) == ["A", "B", "C"]
    assert index.state().upto == 0


def test_as_many_events_are_read_as_may_be_however_many_things_they_name(store: Store) -> None:
    record = making(1, "A", "B")
    many = tuple(ItemRef(f"{_G}C{number}", Role.OUTPUT) for number in range(60))
    [number] = recorded(store, msgspec.structs.replace(record, items=(*record.items, *many)))
    found = store.lineage.events_of([item.key for item in many], most=10)
    assert (found.cut, len(found)) == (False, 60)
    assert {one.id for events in found.values() for one in events} == {number}


def _damage_octets(path: Path) -> None:
    column = next(path.glob("*/text"))
    octets = bytearray(column.read_bytes())
    octets[-1] ^= 1
    column.write_bytes(octets)


def _cut_short(path: Path) -> None:
    column = next(path.glob("*/number"))
    column.write_bytes(column.read_bytes()[:-1])


def _newer(path: Path) -> None:
    listed = path / "list"
    contents = msgspec.json.decode(listed.read_bytes().partition(b"\n")[2])
    listed.write_bytes(files.sealed({**contents, "format": 99}))


def _garbled(path: Path) -> None:
    (path / "list").write_bytes(b"{}")


def _lost(path: Path) -> None:
    shutil.rmtree(next(one for one in path.iterdir() if one.is_dir()))


@pytest.mark.parametrize(
    "damage",
    [_damage_octets, _cut_short, _newer, _garbled, _lost],
    ids=["octets", "short", "newer", "garbled", "lost"],
)
def test_what_is_not_whole_is_never_read_and_built_anew(
    store: Store, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    recorded(store, making(1, "A", "B"))
    rebuild(Index(store, tmp_path / "index"))
    damage(tmp_path / "index")
    index = attach(store, tmp_path / "index")
    with pytest.raises((TraceIndexError, OSError)):
        index.prove()
    assert reached(forward(store)) == ["A", "B"]
    running = Indexing(store)
    running.turn(index)
    running.turn(index)
    assert (reached(forward(store)), forward(store).source) == (["A", "B"], "index")
    rebuild(index)
    assert index.prove().upto == 1


def test_the_index_of_another_database_is_not_read(
    store: Store, tmp_path: Path, sqlite_template: Path
) -> None:
    recorded(store, making(1, "A", "B"))
    rebuild(Index(store, tmp_path / "index"))
    folder = folders.Folder(tmp_path / "index", b"another secret")
    with pytest.raises(TraceIndexError) as refused:
        folder.contents()
    assert refused.value.code == "trace.index-foreign"


def test_the_index_of_a_log_that_was_put_back_is_not_read(store: Store, index: Index) -> None:
    recorded(store, making(1, "A", "B"))
    rebuild(index)
    contents = index.folder.contents()
    with index.folder.building():
        index.folder.add([], 7, "of a later entry")
    with pytest.raises(TraceIndexError):
        index.prove()
    assert contents.upto == 1
    assert reached(forward(store)) == ["A", "B"]


@pytest.mark.parametrize("step", ["write", "publish", "remove"])
def test_a_process_that_dies_between_two_steps_leaves_the_state_before(
    store: Store, index: Index, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    recorded(store, making(1, "A", "B"))
    rebuild(index)
    recorded(store, making(2, "B", "C"))

    def dies(*_given: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        target = {
            "write": (files, "sync"),
            "publish": (folders, "place_file"),
            "remove": (folders, "_remove"),
        }[step]
        patch.setattr(*target, dies)
        builder = Builder(index, portion=10, most=1)
        with index.folder.building(), pytest.raises(KeyboardInterrupt):
            builder.step()
    after = attach(store, index.folder.path)
    assert after.prove().upto == (2 if step == "remove" else 1)
    assert (reached(forward(store)), forward(store).source) == (["A", "B", "C"], "index")
    with after.folder.building():
        builder = Builder(after, portion=10, most=1)
        builder.step()
        builder.write()
    names = {one.name for one in after.folder.contents().segments} | {"list", "lock"}
    assert after.prove().upto == 2
    if step != "remove":
        assert {one.name for one in after.folder.path.iterdir()} == names


def test_one_process_builds_and_the_others_read_what_it_built(
    store: Store, index: Index, reopened: Callable[[], Store]
) -> None:
    recorded(store, making(1, "A", "B"))
    other = reopened()
    theirs = attach(other, index.folder.path)
    with index.folder.building() as ours, theirs.folder.building() as also:
        assert (ours, also) == (True, False)
    with theirs.folder.building():
        Indexing(store).turn(index)
        assert index.folder.version() is None
        with pytest.raises(TraceIndexError):
            rebuild(index)
    rebuild(index)
    theirs.prove()
    assert (reached(forward(other)), forward(other).source) == (["A", "B"], "index")


def test_the_thread_follows_what_is_recorded(store: Store, index: Index) -> None:
    recorded(store, making(1, "A", "B"))
    running = Indexing(store)
    running.start()
    running.close()
    running.turn(index)
    assert (reached(forward(store)), forward(store).source) == (["A", "B"], "index")


def test_segments_are_put_together_as_they_grow(store: Store, index: Index) -> None:
    for number in range(11):
        recorded(store, making(number, f"S{number}", f"S{number + 1}"))
        with index.folder.building():
            builder = Builder(index, portion=10, most=1)
            builder.step()
    contents = index.prove()
    assert [one.events for one in contents.segments] == [9, 2]
    assert reached(forward(store, "S0")) == [f"S{number}" for number in range(12)]
