"""The pay claim: who counts, what a share is, and what silence leaves open."""

import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from report import build
from report.claims import PayRange
from report.estimate import pay_range
from report.evidence import Ad, from_rows, silence, vacancies
from report.finding import PayFinding, Verdict
from report.render_json import document
from tests.report_market import CLAIM, CONTEXT, gathered, hourly, monthly, silent


def judged(ads: list[Ad], claim: PayRange = CLAIM) -> PayFinding:
    return pay_range(claim, gathered(ads), CONTEXT)


def share(found: PayFinding, name: str) -> tuple[float, float]:
    measure = found.measure(name)
    assert measure
    return measure.low, measure.high


def test_shares_by_hand() -> None:
    found = judged([monthly(1, 2300), monthly(2, 2400), monthly(3, 2800), monthly(4, 2801), silent(5)])
    assert (found.n, found.of, found.employers, found.employers_of) == (4, 5, 4, 5)
    assert (share(found, "below"), share(found, "within"), share(found, "above")) == ((0.25,) * 2, (0.5,) * 2, (0.25,) * 2)


def test_an_employer_with_many_vacancies_weighs_one() -> None:
    big = [monthly(number, 2300, employer_key="big") for number in range(1, 10)]
    assert share(judged([*big, monthly(10, 2500)]), "below") == (0.5, 0.5)


def test_unsaid_hours_open_the_share() -> None:
    found = judged([hourly(1, 15.0), hourly(2, 16.0), monthly(3, 2500), monthly(4, 2500)])  # 2275–2600, 2427–2773
    assert share(found, "within") == (0.75, 1.0)
    assert share(found, "below") == (0.0, 0.25)
    assert {name: part.ads for name, part in found.classes.items() if part.n} == {"within": (2, 3, 4), "depends": (1,)}
    assert found.hours == {"monthly": 2, "open": 2}


def test_up_to_starts_anywhere_above_the_legal_floor() -> None:
    upto = monthly(1, 2600, low_eur_month=None, low_eur_month_max=None, pay_low=None, pay_bound="upto")
    found = judged([upto, monthly(2, 2500)])
    assert share(found, "within") == (0.5, 1.0)
    assert share(found, "below") == (0.0, 0.5)
    assert found.hours == {"monthly": 1, "upto": 1}


def test_from_overlaps_whatever_lies_above() -> None:
    open_end = monthly(1, 2300, high_eur_month=None, high_eur_month_max=None, pay_high=None, pay_bound="from")
    found = judged([open_end, monthly(2, 2900)])
    assert share(found, "overlap") == (0.5, 0.5)


def test_worst_cases_let_the_silent_speak() -> None:
    found = judged([monthly(1, 2500), silent(2), silent(3), silent(4)])
    measure = found.measure("within")
    assert measure and measure.worst == (0.25, 1.0)
    above = found.measure("above")
    assert above and above.worst == (0.0, 0.75)


NOT_COUNTED = [
    ({"pay_origin": "portal_estimate"}, "portal_estimate"),
    ({"pay_origin": "tariff"}, "tariff_only"),
    ({"pay_tags": ("variable_incl",)}, "variable_incl"),
    ({"pay_tags": ("net",)}, "net"),
    ({"pay_gross": False}, "net"),
    ({"pay_currency": "CHF"}, "foreign_currency"),
    ({"pay_warnings": ("above_plausible",)}, "implausible"),
    ({"low_eur_month": None, "high_eur_month": None}, "not_convertible"),
]


@pytest.mark.parametrize(("change", "reason"), NOT_COUNTED, ids=[reason for _, reason in NOT_COUNTED])
def test_pay_that_does_not_count_is_counted_as_silent(change: dict[str, Any], reason: str) -> None:
    ad = monthly(1, 2500, **change)
    assert silence(ad) == reason
    found = judged([ad, monthly(2, 2500)])
    assert (found.n, found.of, found.silent) == (1, 2, {reason: 1})


NOT_ENTRY = [
    {"level": "lead"}, {"level": "experienced"}, {"level": "apprentice"}, {"level": "student"},
    {"pay_tags": ("azubi",)}, {"pay_tags": ("freelance",)}, {"work_time": ("minijob",)},
]  # fmt: skip


@pytest.mark.parametrize("change", NOT_ENTRY, ids=str)
def test_roles_a_beginner_cannot_hold_are_not_asked(change: dict[str, Any]) -> None:
    assert judged([monthly(1, 2500, **change), monthly(2, 2500)]).of == 1


def test_unknown_level_counts_but_is_shown_apart() -> None:
    ads = [monthly(number, 2500, level="unknown" if number % 2 else "entry") for number in range(1, 13)]
    found = judged(ads)
    assert found.of == 12
    assert next(row.n for row in found.sensitivity if row.name == "entry_only") == 6


def test_copies_are_one_vacancy_and_the_priced_one_speaks() -> None:
    ads = [silent(1, vacancy_id=7, level="unknown"), monthly(2, 2500, vacancy_id=7, level="unknown"), silent(3, vacancy_id=7)]
    found = judged(ads)
    assert (found.n, found.of, found.evidence.ads) == (1, 1, (2,))
    assert vacancies(ads)[0].level == "entry"  # said by a copy


def test_few_vacancies_are_listed_only() -> None:
    found = judged([monthly(number, 2500) for number in range(1, 5)])
    assert (found.verdict, found.reason) == (Verdict.INSUFFICIENT, "few_vacancies")
    assert not found.sensitivity and found.measure("median_low") is None


