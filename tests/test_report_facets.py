"""The softer claims, each on a market whose answer is known."""

from datetime import date, timedelta
from typing import Any

import pytest

from report import build
from report.claims import Claim, parse
from report.evidence import Ad
from report.finding import Finding, Verdict
from report.isoweek import IsoWeek
from tests.report_market import CONTEXT, ON, monthly, silent


def claim(kind: str, **more: Any) -> Claim:
    return parse({"id": "c", "kind": kind, "wording": {"en": "w"}, "reason": "r", **more})


def judged(one: Claim, ads: list[Ad]) -> Finding:
    return build(ads, [one], CONTEXT).findings[0]


SAP = {"skills": ["sap"]}


def with_sap(number: int) -> dict[str, Any]:
    return {"skills": ("sap",)} if number % 2 else {}


PREMIUMS = [(300.0, Verdict.CONFIRMED), (0.0, Verdict.CONTRADICTED), (-200.0, Verdict.CONTRADICTED)]


@pytest.mark.parametrize(("extra", "verdict"), PREMIUMS)
def test_premium(extra: float, verdict: Verdict) -> None:
    ads = [monthly(n, 2500 + n % 5 + (extra if n % 2 else 0), **with_sap(n)) for n in range(1, 41)]
    found = judged(claim("premium", facet=SAP), ads)
    assert found.verdict is verdict
    assert found.main and found.main.low == pytest.approx(extra, abs=3)


def test_premium_without_enough_of_either_is_open() -> None:
    ads = [monthly(n, 2500, skills=("sap",) if n < 4 else ()) for n in range(1, 41)]
    found = judged(claim("premium", facet=SAP), ads)
    assert (found.verdict, found.reason) == (Verdict.INSUFFICIENT, "small_group")


def test_premium_names_what_else_differs() -> None:
    ads = [monthly(n, 2500 + (300 if n % 2 else 0), **with_sap(n), sector="energy" if n % 2 else "retail") for n in range(1, 41)]
    names = {item.name: (item.with_facet, item.without) for item in judged(claim("premium", facet=SAP), ads).confounders}
    assert names == {"sector:energy": (1.0, 0.0), "sector:retail": (0.0, 1.0)}


SHARES = [(0.3, Verdict.CONFIRMED), (0.8, Verdict.CONTRADICTED), (0.45, Verdict.MOSTLY_RIGHT), (0.55, Verdict.INSUFFICIENT)]


@pytest.mark.parametrize(("least", "verdict"), SHARES)
def test_share(least: float, verdict: Verdict) -> None:
    found = judged(claim("share", facet=SAP, least=least), [silent(n, **with_sap(n)) for n in range(1, 41)])
    assert found.verdict is verdict
    assert found.main and (found.main.low, found.main.evidence.n) == (0.5, 20)


def test_share_of_which_one_part_is_missing() -> None:
    facet = {"skills": ["sap", "agile"]}
    found = judged(claim("share", facet=facet, least=0.2, each=0.1), [silent(n, **with_sap(n)) for n in range(1, 41)])
    assert (found.verdict, found.reason) == (Verdict.CONTRADICTED, "part_missed")
    assert [measure.name for measure in found.measures] == ["facet", "sap", "agile"]


def test_unknown_sectors_show_as_worst_case() -> None:
    ads = [silent(n, sector="energy" if n <= 10 else None) for n in range(1, 41)]
    found = judged(claim("share", facet={"sectors": ["energy"]}), ads)
    assert found.n == 10
    assert found.main and found.main.worst == (0.25, 1.0)


def test_contrast() -> None:
    one = claim("contrast", facet={"levels": ["experienced"]}, group={"skills": ["b2b"]}, least=0.1)
    levels = ["experienced" if n % 2 and n % 10 else "entry" for n in range(61)]
    ads = [silent(n, skills=("b2b",) if n % 2 else (), level=levels[n]) for n in range(1, 61)]
    found = judged(one, ads)
    assert found.verdict is Verdict.CONFIRMED
    assert [measure.name for measure in found.measures] == ["difference", "with", "without"]


def history(stocks: list[int]) -> list[Ad]:
    """So many open vacancies in each of the last weeks, of twelve employers and more."""
    monday = ON - timedelta(days=ON.weekday()) - timedelta(weeks=len(stocks) - 1)
    ads: list[Ad] = []
    for place in range(max(stocks)):
        for week, stock in enumerate(stocks):
            if place < stock:
                day = monday + timedelta(weeks=week)
                number = len(ads) + 1
                span = {"first_seen_on": day, "closed_on": day + timedelta(days=6)}
                ads.append(silent(number, **span, employer_key=str(place), sector="energy"))
    return ads


STOCKS = [([20] * 10, Verdict.CONFIRMED), ([5, 40] * 5, Verdict.CONTRADICTED), ([20] * 4, Verdict.INSUFFICIENT)]


@pytest.mark.parametrize(("stocks", "verdict"), STOCKS)
def test_volatility(stocks: list[int], verdict: Verdict) -> None:
    found = judged(claim("volatility", facet={"sectors": ["energy"]}), history(stocks))
    assert found.verdict is verdict
    assert [int(value) for _, value in found.series] == stocks


WEEKS = [
    (date(2026, 12, 31), "2026-W53"), (date(2027, 1, 3), "2026-W53"), (date(2027, 1, 4), "2027-W01"),
    (date(2024, 12, 30), "2025-W01"),
]  # fmt: skip


@pytest.mark.parametrize(("day", "label"), WEEKS)
def test_iso_week_at_the_edge_of_the_year(day: date, label: str) -> None:
    week = IsoWeek.of(day)
    assert week.label == label
    assert IsoWeek.parse(label) == week
    assert week.monday <= day <= week.sunday


@pytest.mark.parametrize("text", ["2026W47", "2026-W7", "2027-W53", "2026-W00", "../x", "2026-W47/.."])
def test_what_is_no_week(text: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)week"):
        IsoWeek.parse(text)


def test_weekly_flow() -> None:
    ads = [silent(1, first_seen_on=date(2026, 11, 10), closed_on=date(2026, 11, 18)), silent(2, first_seen_on=date(2026, 11, 16))]
    assert build(ads, [], CONTEXT).weekly == (("2026-W46", 1, 1, 0), ("2026-W47", 2, 1, 1))
