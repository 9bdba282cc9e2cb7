"""What the text of one pay field says: a number, or words about it ("ab 2.500 €", "2.400 - 2.800 brutto", "32 T€")."""

import re
from dataclasses import dataclass

from scraper.model import PayUnit
from scraper.normalise.pay import units
from scraper.normalise.pay.amounts import amounts
from scraper.normalise.pay.numbers import value
from scraper.normalise.text import fold

_SIGNS = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "eur": "EUR", "chf": "CHF", "fr": "CHF", "sfr": "CHF", "$": "USD", "us$": "USD",
    "usd": "USD", "£": "GBP", "gbp": "GBP",
}  # fmt: skip
_CURRENCY = re.compile(r"(?i)€|eur(?:o|os)?\b|chf|\$|£")
_POWER = re.compile(r"\d+(?:\.\d+)?[eE]\+?\d{1,2}")
_NEGATIVE = re.compile(r"\s*[-\u2212]\s*\d[\d.,]*\s*\Z")


@dataclass(frozen=True, slots=True)
class Said:
    """Both ends, equal for a single amount, one of them None for a bound; what else the text names."""

    low: float | None
    high: float | None
    unit: PayUnit | None = None
    currency: str | None = None
    gross: bool | None = None


def said(text: str | None, unit: PayUnit | None, notes: list[str]) -> Said | None:
    """What a field's text says; None where it is no amount, with a note unless it is empty.

    >>> said("ab 2.500 € brutto", "month", [])
    Said(low=2500.0, high=None, unit=None, currency='EUR', gross=True)
    >>> said("-1", "month", notes := []), notes
    (None, ["pay: not a number: '-1'"])
    """
    if text is None or not text.strip():
        return None
    plain = _CURRENCY.sub("", fold(text).text).strip(" \t\n.")
    if _NEGATIVE.match(plain):
        notes.append(f"pay: not a number: {text[:60]!r}")
        return None
    number = _number(plain, unit, notes)
    return Said(number, number) if number is not None else _read(text, notes)


def _number(plain: str, unit: PayUnit | None, notes: list[str]) -> float | None:
    if _POWER.fullmatch(plain):
        return round(float(plain), 2)
    number = value(plain)
    if number is not None and unit == "hour" and number > 1000 and re.fullmatch(r"\d{1,3}\.\d{3}", plain):
        notes.append(f"pay: {plain} per hour read with decimals")
        return round(float(plain), 3)
    return None if number is None else round(number, 2)


def _read(text: str, notes: list[str]) -> Said | None:
    """Words with one amount or range in them."""
    low = fold(text).low
    found = amounts(low)
    if len(found) != 1:
        notes.append(f"pay: not a number: {text[:60]!r}")
        return None
    one = found[0]
    bound = "range" if one.ranged else units.bound(low[: one.start], low[one.end :])
    return Said(
        None if bound == "upto" else one.low,
        None if bound == "from" else one.high,
        units.first_unit(low[: one.start] + low[one.end :], one.low, one.high),
        one.currency,
        units.gross(low),
    )


def currency_code(text: str) -> str | None:
    """The ISO code of a currency as sources write it; None where it is none.

    >>> currency_code("Euro"), currency_code("Fr."), currency_code("pln"), currency_code("XYZ1")
    ('EUR', 'CHF', 'PLN', None)
    """
    plain = text.strip().lower().rstrip(".")
    if plain in _SIGNS:
        return _SIGNS[plain]
    return plain.upper() if re.fullmatch(r"[a-z]{3}", plain) else None


def shown_currency(*texts: str | None) -> str | None:
    """The currency whose sign or name stands in a field's texts."""
    shown = " ".join(one for one in texts if one).lower()
    return next((code for mark, code in _SIGNS.items() if len(mark) != 2 and mark in shown), None)
