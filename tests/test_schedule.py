"""What is due, who may work, and the daemon's timer: restart, suspend, missed weeks, changes of clocks, two at once."""

import os
import signal
import subprocess
import sys
import time as clock_time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import tomlkit
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given
from hypothesis import strategies as st

from lohnpegel.demo import MarketClock, Wish, play
from lohnpegel.jobs import run_due
from lohnpegel.settings import load
from sandbox.market import Market
from sandbox.world import Sandbox
from scheduler.daemon import GRACE_S, build, trigger
from scheduler.errors import Busy
from scheduler.lock import held, holder
from scheduler.plan import Timetables
from scheduler.timetable import WEEKDAYS, Timetable, weeks_due

BERLIN = "Europe/Berlin"
DAILY = Timetable(WEEKDAYS, "06:10", BERLIN)
MONDAYS = Timetable(("mon",), "07:30", BERLIN)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)


DUE = [  # timetable, now, done last, due?
    (DAILY, "2026-11-22T06:09", "2026-11-21T06:11", False),
    (DAILY, "2026-11-22T06:10", "2026-11-21T06:11", True),
    (DAILY, "2026-11-22T18:00", "2026-11-22T06:11", False),
    (DAILY, "2026-11-22T18:00", None, True),
    (DAILY, "2026-11-22T05:00", "2026-11-15T06:11", True),  # a week's outage, caught up
    (DAILY, "2026-10-25T06:10", "2026-10-24T06:10", True),  # the night with 25 hours
    (DAILY, "2026-03-29T06:10", "2026-03-28T06:10", True),  # the night with 23
    (DAILY, "2026-11-20T06:30", "2026-11-22T06:11", False),  # the clock was set back: nothing is done again
    (MONDAYS, "2026-11-22T12:00", "2026-11-16T07:31", False),
    (MONDAYS, "2026-11-23T07:30", "2026-11-16T07:31", True),
]


@pytest.mark.parametrize(("table", "now", "done", "due"), DUE)
def test_due(table: Timetable, now: str, done: str | None, due: bool) -> None:
    assert table.due(at(now), at(done) if done else None) is due


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC)))  # noqa: DTZ001
def test_an_occurrence_is_always_between_the_last_and_the_next(now: datetime) -> None:
    for table in (DAILY, MONDAYS):
        assert table.last(now) <= now < table.next(now)
        assert not table.due(now, table.last(now))
        assert table.due(table.next(now), now)


def test_a_year_has_365_crawls_and_52_exports() -> None:
    now, crawls, exports = at("2026-01-01T00:00"), 0, 0
    weeks: list[tuple[int, int]] = []
    done: dict[str, datetime | None] = {"crawl": now, "export": now}
    while now < at("2027-01-01T00:00"):
        if DAILY.due(now, done["crawl"]):
            crawls, done["crawl"] = crawls + 1, now
        if MONDAYS.due(now, done["export"]):
            exports += 1
            weeks += weeks_due(now, done["export"], BERLIN)
            done["export"] = now
        now += timedelta(minutes=47)
    assert (crawls, exports) == (365, 52)
    assert len(weeks) == len(set(weeks)) == 52


def test_missed_weeks_are_all_exported() -> None:
    assert weeks_due(at("2026-11-23T07:30"), at("2026-10-26T07:31"), BERLIN) == tuple((2026, week) for week in range(44, 48))
    assert weeks_due(at("2026-11-23T07:30"), None, BERLIN) == ((2026, 47),)
    assert weeks_due(at("2026-11-22T07:30"), at("2026-11-16T07:30"), BERLIN) == ()


