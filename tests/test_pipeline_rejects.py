"""One bad ad costs no other: rejects of a detail, ads on which our own readers fail, letters that cannot be written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from scraper.errors import LayoutChanged, PoisonPage
from scraper.model import Options, Page, Parsed, Posting, RawPosting, Reject, Request
from tests.test_pipeline import Board, Web, plain, run


class Flat:
    """One page with three ads, the second of which nobody can read."""

    NAME = "board"
    DEFAULTS: Mapping[str, Any] = {}

    def __init__(self, titles: tuple[str, ...] = ("one", "bad", "three")) -> None:
        self.titles = titles

    def start(self, options: Options) -> list[Request]:
        return [Request("https://board.example/1")]

    def parse(self, page: Page) -> Parsed:
        return Parsed(tuple(RawPosting("board", title, "https://board.example/x", title) for title in self.titles))


def failing(raw: RawPosting, at: datetime) -> Posting:
    if raw.title.startswith("bad"):
        raise KeyError("a mistake in our reader")
    return plain(raw, at)


def test_our_own_mistake_is_a_reject(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.test_pipeline.plain", failing)
    batches, outcome = run(Web(), {"bad": "r"}, source=Flat())
    assert outcome.state == "ok"
    assert [ad.title for ad in batches[0].postings] == ["one", "three"]
    assert [(one.source_id, "KeyError" in one.reason) for one in batches[0].rejects] == [("bad", True)]
    assert batches[0].seen == ("bad",)  # it is listed: it must not age


def test_our_own_mistake_on_every_ad_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.test_pipeline.plain", failing)
    _, outcome = run(Web(), source=Flat(("bad1", "bad2")))
    assert outcome.state == "failed" and "as on all its 2 ads" in (outcome.error or "")


def test_letters_that_cannot_be_written_are_left_out() -> None:
    batches, outcome = run(Web(), source=Flat(("one\x00", "t\ud800wo")))
    assert outcome.state == "ok" and [ad.raw.source_id for ad in batches[0].postings] == ["one", "two"]


class BadDetail(Board):
    """Every detail of an id in `bad` is unreadable."""

    bad: tuple[str, ...] = ("b",)

    def parse(self, page: Page) -> Parsed:
        if page.request.kind == "detail" and page.request.source_id in self.bad:
            return Parsed(rejects=(Reject("required field 'title' is missing", page.request.source_id),))
        return super().parse(page)


def test_an_unreadable_detail_costs_only_its_ad() -> None:
    batches, outcome = run(Web(), source=BadDetail())
    assert [ad.raw.source_id for batch in batches for ad in batch.postings] == ["a", "c", "d"]
    assert (outcome.state, outcome.complete) == ("partial", False)  # nothing is closed on what was not fully read
    assert "required field 'title'" in (outcome.error or "")


class Broken(Board):
    """The reader itself fails on one of many details, or the page is poison."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def parse(self, page: Page) -> Parsed:
        if page.request.kind == "detail" and page.request.source_id == "b":
            raise self.error
        return super().parse(page)


MANY = {"1": {"ads": list("abcdefghij")}}


@pytest.mark.parametrize(
    "error", [PoisonPage("too deep"), LayoutChanged("title"), TypeError("ours"), LookupError("UF-8")], ids=repr
)
def test_one_of_many_details_that_can_never_be_read_is_a_reject(error: Exception) -> None:
    """Else one such page would keep the source from ever being believed again, and no ad of it would ever close."""
    batches, outcome = run(Web(MANY), {"b": "old"}, source=Broken(error))
    assert (outcome.state, outcome.complete) == ("ok", True)
    assert [one.source_id for batch in batches for one in batch.rejects] == ["b"]
    assert "b" in [key for batch in batches for key in batch.seen]  # it is listed: it must not age
    assert len([ad for batch in batches for ad in batch.postings]) == 9


def test_our_reader_failing_on_a_listing_fails_the_run() -> None:
    class Listing(Board):
        def parse(self, page: Page) -> Parsed:
            raise OverflowError("cannot convert float infinity to integer")

    _, outcome = run(Web(), source=Listing())
    assert outcome.state == "failed" and "our reader fails on it: OverflowError" in (outcome.error or "")
