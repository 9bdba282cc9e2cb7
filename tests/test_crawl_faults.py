"""Each fault of a host, from the socket to the exit code: how the run ends, nothing lost, nothing closed, the next run well."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sandbox.market import Market
from scheduler.plan import SourceSummary
from scraper.errors import PoisonPage
from scraper.model import Page, Parsed
from scraper.parse.worker import Parsers
from scraper.sources import bundesagentur
from storage.drift import Filled, drift
from storage.engine import open_engine
from storage.read import Reader
from tests.whole import BA, Town, copied, town

MARKET = Market(1, 3, "sparse")
LIFE = ("first_seen_at", "last_seen_at", "closed_at", "misses", "title", "description", "pay_quote", "content_hash")


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A database after three believed runs; copied, never used."""
    folder = tmp_path_factory.mktemp("stocked")
    with town(folder, MARKET) as made:
        for days in range(3):
            assert made.crawl(0, days).exit_code == 0
    yield folder


@pytest.fixture
def place(stocked: Path, tmp_path: Path) -> Iterator[Town]:
    with town(tmp_path, MARKET, url=copied(stocked, tmp_path), deadline_s=1.0) as made:
        yield made


def one(summary: Any) -> SourceSummary:
    (found,) = summary.sources
    assert isinstance(found, SourceSummary)
    return found


def life(place: Town) -> dict[str, tuple[Any, ...]]:
    return {key: tuple(ad[name] for name in LIFE) for key, ad in place.ads().items()}


FAULTS = [  # fault, state, what the operator is told
    ("down", "failed", ""),
    ("500", "failed", "500"),
    ("429:120", "blocked", "left alone until"),
    ("403", "blocked", "docs/sources.md"),
    ("404", "failed", "path version has been retired"),
    ("slow:3", "failed", "no complete answer within 1 s"),
    ("html", "blocked", ""),
    ("truncated", "failed", ""),
    ("empty", "failed", ""),
    ("messages200", "failed", ""),
    ("stop_after:1", "failed", ""),
]


@pytest.mark.parametrize(("fault", "state", "told"), FAULTS, ids=[row[0] for row in FAULTS])
def test_host_fault(place: Town, fault: str, state: str, told: str) -> None:
    before = life(place)
    place.box.faults = {BA: fault}
    for days in (4, 6, 9, 12):  # again and again, days apart: nothing may be called absent
        summary = place.crawl(0, days)
        ended = one(summary)
        assert (ended.state, ended.complete, ended.closed, summary.exit_code) == (state, False, 0, 1)
        assert ended.error and told in ended.error
        if fault.startswith("slow"):
            break
    after = life(place)
    assert set(after) == set(before)
    assert {key: row[:1] + row[2:] for key, row in after.items()} == {key: row[:1] + row[2:] for key, row in before.items()}
    place.box.faults = {}
    summary = place.crawl(0, 13)
    assert summary.exit_code == 0 and one(summary).complete
    assert {row[2] for row in life(place).values()} == {None}


def test_fault_in_the_middle_keeps_what_came_before(place: Town) -> None:
    before = set(place.ads())
    place.box.faults = {BA: "stop_after:12"}
    ended = one(place.crawl(2, 1))
    assert ended.state in {"failed", "partial"} and ended.closed == 0
    between = set(place.ads())
    assert before < between
    place.box.faults = {}
    assert one(place.crawl(2, 2)).state == "ok"
    assert between < set(place.ads())


def test_retry_after_binds_the_next_run(place: Town) -> None:
    place.box.faults = {BA: "429:7200"}
    assert one(place.crawl(0, 4)).state == "blocked"
    place.box.faults = {}
    asked = sum(place.box.stats()[BA].values())
    assert one(place.crawl(0, 4)).state == "blocked"  # the same minute
    assert sum(place.box.stats()[BA].values()) == asked
    assert one(place.crawl(0, 5)).state == "ok"


def test_exit_code_and_status_over_the_command_line(place: Town) -> None:
    place.box.faults = {BA: "403"}
    ended = place.cli("crawl", "--full")
    assert ended.code == 1 and "blocked" in ended.out and "Traceback" not in ended.err
    ended = place.cli("status")
    assert ended.code == 1 and "blocked" in ended.out
    place.box.faults = {}
    assert place.cli("crawl", "--full").code == 0
    assert place.cli("status").code == 0


# runs that cannot be believed


class Shrunk:
    """The search answers well and fully, with fewer ads than there are."""

    def __init__(self, keep: int) -> None:
        self.keep = keep
        self.parse = bundesagentur.parse

    def __call__(self, page: Page) -> Parsed:
        parsed = self.parse(page)
        if page.request.kind == "detail":
            return parsed
        return Parsed(requests=tuple(r for r in parsed.requests if r.kind == "detail")[: self.keep], listing=parsed.listing)