def test_the_lock_names_its_holder_and_frees_itself(tmp_path: Path) -> None:
    path = tmp_path / "x.db.lock"
    with held(path, "crawl"):
        assert f"process {os.getpid()} (crawl)" in (holder(path) or "")
        with pytest.raises(Busy, match=r"process \d+ \(crawl\) has been at work since"), held(path, "export"):
            pass
    assert holder(path) is None
    with held(path, "export"):
        pass


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.db.lock"
    script = (
        "import sys, time; from pathlib import Path; from scheduler.lock import held\n"
        "with held(Path(sys.argv[1]), 'crawl'):\n print('held', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    with pytest.raises(Busy), held(path, "export"):
        pass
    child.kill()
    child.wait()
    child.stdout.close()
    with held(path, "export", wait_s=5):
        assert holder(path)


def test_the_daemons_timer_uses_named_days_and_a_wide_grace() -> None:
    tables = Timetables(DAILY, DAILY, MONDAYS, jitter_s=600)
    scheduler = build(tables, lambda: None)
    jobs = {job.id: job for job in scheduler.get_jobs()}
    assert set(jobs) == {"crawl", "report", "export", "look"}
    cron = trigger(MONDAYS, 0)
    assert isinstance(cron, CronTrigger)
    following = cron.get_next_fire_time(None, at("2026-11-22T12:00"))
    assert following is not None
    assert following.astimezone(UTC) == at("2026-11-23T07:30")
    assert GRACE_S >= 3600


def pointed(folder: Path, url: str) -> Path:
    """The demonstration's configuration with the job search alone, at another address."""
    path = folder / "config.toml"
    document = tomlkit.parse(path.read_text("utf-8"))
    blocks: dict[str, Any] = document.unwrap()["source"]
    for name, block in blocks.items():
        block["enabled"] = name == "bundesagentur"
    blocks["bundesagentur"]["base_url"] = url
    document["source"] = blocks
    path.write_text(tomlkit.dumps(document), "utf-8")
    return path


def test_what_is_due_is_done_once_whoever_asks(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    play(Wish(folder, seed=2, weeks=1))
    market = Market(2, 2)
    with Sandbox(market, 0, kinds=("bundesagentur",)) as sandbox:
        settings = load(pointed(folder, sandbox.urls["bundesagentur"]))
        clock = MarketClock(market.day(1) + timedelta(days=1))  # a Monday
        assert clock.now().astimezone(ZoneInfo(BERLIN)).date() == date(2026, 11, 23)
        clock.at = at("2026-11-23T08:00")
        first = run_due(settings, clock=clock)
        assert first.crawl is not None
        assert first.crawl.exit_code == 0
        assert {path.name for path in first.written} >= {"report.html", "ads.csv"}
        again = run_due(settings, clock=clock)
        assert (again.crawl, again.written) == (None, ())
        assert again.next_due_at == at("2026-11-24T06:10")
        clock.at = at("2026-11-24T06:11")
        later = run_due(settings, clock=clock)
        assert later.crawl is not None
        assert later.written == ()


def test_the_daemon_does_what_is_due_and_stops_when_told(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    play(Wish(folder, seed=2, weeks=1))
    with Sandbox(Market(2, 1), 0, kinds=("bundesagentur",)) as sandbox:
        path = pointed(folder, sandbox.urls["bundesagentur"])
        daemon = subprocess.Popen(
            [sys.executable, "-m", "lohnpegel", "-c", str(path), "schedule"],
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            until = clock_time.monotonic() + 60
            while not (folder / "report.html").exists() and clock_time.monotonic() < until and daemon.poll() is None:
                clock_time.sleep(0.1)
            clock_time.sleep(0.5)
            daemon.send_signal(signal.SIGTERM)
            _, said = daemon.communicate(timeout=30)
        finally:
            daemon.kill()
    assert daemon.returncode == 0, said
    assert "bundesagentur ok seen" in said
    assert "written: " in said


def test_two_started_together_never_do_the_same_twice(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    play(Wish(folder, seed=2, weeks=1))
    with Sandbox(Market(2, 1), 0, kinds=("bundesagentur",)) as sandbox:
        path = pointed(folder, sandbox.urls["bundesagentur"])
        words = [sys.executable, "-m", "lohnpegel", "-c", str(path), "run", "--wait", "60"]
        both = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
        said = [one.communicate(timeout=120) for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    assert sorted("nothing is due" in out for out, _ in said) == [False, True]
