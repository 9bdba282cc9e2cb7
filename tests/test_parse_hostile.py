"""The parse room against pages that mean harm: nothing but named errors, bounded time and memory, and a worker that survives."""

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import PoisonPage, ScraperError
from scraper.model import Page, Request
from scraper.parse import html, jobpage, jsonld, mend, sitemap
from scraper.parse.fields import page_of
from scraper.parse.html import TreeNeeded, hostile, no_trees, to_text, tree
from scraper.parse.jobid import Where, canonical, joined, stable_id
from scraper.parse.jobposting import raw_posting
from scraper.parse.links import links, numbered
from scraper.parse.schema_pay import pays
from scraper.parse.schema_place import places
from scraper.parse.worker import InMemory, Parsers
from scraper.sources import load

JOBPOSTING = load("jobposting")
MARK = b'<p itemtype="https://schema.org/JobPosting">'
PIECES = st.sampled_from(
    "< > </ <p> </p> <ul> <li> <br/> <b> <i> <a href= \" ' = <!-- --> <script> </script> <script type=application/ld+json> "
    "{ } [ ] : , "
    '"@type" "JobPosting" "title" &quot; &lt; &amp; &#10; \\ \\n \\u12 // /* */ <![CDATA[ ]]> \x00 ü \ud800 0 1e999 NaN null '
    "itemscope itemprop=title typeof=JobPosting property=x "
    "<meta name=job-title content=a> <?xml?> <urlset> <url> <loc> </loc>".split(" ")
)
SOUP = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=60).map("".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
        ["@type", "@id", "title", "name", "value", "currency", "minValue", "unitText", "address", "addressLocality", "baseSalary",
         "jobLocation", "hiringOrganization", "identifier", "url", "description", "employmentType", "skills", "geo", "latitude"]),
        inner, max_size=5),
    max_leaves=12,
)  # fmt: skip
BOMBS = {
    "open divs": MARK + b"<div>" * 80_000,
    "attributes": MARK + b"<div " + b" ".join(b"a%d" % number for number in range(40_000)) + b">",
    "adoption agency": MARK + b"".join(b"<b i%d><i i%d>" % (number, number) for number in range(4_000)) + b"x</b>",
    "a page of fifty megabytes": MARK + b"x" * 50_000_000,
}
FLAT_BOMBS = {
    "comments": "<!--" * 50_000,
    "scripts": "<script>" * 25_000,
    "nested svg": "<svg><svg " * 18_000,
    "quotes": "<a \"'>\"'" * 25_000,
    "angle brackets": "<" * 200_000,
    "entities": "&amp;" * 40_000,
    "encoded tags": "&lt;" * 50_000,
    "lists": "<li>" * 50_000,
    "line breaks": "\n" * 200_000,
    "half-closed scripts": "<script></script " * 12_000,
    "odd quotes": "<a '<a>\" <b '>" * 12_000,
}
BROKEN_JSON: tuple[str, ...] = (
    '"' + '\\"' * 300_000,
    "[" * 500_000,
    '{"a":' * 100_000,
    "/*" * 300_000,
    '"' + " " * 500_000,
    '{"a":"' + '" \n' * 100_000,
    "<!--" * 200_000,
)


def page(body: bytes) -> Page:
    return page_of(body, "https://jobs.example/stelle/7")


def read(body: bytes) -> None:
    """Nothing but a named error may come of it, whatever was asked for."""
    for carry in ({}, {"part": "listings", "ad": "stelle"}, {"part": "sitemaps"}, {"part": "feeds"}, {"part": "robots"}):
        for kind in ("listing", "detail"):
            request = Request("https://jobs.example/stelle/7", kind, carry=carry, source_id="7")
            with suppress(ScraperError):
                JOBPOSTING.parse(page_of(body, request=request))


@given(SOUP)
def test_no_soup_raises_anything_unnamed(soup: str) -> None:
    read(soup.encode("utf-8", "replace"))
    assert isinstance(to_text(soup), str)
    links(soup, "https://jobs.example/", "x")


@given(SOUP)
def test_a_spoilt_block_is_read_or_refused_by_name(soup: str) -> None:
    with suppress(ScraperError):
        mend.decode(soup)
    read(
        b'<script type="application/ld+json">{"@type":"JobPosting","title":"a",' + soup.encode("utf-8", "replace") + b"}</script>"
    )


@given(
    st.dictionaries(st.sampled_from(["title", "baseSalary", "jobLocation", "identifier", "url", "description", "Title"]), JSON)
)
def test_a_posting_of_any_shape_is_read_or_refused_by_name(value: dict[str, Any]) -> None:
    try:
        ad = raw_posting(value, Where("https://jobs.example/7"), "jobposting")
    except ScraperError:
        return
    assert ad.title and ad.source_id
    hash((ad.pay, ad.places))


@given(JSON)
def test_pay_and_place_of_any_shape(value: Any) -> None:
    pays({"baseSalary": value, "estimatedSalary": value}, [])
    places({"jobLocation": value}, "x", [])
    list(jsonld.objects(value))


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_unnamed(body: bytes) -> None:
    read(body)
    with suppress(ScraperError):
        sitemap.read(page(body))


