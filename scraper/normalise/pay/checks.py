"""Doubts about a statement of pay that need a date: the legal floor, and what nobody pays in this trade."""

from dataclasses import replace
from datetime import date

from scraper.model import Hours, Pay, PayUnit
from scraper.normalise.pay.tables import minimum_wage

WEEKS = 52 / 12  #: weeks a month, by the pattern of § 1 MiLoG and SGB IV
FULL_TIME = (35.0, 40.0)  #: full-time weekly hours of this trade, where the ad is silent
#: (least, most) that a unit is plausible for; beyond it the unit is in doubt. Hour and year: as clients of the search API do.
PLAUSIBLE: dict[PayUnit, tuple[float, float]] = {
    "hour": (10, 100), "day": (60, 1_500), "week": (200, 5_000), "month": (400, 25_000), "year": (12_000, 300_000),
}  # fmt: skip
_EXEMPT = {"azubi", "freelance", "tariff_only"}  # trainees have their own floor (§ 17 BBiG), freelancers none


def check(pay: Pay, on: date, hours: Hours | None) -> Pay:
    """The same statement with `below_legal_floor`, `above_plausible` or `legal_floor_unknown` added to its warnings.

    Args:
        pay: Any statement; net, foreign and estimated ones are left alone by the floor.
        on: The day the pay is offered for.
        hours: Of the ad, weekly. Unknown hours count as 35, so that a doubt is never raised by an assumption.
    """
    warnings = list(pay.warnings)
    value = pay.low if pay.low is not None else pay.high
    if value is None or pay.unit is None:
        return pay
    if value > PLAUSIBLE[pay.unit][1]:
        warnings.append("above_plausible")
    if pay.gross is not False and pay.currency == "EUR" and not _EXEMPT & set(pay.tags):
        floor = minimum_wage(on)
        hourly = _hourly(pay, value, hours)
        if floor is None:
            warnings.append("legal_floor_unknown")
        elif hourly is not None and hourly < floor - 0.005:
            warnings.append("below_legal_floor")
    return replace(pay, warnings=tuple(dict.fromkeys(warnings)))


def single_hours(pay: Pay, hours: Hours | None) -> float | None:
    """The one weekly figure that the pay refers to: the statement's own, else the ad's where it is one."""
    if pay.hours is not None:
        return pay.hours
    return hours.low if hours is not None and hours.low is not None and hours.low == hours.high else None


def _hourly(pay: Pay, value: float, hours: Hours | None) -> float | None:
    """€/h at the hours stated, at 35 where none are; None where part-time pay leaves them open."""
    basis = single_hours(pay, hours)
    if pay.unit == "hour":
        return value
    if pay.unit == "day":
        return value / 8
    if basis is None and {"part_time", "minijob"} & set(pay.tags):
        return None
    if basis is None and hours is not None and (hours.low or FULL_TIME[0]) < FULL_TIME[0]:
        return None
    week = {"week": value, "month": value / WEEKS, "year": value / 12 / WEEKS}[pay.unit or "month"]
    return week / (basis or FULL_TIME[0])
