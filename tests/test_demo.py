"""The whole way, as a user runs it: sandbox → crawl → store → report → export, held against the market's own truth."""

import csv
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lohnpegel.demo import MarketClock, Shown, Wish, play
from lohnpegel.errors import UsageError
from lohnpegel.jobs import write_export, write_page
from lohnpegel.judging import make_report
from lohnpegel.plans import crawl_plan
from lohnpegel.settings import load
from report.finding import Report
from report.isoweek import IsoWeek
from report.render_json import document
from sandbox.market import Market
from sandbox.world import Sandbox
from scheduler.run import run_crawl

ROOT = Path(__file__).parent.parent
WEEKS = 2
WEEK = IsoWeek(2026, 47)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return play(Wish(tmp_path_factory.mktemp("market") / "demo", seed=1, weeks=WEEKS))


@pytest.fixture(scope="module")
def found(shown: Shown) -> Report:
    return make_report(shown.settings, shown.now)


def database(shown: Shown) -> sqlite3.Connection:
    return sqlite3.connect(shown.settings.storage.url.removeprefix("sqlite:///"))


def test_the_printed_shares_are_the_truth(shown: Shown, found: Report) -> None:
    assert shown.truth is not None
    (pay,) = [finding for finding in document(found)["findings"] if finding["claim"]["id"] == "entry_pay"]
    assert pay["employers"] == shown.truth["employers"]
    for share in ("below", "within", "above"):
        true = [split[share] for split in shown.truth["by_employer"].values()]
        said = pay["measures"][share]
        assert said["low"] == pytest.approx(min(true), abs=0.001)
        assert said["high"] == pytest.approx(max(true), abs=0.001)
        assert said["interval"][0] <= min(true)
        assert max(true) <= said["interval"][1]


def test_every_week_ended_ok_and_details_were_fetched_once(shown: Shown) -> None:
    first, *later = [crawl.sources[0] for crawl in shown.crawls]
    assert first.state == "ok"
    assert first.details_fetched == first.seen
    for summary in later:
        assert summary.state == "ok"
        assert summary.details_fetched <= summary.new + summary.changed + summary.reopened + 5  # and those missing before
        assert summary.details_skipped > 0


def test_no_planted_contact_is_in_the_database_page_or_export(shown: Shown, found: Report) -> None:
    page = write_page(shown.settings, found)
    files = [page, *write_export(shown.settings, WEEK), Path(shown.settings.storage.url.removeprefix("sqlite:///"))]
    database(shown).execute("pragma wal_checkpoint(truncate)")
    stored = b"".join(path.read_bytes() for path in files)
    contacts = Market(1, WEEKS).contacts
    assert len(contacts) > 100
    assert [contact for contact in contacts if contact.encode() in stored] == []


def test_open_ads_reads_without_a_manual(shown: Shown) -> None:
    rows = database(shown).execute("select * from open_ads")
    columns = [column[0] for column in rows.description]
    assert {"title", "employer", "place", "pay", "low_eur_month", "low_eur_hour", "url"} <= set(columns)
    row = next(dict(zip(columns, row, strict=True)) for row in rows if row[columns.index("pay")])
    assert "Duisburg" in row["place"]
    assert re.search(r"\d.* €/(Stunde|Monat|Jahr)", row["pay"])


def test_the_unknown_value_is_reported_and_kept(shown: Shown) -> None:
    notes = [note for crawl in shown.crawls for source in crawl.sources for note in source.notes]
    assert any("unknown value 'MONATSGEHALT' of verguetungsangabe" in note for note in notes)


