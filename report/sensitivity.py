"""The same shares under other assumptions, so that a reader sees which of them matter; pure."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from report.claims import PayRange
from report.context import WEEKS_PER_MONTH, Floor
from report.evidence import Vacancy, silence
from report.finding import Pair, Row
from report.priced import CENT, LONG_WEEK, SHORT_WEEK, Priced, priced
from report.weighted import Flags, Floats, median, total, turnbull, weights

HOURS = (SHORT_WEEK, 38.5, LONG_WEEK)


def rows(claim: PayRange, vacancies: Sequence[Vacancy], pay: Priced, floor: Floor) -> tuple[Row, ...]:
    """The headline and its variants, leaving out those that would count nothing."""
    made = [
        _row("headline", claim, pay, (pay.low, pay.low_max)),
        *(_row(f"hours_{hours:g}", claim, pay, (pay.at(hours), pay.at(hours))) for hours in HOURS),
        _factor(claim, pay),
        *_subsets(claim, pay),
        _tariff(claim, vacancies, floor),
        _ads(claim, pay, floor),
        _row("each_vacancy_1", claim, pay, (pay.low, pay.low_max), np.full(len(pay), 1 / len(pay))),
        _midpoint(claim, pay),
        _turnbull(claim, pay),
    ]
    return tuple(row for row in made if row is not None)


def _row(name: str, claim: PayRange, pay: Priced, ends: tuple[Floats, Floats], weight: Floats | None = None) -> Row:
    low, high = ends
    weight = weights(pay.groups) if weight is None else weight
    bottom, top = claim.low - CENT, claim.high + CENT

    def share(certain: Flags, possible: Flags) -> Pair:
        return total(certain, weight), total(possible, weight)

    return Row(
        name,
        len(pay),
        pay.employers,
        (median(low, weight), median(high, weight)),
        share(high < bottom, low < bottom),
        share((low >= bottom) & (high <= top), (low <= top) & (high >= bottom)),
        share(low > top, high > top),
    )


def _subsets(claim: PayRange, pay: Priced) -> list[Row | None]:
    """Without agencies, only roles that say they are for beginners, without figures under the legal floor."""
    tests: tuple[tuple[str, Callable[[Vacancy], bool]], ...] = (
        ("without_agencies", lambda vacancy: vacancy.agency is None),
        ("entry_only", lambda vacancy: vacancy.level == "entry"),
        ("hours_known", lambda vacancy: vacancy.ad.low_eur_month is not None and not _open(vacancy)),
        ("above_floor", lambda vacancy: "below_legal_floor" not in vacancy.ad.pay_warnings),
    )
    made: list[Row | None] = []
    for name, test in tests:
        part = pay.only([test(vacancy) for vacancy in pay.vacancies])
        made.append(_row(name, claim, part, (part.low, part.low_max)) if 0 < len(part) < len(pay) else None)
    return made


def _open(vacancy: Vacancy) -> bool:
    return (vacancy.ad.low_eur_month_max or 0.0) > (vacancy.ad.low_eur_month or 0.0)


def _factor(claim: PayRange, pay: Priced) -> Row | None:
    """Every month counted as 52/12 weeks, also under the tariffs that count 4.348."""
    factors = np.array([WEEKS_PER_MONTH / (vacancy.ad.weeks_per_month or WEEKS_PER_MONTH) for vacancy in pay.vacancies])
    if np.allclose(factors, 1.0, rtol=1e-6):
        return None
    return _row("factor_52_12", claim, pay, (pay.low * factors, pay.low_max * factors))


def _tariff(claim: PayRange, vacancies: Sequence[Vacancy], floor: Floor) -> Row | None:
    """With table values for ads that name a tariff group but no amount: a marked layer, never in the headline."""
    asked = [vacancy for vacancy in vacancies if vacancy.entry or claim.base == "all"]
    named = [v for v in asked if v.silence == "tariff_only" and (v.ad.low_eur_month or v.ad.high_eur_month) is not None]
    if not named:
        return None
    both = priced([v for v in asked if v.silence is None] + named, floor.eur_hour)
    return _row("with_tariff_tables", claim, both, (both.low, both.low_max))


def _ads(claim: PayRange, pay: Priced, floor: Floor) -> Row | None:
    """Every priced ad counts 1: what a table that takes no notice of copies and employers would say."""
    ads = [replace(vacancy, ads=(ad,)) for vacancy in pay.vacancies for ad in vacancy.ads if silence(ad) is None]
    each = priced(ads, floor.eur_hour)
    return _row("ads", claim, each, (each.low, each.low_max), np.full(len(each), 1 / len(each)))


def _midpoint(claim: PayRange, pay: Priced) -> Row | None:
    """Middle of each posted range: answers another question, printed because others publish it."""
    part = pay.only(np.isfinite(pay.high).tolist())
    return _row("midpoint", claim, part, ((part.low + part.high) / 2, (part.low_max + part.high_max) / 2)) if len(part) else None


def _turnbull(claim: PayRange, pay: Priced) -> Row | None:
    """Pay anywhere in its posted range: the likeliest distribution that needs no assumption about its shape."""
    weight = weights(pay.groups)
    ends, place = np.unique(np.column_stack([pay.low, np.maximum(pay.high_max, pay.low_max)]), axis=0, return_inverse=True)
    if len(ends) > 2000:  # the table of intervals would not fit memory, and the ends are too dense to matter
        return None
    left, right, mass = turnbull(ends[:, 0], ends[:, 1], np.bincount(place.ravel(), weights=weight).astype(np.float64))
    row = _row("turnbull", claim, pay, (pay.low, pay.low_max))
    bottom, top = claim.low - CENT, claim.high + CENT
    return replace(
        row,
        median=(median(left, mass), median(right, mass)),
        below=(float(mass[right < bottom].sum()), float(mass[left < bottom].sum())),
        within=(
            float(mass[(left >= bottom) & (right <= top)].sum()),
            float(mass[(left <= top) & (right >= bottom)].sum()),
        ),
        above=(float(mass[left > top].sum()), float(mass[right > top].sum())),
    )
