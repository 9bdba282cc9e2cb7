"""`lohnpegel db purge` over the real command line: what is erased is in no byte of any file, whoever reads meanwhile."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.market import Market
from storage.backup import check
from tests.test_db_commands import IMPATIENT
from tests.whole import Town, town

MARKET = Market(1, 3, "sparse")
NAME = "Quirina Zwiebelfeld"  #: of nobody in the market


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


def everything(folder: Path) -> bytes:
    """All bytes of database, archive and their logs."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("lohnpegel*")))


def test_purged_words_are_nowhere(place: Town) -> None:
    name = next(ad["employer"] for ad in place.ads().values() if "ö" in (ad["employer"] or ""))
    count = len(place.ads())
    dry = json.loads(place.cli("db", "purge", "--match", name.upper(), "--dry-run", "--json").out)
    assert dry["ads"] and dry["pages"] and name.encode() in everything(place.folder)
    told = json.loads(place.cli("db", "purge", "--match", name.upper(), "--json").out)
    assert told == dry | {"dry_run": False}
    left = everything(place.folder)
    assert name.encode() not in left and name.encode("latin-1") not in left
    assert len(place.ads()) == count
    assert place.cli("db", "check").code == 0
    covered = next(ad for ad in place.ads().values() if "█" in (ad["employer"] or ""))
    assert covered["employer"] == "█" * len(name)
    place.crawl(0, 1)  # the source still says it: an unchanged ad is not written again
    assert name not in {ad["employer"] for ad in place.ads().values()}


def test_purged_ads_are_gone_and_vacancies_hold(place: Town) -> None:
    name = next(ad["employer"] for ad in place.ads().values())
    count = len(place.ads())
    told = json.loads(place.cli("db", "purge", "--match", name, "--ads", "--json").out)
    assert told["ads_removed"] and len(place.ads()) == count - told["ads_removed"]
    check(place.folder / "lohnpegel.db")
    assert name.encode() not in everything(place.folder)
    assert place.crawl(0, 1).exit_code == 0
    grouped = sqlite3.connect(place.folder / "lohnpegel.db").execute(
        "SELECT count(*) FROM posting WHERE id NOT IN (SELECT posting_id FROM vacancy_member)"
    )
    assert grouped.fetchone() == (0,)


def test_purge_by_age(place: Town) -> None:
    def pages() -> int:
        with closing(sqlite3.connect(place.folder / "lohnpegel-archive.db")) as connection:
            (found,) = connection.execute("SELECT count(*) FROM fetch").fetchone()
            return int(found)

    held = pages()
    assert f"{held} archived pages" in place.cli("db", "purge", "--older", "0", "--dry-run").out and pages() == held
    assert place.cli("db", "purge", "--older", "100000").code == 0 and pages() == held
    assert place.cli("db", "purge", "--older", "0").code == 0 and pages() == 0


def test_a_crawl_purges_what_outlived_its_time(place: Town) -> None:
    place.crawl(0, 40, archive_life=timedelta(days=30))
    with closing(sqlite3.connect(place.folder / "lohnpegel-archive.db")) as connection:
        assert connection.execute("SELECT count(*) FROM fetch WHERE fetched_at < '2026-11-20'").fetchone() == (0,)


# what SQLite has deleted, and keeps


def overwritten(place: Town) -> None:
    """A text that named her was replaced long ago, as crawls do: its pages are free, and still hold it."""
    with closing(sqlite3.connect(place.folder / "lohnpegel.db")) as connection:
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("CREATE TABLE former (text)")
        connection.executemany("INSERT INTO former VALUES (?)", [(f"Fragen an {NAME}. " * 900,)] * 20)
        connection.commit()
        connection.execute("DROP TABLE former")
        connection.commit()


def named_in_an_ad(place: Town) -> None:
    with closing(sqlite3.connect(place.folder / "lohnpegel.db")) as connection:
        connection.execute("UPDATE posting SET description = description || ? WHERE id = 1", (f" Fragen an {NAME}.",))
        connection.execute("INSERT INTO posting_text(posting_text) VALUES ('rebuild')")
        connection.commit()


@pytest.mark.parametrize("named", [True, False], ids=["also in an ad", "nowhere else"])
def test_nothing_is_left_in_free_pages(place: Town, named: bool) -> None:
    overwritten(place)
    if named:
        named_in_an_ad(place)
    assert NAME.encode() in (place.folder / "lohnpegel.db").read_bytes()
    assert place.cli("db", "purge", "--match", NAME).code == 0
    assert NAME.encode() not in everything(place.folder)
    assert place.cli("db", "backup", "today.db").code == 0
    assert NAME.encode() not in (place.folder / "today.db").read_bytes()


def test_the_index_forgets_too(place: Town) -> None:
    named_in_an_ad(place)
    inner = b"belfeld"  # words stand there folded, without what they begin with in common
    assert inner in everything(place.folder).replace(NAME.encode(), b"")
    assert place.cli("db", "purge", "--match", NAME).code == 0
    assert inner not in everything(place.folder)
    with closing(sqlite3.connect(place.folder / "lohnpegel.db")) as connection:
        found = connection.execute("SELECT count(*) FROM posting_text WHERE posting_text MATCH 'quirina'").fetchone()
    assert found == (0,)


def test_a_reader_that_keeps_the_log_is_told_of(place: Town) -> None:
    named_in_an_ad(place)
    path = place.folder / "lohnpegel.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM posting").fetchone()
        for command in (("db", "purge", "--match", NAME), ("db", "vacuum")):
            ended = place.cli(*command, environment={"TEST_HOOK": IMPATIENT})
            assert ended.code == 75 and "still in its log" in ended.err and "Traceback" not in ended.err, ended
        assert NAME.encode() in everything(place.folder)
    assert place.cli("db", "purge", "--match", NAME).code == 0
    assert NAME.encode() not in everything(place.folder)
    assert place.cli("db", "check").code == 0


def test_backups_that_still_hold_it_are_named(place: Town) -> None:
    named_in_an_ad(place)
    assert place.cli("db", "backup").code == 0
    (copy,) = place.folder.glob("lohnpegel.db.backup-*")
    told = json.loads(place.cli("db", "purge", "--match", NAME, "--json").out)
    assert [Path(one).name for one in told["copies"]] == [copy.name] and NAME.encode() in copy.read_bytes()
