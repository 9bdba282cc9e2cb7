"""The softer claims: premium, share, contrast and volatility of a facet; pure, seeded, every employer weighs 1."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from report import verdict, weekly
from report.ads import NONE, Flags, Floats, Ints
from report.claims import Claim, Contrast, Facet, Premium, Share, Volatility
from report.confounders import confounders
from report.context import Context
from report.estimate import resampling
from report.finding import Evidence, Finding, Measure, Pair, Unit, Verdict, evidence
from report.isoweek import IsoWeek
from report.openings import Openings
from report.priced import LONG_WEEK, SHORT_WEEK, priced
from report.resampled import Resampling
from report.weighted import interval, means, renumbered, share_interval, total, weights

KEPT = 0.9  #: share of resamples that must hold both groups


def holds(facet: Facet, openings: Openings) -> Flags:
    """Who has at least so many of the facet's values."""
    counted = np.zeros(len(openings), np.int64)
    for kind, value in facet.asked:
        counted += openings.has(kind, value)
    return np.asarray(counted >= facet.at_least, dtype=np.bool_)


def unsaid(facet: Facet, openings: Openings) -> Flags:
    """Who leaves open if the facet holds: only a sector may be unknown; a skill not named is not asked."""
    if not facet.sectors:
        return np.zeros(len(openings), dtype=np.bool_)
    return openings.sector.unknown & ~holds(facet, openings)


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """The vacancies that a claim is about."""

    openings: Openings
    rows: Ints
    groups: Ints  #: number of the employer

    @property
    def employers(self) -> int:
        return int(self.groups.max()) + 1 if len(self.groups) else 0

    @classmethod
    def of(cls, openings: Openings, chosen: Flags) -> "_Asked":
        rows = np.flatnonzero(chosen)
        return cls(openings, rows, renumbered(openings.employer[rows]))


def share(claim: Share, openings: Openings, context: Context) -> Finding:
    """How common a facet is; with `each`, every listed value by itself too."""
    asked = _Asked.of(openings, _base(claim, openings))
    poor = verdict.enough(len(asked.rows), asked.employers)
    draw = None if poor else resampling(context, claim.id)
    left_open = unsaid(claim.facet, openings)[asked.rows]
    main = _share("facet", (holds(claim.facet, openings)[asked.rows], left_open), asked, draw)
    parts = tuple(_part(kind, value, asked, draw) for kind, value in claim.facet.asked)
    decided = poor or verdict.at_least(main, claim.least)
    rare = [part for part in parts if part.interval and part.interval[1] < claim.each]
    if not poor and rare:
        decided = (Verdict.CONTRADICTED, "part_missed")
    parts = parts if len(parts) > 1 else ()
    return _finding(claim, decided, (main, *parts), int((~left_open).sum()), asked)


def _part(kind: str, value: str, asked: _Asked, draw: Resampling | None) -> Measure:
    openings = asked.openings
    left_open = openings.sector.unknown if kind == "sectors" else np.zeros(len(openings), dtype=np.bool_)
    return _share(value, (openings.has(kind, value)[asked.rows], left_open[asked.rows]), asked, draw)


def _share(name: str, flags: tuple[Flags, Flags], asked: _Asked, draw: Resampling | None) -> Measure:
    """Share of those that say, with the worst cases of those that do not."""
    held, left_open = flags
    if not len(held):
        return Measure(name, "share", 0.0, 1.0, None, (0.0, 1.0))
    weight = weights(asked.groups)
    point = total(held, weight)
    between: Pair | None = None
    if draw is not None:
        drawn = draw.means(means(held, asked.groups)[:, None])[:, 0]
        between = share_interval(drawn, drawn, asked.employers, (point, point))
    worst = (point, total(held | left_open, weight))
    return Measure(name, "share", point, point, between, worst if left_open.any() else None, _evidence(asked, held))


def contrast(claim: Contrast, openings: Openings, context: Context) -> Finding:
    """How much more common a facet is within a group than in the rest."""
    asked = _Asked.of(openings, _base(claim, openings) & ~unsaid(claim.group, openings))
    inside = holds(claim.group, openings)[asked.rows]
    values = holds(claim.facet, openings)[asked.rows].astype(np.float64)
    poor = _poor(asked, inside)
    measures = _compare(("difference", "share"), (values, values), inside, asked, None if poor else resampling(context, claim.id))
    found = _finding(claim, poor or _judged(measures, claim.least), measures, len(asked.rows), asked)
    return replace(found, confounders=confounders(openings, asked.rows, inside))


def premium(claim: Premium, openings: Openings, context: Context) -> Finding:
    """How much higher posted pay starts with the facet; ads silent on hours are read alike on both sides, at 35 and at 40."""
    asked = _Asked.of(openings, _base(claim, openings))
    pay = priced(openings, asked.rows[openings.silence[asked.rows] == NONE], context.floor(context.on).eur_hour)
    pay = pay.only(pay.posted)
    speaking = _Asked(openings, pay.rows, pay.groups)
    inside = holds(claim.facet, openings)[pay.rows]
    poor = _poor(speaking, inside)
    ends = pay.at(SHORT_WEEK), pay.at(LONG_WEEK)
    measures = _compare(("eur_month", "eur_month"), ends, inside, speaking, None if poor else resampling(context, claim.id))
    found = _finding(claim, poor or _judged(measures, claim.least_eur), measures, len(pay), asked)
    return replace(found, employers=pay.employers, confounders=confounders(openings, pay.rows, inside))


