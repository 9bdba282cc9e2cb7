"""Entgeltatlas: what is asked, which row counts, what markers are, how figures are kept, and what stands in for them."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from rich.console import Console

from lohnpegel.judging import make_report
from lohnpegel.plans import crawl_plan
from lohnpegel.settings import Settings
from lohnpegel.settings import load as configuration
from report.locale import Locale
from report.render_terminal import print_report
from sandbox.market import Market
from sandbox.world import Sandbox
from scheduler.run import run_crawl
from scraper.benchmarks import Figure, latest, shipped
from scraper.errors import Challenge, LayoutChanged, NotUnderstood, ParseError
from scraper.model import Options, Page, Request
from scraper.sources import entgeltatlas
from storage.benchmarks import save_figures
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.read import Reader
from storage.runs import Runs, Task
from tests.whole import BA, DayClock, Town, configured

NOW = datetime(2026, 11, 22, 6, 10, tzinfo=UTC)
MARKET = Market(3, 6, "mixed")


def row(**more: Any) -> dict[str, Any]:
    ids = {
        "region": {"id": 8, "bezeichnung": "Nordrhein-Westfalen"},
        "gender": {"id": 1},
        "ageCategory": {"id": 1},
        "branche": {"id": 1},
    }
    return {"kldb": "92122", **ids, "entgelt": 2900, "entgeltQ25": 2400.5, "entgeltQ75": 3700, "besetzung": 12000, **more}


def page(body: Any, status: int = 200) -> Page:
    carry = {"kldb": "92122", "region": "NRW", "year": 2025}
    request = Request("https://example.org/", kind="detail", source_id="92122 NRW", carry=carry)
    return Page(request, status, body if isinstance(body, bytes) else json.dumps(body).encode(), NOW)


def start(**settings: Any) -> list[Request]:
    return entgeltatlas.start(Options(("x",), "Duisburg", 15, {"occupations": ["92122", "71402"], **settings}))


def asked(body: Any = b'{"year": 2025}', **settings: Any) -> tuple[Request, ...]:
    (first,) = start(**settings)
    return entgeltatlas.parse(Page(first, 200, body if isinstance(body, bytes) else json.dumps(body).encode(), NOW)).requests


def test_the_year_comes_first_and_each_occupation_and_region_once() -> None:
    (first,) = start()
    assert first.url.endswith("/pc/v1/dataset")
    assert [request.url.partition("entgelte/")[2] for request in asked()] == [
        "92122?l=2&r=1&g=1&a=1&b=1",
        "92122?l=2&r=8&g=1&a=1&b=1",
        "71402?l=2&r=1&g=1&a=1&b=1",
        "71402?l=2&r=8&g=1&a=1&b=1",
    ]
    assert all(request.headers["X-API-Key"] == "infosysbub-ega" for request in (first, *asked()))
    assert "?r=1&" in asked(occupations=["921"])[0].url


@pytest.mark.parametrize(
    "settings", [{"regions": ["Duisburg"]}, {"occupations": ["Callcenter"]}, {"occupations": ["92"]}, {"occupations": []}]
)
def test_what_the_interface_does_not_know_is_not_asked(settings: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        start(**settings)


def test_the_row_for_all_counts() -> None:
    women, young, elsewhere = row(gender={"id": 2}, entgelt=1), row(ageCategory={"id": 2}, entgelt=2), row(region={"id": 1})
    (found,) = entgeltatlas.parse(page([women, young, elsewhere, row()])).figures
    assert found == Figure("92122", "NRW", 2400.5, 2900.0, 3700.0, 12000, 2025, date(2026, 11, 22))


@pytest.mark.parametrize("marker", [-1, -2, -3, -42, -100, 0, None, True, "2900", 10**400])
def test_a_marker_is_no_amount(marker: Any) -> None:
    (found,) = entgeltatlas.parse(page([row(entgelt=marker)])).figures
    assert (found.low, found.median) == (2400.5, None)
    none = entgeltatlas.parse(page([row(entgelt=marker, entgeltQ25=-1, entgeltQ75=-2)]))
    assert none.figures == () and "markers" in none.notes[0]


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
        entgeltatlas.parse(page(body))


def test_no_row_and_no_page_are_no_figure_and_said() -> None:
    assert [entgeltatlas.parse(one).figures for one in (page([]), page({}, 404))] == [(), ()]
    assert "knows no 92122 in NRW" in entgeltatlas.parse(page({}, 404)).notes[0]


@pytest.mark.parametrize("body", [{"year": "x"}, {"year": 3}, {}, {"year": True}])
def test_a_year_that_is_none(body: Any) -> None:
    with pytest.raises(LayoutChanged):
        asked(body)


def test_the_newest_figure_counts_and_shipped_ones_are_dated() -> None:
    assert all(one.retrieved_on <= date(2026, 11, 22) for one in shipped())
    (stand_in,) = [one for one in latest(()) if one.kldb == "92122"]
    assert (stand_in.median, stand_in.retrieved_on) == (2922, date(2026, 9, 1))
    (live,) = entgeltatlas.parse(page([row()])).figures
    assert live in latest([live])
    assert len(latest([live])) == len(latest(())) + 1


def test_a_figure_is_stored_once_and_keeps_its_day_until_it_changes(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/a.db")
    upgrade(engine)
    first = Figure("92122", "NRW", 2400.5, 2900.0, None, 12000, 2025, date(2026, 10, 1))
    later = replace(first, retrieved_on=date(2026, 11, 1))
    other = replace(later, median=2950.0)
    counts = [
        save_figures(engine, [one]) for one in (first, later, other, other, replace(first, year=2026), replace(first, year=None))
    ]
    rows = Reader(engine).benchmarks()
    engine.dispose()
    assert counts == [1, 0, 1, 0, 1, 0]
    assert [(one["valid_from_on"].year, one["median"], one["retrieved_on"]) for one in rows] == [
        (2025, 2950.0, date(2026, 11, 1)),
        (2026, 2900.0, date(2026, 10, 1)),
    ]
    assert {(one["unit"], one["origin"], one["high"]) for one in rows} == {("EUR/month", "live", None)}


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Town]:
    """The job search and the Entgeltatlas, as a live run finds them."""
    with Sandbox(MARKET, 0, kinds=(BA, "entgeltatlas"), robots="403") as box:
        configured(tmp_path, box.urls)
        file = tmp_path / "config.toml"
        document: dict[str, Any] = tomlkit.parse(file.read_text("utf-8"))
        document["source"]["entgeltatlas"].update({"enabled": True, "base_url": box.urls["entgeltatlas"]})
        for block in document["source"].values():
            block["robots_exempt"] = ["127.0.0.1"]
        file.write_text(tomlkit.dumps(document), "utf-8")
        yield Town(tmp_path, box, configuration(file))


def printed(settings: Settings, now: datetime) -> str:
    said = StringIO()
    print_report(make_report(settings, now), Console(file=said, width=160), "de")
    return " ".join(said.getvalue().split())


def test_from_the_interface_to_the_report(market: Town) -> None:
    summary = market.crawl(0)
    atlas = next(one for one in summary.sources if one.source == "entgeltatlas")
    assert (atlas.state, atlas.seen, atlas.requests, atlas.notes) == ("ok", 4, 5, ())
    assert market.box.stats()["entgeltatlas"] == {"robots": 1, "other": 1, "dataset": 1, "figures": 4}
    with closing(Reader.open(market.settings.storage.url)) as reader:
        stored = {(one["key"], one["region"]): one for one in reader.benchmarks()}
    assert set(stored) == {("92122", "DE"), ("92122", "NRW"), ("71402", "DE"), ("71402", "NRW")}
    assert (stored["92122", "DE"]["low"], stored["92122", "DE"]["median"], stored["92122", "DE"]["high"]) == (2460, 2960, 3810)
    day = MARKET.day(0)
    assert {(one["valid_from_on"].year, one["retrieved_on"]) for one in stored.values()} == {(day.year - 1, day)}
    said = printed(market.settings, datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    assert f"Entgeltatlas, Deutschland, Daten von {day.year - 1}, abgerufen {Locale('de').day(day)}" in said
    assert "Entgeltatlas, Nordrhein-Westfalen, Daten von" in said
    assert "2.960 €" in said and "mitgelieferter Wert" not in said
    health = make_report(market.settings, NOW + timedelta(days=20)).context.health
    assert [one.name for one in health] == [BA]  # read so long ago as it should be, it is no source to worry about


def test_it_is_asked_once_in_four_weeks_unless_it_is_named(market: Town) -> None:
    asked = [{one.source for one in market.crawl(0, days).sources} for days in (0, 1, 7, 26, 28)]
    assert ["entgeltatlas" in names for names in asked] == [True, False, False, False, True]
    assert all(BA in names for names in asked)
    assert market.box.stats()["entgeltatlas"]["dataset"] == 2
    named = crawl_plan(market.settings, ("entgeltatlas",))
    assert [one.source for one in run_crawl(named, clock=DayClock(MARKET.day(0) + timedelta(days=29))).sources] == [
        "entgeltatlas"
    ]
    (task,) = [one for one in tasks(market) if one.name == "crawl:entgeltatlas"]
    assert task.last_done_at is not None and task.next_due_at is not None
    assert timedelta(days=27) < task.next_due_at - task.last_done_at <= timedelta(days=28, hours=2)


def tasks(market: Town) -> list[Task]:
    engine = open_engine(market.settings.storage.url)
    try:
        return list(Runs(engine, lambda: NOW).tasks().values())
    finally:
        engine.dispose()


def test_one_that_could_not_be_read_is_asked_again_the_next_time(market: Town) -> None:
    market.box.faults = {"entgeltatlas": "500"}
    market.crawl(0)
    market.box.faults = {}
    (atlas,) = [one for one in market.crawl(0, 1).sources if one.source == "entgeltatlas"]
    assert (atlas.state, atlas.seen) == ("ok", 4)


def test_without_the_interface_the_shipped_figure_stands_in_and_is_said_to(market: Town) -> None:
    market.box.faults = {"entgeltatlas": "403"}
    summary = market.crawl(0)
    atlas = next(one for one in summary.sources if one.source == "entgeltatlas")
    assert (atlas.state, summary.exit_code) == ("blocked", 1)
    assert "the shipped figures stand in" in (atlas.error or "")
    said = printed(market.settings, NOW + timedelta(days=1))
    assert "Entgeltatlas, Deutschland, Jahr der Daten unbekannt; mitgelieferter Wert von" in said
    assert "2.922 €" in said
