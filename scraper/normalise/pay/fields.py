"""Pay from a source's own fields (search API, schema.org, applicant tracking); nothing unknown is guessed."""

import re
from dataclasses import replace

from scraper.model import Bound, Origin, Pay, PayUnit, RawPay
from scraper.normalise.pay.amounts import amounts
from scraper.normalise.pay.checks import PLAUSIBLE
from scraper.normalise.pay.choice import choose
from scraper.normalise.pay.numbers import value
from scraper.normalise.pay.statements import find
from scraper.normalise.pay.tariffs import tariffs
from scraper.normalise.text import fold

_PERIODS: dict[PayUnit, tuple[str, ...]] = {
    "hour": ("hour", "hours", "hourly", "hr", "hrs", "h", "stunde", "stunden", "std", "stündlich", "stundenlohn", "stundensatz"),
    "day": ("day", "days", "daily", "tag", "tage", "täglich", "tagessatz", "tagesgage", "diem"),
    "week": ("week", "weeks", "weekly", "wk", "woche", "wöchentlich", "wochenlohn", "wee"),
    "month": (
        "month",
        "months",
        "monthly",
        "mon",
        "mo",
        "monat",
        "monate",
        "monatlich",
        "monatl",
        "mtl",
        "monatsgehalt",
        "monatslohn",
        "pm",
        "bruttomonatsgehalt",
        "monatsbrutto",
    ),
    "year": (
        "year",
        "years",
        "yearly",
        "yr",
        "annual",
        "annually",
        "annum",
        "ann",
        "jahr",
        "jahre",
        "jährlich",
        "jährl",
        "jahresgehalt",
        "jahreslohn",
        "pa",
        "bruttojahresgehalt",
        "jahresbrutto",
    ),
}
_UNIT = {name: unit for unit, names in _PERIODS.items() for name in names}
_FILLER = frozenset(
    {
        "per",
        "pro",
        "je",
        "im",
        "in",
        "der",
        "a",
        "an",
        "brutto",
        "gross",
        "netto",
        "net",
        "salary",
        "wage",
        "pay",
        "gehalt",
        "lohn",
        "eur",
        "euro",
        "euros",
        "rate",
        "base",
        "bruttogehalt",
        "bruttolohn",
    }
)
_NOT_STATED = frozenset({"keine_angaben", "keine_angabe", "none", "null", "nicht_angegeben", ""})
_APPRENTICE = frozenset({"ausbildungsverguetung_nach_jahren", "ausbildungsverguetung"})
_SIGNS = {
    "€": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "eur": "EUR",
    "chf": "CHF",
    "fr": "CHF",
    "sfr": "CHF",
    "$": "USD",
    "us$": "USD",
    "usd": "USD",
    "£": "GBP",
    "gbp": "GBP",
}


def from_fields(raw: RawPay) -> tuple[Pay | None, tuple[str, ...]]:
    """One value from a source's pay fields, and notes on what had to be mended or could not be read.

    Origin is "field", or "portal_estimate" where the source guessed. Amounts whose declared unit is implausible carry
    "unit_implausible" and are not repaired.

    >>> pay, notes = from_fields(RawPay(period_text="STUNDENLOHN", low_text="15.5", high_text="17.0"))
    >>> pay and (pay.low, pay.high, pay.unit, notes)
    (15.5, 17.0, 'hour', ())
    >>> from_fields(RawPay(period_text="MONTH", low_text="0", high_text="0"))
    (None, ('pay: zero placeholder dropped',))
    """
    notes: list[str] = []
    tags: list[str] = []
    unit = _unit(raw.period_text, notes, tags)
    ends = _ends(raw, unit, notes)
    tariff = _tariff(raw.tariff_text, notes)
    read = choose(find(raw.text)) if raw.text else None
    if ends is None:
        return _from_text(raw, read, tariff, notes)
    low, high = ends
    quote = " | ".join(one for one in (raw.low_text, raw.high_text, raw.value_text, raw.period_text) if one)
    said = f"{raw.period_text or ''} {raw.kind_text or ''}".lower()
    gross = True if re.search(r"brutto|gross", said) else False if re.search(r"netto|\bnet\b", said) else None
    currency, assumed = _currency(raw, notes)
    pay = Pay(
        low,
        high,
        unit,
        currency,
        "portal_estimate" if raw.estimated else "field",
        _bound(low, high),
        gross,
        tariff=tariff,
        quote=quote,
    )
    warnings = [*assumed, *_doubts(pay)]
    if read is not None and not warnings and read.unit in {unit, None}:
        pay = replace(
            pay,
            gross=pay.gross if pay.gross is not None else read.gross,
            tariff=pay.tariff or read.tariff,
            payments=read.payments,
            hours=read.hours,
        )
    tags += ["net"] if pay.gross is False else []
    return replace(pay, warnings=tuple(warnings), tags=tuple(tags)), tuple(notes)


