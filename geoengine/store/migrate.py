"""Migrations: a database is brought to the schema of this version."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geoengine.errors import StoreError
from geoengine.store.connection import Database
from geoengine.store.errors import EmptyDatabaseError

HEAD = "0017"
"""The newest migration; a test holds it to the scripts."""

_READABLE = ("0008", "0009", "0010", "0011", "0012", "0013", "0014", "0015", "0016")
"""Older ones whose tables hold all that reading needs, with what `show_later_columns` adds."""

_SCRIPTS = Path(__file__).resolve().parent / "migrations"


def migrate(database: Database, *, create: bool = True) -> None:
    """Run the migrations the database lacks, in one transaction.

    Two processes may open the same new database: the second waits for the first and finds nothing to do.

    Args:
        database: The database.
        create: Whether an empty one becomes a new project's.

    Raises:
        EmptyDatabaseError: It is empty, and not to become a new one.
        StoreError: It is no GeoEngine database, or one of a newer GeoEngine.
    """
    with database.read() as connection:
        version = _version(connection, database.path)
    if version == HEAD or (database.is_read_only and version in _READABLE):
        return
    if version is None and not create:
        raise EmptyDatabaseError(f"{database.path} is empty, expected the project's database")
    if database.is_read_only:
        raise StoreError(
            f"{database.path} has schema {version} of an older GeoEngine, which cannot be brought up to {HEAD} on a "
            "read-only disk; copy the project to a disk that can be written"
        )
    with database.write() as connection:
        if _version(connection, database.path) != HEAD:
            upgrade(connection)


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the scripts up to `revision` within the transaction of `connection`."""
    # Alembic is wanted once in a database's life, and takes its time to import.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def known_versions() -> set[str]:
    """Return the ids of the migrations this version carries."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}


def _version(connection: Connection, path: Path) -> str | None:
    """Return the migration the database is at; None for an empty one."""
    names = set(sa.inspect(connection).get_table_names())
    if not names:
        return None
    if "alembic_version" not in names:
        raise StoreError(f"{path} is a database of something else, expected one of GeoEngine")
    table = sa.table("alembic_version", sa.column("version_num", sa.Text))
    version = connection.execute(sa.select(table.c.version_num)).scalar_one_or_none()
    if version is not None and version != HEAD and version not in known_versions():
        raise StoreError(
            f"{path} has schema {version}, made by a newer GeoEngine; this one reads up to {HEAD}"
        )
    return None if version is None else str(version)
