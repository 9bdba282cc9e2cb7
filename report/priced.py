"""Pay of vacancies as arrays: each posted end is an interval, whose ends are equal where the ad fixes its hours; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from report.context import WEEKS_PER_MONTH
from report.evidence import Vacancy
from report.weighted import Floats, Ints, numbered

SHORT_WEEK, LONG_WEEK = 35.0, 40.0  #: hours of full time in this trade: the band where an ad is silent
CENT = 0.005  #: amounts are compared to the cent


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """Euros gross a month at full time, one entry per vacancy."""

    vacancies: tuple[Vacancy, ...]
    groups: Ints  #: number of the employer
    low: Floats  #: posted lower end at the fewest hours the ad leaves open
    low_max: Floats  #: at the most hours
    high: Floats  #: posted upper end; infinity where the ad names none ("from")
    high_max: Floats

    def __len__(self) -> int:
        return len(self.vacancies)

    @property
    def employers(self) -> int:
        return int(self.groups.max()) + 1 if len(self.groups) else 0

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(vacancy.ad.id for vacancy in self.vacancies)

    def at(self, hours: float) -> Floats:
        """Lower ends, reading silent ads at so many hours a week; ends open for another reason ("up to") stay at their middle."""
        share = np.array([_share(vacancy, hours) for vacancy in self.vacancies], dtype=np.float64)
        return np.asarray(self.low + (self.low_max - self.low) * share, dtype=np.float64)

    def only(self, keep: Sequence[bool]) -> "Priced":
        """The vacancies marked True."""
        mask = np.array(list(keep), dtype=bool)
        chosen = tuple(vacancy for vacancy, kept in zip(self.vacancies, mask, strict=True) if kept)
        groups = numbered(vacancy.employer_key for vacancy in chosen)
        return Priced(chosen, groups, self.low[mask], self.low_max[mask], self.high[mask], self.high_max[mask])


def priced(vacancies: Sequence[Vacancy], floor_eur_hour: float) -> Priced:
    """Arrays of the vacancies given, all of which must have usable pay.

    "Up to" ads carry no lower end: theirs lies between the legal floor and the stated maximum.
    """
    rows = np.array([_ends(vacancy, floor_eur_hour) for vacancy in vacancies], dtype=np.float64).reshape(-1, 4)
    groups = numbered(vacancy.employer_key for vacancy in vacancies)
    return Priced(tuple(vacancies), groups, rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3])


def _ends(vacancy: Vacancy, floor_eur_hour: float) -> tuple[float, float, float, float]:
    ad = vacancy.ad
    high = ad.high_eur_month
    high_max = ad.high_eur_month_max if ad.high_eur_month_max is not None else high
    low = ad.low_eur_month
    low_max = ad.low_eur_month_max if ad.low_eur_month_max is not None else low
    if low is None or low_max is None:
        assert high is not None and high_max is not None  # `silence` lets nothing else through
        low, low_max = min(floor_eur_hour * SHORT_WEEK * WEEKS_PER_MONTH, high), high_max
    if high is None or high_max is None:
        open_end = ad.pay_bound == "from"
        high, high_max = (np.inf, np.inf) if open_end else (low, low_max)
    return low, max(low, low_max), high, max(high, high_max)


def _share(vacancy: Vacancy, hours: float) -> float:
    """Where between its two ends a lower end lies at so many hours."""
    ad = vacancy.ad
    if ad.low_eur_month is None:
        return 0.5
    fewest, most = ad.basis_hours_low or SHORT_WEEK, ad.basis_hours_high or LONG_WEEK
    return min(1.0, max(0.0, (hours - fewest) / (most - fewest))) if most > fewest else 0.0
