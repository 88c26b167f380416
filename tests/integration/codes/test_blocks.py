# SPDX-License-Identifier: Apache-2.0
"""Orders, ranges for printers, marks: once, alone, and within the quota."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete

from nguon.codes import blocks, keyring, licences, printing, queries, signing
from nguon.codes.blocks import order, set_quota
from nguon.codes.errors import (
    IssuingConflictError,
    IssuingError,
    IssuingForbiddenError,
    IssuingUnknownError,
    KeysLostError,
)
from nguon.codes.keyring import Keyring
from nguon.codes.model import MOST_PIECES, MarkKind, OrderAsked
from nguon.codes.serials import Sealer
from nguon.gs1.elements import write_bracketed
from nguon.store import Store
from nguon.store.schema import setting
from tests.integration.codes import world
from tests.integration.codes.world import MAKER, OPERATOR, OTHER, clerk, manager


@pytest.fixture(autouse=True)
def _people(store: Store, tmp_path: Path) -> None:
    world.people(store, tmp_path)
    world.licensed(store)


@pytest.fixture
def gtin(store: Store) -> str:
    """A product of the maker."""
    return world.product(store)


def _asked(gtin: str, request: str = "1", quantity: int = 10, **more: object) -> OrderAsked:
    return OrderAsked(gtin=gtin, quantity=quantity, request=request, **more)  # type: ignore[arg-type]


def test_an_order_sent_again_is_the_same_block(store: Store, gtin: str) -> None:
    one = order(store, manager(MAKER), _asked(gtin, lot="L1", hidden=True))
    assert order(store, manager(MAKER), _asked(gtin, lot="L1", hidden=True)) == one
    assert len(queries.given(store, OPERATOR.audience)) == 1
    for changed in (_asked(gtin, quantity=11), _asked(gtin, lot="L2"), _asked(gtin)):
        with pytest.raises(IssuingConflictError) as used:
            order(store, manager(MAKER), changed)
        assert used.value.code == "codes.request-used"
    assert queries.given(store, OPERATOR.audience) == [one]


def test_an_order_killed_before_its_answer_is_whole_or_not_there(
    store: Store, gtin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks after the row and before the commit: nothing is kept, numbers too."""

    def broken(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(blocks, "block", broken)
    with pytest.raises(ConnectionError):
        order(store, manager(MAKER), _asked(gtin))
    monkeypatch.undo()
    assert queries.given(store, OPERATOR.audience) == []
    with store.reading() as connection:
        assert blocks.quota(connection, MAKER).used == 0
    one = order(store, manager(MAKER), _asked(gtin))
    assert queries.given(store, OPERATOR.audience) == [one]


def test_orders_at_once_have_serials_of_their_own(
    store: Store, reopened: Callable[[], Store], gtin: str, tmp_path: Path
) -> None:
    other = reopened()
    keyring.attach(other, tmp_path / "codes.key")
    stores = [store, other]

    def one(number: int) -> str:
        asked = _asked(gtin, f"order {number // 2}", 50)
        return order(stores[number % 2], manager(MAKER), asked).id

    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(one, range(16)))
    assert found[::2] == found[1::2]
    serials = [
        piece.serial
        for block in set(found)
        for piece in queries.pieces(store, manager(MAKER), block, offset=0, limit=100)
    ]
    assert len(serials) == len(set(serials)) == 8 * 50


