# SPDX-License-Identifier: Apache-2.0
"""The tables of enrolments: who is which legal entity, by which way, and what the register says.

Times are microseconds UTC, days ISO 8601 text. No personal number stands in any
of them: of a household's there is the HMAC under a key that the database has not.
"""

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from nguon.store.schema import INT16, INT64, metadata

enrolment = Table(
    "enrolment",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organisation", INT64, nullable=False, index=True),
    Column("way", Text, nullable=False),
    Column("code", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("begun", INT64, nullable=False),
    Column("begun_by", Text, nullable=False),
    Column("deadline", INT64, nullable=False),
    Column("nonce", Text, unique=True),
    Column("statement", LargeBinary),
    Column("key", Text),
    Column("proof", LargeBinary),
    Column("evidence", Text),
    Column("details", Text, nullable=False),
    Column("since", INT64),
    Column("until", INT64),
    Column("ended", INT64),
)
"""One attempt to enrol; it counts from ``since`` to ``until`` or ``ended``. ``statement`` is what
was to be signed, ``proof`` the signed file, ``evidence`` the SHA-256 of what it rests on."""

enrolment_step = Table(
    "enrolment_step",
    metadata,
    Column("enrolment", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("at", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("person", INT64),
    Column("reason", Text),
    Column("note", Text),
)
"""What became of an enrolment, in order; rows are only ever added."""

enrolment_paper = Table(
    "enrolment_paper",
    metadata,
    Column("enrolment", Text, primary_key=True),
    Column("document", Text, primary_key=True),
)
"""The files of the organisation's register entry that officers saw."""

register_answer = Table(
    "register_answer",
    metadata,
    Column("code", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("found", INT16, nullable=False),
    Column("entry", LargeBinary),
    Column("asked", INT64, nullable=False),
)
"""What the business register answered last about a code, as of a day ("" is the day it was
asked)."""

register_standing = Table(
    "register_standing",
    metadata,
    Column("organisation", INT64, primary_key=True, autoincrement=False),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", Text),
    Column("as_of", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("recorded", INT64, nullable=False),
)
"""Changes of what the register says of enrolled organisations; rows are only ever added."""

register_check = Table(
    "register_check",
    metadata,
    Column("organisation", INT64, primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False),
    Column("due", INT64, nullable=False, index=True),
    Column("checked", INT64),
    Column("as_of", Text),
    Column("failure", Text),
)
"""When the register was asked about an organisation, and when it is to be asked again."""

household = Table(
    "household_enrolment",
    metadata,
    Column("household", INT64, primary_key=True, autoincrement=False),
    Column("cooperative", INT64, nullable=False),
    Column("plot", Text),
    Column("sheet", Text, nullable=False),
    Column("recorded", INT64, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("ended", INT64),
    Index("ix_household_enrolment_cooperative", "cooperative"),
)
"""Households that a cooperative enrolled; ``sheet`` names the sheet."""

household_number = Table(
    "household_number",
    metadata,
    Column("household", INT64, primary_key=True, autoincrement=False),
    Column("cooperative", INT64, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    Index("ix_household_number_mac", "cooperative", "mac", unique=True),
)
"""The HMAC of a household's personal number, by which one is found again in the next sheet."""
