"""Pages that broke a parser are remembered from run to run, until the parsers are others or their time is over."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from scraper.errors import PoisonPage
from scraper.parse.worker import Parsers
from storage.archive import Archive
from storage.poison import StoredPoison
from tests.storing import DAY, START, Clock
from tests.test_parse_hostile import JOBPOSTING, MARK, page

BREAKS = MARK + b"<div " + b" ".join(b"a%d" % number for number in range(90_000)) + b">" + b"<p>a</p>" * 30_000
KEY = "ab" * 32


def tried(archive: Archive, version: str) -> str:
    """What a run of the program says of the page."""

    async def parse() -> None:
        async with Parsers(limit_s=1.0, poison=StoredPoison(archive, version)) as parsers:
            await parsers.parse(JOBPOSTING, page(BREAKS))

    with pytest.raises(PoisonPage) as caught:
        asyncio.run(parse())
    return str(caught.value)


def test_a_page_that_broke_the_worker_is_skipped_by_the_next_run(tmp_path: Path) -> None:
    told = []
    for version in ("1", "1", "2"):
        with Archive(f"sqlite:///{tmp_path}/a.db") as archive:
            told.append(tried(archive, version))
    assert told == ["not parsed within 1 s", "not read again: not parsed within 1 s", "not parsed within 1 s"]


def test_what_is_remembered_is_forgotten_with_the_page(tmp_path: Path) -> None:
    with Archive(f"sqlite:///{tmp_path}/a.db") as archive:
        memory = StoredPoison(archive, "1", Clock())
        memory.mark(KEY, "too deep")
        memory.mark(KEY, "too wide")
        assert memory.known(KEY) == "too wide" and memory.known("cd" * 32) is None
        archive.purge(START + 29 * DAY, timedelta(days=30))
        assert memory.known(KEY) == "too wide"
        archive.purge(START + 31 * DAY, timedelta(days=30))
        assert memory.known(KEY) is None
