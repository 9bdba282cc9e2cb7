"""The daemon as a process: it does what is due, once; it stops, reloads, is killed and comes back without losing anything."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from sandbox.market import Market
from scheduler.child import Child
from scheduler.notify import notify, watchdog_s
from tests.served import all_done, ask, by_hand, change, served, wait
from tests.whole import Town, start, town

MARKET = Market(1, 2, "sparse")
RUNS = "SELECT command, state FROM run ORDER BY rowid"
OFTEN = {"TEST_HOOK": "import scheduler.daemon as daemon; daemon.LOOK_S = 1"}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, MARKET) as made:
        change(made, schedule={"jitter_s": 0, "stop_s": 20.0})
        yield made


@pytest.mark.slow
def test_it_does_what_is_due_once_and_stops_when_told(place: Town) -> None:
    with served(place) as daemon:
        daemon.hears("due: crawl:bundesagentur, report, export, backup, purge", "purge ok")
        assert by_hand(place, "run").out.startswith("nothing is due before")
        ended = daemon.stop()
    assert ended.code == 0
    assert "bundesagentur ok: seen" in ended.err
    jobs = [command.split()[0] for command, state in ask(place, RUNS) if state == "ok"]
    assert jobs == ["crawl", "report", "export", "backup", "purge"]
    with served(place) as daemon:
        daemon.hears("serving")
        time.sleep(1)
        ended = daemon.stop()
    assert "due:" not in ended.err
    assert len(ask(place, RUNS)) == len(jobs)


@pytest.mark.slow
def test_a_second_daemon_is_told_who_serves_and_a_killed_one_holds_nothing(place: Town) -> None:
    with served(place) as first:
        first.hears("serving")
        with served(place, name="second") as second:
            second.process.join(20)
            assert second.process.exitcode == 75
            assert f"process {first.process.pid} (schedule) has been at work since 20" in second.said
        wait(lambda: all_done(place), "the first round")
        first.process.kill()
        first.process.join()
    with served(place, name="third") as third:
        third.hears("serving")
        assert third.stop().code == 0


@pytest.mark.slow
def test_a_bad_configuration_is_refused_on_reload_and_a_good_one_taken(place: Town) -> None:
    path = place.folder / "config.toml"
    good = path.read_text("utf-8")
    with served(place) as daemon:
        wait(lambda: all_done(place), "the first round")
        path.write_text(good.replace('"Europe/Berlin"', '"Europe/Berln"'), "utf-8")
        daemon.signal(signal.SIGHUP)
        daemon.hears("the configuration before stays in force", "did you mean 'Europe/Berlin'?")
        path.write_text(good.replace("lohnpegel.db", "other.db"), "utf-8")
        daemon.signal(signal.SIGHUP)
        daemon.hears("another database is named, which takes a restart")
        path.write_text(good, "utf-8")
        change(place, source_bundesagentur={"days": ["mon"], "at": "04:00"})
        daemon.signal(signal.SIGHUP)
        daemon.hears("the configuration was read anew; serving crawl:bundesagentur")
        assert daemon.stop().code == 0
    assert "Traceback" not in daemon.said


@pytest.mark.slow
def test_the_worker_goes_by_the_configuration_that_was_checked(place: Town) -> None:
    """Half an edit in the file must not fail the round of six in the morning."""
    with served(place, environment=OFTEN) as daemon:
        wait(lambda: all_done(place), "the first round")
        (place.folder / "config.toml").write_text("half an ed", "utf-8")
        with closing(sqlite3.connect(place.folder / "lohnpegel.db", timeout=10)) as database:
            database.execute("DELETE FROM task WHERE name = 'purge'")
            database.commit()
        wait(lambda: all_done(place), "the purge that is due again")
        assert daemon.stop().code == 0


@pytest.mark.slow
def test_told_to_stop_in_the_middle_of_a_crawl_it_stores_what_was_read_and_the_rest_stays_due(place: Town) -> None:
    change(place, crawler={"delay_s": 0.3})
    with served(place) as daemon:
        wait(lambda: place.box.stats()["bundesagentur"].get("detail", 0) >= 3, "three details fetched")
        ended = daemon.stop()
    assert ended.code == 0
    assert ask(place, RUNS) == [("crawl", "partial")]
    ((state, seen, error),) = ask(place, "SELECT state, seen, error FROM source_run")
    assert (state, error) == ("partial", "left at SIGTERM; what it had read is stored, and it is still due")
    stored = len(place.ads())
    assert stored == seen >= 2  # the third was on its way
    assert ask(place, "SELECT count(*) FROM task") == [(0,)]
    change(place, crawler={"delay_s": 0.0})
    assert by_hand(place, "run").code == 0
    assert len(place.ads()) > stored
    assert ask(place, "SELECT state FROM source_run ORDER BY id") == [("partial",), ("ok",)]


@pytest.mark.slow
def test_interrupted_by_hand_a_run_says_so_and_the_next_does_the_rest(place: Town) -> None:
    change(place, crawler={"delay_s": 0.3})
    process = start(place.folder, "run", name="by_hand")
    wait(lambda: place.box.stats()["bundesagentur"].get("detail", 0) >= 2, "two details fetched")
    assert process.pid is not None
    os.kill(process.pid, signal.SIGINT)
    process.join(20)
    assert process.exitcode == 1
    assert "stopped before all was done; the next run does what is left" in (place.folder / "by_hand.out").read_text("utf-8")


@pytest.mark.slow
def test_a_worker_that_is_killed_does_not_take_the_daemon_with_it(place: Town) -> None:
    change(place, crawler={"delay_s": 0.3})
    with served(place) as daemon:
        wait(lambda: place.box.stats()["bundesagentur"].get("detail", 0) >= 1, "a detail fetched")
        told = json.loads((place.folder / "lohnpegel.db.lock").read_text("utf-8"))
        assert told["pid"] != daemon.process.pid
        os.kill(told["pid"], signal.SIGKILL)
        daemon.hears("the round failed (SIGKILL); tried again in 15 minutes")
        assert daemon.stop().code == 0
    change(place, crawler={"delay_s": 0.0})
    assert by_hand(place, "run").code == 0
    assert [state for _, state in ask(place, RUNS)] == ["failed", "ok", "ok", "ok", "ok", "ok"]


def test_a_child_that_does_not_leave_is_killed_in_time(caplog: pytest.LogCaptureFixture) -> None:
    child, ended = Child(), []
    words = [
        sys.executable,
        "-c",
        "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
    ]
    thread = threading.Thread(target=lambda: ended.append(child.run(words, b"", 0.5)))
    thread.start()
    wait(lambda: child.pid is not None, "the child")
    time.sleep(0.3)
    child.end(0.5)
    thread.join(10)
    assert ended == [-signal.SIGKILL]
    assert "did not leave within" in caplog.text
    assert child.run(words, b"", 0.5) == 1  # no other is started


def test_a_child_that_takes_too_long_is_told_to_stop() -> None:
    assert Child().run([sys.executable, "-c", "import time; time.sleep(60)"], b"", 5, limit_s=0.2) == -signal.SIGTERM


def test_a_child_is_not_the_service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "x"))
    assert Child().run([sys.executable, "-c", "import os, sys; sys.exit('NOTIFY_SOCKET' in os.environ)"], b"", 5) == 0


@pytest.mark.slow
def test_systemd_and_watchdogs_hear_of_it(place: Town, tmp_path_factory: pytest.TempPathFactory) -> None:
    change(place, schedule={"heartbeat": "run/beat.json"})
    path = str(tmp_path_factory.mktemp("n") / "s")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listens:
        listens.bind(path)
        listens.settimeout(20)
        heard: list[str] = []

        def until(word: str) -> None:
            while not any(word in line for line in heard):
                heard.append(listens.recv(4096).decode())

        with served(place, environment={"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "1000000"}) as daemon:
            until("READY=1")
            until("WATCHDOG=1")
            heard.clear()
            until("WATCHDOG=1")  # again and again
            daemon.signal(signal.SIGHUP)
            until("RELOADING=1\nMONOTONIC_USEC=")
            until("READY=1")
            told = json.loads((place.folder / "run/beat.json").read_text("utf-8"))
            assert told["pid"] == daemon.process.pid
            assert abs(time.time() - datetime.fromisoformat(told["at"]).timestamp()) < 10
            daemon.stop()
            until("STOPPING=1")


def test_without_systemd_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.setenv("WATCHDOG_USEC", "30000000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid() + 1))
    assert notify("READY=1") is False
    assert watchdog_s() is None
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    assert watchdog_s() == 30.0


def test_an_abstract_socket_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"lohnpegel-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listens:
        listens.bind(f"\0{name}")
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
        assert notify("READY=1", "STATUS=well")
        assert listens.recv(100) == b"READY=1\nSTATUS=well"


def test_the_daemon_carries_none_of_what_its_workers_need() -> None:
    script = "import sys; import lohnpegel.cli, lohnpegel.serving, scheduler.daemon; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    heavy = {"numpy", "altair", "vl_convert", "pyarrow", "httpx", "selectolax", "jinja2", "alembic", "pebble", "apprise"}
    assert "apscheduler" in said.stdout.split()
    assert not heavy & set(said.stdout.split())
