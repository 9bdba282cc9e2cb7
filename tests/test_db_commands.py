"""`lohnpegel db` over the real command line: what is said, what is done, and how each state of the disk is named."""

import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.market import Market
from storage.archive_copy import verify
from storage.backup import check
from tests.whole import Town, run, town

MARKET = Market(1, 3, "sparse")


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a crawled database; copied, never used."""
    folder = tmp_path_factory.mktemp("stocked")
    with town(folder, MARKET) as made:
        made.crawl(0)
    yield folder


@pytest.fixture
def place(stocked: Path, tmp_path: Path) -> Iterator[Town]:
    """A fresh copy of it."""
    for file in stocked.glob("lohnpegel*"):
        shutil.copy(file, tmp_path)
    with town(tmp_path, MARKET) as made:
        yield made


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("db", "backup", "lohnpegel.db"), 2, "is there already"),
        (("db", "restore", "lohnpegel.db"), 2, "is in use itself"),
        (("db", "restore", "lohnpegel-archive.db"), 2, "is in use itself"),
        (("db", "restore", "nothing.db"), 2, "there is no database yet"),
        (("db", "restore", "config.toml"), 2, "not a sound database"),
        (("db", "restore", "theirs.db"), 2, "belongs to another program"),
        (("db", "purge", "--match", "a b"), 2, "at least 3 letters"),
        (("db", "purge", "--ads"), 2, "--ads needs --match"),
    ],
)
def test_refused(place: Town, arguments: tuple[str, ...], code: int, told: str) -> None:
    before = place.ads()
    with closing(sqlite3.connect(place.folder / "theirs.db")) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    ended = place.cli(*arguments)
    assert (ended.code, told in ended.err, "Traceback" in ended.err) == (code, True, False), ended.err
    assert place.ads() == before


@pytest.mark.parametrize("command", ["check", "backup", "upgrade", "vacuum", "purge"])
def test_without_a_database_none_is_made(tmp_path: Path, command: str) -> None:
    with town(tmp_path, MARKET):
        ended = run(tmp_path, "db", command)
    assert ended.code == 2 and "there is no database yet" in ended.err
    assert not list(tmp_path.glob("lohnpegel*"))


def test_vacuum_gives_space_back(place: Town) -> None:
    with closing(sqlite3.connect(place.folder / "lohnpegel.db")) as connection:
        connection.execute("CREATE TABLE waste AS SELECT randomblob(1000000) AS it FROM posting")
        connection.commit()
        connection.execute("DROP TABLE waste")
        connection.commit()
    told = json.loads(place.cli("db", "vacuum", "--json").out)
    assert told[0]["after"] < told[0]["before"] / 10


# two at once


def test_second_run_is_told_who_holds_the_lock(place: Town) -> None:
    with (place.folder / "lohnpegel.db.lock").open("w+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(json.dumps({"pid": 4711, "command": "crawl", "since": "2026-11-22T06:10:00+00:00"}))
        lock.flush()
        for arguments in (("crawl",), ("db", "backup"), ("db", "purge"), ("db", "restore", "x.db"), ("run", "--force")):
            if arguments[1:2] == ("restore",):
                shutil.copy(place.folder / "lohnpegel.db", place.folder / "x.db")
            ended = place.cli(*arguments)
            assert ended.code == 75, (arguments, ended)
            assert "process 4711 (crawl) has been at work since 2026-11-22T06:10:00" in ended.err
        assert "bundesagentur" in place.cli("status").out  # readers are not held up
    assert place.cli("db", "upgrade").code == 0


# where a database cannot be


def test_network_filesystem_is_refused(place: Town) -> None:
    (place.folder / "mounts").write_text(f"server:/x {place.folder} nfs4 rw 0 0\n", "utf-8")
    hook = f"import storage.place, pathlib; storage.place._MOUNTS = pathlib.Path({str(place.folder / 'mounts')!r})"
    ended = place.cli("crawl", environment={"TEST_HOOK": hook})
    assert ended.code == 2 and "network file system (nfs4)" in ended.err and "Traceback" not in ended.err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become nobody; others cannot write anyway")
def test_directory_without_rights(place: Town) -> None:
    for path in place.folder.iterdir():
        path.chmod(0o444)
    place.folder.chmod(0o555)
    for parent in place.folder.parents:
        if parent.stat().st_uid == 0 and str(parent).startswith("/tmp/"):
            parent.chmod(0o755)
    hook = "import logging.handlers, os; os.setgid(65534); os.setuid(65534)"  # who becomes nobody may import no more
    for arguments in (("crawl",), ("db", "backup"), ("db", "vacuum")):
        ended = place.cli(*arguments, environment={"TEST_HOOK": hook})
        assert ended.code == 2 and "cannot be written" in ended.err and "Traceback" not in ended.err, ended
    assert "bundesagentur" in place.cli("status", environment={"TEST_HOOK": hook}).out  # reading goes on
    place.folder.chmod(0o755)


def test_newer_schema(place: Town) -> None:
    with closing(sqlite3.connect(place.folder / "lohnpegel.db")) as connection:
        connection.execute("PRAGMA user_version=99")
    for arguments in (("crawl",), ("status",), ("export",), ("db", "upgrade"), ("db", "check"), ("run", "--force")):
        ended = place.cli(*arguments)
        assert ended.code == 2 and "newer than this program" in ended.err and "Traceback" not in ended.err, ended


def test_foreign_database(place: Town) -> None:
    (place.folder / "lohnpegel.db").unlink()
    with closing(sqlite3.connect(place.folder / "lohnpegel.db")) as connection:
        connection.execute("CREATE TABLE theirs (x)")
        connection.commit()
    before = (place.folder / "lohnpegel.db").read_bytes()
    for arguments in (("crawl",), ("status",), ("db", "check")):
        ended = place.cli(*arguments)
        assert ended.code == 2 and "another program" in ended.err and "Traceback" not in ended.err, ended
    assert (place.folder / "lohnpegel.db").read_bytes() == before


IMPATIENT = "import storage.engine; storage.engine.BUSY_MS = 300"


def test_locked_by_another_writer(place: Town) -> None:
    with closing(sqlite3.connect(place.folder / "lohnpegel.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ended = place.cli("crawl", environment={"TEST_HOOK": IMPATIENT})
        assert ended.code == 75 and "keeps it locked" in ended.err and "Traceback" not in ended.err, ended
        other.execute("ROLLBACK")
    assert place.cli("crawl").code == 0


def test_a_reader_holds_up_nobody(place: Town) -> None:
    with closing(sqlite3.connect(place.folder / "lohnpegel.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM posting").fetchone()
        for arguments in (("crawl",), ("db", "backup")):
            ended = place.cli(*arguments, environment={"TEST_HOOK": IMPATIENT})
            assert ended.code == 0, (arguments, ended)


SMALL_DISK = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (%d, %d))
"""
FEW_PAGES = """
import storage.engine
storage.engine._WRITER["max_page_count"] = %d
"""


