# SPDX-License-Identifier: Apache-2.0
"""The witness's decision carried out: what is kept, what is never signed, and when."""

import tempfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.transparency.checkpoints import Checkpoint
from nguon.transparency.errors import WitnessError
from nguon.transparency.hashing import EMPTY_ROOT, root_of
from nguon.transparency.keys import Kind, Signer
from nguon.transparency.notes import (
    Signature,
    cosignature_of,
    joined,
    known,
    open_note,
    read_note,
    sign_note,
)
from nguon.transparency.witnessing import Last, Request, read_size
from nguon.witness.limits import Buckets
from nguon.witness.service import Witness
from tests.unit.transparency.made_log import LOG, ORIGIN
from tests.unit.witness.made_witness import NAME, Growing, made, other_key, witness_in

TREE, FORK = Growing(300), Growing(300, fork=4)


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return witness_in(made(tmp_path))


def kept(witness: Witness) -> tuple[Last, int, bytes]:
    state = witness.state
    return state.last(ORIGIN), state.time(ORIGIN), state.note(ORIGIN)


def refused(witness: Witness, body: bytes) -> WitnessError:
    """The refusal; nothing has changed."""
    before = kept(witness)
    with pytest.raises(WitnessError) as caught:
        witness.add(body)
    assert kept(witness) == before
    return caught.value


def test_growth_is_cosigned_and_remembered(witness: Witness) -> None:
    for old, new in [(0, 0), (0, 3), (3, 3), (3, 256), (256, 300)]:
        line = witness.add(TREE.ask(old, new))
        note = read_note(TREE.note(new) + line)
        opened = open_note(note, known([witness.signer.key]))
        assert opened.verified[0].time == 1_790_000_000
        assert kept(witness)[0].size == new
        assert kept(witness)[2] == TREE.note(new) + line


def test_the_same_checkpoint_is_cosigned_again_later(tmp_path: Path) -> None:
    times = iter([100.0, 107.9])
    witness = witness_in(made(tmp_path), lambda: next(times))
    witness.add(TREE.ask(0, 9))
    witness.add(TREE.ask(9, 9))
    assert witness.state.time(ORIGIN) == 107


def test_a_clock_that_jumps_back_is_not_followed(tmp_path: Path) -> None:
    times = iter([5000.0, 100.0, 4000.0, 6000.0])
    witness = witness_in(made(tmp_path), lambda: next(times))
    other = Growing(9, signer=Signer("other.example/log", Kind.SIGNATURE, bytes(32)))
    witness.state.add(str(other.signer.key))
    seen = []
    for old, new in [(0, 1), (1, 2)]:
        witness.add(TREE.ask(old, new))
        seen.append(witness.state.time(ORIGIN))
    witness.add(other.ask(0, 4))
    witness.add(TREE.ask(2, 3))
    assert [*seen, witness.state.time(ORIGIN)] == [5000, 5000, 6000]
    assert witness.state.time("other.example/log") == 4000


def test_a_fork_is_not_cosigned(witness: Witness) -> None:
    witness.add(TREE.ask(0, 9))
    assert refused(witness, FORK.ask(0, 9)).status == 409
    assert refused(witness, FORK.ask(9, 9)).status == 422
    assert refused(witness, FORK.ask(9, 20)).status == 422
    assert refused(witness, FORK.ask(4, 20)).status == 409
    witness.add(TREE.ask(9, 20))


def test_the_rollback_race_of_the_specification(tmp_path: Path) -> None:
    """Request A (to N) is checked, request B (to N+K) is carried out, then A must fail."""
    folder = made(tmp_path)
    first, second = witness_in(folder), witness_in(folder)
    first.add(TREE.ask(0, 9))

    class Between(Buckets):
        def take(self, name: str) -> bool:  # After A's first check, before it may write.
            assert second.add(TREE.ask(9, 20))
            return True

    first._buckets = Between(1, 1)
    error = refused_after(first, TREE.ask(9, 12))
    assert (error.status, read_size(error.body.encode())) == (409, 20)
    assert kept(first) == kept(second)
    assert kept(second)[0].size == 20


def refused_after(witness: Witness, body: bytes) -> WitnessError:
    with pytest.raises(WitnessError) as caught:
        witness.add(body)
    return caught.value


