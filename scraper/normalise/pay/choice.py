"""Which of several statements of pay is the ad's: rules 8 to 13 of the labels, and field against text."""

from dataclasses import replace

from scraper.model import Pay

_PER_MONTH = {"hour": 165.0, "day": 21.7, "week": 52 / 12, "month": 1.0, "year": 1 / 12}


def choose(pays: tuple[Pay, ...] | list[Pay], town: str = "Duisburg") -> Pay | None:
    """The primary statement; None where there is none. Estimates are never chosen.

    A structured field goes before the text unless its unit is unknown or implausible; where the two disagree, the chosen one
    carries "field_text_disagree". `town` is preferred where amounts are listed by place.
    """
    real = [pay for pay in pays if pay.origin != "portal_estimate"]
    fields = [pay for pay in real if pay.origin == "field" and _amount(pay) is not None]
    texts = [pay for pay in real if pay.origin != "field" and _amount(pay) is not None]
    text = _best(texts, town)
    sound = [pay for pay in fields if pay.unit is not None and "unit_implausible" not in pay.warnings]
    if sound:
        field = _best(sound, town)
        return _flagged(field, text) if field and text else field
    if text is not None:
        return _flagged(text, fields[0]) if fields else text
    if fields:
        return fields[0]
    return next((pay for pay in real if pay.tariff), None)


def _amount(pay: Pay) -> float | None:
    return pay.low if pay.low is not None else pay.high


def _flagged(chosen: Pay, other: Pay) -> Pay:
    """The chosen one, with a word where the other says something else; tariff and hours it lacks are taken over."""
    one, two = _month(chosen), _month(other)
    if one and two and not 0.8 <= one / two <= 1.25:
        return replace(chosen, warnings=tuple(dict.fromkeys((*chosen.warnings, "field_text_disagree"))))
    return replace(
        chosen,
        hours=chosen.hours or other.hours,
        tariff=chosen.tariff or other.tariff,
        payments=chosen.payments or other.payments,
    )


def _month(pay: Pay) -> float | None:
    value = _amount(pay)
    return value * _PER_MONTH[pay.unit] if value is not None and pay.unit else None


def _best(pays: list[Pay], town: str) -> Pay | None:
    """The lowest rank; the lowest amount among equals of one unit, else the first stated."""
    if not pays:
        return None
    least = min(_rank(pay, pays, town) for pay in pays)
    equals = [pay for pay in pays if _rank(pay, pays, town) == least]
    first = equals[0]
    same = [pay for pay in equals if pay.unit == first.unit and pay.currency == first.currency]
    return min(same, key=lambda pay: _amount(pay) or 0.0)


def _fewer_hours(pay: Pay, pays: list[Pay]) -> int:
    """How many statements of this unit are for more hours: "40 Std. 2.600 €, 35 Std. 2.275 €"."""
    if pay.unit == "hour" or pay.hours is None:
        return 0
    return sum(one.hours is not None and one.hours > pay.hours for one in pays if one.unit == pay.unit)


def _rank(pay: Pay, pays: list[Pay], town: str) -> tuple[int, ...]:
    tags = set(pay.tags)
    bases = any("full_time" in one.tags for one in pays)
    places = any(f"place:{town}" in one.tags for one in pays)
    return (
        int(pay.gross is False),
        int(places and f"place:{town}" not in tags),
        int("variable_incl" in tags),
        int("fixed" not in tags and any("fixed" in one.tags for one in pays)),
        int("stage_later" in tags),
        int(bases and "full_time" not in tags and pay.unit != "hour"),
        int("part_time" in tags and pay.unit != "hour"),
        _fewer_hours(pay, pays),
    )
