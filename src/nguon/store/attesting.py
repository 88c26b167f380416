# SPDX-License-Identifier: Apache-2.0
"""The statements on credentials issued here, status lists and attestations; nothing is decided."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from nguon.store.attesting_tables import (
    accreditation,
    attestation,
    attestation_about,
    attestation_step,
    credential_issued,
    credential_step,
    status_list,
    status_received,
)
from nguon.store.portions import batches
from nguon.store.stated import stated

Values = Mapping[str, Any]


def open_list(connection: Connection, issuer: int, purpose: str) -> RowMapping | None:
    """The newest list of an issuer for a purpose, held until the transaction ends."""
    columns = status_list.c
    query = select(status_list).where(columns.issuer == issuer, columns.purpose == purpose)
    newest = query.order_by(columns.opened.desc(), columns.id).limit(1).with_for_update()
    return connection.execute(newest).mappings().one_or_none()


def add_list(connection: Connection, values: Values) -> None:
    """Write a new list."""
    connection.execute(insert(status_list), [dict(values)])


def take_place(connection: Connection, number: str) -> int:
    """Give out the next place of a list; how many had been given before."""
    own = update(status_list).where(status_list.c.id == number)
    taken = own.values(used=status_list.c.used + 1).returning(status_list.c.used)
    return int(connection.execute(taken).scalar_one()) - 1


def tell_anew(connection: Connection, number: str) -> None:
    """What a list tells has changed."""
    own = update(status_list).where(status_list.c.id == number)
    connection.execute(own.values(version=status_list.c.version + 1))


def list_of(connection: Connection, number: str) -> RowMapping | None:
    """A list by its id."""
    query = select(status_list).where(status_list.c.id == number)
    return connection.execute(query).mappings().one_or_none()


def told_places(connection: Connection, number: str, states: Collection[str]) -> list[int]:
    """The places of a list whose credentials are in these states."""
    columns = credential_issued.c
    query = select(columns.place).where(columns.list == number, columns.state.in_(states))
    return list(connection.scalars(query))


def add_credential(connection: Connection, values: Values) -> None:
    """Write a credential that was issued."""
    connection.execute(insert(credential_issued), [dict(values)])
    stated(connection, credential_issued, [values])


def credentials(
    connection: Connection, numbers: Collection[str], *, hold: bool = False
) -> list[RowMapping]:
    """Credentials by id; ``hold`` keeps others from changing them."""
    query = select(credential_issued).where(credential_issued.c.id.in_(sorted(numbers)))
    return list(connection.execute(query.with_for_update() if hold else query).mappings())


def asked_before(connection: Connection, issuer: int, request: str) -> RowMapping | None:
    """The credential that a request led to."""
    columns = credential_issued.c
    query = select(credential_issued).where(columns.issuer == issuer, columns.request == request)
    return connection.execute(query).mappings().one_or_none()


def issued_by(connection: Connection, issuer: int, limit: int) -> list[RowMapping]:
    """What an organisation issued, the newest first."""
    return _newest(connection, credential_issued.c.issuer == issuer, limit)


def held_by(connection: Connection, holder: int, limit: int) -> list[RowMapping]:
    """What was issued to an organisation, the newest first."""
    return _newest(connection, credential_issued.c.holder == holder, limit)


def change_credential(connection: Connection, number: str, values: Values) -> None:
    """What became of a credential; stated with all that it is then."""
    own = update(credential_issued).where(credential_issued.c.id == number)
    changed = own.values(**values).returning(*credential_issued.c)
    stated(connection, credential_issued, connection.execute(changed).mappings().all())


def add_credential_step(connection: Connection, values: Values) -> None:
    """Write what happened to a credential."""
    connection.execute(insert(credential_step), [dict(values)])
    stated(connection, credential_step, [values])


def credential_steps(connection: Connection, numbers: Collection[str]) -> list[RowMapping]:
    """What happened to credentials, in order."""
    return _steps(connection, credential_step, "credential", numbers)


def add_attestation(connection: Connection, values: Values, about: Collection[str]) -> None:
    """Write what a body says, and under which keys it is found."""
    connection.execute(insert(attestation), [dict(values)])
    found = [{"key": key, "attestation": values["id"]} for key in sorted(about)]
    if found:
        connection.execute(insert(attestation_about), found)
    stated(connection, attestation, [values])


def change_attestation(connection: Connection, number: str, values: Values) -> None:
    """What became known of an attestation; stated with all that it is then."""
    own = update(attestation).where(attestation.c.id == number)
    changed = own.values(**values).returning(*attestation.c)
    stated(connection, attestation, connection.execute(changed).mappings().all())


def add_attestation_step(connection: Connection, values: Values) -> None:
    """Write what became known."""
    connection.execute(insert(attestation_step), [dict(values)])
    stated(connection, attestation_step, [values])


def attestation_steps(connection: Connection, numbers: Collection[str]) -> list[RowMapping]:
    """What became known of attestations, in order."""
    return _steps(connection, attestation_step, "attestation", numbers)


def attestations(
    connection: Connection, column: str, wanted: Sequence[Any], *, limit: int = 500
) -> list[RowMapping]:
    """Attestations by id, organisation or credential, the newest first."""
    query = select(attestation).where(attestation.c[column].in_(wanted))
    ordered = query.order_by(attestation.c.received.desc(), attestation.c.id).limit(limit)
    return list(connection.execute(ordered).mappings())


def received_before(connection: Connection, organisation: int, digest: str) -> RowMapping | None:
    """What an organisation received with this digest."""
    columns = attestation.c
    query = select(attestation).where(
        columns.organisation == organisation, columns.digest == digest
    )
    return connection.execute(query).mappings().one_or_none()


def attestations_about(
    connection: Connection, keys: Collection[str]
) -> list[tuple[str, RowMapping]]:
    """Attestations about keys, each with its key, the oldest first."""
    found: list[tuple[str, RowMapping]] = []
    for some in batches(sorted(keys)):
        query = (
            select(attestation_about.c.key, *attestation.c)
            .join(attestation, attestation.c.id == attestation_about.c.attestation)
            .where(attestation_about.c.key.in_(some))
            .order_by(attestation.c.received, attestation.c.id)
        )
        found += [(row["key"], row) for row in connection.execute(query).mappings()]
    return found


def keys_about(connection: Connection, number: str) -> list[str]:
    """What an attestation is about."""
    query = select(attestation_about.c.key).where(attestation_about.c.attestation == number)
    return sorted(connection.scalars(query))


def add_accreditation(connection: Connection, values: Values) -> None:
    """Write who recognised a body."""
    connection.execute(insert(accreditation), [dict(values)])
    stated(connection, accreditation, [values])


def change_accreditation(connection: Connection, number: str, values: Values) -> bool:
    """What became of it; False where there is none."""
    own = update(accreditation).where(accreditation.c.id == number)
    found = connection.execute(own.values(**values).returning(*accreditation.c)).mappings().all()
    stated(connection, accreditation, found)
    return bool(found)


def accreditations(
    connection: Connection, attesters: Collection[str] | None = None
) -> list[RowMapping]:
    """Recognitions of these bodies, or all, the newest first."""
    query = select(accreditation)
    if attesters is not None:
        query = query.where(accreditation.c.attester.in_(sorted(attesters)))
    ordered = query.order_by(accreditation.c.recorded.desc(), accreditation.c.id)
    return list(connection.execute(ordered).mappings())


def keep_list(connection: Connection, url: str, token: bytes, now: int) -> None:
    """Keep a status list of elsewhere in the place of an earlier one."""
    values = {"token": token, "received": now}
    try:
        with connection.begin_nested():
            connection.execute(insert(status_received).values(url=url, **values))
    except IntegrityError:
        own = update(status_received).where(status_received.c.url == url)
        connection.execute(own.values(**values))


def kept_list(connection: Connection, url: str) -> bytes | None:
    """The status list of elsewhere that was sent last."""
    query = select(status_received.c.token).where(status_received.c.url == url)
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else bytes(found)


def _newest(connection: Connection, condition: Any, limit: int) -> list[RowMapping]:
    query: Select[Any] = select(credential_issued).where(condition)
    ordered = query.order_by(credential_issued.c.issued.desc(), credential_issued.c.id)
    return list(connection.execute(ordered.limit(limit)).mappings())


def _steps(
    connection: Connection, table: Any, column: str, numbers: Collection[str]
) -> list[RowMapping]:
    found: list[RowMapping] = []
    for some in batches(sorted(numbers)):
        query = select(table).where(table.c[column].in_(some))
        found += connection.execute(query.order_by(table.c[column], table.c.number)).mappings()
    return found