def _from_text(raw: RawPay, read: Pay | None, tariff: str | None, notes: list[str]) -> tuple[Pay | None, tuple[str, ...]]:
    origin: Origin = "portal_estimate" if raw.estimated else "field"
    if read is not None:
        origin = read.origin if read.origin == "tariff" and not raw.estimated else origin
        read = replace(read, origin=origin, span=None, quote=raw.text, tariff=read.tariff or tariff)
        return replace(read, warnings=tuple(dict.fromkeys((*read.warnings, *_doubts(read))))), tuple(notes)
    if raw.text and re.search(r"\d", raw.text):
        notes.append(f"pay: no pay read in {raw.text[:80]!r}")
    if tariff is not None:
        return Pay(
            None,
            None,
            None,
            "EUR",
            "portal_estimate" if raw.estimated else "tariff",
            None,
            tariff=tariff,
            quote=raw.tariff_text,
            tags=("tariff_only",),
        ), tuple(notes)
    return None, tuple(notes)


def _unit(text: str | None, notes: list[str], tags: list[str]) -> PayUnit | None:
    if text is None or text.strip().lower() in _NOT_STATED:
        return None
    plain = text.strip().lower()
    if plain in _APPRENTICE:
        tags.append("azubi")
        notes.append(f"pay: period {text!r} names no unit")
        return None
    words = re.findall(r"[a-zäöüß]+", re.sub(r"\bp\.?\s?([am])\b\.?", r" p\1 ", plain))
    known = {_UNIT[word] for word in words if word in _UNIT}
    strange = [word for word in words if word not in _UNIT and word not in _FILLER]
    counts = [int(one) for one in re.findall(r"\d{1,4}", plain)]
    if len(known) != 1 or strange or any(one != 1 for one in counts):
        notes.append(f"pay: unknown period {text[:60]!r}")
        return None
    return known.pop()


def _ends(raw: RawPay, unit: PayUnit | None, notes: list[str]) -> tuple[float | None, float | None] | None:
    """Both ends; None where the fields hold no amount."""
    low, high, single = (_number(text, unit, notes) for text in (raw.low_text, raw.high_text, raw.value_text))
    if (
        low is None
        and high is None
        and single is None
        and raw.value_text
        and (found := amounts(fold(raw.value_text).low))
        and found[0].ranged
    ):
        low, high = found[0].low, found[0].high
    if any(one == 0 for one in (low, high, single)) and not any((low, high, single)):
        notes.append("pay: zero placeholder dropped")
        return None
    low, high, single = low or None, high or None, single or None
    if low is None and high is None:
        return None if single is None else (single, single)
    if low is not None and high is not None and low > high:
        notes.append("pay: ends were swapped")
        low, high = high, low
    return low, high


def _number(text: str | None, unit: PayUnit | None, notes: list[str]) -> float | None:
    if text is None or not text.strip():
        return None
    plain = re.sub(r"(?i)€|eur(?:o|os)?\b|chf|\$|brutto|gross|ca\.|ab\b|bis\b", "", fold(text).text).strip(" \t\n.-–")
    if re.fullmatch(r"\d+(?:\.\d+)?[eE]\+?\d{1,2}", plain):
        return round(float(plain), 2)
    if re.fullmatch(r"(?i)\d{1,3}(?:[.,]\d{1,2})?\s?k", plain):
        return (value(plain[:-1].strip()) or 0) * 1000
    number = value(plain)
    if number is None:
        notes.append(f"pay: not a number: {text[:60]!r}")
        return None
    if unit == "hour" and number > 1000 and re.fullmatch(r"\d{1,3}\.\d{3}", plain):
        notes.append(f"pay: {plain} per hour read with decimals")
        return round(float(plain), 3)
    return round(number, 2)


def _bound(low: float | None, high: float | None) -> Bound:
    if low is None:
        return "upto"
    if high is None:
        return "from"
    return "exact" if low == high else "range"


def _currency(raw: RawPay, notes: list[str]) -> tuple[str, tuple[str, ...]]:
    text = (raw.currency_text or "").strip()
    if not text:
        shown = f"{raw.low_text or ''}{raw.high_text or ''}{raw.value_text or ''}".lower()
        sign = next((code for mark, code in _SIGNS.items() if len(mark) != 2 and mark in shown), None)
        return (sign, ()) if sign else ("EUR", ("currency_assumed",))
    if text.lower().rstrip(".") in _SIGNS:
        return _SIGNS[text.lower().rstrip(".")], ()
    if re.fullmatch(r"[A-Za-z]{3}", text):
        return text.upper(), ()
    notes.append(f"pay: unknown currency {text[:20]!r}")
    return "XXX", ("currency_unknown",)  # ISO 4217: no currency


def _doubts(pay: Pay) -> list[str]:
    values = [one for one in (pay.low, pay.high) if one is not None]
    if pay.unit is None or not values or pay.currency not in {"EUR", "CHF"}:
        return []
    least, most = PLAUSIBLE[pay.unit]
    return [] if all(least <= one <= most for one in values) else ["unit_implausible"]


def _tariff(text: str | None, notes: list[str]) -> str | None:
    if not text or not text.strip():
        return None
    low = fold(text).low
    for shown in (low, f"entgeltgruppe {low}"):
        found = [one for one in tariffs(shown, [(0, len(shown))]) if one.group]
        if found:
            return min(found, key=lambda one: one.agreement is None).name
    notes.append(f"pay: unknown tariff {text[:60]!r}")
    return None