def _judged(measures: Sequence[Measure], least: float) -> verdict.Decision:
    """The verdict on a difference; without an interval too many resamples lacked one of the two groups."""
    if not measures or not measures[0].interval:
        return Verdict.INSUFFICIENT, "small_group"
    return verdict.difference(measures[0], least)


def _compare(
    units: tuple[Unit, Unit], values: tuple[Floats, Floats], inside: Flags, asked: _Asked, draw: Resampling | None
) -> tuple[Measure, ...]:
    """Difference of employer-weighted means with and without, then both means; nothing where one side is empty."""
    if not inside.any() or inside.all():
        return ()
    points = [(_mean(value, inside, asked.groups), _mean(value, ~inside, asked.groups)) for value in values]
    apart = [one - other for one, other in points]
    between = _difference(values, inside, asked, draw) if draw is not None else None
    sides = [sorted((points[0][side], points[1][side])) for side in (0, 1)]
    with_it, without = _evidence(asked, inside), _evidence(asked, ~inside)
    return (
        Measure("difference", units[0], min(apart), max(apart), between, None, with_it),
        Measure("with", units[1], sides[0][0], sides[0][1], None, None, with_it),
        Measure("without", units[1], sides[1][0], sides[1][1], None, None, without),
    )


def _mean(values: Floats, chosen: Flags, groups: Ints) -> float:
    return float(means(values[chosen], renumbered(groups[chosen])).mean())


def _difference(values: tuple[Floats, Floats], inside: Flags, asked: _Asked, draw: Resampling) -> Pair | None:
    """Interval of the difference; None where too many draws lack one of the two sides."""
    columns = []
    for chosen in (inside, ~inside):
        there = np.bincount(asked.groups[chosen], minlength=asked.employers)
        sums = (np.bincount(asked.groups[chosen], value[chosen], asked.employers) for value in values)
        columns += [(there > 0).astype(np.float64), *(total / np.maximum(there, 1) for total in sums)]
    drawn = draw.means(np.column_stack(columns))
    kept = (drawn[:, 0] > 0) & (drawn[:, 3] > 0)
    if kept.mean() < KEPT:
        return None
    drawn = drawn[kept]
    both = np.sort(drawn[:, 1:3] / drawn[:, :1] - drawn[:, 4:6] / drawn[:, 3:4], axis=1)
    return interval(both[:, 0], both[:, 1], asked.employers)


def _poor(asked: _Asked, inside: Flags) -> verdict.Decision | None:
    """Both sides need five employers, and both together ten."""
    for side in (inside, ~inside):
        if len(np.unique(asked.groups[side])) < verdict.LISTED_ONLY:
            return Verdict.INSUFFICIENT, "small_group"
    return verdict.enough(len(asked.rows), asked.employers)


def volatility(claim: Volatility, history: Openings, context: Context) -> Finding:
    """How much the weekly number of open vacancies with a facet swings: standard deviation over mean."""
    asked = _Asked.of(history, _base(claim, history) & holds(claim.facet, history))
    weeks = weekly.weeks(history.ads, context)
    stock = _stock(asked, weeks)
    totals = stock.sum(axis=0)
    series = tuple((week.label, float(count)) for week, count in zip(weeks, totals, strict=True))
    poor = verdict.enough(len(asked.rows), asked.employers)
    if len(weeks) < claim.weeks:
        poor = Verdict.INSUFFICIENT, "few_weeks"
    measures: tuple[Measure, ...] = ()
    decided = poor or (Verdict.INSUFFICIENT, "too_wide")
    all_of_them = _evidence(asked, np.ones(len(asked.rows), dtype=np.bool_))
    if not poor:
        drawn = _swing(resampling(context, claim.id).means(stock))
        point = float(_swing(totals[None, :])[0])
        main = Measure("swing", "ratio", point, point, interval(drawn, drawn, asked.employers), None, all_of_them)
        measures, decided = (main,), verdict.at_most(main, claim.most)
    found = _finding(claim, decided, measures, len(asked.rows), asked)
    return replace(found, evidence=all_of_them, series=series)


def _stock(asked: _Asked, weeks: Sequence[IsoWeek]) -> Floats:
    """Vacancies open by employer and week."""
    runs = weekly.spans(asked.openings, weeks)
    group = np.full(len(asked.openings), NONE, np.int64)
    group[asked.rows] = asked.groups
    return weekly.stock(runs.only(group[runs.row] != NONE), group, asked.employers, len(weeks))


def _swing(totals: Floats) -> Floats:
    mean = totals.mean(axis=1)
    return np.asarray(totals.std(axis=1) / np.where(mean > 0, mean, 1.0), dtype=np.float64)


def _base(claim: Claim, openings: Openings) -> Flags:
    return openings.entry if claim.base == "entry" else np.ones(len(openings), dtype=np.bool_)


def _evidence(asked: _Asked, chosen: Flags) -> Evidence:
    return evidence(asked.openings, asked.rows[chosen])


def _finding(claim: Claim, decided: verdict.Decision, measures: tuple[Measure, ...], n: int, asked: _Asked) -> Finding:
    """A finding on `n` of the vacancies that the claim is about."""
    found = measures[0].evidence if measures else Evidence()
    size = len(asked.rows), asked.employers, asked.employers
    return Finding(claim, decided[0], decided[1], measures, n, *size, claim.kind, found)
