"""Putting a backup back, cut short at every step: what stood there stays readable, and no old log is read into the new file."""

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from storage.backup import restore
from storage.errors import DiskFull


def made(path: Path, *words: str) -> Path:
    """A small database that says so many words; the last ones stand in its log alone, as a killed writer leaves it."""
    first = path.with_name("first")
    with closing(sqlite3.connect(first, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE said (word)")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.executemany("INSERT INTO said VALUES (?)", [(word,) for word in words])
        for suffix in ("", "-wal"):
            shutil.copy(str(first) + suffix, str(path) + suffix)
    first.unlink()
    return path


def said(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM said")]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(made(tmp_path / "monday.db", "monday"))) as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    return tmp_path / "copy.db"


def test_the_log_of_what_is_replaced_is_kept_with_it(tmp_path: Path, copy: Path) -> None:
    path = made(tmp_path / "jobs.db", "tuesday", "wednesday")
    assert restore(copy, path) == tmp_path / "jobs.db.replaced"
    assert said(path) == ["monday"]
    assert said(tmp_path / "jobs.db.replaced") == ["tuesday", "wednesday"]


def test_a_log_that_could_not_be_emptied_is_not_read_into_the_new_file(
    tmp_path: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(tmp_path / "jobs.db", "tuesday", "wednesday")
    monkeypatch.setattr("storage.backup._empty_log", lambda _path: None)  # as where a reader holds on to it
    restore(copy, path)
    assert said(path) == ["monday"]
    assert said(tmp_path / "jobs.db.replaced") == ["tuesday", "wednesday"]


@pytest.mark.parametrize("steps", range(4))
def test_cut_short_at_any_step_the_database_still_says_all(
    tmp_path: Path, copy: Path, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the renamings only so many are done, then power fails."""
    path = made(tmp_path / "jobs.db", "tuesday", "wednesday")
    rename, left = Path.replace, [steps]

    def counted(self: Path, target: Path) -> Path:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", counted)
    with suppress(KeyboardInterrupt):
        restore(copy, path)
    monkeypatch.undo()
    assert said(path) in (["monday"], ["tuesday", "wednesday"])
    restore(copy, path)
    assert said(path) == ["monday"] and not list(tmp_path.glob(".*part*"))


def test_the_log_of_an_earlier_replaced_one_is_not_read_into_a_later(tmp_path: Path, copy: Path) -> None:
    path = made(tmp_path / "jobs.db", "tuesday")
    restore(copy, path)
    made(tmp_path / "jobs.db.replaced", "stray")  # with a log of its own beside it
    restore(copy, path)
    assert said(tmp_path / "jobs.db.replaced") == ["monday"]


def test_a_full_disk_is_named_and_leaves_what_stood_there(tmp_path: Path, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path / "jobs.db", "tuesday")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(DiskFull):
        restore(copy, path)
    monkeypatch.undo()
    assert said(path) == ["tuesday"] and not list(tmp_path.glob(".*part*"))
