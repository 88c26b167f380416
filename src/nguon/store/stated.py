# SPDX-License-Identifier: Apache-2.0
"""Which rows are stated in the log when they are written, and how: never what they say.

A statement names the row and has the SHA-256 of what it is then, so that whoever is
shown the row can be shown that it is the one that was stated, and when. The statements on
a row are found by ``<kind>/<key>``, those on people and organisations by ``person/<id>``
and ``organisation/<id>``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table

from nguon.base.base64url import url_text
from nguon.base.canonical_json import canonical
from nguon.base.time import rfc3339
from nguon.store import access_tables as access
from nguon.store import accounts_tables as accounts
from nguon.store import attesting_tables as attesting
from nguon.store import codes_tables as codes
from nguon.store import disputes_tables as disputes
from nguon.store import drills_tables as drills
from nguon.store import enrolment_tables as enrolments
from nguon.store import history_tables as history
from nguon.store import identities_tables as identities
from nguon.store import inspections_tables as inspections
from nguon.store import ledger_tables as ledger
from nguon.store import listings_tables as listings
from nguon.store import recall_sites_tables as recall_sites
from nguon.store import recalls_tables as recalls
from nguon.store import registry_tables as registers
from nguon.store.compliance_tables import legal_hold
from nguon.store.entry_tables import handover_step
from nguon.store.grants_tables import party_grant
from nguon.store.links_tables import link_delegation
from nguon.store.sequencing import note
from nguon.store.statements import Statement

Row = Mapping[Any, Any]


class _Said(NamedTuple):
    """How the rows of a table are stated."""

    kind: str
    key: tuple[str, ...]
    about: Mapping[str, str] = {}
    """Columns that name whom it concerns, and as what."""


_ACTORS = (
    *("released_by", "withdrawn_by", "ended_by", "actor", "granted_by", "recorded_by"),
    *("created_by", "revoked_by", "answered_by", "given_by"),
)
"""Where rows have who did it; the first that is there counts."""
_PASSING = frozenset({"last_used", "drawn"})
"""What changes without a statement, and is no part of what is stated."""
_OF_ENTRIES = frozenset({"register.standing", "register.version"})
_MOST_EXACT = 2**53
_OWN = {"organisation": "organisation"}
_TABLES: dict[Table, _Said] = {
    registers.organisation: _Said("register.organisation", ("code",), {"id": "organisation"}),
    registers.place: _Said("register.place", ("key",), {"holder": "organisation"}),
    registers.product: _Said("register.product", ("key",), {"maker": "organisation"}),
    registers.certificate: _Said("register.certificate", ("scheme", "number"), _OWN),
    history.register_status: _Said("register.standing", ("register", "key", "number")),
    history.register_version: _Said("register.version", ("register", "key", "version")),
    accounts.membership: _Said("membership", ("id",), {"person": "person", **_OWN}),
    accounts.api_key: _Said("key", ("id",), _OWN),
    access.mandate: _Said("mandate", ("subject", "granted")),
    access.consent: _Said("consent", ("id",), {"subject": "organisation"}),
    codes.licence: _Said("licence", ("id",), _OWN),
    codes.licence_step: _Said("licence.step", ("licence", "number")),
    codes.quota: _Said("quota", ("organisation", "number"), _OWN),
    codes.mark: _Said("codes.mark", ("block", "number")),
    ledger.authorisation: _Said(
        "authorisation", ("id",), {"holder": "organisation", "grantee": "organisation"}
    ),
    ledger.authorisation_change: _Said("authorisation.change", ("authorisation", "number")),
    ledger.code_ceiling: _Said("ceiling", ("code", "number")),
    link_delegation: _Said("delegation", ("id",)),
    legal_hold: _Said("legal-hold", ("id",)),
    attesting.credential_issued: _Said(
        "credential", ("id",), {"issuer": "organisation", "holder": "organisation"}
    ),
    attesting.credential_step: _Said("credential.step", ("credential", "number")),
    attesting.attestation: _Said("attestation", ("id",), _OWN),
    attesting.attestation_step: _Said("attestation.step", ("attestation", "number")),
    attesting.accreditation: _Said("accreditation", ("id",)),
    listings.listing_seller: _Said(
        "listing.seller", ("market", "seller"), {"market": "organisation", **_OWN}
    ),
    listings.listing_resale: _Said("listing.resale", ("organisation", "key"), _OWN),
    disputes.dispute_case: _Said("dispute", ("id",), {"party": "organisation"}),
    disputes.dispute_step: _Said("dispute.step", ("dispute", "number")),
    recalls.recall_case: _Said("recall", ("id",), {"maker": "organisation"}),
    recalls.recall_step: _Said("recall.step", ("recall", "number")),
    recalls.recall_scope: _Said("recall.scope", ("recall", "version")),
    recalls.recall_request: _Said("recall.request", ("id",), _OWN),
    recalls.recall_report: _Said("recall.report", ("recall", "number")),
    recall_sites.recall_site: _Said("recall.site", ("recall", "number"), _OWN),
    recall_sites.recall_site_step: _Said("recall.site-step", ("recall", "site", "number"), _OWN),
    recall_sites.recall_disposal: _Said("recall.disposal", ("id",), _OWN),
    drills.drill: _Said("drill", ("id",), _OWN),
    drills.drill_site: _Said("drill.site", ("drill", "number"), _OWN),
    drills.drill_report: _Said("drill.report", ("drill", "number")),
    identities.foreign_identity: _Said("identity", ("id",), {"owner": "organisation"}),
    inspections.inspection: _Said("inspection", ("id",), _OWN),
    inspections.officer_hold: _Said("hold", ("id",), _OWN),
    handover_step: _Said("handover.step", ("handover", "number"), _OWN),
    party_grant: _Said("grant", ("id",), {"giver": "organisation", "taker": "organisation"}),
    identities.foreign_identity_step: _Said("identity.step", ("identity", "number")),
    enrolments.enrolment: _Said("enrolment", ("id",), _OWN),
    enrolments.enrolment_step: _Said("enrolment.step", ("enrolment", "number")),
    enrolments.register_standing: _Said("entity", ("organisation", "number"), _OWN),
    enrolments.household: _Said(
        "enrolment.household", ("household",), {"household": "organisation"}
    ),
}


def covered(table: Table) -> bool:
    """Whether rows of this table are stated."""
    return table in _TABLES


def stated(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Have rows stated as they are after having been written; whole rows, nulls may be left out."""
    said = _TABLES.get(table)
    if said is not None:
        moment = rfc3339(datetime.now(UTC))
        note(connection, *(_statement(said, row, moment) for row in rows))


