"""What could make this week's verdict wrong: read from the report itself, the books of the runs, and the report before; pure.

Thresholds are ours, for a person's attention: none of them changes a verdict.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np

from report import estimate
from report.claims import PayRange
from report.context import WEEKS_PER_MONTH
from report.finding import PayFinding, Report, Verdict
from report.priced import Priced
from report.verdict import COUNTS_ONLY

Weight = Literal["high", "medium", "low"]
ORDER: tuple[Weight, ...] = ("high", "medium", "low")

STALE_DAYS = 3  #: since a source's last success
FEW_EMPLOYERS = 15  #: one more or less moves a share by 7 points
LARGE_SHARE = 0.25  #: of the priced vacancies, with one employer
SILENT_SHARE = 0.5  #: of the vacancies asked about
REJECT_SHARE = 0.05  #: of the ads of a run
FILL_GAP = 0.2  #: between a run's share of ads with pay, place or text, and the usual one
FLOOR_DAYS = 92  #: before a new legal floor: ads for its time are out by then
MOST_TRIED = 40  #: employers left out one by one; with more, one alone moves little


@dataclass(frozen=True, slots=True)
class Past:
    """A report of an earlier day."""

    on: date
    version: str
    config_hash: str
    verdicts: Mapping[str, str]  #: claim id → verdict


@dataclass(frozen=True, slots=True)
class Fill:
    """How many of the ads that a source's last run read say something, beside the runs before."""

    source: str
    fact: str  #: with_pay, with_place, with_description
    now: float
    usual: float


