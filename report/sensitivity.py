"""The same shares under other assumptions, so that a reader sees which of them matter; pure."""

from dataclasses import replace

import numpy as np

from report.ads import NONE, Flags, Floats, Ints
from report.claims import PayRange
from report.context import WEEKS_PER_MONTH, Floor
from report.evidence import SILENCES
from report.finding import Pair, Row
from report.openings import Openings, silences
from report.priced import CENT, LONG_WEEK, SHORT_WEEK, Priced, priced
from report.turnbull import turnbull
from report.weighted import median, total, weights

HOURS = (SHORT_WEEK, 38.5, LONG_WEEK)


def rows(claim: PayRange, openings: Openings, asked: Ints, pay: Priced, floor: Floor) -> tuple[Row, ...]:
    """The headline and its variants, leaving out those that would count nothing."""
    made = [
        _row("headline", claim, pay, (pay.low, pay.low_max)),
        *(_row(f"hours_{hours:g}", claim, pay, (ends := pay.at(hours), ends)) for hours in HOURS),
        _factor(claim, pay),
        *_subsets(claim, pay),
        _tariff(claim, openings, asked, floor),
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
    middle = median(low, weight)

    def share(certain: Flags, possible: Flags) -> Pair:
        return total(certain, weight), total(possible, weight)

    return Row(
        name,
        len(pay),
        pay.employers,
        (middle, middle if low is high else median(high, weight)),
        share(high < bottom, low < bottom),
        share((low >= bottom) & (high <= top), (low <= top) & (high >= bottom)),
        share(low > top, high > top),
    )


def _subsets(claim: PayRange, pay: Priced) -> list[Row | None]:
    """Without agencies, only roles that say they are for beginners, only fixed months, without figures under the legal floor."""
    openings = pay.openings
    tests: dict[str, Flags] = {
        "without_agencies": openings.agency.unknown[pay.rows],
        "entry_only": openings.level.are("entry")[pay.rows],
        "hours_known": pay.posted & (pay.low_max <= pay.low),
        "above_floor": pay.alike(lambda kind: "below_legal_floor" in kind.warnings.split(",")) == 0,
    }
    made: list[Row | None] = []
    for name, test in tests.items():
        part = pay.only(test)
        made.append(_row(name, claim, part, (part.low, part.low_max)) if 0 < len(part) < len(pay) else None)
    return made


def _factor(claim: PayRange, pay: Priced) -> Row | None:
    """Every month counted as 52/12 weeks, also under the tariffs that count 4.348."""
    factors = pay.alike(lambda kind: WEEKS_PER_MONTH / (kind.weeks_per_month or WEEKS_PER_MONTH))
    if np.allclose(factors, 1.0, rtol=1e-6):
        return None
    return _row("factor_52_12", claim, pay, (pay.low * factors, pay.low_max * factors))


def _tariff(claim: PayRange, openings: Openings, asked: Ints, floor: Floor) -> Row | None:
    """With table values for ads that name a tariff group but no amount: a marked layer, never in the headline."""
    pays = openings.ads.pays
    named = asked[openings.silence[asked] == SILENCES.index("tariff_only")]
    place = openings.ads.pay[openings.first[named]]
    named = named[~np.isnan(pays.low[place]) | ~np.isnan(pays.high[place])]
    if not len(named):
        return None
    speaking = asked[openings.silence[asked] == NONE]
    both = priced(openings, np.concatenate([speaking, named]), floor.eur_hour)
    return _row("with_tariff_tables", claim, both, (both.low, both.low_max))


def _ads(claim: PayRange, pay: Priced, floor: Floor) -> Row | None:
    """Every priced ad counts 1: what a table that takes no notice of copies and employers would say."""
    openings = pay.openings
    vacancy = np.repeat(np.arange(len(openings)), np.diff(openings.starts, append=len(openings.members)))
    counted = np.zeros(len(openings), dtype=np.bool_)
    counted[pay.rows] = True
    chosen = counted[vacancy] & (silences(openings.ads)[openings.members] == NONE)
    each = priced(openings, vacancy[chosen], floor.eur_hour, openings.members[chosen])
    return _row("ads", claim, each, (each.low, each.low_max), np.full(len(each), 1 / len(each)))


def _midpoint(claim: PayRange, pay: Priced) -> Row | None:
    """Middle of each posted range: answers another question, printed because others publish it."""
    part = pay.only(np.isfinite(pay.high))
    return _row("midpoint", claim, part, ((part.low + part.high) / 2, (part.low_max + part.high_max) / 2)) if len(part) else None


def _turnbull(claim: PayRange, pay: Priced) -> Row:
    """Pay anywhere in its posted range."""
    low, high, weight = _alike(pay.low, np.maximum(pay.high_max, pay.low_max), weights(pay.groups))
    left, right, mass = turnbull(low, high, weight)
    bottom, top = claim.low - CENT, claim.high + CENT
    return replace(
        _row("turnbull", claim, pay, (pay.low, pay.low)),
        median=(median(left, mass), median(right, mass)),
        below=(float(mass[right < bottom].sum()), float(mass[left < bottom].sum())),
        within=(
            float(mass[(left >= bottom) & (right <= top)].sum()),
            float(mass[(left <= top) & (right >= bottom)].sum()),
        ),
        above=(float(mass[left > top].sum()), float(mass[right > top].sum())),
    )


def _alike(low: Floats, high: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Different ranges only, each with the weight of all that are equal to it."""
    order = np.lexsort((high, low))
    low, high = low[order], high[order]
    starts = np.flatnonzero(np.concatenate([[True], (low[1:] != low[:-1]) | (high[1:] != high[:-1])]))
    return low[starts], high[starts], np.asarray(np.add.reduceat(weight[order], starts), dtype=np.float64)
