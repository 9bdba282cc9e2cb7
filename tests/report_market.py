"""Ads for the report's tests: small, readable, without a database."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np

from report.assemble import wanted
from report.claims import Claim, PayRange
from report.collect import collect
from report.context import Context
from report.evidence import Ad
from report.listed import Listed
from report.openings import Openings, gather

ON = date(2026, 11, 22)
CONTEXT = Context("Duisburg", "Kundenservice", ON, "state", config_hash="config", version="0.1.0", draws=400)
CLAIM = PayRange("entry_pay", {"de": "2.400 bis 2.800 €", "en": "2,400 to 2,800 €"}, "half decides", "entry", 2400.0, 2800.0)


def gathered(ads: Iterable[Ad], *claims: Claim) -> Openings:
    """The vacancies of these ads, as a claim sees them."""
    known = collect(Listed(list(ads)), wanted(claims))
    return gather(known, np.ones(len(known), dtype=np.bool_))


def monthly(number: int, low: float, high: float | None = None, **more: Any) -> Ad:
    """An ad with monthly pay; its employer is of its own unless named."""
    top = low if high is None else high
    pay: dict[str, Any] = {
        "pay_origin": "text", "pay_low": low, "pay_high": top, "pay_unit": "month", "pay_currency": "EUR", "pay_bound": "range",
        "low_eur_month": low, "low_eur_month_max": low, "high_eur_month": top, "high_eur_month_max": top,
        "pay_quote": f"{low:.0f} bis {top:.0f} € im Monat",
    }  # fmt: skip
    return silent(number, **(pay | more))


def hourly(number: int, wage: float, **more: Any) -> Ad:
    """An ad with hourly pay and no weekly hours: a band from 35 to 40."""
    low, high = wage * 35 * 52 / 12, wage * 40 * 52 / 12
    pay: dict[str, Any] = {
        "pay_origin": "text", "pay_low": wage, "pay_high": wage, "pay_unit": "hour", "pay_currency": "EUR", "pay_bound": "exact",
        "low_eur_month": low, "low_eur_month_max": high, "high_eur_month": low, "high_eur_month_max": high,
        "low_eur_hour": wage, "low_eur_hour_max": wage, "basis_hours_low": 35.0, "basis_hours_high": 40.0,
    }  # fmt: skip
    return silent(number, **(pay | more))


def silent(number: int, **more: Any) -> Ad:
    """An ad that states no pay."""
    known: dict[str, Any] = {
        "id": number, "vacancy_id": number, "source": "board", "url": f"https://board.example/{number}",
        "title": f"Agent {number}",
        "employer": f"Firma {number}", "employer_key": f"firma {number}", "level": "entry", "first_seen_on": date(2026, 11, 1),
    }  # fmt: skip
    return Ad(**(known | more))
