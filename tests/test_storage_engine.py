"""Opening: named errors, one writer, readers that are never blocked, one revision that is exactly the tables."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from storage import engine as opening
from storage import migrate
from storage.backup import backup, check, restore
from storage.engine import SCHEMA_VERSION, open_engine, reading
from storage.errors import (
    Damaged,
    DatabaseLocked,
    DiskFull,
    NetworkFilesystem,
    NewerSchema,
    NoDatabase,
    NotOurs,
    OlderSchema,
    ReadOnlyPlace,
    StorageError,
)
from storage.place import check_place
from storage.tables import metadata
from storage.views import NAMES


def url(folder: Path, name: str = "jobs.db") -> str:
    return f"sqlite:///{folder / name}"


def columns(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Tables, columns with type, null and key, indexes, foreign keys, as SQLite itself sees them."""
    found: dict[str, list[tuple[object, ...]]] = {}
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    for name in names:
        if name.startswith("posting_text") or name == "alembic_version":
            continue
        found[name] = connection.execute(f"SELECT name, type, \"notnull\", pk FROM pragma_table_info('{name}')").fetchall()
        found[name] += connection.execute(
            f'SELECT "from", "table", "to", on_delete FROM pragma_foreign_key_list(\'{name}\')'
        ).fetchall()
        for index, unique in connection.execute(
            f"SELECT name, \"unique\" FROM pragma_index_list('{name}') ORDER BY name"
        ).fetchall():
            found[name] += [(unique, *connection.execute(f"SELECT name FROM pragma_index_info('{index}')").fetchall())]
        found[name] += connection.execute(f"SELECT strict, wr FROM pragma_table_list('{name}')").fetchall()
    return found


def test_the_revision_is_exactly_the_tables(tmp_path: Path) -> None:
    engine = open_engine(url(tmp_path))
    assert migrate.upgrade(engine) == (None, migrate.head())
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: not (kind == "table" and str(name).startswith("posting_text")),
            },
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()
    plain = create_engine(url(tmp_path, "plain.db"))
    metadata.create_all(plain)
    plain.dispose()
    with closing(sqlite3.connect(tmp_path / "jobs.db")) as migrated, closing(sqlite3.connect(tmp_path / "plain.db")) as made:
        assert columns(migrated) == columns(made)
        views = {row[0] for row in migrated.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
        assert views >= set(NAMES)
        assert migrated.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert migrated.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_upgrading_twice_does_nothing(tmp_path: Path) -> None:
    engine = open_engine(url(tmp_path))
    migrate.upgrade(engine)
    assert migrate.upgrade(engine) == (migrate.head(), migrate.head())
    assert migrate.current(engine) == migrate.head()
    assert [path.name for path in tmp_path.glob("*.bak")] == []
    engine.dispose()


def test_a_failed_upgrade_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("torn")

    engine = open_engine(url(tmp_path))
    monkeypatch.setattr(migrate, "create_views", broken)
    with pytest.raises(RuntimeError, match="torn"):
        migrate.upgrade(engine)
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one() == 0
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    monkeypatch.undo()
    assert migrate.upgrade(engine) == (None, migrate.head())
    engine.dispose()


def test_a_database_that_is_upgraded_is_kept_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine(url(tmp_path))
    migrate.upgrade(engine)
    monkeypatch.setattr(migrate, "head", lambda: "9999")
    migrate.upgrade(engine)
    engine.dispose()
    check(tmp_path / "jobs.db.before-9999.bak")


def test_an_unknown_revision_is_newer(tmp_path: Path) -> None:
    engine = open_engine(url(tmp_path))
    migrate.upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(NewerSchema, match="update the program"):
        migrate.upgrade(engine)
    engine.dispose()


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "jobs.db")) as connection:
        connection.execute(f"PRAGMA application_id={opening.APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    for read_only in (False, True):
        with pytest.raises(NewerSchema, match="update the program"):
            open_engine(url(tmp_path), read_only=read_only)


def test_a_reader_asks_for_a_current_schema(tmp_path: Path) -> None:
    open_engine(url(tmp_path)).dispose()
    with pytest.raises(OlderSchema, match="db upgrade"):
        open_engine(url(tmp_path), read_only=True)


def test_no_database(tmp_path: Path) -> None:
    with pytest.raises(NoDatabase, match="lohnpegel crawl"):
        open_engine(url(tmp_path), read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_another_programs_file_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "jobs.db")) as connection:
        connection.execute("CREATE TABLE photos (a)")
    before = (tmp_path / "jobs.db").read_bytes()
    with pytest.raises(NotOurs, match="another path"):
        open_engine(url(tmp_path))
    assert (tmp_path / "jobs.db").read_bytes() == before


def test_no_database_file_at_all(tmp_path: Path) -> None:
    (tmp_path / "jobs.db").write_text("Duisburg " * 1000)
    with pytest.raises(Damaged, match="restore"):
        open_engine(url(tmp_path))


