# SPDX-License-Identifier: Apache-2.0
"""Keys that the platform keeps for those without their own, and the platform's own.

Their secrets lie in the database sealed with AES-256-GCM (NIST SP 800-38D) under a master key
that lies in a file beside it: a copy of the one alone signs nothing. What is sealed is tied to
the key it is of, so that no row can be put in another's place.
"""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from weakref import WeakKeyDictionary

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, RowMapping

from nguon.archive.durable import write_secret
from nguon.identity.model import Principal
from nguon.parties.keys import naming, queries, service, stating
from nguon.parties.keys.errors import CustodyLostError
from nguon.parties.keys.model import Custody, KeyState, PartyKey
from nguon.signing.keys import Algorithm, PrivateKey, generate
from nguon.store import Store
from nguon.store import party_keys as rows

_SECRET, _NONCE = 32, 12
_PLATFORM = "platform"


class _Master(msgspec.Struct, frozen=True):
    number: int
    secret: bytes


class _File(msgspec.Struct, frozen=True):
    keys: tuple[_Master, ...]


class Custodian:
    """The keys that are kept here; ``key_file`` has the master keys, the newest last."""

    def __init__(self, store: Store, key_file: Path) -> None:
        self._store = store
        self.key_file = key_file

    def make(self, organisation: int, *, name: str, by: str) -> PartyKey:
        """A key for a party, kept here; where one that stands is kept already, that one.

        Raises:
            CustodyLostError: the master key is missing, or is another.
            PartyKeyError: there is no such organisation.
        """
        with self._store.transaction() as connection:
            rows.hold(connection)
            standing = self._standing(connection, organisation)
            if standing is not None:
                return standing
            secret = generate(Algorithm.EDDSA)
            terms = service.Terms(name=name, custody=Custody.CUSTODIAL)
            made = service.bind_in(self._store, connection, organisation, secret.public, terms, by)
            rows.seal(connection, self._sealed(self._newest(connection), secret))
        return made

    def replace(self, kid: str, *, by: Principal) -> PartyKey:
        """Another key kept here in the place of one; raises as `make` and `service.rotate`."""
        with self._store.transaction() as connection:
            secret = generate(Algorithm.EDDSA)
            made = service.rotate_in(
                self._store, connection, kid, secret.public, by, service.OVERLAP, Custody.CUSTODIAL
            )
            rows.seal(connection, self._sealed(self._newest(connection), secret))
        queries.forget(self._store, kid)
        return made

    def key(self, organisation: int) -> tuple[PartyKey, PrivateKey] | None:
        """The key that is kept here for a party and stands now, with its secret half.

        Raises:
            CustodyLostError: the master key is missing, or is another.
        """
        with self._store.reading() as connection:
            standing = self._standing(connection, organisation)
            if standing is None:
                return None
            found = rows.sealed(connection, [standing.kid])
        if not found:
            raise CustodyLostError("party-keys.secret-lost", kid=standing.kid)
        return standing, self._opened(self._masters(), found[0], standing.public.algorithm)

    def platform(self) -> tuple[PartyKey, PrivateKey]:
        """The platform's own key, made when it is first needed; raises `CustodyLostError`."""
        found = self.key(naming.OPERATOR)
        if found is None:
            self.make(naming.OPERATOR, name=_PLATFORM, by=_PLATFORM)
            found = self.key(naming.OPERATOR)
        assert found is not None
        return found

    def renew_master(self) -> int:
        """Seal every secret under a new master key; gives how many.

        The file keeps the earlier ones, so that an older copy of the database can be opened.

        Raises:
            CustodyLostError: a master key is missing, or is another.
        """
        with self._store.transaction() as connection:
            rows.hold(connection)
            self._prove(connection)
            known = self._masters()
            new = _Master(max(known, default=-1) + 1, secrets.token_bytes(_SECRET))
            _write(self.key_file, (*known.values(), new))
            found = rows.all_sealed(connection)
            keys = {key.kid: key for key in queries.by(connection, "kid", _kids(found))}
            for row in found:
                secret = self._opened(known, row, keys[row["kid"]].public.algorithm)
                rows.seal_again(connection, self._sealed(new, secret))
        return len(found)

    def _standing(self, connection: Connection, organisation: int) -> PartyKey | None:
        moment = stating.seen(connection, self._store)
        return next(
            (
                key
                for key in reversed(queries.by(connection, "organisation", [organisation]))
                if key.custody is Custody.CUSTODIAL and key.standing(moment) is KeyState.ACTIVE
            ),
            None,
        )

    def _newest(self, connection: Connection) -> _Master:
        """The master key to seal with; the first is made where nothing is sealed yet."""
        self._prove(connection)
        if not self._masters():
            with suppress(FileExistsError):
                _write(self.key_file, (_Master(0, secrets.token_bytes(_SECRET)),), anew=False)
        return list(self._masters().values())[-1]

    def _prove(self, connection: Connection) -> None:
        """Make sure that every secret that is sealed can be opened; raises `CustodyLostError`."""
        found = rows.one_of_each_master(connection)
        masters = self._masters()
        keys = {key.kid: key for key in queries.by(connection, "kid", _kids(found))}
        for row in found:
            self._opened(masters, row, keys[row["kid"]].public.algorithm)

    def _masters(self) -> dict[int, _Master]:
        try:
            read = msgspec.json.decode(self.key_file.read_bytes(), type=_File)
        except FileNotFoundError:
            return {}
        except msgspec.DecodeError as error:
            raise CustodyLostError("party-keys.master-lost", number=0) from error
        return {key.number: key for key in read.keys}

    @staticmethod
    def _sealed(master: _Master, secret: PrivateKey) -> dict[str, str | int | bytes]:
        kid, nonce = secret.public.thumbprint, secrets.token_bytes(_NONCE)
        sealed = AESGCM(master.secret).encrypt(nonce, secret.secret, kid.encode())
        return {"kid": kid, "master": master.number, "nonce": nonce, "sealed": sealed}

    @staticmethod
    def _opened(
        masters: Mapping[int, _Master], row: RowMapping, algorithm: Algorithm
    ) -> PrivateKey:
        number, kid = row["master"], row["kid"]
        if number not in masters:
            raise CustodyLostError("party-keys.master-lost", number=number)
        try:
            cipher = AESGCM(masters[number].secret)
            opened = cipher.decrypt(bytes(row["nonce"]), bytes(row["sealed"]), kid.encode())
        except (InvalidTag, ValueError) as error:
            raise CustodyLostError("party-keys.master-lost", number=number) from error
        return PrivateKey(algorithm, opened)


_files: WeakKeyDictionary[Store, Path] = WeakKeyDictionary()


def attach(store: Store, path: Path) -> None:
    """The master keys of a store's secrets lie in this file."""
    _files[store] = path


def custodian_of(store: Store) -> Custodian:
    """Who keeps the secrets of a store.

    Raises:
        CustodyLostError: nobody said where the master keys are.
    """
    path = _files.get(store)
    if path is None:
        raise CustodyLostError("party-keys.master-lost", number=0)
    return Custodian(store, path)


def _kids(found: list[RowMapping]) -> list[str]:
    return [row["kid"] for row in found]


def _write(path: Path, keys: tuple[_Master, ...], *, anew: bool = True) -> None:
    write_secret(path, msgspec.json.encode(_File(keys)), anew=anew)
