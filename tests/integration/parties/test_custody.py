# SPDX-License-Identifier: Apache-2.0
"""Keys that the platform keeps: sealed, tied to their key, opened by the right master alone."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from nguon.parties.keys import queries, service
from nguon.parties.keys.custody import Custodian, attach, custodian_of
from nguon.parties.keys.errors import CustodyLostError, PartyKeyForbiddenError
from nguon.parties.keys.model import Custody, KeyState
from nguon.store import Store
from nguon.store.party_keys_tables import party_key, party_key_secret
from tests.integration.parties.made import OPERATOR, clerk, cooperative, household, manager


@pytest.fixture
def custodian(store: Store, tmp_path: Path) -> Custodian:
    attach(store, tmp_path / "parties.key")
    return custodian_of(store)


def rows(store: Store) -> list[tuple[str, int, bytes, bytes]]:
    columns = party_key_secret.c
    with store.reading() as connection:
        query = select(columns.kid, columns.master, columns.nonce, columns.sealed)
        return [tuple(row) for row in connection.execute(query.order_by(columns.kid))]


def test_a_key_is_kept_and_signs(store: Store, custodian: Custodian) -> None:
    number = household(store)
    assert custodian.key(number) is None
    made = custodian.make(number, name="giữ hộ", by="x")
    assert made.custody is Custody.CUSTODIAL
    assert custodian.make(number, name="nữa", by="x") == made, "one that stands is enough"
    found = custodian.key(number)
    assert found is not None
    key, secret = found
    assert (key, secret.public) == (made, made.public)
    assert key.public.verify(b"thu", secret.sign(b"thu"))
    [(kid, master, nonce, sealed)] = rows(store)
    assert (kid, master, len(nonce), len(sealed)) == (made.kid, 0, 12, 48)
    assert secret.secret not in sealed
    assert secret.secret not in custodian.key_file.read_bytes()
    assert custodian.key_file.stat().st_mode & 0o777 == 0o600


def test_the_platform_has_a_key_of_its_own(store: Store, custodian: Custodian) -> None:
    key, secret = custodian.platform()
    assert (key.organisation, key.party, key.public) == (0, "", secret.public)
    assert custodian.platform()[0] == key
    assert queries.of(store, 0) == [key]


def test_a_key_that_does_not_stand_is_not_given(store: Store, custodian: Custodian) -> None:
    number = cooperative(store)
    made = custodian.make(number, name="", by="x")
    service.suspend(store, made.kid, by=OPERATOR, reason="nghi")
    assert custodian.key(number) is None
    service.resume(store, made.kid, by=OPERATOR)
    assert custodian.key(number) is not None
    service.revoke(store, made.kid, by=manager(number), reason="thôi")
    assert custodian.key(number) is None
    other = custodian.make(number, name="", by="x")
    assert other.kid != made.kid


def test_another_key_in_its_place(store: Store, custodian: Custodian) -> None:
    number = cooperative(store)
    old = custodian.make(number, name="", by="x")
    with pytest.raises(PartyKeyForbiddenError):
        custodian.replace(old.kid, by=clerk(number))
    new = custodian.replace(old.kid, by=manager(number))
    found = custodian.key(number)
    assert found is not None
    assert found[0].kid == new.kid
    now = queries.at(store, [old.kid])[old.kid]
    assert now.standing(now.steps[-1].at) is KeyState.ACTIVE
    assert len(rows(store)) == 2


def test_a_wrong_or_missing_master_is_told_and_nothing_is_made(
    store: Store, custodian: Custodian
) -> None:
    number, other = cooperative(store), cooperative(store, "htx-khac")
    custodian.make(number, name="", by="x")
    right, before = custodian.key_file.read_bytes(), store.log.head()
    custodian.key_file.unlink()
    for spoil in (None, b"{}", right.replace(b'"secret":"', b'"secret":"AAAA')[:-7] + b'"}]}'):
        if spoil is not None:
            custodian.key_file.write_bytes(spoil)
        for attempt in (
            lambda: custodian.key(number),
            lambda: custodian.make(other, name="", by="x"),
            custodian.renew_master,
        ):
            with pytest.raises(CustodyLostError) as error:
                attempt()
            assert error.value.code == "party-keys.master-lost"
    assert (store.log.head(), queries.of(store, other)) == (before, [])
    custodian.key_file.write_bytes(right)
    assert custodian.key(number) is not None


def test_another_installations_master_opens_nothing(
    store: Store, custodian: Custodian, tmp_path: Path
) -> None:
    number = cooperative(store)
    custodian.make(number, name="", by="x")
    foreign = Custodian(store, tmp_path / "other.key")
    foreign.key_file.write_bytes(b'{"keys":[{"number":0,"secret":"' + b"A" * 43 + b'="}]}')
    with pytest.raises(CustodyLostError):
        foreign.key(number)


def test_a_secret_cannot_be_put_in_anothers_place(store: Store, custodian: Custodian) -> None:
    one, two = cooperative(store), cooperative(store, "htx-khac")
    mine, theirs = (custodian.make(number, name="", by="x") for number in (one, two))
    [row] = [row for row in rows(store) if row[0] == theirs.kid]
    with store.transaction() as connection:
        own = party_key_secret.c.kid == mine.kid
        moved = {"nonce": row[2], "sealed": row[3]}
        connection.execute(update(party_key_secret).where(own).values(**moved))
    with pytest.raises(CustodyLostError):
        custodian.key(one)
    assert custodian.key(two) is not None


def test_a_new_master_seals_every_secret_again(store: Store, custodian: Custodian) -> None:
    number = cooperative(store)
    made = custodian.make(number, name="", by="x")
    custodian.platform()
    before, old = rows(store), custodian.key_file.read_bytes()
    assert custodian.renew_master() == 2
    after = rows(store)
    assert [row[0] for row in after] == [row[0] for row in before]
    assert {row[1] for row in after} == {1}
    assert not {row[3] for row in after} & {row[3] for row in before}
    found = custodian.key(number)
    assert found is not None
    assert found[1].public == made.public
    custodian.key_file.write_bytes(old)
    with pytest.raises(CustodyLostError):
        custodian.key(number)


def test_nobody_said_where_the_master_is(store: Store) -> None:
    with pytest.raises(CustodyLostError):
        custodian_of(store)


def test_no_secret_is_beside_its_key(store: Store, custodian: Custodian) -> None:
    custodian.make(cooperative(store), name="", by="x")
    assert not {"secret", "private"} & set(party_key.c.keys())
