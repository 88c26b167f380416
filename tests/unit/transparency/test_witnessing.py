# SPDX-License-Identifier: Apache-2.0
"""A witness's decision: each status for its reason, and no way to make it sign a fork."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.transparency.armour import armoured
from nguon.transparency.checkpoints import Checkpoint
from nguon.transparency.errors import NoteError, WitnessError
from nguon.transparency.hashing import EMPTY_ROOT, root_of
from nguon.transparency.keys import Kind, Signer
from nguon.transparency.notes import Signature, joined, known, open_note, sign_note
from nguon.transparency.proving import prove_consistency
from nguon.transparency.reading import TileHashes
from nguon.transparency.witnessing import (
    Accepted,
    Last,
    Request,
    answer,
    decide,
    read_answer,
    read_request,
    read_size,
)
from tests.unit.transparency.made_log import LOG, ORIGIN, TIME, WITNESSES, Tiles, made_hashes

HASHES = made_hashes(300)
TILES = Tiles()
TILES.append(HASHES)
LOGS = {ORIGIN: known([LOG.key])}


def note(size: int, root: bytes | None = None, signer: Signer = LOG, origin: str = ORIGIN) -> bytes:
    found = root_of(HASHES[:size]) if root is None else root
    return bytes(sign_note(bytes(Checkpoint(origin, size, found)), signer))


def proof(old: int, new: int) -> tuple[bytes, ...]:
    return tuple(prove_consistency(old, new, TileHashes(300, TILES.read)))


def decided(request: Request, last: Last) -> Accepted:
    return decide(read_request(bytes(request)), LOGS, lambda _: last)


def last(size: int) -> Last:
    return Last(size, root_of(HASHES[:size]))


@settings(deadline=None)
@given(st.integers(0, 300), st.data())
def test_growth_is_cosigned(old: int, data: st.DataObject) -> None:
    new = data.draw(st.integers(old, 300))
    request = Request(old, proof(old, new), note(new))
    accepted = decided(request, last(old))
    assert (accepted.before, accepted.last) == (last(old), last(new))
    body = answer(accepted, WITNESSES[:2], TIME)
    keys = known(each.key for each in WITNESSES[:2])
    assert len(read_answer(body, accepted.note.text, keys)) == 2
    lines = [each.signature for each in read_answer(body, accepted.note.text, keys)]
    opened = open_note(joined(accepted.note, lines), {**keys, **LOGS[ORIGIN]})
    assert [each.key.name for each in opened.verified] == [
        ORIGIN, *(each.key.name for each in WITNESSES[:2])
    ]  # fmt: skip


FORK = root_of([*HASHES[:9], bytes(32)])
STRANGER = Signer(ORIGIN, Kind.SIGNATURE, bytes(32))
SPOILED = Signature(ORIGIN, LOG.key.id, bytes(64))
REFUSALS = [
    (Request(5, proof(5, 9), note(9, origin="other")), 404, "witness-origin"),
    (Request(5, proof(5, 9), note(9, signer=STRANGER)), 403, "witness-signature"),
    (
        Request(
            5,
            proof(5, 9),
            bytes(joined(sign_note(bytes(Checkpoint(ORIGIN, 9, FORK)), LOG), [SPOILED])),
        ),
        403,
        "witness-signature",
    ),
    (Request(5, (), note(4)), 400, "witness-old"),
    (Request(4, proof(4, 9), note(9)), 409, "witness-conflict"),
    (Request(0, (), note(9)), 409, "witness-conflict"),
    (Request(6, proof(6, 9), note(9)), 409, "witness-conflict"),
    (Request(5, proof(5, 9)[:-1], note(9)), 422, "witness-proof"),
    (Request(5, (*proof(5, 9), bytes(32)), note(9)), 422, "witness-proof"),
    (Request(5, proof(5, 9), note(9, FORK)), 422, "witness-proof"),
    (Request(5, proof(6, 9), note(9)), 422, "witness-proof"),
    (Request(5, (), note(5, FORK)), 422, "witness-proof"),
    (Request(5, (bytes(32),), note(5)), 422, "witness-proof"),
]


@pytest.mark.parametrize(("request_", "status", "code"), REFUSALS)
def test_refusals(request_: Request, status: int, code: str) -> None:
    with pytest.raises(WitnessError) as caught:
        decided(request_, last(5))
    assert (caught.value.status, caught.value.code) == (status, f"transparency.{code}")
    if status == 409:
        assert read_size(caught.value.body.encode()) == 5
        assert caught.value.media_type == "text/x.tlog.size"


def test_the_empty_tree_has_one_root() -> None:
    assert decided(Request(0, (), note(0)), Last()).last == Last(0, EMPTY_ROOT)
    for request in (Request(0, (), note(0, FORK)), Request(0, (FORK,), note(3))):
        with pytest.raises(WitnessError, match="witness-proof"):
            decided(request, Last())


HASH = armoured(bytes(32))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 5\n",
        b"5\n\n" + note(9),
        b"old 05\n\n" + note(9),
        b"old -1\n\n" + note(9),
        b"old 5 \n\n" + note(9),
        b"old 5\r\n\r\n" + note(9),
        b"old 5\nAAAA\n\n" + note(9),
        f"old 5\n{HASH}\n{HASH[:-2]}B=\n\n".encode() + note(9),
        f"old 5\n{HASH} \n\n".encode() + note(9),
        ("old 5\n" + f"{HASH}\n" * 64 + "\n").encode() + note(9),
        "old ٥\n\n".encode() + note(9),
        b"old 5\n\n" + note(9).replace(b"\n9\n", b"\n09\n"),
        b"old 5\n\n" + note(9)[:-1],
        b"old 5\n\n" + note(9).replace(b"\n\n", b"\n"),
    ],
)
def test_malformed_requests(body: bytes) -> None:
    with pytest.raises(WitnessError) as caught:
        decide(read_request(body), LOGS, lambda _: last(5))
    assert (caught.value.status, caught.value.code) == (400, "transparency.witness-request")


def test_answers_of_a_witness_are_checked() -> None:
    accepted = decided(Request(0, (), note(9)), Last())
    keys = known([WITNESSES[0].key])
    body = answer(accepted, WITNESSES[:1], TIME)
    with pytest.raises(NoteError, match="signature-fails"):
        read_answer(body, accepted.note.text.replace(b"\n9\n", b"\n8\n"), keys)
    with pytest.raises(NoteError, match="signature-unknown"):
        read_answer(answer(accepted, WITNESSES[1:], TIME), accepted.note.text, keys)
    with pytest.raises(NoteError, match="signature-unknown"):
        read_answer(str(accepted.note.signatures[0]).encode(), accepted.note.text, LOGS[ORIGIN])
    for broken in (b"", b"\n", body[:-1], b"\xff\n"):
        with pytest.raises(NoteError):
            read_answer(broken, accepted.note.text, keys)
    for size in (b"", b"5", b"05\n", b"x\n", b"\xff\n"):
        assert read_size(size) is None
