# SPDX-License-Identifier: Apache-2.0
"""The installation's keys: a file beside the data, never in the database.

Whoever has a copy of the database alone can neither make serials nor read
hidden parts. The database keeps each key's fingerprint, so that a lost or
foreign file is noticed before a code is made or judged with it. The newest key
makes; all of them check.
"""

import secrets
from contextlib import suppress
from pathlib import Path
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Connection, insert, select

from nguon.archive.durable import write_secret
from nguon.codes.errors import KeysLostError
from nguon.codes.serials import KEYS, Sealer, fingerprint
from nguon.codes.signing import Signer
from nguon.store import Store
from nguon.store import codes as rows
from nguon.store.schema import setting

_SECRET = 32
_MARK = "codes-key/"


class Key(msgspec.Struct, frozen=True):
    """One key: ``secret`` for serials and hidden parts, ``signing`` the seed of signatures."""

    number: int
    secret: bytes
    signing: bytes


class _File(msgspec.Struct, frozen=True):
    keys: tuple[Key, ...]


class Keyring:
    """The keys in a file, read when they are first needed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[tuple[int, ...], tuple[Key, ...]] | None = None
        self._sealers: dict[tuple[int, str], Sealer] = {}
        self._proved = False

    def all(self) -> tuple[Key, ...]:
        """Every key, the newest last; none where the file is not there."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            self._read, self._sealers, self._proved = None, {}, False
            return ()
        mark = found.st_mtime_ns, found.st_ino, found.st_size
        if self._read is None or self._read[0] != mark:
            self._read = mark, _keys_in(self.path)
            self._sealers, self._proved = {}, False
        return self._read[1]

    def newest(self, connection: Connection) -> Key:
        """The key to make codes with, noted with the data; the first one is made where the data
        know none.

        Raises:
            KeysLostError: a key that the data know is missing, or is another.
        """
        self.prove(connection)
        found = self.all()
        if not found:
            _create(self.path, (_new(0),))
            found = self.all()
        known(connection, found[-1])
        return found[-1]

    def rotate(self, store: Store) -> Key:
        """A new key for codes made from now on; those made before are checked with theirs.

        Raises:
            KeysLostError: a key that the data know is missing, or is another; an installation has
                at most 32 keys in its life.
        """
        with store.transaction() as connection:
            rows.hold(connection, "keys")
            self.prove(connection)
            found = self.all()
            if len(found) >= KEYS:
                raise KeysLostError("codes.keys-used-up", most=KEYS)
            added = _new(found[-1].number + 1 if found else 0)
            write_secret(self.path, msgspec.json.encode(_File((*found, added))), anew=True)
            known(connection, added)
        return added

    def key(self, number: int) -> Key:
        """A key by its number; raises `KeysLostError` where the file does not have it."""
        for key in self.all():
            if key.number == number:
                return key
        raise KeysLostError("codes.keys-lost", number=number)

    def prove(self, connection: Connection) -> None:
        """Make sure that every key which the data know is here, once for each file.

        Raises:
            KeysLostError: one is missing, or is another.
        """
        self.all()
        if self._proved:
            return
        # The file is written before the data know of it: read after them, it has all they know.
        kept = connection.execute(select(setting).where(setting.c.name.like(f"{_MARK}%"))).all()
        here = {f"{_MARK}{key.number}": fingerprint(key.secret) for key in self.all()}
        for row in kept:
            if here.get(row.name) != bytes(row.value):
                raise KeysLostError("codes.keys-lost", number=row.name[len(_MARK) :])
        self._proved = bool(here)

    def sealer(self, number: int, gtin: str) -> Sealer:
        """The serials of a product under a key."""
        place = number, gtin
        if place not in self._sealers:
            if len(self._sealers) > 1000:
                self._sealers = {}
            self._sealers[place] = Sealer(number, self.key(number).secret, gtin)
        return self._sealers[place]

    def signers(self) -> list[Signer]:
        """Who signs and signed, the newest last."""
        return [Signer(key.signing) for key in self.all()]


_rings: WeakKeyDictionary[Store, Keyring] = WeakKeyDictionary()


def attach(store: Store, path: Path) -> None:
    """The keys of a store lie in this file."""
    _rings[store] = Keyring(path)


def of(store: Store) -> Keyring:
    """The keys of a store.

    Raises:
        KeysLostError: nobody said where they are.
    """
    found = _rings.get(store)
    if found is None:
        raise KeysLostError("codes.keys-lost", number=0)
    return found


def known(connection: Connection, key: Key) -> None:
    """Note a key's fingerprint with the data.

    Raises:
        KeysLostError: the data know another key of this number.
    """
    name, mark = f"{_MARK}{key.number}", fingerprint(key.secret)
    query = select(setting.c.value).where(setting.c.name == name)
    kept = connection.scalar(query)
    if kept is None:
        # Two first orders at once: the second waits and finds what the first noted.
        rows.hold(connection, "keys")
        kept = connection.scalar(query)
    if kept is None:
        connection.execute(insert(setting).values(name=name, value=mark))
    elif bytes(kept) != mark:
        raise KeysLostError("codes.keys-lost", number=key.number)


def _new(number: int) -> Key:
    return Key(number, secrets.token_bytes(_SECRET), secrets.token_bytes(_SECRET))


def _keys_in(path: Path) -> tuple[Key, ...]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_File).keys
    except msgspec.DecodeError as error:
        raise KeysLostError("codes.keys-lost", number=0) from error


def _create(path: Path, keys: tuple[Key, ...]) -> None:
    """The first file; where another process was faster, its file stands."""
    with suppress(FileExistsError):
        write_secret(path, msgspec.json.encode(_File(keys)), anew=False)
