"""A year with nobody looking: counted, nothing missing and nothing doubled."""

import os
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.year import year


@pytest.mark.slow
def test_a_year_of_kills_and_outages_loses_and_doubles_nothing() -> None:
    shared = Path("/dev/shm")
    with TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else None) as folder:  # thousands of commits need no disk
        told = year(Path(folder), 1)
    assert told.right, str(told)
    assert (told.kills, len(told.outages)) == (20, 3)
    assert {name: one.due for name, one in told.tasks.items()} == {
        "crawl:a": 365, "crawl:b": 365, "report": 365, "export": 52, "backup": 52, "purge": 52,
    }  # fmt: skip
    crawls = told.tasks["crawl:b"]
    assert crawls.done == 366 - 3 * 6  # the first start and one a day; of a week off seven are due and caught up once
    assert timedelta(days=6) < crawls.latest < timedelta(days=8)
    assert len(told.exports) == 53  # the week before the start, and the 52 that end in 2026