def test_the_empty_tree(witness: Witness) -> None:
    wrong = bytes(sign_note(bytes(Checkpoint(ORIGIN, 0, bytes(32))), LOG))
    assert refused(witness, bytes(Request(0, (), wrong))).status == 422
    assert refused(witness, bytes(Request(0, (bytes(32),), TREE.note(0)))).status == 422
    assert refused(witness, bytes(Request(0, (bytes(32),), TREE.note(5)))).status == 422
    assert witness.add(TREE.ask(0, 0))
    assert witness.state.last(ORIGIN) == Last(0, EMPTY_ROOT)
    witness.add(TREE.ask(0, 5))
    error = refused(witness, TREE.ask(0, 0))
    assert (error.status, read_size(error.body.encode())) == (409, 5)


def test_a_forged_line_of_the_witness_does_not_poison_its_state(witness: Witness) -> None:
    own = witness.signer.key
    forged = Signature(NAME, own.id, bytes(72))
    stranger = Signer(NAME, Kind.COSIGNATURE, bytes(32))
    note = read_note(TREE.note(9))
    lines = [forged, cosignature_of(stranger, note.text, 1), *note.signatures]
    line = witness.add(bytes(Request(0, (), bytes(joined(note, lines)))))
    assert kept(witness)[2] == bytes(note) + line
    opened = open_note(read_note(kept(witness)[2]), known([own, LOG.key]))
    assert [each.key for each in opened.verified] == [LOG.key, own]
    assert opened.unknown == ()
    witness.add(TREE.ask(9, 20))


def test_keys_of_a_log_change_with_overlap(witness: Witness) -> None:
    new = other_key(9)
    assert refused(witness, TREE.ask(0, 5, new)).status == 403
    witness.state.add(str(new.key))
    witness.add(TREE.ask(0, 5, new))
    witness.add(TREE.ask(5, 6))
    both = sign_note(bytes(Checkpoint(ORIGIN, 7, root(7))), LOG, new)
    witness.add(bytes(Request(6, TREE.proof(6, 7), bytes(both))))
    assert kept(witness)[2].startswith(bytes(both))
    witness.state.retire(str(LOG.key))
    assert refused(witness, TREE.ask(7, 8)).status == 403
    assert refused(witness, TREE.ask(7, 7)).status == 403
    both = sign_note(bytes(Checkpoint(ORIGIN, 8, root(8))), LOG, new)
    witness.add(bytes(Request(7, TREE.proof(7, 8), bytes(both))))
    assert LOG.key.id not in {each.id for each in read_note(kept(witness)[2]).signatures}
    witness.state.retire(str(new.key))
    assert refused(witness, TREE.ask(8, 9, new)).status == 403
    assert refused(witness, Growing(3, signer=Signer("x", Kind.SIGNATURE, bytes(32))).ask(0, 1)
                   ).status == 404  # fmt: skip


def root(size: int, tree: Growing = TREE) -> bytes:
    return root_of(tree.hashes[:size])


def test_the_rate_of_a_log_counts_its_signed_requests_alone(tmp_path: Path) -> None:
    now = [0.0]
    made_one = witness_in(made(tmp_path))
    buckets = Buckets(1, 2, lambda: now[0])
    witness = Witness(made_one.state, made_one.signer, clock=lambda: 5.0, buckets=buckets)
    for _ in range(9):
        assert refused(witness, TREE.ask(0, 5, other_key(9))).status == 403
        assert refused(witness, b"nonsense").status == 400
    witness.add(TREE.ask(0, 1))
    assert refused(witness, TREE.ask(0, 2)).status == 409
    assert refused(witness, TREE.ask(1, 2)).status == 429
    now[0] += 1
    witness.add(TREE.ask(1, 2))


def test_the_last_note_is_found_by_the_hash_of_its_origin(witness: Witness) -> None:
    name = sha256(ORIGIN.encode()).hexdigest()
    assert witness.latest(name) is None
    line = witness.add(TREE.ask(0, 9))
    assert witness.latest(name) == TREE.note(9) + line
    assert witness.latest("0" * 64) is None


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from([TREE, FORK]), st.integers(0, 40), st.integers(0, 40))))
def test_whatever_is_asked_one_history_is_cosigned(steps: list[tuple[Growing, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        witness = witness_in(made(Path(folder)))
        signed = [(0, EMPTY_ROOT)]
        for log, one, two in steps:
            old, new = sorted((one, two))
            try:
                witness.add(log.ask(old, new))
            except WitnessError:
                continue
            signed.append((new, root(new, log)))
        witness.state.close()
    assert [size for size, _ in signed] == sorted(size for size, _ in signed)
    assert any(all(root(size, log) == each for size, each in signed) for log in (TREE, FORK))
