"""Whole runs of feeds: against the sandbox's replicas, held against its truth, and over sites made of saved pages."""

import asyncio
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from sandbox import Market, Sandbox
from scraper.errors import ScraperError, Unreachable
from scraper.model import Options, Page, Parsed, RawPosting, Request, Source
from scraper.normalise.pay.fields import from_fields
from scraper.normalise.posting import normalise
from scraper.outcome import Outcome
from scraper.pipeline import Batch, Tools, crawl
from scraper.profile import Profile, Scope, Town
from scraper.sources import load
from tests.feeds import NOW, asked, saved
from tests.fetching import conduct, fetcher

REPLICAS = {"personio": "personio", "softgarden": "softgarden", "dvinci": "dvinci", "recruitee": "recruitee"}


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox(Market(seed=3, weeks=2, today=date(2026, 11, 22)), week=1) as running:
        yield running


def fetched(request: Request) -> Page:
    assert request.url.startswith("http://127.0.0.1:")
    with urllib.request.urlopen(request.url, timeout=10) as answer:
        return Page(request, answer.status, answer.read(), NOW, {}, answer.url)


def whole(kind: str, first: list[Request]) -> tuple[dict[str, RawPosting], list[Parsed]]:
    queue, read, pages = deque(first), {}, []
    while queue:
        parsed = load(kind).parse(fetched(queue.popleft()))
        pages.append(parsed)
        queue.extend(parsed.requests)
        read.update({ad.source_id: ad for ad in parsed.postings})
    return read, pages


@pytest.mark.parametrize("kind", sorted(REPLICAS))
def test_every_ad_of_a_replica_is_read(kind: str, box: Sandbox) -> None:
    slugs = [url.removeprefix(box.urls[kind]).strip("/").partition("/")[0] for url in box.boards[kind].values()]
    truth = {one.ad.reference: one for one in box.market.week(1, kind)}
    read, pages = whole(kind, asked(kind, boards=slugs, base_url=box.urls[kind]))
    assert truth
    assert {number.rpartition(":")[2] for number in read} == set(truth)
    assert not [reject for page in pages for reject in page.rejects]
    for number, ad in read.items():
        state = truth[number.rpartition(":")[2]]
        assert (ad.title, ad.employer) == (state.title, state.ad.publisher)
        assert state.ad.opening.spot.town in {ad.places[0].city, ad.places[0].text}
        for entry in ad.pay:
            pay, notes = from_fields(entry)
            assert (pay is not None, notes) == (True, ())
            assert state.pay is not None
            assert pay is None or (pay.low, pay.unit) == (state.pay.low, state.pay.unit)
        contact = state.ad.contact
        if kind == "dvinci" and contact and contact.email not in state.text:
            assert contact.email not in repr(ad)


def test_an_unknown_board_is_never_no_ads(box: Sandbox) -> None:
    for kind in REPLICAS:
        with pytest.raises((urllib.error.HTTPError, urllib.error.URLError, ScraperError)):
            whole(kind, asked(kind, boards=["nicht-da"], base_url=box.urls[kind]))


def test_service_bund_reads_its_replica(box: Sandbox) -> None:
    base = next(url for kind, url in box.urls.items() if kind.replace("_", "") == "servicebund")
    options = Options(("service",), "Duisburg", 15, {"base_url": base})
    read, _ = whole("service_bund", load("service_bund").start(options))
    assert read
    assert all(ad.employer and ad.places[0].city == "Duisburg" and "#" not in ad.url for ad in read.values())


class Recorded:
    """A site made of the saved pages of a kind; what was not saved is out of reach."""

    def __init__(self, kind: str, *names: str) -> None:
        chosen = [one for path, one in saved(kind, ".json") + saved(kind, ".html") if path.stem in names]
        self.pages = {page.request.url: page for page in chosen}

    async def get(self, request: Request) -> Page:
        if request.url not in self.pages:
            raise Unreachable(request.url, "was not saved")
        held = self.pages[request.url]
        return Page(request, held.status, held.body, NOW)


@dataclass(frozen=True)
class Replica:
    async def get(self, request: Request) -> Page:
        return fetched(request)


class Live:
    """A site as it is fetched outside of tests, redirects and all."""

    async def get(self, request: Request) -> Page:
        async with fetcher(conduct(delay_s=0.0)) as live:
            return await live.get(request)


def crawled(
    kind: str, fetch: Any, known: Mapping[str, str | None] | None = None, **settings: Any
) -> tuple[dict[str, str | None], set[str], Outcome]:
    """Ids read with their revisions, ids proved closed, and how the run ended."""

    async def parse(source: Source, page: Page) -> Parsed:
        return source.parse(page)

    async def run() -> list[Batch | Outcome]:
        town = Profile(Town("Duisburg", (("47051", "47279"),)), Scope())
        tools = Tools(fetch, lambda raw, at: normalise(raw, at, town), lambda page: page, parse)
        options = Options(("Kundenservice",), "Duisburg", 15, settings, now=NOW)
        return [step async for step in crawl(load(kind), options, known or {}, tools)]

    *batches, outcome = asyncio.run(run())
    assert isinstance(outcome, Outcome)
    done = [batch for batch in batches if isinstance(batch, Batch)]
    read = {ad.raw.source_id: ad.raw.revision for one in done for ad in one.postings}
    return read, {number for one in done for number in one.gone}, outcome


