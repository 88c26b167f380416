# SPDX-License-Identifier: Apache-2.0
"""The tables of credentials issued here, status lists, and what bodies attest.

Times are microseconds UTC, days ISO 8601 text. Rows are never deleted.
"""

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from nguon.store.schema import INT64, metadata

status_list = Table(
    "status_list",
    metadata,
    Column("id", Text, primary_key=True),
    Column("issuer", INT64, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("seed", LargeBinary, nullable=False),
    Column("used", INT64, nullable=False),
    Column("version", INT64, nullable=False),
    Column("opened", INT64, nullable=False),
    Index("status_list_issuer", "issuer", "purpose", "opened"),
)
"""A list of positions, given out in the order that ``seed`` makes of them; ``version`` counts the
changes of what it tells."""

credential_issued = Table(
    "credential_issued",
    metadata,
    Column("id", Text, primary_key=True),
    Column("issuer", INT64, nullable=False),
    Column("request", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("holder", INT64),
    Column("list", Text, nullable=False),
    Column("place", INT64, nullable=False),
    Column("state", Text, nullable=False),
    Column("valid_from", INT64, nullable=False),
    Column("valid_until", INT64),
    Column("kid", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("issued", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("steps", INT64, nullable=False),
    Index("credential_issued_request", "issuer", "request", unique=True),
    Index("credential_issued_place", "list", "place", unique=True),
    Index("credential_issued_issuer", "issuer", "issued"),
    Index("credential_issued_holder", "holder", "issued"),
)
"""``token`` is the credential as JWT, ``digest`` its SHA-256 in hex."""

credential_step = Table(
    "credential_step",
    metadata,
    Column("credential", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("at", INT64, nullable=False),
    Column("organisation", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
"""What became of a credential, in order."""

attestation = Table(
    "attestation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("organisation", INT64, nullable=False),
    Column("attester", Text, nullable=False),
    Column("attester_name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("valid_from", INT64),
    Column("valid_until", INT64),
    Column("digest", Text, nullable=False),
    Column("credential", Text),
    Column("token", LargeBinary),
    Column("file", Text),
    Column("state", Text, nullable=False),
    Column("checked", INT64, nullable=False),
    Column("received", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("steps", INT64, nullable=False),
    Index("attestation_once", "organisation", "digest", unique=True),
    Index("attestation_organisation", "organisation", "received"),
    Index("attestation_credential", "credential"),
)
"""What a body says. ``attester`` is its DID, or ``organisation/<id>``, or empty where a paper
only names it; ``credential`` the one issued here, ``token`` one of elsewhere, ``file`` the
digest of a paper."""

attestation_about = Table(
    "attestation_about",
    metadata,
    Column("key", Text, primary_key=True),
    Column("attestation", Text, primary_key=True),
    Index("attestation_about_attestation", "attestation"),
)
"""What it is about: item keys, keys of places, ``organisation/<id>``."""

attestation_step = Table(
    "attestation_step",
    metadata,
    Column("attestation", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("at", INT64, nullable=False),
    Column("organisation", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
"""What became known of an attestation, in order."""

accreditation = Table(
    "accreditation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("attester", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("accreditor", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("schemes", Text, nullable=False),
    Column("valid_from", Text, nullable=False),
    Column("valid_to", Text),
    Column("withdrawn", Text),
    Column("recorded", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Index("accreditation_attester", "attester"),
)
"""Who recognised a body for which schemes (a line each; none: all), from when to when."""

status_received = Table(
    "status_received",
    metadata,
    Column("url", Text, primary_key=True),
    Column("token", LargeBinary, nullable=False),
    Column("received", INT64, nullable=False),
)
"""The newest status list of elsewhere that somebody sent along, by its address."""
