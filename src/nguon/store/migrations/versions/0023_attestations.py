# SPDX-License-Identifier: Apache-2.0
"""Credentials issued here, status lists, what bodies attest."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _issued()
    _attested()
    op.create_table(
        "accreditation",
        sa.Column("id", sa.Text, primary_key=True),
        *_texts("attester", "name", "accreditor", "number", "schemes", "valid_from"),
        *_texts("valid_to", "withdrawn", nullable=True),
        *_numbers("recorded"),
        *_texts("actor"),
        sqlite_strict=True,
    )
    op.create_index("accreditation_attester", "accreditation", ["attester"])
    op.create_table(
        "status_received",
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("token", sa.LargeBinary, nullable=False),
        *_numbers("received"),
        sqlite_strict=True,
    )


def _issued() -> None:
    op.create_table(
        "status_list",
        sa.Column("id", sa.Text, primary_key=True),
        *_numbers("issuer"),
        *_texts("purpose"),
        sa.Column("seed", sa.LargeBinary, nullable=False),
        *_numbers("used", "version", "opened"),
        sqlite_strict=True,
    )
    op.create_index("status_list_issuer", "status_list", ["issuer", "purpose", "opened"])
    op.create_table(
        "credential_issued",
        sa.Column("id", sa.Text, primary_key=True),
        *_numbers("issuer"),
        *_texts("request", "kind", "title"),
        *_numbers("holder", nullable=True),
        *_texts("list"),
        *_numbers("place"),
        *_texts("state"),
        *_numbers("valid_from"),
        *_numbers("valid_until", nullable=True),
        *_texts("kid", "token", "digest"),
        *_numbers("issued"),
        *_texts("actor"),
        *_numbers("steps"),
        sqlite_strict=True,
    )
    for name, columns, unique in (
        ("request", ["issuer", "request"], True),
        ("place", ["list", "place"], True),
        ("issuer", ["issuer", "issued"], False),
        ("holder", ["holder", "issued"], False),
    ):
        op.create_index(f"credential_issued_{name}", "credential_issued", columns, unique=unique)
    _steps("credential_step", "credential")


def _attested() -> None:
    op.create_table(
        "attestation",
        sa.Column("id", sa.Text, primary_key=True),
        *_texts("source"),
        *_numbers("organisation"),
        *_texts("attester", "attester_name", "kind", "scheme", "number", "scope"),
        *_numbers("valid_from", "valid_until", nullable=True),
        *_texts("digest"),
        *_texts("credential", nullable=True),
        sa.Column("token", sa.LargeBinary),
        *_texts("file", nullable=True),
        *_texts("state"),
        *_numbers("checked", "received"),
        *_texts("actor"),
        *_numbers("steps"),
        sqlite_strict=True,
    )
    op.create_index("attestation_once", "attestation", ["organisation", "digest"], unique=True)
    op.create_index("attestation_organisation", "attestation", ["organisation", "received"])
    op.create_index("attestation_credential", "attestation", ["credential"])
    op.create_table(
        "attestation_about",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("attestation", sa.Text, primary_key=True),
        sqlite_strict=True,
    )
    op.create_index("attestation_about_attestation", "attestation_about", ["attestation"])
    _steps("attestation_step", "attestation")


def _steps(table: str, about: str) -> None:
    op.create_table(
        table,
        sa.Column(about, sa.Text, primary_key=True),
        sa.Column("number", INT64, primary_key=True, autoincrement=False),
        *_texts("state"),
        *_numbers("at", "organisation"),
        *_texts("actor", "reason"),
        sqlite_strict=True,
    )


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=nullable) for name in names]


def _numbers(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, INT64, nullable=nullable) for name in names]
