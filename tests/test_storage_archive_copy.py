"""The archive's copy: in step at the price of what is new, never longer than the time to live, put back without losing a page."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from storage import archive_copy
from storage.archive import Archive
from storage.archive_copy import keep, put_back, verify
from storage.engine import open_engine
from storage.errors import Damaged, DiskFull, NoDatabase, NotOurs
from tests.storing import DAY, START
from tests.test_storage_archive import page

LIFE = timedelta(days=30)


def filled(path: Path, *numbers: int) -> None:
    """Put pages into an archive; each has a body of its own."""
    with Archive(f"sqlite:///{path}") as archive:
        archive.put_many([page(number, f"Stelle {number}".encode() * 400) for number in numbers], "ba", "run")


def numbers(path: Path) -> list[str | None]:
    """The pages of an archive, in its order; each is unpacked."""
    with Archive(f"sqlite:///{path}", read_only=True) as archive:
        found = list(archive.pages())
    assert [one.page.body for one in found] == [f"Stelle {one.page.request.source_id}".encode() * 400 for one in found]
    return [one.page.request.source_id for one in found]


def spoil(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    filled(tmp_path / "a.db", 1, 2, 3)
    return tmp_path / "a.db"


@pytest.fixture
def copy(archive: Path) -> Path:
    made = archive_copy.copy_path(archive, archive.parent)
    keep(archive, made, START - LIFE)
    return made


def test_only_what_is_new_is_added(archive: Path, copy: Path) -> None:
    assert keep(archive, copy, START - LIFE) == archive_copy.Kept(copy, 0, 0, 3)
    filled(archive, 4, 5)
    before = copy.read_bytes()
    spoil(copy, "PRAGMA user_version=7")  # a copy made anew would not have it
    assert keep(archive, copy, START - LIFE) == archive_copy.Kept(copy, 2, 0, 5)
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (7,)
    assert numbers(copy) == ["1", "2", "3", "4", "5"]
    assert len(copy.read_bytes()) >= len(before)
    assert [path.name for path in copy.parent.glob("*.backup*")] == [copy.name]  # one file: it can be carried away


def test_what_has_outlived_its_time_goes_and_leaves_no_trace(archive: Path, copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        (packed,) = connection.execute("SELECT packed FROM body JOIN fetch USING (hash) WHERE source_id = '1'").fetchone()
    assert packed in copy.read_bytes()
    assert keep(archive, copy, START + 2 * DAY) == archive_copy.Kept(copy, 0, 1, 2)
    assert packed not in copy.read_bytes() and b"jobs.example/1" not in copy.read_bytes()
    assert archive_copy.expire(copy, START + 3 * DAY) == 1
    assert numbers(copy) == ["3"] and numbers(archive) == ["1", "2", "3"]


def test_a_page_that_the_archive_lost_stays_in_the_copy(archive: Path, copy: Path) -> None:
    archive.unlink()
    filled(archive, 9)
    assert keep(archive, copy, START - LIFE).pages == 4
    assert numbers(copy) == ["1", "2", "3", "9"]  # the number that both use is given once only
    assert keep(archive, copy, START - LIFE).added == 0


def test_a_torn_body_is_not_copied(archive: Path, copy: Path) -> None:
    filled(archive, 4, 5)
    spoil(archive, "UPDATE body SET packed = zeroblob(9) WHERE hash = (SELECT hash FROM fetch WHERE source_id = '5')")
    with pytest.raises(Damaged, match=r"a\.db: the body"):
        keep(archive, copy, START - LIFE)
    assert numbers(copy) == ["1", "2", "3"]


def test_a_full_disk_leaves_the_copy_as_it_was(archive: Path, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive(f"sqlite:///{archive}") as more:
        more.put_many([page(number, Random(number).randbytes(9_000)) for number in range(50, 80)], "ba", "run")
    connect: Any = sqlite3.connect

    def small(*arguments: Any, **options: Any) -> sqlite3.Connection:
        made: sqlite3.Connection = connect(*arguments, **options)
        made.execute("PRAGMA max_page_count=8")
        return made

    monkeypatch.setattr(sqlite3, "connect", small)
    with pytest.raises(DiskFull, match="free some space"):
        keep(archive, copy, START - LIFE)
    monkeypatch.undo()
    assert numbers(copy) == ["1", "2", "3"]


def test_put_back_where_the_archive_is_gone(archive: Path, copy: Path) -> None:
    archive.unlink()
    assert put_back(copy, archive) is None
    assert numbers(archive) == ["1", "2", "3"]


def test_put_back_where_the_archive_is_damaged(archive: Path, copy: Path) -> None:
    with archive.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 20_000)
    with pytest.raises(Damaged):
        verify(archive)
    assert put_back(copy, archive) == archive.with_name("a.db.replaced")
    assert numbers(archive) == ["1", "2", "3"]
    assert verify(archive) == archive_copy.Sound(3, 3)


def test_put_back_keeps_what_came_later(archive: Path, copy: Path) -> None:
    filled(archive, 4, 5)
    spoil(archive, "UPDATE body SET packed = zeroblob(9) WHERE hash IN (SELECT hash FROM fetch WHERE source_id IN ('2', '5'))")
    put_back(copy, archive)
    assert numbers(archive) == ["1", "2", "3", "4"]  # the torn second is whole again, the torn fifth was never copied
    assert not list(archive.parent.glob(".*part*"))


@pytest.mark.parametrize(
    ("spoiled", "error"),
    [
        ("DELETE FROM body WHERE hash = (SELECT max(hash) FROM body)", "the bodies of 1 pages are gone"),
        ("UPDATE body SET packed = zeroblob(9) WHERE hash = (SELECT max(hash) FROM body)", "cannot be unpacked"),
        ("UPDATE body SET packed = (SELECT packed FROM body ORDER BY hash LIMIT 1)", "is not what was written"),
    ],
)
def test_what_is_wrong_with_an_archive_is_found(archive: Path, copy: Path, spoiled: str, error: str) -> None:
    assert verify(archive) == verify(copy) == archive_copy.Sound(3, 3)
    spoil(copy, spoiled)
    with pytest.raises(Damaged, match=error):
        verify(copy)
    with pytest.raises(Damaged, match=error):
        put_back(copy, archive)
    assert numbers(archive) == ["1", "2", "3"] and not archive.with_name("a.db.replaced").exists()


def test_another_file_is_left_alone(archive: Path, tmp_path: Path) -> None:
    open_engine(f"sqlite:///{tmp_path}/jobs.db").dispose()
    before = (tmp_path / "jobs.db").read_bytes()
    for refused in (lambda: keep(archive, tmp_path / "jobs.db", START), lambda: put_back(tmp_path / "jobs.db", archive)):
        with pytest.raises(NotOurs):
            refused()
    with pytest.raises(NoDatabase):
        put_back(tmp_path / "none.db", archive)
    assert (tmp_path / "jobs.db").read_bytes() == before and numbers(archive) == ["1", "2", "3"]
