"""When what is due, who may work, and `lohnpegel run`: missed weeks, changes of clocks, two at once."""

import os
import subprocess
import sys
import time as clock_time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lohnpegel.rounds import run_due
from lohnpegel.settings import load
from sandbox.market import Market
from scheduler.errors import Busy
from scheduler.lock import held, holder
from scheduler.timetable import WEEKDAYS, Timetable, weeks_due
from tests.served import change
from tests.shop import HandClock
from tests.whole import start, town

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


def test_missed_weeks_are_all_exported() -> None:
    assert weeks_due(at("2026-11-23T07:30"), "2026-W43", BERLIN) == tuple(f"2026-W{week}" for week in range(44, 48))
    assert weeks_due(at("2026-11-23T07:30"), None, BERLIN) == ("2026-W47",)
    assert weeks_due(at("2026-11-22T07:30"), "2026-W46", BERLIN) == ()
    assert weeks_due(at("2026-11-23T00:00"), "2026-W46", BERLIN) == ("2026-W47",)  # still Sunday in UTC


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


@pytest.mark.slow
def test_what_is_due_is_done_once_whoever_asks(tmp_path: Path) -> None:
    with town(tmp_path, Market(2, 2, "sparse")) as place:
        change(place, schedule={"jitter_s": 0})
        settings, clock = load(tmp_path / "config.toml"), HandClock(at("2026-11-23T08:00"))  # a Monday
        first = run_due(settings, clock=clock)
        assert first.crawl is not None
        assert first.crawl.exit_code == 0
        assert {path.name for path in first.written} >= {"report.html", "ads.csv", "lohnpegel.db.backup-20261123T070000Z"}
        again = run_due(settings, clock=clock)
        assert (again.jobs, again.next_due_at) == ((), at("2026-11-24T05:30"))
        clock.at = at("2026-11-24T06:11")
        later = run_due(settings, clock=clock)
        assert [job.name for job in later.jobs] == ["crawl", "purge"]


@pytest.mark.slow
def test_a_source_crawled_by_hand_is_not_due_again(tmp_path: Path) -> None:
    with town(tmp_path, Market(2, 1, "sparse")) as place:
        place.cli("crawl")
        said = place.cli("run")
        assert said.code == 0, said.err
        assert "bundesagentur" not in said.out
        assert said.out.startswith("report\tok")


@pytest.mark.slow
def test_two_started_together_never_do_the_same_twice(tmp_path: Path) -> None:
    with town(tmp_path, Market(2, 1, "sparse")) as place:
        both = [start(place.folder, "run", "--wait", "60", name=name) for name in "ab"]
        for one in both:
            one.join(90)
        said = [(place.folder / f"{name}.out").read_text("utf-8") for name in "ab"]
        assert [one.exitcode for one in both] == [0, 0], said
        assert sorted("nothing is due" in out for out in said) == [False, True]


@pytest.mark.slow
def test_where_another_is_at_work_a_run_refuses_or_waits_its_time(tmp_path: Path) -> None:
    with town(tmp_path, Market(2, 1, "sparse")) as place, held(place.folder / "lohnpegel.db.lock", "crawl"):
        refused = place.cli("run", "--no-wait")
        assert refused.code == 75
        assert f"process {os.getpid()} (crawl) has been at work since" in refused.err
        began = clock_time.monotonic()
        assert place.cli("run", "--wait", "1").code == 75
        assert clock_time.monotonic() - began >= 1
        assert place.cli("run", "--wait", "1", "--no-wait").code == 2


@pytest.mark.slow
def test_quiet_means_quiet_when_all_is_well_and_tells_when_it_is_not(tmp_path: Path) -> None:
    with town(tmp_path, Market(2, 1, "sparse")) as place:
        well = place.cli("run", "--quiet")
        assert (well.code, well.out) == (0, "")
        place.box.faults = {"bundesagentur": "403"}
        ill = place.cli("run", "--quiet", "--force")
        assert ill.code == 1
        assert ill.out.startswith("bundesagentur\tblocked")
