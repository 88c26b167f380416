# SPDX-License-Identifier: Apache-2.0
"""The tables of messages: what organisations are told, where, and what became of it.

Times are microseconds UTC. No table has a secret: links that confirm an address are made
again from what a row has, under a key beside the data.
"""

from sqlalchemy import Column, Index, Table, Text

from nguon.store.schema import INT16, INT64, metadata

message = Table(
    "message",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organisation", INT64, nullable=False),
    Column("kind", Text, nullable=False),
    Column("params", Text, nullable=False),
    Column("link", Text),
    Column("about", Text),
    Column("due", INT64),
    Column("important", INT16, nullable=False),
    Column("made", INT64, nullable=False),
    Column("seen", INT64),
    Column("acknowledged", INT64),
    Column("acknowledged_by", Text),
    Index("ix_message_organisation", "organisation", "made"),
    Index("ix_message_about", "about"),
)
"""What an organisation was told; ``params`` is JSON, ``about`` what it is about."""

message_address = Table(
    "message_address",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organisation", INT64, nullable=False, index=True),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("all", INT16, nullable=False),
    Column("created", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("confirmed", INT64),
    Column("ended", INT64),
    Column("ended_by", Text),
)
"""Where an organisation wants to be told; used from when it is confirmed until it is ended; without
``all`` for what is important alone.
"""

message_delivery = Table(
    "message_delivery",
    metadata,
    Column("message", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("made", INT64, nullable=False),
    Column("attempts", INT64, nullable=False),
    Column("due", INT64),
    Column("delivered", INT64),
    Column("status", INT64),
    Column("trouble", Text),
    Index("ix_message_delivery_due", "channel", "due"),
)
"""A message on its way to an address; ``due`` is null for those delivered or given up. One whose
``message`` is empty asks for the confirmation of the address.
"""
