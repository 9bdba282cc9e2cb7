"""Pay from structured fields, the choice between field and text, checks by date, conversion."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.model import Hours, Pay, RawPay
from scraper.normalise.pay import check, choose, excluded, find, from_fields, monthly
from scraper.parse.schema_pay import pays

NOW = date(2026, 11, 22)
FIELDS = [
    (RawPay(period_text="STUNDENLOHN", kind_text="GEHALTSSPANNE", low_text="15.5", high_text="17"), (15.5, 17, "hour", "range")),
    (RawPay(period_text="JAHRESGEHALT", kind_text="FESTGEHALT", value_text="60772.4"), (60772.4, 60772.4, "year", "exact")),
    (RawPay(period_text="MONTH", value_text="2600", currency_text="EUR"), (2600, 2600, "month", "exact")),
    (RawPay(period_text="Monat", low_text="2.400,00", high_text="2.800,00 €", currency_text="€"), (2400, 2800, "month", "range")),
    (RawPay(period_text="brutto/Monat", low_text="2.400"), (2400, None, "month", "from")),
    (RawPay(period_text="per-hour-wage", high_text="17.5"), (None, 17.5, "hour", "upto")),
    (RawPay(period_text="per-year-salary", low_text="32000", high_text="36000"), (32000, 36000, "year", "range")),
    (RawPay(period_text="1 YEAR", low_text="32,000.00", high_text="36,000.00"), (32000, 36000, "year", "range")),
    (RawPay(period_text="hourly", low_text="18.375"), (18.375, None, "hour", "from")),
    (RawPay(period_text="yearly", low_text="32k", high_text="36k"), (32000, 36000, "year", "range")),
    (RawPay(text="45.428,61 bis 55.645,64 EUR brutto pro Jahr"), (45428.61, 55645.64, "year", "range")),
]


@pytest.mark.parametrize(("raw", "want"), FIELDS)
def test_field(raw: RawPay, want: tuple[object, ...]) -> None:
    pay, _ = from_fields(raw)
    assert pay is not None
    assert (pay.low, pay.high, pay.unit, pay.bound) == want
    assert pay.origin == "field"


CASES = [json.loads(line) for line in (Path(__file__).parent / "data/pay/fields.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_field_as_sources_give_it(case: dict[str, Any]) -> None:
    """schema.org's baseSalary in its malformed shapes, fields of applicant tracking systems; labelled before they were read."""
    raws = [RawPay(**case["raw"])] if "raw" in case else list(pays(case["posting"], []))
    found = [pay for raw in raws if (pay := from_fields(raw)[0])]
    pay = choose(found) or next(iter(found), None)
    if case["want"] is None:
        assert pay is None
        return
    assert pay is not None
    want = {**case["want"], "warnings": tuple(case["want"].get("warnings", pay.warnings))}
    assert {name: getattr(pay, name) for name in want} == want
    if pay.origin == "portal_estimate":
        assert choose(found) is None


def test_nothing_unknown_is_guessed() -> None:
    pay, notes = from_fields(RawPay(period_text="AUSBILDUNGSVERGUETUNG_NACH_JAHREN", value_text="1100"))
    assert pay is not None
    assert pay.unit is None
    assert notes
    pay, notes = from_fields(RawPay(period_text="FORTNIGHT", value_text="1200"))
    assert pay is not None
    assert pay.unit is None
    assert "FORTNIGHT" in notes[0]
    assert from_fields(RawPay(period_text="KEINE_ANGABEN")) == (None, ())
    assert from_fields(RawPay(low_text="0", high_text="0.00"))[0] is None
    pay, notes = from_fields(RawPay(period_text="2 WEEKS", value_text="1200"))
    assert pay is not None
    assert pay.unit is None


def test_swapped_ends_are_mended_with_a_note_and_an_implausible_unit_only_flagged() -> None:
    pay, notes = from_fields(RawPay(period_text="MONTH", low_text="2800", high_text="2400"))
    assert pay is not None
    assert (pay.low, pay.high, notes) == (2400, 2800, ("pay: ends were swapped",))
    pay, _ = from_fields(RawPay(period_text="JAHRESGEHALT", value_text="15"))
    assert pay is not None
    assert (pay.low, pay.unit) == (15, "year")
    assert "unit_implausible" in pay.warnings


@pytest.mark.parametrize(("text", "name"), [("E 6", "E6"), ("TVöD E6", "TVöD E6"), ("Entgeltgruppe 13 TV-L", "TV-L E13")])
def test_tariff_field(text: str, name: str) -> None:
    pay, _ = from_fields(RawPay(tariff_text=text))
    assert pay is not None
    assert (pay.tariff, pay.origin, pay.low) == (name, "tariff", None)


