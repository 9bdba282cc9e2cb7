"""Feeds: what is asked for, and mutated pages: read, rejected or refused by name, never a crash."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from scraper.errors import NotUnderstood, ScraperError
from scraper.fetch.decode import text as decoded
from scraper.model import Options, Page
from scraper.sources import load
from scraper.sources._nearby import near
from tests.feeds import BOARDS, NOW, OTHERS, asked, saved

ODD: tuple[Any, ...] = (None, "", "x", "http://[", 0, -1, 10**30, True, [], {}, [None], [[]], {"": None})


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("personio", "https://muster.jobs.personio.de/xml?language=de"),
        ("softgarden", "https://muster.career.softgarden.de/jobs.feed.json"),
        ("dvinci", "https://muster.dvinci-hr.com/jobPublication/list.json?lang=de"),
        ("successfactors", "https://muster/googlefeed.xml"),
        ("recruitee", "https://muster.recruitee.com/api/feeds/offers.xml"),
        ("smartrecruiters", "https://api.smartrecruiters.com/v1/companies/muster/postings?limit=1&offset=0"),
        ("greenhouse", "https://boards-api.greenhouse.io/v1/boards/muster/jobs?content=true&pay_transparency=true"),
        ("lever", "https://api.lever.co/v0/postings/muster?mode=json&limit=100&skip=0"),
        ("ashby", "https://api.ashbyhq.com/posting-api/job-board/muster?includeCompensation=true"),
        ("workable", "https://apply.workable.com/api/v1/widget/accounts/muster?details=true"),
        ("teamtailor", "https://muster.teamtailor.com/jobs.json"),
    ],
)
def test_each_board_is_asked_for_at_its_documented_address(kind: str, url: str) -> None:
    first, second = asked(kind, boards=["muster", "https://jobs.muster.example/"])
    path = url.partition("//")[2].partition("muster")[2].partition("/")[2]
    assert first.url == url
    assert second.url.startswith("https://jobs.muster.example")
    assert path in second.url
    json.dumps([dict(first.carry), dict(second.carry)])


@pytest.mark.parametrize("kind", BOARDS)
def test_a_base_url_without_placeholder_takes_the_name_as_a_path(kind: str) -> None:
    (request,) = asked(kind, boards=["muster"], base_url="http://127.0.0.1:8000/")
    assert re.match(r"http://127\.0\.0\.1:8000/muster[/?]", request.url)


@pytest.mark.parametrize("kind", BOARDS)
def test_no_board_is_an_error_and_not_no_ads(kind: str) -> None:
    with pytest.raises(NotUnderstood, match="boards"):
        asked(kind)


def test_adzuna_starts_only_with_terms_and_key() -> None:
    with pytest.raises(NotUnderstood, match="written consent"):
        asked("adzuna", app_id="a", app_key="b")
    with pytest.raises(NotUnderstood, match="app_key"):
        asked("adzuna", accept_terms=True)
    options = Options(
        ("x",), "Duisburg", 15, {"accept_terms": True, "app_id": "a", "app_key": "b"}, NOW - timedelta(hours=30), NOW
    )
    (request,) = load("adzuna").start(options)
    assert request.url.startswith("https://api.adzuna.com/v1/api/jobs/de/search/1?")
    assert "max_days_old=2" in request.url


@pytest.mark.parametrize(("radius", "ring"), [(0, 10), (10, 10), (15, 20), (31, 50), (90, 90), (200, 90)])
def test_service_bund_takes_only_rings_that_exist(radius: int, ring: int) -> None:
    (request,) = load("service_bund").start(Options(("Bürgertelefon",), "Duisburg", radius))
    assert f"ambit_distance={ring}&" in request.url


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("Duisburg", True),
        ("47051 DUISBURG-Mitte", True),
        ("Duisburger Straße 1, Düsseldorf", False),
        ("Moers", True),
        ("46147 Oberhausen", True),
        ("Berlin", False),
        (None, True),
        ("Koeln", True),
    ],
)
def test_places_are_compared_by_words_and_leading_digits(told: str | None, expected: bool) -> None:
    assert near(["Duisburg", "Moers", "461", "Köln"], told) is expected


def paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in inner:
        yield from paths(entry, (*at, key))


def replaced(value: Any, at: tuple[Any, ...], by: Any) -> Any:
    if not at:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[at[0]] = replaced(value[at[0]], at[1:], by)
    return copy


@pytest.mark.parametrize("kind", [*BOARDS, *OTHERS])
def test_no_mutation_of_a_page_escapes_as_a_crash(kind: str) -> None:
    draw = Random(kind)
    for _, page in saved(kind, ".json"):
        if page.body.lstrip()[:1] == b"<":
            continue
        body = json.loads(page.body)
        where = list(paths(body))
        chosen = [(at, odd) for at in where for odd in ODD]
        for at, odd in draw.sample(chosen, min(len(chosen), 800)):
            bent = json.dumps(replaced(body, at, odd)).encode()
            survives(kind, Page(page.request, page.status, bent, NOW), f"{at} = {odd!r}")
    for _, page in saved(kind, ".xml"):
        text = decoded(page)
        values = [found.span(1) for found in re.finditer(r">([^<]*)<", text)]
        for start, end in draw.sample(values, min(len(values), 80)):
            for odd in ("", "http://[", "<b/>", "<b>1</b><b>2</b>", "<id>1</id>", "\x0b"):
                survives(kind, Page(page.request, 200, f"{text[:start]}{odd}{text[end:]}".encode(), NOW), f"{start}: {odd!r}")


def survives(kind: str, page: Page, what: str) -> None:
    try:
        parsed = load(kind).parse(page)
    except ScraperError:
        return
    except Exception as error:  # noqa: BLE001 - any other kind of error is what is looked for
        pytest.fail(f"{kind}: {what}: {error!r}")
    for ad in parsed.postings:
        assert all(isinstance(field, str) and field for field in (ad.source_id, ad.url, ad.title)), what
        assert ad.url.startswith(("http://", "https://")), what
    json.dumps([dict(request.carry) for request in parsed.requests])


def test_a_redirect_away_from_the_board_is_an_unknown_board() -> None:
    (request,) = asked("personio", boards=["muster"])
    page = Page(request, 200, b"<workzag-jobs></workzag-jobs>", NOW, {}, "https://www.personio.com/jobs")
    with pytest.raises(NotUnderstood, match="muster"):
        load("personio").parse(page)
    twin = Page(request, 200, b"<workzag-jobs></workzag-jobs>", NOW, {}, "https://muster.jobs.personio.com/xml?language=de")
    assert load("personio").parse(twin).total == 0
