# SPDX-License-Identifier: Apache-2.0
"""Brings a database to the current schema; several processes may do it at once."""

from functools import cache
from importlib.resources import as_file, files

from sqlalchemy import Connection, inspect, text

from nguon.store.database import Database
from nguon.store.errors import NewerSchemaError


def migrate(database: Database) -> None:
    """Apply the migrations that are missing, all or none.

    Raises:
        NewerSchemaError: the database is ahead of this program.
        StoreUnavailableError: the database cannot be written.
    """
    with database.reading() as connection:
        if _version(connection) == newest():
            return
    _upgrade(database)


@cache
def newest() -> str:
    """The current schema: the number that the last migration's file begins with."""
    names = (one.name for one in (files("nguon.store") / "migrations" / "versions").iterdir())
    return max(name[:4] for name in names if name[:4].isdecimal())


def _upgrade(database: Database) -> None:
    # Mostly there is nothing to do, and a program starts faster without them.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    with as_file(files("nguon.store") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.set_main_option("path_separator", "os")
        known = ScriptDirectory.from_config(config)
        with database.transaction() as connection:
            database.dialect.hold_migrations(connection)
            version = _version(connection)
            if version is not None and version not in {s.revision for s in known.walk_revisions()}:
                raise NewerSchemaError("store.newer", version=version)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("schema_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM schema_version")).scalar_one_or_none()
    return None if found is None else str(found)
