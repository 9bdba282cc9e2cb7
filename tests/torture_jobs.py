"""The commands that `tests.torture` kills: what is laid ready for each, and what must hold of it afterwards."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from alembic import command

from storage import migrate
from storage.archive_copy import copy_path, keep, verify
from storage.backup import check
from storage.engine import SCHEMA_VERSION, open_engine
from storage.errors import StorageError
from tests.whole import Town

DATABASE, ARCHIVE = "lohnpegel.db", "lohnpegel-archive.db"
FORGOTTEN = "forgotten"  #: a title that no ad has


def nothing(_: Town) -> str | None:
    """Nothing to object to."""
    return None


@dataclass(frozen=True)
class Job:
    """A command to be killed."""

    arguments: tuple[str, ...]
    longest_s: float  #: the first kill comes at a random time up to this, a later one up to what the job took before
    prepare: Callable[[Town, Random], None] = lambda _town, _rng: None
    whole: Callable[[Town], str | None] = nothing  #: what is torn of what it published, at any moment
    done: Callable[[Town], str | None] = nothing  #: what is missing once it was started again


def unsound(path: Path, test: Callable[[Path], object] = check) -> str | None:
    """What is wrong with a file; None if it is sound, or not there."""
    try:
        if path.exists():
            test(path)
    except StorageError as error:
        return str(error)
    return None


def counted(path: Path, query: str) -> int:
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        return int(connection.execute(query).fetchone()[0])


def written(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


# crawl, reparse, grouping


def _grown(place: Town, rng: Random) -> None:
    """A market that moved on, and a database that forgot what a fifth of the ads said, so that there is much to write."""
    place.box.week = rng.randrange(place.box.market.weeks)
    written(place.folder / DATABASE, f"UPDATE posting SET revision = NULL, content_hash = 'x' WHERE id % 5 = {rng.randrange(5)}")


def _forgotten(place: Town, rng: Random) -> None:
    """Ads whose stored title is not what their archived page says."""
    with closing(sqlite3.connect(place.folder / ARCHIVE)) as connection:
        there = ", ".join(f"'{key.hex()}'" for (key,) in connection.execute("SELECT DISTINCT hash FROM fetch"))
    forget = f"UPDATE posting SET title = '{FORGOTTEN}' WHERE archive_hash IN ({there})"
    written(place.folder / DATABASE, f"{forget} AND id % 3 = {rng.randrange(3)}", "DELETE FROM task WHERE name LIKE 'reparse:%'")


def _read_again(place: Town) -> str | None:
    left = counted(place.folder / DATABASE, f"SELECT count(*) FROM posting WHERE title = '{FORGOTTEN}'")
    return f"{left} ads were not read again" if left else _all_grouped(place)


def _ungrouped(place: Town, _rng: Random) -> None:
    written(place.folder / DATABASE, *(f"DELETE FROM {table}" for table in ("vacancy_key", "vacancy_member", "vacancy")))


def _all_grouped(place: Town) -> str | None:
    path = place.folder / DATABASE
    alone = counted(path, "SELECT count(*) FROM posting WHERE id NOT IN (SELECT posting_id FROM vacancy_member)")
    empty = counted(path, "SELECT count(*) FROM vacancy WHERE id NOT IN (SELECT vacancy_id FROM vacancy_member)")
    return f"{alone} ads in no vacancy, {empty} vacancies without ads" if alone or empty else None


# upgrade, backup, restore, purge


def _older(place: Town, rng: Random) -> None:
    """A database to be upgraded: an empty file, or one at the first revision."""
    folder = place.folder / "fresh"
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    (folder / "config.toml").write_text((place.folder / "config.toml").read_text("utf-8"), "utf-8")
    (folder / DATABASE).touch()
    if rng.random() < 0.5:
        engine = open_engine(f"sqlite:///{folder / DATABASE}")
        with engine.connect() as connection, connection.begin():
            config = migrate._config()
            config.attributes["connection"] = connection
            command.upgrade(config, "0001")
            connection.exec_driver_sql("PRAGMA user_version=1")
            connection.exec_driver_sql("INSERT INTO source (name, kind) VALUES ('kept', 'kept')")
        engine.dispose()


def _schema(place: Town) -> str | None:
    """All of a schema, or nothing of it; what stood in it stands there."""
    path = place.folder / "fresh" / DATABASE
    version = counted(path, "PRAGMA user_version")
    there = counted(path, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('posting', 'notice')")
    if (version, there) not in {(0, 0), (1, 1), (SCHEMA_VERSION, 2)}:
        return f"schema {version} with {there} of its tables"
    kept = version == 1 and counted(path, "SELECT count(*) FROM source") != 1
    return "an upgrade has lost a row" if kept else None


def _no_copy(place: Town, rng: Random) -> None:
    """No copy of the database; of the archive one that is behind, or none."""
    for path in place.folder.glob("copy.db*"):
        path.unlink()
    if rng.random() < 0.5:
        copy_path(place.folder / ARCHIVE, place.folder).unlink(missing_ok=True)


def _copies(place: Town) -> str | None:
    """A copy of the database is sound, and all the pages of that moment are in the archive's copy."""
    copy = copy_path(place.folder / ARCHIVE, place.folder)
    if wrong := unsound(place.folder / "copy.db") or unsound(copy, verify):
        return wrong
    if not (place.folder / "copy.db").exists():
        return None
    with closing(sqlite3.connect(place.folder / ARCHIVE)) as connection:
        connection.execute("ATTACH ? AS copy", (str(copy),))
        query = "SELECT count(*) FROM fetch WHERE hash NOT IN (SELECT hash FROM copy.body)"
        (behind,) = connection.execute(query).fetchone()
    return f"{behind} pages are not in the archive's copy" if behind else None


