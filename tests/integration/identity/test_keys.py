# SPDX-License-Identifier: Apache-2.0
"""API keys against both databases: made, recognised, revoked, expired; secrets never stored."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from nguon.identity import cache, keys
from nguon.identity.errors import KeyRefusedError, UnknownKeyError
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.store import Store
from nguon.store.accounts_tables import api_key

EVERY = [scope.value for scope in Scope]


def test_a_key_is_recognised(store: Store) -> None:
    key, secret = keys.create(
        store, 5, name=" Cổng  ", scopes=["read", "capture"], kind="inspector", strict=True
    )
    principal = keys.authenticate(store, secret)
    assert principal is not None
    assert (principal.organisation, principal.key_id) == (5, key.id)
    assert principal.scopes == {"read", "capture"}
    assert principal.may(Scope.READ)
    assert not principal.may(Scope.ADMIN)
    assert principal.strict
    assert principal.kind is KeyKind.INSPECTOR
    assert keys.authenticate(store, secret) is principal
    [listed] = keys.list_keys(store, 5)
    assert (listed.name, listed.id) == ("Cổng", key.id)
    assert key.last_used is None
    assert listed.last_used is not None
    assert keys.list_keys(store, 6) == []
    assert len(keys.list_keys(store)) == 1


def test_the_secret_is_random_and_not_stored(store: Store) -> None:
    made = [keys.create(store, 1, name="k", scopes=["read"]) for _ in range(3)]
    for key, secret in made:
        prefix, key_id, tail = secret.split("_")
        assert (prefix, key_id, len(tail)) == ("nguon", key.id, 43)
    assert len({secret for _, secret in made}) == 3
    with store.reading() as connection:
        rows = connection.execute(select(api_key)).mappings().all()
    hashes = {hashlib.sha256(secret.encode()).digest() for _, secret in made}
    assert {row["secret_hash"] for row in rows} == hashes
    for row in rows:
        assert not any(secret in map(str, row.values()) for _, secret in made)


def test_wrong_secrets(store: Store) -> None:
    _, secret = keys.create(store, 1, name="k", scopes=["read"])
    other, _ = keys.create(store, 2, name="k", scopes=["read"])
    tail = secret.split("_")[2]
    wrong = secret[:-1] + ("a" if secret[-1] != "a" else "b")
    for text_ in (
        wrong,
        f"nguon_{other.id}_{tail}",
        secret[6:],
        secret + "_x",
        "",
        "\ud800",
        "a_b",
    ):
        assert keys.authenticate(store, text_) is None


def test_a_revocation_shows_at_once_in_its_process(store: Store) -> None:
    key, secret = keys.create(store, 1, name="k", scopes=["read"])
    assert keys.authenticate(store, secret) is not None
    keys.revoke(store, key.id)
    assert keys.authenticate(store, secret) is None
    first = keys.list_keys(store, 1)[0].revoked
    assert first is not None
    keys.revoke(store, key.id)
    assert keys.list_keys(store, 1)[0].revoked == first


def test_a_revocation_elsewhere_shows_within_two_seconds(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = 1000.0
    monkeypatch.setattr(cache, "monotonic", lambda: clock)
    _, secret = keys.create(store, 1, name="k", scopes=["read"])
    assert keys.authenticate(store, secret) is not None
    with store.transaction() as connection:
        connection.execute(text("UPDATE api_key SET revoked = 1"))
    clock = 1001.9
    assert keys.authenticate(store, secret) is not None
    clock = 1002.0
    assert keys.authenticate(store, secret) is None


def test_an_expired_key_is_refused_in_spite_of_the_cache(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = 1000.0
    monkeypatch.setattr(cache, "monotonic", lambda: clock)
    end = datetime.now(UTC) + timedelta(seconds=60)
    key, secret = keys.create(store, 1, name="k", scopes=["read"], expires=end)
    assert key.usable(end - timedelta(microseconds=1))
    assert not key.usable(end)
    assert keys.authenticate(store, secret) is not None
    with store.transaction() as connection:
        connection.execute(text("UPDATE api_key SET expires = 1"))
    clock = 1002.0
    assert keys.authenticate(store, secret) is None
    nearly: cache.Remembered[Principal] = cache.Remembered()
    principal = keys.authenticate(store, keys.create(store, 2, name="k", scopes=["read"])[1])
    assert principal is not None
    nearly.put(b"x", principal, principal.key_id, 0.5)
    clock = 1002.4
    assert nearly.get(b"x") is principal
    clock = 1002.5
    assert nearly.get(b"x") is None


def test_a_busy_store_does_not_grow_the_cache_without_bound(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_MOST", 2)
    remembered: cache.Remembered[Principal] = cache.Remembered()
    principal = keys.authenticate(store, keys.create(store, 1, name="k", scopes=["read"])[1])
    assert principal is not None
    for number in range(5):
        remembered.put(bytes([number]), principal, principal.key_id, None)
    assert len(remembered._entries) <= 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scopes": []}, "identity.no-scope"),
        ({"scopes": ["read", "write"]}, "identity.scope"),
        ({"kind": "public"}, "identity.kind"),
        ({"expires": datetime(2020, 1, 1, tzinfo=UTC)}, "identity.expiry-past"),
    ],
)
def test_keys_that_cannot_be_made(store: Store, change: dict[str, object], code: str) -> None:
    wanted: dict[str, object] = {"name": "k", "scopes": EVERY, **change}
    with pytest.raises(KeyRefusedError) as refused:
        keys.create(store, 1, **wanted)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert keys.list_keys(store) == []


def test_revoking_what_is_not_ones_own(store: Store) -> None:
    key, secret = keys.create(store, 1, name="k", scopes=["read"])
    for key_id, organisation in ((key.id, 2), ("nosuchkey000", None)):
        with pytest.raises(UnknownKeyError) as refused:
            keys.revoke(store, key_id, organisation=organisation)
        assert refused.value.code == "identity.unknown-key"
    assert keys.authenticate(store, secret) is not None
    keys.revoke(store, key.id, organisation=1)
    assert keys.authenticate(store, secret) is None
