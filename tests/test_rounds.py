"""A round of due work: once, whoever asks, whenever it is killed, and whatever the calendar does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scheduler.agenda import Agenda
from scheduler.events import RoundDone
from scheduler.lock import at_work
from scheduler.timetable import WEEKDAYS, Timetable
from storage.engine import open_engine
from storage.errors import DiskFull
from storage.read import Reader
from storage.runs import Task, tasks
from tests.shop import BERLIN, HandClock, Killed, Shop, agenda

ALL = ["crawl:a", "crawl:b", "report", "export 2026-W46", "backup", "purge"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path, HandClock(at("2026-11-18T12:00")))  # a Wednesday


def once(names: set[str], error: BaseException) -> Callable[[str], None]:
    """Raises the first time that one of these jobs is at work."""

    def strike(name: str) -> None:
        if name in names:
            names.discard(name)
            raise error

    return strike


def at_round(shop: Shop, text: str) -> list[str]:
    """What a round at that time does."""
    shop.clock.at, shop.did = at(text), []
    shop.round()
    return shop.did


def test_the_first_round_does_everything_and_the_next_nothing(shop: Shop) -> None:
    first = shop.round()
    assert shop.did == ALL
    assert first.exit_code == 0
    assert first.next_due_at == at("2026-11-19T05:30")
    assert shop.round().jobs == ()
    assert at_round(shop, "2026-11-19T06:09") == ["purge"]
    assert at_round(shop, "2026-11-19T06:10") == ["crawl:a", "crawl:b"]
    assert at_round(shop, "2026-11-19T12:00") == ["report"]


def test_every_job_is_a_run_in_the_books(shop: Shop) -> None:
    shop.round()
    engine = open_engine(shop.url, read_only=True)
    runs = {row["command"]: row["state"] for row in Reader(engine).runs()}
    noted = tasks(engine)
    engine.dispose()
    assert runs == dict.fromkeys(["crawl", "report", "export 2026-W46", "backup", "purge"], "ok")
    assert set(noted) == {"crawl:a", "crawl:b", "report", "export", "export:2026-W46", "backup", "purge"}
    assert noted["report"] == Task("report", at("2026-11-18T12:00"), at("2026-11-19T07:00"), "ok")


def test_missed_weeks_are_each_exported_once_and_missed_crawls_caught_up_once(shop: Shop) -> None:
    shop.round()
    weeks = [f"export 2026-W{week}" for week in range(47, 54)]
    assert at_round(shop, "2027-01-04T09:00") == ["crawl:a", "crawl:b", "report", *weeks, "backup", "purge"]
    assert at_round(shop, "2027-01-04T09:01") == []


@pytest.mark.parametrize("killed", [*ALL, "vacancies"])
def test_a_round_that_is_killed_leaves_the_job_in_hand_due_and_no_other(shop: Shop, killed: str) -> None:
    shop.at = once({killed}, Killed())
    with pytest.raises(Killed):
        shop.round()
    shop.round()
    assert sorted(shop.did) == sorted(ALL)  # nothing twice, nothing missing
    assert shop.round().jobs == ()


def test_killed_between_two_weeks_the_first_is_not_written_again(shop: Shop) -> None:
    shop.round()
    shop.clock.at, shop.did = at("2026-12-07T09:00"), []
    shop.at = once({"export 2026-W48"}, Killed())
    with pytest.raises(Killed):
        shop.round()
    shop.round()
    assert [name for name in shop.did if name.startswith("export")] == [f"export 2026-W{week}" for week in (47, 48, 49)]


def test_a_job_that_fails_costs_no_other_and_is_tried_again(shop: Shop) -> None:
    shop.agenda = agenda(retry_h=6)
    shop.at = once({"report"}, ZeroDivisionError("of course"))
    done = shop.round()
    assert done.exit_code == 1
    assert [job.error for job in done.jobs if job.state == "failed"] == ["ZeroDivisionError: of course"]
    assert shop.did == [name for name in ALL if name != "report"]
    assert at_round(shop, "2026-11-18T17:59") == []
    assert at_round(shop, "2026-11-18T18:00") == ["report"]
    assert at_round(shop, "2026-11-18T23:59") == []


def test_a_source_that_failed_is_tried_again_and_one_that_is_suspect_is_not(shop: Shop) -> None:
    shop.agenda, shop.states = agenda(retry_h=6), {"a": "failed", "b": "suspect"}
    assert shop.round().exit_code == 1
    assert at_round(shop, "2026-11-18T18:00") == ["crawl:a"]


def test_a_week_that_fails_is_written_later_and_none_after_it_is_lost(shop: Shop) -> None:
    shop.round()
    shop.clock.at, shop.did = at("2026-12-07T09:00"), []
    shop.at = once({"export 2026-W48"}, OSError("no"))
    shop.round()
    assert [name for name in shop.did if name.startswith("export")] == ["export 2026-W47"]
    shop.clock.at += timedelta(days=7)
    shop.round()
    assert [name for name in shop.did if name.startswith("export")] == [f"export 2026-W{week}" for week in (47, 48, 49, 50)]


def test_where_nothing_can_be_stored_the_round_ends(shop: Shop) -> None:
    shop.at = once({"report"}, DiskFull("/srv"))
    done = shop.round()
    assert done.exit_code == 2
    assert [(job.name, job.state) for job in done.jobs] == [("crawl", "ok"), ("store", "failed")]
    assert "the disk is full" in (done.jobs[-1].error or "")
    shop.round()
    assert sorted(shop.did) == sorted(ALL)


def test_told_to_stop_the_rest_stays_due(shop: Shop) -> None:
    shop.at = lambda name: shop.stop.tell("SIGTERM") if name == "report" else None
    done = shop.round()
    assert (done.stopped, done.exit_code) == (True, 1)
    assert shop.did == ["crawl:a", "crawl:b", "report"]
    shop.stop.told, shop.at = None, lambda _name: None
    shop.round()
    assert shop.did == ALL


def test_by_force_the_running_week_is_exported_and_still_due_when_it_has_ended(shop: Shop) -> None:
    shop.round()
    shop.did = []
    shop.round(force=True)
    assert shop.did == ["crawl:a", "crawl:b", "report", "export 2026-W47", "backup", "purge"]
    assert "export 2026-W47" in at_round(shop, "2026-11-23T08:00")


def test_a_clock_that_was_wrong_for_a_while_costs_one_more_round_and_no_week(shop: Shop) -> None:
    shop.round()
    assert at_round(shop, "2027-06-01T12:00")[:2] == ["crawl:a", "crawl:b"]  # a battery died: half a year too far
    assert at_round(shop, "2026-11-19T05:45") == [
        "crawl:a",
        "crawl:b",
        "report",
        "backup",
        "purge",
    ]  # set right
    assert at_round(shop, "2026-11-19T06:30") == ["crawl:a", "crawl:b"]
    assert "export 2026-W47" in at_round(shop, "2026-11-23T08:00")
    assert "export 2026-W48" in at_round(shop, "2026-11-30T08:00")


def test_a_clock_that_is_set_back_by_hours_does_nothing_again(shop: Shop) -> None:
    shop.round()
    assert at_round(shop, "2026-11-18T05:00") == []


@pytest.mark.parametrize(("day", "utc"), [("2026-10-25", "00:30"), ("2026-03-29", "01:30"), ("2026-07-01", "00:30")])
def test_half_past_two_comes_once_a_day_when_clocks_change(tmp_path: Path, day: str, utc: str) -> None:
    shop = Shop(tmp_path, HandClock(at(f"{day}T00:00")), Agenda({"report": Timetable(WEEKDAYS, "02:30", BERLIN)}, BERLIN))
    shop.round()
    done = []
    while shop.clock.at < at(f"{day}T12:00") + timedelta(days=1):
        shop.did = []
        shop.round()
        done += [f"{shop.clock.at:%H:%M}"] * len(shop.did)
        shop.clock.at += timedelta(minutes=5)
    assert done[0] == utc
    assert len(done) == 2  # that night and the next


def test_listeners_hear_of_it_when_the_lock_is_free_and_cannot_hinder(shop: Shop) -> None:
    heard: list[tuple[RoundDone, str | None]] = []

    def listens(done: RoundDone) -> None:
        heard.append((done, at_work(shop.url)))
        raise ConnectionError("the mail server is down")

    shop.listeners = (listens, listens)
    done = shop.round()
    assert heard == [(done, None), (done, None)]
    assert done.exit_code == 0


@pytest.mark.parametrize("salt", ["a", "b", "c"])
def test_a_delay_is_the_same_for_everybody_who_asks_and_beyond_midnight(salt: str) -> None:
    table = Timetable(WEEKDAYS, "23:55", BERLIN, 3600, salt)
    nominal = Timetable(WEEKDAYS, "23:55", BERLIN)
    now, starts = at("2026-03-20T00:00"), []
    while now < at("2026-04-10T00:00"):
        starts.append(table.next(now))
        assert table.last(starts[-1]) == starts[-1]
        now = starts[-1]
    delays = [start - nominal.last(start) for start in starts]
    assert len({start.astimezone(ZoneInfo(BERLIN)) - delay for start, delay in zip(starts, delays, strict=True)}) == len(starts)
    assert all(timedelta() <= delay <= timedelta(hours=1) for delay in delays)
    assert len(set(delays)) > 15
