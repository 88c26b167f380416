# SPDX-License-Identifier: Apache-2.0
"""How reporters may be reached: encrypted under a key in a file that the database does not have.

Whoever has a copy of the database alone learns of no reporter. What is deleted from it
was never readable there, so that nothing of it stays behind in pages or backups.
"""

import secrets
from contextlib import suppress
from pathlib import Path
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nguon.archive.durable import write_secret
from nguon.disputes.errors import ContactKeyError
from nguon.store import Store

_NONCE = 12
_KEY = 32


class Contacts:
    """The key in a file, made when it is first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cipher: AESGCM | None = None

    def sealed(self, report: str, contact: str) -> bytes:
        """A contact as it is kept with a report."""
        nonce = secrets.token_bytes(_NONCE)
        text = contact.encode()
        return nonce + self._key(make=True).encrypt(nonce, text, report.encode())

    def opened(self, report: str, sealed: bytes) -> str:
        """A contact as it was given.

        Raises:
            ContactKeyError: the key is lost, or it is another's.
        """
        nonce, rest = sealed[:_NONCE], sealed[_NONCE:]
        try:
            return self._key(make=False).decrypt(nonce, rest, report.encode()).decode()
        except InvalidTag as error:
            raise ContactKeyError("disputes.contact-key") from error

    def _key(self, *, make: bool) -> AESGCM:
        if self._cipher is None:
            if make:
                with suppress(FileExistsError):
                    write_secret(self._path, secrets.token_bytes(_KEY), anew=False)
            try:
                secret = self._path.read_bytes()
                self._cipher = AESGCM(secret)
            except (FileNotFoundError, ValueError) as error:
                raise ContactKeyError("disputes.contact-key") from error
        return self._cipher


_kept: WeakKeyDictionary[Store, Contacts] = WeakKeyDictionary()


def attach(store: Store, path: Path) -> None:
    """The key for a store's contacts lies in this file."""
    _kept[store] = Contacts(path)


def of(store: Store) -> Contacts:
    """The contacts of a store.

    Raises:
        ContactKeyError: nobody said where the key is.
    """
    found = _kept.get(store)
    if found is None:
        raise ContactKeyError("disputes.contact-key")
    return found