def test_the_quota_is_kept_and_void_pieces_give_it_back(store: Store, gtin: str) -> None:
    with pytest.raises(IssuingForbiddenError):
        set_quota(store, manager(MAKER), MAKER, 10**9, "mine")
    set_quota(store, OPERATOR, MAKER, 25, "a small firm")
    one = order(store, manager(MAKER), _asked(gtin, "a", 20))
    with pytest.raises(IssuingConflictError) as much:
        order(store, manager(MAKER), _asked(gtin, "b", 6))
    assert (much.value.code, much.value.params["left"]) == ("codes.quota", 5)
    printing.mark(store, manager(MAKER), one.id, MarkKind.VOID, (11, 10), "wet paper")
    assert queries.quotas(store, [MAKER])[MAKER].left == 15
    order(store, manager(MAKER), _asked(gtin, "b", 15))
    assert queries.quotas(store, [MAKER])[MAKER].left == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"quantity": 0}, "codes.quantity"),
        ({"quantity": MOST_PIECES + 1}, "codes.quantity"),
        ({"request": " "}, "codes.request-missing"),
        ({"lot": "L\u00d4 1"}, "codes.lot-accents"),
        ({"gtin": "123"}, "codes.gtin-shape"),
    ],
)
def test_orders_that_cannot_be_change_nothing(
    store: Store, gtin: str, changes: dict[str, object], code: str
) -> None:
    wanted = {"gtin": gtin, "quantity": 5, "request": "1", **changes}
    with pytest.raises(IssuingError) as refused:
        order(store, manager(MAKER), OrderAsked(**wanted))  # type: ignore[arg-type]
    assert refused.value.code == code
    with pytest.raises(IssuingForbiddenError):
        order(store, clerk(MAKER), _asked(gtin))
    assert queries.given(store, OPERATOR.audience) == []


def test_two_printers_share_a_block_without_a_common_piece(
    store: Store, reopened: Callable[[], Store], gtin: str
) -> None:
    block = order(store, manager(MAKER), _asked(gtin, quantity=60))
    stores = [store, reopened()]

    def take(number: int) -> range | None:
        by, printer = clerk(MAKER), f"printer {number % 2}"
        try:
            one = printing.hand_out(stores[number % 2], by, block.id, 7, printer, f"{number}")
        except IssuingConflictError:
            return None
        return range(one.first, one.first + one.quantity)

    with ThreadPoolExecutor(6) as threads:
        found = [one for one in threads.map(take, range(12)) if one is not None]
    taken = [number for one in found for number in one]
    assert len(found) == 8
    assert sorted(taken) == list(range(1, 57))
    again = printing.hand_out(store, clerk(MAKER), block.id, 4, "printer 0", "rest")
    assert (again.first, again.quantity) == (57, 4)
    same = printing.hand_out(store, clerk(MAKER), block.id, 4, "printer 0", "rest")
    assert same == again
    with pytest.raises(IssuingConflictError) as none:
        printing.hand_out(store, clerk(MAKER), block.id, 1, "printer 1", "more")
    assert none.value.code == "codes.not-left"
    with pytest.raises(IssuingConflictError) as used:
        printing.hand_out(store, clerk(MAKER), block.id, 4, "printer 1", "rest")
    assert used.value.code == "codes.request-used"


def test_each_file_that_is_taken_is_noted_and_hidden_parts_are_for_managers(
    store: Store, gtin: str
) -> None:
    block = order(store, manager(MAKER), _asked(gtin, hidden=True))
    handed = printing.hand_out(store, clerk(MAKER), block.id, 4, "In \u1ea4n", "p")
    stem = "https://nguon.example"
    public = list(queries.of_export(store, clerk(MAKER), handed.id, hidden=False, stem=stem))
    assert [one.hidden for one in public] == [None] * 4
    assert public[0].link == f"{stem}/01/{gtin}/21/{public[0].serial}"
    with pytest.raises(IssuingForbiddenError):
        queries.of_export(store, clerk(MAKER), handed.id, hidden=True, stem=stem)
    covered = list(queries.of_export(store, manager(MAKER), handed.id, hidden=True, stem=stem))
    assert [one.serial for one in covered] == [one.serial for one in public]
    assert len({one.hidden for one in covered} - {None}) == 4
    with pytest.raises(IssuingUnknownError):
        queries.of_export(store, manager(OTHER), handed.id, hidden=False, stem=stem)
    [seen] = queries.whole(store, manager(MAKER), block.id).exports
    assert (seen.printer, seen.fetched, seen.by) == ("In \u1ea4n", 2, "clerk-201")
    with pytest.raises(IssuingUnknownError):
        queries.whole(store, manager(OTHER), block.id)


