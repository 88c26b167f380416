# SPDX-License-Identifier: Apache-2.0
"""Whose key signs for an organisation, and under which address."""

from collections.abc import Callable
from typing import NamedTuple

from nguon.attesting.errors import AttestingConflictError
from nguon.parties.keys import naming
from nguon.parties.keys.custody import custodian_of
from nguon.parties.keys.model import PartyKey
from nguon.signing.keys import PrivateKey
from nguon.store import Store

Keys = Callable[[int], tuple[PartyKey, PrivateKey] | None]
"""The key that signs for an organisation now, with its secret half; None where there is none."""


class Signer(NamedTuple):
    """A key at work: ``did`` is its party's, ``kid`` the address of the key for JOSE."""

    party: PartyKey
    key: PrivateKey
    did: str

    @property
    def kid(self) -> str:
        """The address of the key as JWK."""
        return f"{self.did}#{self.party.kid}"

    @property
    def method(self) -> str:
        """The address of the key as Multikey."""
        return f"{self.did}#{self.key.public.multikey()}"


def kept(store: Store) -> Keys:
    """The keys that the platform keeps for parties, and its own."""
    custodian = custodian_of(store)

    def found(organisation: int) -> tuple[PartyKey, PrivateKey] | None:
        if organisation == naming.OPERATOR:
            return custodian.platform()
        return custodian.key(organisation)

    return found


def signer(store: Store, organisation: int, keys: Keys) -> Signer:
    """Who signs for an organisation.

    Raises:
        AttestingConflictError: the platform keeps no key for it (``attesting.no-key``).
    """
    found = keys(organisation)
    if found is None:
        raise AttestingConflictError("attesting.no-key")
    party, key = found
    return Signer(party, key, naming.did(store, party.party))
