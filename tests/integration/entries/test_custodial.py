# SPDX-License-Identifier: Apache-2.0
"""What a person enters is signed with the key that is kept for the organisation, if it has one."""

from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import pytest

from nguon.base.audience import Audience, AudienceKind, Disclosure
from nguon.base.base64url import url_octets
from nguon.entries.model import Harvest
from nguon.entries.service import Recorded, Sending, record
from nguon.parties.keys import custody
from nguon.parties.keys.model import Custody, PartyKey
from nguon.store import signatures
from nguon.store.signatures import SignatureRow
from nguon.transparency.hashing import leaf_hash
from nguon.transparency.proving import verify_inclusion
from tests.integration.entries.conftest import (
    AREA,
    COOPERATIVE,
    FRUIT,
    NOW,
    PLOT,
    Village,
    kilos,
)

OPERATOR = Audience(AudienceKind.OPERATOR, None, lambda _audience, _facts: Disclosure.FULL)


@pytest.fixture
def kept(village: Village, tmp_path: Path) -> PartyKey:
    """The key that is kept for the cooperative."""
    custody.attach(village.store, tmp_path / "party.key")
    custodian = custody.custodian_of(village.store)
    return custodian.make(village.numbers[COOPERATIVE], name="kept", by="test")


def person_of(village: Village, code: str) -> Sending:
    """Somebody who has signed in for an organisation."""
    sending = village.sending(code)
    who = replace(sending.principal, person=7)
    return Sending(sending.store, sending.capture, who, sending.base_url)


def harvest(village: Village, lot: str) -> Harvest:
    """A household's harvest."""
    household = village.numbers["ho-th-01"]
    return Harvest(at=NOW, grower=household, area=AREA, plot=PLOT, product=FRUIT, lot=lot,
                   quantity=kilos("420"))  # fmt: skip


def signed(village: Village, done: Recorded) -> list[SignatureRow | None]:
    """The signatures of a form's records, in the order of the log."""
    assert done.job is not None
    spans = village.capture.entries(done.job)
    seqs = [seq for first, last in spans for seq in range(first, last + 1)]
    with village.store.reading() as connection:
        found = signatures.covering(connection, seqs)
    return [found.get(seq) for seq in seqs]


def test_a_form_is_signed_as_a_batch(village: Village, kept: PartyKey) -> None:
    entries = [harvest(village, "H01-260728"), harvest(village, "H02-260728")]
    done = record(person_of(village, COOPERATIVE), entries, idempotency="one")
    found = signed(village, done)
    assert [(row.kid, row.form, row.custodial, row.position) for row in found if row] == [
        (kept.kid, "batch", True, 0), (kept.kid, "batch", True, 1),
    ]  # fmt: skip
    for seq, row in enumerate(found, 1):
        assert row is not None
        assert kept.public.verify(row.base, row.signature)
        [entry] = village.store.log.at([seq + village.store.events.head().seq - 2])
        [stored] = village.store.events.by_ids(OPERATOR, [entry.event])
        told = url_octets(row.base.decode().partition(".")[2])
        assert told is not None
        assert stored.body is not None
        assert row.path is not None
        root = b64decode(told.splitlines()[2])
        verify_inclusion(row.position, row.count, leaf_hash(stored.body), root, row.path)


def test_programs_without_a_signature_stay_unsigned(village: Village, kept: PartyKey) -> None:
    done = record(village.sending(COOPERATIVE), [harvest(village, "H01-260728")], idempotency="a")
    assert signed(village, done) == [None]
    assert kept.custody is Custody.CUSTODIAL


def test_without_a_kept_key_nothing_is_signed(village: Village) -> None:
    done = record(person_of(village, COOPERATIVE), [harvest(village, "H1-260728")], idempotency="a")
    assert signed(village, done) == [None]


def test_with_a_lost_master_key_entries_are_recorded_unsigned(
    village: Village, kept: PartyKey, tmp_path: Path
) -> None:
    (tmp_path / "party.key").unlink()
    done = record(person_of(village, COOPERATIVE), [harvest(village, "H1-260728")], idempotency="a")
    assert signed(village, done) == [None]
    assert kept.organisation == village.numbers[COOPERATIVE]