def test_ranges_are_printed_or_void_once(store: Store, gtin: str) -> None:
    block = order(store, manager(MAKER), _asked(gtin, quantity=100))
    by = manager(MAKER)
    done = printing.mark(store, clerk(MAKER), block.id, MarkKind.PRINTED, (1, 40))
    assert printing.mark(store, by, block.id, MarkKind.PRINTED, (1, 40)) == done
    void = printing.mark(store, by, block.id, MarkKind.VOID, (61, 40), "not needed")
    assert (void.printed, void.void) == (40, 40)
    refusals = {
        (MarkKind.VOID, (40, 2)): "codes.range-printed",
        (MarkKind.PRINTED, (60, 2)): "codes.range-void",
        (MarkKind.PRINTED, (0, 5)): "codes.range",
        (MarkKind.PRINTED, (99, 5)): "codes.range",
    }
    for (kind, span), code in refusals.items():
        with pytest.raises(IssuingError) as refused:
            printing.mark(store, by, block.id, kind, span, "why")
        assert refused.value.code == code
    with pytest.raises(IssuingForbiddenError):
        printing.mark(store, clerk(MAKER), block.id, MarkKind.VOID, (41, 1), "why")
    with pytest.raises(IssuingError):
        printing.mark(store, by, block.id, MarkKind.VOID, (41, 1), " ")
    with pytest.raises(IssuingConflictError) as into:
        printing.hand_out(store, by, block.id, 61, "p", "1")
    assert into.value.code == "codes.range-void"
    assert queries.whole(store, by, block.id).block.exported == 0
    pieces = queries.pieces(store, by, block.id, offset=50, limit=50)
    assert len(pieces) == 10


def test_signatures_are_checked_with_the_public_key_alone(store: Store, gtin: str) -> None:
    block = order(store, manager(MAKER), _asked(gtin, lot="L/1", signed=True))
    ring = keyring.of(store)
    keys = {one.name: one.public for one in ring.signers()}
    for piece in queries.pieces(store, manager(MAKER), block.id, offset=0, limit=10):
        *signed, last = piece.elements
        assert (last.ai, last.value) == ("8030", piece.signature)
        assert len(last.value) == 88
        text = write_bracketed(signed)
        assert text == f"(01){gtin}(10)L/1(21){piece.serial}"
        assert signing.verified(text, last.value, keys)
        changed = last.value[:40] + ("B" if last.value[40] == "A" else "A") + last.value[41:]
        assert not signing.verified(text.replace("L/1", "L/2"), last.value, keys)
        assert not signing.verified(text, changed, keys)
        assert not signing.verified(text, last.value, {})
        assert piece.link.startswith(
            f"https://id.gs1.org/01/{gtin}/10/L%2F1/21/{piece.serial}?8030="
        )


def test_a_new_key_makes_new_serials_and_old_ones_stay_good(store: Store, gtin: str) -> None:
    by, ring = manager(MAKER), keyring.of(store)
    old = order(store, by, _asked(gtin, "a"))
    before = queries.pieces(store, by, old.id, offset=0, limit=10)
    added = ring.rotate(store)
    new = order(store, by, _asked(gtin, "b"))
    after = queries.pieces(store, by, new.id, offset=0, limit=10)
    assert {one.serial[0] for one in before} == {"2"}
    assert {one.serial[0] for one in after} == {"3"}
    assert added.number == 1
    assert queries.pieces(store, by, old.id, offset=0, limit=10) == before


