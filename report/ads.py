"""Ads as columns: what a million ads say apart is arrays of numbers, what many of them share is kept once; pure.

Ads stand in the order of their key (source and id there), employers in the order of their names: the order in which ads arrived,
and with it their numbers in the database, moves nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]
Rows = Sequence[tuple[Any, ...]]

NONE = -1  #: as a code or a place: there is none
FOREIGN = "foreign"  #: as a language: any but German


class Kind(NamedTuple):
    """What many ads have in common."""

    source: str
    level: str
    agency: str | None
    sector: str | None
    district: str | None
    work_time: str  #: comma list
    training: str  #: comma list
    career_changers: bool
    parser_version: str  #: of the rules that read it
    hours_said: bool  #: states weekly hours


class PayKind(NamedTuple):
    """What many statements of pay have in common."""

    origin: str | None
    currency: str | None
    bound: str | None
    gross: bool | None
    tags: str  #: comma list
    warnings: str  #: comma list
    hours: float | None
    weeks_per_month: float | None
    basis_hours_low: float | None
    basis_hours_high: float | None


class ColumnSource(Protocol):
    """Where columns come from: `storage.columns`, or `listed` for ads in memory. Batches of rows, in no order but `order`'s."""

    def facts(self) -> Iterable[Rows]:
        """Number, employer's key, content hash; as one JSON list the days first seen, closed, posted; as one those of `Kind`."""

    def pays(self) -> Iterable[Rows]:
        """Number, the six amounts of `Pays` in their order, and the fields of `PayKind` as one JSON list."""

    def order(self) -> Iterable[Rows]:
        """Numbers by key."""

    def homes(self) -> Iterable[Rows]:
        """Number of ad and vacancy."""

    def skills(self, names: Collection[str]) -> Iterable[Rows]:
        """Number of ad and comma list of its skills; at least of these."""

    def languages(self, codes: Collection[str]) -> Iterable[Rows]:
        """Number of ad and comma list of its languages; at least of these, with "foreign" of all."""


@dataclass(frozen=True, slots=True, eq=False)
class Pays:
    """Statements of pay, one entry each; amounts in euros gross at full time, not a number where there is none."""

    kind: Codes
    kinds: tuple[PayKind, ...]
    low: Floats  #: a month, at the fewest hours that the ad leaves open
    low_max: Floats  #: at the most hours
    high: Floats
    high_max: Floats
    hour: Floats  #: lower end, an hour, at the most hours
    hour_max: Floats  #: at the fewest


@dataclass(frozen=True, slots=True, eq=False)
class Ads:
    """Ads in scope and in town, one entry each."""

    number: Ints  #: in the database
    home: Codes  #: place of its vacancy in `homes`
    homes: Ints  #: numbers of the vacancies, in the order of their first ads; an ad that is not grouped has its own, below nought
    employer: Codes  #: place in the sorted keys; NONE: unknown
    employers: tuple[str, ...]
    first_seen: Codes  #: day as its ordinal; 0: not known, so long ago
    closed: Codes  #: day as its ordinal; 0: open
    posted: Codes  #: day as its ordinal; 0: not known
    kind: Codes
    kinds: tuple[Kind, ...]
    pay: Codes  #: place in `pays`, or NONE
    pays: Pays
    marks: Mapping[tuple[str, str], Flags]  #: ("skills", "sap"), ("languages", "en") → who has it; only what was asked for
    content: str = ""  #: names all of it, and the texts behind it, in hex digits

    def __len__(self) -> int:
        return len(self.number)

    def open_on(self, day: date) -> Flags:
        """Who was seen by that day and not yet closed on it."""
        on = day.toordinal()
        return np.asarray((self.first_seen <= on) & ((self.closed == 0) | (self.closed > on)), dtype=np.bool_)

    def by_kind(self, values: Iterable[int]) -> Codes:
        """A number for each kind of ad, spread to the ads."""
        return np.fromiter(values, np.int32, len(self.kinds))[self.kind]
