"""A database on a PostgreSQL server: its connections, its errors, and the mark that says whose it is.

The tables stand in the first schema of the search path, so that several towns may share one database
(`…/jobs?options=-csearch_path%3Dduisburg`). A writer reads and writes at READ COMMITTED; a reader sees one consistent view.
"""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from storage.errors import Damaged, DatabaseLocked, DiskFull, DriverMissing, NoDatabase, ReadOnlyPlace, ServerAway, StorageError

STATEMENT_MS = 600_000  # a statement that takes longer has lost its way
LOCK_MS = 30_000
_BY_STATE: dict[str, type[DiskFull | DatabaseLocked | ReadOnlyPlace | Damaged | NoDatabase | ServerAway]] = {
    "53100": DiskFull,
    "55P03": DatabaseLocked,
    "40P01": DatabaseLocked,
    "40001": DatabaseLocked,
    "25006": ReadOnlyPlace,
    "42501": ReadOnlyPlace,
    "XX001": Damaged,
    "XX002": Damaged,
    "3D000": NoDatabase,
    "28000": ServerAway,
    "28P01": ServerAway,
    "53300": ServerAway,
    "57P01": ServerAway,
    "57P02": ServerAway,
    "57P03": ServerAway,
}


def open_server(url: URL, *, read_only: bool) -> Engine:
    """An engine on a server; `READ ONLY` is asked of the server for every transaction of a reader.

    Raises:
        DriverMissing: The extra `postgres` is not installed.
    """
    options: dict[str, Any] = {"connect_timeout": 10, "application_name": url.query.get("application_name", "lohnpegel")}
    try:
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=options)
    except ModuleNotFoundError as error:
        raise DriverMissing(url.render_as_string(hide_password=True)) from error
    event.listen(engine, "connect", _prepare)
    if read_only:
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine


def view(connection: Connection) -> Connection:
    """The connection as a reader's: one consistent view, nothing written."""
    return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def revision(connection: Connection) -> str | None:
    """The revision of the schema in the search path; None where there is no database of ours."""
    if connection.exec_driver_sql("SELECT to_regclass('alembic_version')").scalar() is None:
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return str(found) if found else None


def named(error: BaseException, name: str) -> StorageError | None:
    """The driver's error as one of ours; None when it is none that an operator can mend."""
    state = getattr(error, "sqlstate", None)
    if state is None and type(error).__name__ == "OperationalError":  # no answer at all has no state
        return ServerAway(name, str(error).strip().splitlines()[0] if str(error).strip() else None)
    kind = _BY_STATE.get(state or "")
    return kind(name) if kind else None


def _prepare(connection: Any, _record: Any) -> None:
    before, connection.autocommit = connection.autocommit, True
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {LOCK_MS}; SET statement_timeout = {STATEMENT_MS}; SET timezone = 'UTC'")
    connection.autocommit = before