def test_few_employers_give_counts_without_interval() -> None:
    found = judged([monthly(number, 2500, employer_key=str(number % 9)) for number in range(1, 40)])
    assert (found.verdict, found.reason) == (Verdict.INSUFFICIENT, "few_employers")
    assert all(measure.interval is None for measure in found.measures)
    assert found.measure("median_low")


MARKETS = [
    ([2600.0] * 20, Verdict.CONFIRMED),
    ([3000.0] * 18 + [2600.0] * 2, Verdict.TOO_LOW),
    ([2200.0] * 18 + [2600.0] * 2, Verdict.TOO_HIGH),
    ([2200.0] * 15 + [3000.0] * 15 + [2600.0] * 2, Verdict.CONTRADICTED),
    ([2600.0] * 12 + [2200.0] * 4 + [3000.0] * 4, Verdict.MOSTLY_RIGHT),
    ([2600.0] * 5 + [2200.0] * 3 + [3000.0] * 3, Verdict.INSUFFICIENT),
]


@pytest.mark.parametrize(("lows", "verdict"), MARKETS, ids=[verdict.value for _, verdict in MARKETS])
def test_verdict(lows: list[float], verdict: Verdict) -> None:
    assert judged([monthly(number, low) for number, low in enumerate(lows, 1)]).verdict is verdict


def test_sensitivity_reads_hours_three_ways() -> None:
    rows = {row.name: row for row in judged([hourly(number, 14.5) for number in range(1, 12)]).sensitivity}
    assert rows["hours_35"].median == pytest.approx((14.5 * 35 * 52 / 12,) * 2)
    assert rows["hours_38.5"].median == pytest.approx((14.5 * 38.5 * 52 / 12,) * 2)
    assert rows["hours_40"].median == pytest.approx((14.5 * 40 * 52 / 12,) * 2)
    assert (rows["hours_35"].below, rows["hours_40"].within, rows["headline"].within) == ((1.0, 1.0), (1.0, 1.0), (0.0, 1.0))


def test_sensitivity_layers() -> None:
    tariff = monthly(20, 3124, pay_origin="tariff", pay_tariff="TVöD E5")
    agency = monthly(21, 2450, agency="temp")
    copies = [monthly(number, 2500, 2900, vacancy_id=1) for number in range(1, 4)]
    rows = {row.name: row for row in judged([*copies, agency, tariff, *(monthly(n, 2600) for n in range(4, 12))]).sensitivity}
    assert rows["headline"].n == 10
    assert rows["with_tariff_tables"].n == 11
    assert rows["without_agencies"].n == 9
    assert rows["ads"].n == 12
    assert rows["midpoint"].median == pytest.approx((2600.0, 2600.0))
    assert rows["turnbull"].n == 10


def test_legal_floor_counts() -> None:
    found = judged([hourly(1, 13.5), hourly(2, 14.0), hourly(3, 15.0)])
    assert found.below_floor == (1, 1)
    assert found.below_next_floor == (2, 2)


def test_empty_market_has_an_answer() -> None:
    found = judged([])
    assert (found.verdict, found.n, found.of) == (Verdict.INSUFFICIENT, 0, 0)


def test_only_open_ads_of_the_town_and_trade_are_asked() -> None:
    ads = [
        monthly(1, 2500),
        monthly(2, 2500, in_town=False),
        monthly(3, 2500, in_scope=False),
        monthly(4, 2500, closed_on=date(2026, 11, 20)),
        monthly(5, 2500, first_seen_on=date(2026, 11, 23)),
    ]
    report = build(ads, [CLAIM], CONTEXT)
    assert [vacancy.id for vacancy in report.shown.values()] == [1]
    assert len(report.openings) == report.ads == 1


def test_order_of_ads_and_further_claims_change_nothing() -> None:
    rng = random.Random(3)
    ads = [monthly(number, 2300 + 10 * rng.randint(0, 60), employer_key=str(rng.randint(1, 20))) for number in range(1, 60)]
    one = document(build(ads, [CLAIM], CONTEXT))
    rng.shuffle(ads)
    assert document(build(ads, [CLAIM], CONTEXT)) == one
    other = replace(CLAIM, id="other")
    assert document(build(ads, [other, CLAIM], CONTEXT))["findings"][1] == one["findings"][0]
    assert document(build(ads, [CLAIM], replace(CONTEXT, seed=2))) != one


def test_rows_of_storage_become_ads() -> None:
    row = {
        "id": 4, "vacancy_id": None, "source": "board", "url": "u", "title": "t", "employer": "Ä GmbH", "employer_folded": "ä",
        "level": "entry", "in_scope": True, "in_town": 1, "work_time": "full_time,part_time", "pay_tags": "", "training": "it",
        "languages": "en:required:C1,tr:plus", "skills": "sap,crm", "career_changers": False,
    }  # fmt: skip
    ad = from_rows([row])[0]
    assert (ad.vacancy_id, ad.employer_key, ad.work_time, ad.pay_tags) == (-4, "ä", ("full_time", "part_time"), ())
    assert ad.languages == (("en", "required"), ("tr", "plus"))
    assert from_rows([row | {"languages": (("en", "plus", "B2"),), "skills": ("sap",)}])[0].languages == (("en", "plus"),)
