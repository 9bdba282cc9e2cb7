"""What a report says: findings with their numbers and their evidence; frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from report.ads import Ints
from report.claims import Claim
from report.context import Context
from report.evidence import Vacancy
from report.openings import Openings
from report.priced import Priced
from report.weekly import Flow

Pair = tuple[float, float]
Unit = Literal["share", "eur_month", "eur_hour", "ratio", "difference"]

LISTED = 1000  #: vacancies of one list: a page of a million lines opens in no browser, and the export has them all


class Verdict(StrEnum):
    """What the evidence says of a claim; `report.verdict` holds the rule."""

    CONFIRMED = "confirmed"
    MOSTLY_RIGHT = "mostly_right"
    TOO_LOW = "too_low"  #: the claimed pay; really it is higher
    TOO_HIGH = "too_high"
    CONTRADICTED = "contradicted"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The vacancies that a number counts."""

    n: int = 0
    ads: tuple[int, ...] = ()  #: numbers of the ads that speak for them, in the order of their keys; the first `LISTED`


def evidence(openings: Openings, rows: Ints) -> Evidence:
    """Evidence of the vacancies at these places."""
    return Evidence(len(rows), tuple(openings.ads.number[openings.first[rows[:LISTED]]].tolist()))


@dataclass(frozen=True, slots=True)
class Measure:
    """One number with all that limits it."""

    name: str
    unit: Unit
    low: float
    high: float  #: equal to `low` unless the ads leave the number open (hours unsaid, "up to")
    interval: Pair | None = None  #: 95 %, from resampling employers; None: too few
    worst: Pair | None = None  #: if all silent vacancies spoke against it, or all for it
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the sensitivity table: the same question under another assumption."""

    name: str
    n: int
    employers: int
    median: Pair
    below: Pair
    within: Pair
    above: Pair


@dataclass(frozen=True, slots=True)
class Disclosure:
    """How many vacancies of a group state a usable figure."""

    group: str  #: "all", "source:NAME", "employer:direct" …
    n: int
    of: int


@dataclass(frozen=True, slots=True)
class Confounder:
    """A way in which the two compared groups differ besides the facet."""

    name: str
    with_facet: float  #: share
    without: float


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one claim."""

    claim: Claim
    verdict: Verdict
    reason: str  #: which clause of the rule decided: a key of the texts
    measures: tuple[Measure, ...]  #: the one that decides comes first
    n: int  #: vacancies that carry the estimate
    of: int  #: vacancies the claim is about
    employers: int  #: that stand behind `n`
    employers_of: int
    method: str  #: key of the texts
    evidence: Evidence = Evidence()
    confounders: tuple[Confounder, ...] = ()
    series: tuple[tuple[str, float], ...] = ()  #: ISO week, vacancies open in it

    def measure(self, name: str) -> Measure | None:
        return next((measure for measure in self.measures if measure.name == name), None)

    @property
    def main(self) -> Measure | None:
        return self.measures[0] if self.measures else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayFinding(Finding):
    """The answer to a claim about pay, with what a reader needs to doubt it."""

    pay: Priced  #: the vacancies that count
    silent: Mapping[str, int] = field(default_factory=dict)  #: vacancies without a usable figure, by reason
    hours: Mapping[str, int] = field(default_factory=dict)  #: priced vacancies by hours basis: stated, monthly, open, upto
    sensitivity: tuple[Row, ...] = ()
    disclosure: tuple[Disclosure, ...] = ()
    classes: Mapping[str, Evidence] = field(default_factory=dict)  #: below, within, above, depends, silent
    below_floor: tuple[int, int] = (0, 0)  #: priced vacancies that start under the floor in force: surely, and at the most hours
    below_next_floor: tuple[int, int] | None = None  #: and under the next one already decided


@dataclass(frozen=True, slots=True)
class District:
    """Vacancies of a part of the town."""

    name: str  #: "": unknown
    of: int
    n: int  #: of them with a usable figure
    median: Pair | None = None  #: of the posted lower ends that the claim on pay is held against; None: too few


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the pages print."""

    context: Context
    findings: tuple[Finding, ...]
    openings: Openings  #: in scope, in town and open on the day
    ads: int  #: open ads behind them
    employers: int
    disclosure: tuple[Disclosure, ...]
    districts: tuple[District, ...]
    weekly: Flow
    shown: Mapping[int, Vacancy] = field(default_factory=dict)  #: number of the ad that speaks → vacancy; of all that is listed

    @property
    def pay(self) -> tuple[PayFinding, ...]:
        return tuple(finding for finding in self.findings if isinstance(finding, PayFinding))
