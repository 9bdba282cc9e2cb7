"""Bringing a database to today's schema: one transaction, a checked backup before it, a check of all references after it.

Stock alembic on SQLite leaves half a schema behind when it is killed, and two at once break each other; here the whole
upgrade, the version row included, is one `BEGIN IMMEDIATE` transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from storage.backup import backup
from storage.engine import database_path, reading, where
from storage.errors import Damaged, NewerSchema
from storage.views import create_views, drop_views

_HERE = Path(__file__).parent / "migrations"


def head() -> str:
    """The revision this program is written for."""
    return str(_script().get_current_head())


def current(engine: Engine) -> str | None:
    """The revision of a database; None for an empty one."""
    with reading(engine) as connection:
        return _revision(connection)


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Bring a database to `head()`; does nothing to one that is there.

    Returns:
        The revision before and after.

    Raises:
        NewerSchema: It was written by a newer program.
        Damaged: References were broken; everything is rolled back.
        StorageError: Disk full, locked …: everything is rolled back.
    """
    before, after = current(engine), head()
    if before == after:
        return before, after
    _known(engine, before)
    path = database_path(engine)
    if path and before:
        backup(engine, path.with_name(f"{path.name}.before-{after}.bak"))
    with _unguarded(engine) as connection, connection.begin():
        drop_views(connection)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        create_views(connection)
        if connection.dialect.name == "sqlite":
            _check_references(connection)
            connection.exec_driver_sql(f"PRAGMA user_version={len(list(_script().walk_revisions()))}")
    return before, after


def refresh_views(engine: Engine) -> None:
    """Make the views anew, without a revision."""
    with engine.begin() as connection:
        create_views(connection)


@contextmanager
def _unguarded(engine: Engine) -> Iterator[Connection]:
    """A connection without foreign keys: a table is altered by dropping it, which would delete its children."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            yield connection
            return
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction
        try:
            yield connection
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def _known(engine: Engine, revision: str | None) -> None:
    known = {script.revision for script in _script().walk_revisions()}
    if revision is not None and revision not in known:
        raise NewerSchema(where(engine), revision, head())


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise Damaged(where(connection.engine), f"{len(broken)} rows refer to rows that are gone, the first in {broken[0][0]}")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
