"""Alerts and digests on their way: through the database, the postman's process and a service on this machine that may fail."""

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from lohnpegel.notify import journal, outbox, post
from lohnpegel.notify.look import look
from lohnpegel.notify.outbox import journal_path
from lohnpegel.notify.postman import deliver
from lohnpegel.settings import Settings, load
from scheduler.events import JobDone, RoundDone
from scheduler.lock import writing
from scraper.model import RunState
from storage.notices import Notices
from storage.save import Store
from tests import databases
from tests.storing import DAY, START, Desk, ad
from tests.webhook import Webhook, webhook
from tests.whole import Ended, configured, run, start

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what apprise loads
BA = "bundesagentur"
ERRAND = post._errand
HOUR = timedelta(hours=1)


@dataclass
class Office:
    """An installation with a database, and a service that takes its messages."""

    folder: Path
    hook: Webhook
    desk: Desk

    @property
    def settings(self) -> Settings:
        return load(self.folder / "config.toml")

    def configure(self, **sections: Any) -> None:
        path = self.folder / "config.toml"
        document: dict[str, Any] = tomlkit.parse(path.read_text("utf-8"))
        document.update(sections)
        path.write_text(tomlkit.dumps(document), "utf-8")

    def crawled(self, at: datetime, *titles: str, state: RunState = "ok") -> None:
        """A crawl at that time that ended so and brought these ads."""
        self.desk.clock.now = at
        made = self.desk.runs.start_run("crawl", "0.1.0", "c0ffee")
        self.desk.runs.start_source_run(made, BA, BA)
        ads = [replace(one, raw=replace(one.raw, source=BA)) for one in (ad(title, title) for title in titles)]
        Store(self.desk.engine).save_batch(made, BA, ads, (), at)
        self.desk.runs.end_source_run(made, BA, state, {}, error=None if state == "ok" else "far fewer ads than usual")
        self.desk.runs.end_run(made, "ok" if state == "ok" else "partial")

    def look(self, at: datetime, *jobs: JobDone) -> None:
        look(self.settings, RoundDone(jobs, at + HOUR), at)

    def cli(self, *words: str, **more: Any) -> Ended:
        return run(self.folder, *words, **more)

    def waiting(self) -> list[str]:
        return [one.message.title for one in Notices(self.desk.engine).waiting()]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """With the postman in this process, except for the command line and where a test wants his own."""
    monkeypatch.setattr(post, "_errand", deliver)
    configured(tmp_path, {BA: "http://127.0.0.1:9"})
    desk = Desk(tmp_path / "lohnpegel.db", load(tmp_path / "config.toml").storage.url)
    with webhook() as hook:
        made = Office(tmp_path, hook, desk)
        made.configure(alerts={"urls": [hook.url], "limit_s": 10.0})
        yield made
    desk.engine.dispose()


def now() -> datetime:
    """Of this machine, as the postman is a process of its own."""
    return datetime.now(UTC).replace(microsecond=0)


def test_a_suspect_source_is_told_once_and_again_after_it_was_well(office: Office) -> None:
    at = now() - 2 * DAY
    office.crawled(at, state="suspect")
    office.look(at)
    assert office.hook.titles == ["Lohnpegel Duisburg: bundesagentur is suspect"]
    (message,) = office.hook.taken
    assert "far fewer ads than usual" in message["message"] and "lohnpegel sources accept bundesagentur" in message["message"]
    assert message["type"] == "warning"
    for hours in (1, 2, 3):
        office.crawled(at + hours * HOUR, state="suspect")
        office.look(at + hours * HOUR)
    assert len(office.hook.taken) == 1
    office.crawled(at + 4 * HOUR)
    office.look(at + 4 * HOUR)
    office.crawled(at + 5 * HOUR, state="suspect")
    office.look(at + 5 * HOUR)
    assert [title.partition(": ")[2] for title in office.hook.titles] == [
        "bundesagentur is suspect", "over: bundesagentur is suspect", "bundesagentur is suspect",
    ]  # fmt: skip
    assert office.waiting() == [] and not journal_path(office.settings).exists()


def test_what_comes_together_goes_together(office: Office) -> None:
    at = now()
    office.crawled(at - 3 * DAY)
    office.crawled(at, state="blocked")
    office.look(at, JobDone("crawl", "partial", at, at), JobDone("export", "failed", at, at, error="no room"))
    (message,) = office.hook.taken
    assert message["title"] == "Lohnpegel Duisburg: 3 messages" and message["type"] == "failure"
    for said in ("is blocked", "no success for 48 hours", "the export failed\nno room"):
        assert said in message["message"]


