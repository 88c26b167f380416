# SPDX-License-Identifier: Apache-2.0
"""API keys of organisations: made, listed, revoked, and recognised in a request.

A secret is ``nguon_<key id>_<43 characters>``: 256 random bits in base 62. It
is stored as its SHA-256. A slow password hash would add nothing: such hashes
make *guessing* dear, and 2²⁵⁶ equally likely secrets cannot be guessed; a fast
one keeps a request cheap. The secret is shown once, when it is made.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from string import ascii_letters, ascii_lowercase, digits

from nguon.base.time import from_microseconds, to_microseconds
from nguon.identity.cache import Remembered, cache_of
from nguon.identity.errors import KeyRefusedError, UnknownKeyError
from nguon.identity.limits import Limits
from nguon.identity.mandates import mandate_of_key
from nguon.identity.model import ApiKey, Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.store import Store
from nguon.store import keys as rows
from nguon.store.errors import StoreError

_PREFIX = "nguon"
_ID_ALPHABET = ascii_lowercase + digits
_ID_LETTERS = frozenset(_ID_ALPHABET)
_BASE62 = digits + ascii_letters
_SCOPES = frozenset(map(str, Scope))
_KINDS = frozenset(map(str, KeyKind))
_TOUCH_AFTER = 600 * 1_000_000


def create(  # noqa: PLR0913 - one parameter a property of the key
    store: Store,
    organisation: int,
    *,
    name: str,
    scopes: Iterable[str],
    kind: str = KeyKind.MEMBER,
    strict: bool = False,
    expires: datetime | None = None,
    limits: Limits | None = None,
) -> tuple[ApiKey, str]:
    """Make a key; gives it and its secret, which cannot be read again.

    Raises `KeyRefusedError` for an unknown scope or kind, no scope, an
    expiry in the past, or limits that are none.
    """
    now = datetime.now(UTC)
    granted = _scopes(scopes)
    if expires is not None and expires <= now:
        raise KeyRefusedError("identity.expiry-past", expires=expires.isoformat())
    key_id = "".join(secrets.choice(_ID_ALPHABET) for _ in range(12))
    secret = f"{_PREFIX}_{key_id}_{_random()}"
    row = rows.KeyRow(
        id=key_id,
        organisation=organisation,
        name=name.strip(),
        kind=_kind(kind).value,
        scopes=" ".join(sorted(granted)),
        strict=strict,
        secret_hash=_hash(secret),
        created=to_microseconds(now),
        expires=None if expires is None else to_microseconds(expires),
        rate=None if limits is None else limits.rate,
        networks=None if limits is None else " ".join(limits.networks) or None,
    )
    with store.transaction() as connection:
        rows.add(connection, row)
    return _key(row), secret


def authenticate(store: Store, secret_text: str) -> Principal | None:
    """Who speaks with this secret; None for a wrong, revoked or expired one.

    A recognised secret is remembered for up to two seconds, so a revocation by
    another process shows after that time at the latest, one by this at once.
    """
    hashed = _hash(secret_text)
    cache = cache_of(store)
    known = cache.get(hashed)
    if known is not None:
        return known
    parts = secret_text.split("_")
    if len(parts) != 3 or parts[0] != _PREFIX or not _ID_LETTERS.issuperset(parts[1]):
        return None
    with store.reading() as connection:
        row = rows.find(connection, parts[1])
    if row is None or not hmac.compare_digest(row.secret_hash, hashed):
        return None
    key, now = _key(row), datetime.now(UTC)
    if not key.usable(now):
        return None
    _note_use(store, row, to_microseconds(now))
    mandate = mandate_of_key(store, key.id) if key.kind is KeyKind.INSPECTOR else None
    principal = Principal(
        key.organisation,
        key.id,
        key.kind,
        key.scopes,
        key.strict,
        mandate=mandate,
        rate=key.rate,
        networks=key.networks,
    )
    _remember(cache, hashed, principal, key, now)
    return principal


def recognised(store: Store, secret_text: str) -> Principal | None:
    """Who speaks with this secret, if `authenticate` remembers it; asks no database."""
    return cache_of(store).get(_hash(secret_text))


def list_keys(store: Store, organisation: int | None = None) -> list[ApiKey]:
    """The keys of an organisation (of all, without one), oldest first, revoked ones too."""
    with store.reading() as connection:
        return [_key(row) for row in rows.of_organisation(connection, organisation)]


def revoke(store: Store, key_id: str, *, organisation: int | None = None) -> None:
    """End a key now; ending it twice changes nothing.

    With ``organisation``, another organisation's key is as unknown as none:
    `UnknownKeyError`.
    """
    with store.transaction() as connection:
        row = rows.find(connection, key_id)
        if row is None or organisation not in (None, row.organisation):
            raise UnknownKeyError("identity.unknown-key", key=key_id)
        rows.revoke(connection, key_id, to_microseconds(datetime.now(UTC)))
    cache_of(store).forget(key_id)


def _remember(
    cache: Remembered[Principal], hashed: bytes, principal: Principal, key: ApiKey, now: datetime
) -> None:
    left = None if key.expires is None else (key.expires - now).total_seconds()
    cache.put(hashed, principal, key.id, left)


def _note_use(store: Store, row: rows.KeyRow, now: int) -> None:
    if row.last_used is None or now - row.last_used >= _TOUCH_AFTER:
        # A busy SQLite writer must not fail a read: the next use is noted instead.
        with suppress(StoreError), store.transaction() as connection:
            rows.touch(connection, row.id, now)


def _random() -> str:
    number, letters = secrets.randbits(256), []
    for _ in range(43):
        number, letter = divmod(number, 62)
        letters.append(_BASE62[letter])
    return "".join(letters)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _scopes(scopes: Iterable[str]) -> frozenset[Scope]:
    asked = list(scopes)
    unknown = [scope for scope in asked if scope not in _SCOPES]
    if unknown:
        raise KeyRefusedError("identity.scope", scopes=", ".join(unknown), allowed=", ".join(Scope))
    if not asked:
        raise KeyRefusedError("identity.no-scope", allowed=", ".join(Scope))
    return frozenset(map(Scope, asked))


def _kind(kind: str) -> KeyKind:
    if kind not in _KINDS:
        raise KeyRefusedError("identity.kind", kind=kind, allowed=", ".join(KeyKind))
    return KeyKind(kind)


def _key(row: rows.KeyRow) -> ApiKey:
    return ApiKey(
        id=row.id,
        organisation=row.organisation,
        name=row.name,
        kind=KeyKind(row.kind),
        scopes=frozenset(map(Scope, row.scopes.split())),
        strict=row.strict,
        created=from_microseconds(row.created),
        last_used=_moment(row.last_used),
        expires=_moment(row.expires),
        revoked=_moment(row.revoked),
        rate=row.rate,
        networks=tuple((row.networks or "").split()),
    )


def _moment(value: int | None) -> datetime | None:
    return None if value is None else from_microseconds(value)
