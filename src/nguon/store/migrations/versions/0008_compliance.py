# SPDX-License-Identifier: Apache-2.0
"""Consignments, laboratory samples, duties and legal holds."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _samples()
    _consignments()
    _duties()
    _holds()
    _progress()
    op.create_index("certificate_valid_to", "certificate", ["valid_to"])


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=nullable) for name in names]


def _samples() -> None:
    op.create_table(
        "sample",
        sa.Column("id", sa.Text, primary_key=True),
        *_texts("number", "product", "state"),
        sa.Column("requester", INT64, nullable=False),
        sa.Column("laboratory", INT64, nullable=False),
        *_texts("report", "reason", nullable=True),
        sa.Column("taken", INT64, nullable=False),
        *(sa.Column(name, INT64) for name in ("sent", "resulted", "decided")),
        *_texts("actor"),
        sa.UniqueConstraint("requester", "number", name="sample_number"),
        sa.UniqueConstraint("laboratory", "report", name="sample_report"),
        sqlite_strict=True,
    )
    op.create_table(
        "sample_lot",
        sa.Column("lot", sa.Text, primary_key=True),
        sa.Column("sample", sa.Text, primary_key=True),
        sqlite_strict=True,
    )
    op.create_index("sample_requester", "sample", ["requester", "taken"])
    op.create_index("sample_laboratory", "sample", ["laboratory", "taken"])
    op.create_index("sample_taken", "sample", ["taken"])
    op.create_index("sample_lot_sample", "sample_lot", ["sample"])
    op.create_table(
        "sample_result",
        sa.Column("sample", sa.Text, primary_key=True),
        sa.Column("analyte", sa.Text, primary_key=True),
        *_texts("value", "unit", nullable=True),
        sa.Column("detected", INT16, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "report_attempt",
        sa.Column("id", sa.Text, primary_key=True),
        *_texts("sample", "report", "earlier", "actor"),
        sa.Column("laboratory", INT64, nullable=False),
        sa.Column("organisation", INT64, nullable=False),
        sa.Column("recorded", INT64, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("report_attempt_recorded", "report_attempt", ["recorded"])


def _consignments() -> None:
    op.create_table(
        "consignment",
        sa.Column("id", sa.Text, primary_key=True),
        *_texts("number", "market", "product", "planned", "state", "actor"),
        sa.Column("shipper", INT64, nullable=False),
        sa.Column("consignee", INT64),
        *_texts("consignee_name", "packing", "vehicle", "seal", nullable=True),
        sa.Column("created", INT64, nullable=False),
        *(sa.Column(name, INT64) for name in ("declared", "shipped", "cancelled")),
        sa.UniqueConstraint("shipper", "number", name="consignment_number"),
        sqlite_strict=True,
    )
    op.create_index("consignment_shipper", "consignment", ["shipper", "planned"])
    op.create_index("consignment_consignee", "consignment", ["consignee", "planned"])
    op.create_index("consignment_planned", "consignment", ["planned"])
    op.create_table(
        "consignment_lot",
        sa.Column("consignment", sa.Text, primary_key=True),
        sa.Column("lot", sa.Text, primary_key=True),
        *_texts("quantity", "unit"),
        sqlite_strict=True,
    )
    op.create_index("consignment_lot_lot", "consignment_lot", ["lot"])
    op.create_table(
        "consignment_code",
        sa.Column("consignment", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, primary_key=True),
        *_texts("quantity"),
        *_texts("authorisation", "reason", "use_id", nullable=True),
        sqlite_strict=True,
    )
    op.create_table(
        "consignment_paper",
        sa.Column("consignment", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        *_texts("number"),
        sa.Column("recorded", INT64, nullable=False),
        *_texts("actor"),
        sqlite_strict=True,
    )


def _duties() -> None:
    op.create_table(
        "duty",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("organisation", INT64, primary_key=True, autoincrement=False),
        *_texts("province", "ministry", nullable=True),
        sa.Column("begun", INT64, nullable=False),
        sa.Column("due", INT64, nullable=False),
        sa.Column("done", INT64),
        sqlite_strict=True,
    )
    op.create_index("duty_organisation", "duty", ["organisation", "done", "due"])
    op.create_index("duty_open", "duty", ["done", "due"])


def _holds() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Text, primary_key=True),
        *_texts("key", "body", "reason", "order_number", "actor"),
        sa.Column("begun", INT64, nullable=False),
        sa.Column("released", INT64),
        *_texts("released_by", "release_reason", "until", nullable=True),
        sa.Column("organisation", INT64, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("legal_hold_key", "legal_hold", ["key"])
    op.create_index("legal_hold_organisation", "legal_hold", ["organisation", "begun"])


def _progress() -> None:
    op.create_table(
        "lot_state",
        sa.Column("lot", sa.Text, primary_key=True),
        sa.Column("organisation", INT64, nullable=False),
        *_texts("province", "ministry", "sector", nullable=True),
        sa.Column("complete", INT64, nullable=False),
        sa.Column("missing", INT64, nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("seq", INT64, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("lot_state_organisation", "lot_state", ["organisation", "missing"])
    op.create_table(
        "state_count",
        sa.Column("province", sa.Text, primary_key=True),
        sa.Column("ministry", sa.Text, primary_key=True),
        sa.Column("sector", sa.Text, primary_key=True),
        sa.Column("lots", INT64, nullable=False),
        sa.Column("complete", INT64, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "projection",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("seq", INT64, nullable=False),
        *_texts("holder", nullable=True),
        sa.Column("held_until", INT64),
        sqlite_strict=True,
    )
