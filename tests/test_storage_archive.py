"""The archive: every body once, back as it was, gone when its time is over."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.model import Page, Request
from storage.archive import Archive
from storage.engine import open_engine
from storage.errors import Damaged, NotOurs
from tests.storing import DAY, START


def page(number: int, body: bytes = b"<html>Duisburg</html>") -> Page:
    request = Request(
        f"https://jobs.example/{number}",
        "detail",
        "POST",
        body=b"\xff{}",
        source_id=str(number),
        revision="r",
        carry={"a": [1, {"b": "ü"}]},
    )
    return Page(request, 200, body, START + number * DAY, {"content-type": "text/html"}, "https://jobs.example/moved")


def test_a_page_comes_back_as_it_was(tmp_path: Path) -> None:
    with Archive(f"sqlite:///{tmp_path}/a.db") as archive:
        keys = archive.put_many([page(1), page(2), page(3, b"\x00\xff")], "ba", "run")
        assert keys[0] == keys[1] != keys[2]
        assert archive.get(keys[2]) == b"\x00\xff"
        got = list(archive.pages("ba"))
        assert [one.page for one in got] == [
            replace(page(n + 1, one.page.body), archive_hash=keys[n]) for n, one in enumerate(got)
        ]
        assert (archive.size().fetches, archive.size().bodies, archive.count("other")) == (3, 2, 0)
        assert [one.page.request.source_id for one in archive.pages(since=START + 2 * DAY)] == ["2", "3"]
        assert [one.id for one in archive.pages(after=got[1].id)] == [got[2].id]
        with pytest.raises(KeyError):
            archive.get("00" * 32)


def test_a_body_goes_with_its_last_fetch_and_leaves_no_trace(tmp_path: Path) -> None:
    with Archive(f"sqlite:///{tmp_path}/a.db") as archive:
        archive.put_many([page(1, b"old Erika Muster 0203 555"), page(2, b"shared"), page(40, b"shared")], "ba", "run")
        assert archive.purge(START + 40 * DAY, timedelta(days=30)) == 2
        assert (archive.size().fetches, archive.size().bodies) == (1, 1)
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Erika" not in everything


def test_a_torn_body_is_noticed(tmp_path: Path) -> None:
    with Archive(f"sqlite:///{tmp_path}/a.db") as archive:
        key = archive.put(page(1), "ba", "run")
        with archive.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE body SET packed = zeroblob(10)")
        with pytest.raises(Damaged, match="restore"):
            archive.get(key)


def test_an_archive_is_no_database(tmp_path: Path) -> None:
    Archive(f"sqlite:///{tmp_path}/a.db").close()
    with pytest.raises(NotOurs):
        open_engine(f"sqlite:///{tmp_path}/a.db")


@settings(max_examples=30)
@given(bodies=st.lists(st.binary(max_size=200), max_size=5))
def test_any_bytes(bodies: list[bytes]) -> None:
    with Archive("sqlite://") as archive:
        keys = archive.put_many([page(n, body) for n, body in enumerate(bodies)], "ba", "run")
        assert [archive.get(key) for key in keys] == bodies