def test_field_goes_before_text_and_disagreement_is_flagged() -> None:
    field, _ = from_fields(RawPay(period_text="MONTH", value_text="2600"))
    text = find("Gehalt: 3.600 € brutto im Monat")
    assert field is not None
    chosen = choose((field, *text))
    assert chosen is not None
    assert (chosen.low, chosen.origin) == (2600, "field")
    assert "field_text_disagree" in chosen.warnings
    broken, _ = from_fields(RawPay(period_text="JAHRESGEHALT", value_text="15"))
    assert broken is not None
    assert choose((broken, *text)).low == 3600  # type: ignore[union-attr]  # there is a text value
    guess, _ = from_fields(RawPay(period_text="MONTH", value_text="2600", estimated=True))
    assert guess is not None
    assert guess.origin == "portal_estimate"
    assert choose((guess,)) is None


def _one(text: str) -> Pay:
    pay = choose(find(text))
    assert pay is not None
    return pay


@pytest.mark.parametrize(
    ("text", "hours", "band", "assumption"),
    [
        ("Stundenlohn 15,00 € bei 40 Stunden/Woche", None, (2600.0, 2600.0), None),
        ("Stundenlohn 15,00 €", None, (2275.0, 2600.0), "hours_unstated"),
        ("Stundenlohn 15,00 €", Hours(38.5, 38.5), (2502.5, 2502.5), None),
        ("Stundenlohn 15,00 €", Hours(20, 20), (2275.0, 2600.0), "full_time_equivalent"),
        ("Gehalt 2.500 € brutto im Monat", None, (2500.0, 2500.0), "hours_unstated"),
        ("1.300 € brutto im Monat bei 20 Stunden/Woche", None, (2275.0, 2600.0), "full_time_equivalent"),
        ("Jahresgehalt 31.200 €", Hours(40, 40), (2600.0, 2600.0), None),
        ("Monatsgehalt 2.500 € x 13, 40 h/Woche", None, (2500.0, 2500.0), None),
        ("Vergütung nach TVöD E 5", None, (3124.0, 3124.0), "tariff_table:tvoed_vka:2026-05-01"),
    ],
)
def test_monthly(text: str, hours: Hours | None, band: tuple[float, float], assumption: str | None) -> None:
    got = monthly(_one(text), hours, NOW)
    assert got is not None
    assert (got.low_min, got.low_max) == band
    assert assumption is None or assumption in got.assumptions


def test_public_sector_counts_its_own_weeks() -> None:
    got = monthly(_one("Vergütung nach TVöD E 5"), None, NOW)
    assert got is not None
    assert (got.weeks_per_month, got.hours_low, got.hour_low_min) == (4.348, 39, 18.42)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1.800 € netto im Monat", "net"),
        ("Lohn CHF 4'200 pro Monat", "currency_CHF"),
        ("Gesamtvergütung 3.000 € im Monat inkl. Bonus", "variable_incl"),
        ("Vergütung nach TVöD E 15", "tariff_group_not_in_table:TVöD E15"),
        ("Vergütung nach TV-V E 5", "tariff_table_unknown:TV-V"),
    ],
)
def test_what_cannot_be_compared_says_why(text: str, reason: str) -> None:
    pay = _one(text)
    assert excluded(pay, NOW) == reason
    assert monthly(pay, None, NOW) is None


def test_a_date_outside_the_table_is_said() -> None:
    pay = _one("Vergütung nach TVöD E 5")
    assert monthly(pay, None, date(2030, 1, 1)) is None
    assert excluded(pay, date(2030, 1, 1)) == "tariff_date_outside_table:tvoed_vka"


def test_legal_floor_by_date() -> None:
    pay = _one("Stundenlohn 14,20 €")
    assert "below_legal_floor" not in check(pay, NOW, None).warnings
    assert "below_legal_floor" in check(pay, date(2027, 1, 1), None).warnings
    assert "legal_floor_unknown" in check(pay, date(2031, 1, 1), None).warnings
    month = _one("Gehalt 2.400 € brutto im Monat")
    assert "below_legal_floor" not in check(month, NOW, None).warnings
    assert "below_legal_floor" in check(month, NOW, Hours(40, 40)).warnings
    assert "above_plausible" in check(replace(pay, low=250.0, high=250.0), NOW, None).warnings
    assert "below_legal_floor" not in check(_one("Azubi: 1.050 € im Monat"), NOW, None).warnings


@given(st.builds(RawPay, *[st.none() | st.text(max_size=20)] * 8))
def test_any_field_text_is_read(raw: RawPay) -> None:
    pay, _ = from_fields(raw)
    if pay is not None:
        checked = check(pay, NOW, None)
        assert (monthly(checked, None, NOW) is None) == (excluded(checked, NOW) is not None)
