"""Pay as euros gross per month at full time: a separate step that records what it assumes. Rules: docs/pay.md."""

from dataclasses import dataclass
from datetime import date

from scraper.model import Hours, Monthly, Pay
from scraper.normalise.pay.checks import FULL_TIME, WEEKS, single_hours
from scraper.normalise.pay.tables import Rate, tariff_rate

_PUBLIC = ("TVöD", "TV-L")
_PUBLIC_WEEKS = 4.348  # § 24 (3) TVöD and TV-L
_WORKDAYS = 5.0


def excluded(pay: Pay, on: date | None = None) -> str | None:
    """Why a statement cannot be compared with others; None where it can. With a date also why a tariff has no table value."""
    kinds = {
        "portal_estimate": pay.origin == "portal_estimate",
        f"currency_{pay.currency}": pay.currency != "EUR",
        "net": pay.gross is False or "net" in pay.tags,
        "variable_incl": "variable_incl" in pay.tags,
        "unit_implausible": "unit_implausible" in pay.warnings,
    }
    if reason := next((name for name, holds in kinds.items() if holds), None):
        return reason
    if pay.low is None and pay.high is None:
        found = tariff_rate(pay.tariff, on) if on and pay.tariff else None
        return "no_amount" if pay.tariff is None else found if isinstance(found, str) else None
    if pay.unit is None:
        return "unit_unknown"
    return (
        "part_time_hours_unknown" if "part_time" in pay.tags and pay.hours is None and pay.unit not in {"hour", "day"} else None
    )


@dataclass(frozen=True, slots=True)
class _Basis:
    """Weekly hours a month's pay is stretched to, and those it was stated for."""

    low: float
    high: float
    stated: float | None  #: below full time: what the amount is for
    notes: tuple[str, ...]


def monthly(pay: Pay, hours: Hours | None, on: date) -> Monthly | None:
    """Full-time equivalent, € gross per month; a band at 35 to 40 hours where the ad does not fix them; None as `excluded` says.

    Args:
        pay: A statement as read.
        hours: Weekly hours of the ad; used where the statement names none.
        on: The day whose tariff table holds.

    >>> from scraper.normalise.pay.statements import find
    >>> got = monthly(find("Stundenlohn 15,00 € bei 40 Stunden/Woche")[0], None, date(2026, 11, 22))
    >>> got and got.low_min
    2600.0
    """
    if excluded(pay, on) is not None:
        return None
    notes: tuple[str, ...] = ()
    low, high, unit = pay.low, pay.high, pay.unit
    own_hours = None
    if low is None and high is None and pay.tariff is not None:
        rate = tariff_rate(pay.tariff, on)
        if not isinstance(rate, Rate):
            return None
        low, unit, own_hours = rate.amount, rate.unit, rate.hours
        notes = (f"tariff_table:{rate.table}", "first_step")
    weeks = _PUBLIC_WEEKS if pay.tariff and pay.tariff.startswith(_PUBLIC) else WEEKS
    basis = _basis(pay, hours, own_hours, by_hour=unit in {"hour", "day"})
    ends = [_month(value, unit or "month", basis, weeks) for value in (low, high)]
    rates = (None, None) if low is None else _rates(low, unit or "month", basis, weeks)
    if unit == "day":
        notes = (*notes, "five_day_week")
    return Monthly(
        *ends[0],
        *ends[1],
        *rates,
        hours_low=basis.low,
        hours_high=basis.high,
        weeks_per_month=round(weeks, 4),
        assumptions=(*notes, *basis.notes),
    )


def _basis(pay: Pay, hours: Hours | None, own: float | None, *, by_hour: bool) -> _Basis:
    stated = single_hours(pay, hours)
    if own is not None and (stated is None or stated < FULL_TIME[0]):
        return _Basis(own, own, None, ())  # the table's amount is for full time, whatever the ad offers
    if stated is not None and stated >= FULL_TIME[0]:
        return _Basis(stated, stated, None, ())
    if stated is not None:
        return _Basis(*FULL_TIME, None if by_hour or "full_time" in pay.tags else stated, ("full_time_equivalent",))
    if hours is not None and hours.low and hours.high and FULL_TIME[0] <= hours.low <= hours.high:
        return _Basis(hours.low, hours.high, None, ("hours_range",))
    return _Basis(*FULL_TIME, None, ("hours_unstated",))


Band = tuple[float | None, float | None]


def _month(value: float | None, unit: str, basis: _Basis, weeks: float) -> Band:
    if value is None:
        return (None, None)
    if unit == "hour":
        return (_cents(value * basis.low * weeks), _cents(value * basis.high * weeks))
    amount = {"day": value * _WORKDAYS * weeks, "week": value * weeks, "month": value, "year": value / 12}[unit]
    if basis.stated is None:
        return (_cents(amount), _cents(amount))
    return (_cents(amount * basis.low / basis.stated), _cents(amount * basis.high / basis.stated))


def _rates(low: float, unit: str, basis: _Basis, weeks: float) -> Band:
    """The posted lower end in €/h: at the most hours it may be paid for, and at the fewest."""
    if unit == "hour":
        return (low, low)
    amount = {"day": low * _WORKDAYS * weeks, "week": low * weeks, "month": low, "year": low / 12}[unit]
    most, fewest = (basis.stated, basis.stated) if basis.stated else (basis.high, basis.low)
    return (_cents(amount / (most * weeks)), _cents(amount / (fewest * weeks)))


def _cents(value: float) -> float:
    return round(value + 1e-9, 2)
