"""Pay from a source's own fields (search API, schema.org, applicant tracking); nothing unknown is guessed."""

import re
from dataclasses import replace

from scraper.model import Bound, Origin, Pay, RawPay
from scraper.normalise.pay import units
from scraper.normalise.pay.checks import PLAUSIBLE
from scraper.normalise.pay.choice import choose
from scraper.normalise.pay.field_values import Said, currency_code, said, shown_currency
from scraper.normalise.pay.periods import unit_of
from scraper.normalise.pay.statements import find
from scraper.normalise.pay.tariffs import tariffs
from scraper.normalise.text import fold


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
    unit = unit_of(raw.period_text, notes, tags)
    group = _named(raw.value_text)
    texts = (raw.low_text, raw.high_text, None if group else raw.value_text)
    low, high, single = (said(text, unit, notes) for text in texts)
    ends = _ends(low, high, single, notes)
    tariff = _tariff(raw.tariff_text, notes) or group
    read = choose(find(raw.text) or find(f"Gehalt: {raw.text}")) if raw.text else None  # a field of pay needs no word for it
    if ends is None:
        return _from_text(raw, read, tariff, notes)
    beside = [one for one in (low, high, single) if one]
    if not raw.period_text:
        unit = next((one.unit for one in beside if one.unit), None)
    gross = units.gross(f"{raw.period_text or ''} {raw.kind_text or ''}".lower())
    if gross is None:
        gross = next((one.gross for one in beside if one.gross is not None), None)
    currency, assumed = _currency(raw, next((one.currency for one in beside if one.currency), None), notes)
    quote = " | ".join(one for one in (*texts, raw.period_text) if one)
    origin: Origin = "portal_estimate" if raw.estimated else "field"
    pay = Pay(*ends, unit, currency, origin, _bound(*ends), gross, tariff=tariff, quote=quote)
    warnings = (*assumed, *_doubts(pay))
    if read is not None and not warnings and read.unit in {unit, None}:
        pay = _filled(pay, read)
    tags += ["net"] if pay.gross is False else []
    return replace(pay, warnings=warnings, tags=tuple(tags)), tuple(notes)


def _filled(pay: Pay, read: Pay) -> Pay:
    """The field's value with what the sentence beside it says besides."""
    gross = pay.gross if pay.gross is not None else read.gross
    return replace(pay, gross=gross, tariff=pay.tariff or read.tariff, payments=read.payments, hours=read.hours)


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


def _ends(low: Said | None, high: Said | None, single: Said | None, notes: list[str]) -> tuple[float | None, float | None] | None:
    """Both ends; None where the fields hold no amount."""
    least = None if low is None else low.low if low.low is not None else low.high
    most = None if high is None else high.high if high.high is not None else high.low
    if low is not None and low.low != low.high and high is None:
        least, most = low.low, low.high  # a range in the lower field
    if not (least or most) and single is not None:
        least, most = single.low, single.high
    if not (least or most):
        if any(one is not None for one in (low, high, single)):
            notes.append("pay: zero placeholder dropped")
        return None
    if least and most and least > most:
        notes.append("pay: ends were swapped")
        least, most = most, least
    return least or None, most or None


def _bound(low: float | None, high: float | None) -> Bound:
    if low is None:
        return "upto"
    if high is None:
        return "from"
    return "exact" if low == high else "range"


def _currency(raw: RawPay, said: str | None, notes: list[str]) -> tuple[str, tuple[str, ...]]:
    text = (raw.currency_text or "").strip()
    if not text:
        shown = said or shown_currency(raw.low_text, raw.high_text, raw.value_text)
        return (shown, ()) if shown else ("EUR", ("currency_assumed",))
    if code := currency_code(text):
        return code, ()
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


def _named(text: str | None) -> str | None:
    """An agreement's group where an amount was due: "Nach TVöD E 6"."""
    if not text or not any(char.isalpha() for char in text):
        return None
    low = fold(text).low
    return next((one.name for one in tariffs(low, [(0, len(low))]) if one.agreement and one.group), None)
