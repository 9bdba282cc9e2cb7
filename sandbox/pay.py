"""What a job pays and how an ad puts it: drawing amounts, and writing them in the many forms of German ads.

Legal floor: 13.90 € an hour from 2026-01-01. A month has 52/12 weeks.
"""

from random import Random

from sandbox.values import Band, Bound, Level, PostedPay, Unit, Where

WEEKS_PER_MONTH = 52 / 12
LEGAL_FLOOR = 13.90  #: € an hour in 2026
CLAIM = (2400.0, 2800.0)  #: the article's band, € a month
MARGIN = 9.0  #: € a month that drawn amounts keep from the edges of the band, so that rounding never decides
#: from where to where the lower ends of a band are drawn, € a month
_RANGES: dict[Band, tuple[float, float]] = {"below": (2190, 2385), "within": (2420, 2780), "above": (2830, 3300)}
_LEVEL_FACTOR: dict[Level, tuple[float, float]] = {
    "entry": (1.0, 1.0),
    "unknown": (1.0, 1.05),
    "experienced": (1.12, 1.25),
    "lead": (1.3, 1.45),
    "apprentice": (0.43, 0.47),
}
_CURRENCY = ("€", "€", "€", "Euro", "EUR")

_WORDING: dict[tuple[Unit, Bound], tuple[str, ...]] = {
    ("month", "range"): (
        "{a} – {b} {c} brutto/Monat",
        "{a} bis {b} {c} brutto im Monat",
        "Ein Monatsgehalt zwischen {a} und {b} {c} brutto",
        "Monatliches Bruttogehalt: {a} - {b} {c}",
        "Gehalt: {a}–{b} {c} brutto mtl.",
        "von {a} {c} bis {b} {c} brutto monatlich",
    ),
    ("month", "exact"): (
        "{a} {c} brutto im Monat",
        "Monatsgehalt: {a} {c} brutto",
        "Ein Bruttomonatsgehalt von {a} {c}",
        "Gehalt {a} {c} brutto/Monat",
    ),
    ("month", "from"): (
        "Gehalt ab {a} {c} brutto/Monat",
        "Mindestens {a} {c} brutto monatlich",
        "Einstiegsgehalt ab {a} {c} brutto im Monat",
    ),
    ("hour", "range"): (
        "{a} – {b} {c}/Std. brutto",
        "Stundenlohn zwischen {a} und {b} {c}",
        "{a} bis {b} {c} pro Stunde",
        "Stundenlohn: {a}-{b} {c} brutto",
    ),
    ("hour", "exact"): (
        "Stundenlohn {a} {c}",
        "{a} {c} brutto pro Stunde",
        "Wir zahlen {a} {c} in der Stunde",
        "Bruttostundenlohn: {a} {c}",
    ),
    ("hour", "from"): ("ab {a} {c}/Std.", "Stundenlohn ab {a} {c} brutto", "Mindestens {a} {c} pro Stunde"),
    ("year", "range"): ("{a} – {b} {c} p. a.", "Jahresgehalt zwischen {a} und {b} {c} brutto", "{a} bis {b} {c} brutto im Jahr"),
    ("year", "exact"): ("{a} {c} p. a.", "Bruttojahresgehalt: {a} {c}"),
    ("year", "from"): ("Jahresgehalt ab {a} {c} brutto", "ab {a} {c} p. a."),
}


def band_of(month: float) -> Band:
    """Where a monthly lower end stands; the edges belong to the band.

    >>> band_of(2400.0), band_of(2800.01)
    ('within', 'above')
    """
    if month < CLAIM[0]:
        return "below"
    return "within" if month <= CLAIM[1] else "above"


def draw_hours(band: Band, rng: Random) -> float:
    """Weekly full-time hours; below the band only short weeks are legal (40 h at the floor are 2,409 € a month)."""
    return rng.choice((35.0, 36.0, 37.5) if band == "below" else (35.0, 37.5, 38.5, 39.0, 40.0, 40.0))


def draw_base(band: Band, hours: float, rng: Random) -> float:
    """A lower end in the band, € a month at full time, never under the legal floor."""
    low, high = _RANGES[band]
    floor = LEGAL_FLOOR * hours * WEEKS_PER_MONTH + 12
    return rng.uniform(max(low, floor), max(high, floor + 1))