def test_a_second_export_is_byte_identical_and_opens_in_both_dialects(shown: Shown) -> None:
    before = {path: path.read_bytes() for path in write_export(shown.settings, WEEK)}
    assert {path: path.read_bytes() for path in write_export(shown.settings, WEEK)} == before
    folder = shown.settings.storage.exports / "2026-W47"
    with (folder / "ads.csv").open(encoding="utf-8-sig", newline="") as german:
        there = list(csv.DictReader(german, delimiter=";"))
    with (folder / "ads.rfc4180.csv").open(encoding="utf-8", newline="") as plain:
        here = list(csv.DictReader(plain))
    assert (folder / "ads.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert [row["source_id"] for row in there] == [row["source_id"] for row in here]
    priced = next(n for n, row in enumerate(here) if "." in row["low_eur_month"])
    assert there[priced]["low_eur_month"] == here[priced]["low_eur_month"].replace(".", ",")


@pytest.fixture
def market(tmp_path: Path, shown: Shown) -> Iterator[tuple[Sandbox, Any]]:
    """The first week of the same market, with a fresh database."""
    text = (shown.settings.storage.report.parent / "config.toml").read_text("utf-8")
    with Sandbox(Market(1, WEEKS), 0, kinds=("bundesagentur",)) as box:
        path = tmp_path / "config.toml"
        path.write_text(re.sub(r'base_url = "http://127[^"]*"', f'base_url = "{box.urls["bundesagentur"]}"', text), "utf-8")
        yield box, crawl_plan(load(path), ("bundesagentur",))


def test_a_second_crawl_finds_nothing_new_and_fetches_no_detail(market: tuple[Sandbox, Any]) -> None:
    _, plan = market
    clock = MarketClock(Market(1, WEEKS).day(0))
    first = run_crawl(plan, full=True, clock=clock).sources[0]
    again = run_crawl(plan, full=True, clock=clock).sources[0]
    assert first.new == first.seen > 50
    assert (again.new, again.changed, again.details_fetched) == (0, 0, 0)
    assert (again.seen, again.details_skipped) == (first.seen, first.seen)
    assert again.requests == first.requests - first.details_fetched
    incremental = run_crawl(plan, clock=clock).sources[0]
    assert (incremental.complete, incremental.new, incremental.closed) == (False, 0, 0)


def test_a_sandbox_that_stops_half_way_loses_nothing(market: tuple[Sandbox, Any]) -> None:
    box, plan = market
    clock = MarketClock(Market(1, WEEKS).day(0))
    box.faults = {"bundesagentur": "stop_after:40"}
    broken = run_crawl(plan, full=True, clock=clock)
    (source,) = broken.sources
    assert source.state in {"failed", "partial"}
    assert broken.exit_code == 1
    assert source.error
    assert 0 < source.new < 50
    stored = sqlite3.connect(plan.database_url.removeprefix("sqlite:///")).execute(
        "select count(*) from posting where closed_at is null"
    )
    assert stored.fetchone()[0] == source.new
    box.faults = {}
    whole = run_crawl(plan, full=True, clock=clock).sources[0]
    assert whole.state == "ok"
    assert whole.details_skipped == source.new
    assert whole.new + source.new == whole.seen


WRONG = [("api_key", "stale-key"), ("search_path", "/pc/v4/jobs")]


@pytest.mark.parametrize(("key", "value"), WRONG)
def test_a_403_with_an_empty_body_is_blocked_and_says_where_to_look(market: tuple[Sandbox, Any], key: str, value: str) -> None:
    _, plan = market
    (source,) = plan.sources
    wrong = replace(plan, sources=(replace(source, settings={**source.settings, key: value}),))
    refused = run_crawl(wrong, clock=MarketClock(Market(1, WEEKS).day(0))).sources[0]
    assert (refused.state, refused.seen, refused.closed) == ("blocked", 0, 0)
    assert "compare search_path, detail_path and api_key" in (refused.error or "")


def test_recordings_go_through_the_whole_job(tmp_path: Path) -> None:
    shown = play(Wish(tmp_path / "replay", replay=ROOT / "tests" / "data" / "replay"))
    (source,) = shown.crawls[0].sources
    assert source.state == "ok"
    assert source.new >= 2
    assert "old_shape.json" in shown.skipped
    assert make_report(shown.settings, shown.now).context.demonstration is False


def test_the_demonstration_never_clears_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="was not made by a demonstration"):
        play(Wish(tmp_path))
    assert (tmp_path / "letters.txt").read_text("utf-8") == "mine"


def lohnpegel(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # our own program with our own words
        [sys.executable, "-m", "lohnpegel", *words], cwd=cwd, capture_output=True, text=True, check=False, timeout=120
    )


def test_the_command_is_repeatable_and_machine_readable(tmp_path: Path) -> None:
    words = ("demo", "--weeks", "1", "--seed", "4", "--json", "--dir")
    one, two = (lohnpegel(*words, str(tmp_path / name), cwd=tmp_path) for name in ("a", "b"))
    assert one.returncode == two.returncode == 0, one.stderr
    assert json.loads(one.stdout) == json.loads(two.stdout)
    shown = lohnpegel("-c", str(tmp_path / "a" / "config.toml"), "show", "1", cwd=tmp_path)
    assert shown.returncode == 0
    assert "employer" in shown.stdout


MISTAKES = [  # what is done wrong, exit code, what is said
    (["-c", "none.toml", "crawl"], 2, "there is no such file"),
    (["-c", "config.toml", "crawl"], 2, "[crawler] contact"),
    (["-c", "config.toml", "crawl", "indeed"], 2, "no source 'indeed' is configured"),
    (["-c", "config.toml", "report"], 2, "lohnpegel.db"),
    (["-c", "config.toml", "export", "--week", "2026-W60"], 2, "--week 2026-W60"),
    (["-c", "config.toml", "export", "--week", "2099-W01"], 2, "has not begun"),
    (["explain", "--vacancies"], 2, "--jsonl"),
    (["explain", "nofile.txt"], 2, "there is no such file"),
    (["demo", "--replay", "empty", "--dir", "new"], 2, "holds no recorded search or detail"),
    (["demo", "--market", "paradise"], 2, "paradise"),
    (["demo", "--dir", "/proc/none"], 2, "/proc/none"),
]


@pytest.mark.parametrize(("words", "code", "said"), MISTAKES, ids=[" ".join(words) for words, _, _ in MISTAKES])
def test_a_mistake_is_one_sentence_and_an_exit_code(tmp_path: Path, words: list[str], code: int, said: str) -> None:
    (tmp_path / "config.toml").write_text((ROOT / "config.toml").read_text("utf-8"), "utf-8")
    (tmp_path / "empty").mkdir()
    done = lohnpegel(*words, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