@pytest.mark.parametrize("kind", ["nfs4", "nfs", "cifs", "smb3", "fuse.sshfs", "9p"])
def test_network_file_systems_are_refused(tmp_path: Path, kind: str) -> None:
    mounts = f"/dev/vda / ext4 rw 0 0\nserver:/x {tmp_path} {kind} rw 0 0\n"
    with pytest.raises(NetworkFilesystem, match="local disk"):
        check_place(tmp_path / "jobs.db", mounts=mounts)


def test_a_link_into_a_network_file_system_is_refused(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "near").symlink_to(tmp_path / "far")
    with pytest.raises(NetworkFilesystem):
        check_place(tmp_path / "near" / "jobs.db", mounts=f"/dev/vda / ext4 rw 0 0\nserver:/x {tmp_path}/far nfs rw 0 0\n")


def test_an_unwritable_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.place.os.access", lambda path, mode: Path(path) != tmp_path)  # root may write anywhere
    with pytest.raises(ReadOnlyPlace, match="rights"):
        open_engine(url(tmp_path))
    (tmp_path / "file").write_text("")
    with pytest.raises(ReadOnlyPlace):
        check_place(tmp_path / "file" / "jobs.db")


def test_a_second_writer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BUSY_MS", 50)
    first, second = open_engine(url(tmp_path)), open_engine(url(tmp_path))
    with first.begin(), pytest.raises(DatabaseLocked, match="another process"), second.begin():
        pass
    first.dispose()
    second.dispose()


def test_a_reader_is_not_blocked_and_sees_one_state(tmp_path: Path) -> None:
    engine = open_engine(url(tmp_path))
    migrate.upgrade(engine)
    reader = open_engine(url(tmp_path), read_only=True)
    with reading(reader) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM source").scalar_one() == 0
        with engine.begin() as writer:
            writer.exec_driver_sql("INSERT INTO source (name, kind) VALUES ('a', 'a')")
        assert connection.exec_driver_sql("SELECT count(*) FROM source").scalar_one() == 0
    with reading(reader) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM source").scalar_one() == 1
        with pytest.raises(ReadOnlyPlace):
            connection.exec_driver_sql("DELETE FROM source")
    engine.dispose()
    reader.dispose()


def test_a_full_disk_is_named_and_harmless(tmp_path: Path) -> None:
    engine = open_engine(url(tmp_path))
    migrate.upgrade(engine)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        pages = driver.execute("PRAGMA page_count").fetchone()[0]
        driver.execute(f"PRAGMA max_page_count={pages + 2}")
        with pytest.raises(DiskFull, match="free some space"), connection.begin():
            connection.exec_driver_sql("INSERT INTO source (name, kind) VALUES ('a', ?)", ("x" * 100_000,))
        driver.execute("PRAGMA max_page_count=1000000")
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO source (name, kind) VALUES ('a', 'a')")
    engine.dispose()
    check(tmp_path / "jobs.db")


def test_backup_and_restore(tmp_path: Path) -> None:
    engine = open_engine(url(tmp_path))
    migrate.upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO source (name, kind) VALUES ('kept', 'a')")
    copy = backup(engine, tmp_path / "copy.db")
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM source")
    engine.dispose()
    assert restore(copy, tmp_path / "jobs.db") == tmp_path / "jobs.db.replaced"
    reader = open_engine(url(tmp_path), read_only=True)
    with reading(reader) as connection:
        assert connection.exec_driver_sql("SELECT name FROM source").scalars().all() == ["kept"]
    reader.dispose()
    assert not list(tmp_path.glob("*.part"))


def test_a_damaged_backup_is_not_restored(tmp_path: Path) -> None:
    engine = open_engine(url(tmp_path))
    migrate.upgrade(engine)
    copy = backup(engine, tmp_path / "copy.db")
    engine.dispose()
    torn = bytearray(copy.read_bytes())
    torn[8192 * 3 : 8192 * 6] = b"\xff" * (8192 * 3)
    copy.write_bytes(torn)
    before = (tmp_path / "jobs.db").read_bytes()
    with pytest.raises(Damaged):
        restore(copy, tmp_path / "jobs.db")
    assert (tmp_path / "jobs.db").read_bytes() == before


def test_every_error_says_what_to_do() -> None:
    kinds = StorageError.__subclasses__()
    assert {kind.__name__ for kind in kinds} >= {"DatabaseLocked", "NewerSchema", "DiskFull", "ReadOnlyPlace", "Damaged"}
    for kind in kinds:
        more: tuple[Any, ...] = {"NewerSchema": (2, 1), "OlderSchema": (0, 1), "NetworkFilesystem": ("nfs",)}.get(
            kind.__name__, ()
        )
        assert " " in str(kind("jobs.db", *more)).split(";")[-1].strip()