@dataclass(frozen=True, slots=True)
class Books:
    """What the report does not carry itself."""

    fills: tuple[Fill, ...] = ()
    rejects: tuple[tuple[str, int, int], ...] = ()  #: source, ads not read, ads seen, in its last run
    readers: Mapping[str, int] = field(default_factory=dict)  #: version of the reading rules → open ads read by it
    past: Past | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing to know before the verdict is printed."""

    key: str  #: of the texts
    weight: Weight
    values: Mapping[str, Any] = field(default_factory=dict)  #: numbers and names of the text; the ending names the unit


def watch_out(report: Report, books: Books) -> tuple[Doubt, ...]:
    """Every doubt, the heaviest first; () when nothing stands out."""
    found = [*_sources(report), *_readings(books), *_changed(report, books.past)]
    for finding in report.pay:
        found += [*_evidence(finding), *_floor(finding, report), *_without_one(finding, report)]
    return tuple(sorted(found, key=lambda doubt: ORDER.index(doubt.weight)))


def _sources(report: Report) -> Iterator[Doubt]:
    oldest = report.context.on - timedelta(days=STALE_DAYS)
    for source in report.context.health:
        told = {"source": source.name, "ads": source.ads}
        if source.state in ("failed", "blocked", "suspect", "partial"):
            weight: Weight = "high" if source.state in ("suspect", "blocked") else "medium"
            yield Doubt(f"source_{source.state}", weight, told | {"note": source.note})
        if source.last_ok_on is None:
            yield Doubt("source_never", "high", told)
        elif source.last_ok_on < oldest:
            yield Doubt("source_stale", "high", told | {"last_on": source.last_ok_on})


def _readings(books: Books) -> Iterator[Doubt]:
    for fill in books.fills:
        if abs(fill.now - fill.usual) >= FILL_GAP:
            told = {"source": fill.source, "now_share": fill.now, "usual_share": fill.usual}
            yield Doubt(f"fill_{fill.fact}", "high" if fill.now < fill.usual else "medium", told)
    for source, rejects, seen in books.rejects:
        if rejects >= REJECT_SHARE * max(seen, 1):
            yield Doubt("rejects", "medium", {"source": source, "n": rejects, "of": seen})
    if len(books.readers) > 1:
        newest = max(books.readers.values())
        yield Doubt("old_rules", "medium", {"n": sum(books.readers.values()) - newest, "of": sum(books.readers.values())})


def _changed(report: Report, past: Past | None) -> Iterator[Doubt]:
    if past is None:
        return
    told = {"past_on": past.on}
    if past.version != report.context.version:
        yield Doubt("version", "medium", told | {"old": past.version, "new": report.context.version})
    if past.config_hash != report.context.config_hash:
        yield Doubt("config", "medium", told | {"old": past.config_hash, "new": report.context.config_hash})
    for finding in report.findings:
        before = past.verdicts.get(finding.claim.id)
        if before is not None and before != finding.verdict:
            weight: Weight = "high" if isinstance(finding, PayFinding) else "low"
            yield Doubt(
                "verdict", weight, told | {"claim": finding.claim.id, "old_verdict": before, "new_verdict": str(finding.verdict)}
            )


def _evidence(finding: PayFinding) -> Iterator[Doubt]:
    told = {"claim": finding.claim.id, "n": finding.n, "of": finding.of, "employers": finding.employers}
    if finding.employers < FEW_EMPLOYERS:
        yield Doubt("few_employers", "high" if finding.employers < COUNTS_ONLY else "medium", told)
    if finding.of and finding.n < (1 - SILENT_SHARE) * finding.of:
        main, worst = finding.main, finding.main.worst if finding.main else None
        ends = {"low_share": worst[0], "high_share": worst[1]} if main and worst else {"low_share": 0.0, "high_share": 1.0}
        yield Doubt("silent", "medium", told | {"silent_share": 1 - finding.n / finding.of} | ends)
    if depends := finding.classes["depends"].n:
        yield Doubt("depends", "low", told | {"depends": depends})


def _floor(finding: PayFinding, report: Report) -> Iterator[Doubt]:
    claim, coming = finding.claim, report.context.next_floor
    assert isinstance(claim, PayRange)
    if coming is None or coming.valid_from_on - report.context.on > timedelta(days=FLOOR_DAYS):
        return
    hour = claim.low / 40 / WEEKS_PER_MONTH
    told = {"from_on": coming.valid_from_on, "new_eur_hour": coming.eur_hour}
    if finding.below_next_floor and finding.below_next_floor[1]:
        yield Doubt("floor_ads", "medium", told | {"n": finding.below_next_floor[1], "of": finding.n})
    if hour < coming.eur_hour:
        yield Doubt("floor_claim", "medium", told | {"low_eur_month": claim.low, "claim_eur_hour": hour})


def _without_one(finding: PayFinding, report: Report) -> Iterator[Doubt]:
    """Employers that have many of the vacancies, and those without whom the verdict would be another."""
    claim, pay = finding.claim, finding.pay
    assert isinstance(claim, PayRange)
    sizes = np.bincount(pay.groups) if len(pay) else np.zeros(1, np.int64)
    largest = int(sizes.argmax())
    if sizes[largest] > 1 and sizes[largest] >= LARGE_SHARE * len(pay):
        told = {"employer": _employer(report, pay, largest), "n": int(sizes[largest]), "of": len(pay)}
        yield Doubt("large_employer", "low", told)
    if finding.verdict is Verdict.INSUFFICIENT or pay.employers > MOST_TRIED:
        return
    quick = replace(report.context, draws=min(report.context.draws, 1000))
    for group in range(pay.employers):
        rest = report.openings.employer != report.openings.employer[pay.rows[pay.groups == group][0]]
        other = estimate.pay_range(claim, report.openings, quick, rest).verdict
        if other is not finding.verdict:
            told = {"employer": _employer(report, pay, group), "old_verdict": str(finding.verdict), "new_verdict": str(other)}
            yield Doubt("without_employer", "high", told)


def _employer(report: Report, pay: Priced, group: int) -> str:
    """The employer's name as it writes it, else its key."""
    openings = report.openings
    rows = pay.rows[pay.groups == group]
    shown = (report.shown.get(number) for number in openings.ads.number[openings.first[rows]].tolist())
    named = next((vacancy.employer for vacancy in shown if vacancy and vacancy.employer), None)
    code = int(openings.ads.employer[openings.first[rows[0]]])
    return named or (openings.ads.employers[code] if code >= 0 else "–")
