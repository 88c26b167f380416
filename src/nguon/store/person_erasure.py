# SPDX-License-Identifier: Apache-2.0
"""The statements that erase what is kept besides entries: versions, boundaries, files, people,
keys.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from nguon.store.access_tables import erasure
from nguon.store.accounts_tables import invitation, membership, person, session
from nguon.store.history_tables import register_document, register_version
from nguon.store.land_tables import plot_boundary, plot_cell
from nguon.store.party_keys_tables import party_key, party_key_secret, party_key_step
from nguon.store.portions import batches
from nguon.store.security_tables import (
    account_reset,
    one_time,
    passkey,
    provider_link,
    recovery_code,
    security_event,
    sign_in_step,
)

_OF_PERSON = (
    *(one_time, recovery_code, passkey, provider_link, sign_in_step, account_reset),
    security_event,
)
"""What is kept of people besides the person itself."""


def rewrite_versions(connection: Connection, register: str, key: str, content: str) -> None:
    """Leave of all versions of an entry nothing but this content."""
    own = (register_version.c.register == register) & (register_version.c.key == key)
    connection.execute(update(register_version).where(own).values(content=content))


def drop_boundaries(connection: Connection, places: Sequence[str]) -> None:
    """Remove the boundaries of places, all versions."""
    for some in batches(places):
        for table in (plot_boundary, plot_cell):
            connection.execute(delete(table).where(table.c.place.in_(some)))


def drop_documents(connection: Connection, entries: Iterable[tuple[str, str]]) -> list[str]:
    """Remove the files of entries (register, key); gives the digests that nothing else has."""
    table, digests = register_document, set[str]()
    for register, key in entries:
        own = and_(table.c.register == register, table.c.key == key)
        digests.update(connection.scalars(select(table.c.digest).where(own)))
        connection.execute(delete(table).where(own))
    kept = set[str]()
    for some in batches(sorted(digests)):
        kept.update(connection.scalars(select(table.c.digest).where(table.c.digest.in_(some))))
    return sorted(digests - kept)


def forget_keys(connection: Connection, organisation: int) -> None:
    """Remove the secrets that are kept for an organisation, and what its keys are called and why
    they took steps; who may check its signatures stays able to.
    """
    own = select(party_key.c.kid).where(party_key.c.organisation == organisation)
    connection.execute(delete(party_key_secret).where(party_key_secret.c.kid.in_(own)))
    steps = update(party_key_step).where(party_key_step.c.kid.in_(own))
    connection.execute(steps.values(reason=""))
    named = update(party_key).where(party_key.c.organisation == organisation)
    connection.execute(named.values(name=""))


def forget_accounts(connection: Connection, organisation: int, name: str, now: int) -> list[int]:
    """End what people are in an organisation; who is nowhere else is left without name, contact
    and password. Gives the numbers of these people; a second time changes nothing.
    """
    here = membership.c.organisation == organisation
    people = set(connection.scalars(select(membership.c.person).where(here)))
    elsewhere = and_(membership.c.organisation != organisation, membership.c.ended.is_(None))
    staying = set(connection.scalars(select(membership.c.person).where(elsewhere)))
    ids = select(membership.c.id).where(here)
    connection.execute(delete(session).where(session.c.membership.in_(ids)))
    standing = and_(here, membership.c.ended.is_(None))
    connection.execute(update(membership).where(standing).values(ended=now))
    gone = sorted(people - staying)
    bare = {"name": name, "email": None, "phone": None}
    for some in batches(gone):
        connection.execute(delete(session).where(session.c.person.in_(some)))
        connection.execute(
            update(person).where(person.c.id.in_(some)).values(**bare, password=None)
        )
        for table in _OF_PERSON:
            connection.execute(delete(table).where(table.c.person.in_(some)))
    invited = or_(invitation.c.organisation == organisation, invitation.c.accepted_by.in_(gone))
    connection.execute(update(invitation).where(invited).values(**bare))
    open_one = and_(invitation.c.accepted.is_(None), invitation.c.withdrawn.is_(None))
    ours = and_(invitation.c.organisation == organisation, open_one)
    connection.execute(update(invitation).where(ours).values(withdrawn=now))
    return sorted(people)


def note(connection: Connection, values: Mapping[str, Any]) -> None:
    """Write down that an order was carried out."""
    connection.execute(insert(erasure), [dict(values)])
