# SPDX-License-Identifier: Apache-2.0
"""Enrolment put together from what the installation says."""

from nguon.parties.enrolment.given import Given
from nguon.parties.enrolment.numbers import NumberKey
from nguon.parties.enrolment.office import Office, Unknown, attach
from nguon.parties.register.kept import KeptRegister
from nguon.parties.register.opening import open_register
from nguon.registry.documents import Folder
from nguon.store import Store


def open_office(store: Store, given: Given) -> Office:
    """Enrolment over a store works with these from now on; raises `RegisterError` for an address
    that cannot be a register's.
    """
    register = open_register(given.register)
    office = Office(
        base_url=given.base_url,
        documents=Folder(given.documents),
        numbers=NumberKey(given.number_key),
        register=None if register is None else KeptRegister(store, register),
        roots=given.roots,
        unknown_revocation=Unknown(given.unknown_revocation),
        levels=given.levels,
    )
    attach(store, office)
    return office
