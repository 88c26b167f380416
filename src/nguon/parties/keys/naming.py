# SPDX-License-Identifier: Apache-2.0
"""What a party is called in public: its registered code, or letters that tell nothing.

Households and people have an opaque name: theirs in the register may be a personal number.
"""

import re
from base64 import b32encode
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from nguon.base.mac import mac
from nguon.credentials.did import web_did
from nguon.parties.keys.errors import PartyKeyError
from nguon.registry.model import OrganisationKind
from nguon.store import Store
from nguon.store import party_keys as rows

OPERATOR = 0
"""The number that stands for the operator of the platform among organisations."""
_NATURAL = {OrganisationKind.HOUSEHOLD, OrganisationKind.PERSON}
_PLAIN = re.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}")
_PERSONAL = re.compile("[0-9]{9}|[0-9]{12}")
_OPAQUE = "p-"
_LENGTH = 10
_DEFAULT = "http://localhost:8000"
_bases: WeakKeyDictionary[Store, str] = WeakKeyDictionary()


def attach(store: Store, base_url: str) -> None:
    """The parties of a store are found at this address."""
    _bases[store] = base_url


def base_of(store: Store) -> str:
    """The address under which the parties of a store are found."""
    return _bases.get(store, _DEFAULT)


def opaque(store: Store, organisation: int) -> str:
    """A name that tells nothing of a party and is always the same: 16 letters and digits."""
    keyed = mac(store.secret, b"party/" + organisation.to_bytes(8, "big", signed=True))
    return _OPAQUE + b32encode(keyed[:_LENGTH]).decode().lower()


def is_opaque(code: str) -> bool:
    """Whether a public name is one of those that tell nothing."""
    return code.startswith(_OPAQUE)


def party_code(store: Store, connection: Connection, organisation: int) -> str:
    """What an organisation is called in public, empty for the operator.

    Raises `PartyKeyError` where there is no such organisation.
    """
    if organisation == OPERATOR:
        return ""
    found = rows.registered(connection, organisation)
    if found is None:
        raise PartyKeyError("party-keys.unknown-party")
    return called(store, organisation, str(found["code"]), found["kind"])


def called(store: Store, organisation: int, code: str, kind: str) -> str:
    """What a registered organisation with this code and kind is called in public."""
    plain = _PLAIN.fullmatch(code) and not _PERSONAL.fullmatch(code)
    if kind in _NATURAL or not plain or is_opaque(code):
        return opaque(store, organisation)
    return code


def did(store: Store, party: str) -> str:
    """The decentralised identifier of a party by its public name: did:web under our address."""
    made = web_did(base_of(store), party)
    return made if party else made.removesuffix(":parties:")
