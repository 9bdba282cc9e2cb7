"""What could make the verdict wrong: each doubt raised by its cause, and by nothing else."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from report import build
from report.context import Context, SourceHealth
from report.evidence import Ad
from report.finding import Report
from report.locale import LANGUAGES, Locale
from report.render_watch import doubt_values, sentence
from report.watch import Books, Doubt, Fill, Past, watch_out
from tests.report_market import CLAIM, CONTEXT, ON, monthly, silent

CALM = replace(CONTEXT, floors=CONTEXT.floors[:2], health=(SourceHealth("board", "ok", ON, 30),))


def market(**more: Any) -> list[Ad]:
    """Twenty employers, all well within the range."""
    return [monthly(n, 2500 + n, 2700, **more) for n in range(1, 21)]


def report(ads: Iterable[Ad], context: Context = CALM) -> Report:
    return build(ads, (CLAIM,), context)


def keys(doubts: tuple[Doubt, ...]) -> list[str]:
    return [doubt.key for doubt in doubts]


def test_a_calm_week_raises_nothing() -> None:
    assert watch_out(report(market()), Books(readers={"1": 20}, fills=(Fill("board", "with_pay", 0.5, 0.55),))) == ()


def source(state: str, last_ok_on: date | None = ON) -> Context:
    return replace(CALM, health=(SourceHealth("board", state, last_ok_on, 30, "a note"),))


LATE_FLOOR = replace(CALM, floors=(*CALM.floors, replace(CALM.floors[0], valid_from_on=ON + timedelta(days=40), eur_hour=14.6)))
DUE: list[tuple[str, Report, Books, list[str]]] = [
    ("failed", report(market(), source("failed")), Books(), ["source_failed"]),
    ("suspect", report(market(), source("suspect")), Books(), ["source_suspect"]),
    (
        "blocked for days",
        report(market(), source("blocked", ON - timedelta(days=9))),
        Books(),
        ["source_blocked", "source_stale"],
    ),
    ("never", report(market(), source("never", None)), Books(), ["source_never"]),
    ("pay gone", report(market()), Books(fills=(Fill("board", "with_pay", 0.1, 0.5),)), ["fill_with_pay"]),
    ("rejects", report(market()), Books(rejects=(("board", 3, 30),)), ["rejects"]),
    ("few rejects", report(market()), Books(rejects=(("board", 1, 300),)), []),
    ("two readers", report(market()), Books(readers={"1": 15, "2": 5}), ["old_rules"]),
    ("program", report(market()), Books(past=Past(ON, "0.0.9", "config", {})), ["version"]),
    ("settings", report(market()), Books(past=Past(ON, "0.1.0", "other", {})), ["config"]),
    ("verdict", report(market()), Books(past=Past(ON, "0.1.0", "config", {"entry_pay": "too_high"})), ["verdict"]),
    ("few employers", report(market()[:12]), Books(), ["few_employers"]),
    ("silent", report([*market(), *(silent(100 + n) for n in range(30))]), Books(), ["silent"]),
    ("floor", report(market(low_eur_hour=14.4, low_eur_hour_max=16.5), LATE_FLOOR), Books(), ["floor_ads", "floor_claim"]),
]


@pytest.mark.parametrize(("found", "books", "due"), [row[1:] for row in DUE], ids=[row[0] for row in DUE])
def test_each_cause_raises_its_doubt(found: Report, books: Books, due: list[str]) -> None:
    doubts = watch_out(found, books)
    assert sorted(keys(doubts)) == sorted(due)
    for language in LANGUAGES:
        assert all("{" not in sentence(doubt, Locale(language)) for doubt in doubts)
        assert [value["key"] for value in doubt_values(doubts, language)] == keys(doubts)


def test_an_employer_without_whom_the_verdict_turns_is_named() -> None:
    ads = [monthly(n, 2500, 2600) for n in range(1, 10)] + [monthly(10, 2500, 2600, employer="Kipp GmbH")]
    doubts = watch_out(report(ads), Books())
    assert ("without_employer", "Kipp GmbH") in [(doubt.key, doubt.values.get("employer")) for doubt in doubts]
    assert doubts[0].weight == "high"


def test_an_employer_with_many_vacancies_is_named() -> None:
    many = [monthly(100 + n, 2550, 2600, employer="Viel AG", employer_key="viel") for n in range(10)]
    (doubt,) = watch_out(report([*market(), *many]), Books())
    assert (doubt.key, doubt.values["employer"], doubt.values["n"], doubt.values["of"]) == ("large_employer", "Viel AG", 10, 30)
