"""The universal source against the sandbox's career sites, and what its settings may say."""

import asyncio
import re
from typing import Any

import pytest

from sandbox import career
from sandbox.market import Market
from sandbox.world import Sandbox
from scraper.errors import NotUnderstood
from scraper.fetch.client import Fetcher
from scraper.fetch.limits import Conduct
from scraper.fetch.memory import MemoryHosts
from scraper.model import Options, Posting
from scraper.normalise.posting import normalise
from scraper.outcome import Outcome
from scraper.parse.worker import Parsers
from scraper.pipeline import Batch, Tools, crawl
from scraper.profile import Profile, Scope, Town
from scraper.sources import load
from scraper.sources.jobposting import presets

JOBPOSTING = load("jobposting")
MARKET = Market(3, 2, "mixed")
PROFILE = Profile(Town("Duisburg", (("47051", "47279"),)), Scope())
CONDUCT = Conduct("0", "test@lohnpegel.example", delay_s=0.0, allow_loopback=True)


def crawled(settings: dict[str, Any], known: dict[str, str | None] | None = None) -> tuple[list[Posting], Outcome, list[Batch]]:
    """Run the source as the crawl would."""

    async def run() -> tuple[list[Posting], Outcome, list[Batch]]:
        options = Options(("Kundenservice",), "Duisburg", 15, settings)
        batches: list[Batch] = []
        outcome: Outcome | None = None
        async with Fetcher(CONDUCT, MemoryHosts()) as fetcher, Parsers() as parsers:
            tools = Tools(fetcher, lambda raw, at: normalise(raw, at, PROFILE), lambda page: page, parsers.parse)
            async for step in crawl(JOBPOSTING, options, known or {}, tools):
                if isinstance(step, Outcome):
                    outcome = step
                else:
                    batches.append(step)
        assert outcome is not None
        return [ad for batch in batches for ad in batch.postings], outcome, batches

    return asyncio.run(run())


def open_ads() -> set[str]:
    return {one.ad.reference for one in MARKET.week(1, "jobposting")}


def test_a_site_is_read_by_its_sitemap() -> None:
    with Sandbox(MARKET, kinds=("jobposting",)) as box:
        ads, outcome, _ = crawled({"sites": [box.urls["jobposting"]], "url_pattern": "/stellen/"})
    assert (outcome.state, outcome.error) == ("ok", None)
    assert {ad.raw.reference for ad in ads} == open_ads()
    stated = {one.ad.reference for one in MARKET.week(1, "jobposting") if career.field_pay(one) is not None}
    assert all(ad.places and ad.employer and ad.description and ad.posted_on for ad in ads)
    assert stated and stated <= {ad.raw.reference for ad in ads if any(pay.origin == "field" for pay in ad.pays)}
    assert any(ad.raw.repairs for ad in ads)


def test_listings_and_sitemap_name_the_ads_alike() -> None:
    with Sandbox(MARKET, kinds=("jobposting",)) as box:
        url = box.urls["jobposting"]
        by_map, _, _ = crawled({"sitemaps": [f"{url}/sitemap.xml"], "url_pattern": "/stellen/"})
        by_list, outcome, _ = crawled({"listings": list(box.boards["jobposting"].values()), "url_pattern": "/stellen/"})
    assert outcome.state == "ok"
    assert {ad.raw.source_id for ad in by_list} == {ad.raw.source_id for ad in by_map}


def test_what_has_not_changed_is_not_read_again() -> None:
    with Sandbox(MARKET, kinds=("jobposting",)) as box:
        settings = {"sitemaps": [box.urls["jobposting"] + "/sitemap.xml"], "url_pattern": "/stellen/"}
        ads, _, _ = crawled(settings)
        _, again, batches = crawled(settings, {ad.raw.source_id: ad.raw.revision for ad in ads})
    assert (again.details_fetched, again.details_skipped) == (0, len(ads))
    assert {name for batch in batches for name in batch.seen} == {ad.raw.source_id for ad in ads}


