"""Saving: safe to repeat, each changed field in the history, nothing lost; and reading it back, today and as of any day."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scraper.fetch.memory import HostState
from scraper.model import Reject
from storage.decide import RunFacts
from storage.hosts import Hosts, StoredValidators
from storage.read import Reader
from storage.rows import raw_posting
from storage.save import Counts
from storage.search import Wanted
from storage.tables import metadata
from tests.storing import DAY, START, Desk, ad, desk


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as made:
        yield made


def test_saving_twice_changes_nothing(base: Desk) -> None:
    ads = [ad("1"), ad("2")]
    assert base.store.save_batch(base.run, "ba", ads, [], START) == Counts(new=2)
    before = base.rows("SELECT * FROM posting"), base.rows("SELECT * FROM pay"), base.rows("SELECT * FROM posting_change")
    assert base.store.save_batch(base.run, "ba", ads, ["1"], START) == Counts(unchanged=2)
    assert (
        base.rows("SELECT * FROM posting"),
        base.rows("SELECT * FROM pay"),
        base.rows("SELECT * FROM posting_change"),
    ) == before
    assert base.store.known("ba") == {"1": "r Kundenberater (m/w/d)", "2": "r Kundenberater (m/w/d)"}


def test_everything_of_an_ad_is_stored(base: Desk) -> None:
    base.store.save_batch(base.run, "ba", [replace(ad("1"), archive_hash="ab")], [], START)
    record = Reader(base.engine).ad("ba:1")
    assert record is not None
    assert (record.row["employer_folded"], record.row["district"], record.row["place_text"]) == (
        "mueller dienste",
        "Altstadt",
        "47051 Duisburg-Altstadt",
    )
    assert (record.row["low_eur_month"], record.row["pay_unit"], record.row["archive_hash"]) == (2400, "month", "ab")
    assert [(place["city"], place["in_town"]) for place in record.places] == [("Essen", False), ("Duisburg", True)]
    assert [(pay["low"], pay["chosen"], pay["span_start"]) for pay in record.pays] == [(2400, True, 11)]
    assert record.skills == ("crm", "sap")
    assert [(found["code"], found["need"]) for found in record.languages] == [("de", "required"), ("en", "plus")]
    assert record.evidence[0]["span"] == [0, 3]
    assert raw_posting(json.dumps(record.raw), record.row["description"]) == ad("1").raw
    assert [(change.field, change.new) for change in record.history] == [("status", "open")]


def test_each_changed_field_is_history(base: Desk) -> None:
    base.store.save_batch(base.run, "ba", [ad("1")], [], START)
    base.clock.now = START + DAY
    again = base.begin()
    cheaper = replace(ad("1").pays[0], low=2300.0)
    changed = replace(ad("1", "Kundenberaterin", pay=cheaper), facets=replace(ad("1").facets, skills=("sap",)))
    assert base.store.save_batch(again, "ba", [changed], [], START + DAY) == Counts(changed=1)
    history = base.rows("SELECT field, old, new, run_id FROM posting_change WHERE field != 'status' ORDER BY id")
    assert ("title", "Kundenberater (m/w/d)", "Kundenberaterin", again) in history
    assert ("pay_low", "2400.0", "2300.0", again) in history
    assert ("skills", "crm,sap", "sap", again) in history
    assert {row[0] for row in history} == {"title", "pay_low", "low_eur_month", "low_eur_month_max", "skills"}
    assert base.rows("SELECT skill FROM posting_skill") == [("sap",)]
    assert base.rows("SELECT low, count(*) FROM pay GROUP BY low") == [(2300.0, 1)]
    assert base.rows("SELECT first_seen_at, last_seen_at FROM posting") == [("2026-11-02T06:00:00Z", "2026-11-03T06:00:00Z")]


def test_a_moved_revision_alone_is_no_change_but_is_kept(base: Desk) -> None:
    base.store.save_batch(base.run, "ba", [ad("1")], [], START)
    moved = replace(ad("1"), raw=replace(ad("1").raw, revision="r2"))
    assert base.store.save_batch(base.run, "ba", [moved], [], START) == Counts(unchanged=1)
    assert base.store.known("ba") == {"1": "r2"}


def test_a_missing_detail_does_not_overwrite_a_stored_one(base: Desk) -> None:
    base.store.save_batch(base.run, "ba", [ad("1")], [], START)
    poorer = ad("1", "Kundenberater", None, pay=None)
    assert base.store.save_batch(base.run, "ba", [poorer], [], START + DAY) == Counts(unchanged=1, kept=1)
    assert base.rows("SELECT title, description, pay_low FROM posting") == [
        ("Kundenberater (m/w/d)", "Wir zahlen 2.400 bis 2.800 Euro.", 2400.0)
    ]
    assert base.store.known("ba") == {"1": "r Kundenberater"}


def test_a_clock_that_runs_backwards_moves_no_sighting(base: Desk) -> None:
    base.store.save_batch(base.run, "ba", [ad("1")], [], START)
    base.store.save_batch(base.run, "ba", [ad("1", "Neu")], [], START - 3 * DAY)
    base.store.save_batch(base.run, "ba", [], ["1"], START - 4 * DAY)
    assert base.rows("SELECT first_seen_at, last_seen_at FROM posting") == [("2026-11-02T06:00:00Z", "2026-11-02T06:00:00Z")]


def test_closing_and_reopening(base: Desk) -> None:
    base.store.save_batch(base.run, "ba", [ad("1"), ad("2"), ad("3")], [], START)
    for days, closed in ((1, 1), (2, 1)):
        run = base.begin()
        base.store.save_batch(run, "ba", [], ["2"], START + days * DAY)
        facts = RunFacts(run, "ok", True, frozenset({"3"}))
        assert base.store.close_absent(facts, "ba", START + days * DAY).closed == closed
    assert base.rows("SELECT source_id, closed_reason FROM posting WHERE closed_at IS NOT NULL ORDER BY 1") == [
        ("1", "absent"),
        ("3", "gone"),
    ]
    assert base.store.save_batch(base.begin(), "ba", [], ["1"], START + 5 * DAY) == Counts(unchanged=1, reopened=1)
    assert base.rows(
        "SELECT first_seen_at, closed_at, closed_reason, reopened_at, misses FROM posting WHERE source_id = '1'"
    ) == [("2026-11-02T06:00:00Z", None, None, "2026-11-07T06:00:00Z", 0)]
    assert base.rows("SELECT new, reason FROM posting_change WHERE posting_id = 1 ORDER BY id") == [
        ("open", None),
        ("closed", "absent"),
        ("reopened", None),
    ]


@pytest.mark.parametrize("state", ["partial", "failed", "blocked", "suspect", "running"])
def test_no_other_run_closes_anything(base: Desk, state: str) -> None:
    base.store.save_batch(base.run, "ba", [ad("1", expires_on=date(2026, 1, 1)), ad("2")], [], START)
    for days in range(1, 5):
        facts = RunFacts(base.begin(), state, False, frozenset({"2"}))  # type: ignore[arg-type]  # a parameter is plain text
        assert base.store.close_absent(facts, "ba", START + days * DAY) == Counts()
    assert base.rows("SELECT count(*) FROM posting WHERE closed_at IS NULL AND misses = 0") == [(2,)]


def test_an_expired_ad_that_is_still_listed_stays_closed(base: Desk) -> None:
    base.store.save_batch(base.run, "ba", [ad("1", expires_on=date(2026, 11, 4))], [], START)
    late = START + 4 * DAY
    facts = RunFacts(base.run, "ok", True)
    assert base.store.close_absent(facts, "ba", START + 2 * DAY).closed == 0  # the day itself still counts
    assert base.store.close_absent(facts, "ba", late).closed == 1
    assert base.store.save_batch(base.begin(), "ba", [], ["1"], late) == Counts(unchanged=1)
    assert base.store.save_batch(base.run, "ba", [ad("1", expires_on=date(2027, 1, 1))], [], late) == Counts(
        changed=1, reopened=1
    )


def test_a_reparse_moves_no_sighting_and_opens_nothing(base: Desk) -> None:
    base.store.save_batch(base.run, "ba", [ad("1")], [], START)
    base.store.close_absent(RunFacts(base.run, "ok", True, frozenset({"1"})), "ba", START + DAY)
    before = base.rows("SELECT first_seen_at, last_seen_at, closed_at, misses, last_run_id FROM posting")
    assert base.store.rewrite_batch(base.begin(), "ba", [ad("1", "Besser gelesen"), ad("9")], START + 2 * DAY) == Counts(
        changed=1
    )
    assert base.rows("SELECT first_seen_at, last_seen_at, closed_at, misses, last_run_id FROM posting") == before
    assert base.rows("SELECT title FROM posting") == [("Besser gelesen",)]
    assert base.rows("SELECT reason FROM posting_change WHERE field = 'title'") == [("reparse",)]


def test_the_truth_as_of_any_day(base: Desk) -> None:
    base.store.save_batch(base.run, "ba", [ad("1")], [], START)
    base.store.save_batch(base.begin(), "ba", [ad("1", "Neu"), ad("2")], [], START + 2 * DAY)
    base.store.close_absent(RunFacts(base.run, "ok", True, frozenset({"1"})), "ba", START + 4 * DAY)
    base.store.save_batch(base.begin(), "ba", [], ["1"], START + 6 * DAY)
    reader = Reader(base.engine)

    def then(days: float) -> list[tuple[str, str, bool]]:
        at = START + timedelta(days=days)
        return [(row["source_id"], row["title"], row["closed_at"] is None) for row in reader.ads(as_of=at)]

    standing = ("2", "Kundenberater (m/w/d)", True)
    assert then(-1) == []
    assert then(1) == [("1", "Kundenberater (m/w/d)", True)]
    assert then(3) == [("1", "Neu", True), standing]
    assert then(5) == [("1", "Neu", False), standing]
    assert then(7) == [("1", "Neu", True), standing]
    assert [row["source_id"] for row in reader.report_rows(START + 5 * DAY)] == ["2"]
    record = reader.ad("ba:1", START + 5 * DAY)
    assert record is not None
    assert (record.row["closed_reason"], [change.new for change in record.history if change.field == "status"]) == (
        "gone",
        ["open", "closed"],
    )


def test_views_read_without_a_manual(base: Desk) -> None:
    base.store.save_batch(base.run, "ba", [ad("1")], [], START)
    hourly = replace(ad("2").pays[0], low=14.5, high=None, unit="hour", bound="from", origin="field")
    base.store.save_batch(base.run, "ba", [ad("2", pay=hourly), ad("3", pay=None)], [], START + 7 * DAY)
    assert base.rows("SELECT place, pay, hours, first_seen FROM open_ads ORDER BY id") == [
        ("47051 Duisburg-Altstadt", "2.400–2.800 €/Monat brutto (Text)", "38.5", "2026-11-02"),
        ("47051 Duisburg-Altstadt", "ab 14,50 €/Stunde brutto (Feld)", "38.5", "2026-11-09"),
        ("47051 Duisburg-Altstadt", None, "38.5", "2026-11-09"),
    ]
    base.store.close_absent(RunFacts(base.run, "ok", True, frozenset({"1"})), "ba", datetime(2027, 1, 3, 22, tzinfo=UTC))
    assert base.rows("SELECT week, stock, new, closed, stock_with_pay FROM weekly ORDER BY week") == [
        ("2026-W45", 1, 1, 0, 1),
        ("2026-W46", 3, 2, 0, 1),
        ("2026-W53", 2, 0, 1, 0),
    ]
    assert base.rows("SELECT count(*) FROM open_ads") == [(2,)]
    assert base.rows("SELECT ads, open_ads FROM vacancies WHERE vacancy = -1") == [(1, 0)]
    assert base.rows("SELECT low_eur_month, quote FROM pay_monthly") == [(2400.0, "2.400 bis 2.800 Euro")]


def test_search_folds_german_and_matches_beginnings(base: Desk) -> None:
    base.store.save_batch(base.run, "ba", [ad("1", "Größenberater Straße"), ad("2", text="Teamleiterin mit SAP")], [], START)
    reader = Reader(base.engine)

    def found(words: str, **more: object) -> list[str]:
        return [row["source_id"] for row in reader.search(Wanted(words, **more))]  # type: ignore[arg-type]  # keywords of a table row

    assert found("groessen") == found("Größen") == found("strasse") == ["1"]
    assert found("teamleiter sap") == ["2"]
    assert sorted(found("mueller")) == ["1", "2"]
    assert found("sap", place="ruhrort") == [] and found("sap", place="altst", min_pay=2400, open_only=True) == ["2"]
    assert sorted(found("")) == ["1", "2"]
    base.store.save_batch(base.run, "ba", [ad("2", text="Nur noch Excel")], [], START)
    assert found("teamleiter") == [] and found("excel") == ["2"]
    assert found('") OR NEAR(*') == []


def test_the_state_does_not_depend_on_the_order(tmp_path: Path) -> None:
    states = []
    for name, ids in (("a", "123"), ("b", "312")):
        (tmp_path / name).mkdir()
        with desk(tmp_path / name) as one:
            for source_id in ids:
                one.store.save_batch(one.run, "ba", [ad(source_id)], [], START)
            reader = Reader(one.engine)
            states.append(reader.database_state())
            assert [row["source_id"] for row in reader.ads()] == ["1", "2", "3"]
            one.store.save_batch(one.run, "ba", [ad("1", "Neu")], [], START)
            assert reader.database_state() != states[-1]
    assert states[0] == states[1]


def test_week_rows(base: Desk) -> None:
    base.store.save_batch(base.run, "ba", [ad("1")], [], START)
    base.store.save_batch(base.run, "ba", [ad("2")], [], START + 14 * DAY)
    base.store.close_absent(RunFacts(base.run, "ok", True, frozenset({"1"})), "ba", START + 8 * DAY)
    reader = Reader(base.engine)
    weeks = {
        week: [row["source_id"] for row in reader.week_rows(week)] for week in ("2026-W44", "2026-W45", "2026-W46", "2026-W47")
    }
    assert weeks == {"2026-W44": [], "2026-W45": ["1"], "2026-W46": ["1"], "2026-W47": ["2"]}


def test_the_books_of_runs(base: Desk) -> None:
    assert base.runs.usual("ba") is None and base.runs.last_full("ba") is None
    for seen in (100, 90, 110):
        base.clock.now += DAY
        run = base.begin()
        base.runs.end_source_run(run, "ba", "ok", {"seen": seen}, complete=True, notes=["ö"])
        base.runs.end_run(run, "ok")
    base.runs.end_source_run(base.begin(), "ba", "ok", {"seen": 3})  # an incremental listing says nothing about the whole
    assert base.runs.usual("ba") == 100 and base.runs.last_full("ba") == base.clock.now
    base.clock.now += DAY
    assert base.runs.accept("ba") and not base.runs.accept("unknown")
    assert base.runs.usual("ba") is None
    killed = base.begin()
    base.clock.now += DAY
    base.begin()
    assert base.rows("SELECT state, error FROM run WHERE id = ?", killed) == [("failed", "the process ended before the run did")]
    with pytest.raises(KeyError, match="sean"):
        base.runs.end_source_run(base.run, "ba", "ok", {"sean": 1})
    assert [row["state"] for row in Reader(base.engine).runs(2)] == ["running", "failed"]
    health = Reader(base.engine).source_health()[0]
    assert (health.name, health.kind, health.last_full_at) == ("ba", "bundesagentur", base.clock.now - 2 * DAY)


def test_tasks_hosts_validators_rejects(base: Desk) -> None:
    assert base.runs.task("export") is None
    base.runs.task_done("export", "ok", START + DAY)
    base.runs.task_done("export", "failed", None)
    task = base.runs.task("export")
    assert task is not None and (task.last_state, task.next_due_at, task.last_done_at) == ("failed", None, START)
    hosts = Hosts(base.engine)
    assert hosts.load("jobs.example") is None
    state = HostState(not_before=START, robots_body=b"\xff\x00", robots_status=200, robots_fetched_at=START)
    hosts.save("jobs.example", HostState())
    hosts.save("jobs.example", state)
    assert hosts.load("jobs.example") == state
    validators = StoredValidators(base.engine, base.clock)
    validators.put("https://jobs.example/", 'W/"1"', None)
    assert StoredValidators(base.engine).get("https://jobs.example/") is None  # not before its page is stored
    validators.flush()
    assert StoredValidators(base.engine).get("https://jobs.example/") == ('W/"1"', None)
    assert base.store.save_rejects(base.run, "ba", [Reject("no title", "7", excerpt="x" * 900)], START) == 1
    assert [(row["source_id"], len(row["excerpt"])) for row in Reader(base.engine).rejects("ba")] == [("7", 500)]


def test_the_manual_names_every_table_and_column_of_a_view(base: Desk) -> None:
    manual = (Path(__file__).parents[1] / "docs/database.md").read_text("utf-8")
    for table in metadata.tables:
        assert f"`{table}`" in manual, table
    for view in ("ads", "open_ads"):
        with base.engine.connect() as connection:
            columns = ", ".join(connection.exec_driver_sql(f"SELECT * FROM {view}").keys())
        assert columns in manual
    everywhere, of_files, of_servers = (part.split("```")[0] for part in manual.split("```sql")[1:4])
    for statement in (everywhere + (of_files if base.engine.dialect.name == "sqlite" else of_servers)).split(";\n"):
        if statement.strip():
            base.rows(statement)
