# SPDX-License-Identifier: Apache-2.0
"""What bodies attest, as it comes in: credentials, verified, and papers that name a body."""

import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.attesting import lists, reaching, subjects, trusted
from nguon.attesting.errors import AttestingError, AttestingForbiddenError, AttestingUnknownError
from nguon.attesting.model import PaperAsked, Source, Standing
from nguon.base.time import HANOI, to_microseconds
from nguon.credentials.errors import CredentialError
from nguon.credentials.model import Credential
from nguon.credentials.status import StatusList, read_entry
from nguon.credentials.untp.model import Kind as Document
from nguon.credentials.untp.reading import attested
from nguon.credentials.verifying import Finding, Statuses, Verified, verified_list, verify
from nguon.credentials.verifying import Standing as Found
from nguon.identity.model import Principal, Scope
from nguon.signing.errors import SigningError
from nguon.store import Store
from nguon.store import attesting as rows

MOST_OCTETS = 256 * 1024
MOST_LISTS = 8
_LONGEST = 300
_STANDINGS = {
    Found.UNKNOWN: Standing.UNKNOWN,
    Found.SUSPENDED: Standing.SUSPENDED,
    Found.REVOKED: Standing.REVOKED,
}


class Received(msgspec.Struct, frozen=True):
    """An attestation's id, and what was found about the credential."""

    id: str
    findings: tuple[Finding, ...]


