# SPDX-License-Identifier: Apache-2.0
"""The event store: events, item and term index, log, capture jobs, settings."""

import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _events()
    _index()
    _log()
    _jobs()
    if op.get_bind().dialect.name == "postgresql":
        _leave_compressed()


def _key(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _events() -> None:
    op.create_table(
        "event",
        _key("id", INT64),
        sa.Column("time", INT64, nullable=False),
        sa.Column("submitter", INT64, nullable=False),
        sa.Column("zone", INT16, nullable=False),
        sa.Column("type", INT16, nullable=False),
        sa.Column("action", INT16, nullable=False),
        sa.Column("correction", INT16, nullable=False),
        sa.Column("possible_duplicate", INT16, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("cbv_hash", sa.LargeBinary, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("event_id", sa.Text),
        sa.Column("item_list", sa.LargeBinary),
        sa.Column("body", sa.LargeBinary),
        sqlite_strict=True,
    )
    op.create_index("event_by_time", "event", ["time", "id"])


def _index() -> None:
    op.create_table(
        "event_item",
        _key("item", INT64),
        _key("member", INT16),
        _key("time", INT64),
        _key("event", INT64),
        _key("role", INT16),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event_term",
        _key("term", INT64),
        _key("time", INT64),
        _key("event", INT64),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event_digest",
        _key("digest", sa.LargeBinary()),
        _key("submitter", INT64),
        sa.Column("event", INT64, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _log() -> None:
    op.create_table(
        "log",
        _key("seq", INT64),
        sa.Column("event", INT64, nullable=False),
        sa.Column("record_time", INT64, nullable=False),
        sa.Column("kind", INT16, nullable=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.Column("salt", sa.LargeBinary),
        sqlite_strict=True,
    )
    op.create_index("log_by_event", "log", ["event"])
    op.create_index("log_by_record_time", "log", ["record_time", "seq"])
    head = op.create_table(
        "log_head",
        _key("id", INT16),
        sa.Column("seq", INT64, nullable=False),
        sa.Column("record_time", INT64, nullable=False),
        sa.CheckConstraint("id = 1", name="log_head_one_row"),
        sqlite_strict=True,
    )
    block = op.create_table(
        "id_block",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("next", INT64, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "record_time": 0}])
    op.bulk_insert(block, [{"name": "event", "next": 1}])


def _jobs() -> None:
    op.create_table(
        "capture_job",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("organisation", INT64, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("idempotency_key", sa.Text),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("behaviour", sa.Text, nullable=False),
        sa.Column("spool", sa.Text),
        sa.Column("created", INT64, nullable=False),
        sa.Column("leased_until", INT64, nullable=False),
        sa.Column("finished", INT64),
        sa.Column("success", INT16),
        sa.Column("total", INT64),
        sa.Column("position", INT64, nullable=False),
        sa.Column("stored", INT64, nullable=False),
        sa.Column("repeated", INT64, nullable=False),
        sa.Column("clashing", INT64, nullable=False),
        sa.Column("errors", sa.Text, nullable=False),
        sa.UniqueConstraint("organisation", "idempotency_key", name="capture_job_once"),
        sqlite_strict=True,
    )
    op.create_index("capture_job_newest", "capture_job", ["organisation", "created", "id"])
    unfinished = sa.text("finished IS NULL")
    op.create_index(
        "capture_job_unfinished",
        "capture_job",
        ["created"],
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
    setting = op.create_table(
        "setting",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.bulk_insert(
        setting,
        [
            {"name": "secret", "value": secrets.token_bytes(32)},
            {"name": "format.body", "value": b"1"},
            {"name": "format.items", "value": b"1"},
            {"name": "format.leaf", "value": b"1"},
        ],
    )


def _leave_compressed() -> None:
    for table, column in (("event", "body"), ("event", "item_list"), ("log", "leaf")):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL")
