# SPDX-License-Identifier: Apache-2.0
"""What is attested of goods, places and organisations: credentials, papers, the register."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection

from nguon.attesting import accrediting, records
from nguon.attesting.errors import AttestingUnknownError
from nguon.attesting.model import (
    Accreditation,
    Attestation,
    Issued,
    Source,
    Standing,
    Step,
    day_of,
)
from nguon.base.time import HANOI, from_microseconds
from nguon.identity.visibility import PUBLIC
from nguon.registry import history
from nguon.registry import queries as registers
from nguon.registry.history import Status
from nguon.registry.model import Certificate, Register
from nguon.store import Store
from nguon.store import attesting as rows

_OF_REGISTER = {
    Status.APPROVED: Standing.GOOD,
    Status.CHECKED: Standing.UNKNOWN,
    Status.SUSPENDED: Standing.SUSPENDED,
    Status.REVOKED: Standing.REVOKED,
    Status.REFUSED: Standing.REVOKED,
}


def attestations_for(
    store: Store,
    *,
    items: Collection[str] = (),
    places: Collection[str] = (),
    organisations: Collection[int] = (),
    products: Collection[str] = (),
    at: datetime,
) -> list[Attestation]:
    """What bodies attest of any of these, the oldest first; at most eight statements.

    Whether a body was recognised, and what a paper of the register stood as, is told for
    ``at``; credentials stand as they stand now, with their steps.
    """
    keys = {*items, *places, *products, *(f"organisation/{one}" for one in organisations)}
    with store.reading() as connection:
        about = rows.attestations_about(connection, keys)
        found = {row["id"]: row for _, row in about}
        steps = _steps(connection, found)
    concerned: dict[str, list[str]] = {}
    for key, row in about:
        concerned.setdefault(row["id"], []).append(key)
    known = _recognised(store, found.values())
    made = [
        _attestation(row, concerned[number], steps.get(number, ()), known, day_of(at))
        for number, row in found.items()
    ]
    return [*made, *_register(store, places, organisations, products, at)]


def received(store: Store, organisation: int, *, limit: int = 200) -> list[Attestation]:
    """What an organisation was given or keeps, the newest first; of now."""
    with store.reading() as connection:
        found = rows.attestations(connection, "organisation", [organisation], limit=limit)
    return _listed(store, [row for row in found if row["source"] != Source.ISSUED])


def papers_waiting(store: Store, *, limit: int = 200) -> list[Attestation]:
    """Papers that no officer has confirmed or refused, the newest first."""
    with store.reading() as connection:
        found = rows.attestations(connection, "state", [Standing.UNKNOWN.value], limit=limit)
    return _listed(store, [row for row in found if row["source"] == Source.DOCUMENT])


def one(store: Store, number: str) -> Attestation:
    """An attestation with what it is about; raises `AttestingUnknownError`."""
    with store.reading() as connection:
        found = rows.attestations(connection, "id", [number])
        if not found:
            raise AttestingUnknownError("attesting.unknown")
        keys = rows.keys_about(connection, number)
        steps = _steps(connection, [number]).get(number, ())
    known = _recognised(store, found)
    return _attestation(found[0], keys, steps, known, day_of(datetime.now(HANOI)))


def about(store: Store, number: str) -> list[str]:
    """What an attestation is about; nothing for one that is not there."""
    with store.reading() as connection:
        return rows.keys_about(connection, number)


def secured(store: Store, number: str) -> bytes | None:
    """A credential as it was received; None where it was none."""
    with store.reading() as connection:
        found = rows.attestations(connection, "id", [number])
    token = found[0]["token"] if found else None
    return None if token is None else bytes(token)


def issued_by(store: Store, organisation: int, *, limit: int = 200) -> list[Issued]:
    """What an organisation issued, the newest first."""
    with store.reading() as connection:
        return [records.issued(row) for row in rows.issued_by(connection, organisation, limit)]


def held_by(store: Store, organisation: int, *, limit: int = 200) -> list[Issued]:
    """What was issued here to an organisation, the newest first."""
    with store.reading() as connection:
        return [records.issued(row) for row in rows.held_by(connection, organisation, limit)]


def _listed(store: Store, found: list[Any]) -> list[Attestation]:
    known, day = _recognised(store, found), day_of(datetime.now(HANOI))
    return [_attestation(row, (), (), known, day) for row in found]


def _recognised(store: Store, found: Iterable[Any]) -> Mapping[str, list[Accreditation]]:
    attesters = {row["attester"] for row in found if row["attester"]}
    known: dict[str, list[Accreditation]] = {}
    for one in accrediting.of(store, attesters) if attesters else ():
        known.setdefault(one.attester, []).append(one)
    return known


def _attestation(
    row: Any,
    about: Iterable[str],
    steps: Iterable[Step],
    known: Mapping[str, list[Accreditation]],
    day: date,
) -> Attestation:
    recognised = [one for one in known.get(row["attester"], ()) if one.covers(row["scheme"], day)]
    begin, end = row["valid_from"], row["valid_until"]
    return Attestation(
        id=row["id"],
        source=Source(row["source"]),
        kind=row["kind"],
        attester=row["attester"],
        attester_name=row["attester_name"],
        accredited=bool(recognised),
        accredited_by=recognised[0].accreditor if recognised else "",
        scheme=row["scheme"],
        number=row["number"],
        scope=row["scope"],
        about=tuple(sorted(about)),
        valid_from=None if begin is None else day_of(from_microseconds(begin)),
        valid_to=None if end is None else day_of(from_microseconds(end)),
        status=Standing(row["state"]),
        digest=row["digest"],
        evidence=_evidence(row),
        received=from_microseconds(row["received"]),
        organisation=row["organisation"],
        steps=tuple(steps),
    )


def _evidence(row: Any) -> tuple[str, ...]:
    if row["credential"] is not None:
        return (f"/api/v1/credentials/{row['credential']}",)
    return (f"/api/v1/attestations/{row['id']}/credential",) if row["token"] is not None else ()


def _steps(connection: Connection, numbers: Collection[str]) -> dict[str, tuple[Step, ...]]:
    found: dict[str, list[Step]] = {}
    for row in rows.attestation_steps(connection, list(numbers)):
        found.setdefault(row["attestation"], []).append(records.step(row))
    return {number: tuple(steps) for number, steps in found.items()}


def _register(
    store: Store,
    places: Collection[str],
    organisations: Collection[int],
    products: Collection[str],
    at: datetime,
) -> list[Attestation]:
    """Certificates of the register; the body in charge that approved one recognised it."""
    found = registers.certificates(
        store, PUBLIC, organisations=organisations, places=places, products=products
    )
    keys = [history.certificate_key(one.scheme, one.number) for one in found]
    if not found:
        return []
    with store.reading() as connection:
        stood = history.rows_in(connection, Register.CERTIFICATE, keys)
    return [
        _of_register(one, key, stood.get(key, ()), at) for one, key in zip(found, keys, strict=True)
    ]


def _of_register(
    one: Certificate, key: str, stood: Iterable[history.Standing], at: datetime
) -> Attestation:
    standings = list(stood)
    now = history.at(standings, at)
    status = _OF_REGISTER.get(now.status, Standing.UNKNOWN)
    holder = None if one.organisation is None else f"organisation/{one.organisation}"
    body = None if one.issuer_body is None else f"organisation/{one.issuer_body}"
    begun = one.valid_from or at.date()
    return Attestation(
        id=f"register:{key}",
        source=Source.REGISTER,
        kind="certification",
        attester=body or "",
        attester_name=one.issuer,
        accredited=status is Standing.GOOD,
        accredited_by=one.issuer if status is Standing.GOOD else "",
        scheme=one.scheme.value,
        number=one.number,
        scope=one.scope or one.title or "",
        about=tuple(about for about in (one.product, one.place, holder) if about is not None),
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        status=status,
        digest="",
        evidence=() if one.url is None else (one.url,),
        received=now.recorded or datetime.combine(begun, time(), HANOI),
        organisation=one.organisation,
    )
