"""How everything fares: on the terminal, as JSON, at /healthz and /metrics; and when a person is needed."""

import json
import re
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lohnpegel.standing import standing
from sandbox.market import Market
from scheduler.errors import PortTaken
from scheduler.health import SourceHealth, TaskHealth, concerns
from scheduler.lock import held
from scheduler.metrics import Endpoint
from scheduler.peek import peeking
from storage.engine import reading
from storage.errors import NoDatabase
from tests.served import all_done, change, served, wait
from tests.whole import Town, town

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MARKET = Market(1, 2, "sparse")


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A database after a round of everything; tests do not change it."""
    with town(tmp_path_factory.mktemp("status"), MARKET) as made:
        change(made, schedule={"jitter_s": 0})
        assert made.cli("run").code == 0
        yield made


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, MARKET) as made:
        change(made, schedule={"jitter_s": 0})
        yield made


def told(place: Town) -> Any:
    ended = place.cli("status", "--json")
    found = json.loads(ended.out)
    assert ended.code == int(bool(found["concerns"])), ended.out
    return found


@pytest.mark.slow
def test_all_is_well(stocked: Town) -> None:
    found = told(stocked)
    (source,) = [one for one in found["sources"] if one["enabled"]]
    assert (source["name"], source["state"], source["seen"], source["usual"]) == ("bundesagentur", "ok", 46, 46.0)
    assert source["open_ads"] == found["open_ads"] == len(stocked.ads())
    assert source["age_h"] < 1
    assert re.match(r"\d{4}-\d\d-\d\dT", source["next_due_at"])
    assert {job["name"]: (job["state"], job["outcomes"]) for job in found["jobs"]} == dict.fromkeys(
        ["report", "export", "backup", "purge"], ("ok", {"ok": 1})
    )
    assert found["database_bytes"] > 100_000 < found["archive_bytes"]
    assert found["disks"][0]["free"] > 0
    assert found["sqlite"] == sqlite3.sqlite_version
    assert (found["at_work"], found["daemon"], found["concerns"]) == (None, None, [])


@pytest.mark.slow
def test_on_the_terminal_everything_has_its_line(stocked: Town) -> None:
    ended = stocked.cli("status")
    assert ended.code == 0
    for words in (
        "bundesagentur │ ok",
        "report │ ok",
        "open ads; database",
        "free at",
        "SQLite",
        "nobody is at work",
        "no daemon",
    ):
        assert words in re.sub(r" +", " ", ended.out)
    assert "needs a person" not in ended.out


@pytest.mark.slow
def test_who_is_at_work_is_named(stocked: Town) -> None:
    with held(stocked.folder / "lohnpegel.db.lock", "crawl"), held(stocked.folder / "lohnpegel.db.daemon.lock", "schedule"):
        found = told(stocked)
    assert "(crawl) has been at work since" in found["at_work"]
    assert "(schedule) has been at work since" in found["daemon"]


@pytest.mark.slow
def test_a_source_that_is_blocked_needs_a_person_until_it_is_well(place: Town) -> None:
    place.box.faults = {"bundesagentur": "403"}
    assert place.cli("crawl").code == 1
    ended = place.cli("status")
    assert ended.code == 1
    assert "needs a person: bundesagentur is blocked\n" in ended.out
    assert "enabled = false" in ended.out
    place.box.faults = {}
    assert place.cli("crawl").code == 0
    assert place.cli("status").code == 0


@pytest.mark.slow
def test_a_full_disk_and_a_failed_job_need_a_person(place: Town) -> None:
    (place.folder / "backups").write_text("a file where a folder should be", "utf-8")
    assert place.cli("run").code == 2
    change(place, storage={"least_free_mb": 10**12})
    found = told(place)
    assert [one["about"].partition(":")[0] for one in found["concerns"]] == ["disk", "job"]
    assert found["concerns"][1]["what"] == "the backup failed"


def test_without_a_database_it_says_so(place: Town) -> None:
    with pytest.raises(NoDatabase):
        standing(place.settings, place.folder / "config.toml", NOW)


def health(name: str, state: str = "ok", done_h: float | None = 1, due_h: float | None = 23, **more: Any) -> SourceHealth:
    """A source that was done so many hours ago and is due in so many."""
    done = NOW - timedelta(hours=done_h) if done_h is not None else None
    due = NOW + timedelta(hours=due_h) if due_h is not None else None
    return SourceHealth(name, state, done, due, 1.0, "why" if state != "ok" else None, {}, **more)


CASES = [  # source, at work, what is a concern
    (health("a"), None, []),
    (health("a", "failed"), None, ["source:a:failed"]),
    (health("a", "partial", due_h=None), None, ["source:a:partial"]),
    (health("a", "failed", enabled=False), None, []),
    (health("a", "failed", due_h=-0.5), None, []),  # killed or told to stop: it is due again
    (health("a", done_h=30, due_h=-6), None, ["overdue"]),
    (health("a", done_h=30, due_h=-6), "process 1", []),
    (health("a", done_h=30, due_h=-1.9), None, []),
    (health("a", "never", done_h=None, due_h=0), None, []),
]


@pytest.mark.parametrize(("source", "at_work", "about"), CASES)
def test_what_needs_a_person(source: SourceHealth, at_work: str | None, about: list[str]) -> None:
    assert [one.about for one in concerns([source], [], at_work, NOW)] == about


def test_overdue_work_is_named_together() -> None:
    late = TaskHealth("report", "ok", NOW - timedelta(days=2), NOW - timedelta(days=1), 1.0, None)
    (one,) = concerns([health("a", done_h=30, due_h=-6)], [late], None, NOW)
    assert one.what == "due since 2026-11-21 12:00 UTC and not done: a, report"


def test_a_database_that_is_replaced_is_read_anew(stocked: Town, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    for _ in range(2):
        with closing(sqlite3.connect(stocked.folder / "lohnpegel.db")) as database:
            database.execute("VACUUM INTO ?", (str(tmp_path / "new.db"),))
        (tmp_path / "new.db").replace(tmp_path / "x.db")
        with peeking(url) as engine, reading(engine) as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM run").scalar_one() == 5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.db"]  # nothing is left open


def fetch(port: int, path: str) -> tuple[int, str, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read().decode()


@pytest.mark.slow
def test_the_endpoint_answers_machines(place: Town) -> None:
    with served(place, "--metrics-port", "0") as daemon:
        daemon.hears("answering at http://127.0.0.1:")
        port = int(re.search(r"127\.0\.0\.1:(\d+)/healthz", daemon.said)[1])  # type: ignore[index]  # it is there
        wait(lambda: all_done(place), "the first round")
        status, kind, body = fetch(port, "/healthz")
        assert (status, kind) == (200, "application/json")
        found = json.loads(body)
        assert (found["ok"], found["alive"], found["concerns"]) == (True, True, [])
        assert f"process {daemon.process.pid} (schedule)" in found["daemon"]
        status, kind, body = fetch(port, "/metrics")
        assert (status, kind.partition(";")[0]) == (200, "text/plain")
        lines = dict(line.rpartition(" ")[::2] for line in body.splitlines() if not line.startswith("#"))
        assert lines['lohnpegel_source_ads_open{source="bundesagentur"}'] == "46.0"
        assert lines['lohnpegel_source_runs_total{source="bundesagentur",state="ok"}'] == "1.0"
        assert lines['lohnpegel_job_runs_total{job="report",state="ok"}'] == "1.0"
        good = float(lines['lohnpegel_source_last_success_timestamp_seconds{source="bundesagentur"}'])
        assert abs(good - datetime.now(UTC).timestamp()) < 120
        assert float(lines['lohnpegel_source_next_due_timestamp_seconds{source="bundesagentur"}']) > good
        assert float(lines["process_resident_memory_bytes"]) > 1e6
        assert fetch(port, "/")[0] == 404
        (place.folder / "lohnpegel.db").rename(place.folder / "away.db")
        status, _, body = fetch(port, "/healthz")
        assert status == 503
        assert "there is no database yet" in json.loads(body)["concerns"][0]["what"]
        assert fetch(port, "/metrics")[0] == 503
        (place.folder / "away.db").rename(place.folder / "lohnpegel.db")
        assert fetch(port, "/healthz")[0] == 200


@pytest.mark.slow
def test_what_needs_a_person_is_unwell(stocked: Town) -> None:
    def look(days: int) -> Any:
        return standing(stocked.settings, stocked.folder / "config.toml", datetime.now(UTC) + timedelta(days=days))

    with Endpoint(0, lambda: look(3), lambda: True) as endpoint:
        status, _, body = fetch(endpoint.port, "/healthz")
        found = json.loads(body)
        assert (status, found["ok"]) == (503, False)
        assert {one["about"] for one in found["concerns"]} == {"overdue", "source:bundesagentur:stale"}
        assert 'lohnpegel_concern{about="overdue"} 1.0' in fetch(endpoint.port, "/metrics")[2]
        with pytest.raises(PortTaken, match="name another, or 0 for a free one"):
            Endpoint(endpoint.port, lambda: look(0), lambda: True)
    with Endpoint(0, lambda: look(0), lambda: False) as dead:
        assert fetch(dead.port, "/healthz")[0] == 503