def test_least_severity_and_silence_about_ends(office: Office) -> None:
    office.configure(alerts={"urls": [office.hook.url], "least": "critical", "recovery": False})
    at = now()
    office.crawled(at, state="suspect")
    office.look(at)
    office.crawled(at + HOUR)
    office.look(at + HOUR)
    assert office.hook.taken == []
    assert [row["key"] for row in Notices(office.desk.engine).listed(everything=True)] == ["source:bundesagentur:suspect"]


def test_without_addresses_nothing_is_written(office: Office) -> None:
    office.configure(alerts={"urls": []})
    at = now()
    office.crawled(at, state="suspect")
    office.look(at)
    assert Notices(office.desk.engine).listed(everything=True) == []


# services that fail


def test_a_service_that_fails_is_tried_again_later_and_others_are_not_told_twice(office: Office) -> None:
    with webhook() as second:
        office.configure(alerts={"urls": [office.hook.url, second.url]})
        second.status = 500
        at = now()
        office.crawled(at, state="suspect")
        office.look(at)
        assert (len(office.hook.taken), len(second.refused)) == (1, 1)
        office.look(at + timedelta(minutes=1))  # too soon
        assert len(second.refused) == 1
        second.status = 200
        office.look(at + timedelta(minutes=6))
        assert (len(office.hook.taken), len(second.taken)) == (1, 1)
        assert office.waiting() == []


def test_a_service_that_never_answers_costs_its_time_and_no_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "_errand", ERRAND)
    with webhook() as slow:
        office.configure(alerts={"urls": [slow.url, office.hook.url], "limit_s": 3.0})
        slow.wait_s = 60
        at = now()
        office.crawled(at, state="suspect")
        office.look(at)
        assert len(office.hook.taken) == 1  # the other one had its message meanwhile
        assert len(slow.taken) == 1
        (row,) = Notices(office.desk.engine).listed()
        errors = {way["error"] for way in row["deliveries"]}
        assert errors == {None, "no answer within 3 s"}
        assert [way["attempts"] for way in row["deliveries"]] == [1, 1]


def test_nobody_listens(office: Office) -> None:
    office.configure(alerts={"urls": ["json://127.0.0.1:9/", "nosuch://x", "tgram://${BOT}/1"]})
    at = now()
    office.crawled(at, state="suspect")
    office.look(at)
    (row,) = Notices(office.desk.engine).listed()
    said = " ".join(way["error"] for way in row["deliveries"])
    assert "Connection error" in said and "does not know such an address" in said and "LOHNPEGEL_SECRET_BOT is not set" in said


def test_an_address_that_is_taken_out_is_given_up(office: Office) -> None:
    office.hook.status = 503
    at = now()
    office.crawled(at, state="suspect")
    office.look(at)
    office.configure(alerts={"urls": ["json://127.0.0.1:9/"]})
    office.look(at + 8 * DAY)
    assert "bundesagentur is suspect" not in office.waiting()