def test_shrunken_source_is_suspect_until_accepted(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    held = len(place.ads())
    monkeypatch.setattr(bundesagentur, "parse", Shrunk(8))
    for days in (4, 6, 8):
        ended = one(place.crawl(0, days))
        assert (ended.state, ended.closed) == ("suspect", 0)
        assert ended.error and "sources accept bundesagentur" in ended.error
    assert not any(ad["closed_at"] or ad["misses"] for ad in place.ads().values())
    assert place.cli("status").code == 1
    hook = "import storage.runs, datetime; storage.runs.utc_now = lambda: datetime.datetime(2026, 11, 17, tzinfo=datetime.UTC)"
    assert place.cli("sources", "accept", "nobody").code == 2
    assert place.cli("sources", "accept", BA, environment={"TEST_HOOK": hook}).code == 0
    _accepted_on(place, date(2026, 11, 17))
    for days in (10, 12):
        assert one(place.crawl(0, days)).state == "ok"
    closed = [ad for ad in place.ads().values() if ad["closed_at"]]
    assert len(closed) > held / 2 and {ad["closed_reason"] for ad in closed} <= {"absent", "expired"}


def _accepted_on(place: Town, day: date) -> None:
    """The command takes the machine's clock; this market lives in its own time."""
    engine = open_engine(place.settings.storage.url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE source SET accepted_at = '{day}T00:00:00Z'")
    engine.dispose()


def test_empty_answer_is_suspect(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundesagentur, "parse", Shrunk(0))
    for days in (4, 6, 8):
        ended = one(place.crawl(0, days))
        assert (ended.state, ended.closed, ended.seen) == ("suspect", 0, 0)
        assert ended.error and "found no ad where" in ended.error


def test_vanished_field_is_suspect(stocked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that renames its field for the text: every ad is listed, none says anything."""
    from dataclasses import replace

    parse = bundesagentur.parse

    def without_places(page: Page) -> Parsed:
        parsed = parse(page)
        moved = tuple(replace(r, revision=f"{r.revision} moved") for r in parsed.requests)
        return replace(parsed, postings=tuple(replace(ad, places=()) for ad in parsed.postings), requests=moved)

    with town(tmp_path, MARKET, url=copied(stocked, tmp_path)) as made:
        monkeypatch.setattr(bundesagentur, "parse", without_places)
        ended = one(made.crawl(0, 4))
        assert ended.state == "suspect" and ended.closed == 0
        assert ended.error and "0 of 51 ads have a place where 100 % are usual" in ended.error


@pytest.mark.parametrize(
    ("now", "before", "doubted"),
    [
        (Filled(40, 0, 40, 40), [Filled(40, 20, 40, 40)] * 5, True),
        (Filled(40, 8, 40, 40), [Filled(40, 20, 40, 40)] * 5, False),  # fewer, and it may be chance
        (Filled(12, 6, 0, 12), [Filled(40, 20, 40, 40)] * 5, True),
        (Filled(4, 0, 4, 4), [Filled(40, 20, 40, 40)] * 5, False),  # too few to tell
        (Filled(40, 0, 40, 40), [Filled(40, 0, 40, 40)] * 5, False),  # never had any
        (Filled(40, 0, 40, 40), [Filled(15, 15, 15, 15)], False),  # nothing can be called usual yet
        (Filled(40, 0, 40, 40), [], False),
        (Filled(0, 0, 0, 0), [Filled(40, 20, 40, 40)] * 5, False),
        (Filled(40, 40, 40, 40), [Filled(40, 20, 40, 40)] * 5, False),  # more is no doubt
        (Filled(30, 15, 30, 3), [Filled(40, 0, 40, 0)] * 5 + [Filled(900, 0, 900, 900)], False),  # only the latest count
    ],
)
def test_drift(now: Filled, before: list[Filled], doubted: bool) -> None:
    assert bool(drift(now, before)) is doubted


# our own mistakes


def test_a_mistake_in_one_source_costs_no_other(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace as changed

    plan = place.plan.sources[0]
    parse, pages = bundesagentur.parse, 0

    def mistaken(page: Page) -> Parsed:
        nonlocal pages
        pages += 1
        if pages == 1:
            raise RuntimeError("a mistake of ours")
        return parse(page)

    monkeypatch.setattr(bundesagentur, "parse", mistaken)
    twin = changed(plan, name="twin")
    summary = place.crawl(0, 4, sources=(plan, twin))
    states = {source.source: source.state for source in summary.sources}
    assert sorted(states.values()) == ["failed", "ok"] and summary.exit_code == 1
    with closing(Reader.open(place.settings.storage.url)) as reader, reader.engine.connect() as connection:
        running = connection.exec_driver_sql("SELECT count(*) FROM source_run WHERE state = 'running'").scalar_one()
    assert running == 0


def test_poison_page_fails_the_run_by_name(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def poisoned(page: Page) -> Parsed:
        raise PoisonPage(f"{page.request.url}: cannot be borne")

    monkeypatch.setattr(bundesagentur, "parse", poisoned)
    ended = one(place.crawl(0, 4))
    assert ended.state == "failed" and ended.error and "cannot be borne" in ended.error and ended.closed == 0


def test_a_page_that_broke_the_worker_is_not_tried_by_the_next_run(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one run gives up, the next refuses at once, by the same reason; the host is asked all the same."""
    monkeypatch.setattr(bundesagentur, "HTML", True, raising=False)
    monkeypatch.setattr("scraper.parse.worker.WHOLE", 0)  # every page goes to the worker
    monkeypatch.setattr("scheduler.run.Parsers", partial(Parsers, memory_mb=1))  # which can do nothing with so little
    first, second = one(place.crawl(0, 4)), one(place.crawl(0, 4))
    assert first.state == second.state == "failed"
    assert first.error and "not read again" not in first.error
    assert second.error == f"not read again: {first.error}"
