"""Do 95 % intervals hold the truth in 95 of 100 markets? Draws seeded markets and counts (figures in docs/statistics.md).

    python -m bench.coverage [markets]

Employers differ from each other more than the vacancies of one do, some have many vacancies, amounts are round, and two in seven
vacancies are silent. Truth is the distribution from which employers are drawn, computed from 20,000 of them.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np

from report.claims import PayRange
from report.collect import collect
from report.context import Context
from report.estimate import pay_range
from report.evidence import Ad
from report.listed import Listed
from report.openings import Openings, gather
from report.priced import CENT

CLAIM = PayRange("entry_pay", {"en": "2,400 to 2,800"}, "", "entry", 2400.0, 2800.0)
WANTED = (0.92, 0.98)


def employer(rng: np.random.Generator, middle: float) -> np.ndarray:
    """Posted lower ends of one employer's priced vacancies, rounded to 10 €."""
    own = rng.normal(middle, 150)
    count = int(rng.choice([1, 1, 1, 2, 3, 5, 12]))
    return np.round(rng.normal(own, 60, count), -1)


def truth(middle: float) -> dict[str, float]:
    """Shares and median over employers, each weighing 1."""
    rng = np.random.default_rng(99)
    drawn = [employer(rng, middle) for _ in range(20_000)]
    tests: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "below": lambda low: low < CLAIM.low - CENT,
        "within": lambda low: (low >= CLAIM.low - CENT) & (low <= CLAIM.high + CENT),
        "above": lambda low: low > CLAIM.high + CENT,
    }
    found = {name: float(np.mean([test(low).mean() for low in drawn])) for name, test in tests.items()}
    values = np.concatenate(drawn)
    weight = np.concatenate([np.full(len(low), 1 / len(low)) for low in drawn])
    order = np.argsort(values)
    reached = np.cumsum(weight[order])
    return found | {"median_low": float(values[order][np.searchsorted(reached, reached[-1] / 2)])}


def market(rng: np.random.Generator, employers: int, middle: float) -> list[Ad]:
    """Ads of so many employers; each priced vacancy is joined by silent ones."""
    ads: list[Ad] = []
    for number in range(employers):
        for low in employer(rng, middle):
            first = len(ads) + 1
            silent = Ad(first, first, "bench", "", "", employer_key=str(number), level="entry")
            ads.append(replace(silent, pay_origin="text", low_eur_month=low, low_eur_month_max=low))
            if rng.random() < 0.4:
                ads.append(replace(silent, id=first + 1, vacancy_id=first + 1))
    return ads


def _openings(ads: list[Ad]) -> Openings:
    known = collect(Listed(ads))
    return gather(known, np.ones(len(known), dtype=np.bool_))


def main(markets: int = 500) -> int:
    """Print one line per number of employers and measure; 1 if a rate lies outside 92–98 %."""
    context = Context("Bench", "bench", date(2026, 11, 22))
    middles = (2450.0, 2600.0, 2750.0)
    known = {middle: truth(middle) for middle in middles}
    total: dict[str, list[bool]] = {}
    wide = False
    for low, high in ((10, 14), (15, 24), (25, 40)):
        held: dict[str, list[bool]] = {}
        for seed in range(markets // 3 + 1):
            rng = np.random.default_rng([seed, low])
            middle = middles[seed % 3]
            found = pay_range(CLAIM, _openings(market(rng, int(rng.integers(low, high + 1)), middle)), context)
            for name, value in known[middle].items():
                measure = found.measure(name)
                assert measure and measure.interval
                inside = measure.interval[0] - 1e-9 <= value <= measure.interval[1] + 1e-9
                held.setdefault(name, []).append(inside)
                total.setdefault(name, []).append(inside)
        print(f"{low:>2}–{high} employers", *(f"{name} {np.mean(hits):6.1%}" for name, hits in held.items()), sep="   ")
    for name, hits in total.items():
        rate = float(np.mean(hits))
        wide = wide or not WANTED[0] <= rate <= WANTED[1]
        print(f"all {len(hits)} markets   {name} {rate:.1%}")
    return int(wide)


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
