"""Entgeltatlas: what is asked, which row counts, what markers are, and what stands in where nothing can be read."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from scraper.benchmarks import Figure, figure, latest, shipped, start, year
from scraper.errors import Challenge, LayoutChanged, NotUnderstood, ParseError
from scraper.model import Page, Request

NOW = datetime(2026, 11, 22, 6, 10, tzinfo=UTC)


def row(**more: Any) -> dict[str, Any]:
    ids = {
        "region": {"id": 8, "bezeichnung": "Nordrhein-Westfalen"},
        "gender": {"id": 1},
        "ageCategory": {"id": 1},
        "branche": {"id": 1},
    }
    return {"kldb": "92122", **ids, "entgelt": 2900, "entgeltQ25": 2400.5, "entgeltQ75": 3700, "besetzung": 12000, **more}


def page(body: Any) -> Page:
    request = Request("https://example.org/", carry={"step": "figure", "kldb": "92122", "region": "NRW"})
    return Page(request, 200, body if isinstance(body, bytes) else json.dumps(body).encode(), NOW)


def test_the_year_comes_first_and_each_occupation_and_region_once() -> None:
    first, *rest = start({})
    assert first.url.endswith("/pc/v1/dataset")
    assert [request.url.partition("entgelte/")[2] for request in rest] == [
        "92122?l=2&r=1&g=1&a=1&b=1",
        "92122?l=2&r=8&g=1&a=1&b=1",
        "71402?l=2&r=1&g=1&a=1&b=1",
        "71402?l=2&r=8&g=1&a=1&b=1",
    ]
    assert all(request.headers["X-API-Key"] == "infosysbub-ega" for request in (first, *rest))
    assert "?r=1&" in start({"occupations": ["921"]})[1].url


@pytest.mark.parametrize("settings", [{"regions": ["Duisburg"]}, {"occupations": ["Callcenter"]}, {"occupations": ["92"]}])
def test_what_the_interface_does_not_know_is_not_asked(settings: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        start(settings)


def test_the_row_for_all_counts() -> None:
    women, young, elsewhere = row(gender={"id": 2}, entgelt=1), row(ageCategory={"id": 2}, entgelt=2), row(region={"id": 1})
    found = figure(page([women, young, elsewhere, row()]), 2025)
    assert found == Figure("92122", "NRW", 2400.5, 2900.0, 3700.0, 12000, 2025, date(2026, 11, 22))


@pytest.mark.parametrize("marker", [-1, -2, -3, -42, -100, 0, None, True, "2900"])
def test_a_marker_is_no_amount(marker: Any) -> None:
    found = figure(page([row(entgelt=marker)]), 2025)
    assert found is not None
    assert (found.low, found.median) == (2400.5, None)
    assert figure(page([row(entgelt=marker, entgeltQ25=-1, entgeltQ75=-2)]), 2025) is None


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"messages": []}, LayoutChanged),
        ([row(region={"id": 3})], LayoutChanged),
        (b"[{", ParseError),
        (b"<html>", Challenge),
        (b"", ParseError),
    ],
)
def test_what_is_no_answer_is_an_error(body: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        figure(page(body), 2025)


def test_no_row_is_no_figure() -> None:
    assert figure(page([]), 2025) is None


@pytest.mark.parametrize("body", [{"year": "x"}, {"year": 3}, {}, []])
def test_a_year_that_is_none(body: Any) -> None:
    with pytest.raises(LayoutChanged):
        year(page(body))


def test_the_newest_figure_counts_and_shipped_ones_are_dated() -> None:
    assert all(one.retrieved_on <= date(2026, 11, 22) for one in shipped())
    (stand_in,) = [one for one in latest(()) if one.kldb == "92122"]
    assert (stand_in.median, stand_in.retrieved_on) == (2922, date(2026, 9, 1))
    live = figure(page([row()]), 2025)
    assert live is not None
    assert live in latest([live])
    assert len(latest([live])) == len(latest(())) + 1