def test_database_may_not_grow(place: Town) -> None:
    """SQLITE_FULL in the middle of a crawl: named, nothing acknowledged lost, and done with once there is room."""
    before = place.ads()
    with closing(sqlite3.connect(place.folder / "lohnpegel.db")) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    place.box.week = 2
    ended = place.cli("crawl", "--full", environment={"TEST_HOOK": FEW_PAGES % (pages + 1)})
    assert ended.code == 2 and "the disk is full" in ended.err and "Traceback" not in ended.err, ended
    check(place.folder / "lohnpegel.db")
    assert set(before) <= set(place.ads())
    assert place.cli("crawl", "--full").code == 0
    assert len(place.ads()) > len(before)


def test_files_may_not_grow(place: Town) -> None:
    size = (place.folder / "lohnpegel.db").stat().st_size
    ended = place.cli("db", "backup", environment={"TEST_HOOK": SMALL_DISK % (size // 2, size // 2)})
    assert ended.code == 2 and "Traceback" not in ended.err, ended
    assert not [path for path in place.folder.iterdir() if ".db.backup-" in path.name or ".part" in path.name]
    verify(place.folder / "lohnpegel-archive.db.backup")
    check(place.folder / "lohnpegel.db")


def _may_mount(folder: Path) -> bool:
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True, check=False)
    return made.returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_full_disk(stocked: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if not _may_mount(disk):
        pytest.skip("no mounting here")
    try:
        for file in stocked.glob("lohnpegel*.db"):
            shutil.copy(file, disk)
        with town(disk, MARKET, 2) as made:
            held = set(made.ads())
            (disk / "ballast").write_bytes(b"x" * (shutil.disk_usage(disk).free - 40_000))
            ended = made.cli("crawl", "--full")
            assert ended.code == 2 and "the disk is full" in ended.err and "Traceback" not in ended.err, ended
            (disk / "ballast").unlink()
            check(disk / "lohnpegel.db")
            assert held <= set(made.ads())
            assert made.cli("crawl", "--full").code == 0
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