def test_a_closed_ad_is_gone_under_the_name_it_was_stored_by() -> None:
    with Sandbox(MARKET, kinds=("jobposting",)) as box:
        closed = next(ad for ad in MARKET.ads if ad.channel == "jobposting" and 0 in ad.weeks and 1 not in ad.weeks)
        box.week = 0
        shown, _, _ = crawled({"sitemaps": [box.urls["jobposting"] + "/sitemap.xml"], "url_pattern": "/stellen/"})
        (ad,) = [one for one in shown if one.raw.reference == closed.reference]
        box.week = 1
        page = asyncio.run(_fetched(ad.raw.url, ad.raw.source_id))
    assert JOBPOSTING.parse(page).gone == (ad.raw.source_id,)


async def _fetched(url: str, source_id: str) -> Any:
    from scraper.model import Request

    async with Fetcher(CONDUCT, MemoryHosts()) as fetcher:
        return await fetcher.get(Request(url, kind="detail", source_id=source_id))


def test_the_place_filter_keeps_only_what_is_near() -> None:
    with Sandbox(MARKET, kinds=("jobposting",)) as box:
        settings = {
            "sitemaps": [box.urls["jobposting"] + "/sitemap.xml"],
            "url_pattern": "/stellen/",
            "place_pattern": "Duisburg",
        }
        ads, _, _ = crawled(settings)
    assert ads and all(any("Duisburg" in place.text for place in ad.places) for ad in ads)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "no page is named"),
        ({"sites": ["https://a.example"], "preset": "taleo"}, "preset = 'taleo'"),
        ({"listings": ["https://a.example"], "url_pattern": "("}, "url_pattern"),
    ],
)
def test_a_block_that_cannot_work_says_so(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(NotUnderstood, match=re.escape(said)):
        JOBPOSTING.start(Options((), "Duisburg", 15, settings))


@pytest.mark.parametrize(
    ("preset", "address", "number"),
    [
        ("rexx", "https://jobs.a.example/Kundenberater-mwd-Duisburg-de-j117.html", "117"),
        ("concludis", "https://a.concludis.de/prj/shw/5f93f983524def3dca464469d2cf9f3e_0/2048/Agent.htm", "2048"),
        ("onlyfy", "https://a.onlyfy.jobs/job/8wxpqd2zq1k5m0czb7", "8wxpqd2zq1k5m0czb7"),
        ("umantis", "https://recruitingapp-51.de.umantis.com/Vacancies/772/Description/1", "772"),
        ("join", "https://join.com/companies/muster/1234567-agent", "1234567"),
    ],
)
def test_presets_know_their_ads(preset: str, address: str, number: str) -> None:
    (request,) = JOBPOSTING.start(Options((), "Duisburg", 15, {"preset": preset, "sites": ["https://a.example/"]}))
    assert request.url.startswith("https://a.example")
    assert re.search(request.carry["ad"], address)
    found = re.search(request.carry["id"], address)
    assert found and found[1] == number


def test_every_preset_is_tried_here() -> None:
    assert set(presets()) == {"rexx", "concludis", "onlyfy", "umantis", "join"}


def test_a_preset_may_read_another_page_than_the_one_linked() -> None:
    from scraper.parse.fields import page_of
    from scraper.sources.jobposting import parse, start

    (request,) = start(Options((), "Duisburg", 15, {"preset": "onlyfy", "sites": ["https://a.onlyfy.jobs"]}))
    page = page_of(b'<a href="/job/8wxpqd2zq1k5m0czb7?lang=en">Agent</a>', request=request)
    (detail,) = parse(page).requests
    assert detail.url == "https://a.onlyfy.jobs/job/show/8wxpqd2zq1k5m0czb7/full?lang=de&mode=candidate"
    assert detail.source_id == "a.onlyfy.jobs/8wxpqd2zq1k5m0czb7"
