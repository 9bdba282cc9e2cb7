"""The databases that tests run on: a SQLite file, or with `pytest --database postgresql` one on a server.

The server is the one that `LOHNPEGEL_TEST_POSTGRES` names, else one on loopback, else one started here from Debian's binaries.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

_LOCAL = (
    "postgresql+psycopg://127.0.0.1:5432/test",
    "postgresql+psycopg:///test",
    "postgresql+psycopg://127.0.0.1:5432/postgres",
)
_BINARIES = Path("/usr/lib/postgresql")
kind = "sqlite"  #: set by the command line


def fresh(path: Path) -> str:
    """The URL of an empty database: a file at this path, or one named at random."""
    if kind == "sqlite":
        return f"sqlite:///{path}"
    base = server()
    assert base is not None, "no PostgreSQL server: the tests should have been skipped"
    return _made(base, "template0")


def copied(url: str, path: Path) -> str:
    """The URL of a copy of a database that nobody has open; a file was copied to `path` already."""
    if kind == "sqlite":
        return f"sqlite:///{path}"
    base = server()
    assert base is not None
    return _made(base, str(make_url(url).database))


def _made(base: str, template: str) -> str:
    name = f"lp_{uuid4().hex[:16]}"
    _run(base, f"CREATE DATABASE {name} TEMPLATE {template}")
    atexit.register(_run, base, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    return make_url(base).set(database=name).render_as_string(hide_password=False)


@cache
def server() -> str | None:
    """URL of a server that lets us in; None where there is none and none can be started."""
    named = os.environ.get("LOHNPEGEL_TEST_POSTGRES")
    for url in (named,) if named else _LOCAL:
        try:
            _run(url, "SELECT 1")
        except SQLAlchemyError:
            if named:
                raise
        else:
            return url
    return _start()


def _run(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _quietly(command: list[str | Path]) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _start() -> str | None:
    """A server in a folder of its own, reached by its socket, stopped when the tests end."""
    found = sorted(_BINARIES.glob("*/bin/initdb"))
    if not found:
        return None
    binaries, folder = found[-1].parent, Path(tempfile.mkdtemp(prefix="lohnpegel-pg-"))
    as_user: list[str | Path] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=50"
    control: list[str | Path] = [*as_user, binaries / "pg_ctl", "-D", data]
    _quietly([*as_user, binaries / "initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8"])
    _quietly([*control, "-o", options, "-l", folder / "log", "-w", "start"])
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(_quietly, [*control, "-m", "immediate", "stop"])
    return f"postgresql+psycopg://test@/postgres?host={folder}"
