# SPDX-License-Identifier: Apache-2.0
"""Secrets of accounts that must be read again: sealed under a key beside the data, not in it.

A copy of the database alone makes no one-time code and tells of no account at a
provider. The database keeps the key's fingerprint, so that a lost or foreign
file is noticed instead of replaced.
"""

import hmac
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from weakref import WeakKeyDictionary

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, insert, select

from nguon.archive.durable import write_secret
from nguon.identity.errors import SecretsLostError
from nguon.store import Store
from nguon.store import accounts as people
from nguon.store.schema import setting

_MARK = "accounts-key"
_NONCE = 12


class _File(msgspec.Struct, frozen=True):
    key: bytes


class Vault:
    """Seals and opens under the key in a file (AES-256-GCM), which is made when first needed.

    Every method raises `SecretsLostError` where the data know another key than the file has.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._key: bytes | None = None

    def seal(self, connection: Connection, octets: bytes, about: str) -> bytes:
        """Octets that only `open` with the same ``about`` gives back."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(self._known(connection, "seal"))
        return nonce + sealed.encrypt(nonce, octets, about.encode())

    def open(self, connection: Connection, sealed: bytes, about: str) -> bytes:
        """What was sealed; raises `SecretsLostError` for anything else."""
        key = AESGCM(self._known(connection, "seal"))
        try:
            return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], about.encode())
        except InvalidTag as error:
            raise SecretsLostError("security.key-lost") from error

    def hidden(self, connection: Connection, text: str) -> str:
        """A keyed hash: the same for the same text, and nothing to try candidates with."""
        return hmac.digest(self._known(connection, "hide"), text.encode(), "sha256").hex()

    def _known(self, connection: Connection, use: str) -> bytes:
        if self._key is None:
            self._key = self._proved(connection)
        return hmac.digest(self._key, use.encode(), "sha256")

    def _proved(self, connection: Connection) -> bytes:
        query = select(setting.c.value).where(setting.c.name == _MARK)
        kept = connection.scalar(query)
        if kept is None:
            people.hold(connection)
            kept = connection.scalar(query)
        found = self._read()
        if kept is None:
            key = found or self._made()
            mark = sha256(b"accounts key " + key).digest()
            connection.execute(insert(setting).values(name=_MARK, value=mark))
            return key
        if found is None or sha256(b"accounts key " + found).digest() != bytes(kept):
            raise SecretsLostError("security.key-lost")
        return found

    def _made(self) -> bytes:
        octets = msgspec.json.encode(_File(secrets.token_bytes(32)))
        with suppress(FileExistsError):
            write_secret(self.path, octets, anew=False)
        found = self._read()
        if found is None:
            raise SecretsLostError("security.key-lost")
        return found

    def _read(self) -> bytes | None:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=_File).key
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as error:
            raise SecretsLostError("security.key-lost") from error


_vaults: WeakKeyDictionary[Store, Vault] = WeakKeyDictionary()


def attach(store: Store, path: Path) -> None:
    """The key of a store's accounts lies in this file."""
    _vaults[store] = Vault(path)


def vault_of(store: Store) -> Vault:
    """What seals a store's secrets; raises `SecretsLostError` where nobody named its file."""
    found = _vaults.get(store)
    if found is None:
        raise SecretsLostError("security.key-lost")
    return found
