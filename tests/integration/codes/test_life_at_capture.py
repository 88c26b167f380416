# SPDX-License-Identifier: Apache-2.0
"""What capture does with serials under control, and what the public is told of one."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from nguon.capture.errors import RefusedEventsError
from nguon.capture.model import Behaviour, notes_of
from nguon.capture.writing import Origin
from nguon.codes import checking, gtins, keyring, printing, queries
from nguon.codes.checking import Hidden, Public
from nguon.codes.errors import IssuingError, TooManyChecksError
from nguon.codes.life import State
from nguon.codes.model import MarkKind
from nguon.codes.serials import ALPHABET, HIDDEN
from nguon.codes.standing import standing
from nguon.store import Store
from tests.integration.codes import world
from tests.integration.codes.world import MAKER, event, manager, sent, sold

Send = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def pieces(store: Store, tmp_path: Path) -> list[str]:
    """Ten pieces of a product under control, with hidden parts; the last one is void."""
    world.people(store, tmp_path)
    world.licensed(store)
    gtin = world.product(store)
    block = world.block(store, gtin, 10, hidden=True)
    printing.mark(store, manager(MAKER), block.id, MarkKind.VOID, (10, 1), "torn")
    gtins.set_control(store, manager(MAKER), gtin, controlled=True)
    made = queries.pieces(store, manager(MAKER), block.id, offset=0, limit=9)
    void = next(keyring.of(store).sealer(0, gtin).serials(10, 1))
    return [*(one.item for one in made), f"01/{gtin}/21/{void}"]


@pytest.fixture
def send(store: Store, tmp_path: Path) -> Send:
    """Captures events and gives the warnings by pointer."""

    def sending(*events: dict[str, object], strict: bool = False) -> list[tuple[str, str]]:
        job = sent(store, tmp_path, *events, by=manager(MAKER, strict=strict))
        return [(note.pointer, note.code) for note in notes_of(job)]

    return sending


def test_a_life_from_order_to_return(store: Store, pieces: list[str], send: Send) -> None:
    one = pieces[0]
    assert standing(store, one)[1] is State.ISSUED
    block = queries.given(store, world.OPERATOR.audience)[0]
    printing.mark(store, manager(MAKER), block.id, MarkKind.PRINTED, (1, 5))
    assert standing(store, one)[1] is State.PRINTED
    assert send(event(1, pieces[:3])) == []
    assert standing(store, one)[1] is State.ACTIVE
    assert standing(store, pieces[3])[1] is State.PRINTED
    assert send(sold(2, [one])) == []
    assert standing(store, one)[1] is State.SOLD
    back = event(3, [one], action="OBSERVE", bizStep="receiving", disposition="returned")
    assert send(back) == []
    assert standing(store, one)[1] is State.RETURNED
    assert send(event(4, [one], action="DELETE", bizStep="decommissioning")) == []
    assert standing(store, one)[1] is State.ENDED


def _bare(store: Store, folder: Path, told: dict[str, object]) -> None:
    service = world.capturing(store, folder)
    context = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
    service.event(manager(MAKER), json.dumps({"@context": context, **told}).encode())


@pytest.mark.parametrize("bare", [False, True])
def test_what_was_never_issued_is_refused(
    store: Store, pieces: list[str], tmp_path: Path, bare: bool
) -> None:
    gtin = pieces[0][3:17]
    beyond = next(keyring.of(store).sealer(0, gtin).serials(11, 1))
    wrong = {
        f"01/{gtin}/21/26080007": "codes.never-issued",
        f"01/{gtin}/21/{pieces[0][21:-1]}{'2' if pieces[0][-1] != '2' else '3'}": (
            "codes.never-issued"
        ),
        f"01/{gtin}/21/{beyond}": "codes.never-issued",
        pieces[9]: "codes.void-serial",
    }
    for number, (key, code) in enumerate(wrong.items()):
        told = event(number, [pieces[0], key])
        with pytest.raises(RefusedEventsError) as refused:
            (_bare if bare else sent)(store, tmp_path, told)
        [fault] = refused.value.faults
        place = "/epcList/1" if bare else "/epcisBody/eventList/0/epcList/1"
        assert (fault.pointer, fault.code) == (place, code)
        assert fault.params == {"gtin": gtin, "serial": key[21:]}
    assert store.log.events_after(0) == 0


def test_with_proceed_only_the_events_concerned_are_refused(
    store: Store, pieces: list[str], tmp_path: Path
) -> None:
    gtin = pieces[0][3:17]
    service = world.capturing(store, tmp_path)
    events = [event(1, [pieces[0]]), event(2, [f"01/{gtin}/21/X"]), event(3, [pieces[1]])]
    origin = Origin(manager(MAKER), Behaviour.PROCEED)
    job = service.document(world.document(*events), origin)
    service.close()
    assert (job.success, job.stored) == (False, 2)
    assert [note.code for note in notes_of(job)] == ["codes.never-issued"]
    assert standing(store, pieces[1])[1] is State.ACTIVE


def test_contradictions_are_kept_with_a_warning(pieces: list[str], send: Send) -> None:
    first, second = pieces[:2]
    place = "/epcisBody/eventList/0/epcList/0"
    assert send(sold(9, [first])) == [(place, "codes.not-active")]
    assert send(event(10, [first])) == [(place, "codes.active-already")]
    assert send(event(11, [second])) == []
    assert send(event(12, [second])) == [(place, "codes.active-already")]
    assert send(sold(13, [second]), sold(14, [second])) == [
        ("/epcisBody/eventList/1/epcList/0", "codes.sold-already")
    ]
    assert send(event(15, [second], action="DELETE", bizStep="decommissioning")) == []
    assert send(sold(16, [second])) == [(place, "codes.after-end")]


def test_what_is_sent_again_or_late_is_no_contradiction(pieces: list[str], send: Send) -> None:
    made, sale = event(1, pieces[:2]), sold(5, pieces[:1])
    assert send(made) == []
    assert send(made) == []
    assert send(sale, event(3, pieces[:1], action="OBSERVE", bizStep="shipping")) == []
    assert send(sale) == []


def test_a_strict_key_is_refused_a_contradiction(
    store: Store, pieces: list[str], send: Send
) -> None:
    with pytest.raises(RefusedEventsError) as refused:
        send(sold(1, pieces[:1]), strict=True)
    assert [fault.code for fault in refused.value.faults] == ["codes.not-active"]
    assert store.log.events_after(0) == 0
    assert send(event(1, pieces[:1]), strict=True) == []


def test_products_without_control_take_any_serial(
    store: Store, pieces: list[str], send: Send
) -> None:
    assert send(event(1, ["01/09521303000012/21/1", "00/095211010000000016"])) == []
    gtin = pieces[0][3:17]
    gtins.set_control(store, manager(MAKER), gtin, controlled=False)
    assert send(event(2, [f"01/{gtin}/21/26080007"])) == []


def test_a_corrected_sale_lets_the_piece_be_sold(pieces: list[str], send: Send) -> None:
    made, sale = event(1, pieces[:1]), sold(2, pieces[:1])
    undone = {
        **sale,
        "errorDeclaration": {
            "declarationTime": "2026-08-01T10:00:00+07:00",
            "reason": "did_not_occur",
        },
    }
    assert send(made, sale) == []
    assert send(undone) == []
    assert send(sold(7, pieces[:1])) == []


def test_lost_keys_refuse_controlled_events_alone(
    store: Store, pieces: list[str], send: Send
) -> None:
    keyring.of(store).path.unlink()
    with pytest.raises(RefusedEventsError) as refused:
        send(event(1, pieces[:1]))
    assert [fault.code for fault in refused.value.faults] == ["codes.keys-lost"]
    assert send(event(2, ["01/09521303000012/21/1"])) == []


def test_the_public_is_told_no_more_than_the_passport(
    store: Store, pieces: list[str], send: Send
) -> None:
    gtin, serial = pieces[0][3:17], pieces[0][21:]
    told = checking.check(store, gtin, serial)
    assert (told.issued, told.state, told.hidden) == (True, Public.INACTIVE, None)
    send(event(1, pieces[:1]))
    assert checking.check(store, gtin, serial).state is Public.ACTIVE
    assert checking.check(store, gtin, "26080007").state is Public.NOT_ISSUED
    assert checking.check(store, gtin, pieces[9][21:]).state is Public.VOID
    foreign = checking.check(store, "09521303000012", serial)
    assert (foreign.issued, foreign.state) == (False, Public.NOT_FROM_HERE)
    with pytest.raises(IssuingError):
        checking.check(store, gtin, "x" * 21)


def test_a_hidden_part_is_new_once(store: Store, pieces: list[str]) -> None:
    gtin, serial = pieces[0][3:17], pieces[0][21:]
    hidden = keyring.of(store).sealer(0, gtin).hidden(1)

    def sent_in(text: str) -> tuple[Hidden | None, int]:
        told = checking.check(store, gtin, serial, hidden=text, address="192.0.2.1")
        return told.hidden, told.times

    assert sent_in("22222222") == (Hidden.WRONG, 0)
    assert sent_in(f"{hidden[:4].lower()}-{hidden[4:]}") == (Hidden.FIRST, 1)
    assert sent_in(hidden) == (Hidden.AGAIN, 2)
    assert sent_in(hidden) == (Hidden.AGAIN, 3)
    assert sent_in("22222222") == (Hidden.WRONG, 0)
    with pytest.raises(TooManyChecksError):
        sent_in(hidden)
    other = checking.check(store, gtin, pieces[1][21:], hidden="22222222", address="192.0.2.1")
    assert other.hidden is Hidden.WRONG
    assert re.fullmatch("[2-9A-HJ-NP-Z]{8}", hidden)


def test_a_block_without_hidden_parts_says_so(store: Store, pieces: list[str]) -> None:
    gtin = pieces[0][3:17]
    block = world.block(store, gtin, 1, request="plain")
    [one] = queries.pieces(store, manager(MAKER), block.id, offset=0, limit=1)
    assert one.hidden is None
    told = checking.check(store, gtin, one.serial, hidden="22222222", address="192.0.2.1")
    assert told.hidden is Hidden.NONE


def test_a_stranger_locks_himself_out_and_not_the_buyer(store: Store, pieces: list[str]) -> None:
    _, gtin, _, serial = pieces[0].split("/")
    right = standing(store, pieces[0])[0].hidden
    assert right is not None

    def tried(hidden: str, address: str) -> Hidden | None:
        return checking.check(store, gtin, serial, hidden=hidden, address=address).hidden

    wrong = "2" * 8
    for _ in range(5):
        assert tried(wrong, "192.0.2.1") is Hidden.WRONG
    with pytest.raises(TooManyChecksError):
        tried(right, "192.0.2.1")
    assert tried(right, "198.51.100.7") is Hidden.FIRST
    for at in range(checking.ON_PIECE.burst - 6):
        assert tried(wrong, f"203.0.113.{at // 5}") is Hidden.WRONG
    with pytest.raises(TooManyChecksError) as refused:
        tried(right, "198.51.100.8")
    assert refused.value.params["minutes"] <= checking.ON_PIECE.every // 60


def test_all_guesses_at_a_piece_together_stay_far_below_the_bound() -> None:
    """EU 2016/161, Article 4, asks for less than 1 in 10,000; ten years from every address."""
    years = 10 * 365 * 86_400
    guesses = checking.ON_PIECE.burst + years // checking.ON_PIECE.every
    assert guesses == 219_060
    assert guesses / len(ALPHABET) ** HIDDEN < 1e-4 / 400
