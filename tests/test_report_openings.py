"""Vacancies as columns equal vacancies as values, and what is read of a database equals what is read of ads in memory."""

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from report.ads import NONE
from report.evidence import SILENCES, Ad, vacancies
from tests.report_market import ON, gathered

DAYS = st.none() | st.integers(0, 40).map(lambda back: ON - timedelta(days=back))
AMOUNTS = st.sampled_from([None, 2300.0, 2409.33, 2600.0])


@st.composite
def pays(draw: st.DrawFn) -> dict[str, Any]:
    """A statement of pay, sensible or not."""
    return {
        "pay_origin": draw(st.sampled_from(["text", "field", "tariff", "portal_estimate"])),
        "pay_currency": draw(st.sampled_from([None, "EUR", "CHF"])),
        "pay_gross": draw(st.sampled_from([None, True, False])),
        "pay_bound": draw(st.sampled_from([None, "range", "from", "upto"])),
        "pay_tags": draw(st.sampled_from([(), ("net",), ("minijob",), ("variable_incl", "x")])),
        "pay_warnings": draw(st.sampled_from([(), ("above_plausible",), ("below_legal_floor",)])),
        "low_eur_month": draw(AMOUNTS),
        "low_eur_month_max": draw(AMOUNTS),
        "high_eur_month": draw(AMOUNTS),
    }


@st.composite
def ads(draw: st.DrawFn) -> list[Ad]:
    """Up to twelve ads of up to five vacancies."""
    made = []
    for number in range(draw(st.integers(1, 12))):
        told = draw(pays()) if draw(st.booleans()) else {}
        made.append(
            Ad(
                id=100 - number, vacancy_id=draw(st.integers(-2, 3)), source=draw(st.sampled_from("ab")), url="", title="",
                source_id=str(number), employer_key=draw(st.sampled_from([None, "x", "y", "z"])),
                level=draw(st.sampled_from(["unknown", "entry", "lead"])), sector=draw(st.sampled_from([None, "energy", "it"])),
                agency=draw(st.sampled_from([None, "temp"])), district=draw(st.sampled_from([None, "Beeck"])),
                work_time=draw(st.sampled_from([(), ("minijob",), ("full_time", "minijob")])),
                hours_low=draw(st.sampled_from([None, 38.5])), posted_on=draw(DAYS), first_seen_on=draw(DAYS), **told,
            )
        )  # fmt: skip
    return made


@given(ads())
@settings(deadline=None)
def test_columns_say_what_values_say(made: list[Ad]) -> None:
    openings, values = gathered(made), vacancies(made)
    known = openings.ads
    assert [int(known.homes[home]) for home in known.home[openings.first]] == [one.id for one in values]
    assert known.number[openings.first].tolist() == [one.ad.id for one in values]
    assert known.number[openings.members].tolist() == [ad.id for one in values for ad in one.ads]
    assert openings.entry.tolist() == [one.entry for one in values]
    assert [SILENCES[code] if code != NONE else None for code in openings.silence] == [one.silence for one in values]
    for name in ("sector", "agency"):
        named = getattr(openings, name)
        assert [named.values[code] if code != NONE else None for code in named.codes] == [getattr(one, name) for one in values]
    same = openings.employer[:, None] == openings.employer
    assert same.tolist() == [[one.employer_key == other.employer_key for other in values] for one in values]


@given(ads(), st.randoms())
@settings(deadline=None)
def test_no_order_of_arrival_shows(made: list[Ad], chance: Any) -> None:
    """Other numbers in the database, another order: the same name of the content, the same vacancies."""
    numbers = chance.sample(range(1, 1000), len(made))
    others = [replace(ad, id=number) for ad, number in zip(made, numbers, strict=True)]
    chance.shuffle(others)
    one, other = gathered(made), gathered(others)
    assert one.ads.content == other.ads.content
    for name in ("members", "starts", "employer", "silence", "entry"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_whatever_an_ad_says_names_the_content() -> None:
    """Every field that the report counts with changes the name of the content."""
    ad = Ad(
        1, 1, "a", "", "", employer_key="x", level="entry", pay_origin="text", pay_low=1.0, low_eur_month=2400.0,
        low_eur_month_max=2400.0, high_eur_month=2500.0, high_eur_month_max=2500.0, low_eur_hour=14.0, low_eur_hour_max=15.0,
        first_seen_on=ON, content_hash="ff", source_id="1",
    )  # fmt: skip
    other: dict[str, Any] = {
        "source": "b", "employer_key": "y", "level": "lead", "agency": "temp", "sector": "it", "district": "Beeck",
        "work_time": ("minijob",), "hours_low": 30.0, "pay_currency": "EUR", "pay_bound": "from", "pay_origin": "field",
        "pay_gross": False, "pay_hours": 38.5, "pay_tags": ("net",), "pay_warnings": ("x",), "low_eur_month": 2401.0,
        "low_eur_month_max": 2402.0, "high_eur_month": 2501.0, "high_eur_month_max": None, "low_eur_hour": 14.5,
        "low_eur_hour_max": 15.5, "basis_hours_low": 35.0, "basis_hours_high": 40.0, "weeks_per_month": 4.348,
        "training": ("it",), "career_changers": True, "posted_on": date(2026, 11, 1), "first_seen_on": date(2026, 11, 2),
        "closed_on": ON, "content_hash": "fe", "parser_version": "2",
    }  # fmt: skip
    #: shown, or read only where a claim asks; the hash of the content stands for the first, the rules' version for the second
    told_otherwise = {
        "id", "vacancy_id", "source_id", "url", "title", "employer", "in_scope", "in_town", "contract", "remote", "hours_high",
        "pay_low", "pay_high", "pay_unit", "pay_tariff", "pay_quote", "languages", "skills", "last_seen_on", "closed_reason",
        "starts_on",
    }  # fmt: skip
    assert {field.name for field in fields(Ad)} == other.keys() | told_otherwise
    names = {gathered([replace(ad, **{name: value})]).ads.content for name, value in other.items()}
    assert len(names | {gathered([ad]).ads.content}) == len(other) + 1
