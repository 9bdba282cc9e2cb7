"""What a report is told besides ads and claims: place, day, legal floors, state of the sources; frozen values."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

WEEKS_PER_MONTH = 52 / 12  #: statutory pattern; the tariff factor 4.348 gives 0.3 % more


@dataclass(frozen=True, slots=True)
class Floor:
    """The legal minimum wage from a day on."""

    valid_from_on: date
    eur_hour: float

    def month(self, hours: float) -> float:
        """Euros a month at so many hours a week."""
        return self.eur_hour * hours * WEEKS_PER_MONTH


#: German minimum wage (MiLoV5 § 1); a profile for another country passes its own.
FLOORS = (Floor(date(2025, 1, 1), 12.82), Floor(date(2026, 1, 1), 13.90), Floor(date(2027, 1, 1), 14.60))


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source fared in its last run."""

    name: str
    state: str  #: ok, partial, failed, blocked, suspect, never
    last_ok_on: date | None = None
    ads: int = 0  #: open ads it shows
    note: str = ""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """An outside figure to hold against, never evidence: an occupation at all levels of experience, or a tariff's first step."""

    key: str  #: "92122", "TVöD-VKA E5 step 1"
    label: str
    region: str
    year: str  #: of the data; "" where it is not known
    low: float | None  #: lower quartile, or a tariff's first step (at 35 hours where it pays by the hour); euros a month
    median: float | None  #: None for a tariff
    high: float | None  #: upper quartile, or a tariff's first step (at 40 hours)
    kind: Literal["occupation", "tariff"] = "occupation"
    source: str = ""
    retrieved_on: date | None = None  #: day the figure was read; of a tariff the first day of its table


@dataclass(frozen=True, slots=True)
class Context:
    """Circumstances of one report."""

    town: str
    trade: str
    on: date  #: the day it speaks of
    database_state: str = ""  #: what identifies the rows read
    run: str = ""  #: id of the last run that brought or read ads again; the same stands in the log
    config_hash: str = ""
    version: str = ""
    seed: int = 1
    draws: int = 2000  #: resamples of the employers
    floors: tuple[Floor, ...] = FLOORS
    health: tuple[SourceHealth, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()
    observed_since: date | None = None  #: first complete crawl: weeks before it are not known
    demonstration: bool = False  #: the ads are made up, and the page must say so

    def floor(self, day: date) -> Floor:
        """The legal floor in force on a day; the earliest known one before that."""
        known = sorted(self.floors, key=lambda floor: floor.valid_from_on)
        return max((floor for floor in known if floor.valid_from_on <= day), key=lambda f: f.valid_from_on, default=known[0])

    @property
    def next_floor(self) -> Floor | None:
        """The next one already decided, or None."""
        later = [floor for floor in self.floors if floor.valid_from_on > self.on]
        return min(later, key=lambda floor: floor.valid_from_on, default=None)
