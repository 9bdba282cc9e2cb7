"""How far long work has come: bars with rate and remaining time on a terminal, lines in the log elsewhere, nothing when quiet."""

import logging
import os
import pty
import re
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from lohnpegel.cli._progress import EVERY_S, Lines, progress, written
from report.isoweek import IsoWeek
from sandbox.market import Market
from tests.whole import Town, town

MARKET = Market(1, 2, "sparse")


class Seconds:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, MARKET) as made:
        yield made


def test_lines_come_once_a_minute_with_rate_and_remaining_time(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    clock = Seconds()
    told = Lines("pages", clock)
    for second in range(0, 181, 10):
        clock.now = float(second)
        told("reading again", second * 2, 1000)
    assert caplog.messages == [
        f"reading again: {2 * second} of 1000 pages, 2.0/s, {(1000 - 2 * second) / 2:,.0f} s to go" for second in (60, 120, 180)
    ]
    caplog.clear()
    told("grouping", 1, None)
    clock.now += EVERY_S
    told("grouping", 61, None)
    assert caplog.messages == ["grouping: 61 pages, 1.0/s"]


def test_short_work_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with progress("pages") as told:
        assert told is not None
        for number in range(1000):
            told("x", number, 1000)
    assert caplog.messages == []


def test_quiet_is_quiet() -> None:
    with progress("pages", quiet=True) as told:
        assert told is None


def seen_on_terminal(folder: Path, *words: str) -> str:
    """What a person sees who types this."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.environ.update({"TERM": "xterm", "COLUMNS": "120", "NO_COLOR": "1"})
        os.execv(sys.executable, [sys.executable, "-m", "lohnpegel", *words])
    said = b""
    with suppress(OSError):  # how the end of a terminal is told
        while part := os.read(terminal, 65536):
            said += part
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, said.decode()
    return said.decode("utf-8", "replace")


COMMANDS = [  # what takes long, what its bar is called
    (("crawl", "--full"), "bundesagentur"),
    (("reparse",), "reading again"),
    (("export",), None),  # over before a bar is drawn, in so small a town
    (("db", "vacuum"), None),
]


def test_bars_are_for_terminals(place: Town) -> None:
    for words, name in COMMANDS:
        said = seen_on_terminal(place.folder, *words)
        if name:
            assert re.search(rf"{name}.*\d+/\d+ pages", said), (words, said)
        quiet = seen_on_terminal(place.folder, *words, "--quiet")
        assert "━" not in quiet and "pages" not in quiet.replace("pages read again", ""), (words, quiet)
        ended = place.cli(*words)
        assert ended.code == 0 and "━" not in ended.out + ended.err


def test_every_long_work_tells_how_far_it_is(place: Town, tmp_path: Path) -> None:
    """Each told at least once, never backwards, and at its end all of it is done."""
    from lohnpegel.importing import run_import
    from lohnpegel.jobs import _counted
    from scheduler.reparse import ReparsePlan, run_reparse
    from scheduler.run import run_crawl

    told: dict[str, list[tuple[int, int | None]]] = {}

    def hear(what: str, done: int, of: int | None) -> None:
        told.setdefault(what, []).append((done, of))

    settings, plan = place.settings, place.plan
    run_crawl(plan, full=True, progress=hear)
    assert {"bundesagentur", "grouping"} <= told.keys()
    ends = {what: steps[-1] for what, steps in told.items()}
    assert all(done == of for done, of in ends.values()), ends
    again = ReparsePlan(plan.database_url, plan.archive_url, plan.profile, "1", "c", workers=1)
    run_reparse(again, progress=hear)
    assert told["reading again"][-1][0] == told["reading again"][-1][1]
    page = tmp_path / "page.html"
    page.write_text("<p>nothing</p>", "utf-8")
    run_import(settings, [str(page)] * 3, progress=hear)
    assert told["reading"] == [(0, 3), (1, 3), (2, 3)]
    batches = [[()] * 250, [()] * 250]
    assert list(_counted(lambda names, week: batches, hear, 500, ["id"], IsoWeek(2026, 47))) == batches
    assert told["export"] == [(250, 500), (500, 500)]
    for steps in told.values():
        assert [done for done, _ in steps] == sorted(done for done, _ in steps)


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="only Linux tells what a process has written")
def test_work_that_says_nothing_is_measured_by_what_it_writes(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int | None]] = []
    with written(lambda *step: steps.append(step), "rewriting", 40e6), (tmp_path / "x").open("wb") as file:
        while len(steps) < 3:
            file.write(b"x" * 5_000_000)
            file.flush()
            time.sleep(0.2)
    assert {(what, of) for what, _, of in steps} == {("rewriting", 40)}
    assert 0 < steps[0][1] <= steps[-1][1] <= 40
    with written(None, "rewriting", 40e6):
        pass