class _Told(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    scheme: str
    number: str
    scope: str
    about: frozenset[str]


def receive(
    store: Store, by: Principal, secured: str | bytes, status_lists: Sequence[str | bytes] = ()
) -> Received:
    """Take in a credential of a body, with the status lists that were sent along.

    It is verified now; the same one again is judged again. Its contexts, its keys and its
    status are never fetched.

    Raises:
        CredentialError, SigningError: it does not hold, or its issuer is not known here.
        AttestingError: it is about nothing that has a key here; too much was sent.
    """
    octets = secured.encode() if isinstance(secured, str) else secured
    octets = octets.strip()
    if len(octets) > MOST_OCTETS or len(status_lists) > MOST_LISTS:
        raise AttestingError("attesting.too-much", most=MOST_OCTETS // 1024, lists=MOST_LISTS)
    now = datetime.now(UTC)
    found = judged(store, octets, status_lists, now)
    told = _of(store, found.credential)
    digest = sha256(octets).hexdigest()
    with store.transaction() as connection:
        for url, token in _fresh(found.credential, store, status_lists, now).items():
            rows.keep_list(connection, url, token, to_microseconds(now))
        before = rows.received_before(connection, by.organisation, digest)
        if before is not None:
            return Received(_again(connection, before, found, by, now), found.findings)
        number = secrets.token_hex(12)
        own = rows.credentials(connection, [_own_number(store, found.credential)])
        values = _values(by, now) | {
            "id": number,
            "source": Source.CREDENTIAL.value,
            "attester": _attester(store, found.credential.issuer),
            "attester_name": _name(found.credential),
            "kind": told.kind,
            "scheme": told.scheme,
            "number": told.number,
            "scope": told.scope,
            "valid_from": _moment(found.credential.valid_from),
            "valid_until": _moment(found.credential.valid_until),
            "digest": digest,
            "credential": own[0]["id"] if own else None,
            "token": octets,
            "state": standing(found).value,
        }
        rows.add_attestation(connection, values, told.about)
    return Received(number, found.findings)


def judged(
    store: Store, secured: bytes, status_lists: Sequence[str | bytes], now: datetime
) -> Verified:
    """A credential, verified with what is known here; raises as `receive`."""
    statuses = statuses_of(store, status_lists, now)
    return verify(secured, trusted.resolve_of(store, now), statuses, now)


def statuses_of(store: Store, status_lists: Sequence[str | bytes], now: datetime) -> Statuses:
    """How status lists are had: ours as they stand, those sent along, those kept from before."""
    resolve = trusted.resolve_of(store, now)

    def statuses(url: str) -> StatusList | None:
        with store.reading() as connection:
            own = lists.local(store, connection, url)
            kept = None if own is not None else rows.kept_list(connection, url)
        if own is not None:
            return own
        for token in (*status_lists, *([] if kept is None else [kept])):
            try:
                return verified_list(token, resolve, url, now)
            except (CredentialError, SigningError):
                continue
        return None

    return statuses


def standing(found: Verified) -> Standing:
    """What an attestation stands as; its days are judged when it is used."""
    states = {_STANDINGS[one.standing] for one in found.findings if one.standing in _STANDINGS}
    order = (Standing.REVOKED, Standing.SUSPENDED, Standing.UNKNOWN)
    return next((one for one in order if one in states), Standing.GOOD)


def keep_paper(store: Store, by: Principal, asked: PaperAsked, file: str) -> str:
    """Keep a paper that names a body, by the digest of its file; it stands as unknown until an
    officer confirms it. The same file again is the same paper.

    Raises `AttestingError`; ``field`` says what is missing.
    """
    about = check_paper(store, asked)
    now = datetime.now(UTC)
    with store.transaction() as connection:
        before = rows.received_before(connection, by.organisation, file)
        if before is not None:
            return str(before["id"])
        number = secrets.token_hex(12)
        values = _values(by, now) | {
            "id": number,
            "source": Source.DOCUMENT.value,
            "attester": asked.attester,
            "attester_name": asked.attester_name.strip(),
            "kind": asked.kind.value,
            "scheme": asked.scheme.strip(),
            "number": asked.number.strip(),
            "scope": " ".join(asked.scope.split())[:_LONGEST],
            "valid_from": _day(asked.first_day),
            "valid_until": _day(asked.last_day, end=True),
            "digest": file,
            "file": file,
            "state": Standing.UNKNOWN.value,
        }
        rows.add_attestation(connection, values, about)
    return number


def check_paper(store: Store, asked: PaperAsked) -> tuple[str, ...]:
    """What a paper is about; raises `AttestingError`; ``field`` says what is missing."""
    for field in ("attester_name", "scheme", "number"):
        if not 0 < len(getattr(asked, field).strip()) <= _LONGEST:
            raise AttestingError("attesting.missing", field=field, most=_LONGEST)
    about = subjects.keys_of(store, asked.about)
    if not about:
        raise AttestingError("attesting.about", field="about", value="")
    if asked.first_day and asked.last_day and asked.last_day < asked.first_day:
        raise AttestingError("attesting.days", field="last_day")
    return about


def confirm(store: Store, by: Principal, number: str, state: Standing, reason: str) -> None:
    """An officer says what a paper stands as, having asked the body that it names.

    Raises:
        AttestingForbiddenError: not an officer's.
        AttestingUnknownError: there is no such paper, or none of whom he is in charge.
        AttestingError: no reason is given.
    """
    if not (by.may(Scope.SUPERVISE) or by.may(Scope.ADMIN)):
        raise AttestingForbiddenError("attesting.not-an-officer")
    with store.reading() as connection:
        known = rows.attestations(connection, "id", [number])
    if not known or not reaching.judges(store, by, known[0]["organisation"]):
        raise AttestingUnknownError("attesting.unknown")
    said = " ".join(reason.split())[:_LONGEST]
    if not said:
        raise AttestingError("attesting.reason", field="reason")
    with store.transaction() as connection:
        found = rows.attestations(connection, "id", [number])
        if not found or found[0]["source"] != Source.DOCUMENT:
            raise AttestingUnknownError("attesting.unknown")
        _step(connection, found[0], state, by, said, datetime.now(UTC))


def _again(
    connection: Connection, before: Any, found: Verified, by: Principal, now: datetime
) -> str:
    state = standing(found)
    if state.value != before["state"]:
        _step(connection, before, state, by, "", now)
    return str(before["id"])


def _step(
    connection: Connection, row: Any, state: Standing, by: Principal, reason: str, now: datetime
) -> None:
    steps, moment = row["steps"] + 1, to_microseconds(now)
    values = {"state": state.value, "checked": moment, "steps": steps}
    rows.change_attestation(connection, row["id"], values)
    rows.add_attestation_step(
        connection,
        {
            "attestation": row["id"],
            "number": steps,
            "state": state.value,
            "at": moment,
            "organisation": by.organisation,
            "actor": by.key_id,
            "reason": reason,
        },
    )


def _of(store: Store, credential: Credential) -> _Told:
    """What a credential attests, in our keys; raises `AttestingError` where there is no key."""
    if Document.CONFORMITY in credential.types:
        told = attested(credential)
        named = (*told.products, *told.facilities, *told.organisations, told.to.id)
        kind, scheme = told.kind, told.scheme.name
        scope = "; ".join(dict.fromkeys(one.name for one in told.criteria))
        name = told.name
    else:
        named = tuple(str(one.get("id", "")) for one in credential.subjects)
        kind, scheme = "credential", credential.types[-1]
        scope, name = "", credential.id or ""
    keys = {key for one in named if (key := subjects.told_key(store, one)) is not None}
    if not keys:
        raise AttestingError("attesting.about-nothing", named=", ".join(named)[:200])
    return _Told(
        kind=kind, scheme=scheme[:_LONGEST], number=name[:_LONGEST], scope=scope[:_LONGEST],
        about=frozenset(keys),
    )  # fmt: skip


def _fresh(
    credential: Credential, store: Store, status_lists: Sequence[str | bytes], now: datetime
) -> dict[str, bytes]:
    """The lists that were sent along and are those of the credential, by their addresses."""
    resolve, found = trusted.resolve_of(store, now), dict[str, bytes]()
    for status in credential.statuses:
        entry = read_entry(status)
        if entry is None:
            continue
        for token in status_lists:
            try:
                verified_list(token, resolve, entry.list, now)
            except (CredentialError, SigningError):
                continue
            found[entry.list] = token.encode() if isinstance(token, str) else token
    return found


def _own_number(store: Store, credential: Credential) -> str:
    beginning = f"{lists.address(store, '').removesuffix('status/')}credentials/"
    return (credential.id or "").removeprefix(beginning)


def _attester(store: Store, issuer: str) -> str:
    """A body of ours by its number, others by their DID."""
    return subjects.told_key(store, issuer) or issuer


def _name(credential: Credential) -> str:
    name = credential.issuer_name
    return name[:_LONGEST] if isinstance(name, str) and name.strip() else credential.issuer


def _values(by: Principal, now: datetime) -> dict[str, Any]:
    moment = to_microseconds(now)
    return {
        "organisation": by.organisation,
        "checked": moment,
        "received": moment,
        "actor": by.key_id,
        "steps": 0,
    }


def _moment(value: datetime | None) -> int | None:
    return None if value is None else to_microseconds(value)


def _day(value: date | None, *, end: bool = False) -> int | None:
    if value is None:
        return None
    begin = datetime.combine(value, time(), HANOI)
    return to_microseconds(begin + timedelta(days=1, seconds=-1) if end else begin)
