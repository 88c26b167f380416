# SPDX-License-Identifier: Apache-2.0
"""Signatures in the store: committed to by entries, found by entry, never used for two things."""

from collections.abc import Sequence
from hashlib import sha256

import msgspec
import pytest

from nguon.evidence.commitments import author
from nguon.store import Store, signatures
from nguon.store.errors import ReplayedError
from nguon.store.signatures import Attached, Signature
from nguon.store.values import Outcome, Receipt, Submitter
from nguon.transparency.hashing import leaf_hashes, root_of
from nguon.transparency.proving import verify_inclusion
from tests.records import PACKER, make_record


def signature(number: int, **values: object) -> Signature:
    """A signature whose octets nobody looks at here."""
    plain = Signature(
        kid="key",
        organisation=1,
        form="http",
        custodial=False,
        base=b"base %d" % number,
        signature=sha256(b"signature %d" % number).digest(),
        once=sha256(b"once %d" % number).digest(),
        content=sha256(b"content %d" % number).digest(),
        created=1_000_000,
    )
    return msgspec.structs.replace(plain, **values)


def write(
    store: Store, numbers: Sequence[int], one: Signature, positions: Sequence[int] | None = None
) -> list[Receipt]:
    """Records under a signature."""
    who = Submitter(PACKER.organisation, PACKER.key_id, one.digest)
    places = range(len(numbers)) if positions is None else positions
    records = [make_record(number) for number in numbers]
    attached = Attached(one, tuple(places))
    return store.writer.submit(records, who, attached=attached).result(60)


def test_an_entry_commits_to_its_signature(store: Store) -> None:
    one = signature(1)
    [receipt] = write(store, [1], one)
    with store.reading() as connection:
        found = signatures.covering(connection, [receipt.seq])
        assert signatures.digests(connection, [receipt.seq]) == {receipt.seq: one.digest}
    row = found[receipt.seq]
    assert (row.kid, row.form, row.base, row.signature) == ("key", "http", one.base, one.signature)
    assert row.received == receipt.record_time
    [entry] = store.log.at([receipt.seq], salts=True)
    assert entry.salt is not None
    said = msgspec.json.decode(entry.leaf)["by"]
    assert said == author(1, "packer-key", entry.salt, row.digest)
    assert said != author(1, "packer-key", entry.salt)


def test_what_is_not_signed_has_no_signature(store: Store) -> None:
    first = store.writer.submit([make_record(1)], PACKER).result(60)
    [second] = write(store, [2], signature(1))
    third = store.writer.submit([make_record(3)], PACKER).result(60)
    seqs = [first[0].seq, second.seq, third[0].seq, 999]
    with store.reading() as connection:
        assert list(signatures.covering(connection, seqs)) == [second.seq]


def test_a_batch_shows_each_event_alone(store: Store) -> None:
    events = [b"event %d" % number for number in range(7)]
    hashes = leaf_hashes(events)
    one = signature(1, form="batch", count=7, leaves=b"".join(hashes))
    first = write(store, [1, 2, 3], one, [0, 1, 2])
    second = write(store, [4, 5], one, [4, 6])
    with store.reading() as connection:
        found = signatures.covering(connection, [r.seq for r in (*first, *second)])
        assert signatures.entries_of(connection, one.id) == [(1, 3, 0), (4, 4, 4), (5, 5, 6)]
    assert [found[r.seq].position for r in (*first, *second)] == [0, 1, 2, 4, 6]
    for row in found.values():
        assert row.path is not None
        verify_inclusion(row.position, 7, hashes[row.position], root_of(hashes), row.path)


def test_nothing_is_written_where_a_nonce_is_used_again(store: Store) -> None:
    write(store, [1], signature(1))
    head = store.events.head()
    other = signature(2, once=signature(1).once)
    with pytest.raises(ReplayedError) as error:
        write(store, [2], other)
    assert error.value.code == "store.replayed"
    assert store.events.head() == head


def test_only_the_replay_of_a_group_is_refused(store: Store) -> None:
    write(store, [1], signature(1))
    good = [
        store.writer.submit(
            [make_record(number)], PACKER, attached=Attached(signature(number), (0,))
        )
        for number in (2, 3)
    ]
    bad = signature(4, once=signature(1).once)
    refused = store.writer.submit([make_record(4)], PACKER, attached=Attached(bad, (0,)))
    assert [one.result(60)[0].outcome for one in good] == [Outcome.STORED] * 2
    with pytest.raises(ReplayedError):
        refused.result(60)


def test_the_same_again_is_the_same(store: Store) -> None:
    [first] = write(store, [1], signature(1))
    [again] = write(store, [1], signature(1))
    assert again == msgspec.structs.replace(first, outcome=Outcome.REPEATED)
    with store.reading() as connection:
        assert signatures.entries_of(connection, signature(1).id) == [(1, 1, 0)]
        assert signatures.used(connection, signature(1).once) == signature(1).content
        assert signatures.used(connection, signature(2).once) is None


def test_a_second_signature_of_the_same_changes_nothing_and_covers_nothing_new(
    store: Store,
) -> None:
    [first] = write(store, [1], signature(1))
    other = signature(1, signature=b"another, of the same content")
    [again] = write(store, [1], other)
    assert (again.outcome, again.seq) == (Outcome.REPEATED, first.seq)
    head = store.events.head()
    with pytest.raises(ReplayedError):
        write(store, [1, 2], other)
    assert store.events.head() == head
