"""The pipeline against a made-up source: what it asks, what it leaves out, and how each failure ends the run."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scraper.errors import (
    BadAnswer,
    Challenge,
    Disallowed,
    Incomplete,
    LayoutChanged,
    NotUnderstood,
    Refused,
    ScraperError,
    Unreachable,
)
from scraper.model import Facets, Options, Page, Parsed, Posting, RawPosting, Reject, Request, Source
from scraper.outcome import Outcome
from scraper.pipeline import Batch, Tools, crawl

NOW = datetime(2026, 11, 22, 6, 10, tzinfo=UTC)
OPTIONS = Options(("x",), "Duisburg", 15)


class Board:
    """Two listing pages of two ads each; every ad has a detail page."""

    NAME = "board"
    DEFAULTS: Mapping[str, Any] = {}
    HINTS: Mapping[int, str] = {403: "look at the key"}

    def start(self, options: Options) -> list[Request]:
        return [Request("https://board.example/1")]

    def parse(self, page: Page) -> Parsed:
        if page.request.kind == "detail":
            ad = RawPosting("board", page.request.source_id or "", page.request.url, "Agent", revision=page.request.revision)
            return Parsed(postings=(ad,))
        body = json.loads(page.body)
        details = tuple(Request(f"https://board.example/ad/{n}", "detail", source_id=n, revision="r1") for n in body["ads"])
        more = (Request(f"https://board.example/{body['next']}"),) if body.get("next") else ()
        return Parsed(requests=(*more, *details), total=body.get("total"), listing="x")


PAGES = {"1": {"ads": ["a", "b"], "next": "2", "total": 4}, "2": {"ads": ["c", "d"], "total": 4}}


class Web:
    """Answers from a dict; an exception as an answer is raised."""

    def __init__(self, pages: dict[str, Any] | None = None) -> None:
        self.pages = pages or PAGES
        self.asked: list[str] = []

    async def get(self, request: Request) -> Page:
        name = request.url.rpartition("/")[2]
        self.asked.append(name)
        answer = self.pages.get(name, {})
        if isinstance(answer, ScraperError):
            raise answer
        return Page(request, 200, json.dumps(answer).encode(), NOW)


def plain(raw: RawPosting, at: datetime) -> Posting:
    return Posting(raw, raw.title, "", None, (), (), None, None, Facets())


def run(
    web: Web, known: dict[str, str | None] | None = None, source: Source | None = None, **more: Any
) -> tuple[list[Batch], Outcome]:
    board = source or Board()

    async def parse(module: Source, page: Page) -> Parsed:
        return module.parse(page)

    async def collect() -> list[Batch | Outcome]:
        options = more.pop("options", OPTIONS)
        tools = Tools(web, plain, lambda page: replace(page, archive_hash="h"), parse, **more)
        return [step async for step in crawl(board, options, known or {}, tools)]

    *batches, outcome = asyncio.run(collect())
    assert isinstance(outcome, Outcome)
    return [batch for batch in batches if isinstance(batch, Batch)], outcome


def ids(batches: list[Batch]) -> list[str]:
    return [ad.raw.source_id for batch in batches for ad in batch.postings]


def test_listings_are_read_before_details() -> None:
    web = Web()
    batches, outcome = run(web)
    assert web.asked == ["1", "2", "a", "b", "c", "d"]
    assert ids(batches) == ["a", "b", "c", "d"]
    assert (outcome.state, outcome.complete, outcome.listed, outcome.claimed) == ("ok", True, 4, 4)
    assert all(batch.page is not None and batch.page.archive_hash == "h" for batch in batches)


def test_a_stored_detail_is_left_out_while_its_revision_stands() -> None:
    web = Web()
    batches, outcome = run(web, {"a": "r1", "b": "r0", "c": f"r1 no detail on {NOW.date()}", "d": "r1 no detail on 2026-11-20"})
    assert web.asked == ["1", "2", "b", "d"]
    assert [one for batch in batches for one in batch.seen] == ["a", "c"]
    assert (outcome.details_fetched, outcome.details_skipped) == (2, 2)


def test_an_incremental_run_is_never_complete() -> None:
    _, outcome = run(Web(), options=replace(OPTIONS, since=NOW - timedelta(hours=3), now=NOW))
    assert (outcome.state, outcome.complete) == ("ok", False)


FAILURES = [
    (Unreachable("https://board.example/2", "no answer"), "failed"),
    (Refused("https://board.example/2", "status 403"), "blocked"),
    (Challenge("a captcha"), "blocked"),
    (BadAnswer("https://board.example/2", "cut short"), "failed"),
    (LayoutChanged("ads"), "failed"),
    (NotUnderstood("no such place"), "failed"),
    (Incomplete("too many"), "partial"),
]


@pytest.mark.parametrize(("error", "state"), FAILURES, ids=[type(error).__name__ for error, _ in FAILURES])
def test_a_failing_listing_ends_the_run_by_its_name_and_keeps_what_was_read(error: ScraperError, state: str) -> None:
    batches, outcome = run(Web({**PAGES, "2": error}))
    assert (outcome.state, outcome.complete) == (state, False)
    assert str(error) in (outcome.error or "")
    assert len(batches) == 1


def test_the_hint_of_the_source_explains_a_status() -> None:
    error = Refused("https://board.example/1", "status 403, empty body", 403)
    _, outcome = run(Web({"1": error}))
    assert outcome.state == "blocked"
    assert "look at the key" in (outcome.error or "")


def test_a_detail_that_cannot_be_had_costs_only_its_ad() -> None:
    batches, outcome = run(Web({**PAGES, "b": Unreachable("https://board.example/ad/b", "reset")}))
    assert ids(batches) == ["a", "c", "d"]
    assert (outcome.state, outcome.complete) == ("partial", False)
    assert "1 details could not be had" in (outcome.error or "")


def barred(name: str) -> Disallowed:
    return Disallowed(f"https://board.example/ad/{name}", "robots.txt disallows it")


def test_an_ad_that_robots_bars_costs_only_itself_and_was_never_asked_for() -> None:
    many = {"1": {"ads": list("abcdefghij"), "total": 10}, "b": barred("b"), "c": barred("c")}
    batches, outcome = run(Web(many), {"c": "r0"})
    assert ids(batches) == list("adefghij")
    assert (outcome.state, outcome.complete, outcome.requests, outcome.details_fetched) == ("ok", True, 9, 8)
    assert "2 details are barred by robots.txt, the first: https://board.example/ad/b" in (outcome.error or "")
    assert [one for batch in batches for one in batch.seen] == ["c"]  # stored, and listed still
    _, outcome = run(Web({**many, **{name: barred(name) for name in "abc"}}))
    assert (outcome.state, outcome.complete) == ("partial", False)
    _, outcome = run(Web({**many, **{name: barred(name) for name in "abcdefghij"}}))
    assert (outcome.state, outcome.requests) == ("blocked", 1)


def test_a_detail_that_fails_leaves_a_stored_ad_listed() -> None:
    batches, outcome = run(Web({**PAGES, "b": Unreachable("https://board.example/ad/b", "reset")}), {"b": "r0"})
    assert [one for batch in batches for one in batch.seen] == ["b"]
    assert outcome.state == "partial"


def test_a_robots_file_is_no_detail_of_an_ad() -> None:
    class Mapped(Board):
        def start(self, options: Options) -> list[Request]:
            return [Request("https://board.example/robots.txt", kind="detail")]

        def parse(self, page: Page) -> Parsed:
            if page.request.url.endswith("robots.txt"):
                return Parsed(requests=(Request("https://board.example/1"),))
            return super().parse(page)

    _, outcome = run(Web(), source=Mapped())
    assert (outcome.state, outcome.requests, outcome.details_fetched) == ("ok", 7, 4)


def test_a_listing_that_repeats_itself_is_noticed() -> None:
    loop = {"1": {"ads": ["a"], "next": "2"}, "2": {"ads": ["a"], "next": "3"}, "3": {"ads": ["a"], "next": "4"}}
    web = Web(loop)
    _, outcome = run(web)
    assert outcome.state == "partial"
    assert "repeats" in (outcome.error or "")
    assert web.asked[:2] == ["1", "2"]


def test_endless_paging_stops_at_the_cap() -> None:
    endless = {str(n): {"ads": [f"a{n}"], "next": str(n + 1)} for n in range(1, 50)}
    _, outcome = run(Web(endless), max_pages=10)
    assert (outcome.state, outcome.complete, outcome.pages) == ("partial", False, 10)
    assert "max_pages" in (outcome.error or "")


def test_fewer_ads_than_claimed_is_partial() -> None:
    short = {"1": {"ads": ["a", "b"], "total": 40}}
    _, outcome = run(Web(short))
    assert (outcome.state, outcome.complete) == ("partial", False)
    assert "claims 40 ads, 2 were found" in (outcome.error or "")


def test_one_reject_among_many_sinks_nothing_and_all_rejected_is_a_changed_layout() -> None:
    class Rejecting(Board):
        def parse(self, page: Page) -> Parsed:
            good = () if page.body == b'{"all": true}' else (RawPosting("board", "a", "https://board.example/a", "Agent"),)
            return Parsed(postings=good, rejects=(Reject("required field 'id' is missing"),))

    batches, outcome = run(Web({"1": {}}), source=Rejecting())
    assert (outcome.state, len(batches[0].rejects)) == ("ok", 1)
    assert batches[0].rejects[0].url == "https://board.example/1"
    _, outcome = run(Web({"1": {"all": True}}), source=Rejecting())
    assert outcome.state == "failed"
    assert "required field 'id' is missing in every ad" in (outcome.error or "")


def test_notes_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    read: Callable[[Page], Parsed] = Board().parse
    board = Board()
    monkeypatch.setattr(board, "parse", lambda page: replace(read(page), notes=("unknown value 'X' of y",)))
    _, outcome = run(Web(), source=board)
    assert outcome.notes == ("unknown value 'X' of y (6×)",)
