"""Datasette on a snapshot: the database is copied, so nothing that a browser asks for can hold up or alter what is gathered."""

import json
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lohnpegel.errors import UsageError
from lohnpegel.settings import Settings

HOST = "127.0.0.1"  #: this machine alone; whoever wants to publish uses Datasette itself
SHOWN = (
    "posting",
    "posting_change",
    "pay",
    "run",
    "source_run",
    "reject",
    "benchmark",
)  #: tables that people look at beside the views


def browse(settings: Settings, port: int, more: Sequence[str] = ()) -> int:
    """Serve until interrupted.

    Args:
        settings: The configuration.
        port: On this machine; 0 takes a free one.
        more: Further words for Datasette.

    Returns:
        Its exit code.

    Raises:
        UsageError: Datasette is not installed, or there is no database file.
    """
    if find_spec("datasette") is None:
        raise UsageError("browse needs Datasette; install it with: pip install 'lohnpegel[browse]'")
    with snapshot(settings) as folder:
        words = command(folder, port)
        try:
            return subprocess.run([*words, *more], check=False).returncode  # noqa: S603 - our own words
        except KeyboardInterrupt:
            return 0


@contextmanager
def snapshot(settings: Settings) -> Iterator[Path]:
    """A folder with a copy of the database as it is now, and what Datasette is to show of it; gone afterwards."""
    prefix = "sqlite:///"
    if not settings.storage.url.startswith(prefix):
        raise UsageError("browse opens a SQLite file; a PostgreSQL database has its own tools")
    source = Path(settings.storage.url.removeprefix(prefix))
    if not source.is_file():
        raise UsageError(f"{source}: there is no database yet; `lohnpegel crawl` makes it")
    with TemporaryDirectory(prefix="lohnpegel-browse-") as name:
        folder = Path(name)
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as database:
            database.execute("VACUUM INTO ?", (str(folder / "lohnpegel.db"),))
            tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        (folder / "metadata.json").write_text(json.dumps(metadata(tables), ensure_ascii=False), "utf-8")
        yield folder


def metadata(tables: Sequence[str]) -> dict[str, Any]:
    """What `browse.toml` says, in Datasette's own shape; tables of no interest are hidden."""
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    hidden = {name: {"hidden": True} for name in tables if name not in SHOWN}
    shown = {"tables": {**hidden, **told["tables"]}, "queries": told["queries"]}
    return {"title": told["title"], "description": told["description"], "databases": {"lohnpegel": shown}}


def command(folder: Path, port: int) -> list[str]:
    """Loopback only, the file immutable, questions of one's own off: the prepared ones answer."""
    settings = {"default_allow_sql": "off", "sql_time_limit_ms": "5000", "max_returned_rows": "2000", "allow_download": "off"}
    said = [word for name, value in settings.items() for word in ("--setting", name, value)]
    program = [
        sys.executable,
        "-m",
        "datasette",
        "serve",
        "-i",
        str(folder / "lohnpegel.db"),
        "-m",
        str(folder / "metadata.json"),
    ]
    return [*program, "--host", HOST, "--port", str(port), *said]
