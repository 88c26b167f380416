# SPDX-License-Identifier: Apache-2.0
"""Second factors, passkeys, links to providers, resets, events of accounts; limits of API keys."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("session", sa.Column("proved", INT64))
    op.add_column("api_key", sa.Column("rate", INT64))
    op.add_column("api_key", sa.Column("networks", sa.Text))
    _factors()
    _ways()
    _events()


def _factors() -> None:
    op.create_table(
        "one_time",
        _number("person", key=True),
        _octets("secret"),
        _number("created"),
        sa.Column("confirmed", INT64),
        _number("used"),
        sqlite_strict=True,
    )
    op.create_table(
        "recovery_code",
        _number("person", key=True),
        _octets("digest", key=True),
        _number("created"),
        sa.Column("used", INT64),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "passkey",
        _octets("credential", key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        _number("person"),
        _octets("public_key"),
        _number("counter"),
        sa.Column("synced", INT16, nullable=False),
        _text("name"),
        _number("created"),
        sa.Column("last_used", INT64),
        sqlite_strict=True,
    )
    op.create_index("ix_passkey_person", "passkey", ["person"])


def _ways() -> None:
    op.create_table(
        "provider_link",
        _text("issuer", key=True),
        _text("subject", key=True),
        _number("person"),
        _text("provider"),
        _number("created"),
        sa.Column("last_used", INT64),
        sqlite_strict=True,
    )
    op.create_index("ix_provider_link_person", "provider_link", ["person"])
    op.create_table(
        "sign_in_step",
        _octets("token_hash", key=True),
        _text("kind"),
        _octets("holder"),
        sa.Column("person", INT64),
        _octets("content"),
        _number("expires"),
        sqlite_strict=True,
    )
    for column in ("person", "expires"):
        op.create_index(f"ix_sign_in_step_{column}", "sign_in_step", [column])
    op.create_table(
        "account_reset",
        _text("id", key=True),
        sa.Column("token_hash", sa.LargeBinary, nullable=False, unique=True),
        _number("person"),
        _number("created"),
        sa.Column("created_by", INT64),
        _number("expires"),
        sa.Column("used", INT64),
        sqlite_strict=True,
    )
    op.create_index("ix_account_reset_person", "account_reset", ["person"])


def _events() -> None:
    op.create_table(
        "security_event",
        _text("id", key=True),
        _number("time"),
        sa.Column("person", INT64),
        sa.Column("organisation", INT64),
        *map(_text, ("kind", "address", "agent", "about")),
        sa.Column("actor", INT64),
        sqlite_strict=True,
    )
    op.create_index("ix_security_event_time", "security_event", ["time"])
    for column in ("person", "organisation"):
        op.create_index(f"ix_security_event_{column}", "security_event", [column, "time"])


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, primary_key=key)


def _number(name: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, INT64, nullable=False, primary_key=key, autoincrement=False)


def _octets(name: str, *, key: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=False, primary_key=key)