@given(st.text(max_size=60))
def test_addresses_of_any_shape(text: str) -> None:
    joined("https://jobs.example/a", text)
    canonical(f"https://jobs.example/{text}")
    stable_id(None, f"https://jobs.example/{text}")
    numbered(f"https://jobs.example/?page={text}", "page", 1)


@given(SOUP)
def test_reading_a_text_again_changes_nothing_but_markup(soup: str) -> None:
    once = to_text(f"<p>{soup.replace('<', '').replace('&', '')}</p>")
    assert to_text(once) == once


@pytest.mark.parametrize("name", FLAT_BOMBS)
def test_a_description_costs_what_its_length_costs(name: str) -> None:
    started = time.perf_counter()
    to_text(FLAT_BOMBS[name])
    links(FLAT_BOMBS[name], "https://jobs.example/", "x")
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("block", BROKEN_JSON, ids=lambda text: text[:12])
def test_broken_json_is_given_up_in_time(block: str) -> None:
    started = time.perf_counter()
    with pytest.raises(ScraperError):
        mend.decode(block)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_goes_off(name: str) -> None:
    started = time.perf_counter()
    with pytest.raises(PoisonPage):
        tree(BOMBS[name])
    assert time.perf_counter() - started < 2


def test_an_honest_page_passes_the_guard() -> None:
    rows = "".join(f'<div class="row"><img src="{n}.png"><br><p>Stelle <b>{n}</b></p></div>' for n in range(5_000))
    assert hostile(f"<html><body>{rows}</body></html>") is None
    assert hostile(f'<div data-state="{"&quot;a&quot;: 1, " * 20_000}">x</div>') is None


def test_where_trees_are_forbidden_none_is_built() -> None:
    with no_trees(), pytest.raises(TreeNeeded):
        tree("<p>x</p>")
    assert tree("<p>x</p>").body is not None


def test_scan_and_tree_see_the_same_blocks() -> None:
    from tests.test_sources import SAVED

    for saved in (path for path in SAVED if path.suffix == ".html"):
        body = saved.read_bytes()
        scanned = jsonld.scanned(body)
        assert scanned is None or scanned == jsonld.by_tree(body), saved


def test_the_worker_outlives_what_kills_it() -> None:
    past_the_guard = MARK + b"<div " + b" ".join(b"a%d" % number for number in range(90_000)) + b">" + b"<p>a</p>" * 30_000
    memory_hog = MARK + b"".join(b"<b i%d></x>" % number for number in range(9_000)) + b"<p>x</b>" * 2_000
    microdata = MARK.replace(b"<p ", b"<p itemscope ") + b'<b itemprop="title">Agent</b></p>'
    remembered = InMemory()

    async def all_of_them() -> list[Any]:
        async with Parsers(limit_s=1.0, memory_mb=600, poison=remembered) as parsers:
            told: list[Any] = []
            for body in (past_the_guard, memory_hog, past_the_guard, microdata):
                try:
                    told.append(await parsers.parse(JOBPOSTING, page(body)))
                except PoisonPage as error:
                    told.append(str(error))
            return told

    first, second, again, good = asyncio.run(all_of_them())
    assert "not parsed within" in first
    assert isinstance(second, str)
    assert again == f"not read again: {first}"
    assert [ad.title for ad in good.postings] == ["Agent"]


def test_what_needs_no_tree_starts_no_worker() -> None:
    body = b'<script type="application/ld+json">{"@type": "JobPosting", "title": "Agent"}</script>'

    async def parse() -> Any:
        async with Parsers() as parsers:
            parsed = await parsers.parse(JOBPOSTING, page(body))
            assert parsers._pool is None
            return parsed

    assert asyncio.run(parse()) == JOBPOSTING.parse(page(body))


def test_named_errors_come_home_whole() -> None:
    broken = replace(
        page(b"<!doctype html>" + b" " * 1_000_001), request=Request("https://jobs.example/", carry={"part": "sitemaps"})
    )

    async def parse() -> None:
        async with Parsers() as parsers:
            await parsers.parse(JOBPOSTING, broken)

    with pytest.raises(ScraperError, match="HTML where XML was due"):
        asyncio.run(parse())


def test_several_trees_side_by_side() -> None:
    body = b'<div itemscope itemtype="http://schema.org/JobPosting"><b itemprop="title">Agent %d</b></div>'

    async def parse() -> list[str]:
        async with Parsers(workers=2) as parsers:
            found = await asyncio.gather(*(parsers.parse(JOBPOSTING, page(body % number)) for number in range(20)))
            return [one.postings[0].title for one in found]

    assert asyncio.run(parse()) == [f"Agent {number}" for number in range(20)]


def test_a_page_without_marks_is_spared_the_tree() -> None:
    with no_trees():
        assert jobpage.read(page(b"<p>Willkommen</p>" * 1000), "x") == ((), ())


def test_the_limits_are_what_the_parser_can_bear() -> None:
    started = time.perf_counter()
    html.tree("<div>" * (html.MAX_DEPTH - 10))
    html.tree("<div " + " ".join(f"a{number}" for number in range(html.MAX_ATTRIBUTES - 10)) + ">")
    html.tree("".join(f"<b i{number}>" for number in range(html.MAX_FORMATTING - 10)) + "<p>x</b>" * 300)
    assert time.perf_counter() - started < 2