@pytest.mark.parametrize("kind", sorted(REPLICAS))
def test_a_crawl_of_a_replica_ends_whole(kind: str, box: Sandbox) -> None:
    slugs = [url.removeprefix(box.urls[kind]).strip("/").partition("/")[0] for url in box.boards[kind].values()]
    read, _, outcome = crawled(kind, Replica(), boards=slugs, base_url=box.urls[kind])
    assert (outcome.state, outcome.complete, outcome.error) == ("ok", True, None)
    assert len(read) == outcome.claimed == outcome.listed


def test_an_unknown_name_of_personio_is_named_and_the_vendor_is_not_asked(box: Sandbox) -> None:
    before = box.stats()["personio"].get("redirect", 0)
    _, _, outcome = crawled("personio", Live(), boards=["nicht-da"], base_url=box.urls["personio"])
    assert (outcome.state, outcome.complete) == ("failed", False)
    assert "/nicht-da/xml?language=de: status 307, sent on to 'https://www.personio.example/'" in (outcome.error or "")
    assert "there is no such board: compare `boards` of the personio block" in (outcome.error or "")
    assert box.stats()["personio"]["redirect"] == before + 1


@pytest.mark.parametrize(
    ("kind", "pages", "settings"),
    [
        ("karriere_nrw", ("first_page", "last_page", "detail", "detail_bare"), {}),
        ("smartrecruiters", ("probe", "list", "list_last", "detail"), {"boards": ["Anrufwerk"]}),
    ],
)
def test_a_detail_is_not_opened_again_while_its_list_says_the_same(
    kind: str, pages: tuple[str, ...], settings: dict[str, Any]
) -> None:
    first, _, outcome = crawled(kind, Recorded(kind, *pages), **settings)
    assert outcome.details_fetched == len(first) > 0
    again, _, outcome = crawled(kind, Recorded(kind, *pages), first, **settings)
    assert (again, outcome.details_fetched, outcome.details_skipped) == ({}, 0, len(first))
    changed = dict.fromkeys(first, "said something else")
    again, _, outcome = crawled(kind, Recorded(kind, *pages), changed, **settings)
    assert (again, outcome.details_skipped) == (first, 0)


def test_karriere_nrw_reads_on_to_its_last_page_and_opens_only_what_is_near() -> None:
    site = Recorded("karriere_nrw", "first_page", "last_page", "detail", "detail_bare", "detail_gone")
    read, gone, outcome = crawled("karriere_nrw", site)
    assert {number[-1] for number in read} == {"1", "3"}
    assert {number[-1] for number in gone} == {"7"}
    assert (outcome.state, outcome.pages) == ("partial", 5)  # the ad that names no place could not be had
    assert "000000000004" in (outcome.error or "")


def test_smartrecruiters_proves_the_company_before_it_lists() -> None:
    _, _, outcome = crawled("smartrecruiters", Recorded("smartrecruiters", "probe", "list"), boards=["Anrufwerk"])
    assert outcome.state == "failed"  # the second page of the list was not saved
    assert "offset=4" in (outcome.error or "")
    _, _, outcome = crawled("smartrecruiters", Recorded("smartrecruiters", "probe_nobody"), boards=["Anrufwerk"])
    assert (outcome.state, outcome.complete) == ("failed", False)
    assert "misspelt" in (outcome.error or "")


def test_arbeitnow_and_adzuna_turn_their_pages() -> None:
    read, _, outcome = crawled("arbeitnow", Recorded("arbeitnow", "first_page", "last_page"))
    assert (set(read), outcome.state, outcome.pages) == ({"a", "c"}, "ok", 2)
    key: dict[str, Any] = {"accept_terms": True, "app_id": "demo", "app_key": "demo", "page_size": 2}
    read, _, outcome = crawled("adzuna", Recorded("adzuna", "first_page", "last_page"), **key)
    assert (outcome.state, "search/2" in (outcome.error or "")) == ("failed", True)
    assert set(read) == {"4001", "4002", "4003"}


def test_a_shorter_feed_than_claimed_closes_nothing() -> None:
    for kind, claimed in (("softgarden", 3), ("greenhouse", 37)):
        (page,) = [page for path, page in saved(kind, ".json") if path.stem == "short"]
        board = page.request.carry["board"]
        _, _, outcome = crawled(kind, Recorded(kind, "short"), boards=[board])
        assert (outcome.state, outcome.complete, outcome.claimed) == ("partial", False, claimed)