def digest(row: Row) -> str:
    """The SHA-256 of what a row says, base64url, as statements have it.

    Of the JCS (RFC 8785) of its columns but those that are null or passing; octets as
    base64url, whole numbers beyond 2⁵³ as text.
    """
    told = {
        str(name): _plain(value)
        for name, value in row.items()
        if value is not None and name not in _PASSING
    }
    return url_text(sha256(canonical(told)).digest())


def _statement(said: _Said, row: Row, moment: str) -> Statement:
    key = "/".join(str(_plain(row[name])) for name in said.key)
    body = {"at": moment, "digest": digest(row), "key": key, "what": said.kind}
    if (actor := _actor(row)) is not None:
        body["by"] = actor
    about = dict.fromkeys((f"{said.kind}/{key}", *_concerned(said, row)))
    return Statement(said.kind, canonical(body), about=tuple(about))


def _concerned(said: _Said, row: Row) -> Iterator[str]:
    for column, kind in said.about.items():
        if row.get(column) is not None:
            yield f"{kind}/{row[column]}"
    if said.kind in _OF_ENTRIES:
        yield f"register.{_plain(row['register'])}/{row['key']}"
    if said.kind == "mandate":
        yield from _in_charge(str(row["subject"]).split(":"))


def _in_charge(subject: Sequence[str]) -> Iterator[str]:
    """Whom a mandate is granted to (`nguon.store.access_tables.mandate`)."""
    if subject[0] == "member" and len(subject) == 3:
        yield f"person/{subject[1]}"
        yield f"organisation/{subject[2]}"
    else:
        yield "/".join(subject)


def _actor(row: Row) -> str | None:
    for name in _ACTORS:
        if (value := row.get(name)) is not None:
            return f"person/{value}" if isinstance(value, int) else str(value)
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, bytes | memoryview):
        return url_text(bytes(value))
    if isinstance(value, int):
        return int(value) if abs(value) <= _MOST_EXACT else str(value)
    return value
