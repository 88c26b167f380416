# SPDX-License-Identifier: Apache-2.0
"""Whose signatures are known: parties of ours, and bodies on a list that the operator keeps.

The list is a TOML file: a table ``[[body]]`` for each with ``did``, ``name``, ``document`` (a
file with its DID document beside the list; not needed for did:key) and who recognised it:
``accreditor``, ``number``, ``schemes``, ``valid_from``, ``valid_to``. Nothing is fetched.
"""

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from nguon.attesting.errors import AttestingError
from nguon.attesting.model import Accreditation
from nguon.attesting.subjects import party_of
from nguon.credentials.did import Resolve, resolver
from nguon.parties.keys import queries
from nguon.parties.keys.naming import did
from nguon.parties.keys.published import did_document
from nguon.store import Store


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """A body on the list; without ``accreditor`` its signature is known and nothing more."""

    did: str
    name: str
    document: str = ""
    accreditor: str = ""
    number: str = ""
    schemes: tuple[str, ...] = ()
    valid_from: date = date.min
    valid_to: date | None = None

    @property
    def accreditation(self) -> Accreditation | None:
        """By whom it is recognised."""
        if not self.accreditor:
            return None
        return Accreditation(
            id=f"list:{self.did}",
            attester=self.did,
            name=self.name,
            accreditor=self.accreditor,
            number=self.number,
            schemes=tuple(one.casefold() for one in self.schemes),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )


class _List(msgspec.Struct, frozen=True):
    body: tuple[Body, ...] = ()


_Known = tuple[Mapping[str, Body], Mapping[str, Mapping[str, Any]]]
_paths: WeakKeyDictionary[Store, Path] = WeakKeyDictionary()
_read: WeakKeyDictionary[Store, tuple[tuple[int, int], _Known]] = WeakKeyDictionary()


def attach(store: Store, path: Path) -> None:
    """The list of a store lies in this file, which may not be there."""
    _paths[store] = path


def bodies(store: Store) -> Mapping[str, Body]:
    """The bodies on the list by their DID; raises `AttestingError` where it cannot be read."""
    return _known(store)[0]


def resolve_of(store: Store, moment: datetime | None = None) -> Resolve:
    """How the keys of known issuers are found: ours as they stand, others' on the list."""
    at = moment or datetime.now(UTC)

    def documents(name: str) -> Mapping[str, Any] | None:
        party = "" if name == did(store, "") else party_of(store, name)
        if party is not None:
            keys = queries.of_party(store, party)
            return did_document(name, keys, at) if keys else None
        return _known(store)[1].get(name)

    return resolver(documents)


def document_of(store: Store, name: str) -> Mapping[str, Any] | None:
    """The DID document of a body on the list; None for a party of ours, and for strangers."""
    return _known(store)[1].get(name)


def _known(store: Store) -> _Known:
    path = _paths.get(store)
    if path is None or not path.is_file():
        return {}, {}
    found = path.stat()
    mark = found.st_mtime_ns, found.st_size
    before = _read.get(store)
    if before is None or before[0] != mark:
        before = _read[store] = mark, _loaded(path)
    return before[1]


def _loaded(path: Path) -> _Known:
    try:
        listed = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _List)
        documents = {
            one.did: msgspec.json.decode((path.parent / one.document).read_bytes(), type=dict)
            for one in listed.body
            if one.document
        }
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise AttestingError("attesting.trusted-list", reason=str(error)[:200]) from error
    return {one.did: one for one in listed.body}, documents
