# SPDX-License-Identifier: Apache-2.0
"""Whose attestations somebody may read, and on which papers he may have a word."""

from nguon.codes import reach
from nguon.identity.model import Principal
from nguon.registry.ledger.registers import province_of_organisation
from nguon.store import Store


def sees(store: Store, by: Principal, organisation: int) -> bool:
    """The organisation itself, officers with a mandate for where it sits, the operator."""
    if by.organisation == organisation:
        return True
    with store.reading() as connection:
        province = province_of_organisation(connection, organisation)
    return reach.sees(by.audience, organisation, province)


def judges(store: Store, by: Principal, organisation: int) -> bool:
    """Officers in charge of where it sits and the operator; nobody of his own papers."""
    with store.reading() as connection:
        province = province_of_organisation(connection, organisation)
    return reach.judges(by, organisation, province)