def test_without_the_extra_the_message_waits(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lohnpegel.notify.post.find_spec", lambda name: None)
    at = now()
    office.crawled(at, state="suspect")
    office.look(at)
    (row,) = Notices(office.desk.engine).listed()
    assert "pip install 'lohnpegel[alerts]'" in row["deliveries"][0]["error"]
    monkeypatch.undo()
    office.look(at + HOUR)
    assert len(office.hook.taken) == 1


def test_nothing_that_goes_wrong_here_reaches_the_run(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    at = now()
    office.crawled(at, state="suspect")
    (office.folder / "report.history.json").write_text(
        '[{"on": "soon", "verdicts": {}}, {"on": "later", "verdicts": {}}]', "utf-8"
    )
    office.look(at)
    assert "the round itself is not touched" in caplog.text


def test_a_round_tells_what_came_of_it(office: Office) -> None:
    """The whole command: the source cannot be reached, so nothing comes in, and the export cannot be written."""
    storage = tomlkit.parse((office.folder / "config.toml").read_text("utf-8")).unwrap()["storage"]
    office.configure(storage={**storage, "exports": "/proc/none"})
    office.crawled(now() - 3 * DAY)
    ended = office.cli("run")
    assert ended.code == 2, ended
    (message,) = office.hook.taken
    assert "bundesagentur: no success for 48 hours" in message["message"] and "the export failed" in message["message"]


# locks


def test_what_was_sent_while_a_run_began_is_noted_later(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    at = now()
    office.crawled(at, state="suspect")
    sent = post.send

    def sent_while_a_run_begins(*words: Any) -> None:
        sent(*words)
        monkeypatch.setattr(outbox, "writing", busy)

    def busy(*_: Any) -> Any:
        from scheduler.errors import Busy

        raise Busy("a run has begun")

    monkeypatch.setattr(post, "send", sent_while_a_run_begins)
    office.look(at)
    assert len(office.hook.taken) == 1 and journal_path(office.settings).exists()
    assert office.waiting() == ["bundesagentur is suspect"]  # the database does not know yet
    monkeypatch.undo()
    office.look(at + HOUR)
    assert len(office.hook.taken) == 1 and office.waiting() == []


def test_a_run_at_work_is_left_alone(office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr("lohnpegel.notify.look.PATIENCE_S", 0.0)
    caplog.set_level("INFO")
    at = now()
    office.crawled(at, state="suspect")
    with writing(office.settings.storage.url, "run"):
        office.look(at)
    assert office.hook.taken == [] and "nobody is told anything this time" in caplog.text
    office.look(at)
    assert len(office.hook.taken) == 1


def test_while_messages_are_on_their_way_a_run_can_begin(office: Office) -> None:
    free: list[bool] = []

    def try_it() -> None:
        with writing(office.settings.storage.url, "run"):
            free.append(True)

    office.hook.on_message = try_it
    at = now()
    office.crawled(at, state="suspect")
    office.look(at)
    assert free == [True] and len(office.hook.taken) == 1


def test_a_torn_line_of_the_journal_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "x.outbox"
    line = journal.Line(0, START, None, ())
    journal.write(path, line)
    with path.open("ab") as file:
        file.write(b'\n{"letter":1,"at":"2026-11-')
    journal.write(path, replace(line, letter=2))
    assert [one.letter for one in journal.lines(path)] == [0, 2]


# digests


def saved_search(office: Office, **more: Any) -> None:
    office.configure(digest=[{"name": "berater", "query": "kundenberater --min-pay 2000", **more}])


def test_a_digest_tells_each_opening_once_a_day(office: Office) -> None:
    saved_search(office)
    at = now().replace(hour=6) - 3 * DAY
    office.crawled(at, "Kundenberater A", "Telefonist")
    office.look(at)
    office.crawled(at + HOUR, "Kundenberater B")
    office.look(at + HOUR)  # the same day
    assert len(office.hook.taken) == 1
    office.crawled(at + DAY, "Kundenberater A", "Kundenberater B")
    office.look(at + DAY)
    office.crawled(at + 2 * DAY, "Kundenberater B")
    office.look(at + 2 * DAY)
    assert office.hook.titles == ["Lohnpegel Duisburg: 1 neue Stelle: berater"] * 2
    first, second = (message["message"] for message in office.hook.taken)
    assert "Kundenberater A" in first and "ab 2.400 € im Monat" in first and "https://jobs.example/" in first
    assert "Kundenberater B" in second and "Kundenberater A" not in second and "Telefonist" not in first + second


def test_a_weekly_digest_has_its_own_addresses_and_language(office: Office) -> None:
    with webhook() as own:
        saved_search(office, urls=[own.url], every="week")
        document = tomlkit.parse((office.folder / "config.toml").read_text("utf-8"))
        office.configure(report={**document["report"], "language": "en"})
        monday = datetime(2026, 11, 2, 6, tzinfo=UTC)
        for day in range(15):
            office.crawled(monday + day * DAY, f"Kundenberater {day}")
            office.look(monday + day * DAY)
        assert own.titles == [
            f"Lohnpegel Duisburg: {said}: berater" for said in ("1 new opening", "7 new openings", "7 new openings")
        ]
        assert office.hook.taken == []


def test_a_digest_that_is_not_taken_is_tried_again_with_the_same_openings(office: Office) -> None:
    saved_search(office)
    office.hook.status = 500
    at = now()
    office.crawled(at, "Kundenberater A")
    office.look(at)
    office.hook.status = 200
    office.look(at + HOUR)
    assert [message["message"] for message in office.hook.taken] == [message["message"] for message in office.hook.refused]


def test_a_wrong_query_costs_only_its_own_digest(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    good = {"name": "good", "query": "kundenberater"}
    office.configure(digest=[good])
    at = now()
    office.crawled(at, "Kundenberater A")
    settings = office.settings
    wrong = settings.digest[0].model_copy(update={"name": "wrong", "query": "--no-such-option"})
    look(settings.model_copy(update={"digest": (wrong, *settings.digest)}), RoundDone((), at), at)
    assert office.hook.titles == ["Lohnpegel Duisburg: 1 neue Stelle: good"]
    assert "[[digest]] wrong" in caplog.text and "--no-such-option" in caplog.text


# the commands


def test_alerts_are_listed_and_tested(office: Office) -> None:
    office.crawled(now(), state="suspect")
    office.hook.status = 500
    office.look(now())
    ended = office.cli("alerts", "list")
    assert ended.code == 1 and "bundesagentur is suspect" in ended.out and "not yet (1 tries" in ended.out
    ended = office.cli("alerts", "test")
    assert ended.code == 1 and "json://…" in ended.out and str(office.hook.port) not in ended.out
    office.hook.status = 200
    ended = office.cli("alerts", "test")
    assert ended.code == 0 and office.hook.titles == ["Lohnpegel Duisburg: test"]


@pytest.mark.parametrize(
    ("alerts", "words", "said"),
    [
        ({"urls": []}, ("alerts", "test"), "[alerts] urls is empty"),
        ({"urls": ["tgram://${BOT}/1"]}, ("alerts", "test"), "LOHNPEGEL_SECRET_BOT is not set"),
        ({"urls": ["somebody"]}, ("alerts", "test"), "[alerts] urls"),
        ({"urls": []}, ("digest", "mine"), "no [[digest]] named 'mine'; there are: none"),
    ],
)
def test_what_cannot_be_done_is_said(office: Office, alerts: dict[str, Any], words: tuple[str, ...], said: str) -> None:
    office.configure(alerts=alerts)
    ended = office.cli(*words)
    assert ended.code == 2 and said in ended.err and "Traceback" not in ended.err


def test_a_digest_is_shown_without_being_told(office: Office) -> None:
    saved_search(office)
    office.crawled(now(), "Kundenberater A")
    for _ in range(2):
        ended = office.cli("digest", "--dry-run", "berater")
        assert ended.code == 0 and "1 neue Stelle: berater" in ended.out and "Kundenberater A" in ended.out
    assert office.hook.taken == []
    ended = office.cli("digest", "berater")
    assert (ended.code, ended.out) == (0, "berater: 1 new openings\n")
    assert len(office.hook.taken) == 1
    assert office.cli("digest", "berater").out == "berater: 0 new openings\n"
    assert "nothing new" in office.cli("digest", "--dry-run").out


def test_killed_between_sending_and_noting_it_is_sent_once_more_and_never_lost(office: Office) -> None:
    saved_search(office)
    office.crawled(now(), "Kundenberater A")
    victim = None

    def kill() -> None:
        if victim is not None and victim.pid:
            postman = _children(victim.pid)
            os.kill(victim.pid, signal.SIGKILL)
            assert postman
            _gone(postman)  # he ends with whoever sent him

    office.hook.on_message = kill
    victim = start(office.folder, "digest", "berater")
    victim.join(60)
    assert victim.exitcode == -signal.SIGKILL and len(office.hook.taken) == 1
    office.hook.on_message = lambda: None
    assert office.cli("digest", "berater").code == 0
    assert len(office.hook.taken) == 2
    first, second = office.hook.taken
    assert first["message"] == second["message"]  # the same number stands in both
    assert office.cli("digest", "berater").code == 0
    assert len(office.hook.taken) == 2


def _children(pid: int) -> set[int]:
    return {
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text("ascii").split()
    }


def _gone(pids: set[int]) -> None:
    """Wait until these processes have ended."""
    until = time.monotonic() + 10
    while any(Path(f"/proc/{pid}/exe").exists() for pid in pids):
        assert time.monotonic() < until, "the postman outlives whoever sent him"
        time.sleep(0.05)


@pytest.mark.skipif(databases.kind != "sqlite", reason="reads the file")
def test_no_secret_is_stored(office: Office) -> None:
    office.configure(alerts={"urls": [f"json://me:${{HOOK}}@127.0.0.1:{office.hook.port}/"]})
    office.crawled(now(), state="suspect")
    ended = office.cli("alerts", "test", environment={"LOHNPEGEL_SECRET_HOOK": "verysecret"})
    assert ended.code == 0 and "verysecret" not in ended.out + ended.err
    with closing(sqlite3.connect(office.folder / "lohnpegel.db")) as connection:
        stored = "\n".join(connection.iterdump())
    assert "verysecret" not in stored


@pytest.mark.skipif(databases.kind != "sqlite", reason="a server has tools of its own")
def test_purged_words_are_nowhere_in_messages(office: Office) -> None:
    saved_search(office)
    office.hook.status = 500
    office.crawled(now(), "Kundenberater Erika Muster")
    office.look(now())
    assert office.cli("db", "purge", "--match", "Erika Muster").code == 0
    assert all("Erika" not in row["body"] for row in Notices(office.desk.engine).listed(everything=True))
