"""Pay of vacancies as arrays: each posted end is an interval, whose ends are equal where the ad fixes its hours; pure."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from report.ads import Ads, Codes, Flags, Floats, Ints, PayKind
from report.context import WEEKS_PER_MONTH
from report.openings import Openings
from report.weighted import renumbered

SHORT_WEEK, LONG_WEEK = 35.0, 40.0  #: hours of full time in this trade: the band where an ad is silent
CENT = 0.005  #: amounts are compared to the cent


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """Euros gross a month at full time, one entry per vacancy (or per ad, where ads are counted)."""

    openings: Openings
    rows: Ints  #: places of the vacancies in `openings`
    pay: Ints  #: places of their statements in `openings.ads.pays`
    groups: Ints  #: number of the employer
    low: Floats  #: posted lower end at the fewest hours the ad leaves open
    low_max: Floats  #: at the most hours
    high: Floats  #: posted upper end; infinity where the ad names none ("from")
    high_max: Floats

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def employers(self) -> int:
        return int(self.groups.max()) + 1 if len(self.groups) else 0

    @property
    def posted(self) -> Flags:
        """Who posts a lower end; the others say "up to"."""
        return ~np.isnan(self.openings.ads.pays.low[self.pay])

    def alike(self, of: Callable[[PayKind], float]) -> Floats:
        """A number of each statement that depends on its kind alone."""
        return by_kind(self.openings.ads, self.pay, of)

    def at(self, hours: float) -> Floats:
        """Lower ends, reading silent ads at so many hours a week; ends open for another reason ("up to") stay at their middle."""
        fewest = self.alike(lambda kind: kind.basis_hours_low or SHORT_WEEK)
        most = self.alike(lambda kind: kind.basis_hours_high or LONG_WEEK)
        span = np.where(most > fewest, most - fewest, np.inf)
        share = np.where(self.posted, np.clip((hours - fewest) / span, 0.0, 1.0), 0.5)
        return np.asarray(self.low + (self.low_max - self.low) * share, dtype=np.float64)

    def only(self, keep: Flags) -> "Priced":
        """The vacancies marked."""
        low, low_max, high, high_max = (ends[keep] for ends in (self.low, self.low_max, self.high, self.high_max))
        return Priced(self.openings, self.rows[keep], self.pay[keep], renumbered(self.groups[keep]), low, low_max, high, high_max)


def priced(openings: Openings, rows: Ints, floor_eur_hour: float, ads: Ints | None = None) -> Priced:
    """Arrays of vacancies, all of which must have amounts.

    Args:
        openings: All vacancies.
        rows: Places of those wanted; one that stands there twice counts twice.
        floor_eur_hour: "Up to" ads carry no lower end: theirs lies between the legal floor and the stated maximum.
        ads: For each row the place of the ad to read; by default the one that speaks for the vacancy.
    """
    pay = openings.ads.pay[openings.first[rows] if ads is None else ads].astype(np.int64)
    pays = openings.ads.pays
    low, high = pays.low[pay], pays.high[pay]
    low_max, high_max = _or(pays.low_max[pay], low), _or(pays.high_max[pay], high)
    upto = np.isnan(low)
    low = np.where(upto, np.minimum(floor_eur_hour * SHORT_WEEK * WEEKS_PER_MONTH, high), low)
    low_max = np.where(upto, high_max, low_max)
    open_ended = by_kind(openings.ads, pay, lambda kind: kind.bound == "from") > 0
    single = np.isnan(high)
    high = np.where(single, np.where(open_ended, np.inf, low), high)
    high_max = np.where(single, np.where(open_ended, np.inf, low_max), high_max)
    groups = renumbered(openings.employer[rows])
    return Priced(openings, rows, pay, groups, low, np.maximum(low, low_max), high, np.maximum(high, high_max))


def by_kind(ads: Ads, pay: Ints | Codes, of: Callable[[PayKind], float]) -> Floats:
    """A number for each of these statements, reckoned once for each kind."""
    values = np.array([of(kind) for kind in ads.pays.kinds] or [0.0], np.float64)
    return np.asarray(values[ads.pays.kind[pay]], dtype=np.float64)


def _or(values: Floats, others: Floats) -> Floats:
    return np.where(np.isnan(values), others, values)