def at_level(base: float, level: Level, rng: Random) -> tuple[float, float]:
    """True pay of an opening, lower and upper end, € a month at full time."""
    low = base * rng.uniform(*_LEVEL_FACTOR[level])
    return low, low * rng.uniform(1.03, 1.2)


def posted(low: float, high: float, unit: Unit, hours: float, rng: Random) -> PostedPay:
    """Pay as an ad posts it, rounded as people round, in the same band as the true lower end.

    Args:
        low: True lower end, € a month at full time.
        high: True upper end.
        unit: What the ad states.
        hours: Weekly full-time hours that the amounts rest on.
        rng: Chooses bound and place.
    """
    bound: Bound = rng.choices(("range", "exact", "from"), (5, 3, 2))[0]
    first = _rounded(low, unit, hours)
    second = max(_scaled(high, unit, hours, 1), _scaled(first * _month_factor(unit, hours), unit, hours, 1.04))
    if bound != "range":
        second = first
    places: tuple[Where, ...] = ("field", "both", "text")
    where = rng.choices(places, {"hour": (5, 3, 2), "month": (0, 0, 1), "year": (0, 1, 2)}[unit])[0]
    return PostedPay(first, None if bound == "from" else second, unit, bound, where)


def monthly(pay: PostedPay | None, hours: float | None) -> tuple[float, float] | None:
    """The posted lower end as € a month; None without amount.

    Both ends are equal where the ad fixes them, else they are those at 35 and 40 hours.

    By the month counts as stated; by the year is a twelfth; by the hour times weekly hours times 52/12.

    >>> monthly(PostedPay(15.0, 15.0, "hour", "exact", "text"), 40.0)
    (2600.0, 2600.0)
    >>> monthly(PostedPay(15.0, 15.0, "hour", "exact", "text"), None)
    (2275.0, 2600.0)
    """
    if pay is None or pay.low is None:
        return None
    if pay.unit == "hour":
        few, many = (hours, hours) if hours is not None else (35.0, 40.0)
        return round(pay.low * few * WEEKS_PER_MONTH, 2), round(pay.low * many * WEEKS_PER_MONTH, 2)
    value = round(pay.low / (12 if pay.unit == "year" else 1), 2)
    return value, value


def wording(pay: PostedPay, rng: Random) -> str:
    """The pay as a line of an ad; one wording for one state of the generator, whatever the amounts."""
    assert pay.unit is not None and pay.bound is not None and pay.low is not None
    form = rng.choice(_WORDING[pay.unit, pay.bound])
    currency = rng.choice(_CURRENCY)
    style = rng.random()
    high = pay.low if pay.high is None else pay.high
    return form.format(a=_number(pay.low, pay.unit, style), b=_number(high, pay.unit, style), c=currency)


def _month_factor(unit: Unit, hours: float) -> float:
    """€ a month for one € per unit."""
    return {"hour": hours * WEEKS_PER_MONTH, "month": 1.0, "year": 1 / 12}[unit]


def _scaled(month: float, unit: Unit, hours: float, factor: float) -> float:
    step = {"hour": 0.1, "month": 10.0, "year": 100.0}[unit]
    return round(round(month * factor / _month_factor(unit, hours) / step) * step, 2)


def _rounded(low: float, unit: Unit, hours: float) -> float:
    """The nearest round amount that stays in the band and off its edges."""
    band, step = band_of(low), {"hour": 0.05, "month": 10.0, "year": 100.0}[unit]
    start = round(low / _month_factor(unit, hours) / step)
    for shift in (0, 1, -1, 2, -2, 3, -3, 4, -4):
        value = round((start + shift) * step, 2)
        month = value * _month_factor(unit, hours)
        if band_of(month) == band and all(abs(month - edge) >= MARGIN for edge in CLAIM):
            return value
    return round(start * step, 2)


def _number(value: float, unit: Unit, style: float) -> str:
    """German figures: 15,20 by the hour; 2.450, 2450 or 2.450,00 else."""
    if unit == "hour":
        return f"{value:.2f}".replace(".", ",")
    plain = f"{value:,.0f}".replace(",", ".")
    if style < 0.6:
        return plain
    return plain.replace(".", "") if style < 0.8 else f"{plain},00"
