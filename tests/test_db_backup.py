"""`lohnpegel db backup` and `restore` over the real command line: database and archive, there and back."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.market import Market
from storage.archive import Archive
from tests.whole import Town, town

MARKET = Market(1, 3, "sparse")
COPY = "lohnpegel-archive.db.backup"


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


def bodies(place: Town, name: str = "lohnpegel-archive.db") -> list[tuple[str, bytes]]:
    """Every archived page, unpacked, in its order."""
    with Archive(f"sqlite:///{place.folder / name}", read_only=True) as archive:
        return [(one.page.request.url, one.page.body) for one in archive.pages()]


def damage(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 80_000)


def test_backup_is_restored(place: Town) -> None:
    told = json.loads(place.cli("db", "backup", "copy.db", "--json").out)
    assert told["bytes"] == (place.folder / "copy.db").stat().st_size
    before = place.ads()
    with closing(sqlite3.connect(place.folder / "lohnpegel.db")) as connection:
        connection.execute("DELETE FROM pay")
        connection.execute("UPDATE posting SET title = 'lost'")
        connection.commit()
    assert place.ads() != before
    assert place.cli("db", "restore", "copy.db").code == 0
    assert place.ads() == before
    assert (place.folder / "lohnpegel.db.replaced").exists()
    assert place.cli("db", "check").code == 0
    assert place.crawl(0, 1).exit_code == 0


def test_a_machine_is_rebuilt_from_another_disk(place: Town) -> None:
    """Database and archive gone: what lay elsewhere brings back both, so that everything can be read again."""
    (place.folder / "usb").mkdir()
    told = json.loads(place.cli("db", "backup", "usb/copy.db", "--json").out)["archive"]
    ads, pages = place.ads(), bodies(place)
    assert (told["pages"], told["added"], told["removed"]) == (len(pages), len(pages), 0)
    for path in place.folder.glob("lohnpegel*"):
        path.unlink()
    ended = place.cli("db", "restore", "usb/copy.db", "--json")
    assert [Path(one["restored"]).name for one in json.loads(ended.out)] == ["lohnpegel-archive.db", "lohnpegel.db"]
    assert place.ads() == ads and bodies(place) == pages
    checked = json.loads(place.cli("db", "check", "--json").out)["archive"]
    assert checked["ads"] == checked["ads_with_page"] == len(ads) and checked["pages"] == len(pages)
    with closing(sqlite3.connect(place.folder / "lohnpegel.db")) as connection:
        connection.execute("UPDATE posting SET content_hash = 'x', title = 'forgotten'")
        connection.commit()
    assert place.cli("reparse", "--workers", "1").code == 0
    assert {key: ad["title"] for key, ad in place.ads().items()} == {key: ad["title"] for key, ad in ads.items()}


def test_later_backups_add_what_is_new(place: Town) -> None:
    assert place.cli("db", "backup", "one.db").code == 0
    held = len(bodies(place))
    place.crawl(1)
    told = json.loads(place.cli("db", "backup", "two.db", "--json").out)["archive"]
    assert told["added"] == len(bodies(place)) - held > 0
    assert bodies(place, COPY) == bodies(place)


@pytest.mark.parametrize("name", ["lohnpegel.db", "lohnpegel-archive.db"])
def test_restore_after_damage(place: Town, name: str) -> None:
    assert place.cli("db", "backup", "copy.db").code == 0
    ads, pages = place.ads(), bodies(place)
    damage(place.folder / name)
    ended = place.cli("db", "check")
    assert ended.code == 2 and "db restore" in ended.err and name in ended.err, ended
    assert place.cli("crawl").code == 2
    assert place.cli("db", "restore", "copy.db" if name == "lohnpegel.db" else COPY).code == 0
    assert place.ads() == ads and bodies(place) == pages
    assert (place.folder / f"{name}.replaced").exists()
    assert place.cli("crawl").code == 0


def test_a_torn_page_of_the_archive_stops_the_backup_and_is_mended(place: Town) -> None:
    assert place.cli("db", "backup", "one.db").code == 0
    pages = bodies(place)
    with closing(sqlite3.connect(place.folder / "lohnpegel-archive.db")) as connection:
        connection.execute("UPDATE body SET packed = zeroblob(5) WHERE hash = (SELECT min(hash) FROM body)")
        connection.commit()
    for arguments in (("db", "check"), ("db", "restore", "lohnpegel-archive.db")):
        assert place.cli(*arguments).code == 2
    shutil.copy(place.folder / COPY, place.folder / "kept")
    (place.folder / COPY).unlink()
    ended = place.cli("db", "backup", "two.db")
    assert ended.code == 2 and "cannot be unpacked" in ended.err and not (place.folder / "two.db").exists()
    (place.folder / "kept").replace(place.folder / COPY)
    assert place.cli("db", "restore", COPY).code == 0
    assert bodies(place) == pages and place.cli("db", "check").code == 0


def test_without_the_archive(place: Town) -> None:
    told = json.loads(place.cli("db", "backup", "copy.db", "--no-archive", "--json").out)
    assert told["archive"] is None and not (place.folder / COPY).exists()
    assert place.cli("db", "backup", "two.db").code == 0
    pages = bodies(place)
    (place.folder / "lohnpegel-archive.db").unlink()
    assert place.cli("db", "restore", "copy.db", "--no-archive").code == 0
    assert not (place.folder / "lohnpegel-archive.db").exists()
    assert place.cli("db", "restore", "copy.db").code == 0
    assert bodies(place) == pages


def test_words_are_erased_in_the_copy_too(place: Town) -> None:
    name = next(ad["employer"] for ad in place.ads().values() if "ö" in (ad["employer"] or ""))
    assert place.cli("db", "backup", "copy.db").code == 0
    dry = json.loads(place.cli("db", "purge", "--match", name, "--dry-run", "--json").out)
    assert dry["pages_in_copy"] == dry["pages"] > 0
    assert any(name.encode() in body for _, body in bodies(place, COPY))
    told = json.loads(place.cli("db", "purge", "--match", name, "--json").out)
    assert told == dry | {"dry_run": False}
    assert not any(name.encode() in body for _, body in bodies(place, COPY))
    assert [path.name for path in place.folder.glob(f"{COPY}*")] == [COPY]
    assert place.cli("db", "purge", "--older", "0").code == 0
    assert bodies(place, COPY) == bodies(place) == []


def test_the_copy_outlives_the_archive_by_nothing(place: Town) -> None:
    """Whoever stops making backups must not keep a year of pages."""
    assert place.cli("db", "backup", "copy.db").code == 0
    old = dict(bodies(place))
    place.crawl(0, 40, archive_life=timedelta(days=30))
    assert not set(bodies(place, COPY)) & set(old.items())