def _lost(place: Town, rng: Random) -> None:
    """Copies of database and archive, and an archive that has lost some pages since, or is gone."""
    _no_copy(place, rng)
    with closing(sqlite3.connect(place.folder / DATABASE, timeout=30)) as connection:
        connection.execute("VACUUM INTO ?", (str(place.folder / "copy.db"),))
    archive = place.folder / ARCHIVE
    keep(archive, copy_path(archive, place.folder), datetime.now(UTC) - timedelta(days=10_000))
    if rng.random() < 0.2:
        for path in place.folder.glob(f"{ARCHIVE}*"):
            if path.name in {ARCHIVE, f"{ARCHIVE}-wal", f"{ARCHIVE}-shm"}:
                path.unlink()
    else:
        written(archive, "DELETE FROM fetch WHERE id % 3 = 0", "DELETE FROM body WHERE hash NOT IN (SELECT hash FROM fetch)")


def _all_back(place: Town) -> str | None:
    copy, archive = copy_path(place.folder / ARCHIVE, place.folder), place.folder / ARCHIVE
    lost = counted(copy, "SELECT count(*) FROM fetch") - counted(archive, "SELECT count(*) FROM fetch")
    return f"{lost} pages were not put back" if lost > 0 else unsound(archive, verify)


# what is published


def _exported(place: Town) -> str | None:
    """A file has its last line end, and no more is there than was written."""
    for path in (place.folder / "exports").rglob("*.csv"):
        if not path.name.startswith(".") and not path.read_bytes().endswith(b"\n"):
            return f"{path.name} is cut short"
    return None


def _reported(place: Town) -> str | None:
    page = place.folder / "report.html"
    return "report.html is cut short" if page.exists() and not page.read_text("utf-8").rstrip().endswith("</html>") else None


GROUP = ("reparse", "--since", "2999-01-01")  #: no page is so young: what is left to do is to group
JOBS: Mapping[str, Job] = {
    "crawl": Job(("crawl", "--full"), 0.9, _grown, done=_all_grouped),
    "reparse": Job(("reparse", "--workers", "1"), 0.9, _forgotten, done=_read_again),
    "reparse in two": Job(("reparse", "--workers", "2"), 6.0, _forgotten, done=_read_again),
    "grouping": Job(GROUP, 0.25, _ungrouped, done=_all_grouped),
    "export": Job(("export",), 0.25, whole=_exported),
    "report": Job(("report",), 1.2, whole=_reported),
    "upgrade": Job(("-c", "fresh/config.toml", "db", "upgrade"), 0.25, _older, _schema),
    "backup": Job(("db", "backup", "copy.db"), 0.25, _no_copy, _copies),
    "restore": Job(("db", "restore", "copy.db"), 0.2, _lost, done=_all_back),
    "purge": Job(("db", "purge", "--match", "Telefonservice"), 0.4),
    "vacuum": Job(("db", "vacuum"), 0.15),
}
WEIGHTS = {
    "crawl": 8, "reparse": 4, "reparse in two": 1, "grouping": 3, "export": 2, "report": 1, "upgrade": 3, "backup": 4,
    "restore": 3, "purge": 2, "vacuum": 1,
}  # fmt: skip