def test_lost_keys_are_noticed_before_anything_is_made(store: Store, gtin: str) -> None:
    by, ring = manager(MAKER), keyring.of(store)
    block = order(store, by, _asked(gtin, "a"))
    assert ring.path.stat().st_mode & 0o077 == 0
    ring.path.unlink()
    with pytest.raises(KeysLostError):
        queries.pieces(store, by, block.id, offset=0, limit=1)
    with pytest.raises(KeysLostError):
        order(store, by, _asked(gtin, "b"))
    with pytest.raises(KeysLostError):
        ring.rotate(store)
    assert not ring.path.exists()
    assert [one.id for one in queries.given(store, OPERATOR.audience)] == [block.id]


def test_other_keys_in_the_place_of_lost_ones_make_nothing(
    store: Store, gtin: str, tmp_path: Path
) -> None:
    by, ring = manager(MAKER), keyring.of(store)
    block = order(store, by, _asked(gtin, "a"))
    handed = printing.hand_out(store, by, block.id, 5, "p", "1")
    foreign = Keyring(tmp_path / "foreign.key")
    with store.transaction() as connection:
        connection.execute(delete(setting).where(setting.c.name.like("codes-key/%")))
        foreign.newest(connection)
        connection.rollback()
    foreign.path.replace(ring.path)
    with pytest.raises(KeysLostError):
        queries.pieces(store, by, block.id, offset=0, limit=1)
    with pytest.raises(KeysLostError):
        next(queries.of_export(store, by, handed.id, hidden=False, stem=""))
    with pytest.raises(KeysLostError):
        order(store, by, _asked(gtin, "b"))
    with pytest.raises(KeysLostError):
        ring.rotate(store)


def test_an_older_backup_of_the_keys_makes_nothing(store: Store, gtin: str) -> None:
    """A key that was given up is not taken up again because the file lacks the newer one."""
    by, ring = manager(MAKER), keyring.of(store)
    order(store, by, _asked(gtin, "a"))
    backup = ring.path.read_bytes()
    ring.rotate(store)
    ring.path.write_bytes(backup)
    with pytest.raises(KeysLostError):
        order(store, by, _asked(gtin, "b"))
    assert len(queries.given(store, OPERATOR.audience)) == 1


def test_first_orders_of_many_processes_share_one_key(
    store: Store, gtin: str, tmp_path: Path
) -> None:
    path = tmp_path / "fresh" / "codes.key"

    def first(_: int) -> bytes:
        with store.transaction() as connection:
            return Keyring(path).newest(connection).secret

    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(first, range(24)))
    assert len(made) == 1
    assert [entry.name for entry in path.parent.iterdir()] == ["codes.key"]


def test_keys_added_at_the_same_time_are_all_kept(store: Store, gtin: str) -> None:
    order(store, manager(MAKER), _asked(gtin, "a"))
    path = keyring.of(store).path
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: Keyring(path).rotate(store), range(8)))
    assert sorted(one.number for one in made) == list(range(1, 9))
    assert sorted(Keyring(path).all()[1:], key=lambda one: one.number) == sorted(
        made, key=lambda one: one.number
    )


def test_the_database_alone_makes_no_serial(store: Store, gtin: str) -> None:
    block = order(store, manager(MAKER), _asked(gtin, "a", hidden=True))
    [piece] = queries.pieces(store, manager(MAKER), block.id, offset=0, limit=1)
    known = Sealer(0, store.secret[:32], gtin)
    assert known.number(piece.serial) is None


def test_officers_see_who_was_issued_what(store: Store, gtin: str) -> None:
    world.licensed(store, OTHER, world.THEIRS)
    theirs = world.product(store, OTHER)
    mine = order(store, manager(MAKER), _asked(gtin))
    other = order(store, manager(OTHER), _asked(theirs))
    assert queries.given(store, OPERATOR.audience) == [other, mine]
    assert queries.given(store, OPERATOR.audience, before=other) == [mine]
    assert queries.given(store, manager(OTHER).audience) == [other]
    assert len(licences.licences(store, manager(OTHER).audience)) == 1
    with pytest.raises(IssuingForbiddenError):
        queries.pieces(store, OPERATOR, mine.id, offset=0, limit=1)
