# SPDX-License-Identifier: Apache-2.0
"""Alembic's entry: runs the migrations on the connection and in the transaction it is given."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=False,
    version_table="schema_version",
)
context.run_migrations()
